/** The run of a flow with whose messages others wait, or with whose records where it makes none: they get a copy of each. */
import { type Fault, faultOf, isRetryable, StockbusError } from '../errors.ts';
import type { HandedBody } from '../handedBatch.ts';
import type { RecordValue, SourceRecord } from '../ports.ts';
import type {
  AwaitedAt,
  HandedRecord,
  InboundMessage,
  InboundParked,
  InboundResult,
  InboundRun,
} from './compiledFlow.ts';
import { copyText } from './copyText.ts';
import type { ReadField } from './FieldWatch.ts';
import { handedFault } from './MadeThing.ts';
import { atRecord } from './runSteps.ts';

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
    const all = [
      ...handed.map((thing) => ({ thing, ...(JSON.parse(thing.json) as HandedBody) })),
      ...passed.map((thing) => ({ thing, ...thing.read })),
    ];
    return all
      .filter(({ thing: { unit, leads } }) => unit === undefined || leads)
      .map(({ thing, value, record }): Made => {
        this.#count += 1;
        const part = `a${this.#count}`;
        const members = 'read' in thing ? thing.read.members : thing.members;
        return { id: part, part, value, record, members, of: thing.unit ?? thing };
      });
  }

  /** What cannot be copied is parked, with all else that was made of its record. */
  async #copied(result: InboundResult): Promise<InboundResult> {
    const copies: { of: unknown; copy: HandedRecord }[] = [];
    const refused = new Map<unknown, InboundParked>();
    const all = this.#makesMessages ? result.messages.map(ofMessage) : this.#records(result);
    for (const made of all) {
      try {
        for (const copy of await this.#copiesOf(made)) copies.push({ of: made.of, copy });
      } catch (error) {
        if (isRetryable(faultOf(error))) throw error;
        const parked = refused.get(made.of) ?? parkedOf(made);
        parked.faults.push(atRecord(faultOf(error), placeOf(made)));
        refused.set(made.of, parked);
      }
    }
    const kept = refused.size === 0 ? result : without(result, refused);
    const handed = copies.filter(({ of }) => !refused.has(of)).map(({ copy }) => copy);
    return handed.length === 0 ? kept : { ...kept, handed: [...(kept.handed ?? []), ...handed] };
  }

  async #copiesOf(made: Made): Promise<HandedRecord[]> {
    const copies: HandedRecord[] = [];
    for (const { queue, match } of this.#at) {
      const { id, value: data, record } = made;
      const key = await match({ id, data, record });
      if (key !== undefined) copies.push(copyFor(queue, key, made, this.#flow));
    }
    return copies;
  }
}

/** What others may wait for: a message, or a record that goes elsewhere. */
interface Made {
  id: string;
  value: RecordValue;
  record: number;
  members: readonly SourceRecord[];
  /** What it has in common with all else that was made of its record. */
  of: unknown;
  /** A record has its id from its intake. */
  part?: string;
}

function ofMessage(message: InboundMessage): Made {
  const { id, data, record, members, unit } = message;
  const value = data as unknown as RecordValue;
  return { id, value, record, members, of: unit ?? message };
}

/** Throws PAYLOAD_TOO_LARGE. */
function copyFor(queue: string, key: string, made: Made, from: string): HandedRecord {
  const { id, part, value, record } = made;
  const named = part === undefined ? { id } : { part };
  const json = copyText({ ...named, key, value, record, from }, made.members);
  const fault = handedFault({ json, record });
  if (fault) throw new StockbusError(fault.code, fault.message, fault.at);
  return { queue, key, json, record, records: 0, members: [], isCopy: true };
}

function placeOf({ record, members }: Made): { record: number; line?: number } {
  const line = members[0]?.line;
  return { record, ...(line === undefined ? {} : { line }) };
}

const parkedOf = ({ record, members }: Made): InboundParked => {
  return { faults: [], record, records: 0, members };
};

/** What accounted for the records that are parked does so no more. */
function without(
  result: InboundResult,
  refused: ReadonlyMap<unknown, InboundParked>,
): InboundResult {
  const isKept = <Thing extends { unit?: number; records: number }>(thing: Thing): boolean => {
    const parked = refused.get(thing.unit ?? thing);
    if (parked) parked.records += thing.records;
    return !parked;
  };
  const { messages, handed, passed, parked } = result;
  return {
    ...result,
    messages: messages.filter(isKept),
    ...(handed ? { handed: handed.filter(isKept) } : {}),
    ...(passed ? { passed: passed.filter(isKept) } : {}),
    parked: [...parked, ...refused.values()],
  };
}
