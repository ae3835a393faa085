import { handedText } from '../handedBatch.ts';
import type { FlowRecord } from '../ports.ts';
import type { Handed, Handing } from './HandingRun.ts';
import { atRecord } from './runSteps.ts';

/** Hands records on to the stage that is next, with all that the steps behind it need. */
export class ToStage implements Handing {
  readonly #queue: string;
  /** Of what it has handed on: a name for each, the same whenever the payload comes again. */
  #count = 0;

  constructor(queue: string) {
    this.#queue = queue;
  }

  handed(record: FlowRecord): Handed[] {
    const { key: keyed, ...given } = record.staged ?? {};
    const { value, source, record: number, line, members, payload, faults } = record;
    this.#count += 1;
    const part = partOf(this.#count);
    const key = keyed === undefined ? part : String(keyed);
    const json = handedText({
      ...{ part, key, value, record: number, given },
      ...(source === value ? {} : { source }),
      ...(line === undefined ? {} : { line }),
      ...(members ? { members } : {}),
      ...(payload ? { payload } : {}),
      ...(faults ? { faults: faults.map((fault) => atRecord(fault, record)) } : {}),
    });
    return [{ queue: this.#queue, key, json }];
  }
}

/** Sorts as its number does, after how many digits it has: what is due at once leaves in the order of keys. */
function partOf(count: number): string {
  const digits = String(count);
  return `s${digits.length}${digits}`;
}
