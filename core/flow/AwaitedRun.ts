/** The run of a flow with whose messages others wait: they get a copy of each. */
import type { Fault } from '../errors.ts';
import { handedText } from '../handedBatch.ts';
import type { RecordValue, SourceRecord } from '../ports.ts';
import type {
  AwaitedAt,
  HandedRecord,
  InboundMessage,
  InboundResult,
  InboundRun,
} from './compiledFlow.ts';
import type { ReadField } from './FieldWatch.ts';

export class AwaitedRun implements InboundRun {
  readonly #run: InboundRun;
  readonly #flow: string;
  readonly #at: readonly AwaitedAt[];

  constructor(run: InboundRun, flow: string, at: readonly AwaitedAt[]) {
    this.#run = run;
    this.#flow = flow;
    this.#at = at;
  }

  async push(records: readonly SourceRecord[]): Promise<InboundResult> {
    return this.#copied(await this.#run.push(records));
  }

  async *flush(): AsyncGenerator<InboundResult> {
    for await (const result of this.#run.flush()) yield await this.#copied(result);
  }

  get gathers(): boolean {
    return this.#run.gathers;
  }

  told(): Fault[] {
    return this.#run.told();
  }

  neverSeen(): readonly ReadField[] {
    return this.#run.neverSeen();
  }

  close(): Promise<void> {
    return this.#run.close();
  }

  async #copied(result: InboundResult): Promise<InboundResult> {
    const copies: HandedRecord[] = [];
    for (const message of result.messages) {
      for (const { queue, match } of this.#at) {
        const key = await keyOf(message, match);
        if (key !== undefined) copies.push(copyFor(queue, key, message, this.#flow));
      }
    }
    return copies.length === 0
      ? result
      : { ...result, handed: [...(result.handed ?? []), ...copies] };
  }
}

/** What cannot be read is awaited by nobody: nothing of the message itself is wrong. */
async function keyOf(
  { id, data, record }: InboundMessage,
  match: AwaitedAt['match'],
): Promise<string | undefined> {
  try {
    return await match({ id, data: data as unknown as RecordValue, record });
  } catch {
    return undefined;
  }
}

function copyFor(
  queue: string,
  key: string,
  { id, data, record }: InboundMessage,
  from: string,
): HandedRecord {
  const json = handedText({ id, key, value: data as unknown as RecordValue, record, from });
  return { queue, key, json, record, records: 0, members: [], isCopy: true };
}
