/** The run of a flow with whose messages others wait, or with whose records where it makes none: they get a copy of each. */
import type { Fault } from '../errors.ts';
import { type HandedBody, handedText } from '../handedBatch.ts';
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
  readonly #makesMessages: boolean;
  /** Of the records that were copied: a name for each, the same whenever the payload comes again. */
  #count = 0;

  constructor(
    run: InboundRun,
    { name, makesMessages }: { name: string; makesMessages: boolean },
    at: readonly AwaitedAt[],
  ) {
    this.#run = run;
    this.#flow = name;
    this.#makesMessages = makesMessages;
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

  /** Each once, as the first of those has it to whom it goes. */
  #records({ handed = [], passed = [] }: InboundResult): Made[] {
    if (this.#makesMessages) return [];
    const made = [
      ...handed.map(({ json, records }) => ({ ...(JSON.parse(json) as HandedBody), records })),
      ...passed.map(({ read, records }) => ({ ...read, records })),
    ];
    return made
      .filter(({ records }) => records > 0)
      .map(({ value, record }): Made => {
        this.#count += 1;
        const part = `a${this.#count}`;
        return { id: part, part, value, record };
      });
  }

  async #copied(result: InboundResult): Promise<InboundResult> {
    const copies: HandedRecord[] = [];
    for (const made of [...result.messages.map(ofMessage), ...this.#records(result)]) {
      for (const { queue, match } of this.#at) {
        const key = await keyOf(made, match);
        if (key !== undefined) copies.push(copyFor(queue, key, made, this.#flow));
      }
    }
    return copies.length === 0
      ? result
      : { ...result, handed: [...(result.handed ?? []), ...copies] };
  }
}

/** What others may wait for: a message, or a record that goes elsewhere. */
interface Made {
  id: string;
  value: RecordValue;
  record: number;
  /** A record has its id from its intake. */
  part?: string;
}

const ofMessage = ({ id, data, record }: InboundMessage): Made => ({
  id,
  value: data as unknown as RecordValue,
  record,
});

/** What cannot be read is awaited by nobody: nothing of the message itself is wrong. */
async function keyOf(
  { id, value: data, record }: Made,
  match: AwaitedAt['match'],
): Promise<string | undefined> {
  try {
    return await match({ id, data, record });
  } catch {
    return undefined;
  }
}

function copyFor(queue: string, key: string, made: Made, from: string): HandedRecord {
  const { id, part, value, record } = made;
  const named = part === undefined ? { id } : { part };
  const json = handedText({ ...named, key, value, record, from });
  return { queue, key, json, record, records: 0, members: [], isCopy: true };
}
