import type { FlowRecord } from '../ports.ts';
import type { AwaitedAt } from './compiledFlow.ts';
import type { CompiledKey } from './compileKey.ts';
import { copyText } from './copyText.ts';
import type { Handed, Handing } from './HandingRun.ts';
import { membersOf } from './MessagesRun.ts';
import { keyOf } from './recordKey.ts';

/** Records of a flow that makes no messages, for those that wait for them. */
export class AwaitedRecords implements Handing {
  readonly #from: string;
  readonly #key: CompiledKey;
  readonly #at: readonly AwaitedAt[];

  constructor(from: string, key: CompiledKey, at: readonly AwaitedAt[]) {
    this.#from = from;
    this.#key = key;
    this.#at = at;
  }

  /** What gives no key is awaited by nobody; one that cannot be evaluated parks the record. */
  async handed(record: FlowRecord): Promise<Handed[]> {
    const { value, record: number } = record;
    const id = await keyOf(record, this.#key, record);
    const all: Handed[] = [];
    for (const { queue, match } of this.#at) {
      const key = await match({ id, data: value, record: number });
      if (key === undefined) continue;
      const body = { id, key, value, record: number, from: this.#from };
      const json = copyText(body, membersOf(record));
      all.push({ queue, key, json });
    }
    return all;
  }
}
