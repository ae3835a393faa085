import type { NumberHole, SeenNumbers } from '../ports.ts';
import { holdsNumber, withoutRanges } from './numberRanges.ts';
import type { OpenBatch, ProducedQueue, ProducerWord } from './ProducerWord.ts';

/** Batches that were accepted, and did not come though others came that were published after them. */
export interface Gap {
  producer: string;
  partition: number;
  from: number;
  to: number;
  batches: number;
  /** They were published between these, as near as is known. */
  after: string;
  before: string;
  noticedAt: string;
  /** Payloads that they are of, as far as is known. */
  payloads: Omit<OpenBatch, 'number'>[];
}

/** What has not come yet, and may still wait in its queue. */
export interface Behind {
  producer: string;
  partition: number;
  settled: number;
  seen: number;
}

export interface Comparison {
  gaps: Gap[];
  behind: Behind[];
  /** Producers that have ended, and of which nothing is missing. */
  ended: string[];
  /** The same of those that have said nothing for long. */
  silent: string[];
}

/** `forgetBefore`: who has said nothing since then has been silent for long. */
export function findGaps(
  words: readonly ProducerWord[],
  seen: readonly SeenNumbers[],
  forgetBefore = '',
): Comparison {
  const found: Comparison = { gaps: [], behind: [], ended: [], silent: [] };
  const rows = Map.groupBy(seen, ({ producer }) => producer);
  for (const word of words) {
    const own = rows.get(word.producer) ?? [];
    let isWhole = true;
    for (const queue of word.queues) {
      const row = own.find(({ partition }) => partition === queue.partition);
      const gaps = (row?.holes ?? []).flatMap((hole) => gapsOf(hole, word, queue));
      found.gaps.push(...gaps);
      const { producer } = word;
      const { partition, settled } = queue;
      const isBehind = settled > (row?.highest ?? 0);
      if (isBehind) found.behind.push({ producer, partition, settled, seen: row?.highest ?? 0 });
      if (isBehind || gaps.length > 0) isWhole = false;
    }
    if (!isWhole) continue;
    if (word.endedAt !== undefined) found.ended.push(word.producer);
    else if (word.saidAt < forgetBefore) found.silent.push(word.producer);
  }
  const said = new Set(words.map(({ producer }) => producer));
  // Of one that died before it said anything nobody knows what it was told of its batches.
  for (const [producer, own] of rows) {
    if (!said.has(producer) && own.every(({ lastAt }) => lastAt < forgetBefore))
      found.silent.push(producer);
  }
  return found;
}

/** What of a hole the broker had taken: beyond what was said nothing is known. */
function gapsOf(
  hole: NumberHole,
  { producer, startedAt }: ProducerWord,
  queue: ProducedQueue,
): Gap[] {
  const { partition, settled, givenUp, times, open } = queue;
  if (hole.from > settled) return [];
  return withoutRanges({ ...hole, to: Math.min(hole.to, settled) }, givenUp).map((range) => {
    const { from, to, after, noticedAt } = range;
    const early = times.findLast(([number]) => number < from)?.[1] ?? startedAt;
    const payloads = new Map(
      open
        .filter(({ number }) => holdsNumber([range], number))
        .map(({ intakeId, flow, name }) => [intakeId, { intakeId, flow, name }]),
    );
    return {
      ...{ producer, partition, from, to, batches: to - from + 1, noticedAt },
      after: early > after ? early : after,
      before: times.find(([number]) => number >= to)?.[1] ?? noticedAt,
      payloads: [...payloads.values()],
    };
  });
}
