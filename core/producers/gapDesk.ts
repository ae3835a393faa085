/** What a person does about batches that the broker lost: sees which are missing, ticks them off, and sees who did. */
import { changeAudited } from '../auditTrail.ts';
import { StockbusError } from '../errors.ts';
import { parseStored } from '../parseStored.ts';
import type {
  ControlBooks,
  ControlRow,
  ControlStore,
  Page,
  Paged,
  ProducerStore,
} from '../ports.ts';
import { requireVersion } from '../requireVersion.ts';
import { type Runtime, silentLog } from '../runtime.ts';
import { findGaps, type Gap } from './findGaps.ts';
import { withoutRanges } from './numberRanges.ts';
import { readProducers } from './readProducers.ts';

/** Kind of the control rows that say who ticked one off. */
const SETTLED_GAP = 'gap';
const FORMAT = 1;

/** What a person calls a gap: the end of its producer's name, which is chance, its partition and its first number. */
export const gapId = ({ producer, partition, from }: Gap): string =>
  `${producer.slice(-8)}.${partition}.${from}`;

/** One that nobody misses any more. */
export interface SettledGap extends Gap {
  id: string;
  settledAt: string;
  by: string;
  reason: string;
}

export type GapStore = ProducerStore & ControlStore & ControlBooks;

/**
 * Nobody misses these batches any more: `by` says so, and why. That is written before they are forgotten, so that it is known
 * whatever comes between. Throws GAP_UNKNOWN.
 */
export async function settleGap(
  store: GapStore,
  runtime: Pick<Runtime, 'newId'>,
  id: string,
  said: { by: string; reason: string },
): Promise<SettledGap> {
  const { words, seen } = await readProducers(store, silentLog);
  const gap = findGaps(words, seen).gaps.find((one) => gapId(one) === id);
  if (!gap) throw new StockbusError('GAP_UNKNOWN', `there is no gap '${id}'`);
  const settledAt = await store.serverTime();
  const [before] = await store.control(SETTLED_GAP, [id]);
  const flows = new Set(gap.payloads.map(({ flow }) => flow));
  const row = {
    ...{ state: 'settled', since: settledAt, words: [gap.producer, ...flows] },
    body: JSON.stringify({ v: FORMAT, ...gap, ...said }),
  };
  const change = { kind: SETTLED_GAP, id, expected: before?.version ?? '', row };
  const act = { actor: said.by, did: 'gap.settled', id, reason: said.reason };
  const outcome = await changeAudited(store, runtime, act, [change]);
  if (outcome === 'conflict') {
    throw new StockbusError('CASE_CHANGED', `another ticks the gap '${id}' off at this moment`);
  }
  await forgetHoles(store, gap);
  return { id, settledAt, ...gap, ...said };
}

/** By when they were ticked off. */
export async function settledGaps(store: ControlBooks, page: Page): Promise<Paged<SettledGap>> {
  const { rows, ...rest } = await store.controlRows({ kind: SETTLED_GAP }, page);
  return { rows: rows.map(settledFrom), ...rest };
}

function settledFrom({ id, since: settledAt, body }: ControlRow): SettledGap {
  const what = `the gap '${id}'`;
  const { v, ...facts } = parseStored(what, body) as Omit<SettledGap, 'id' | 'settledAt'> & {
    v?: unknown;
  };
  requireVersion(what, v, FORMAT);
  return { id, settledAt, ...facts };
}

/** Whoever books meanwhile sees that by the version. */
async function forgetHoles(store: ProducerStore, gap: Gap): Promise<void> {
  for (;;) {
    const rows = await store.seenNumbers(gap.partition);
    const row = rows.find(({ producer }) => producer === gap.producer);
    if (!row) return;
    const holes = row.holes.flatMap((hole) => withoutRanges(hole, [gap]));
    if (await store.changeSeen({ ...row, version: row.version + 1, holes })) return;
  }
}
