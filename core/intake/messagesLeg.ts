/** The leg of intake for messages that no flow makes: what is read is a message already, or says why it is none. */
import { type Fault, StockbusError } from '../errors.ts';
import type {
  InboundMessage,
  InboundResult,
  InboundRun,
  PayloadFormat,
  TakingFlow,
} from '../flow/compiledFlow.ts';
import type { SourceRecord } from '../ports.ts';

/** Of one record that was read. */
export type MessageOf = (read: SourceRecord) => InboundMessage | readonly Fault[];

export const messagesLeg = (
  about: Pick<TakingFlow, 'name' | 'source'>,
  read: PayloadFormat,
  messageOf: MessageOf,
): TakingFlow => ({
  ...{ ...about, allow: [], read },
  ...{ readsOfPayload: new Set(), handsTo: new Map(), behind: [] },
  makeRun: () => new GivenMessages(messageOf),
});

/** What is there as a whole, and is given back to nobody. */
export const formatOf = (
  records: (chunks: AsyncIterable<Uint8Array>) => SourceRecord[] | Promise<SourceRecord[]>,
): PayloadFormat => ({
  name: 'given',
  contentType: 'application/json',
  extension: 'json',
  codec: {
    read: (chunks) => ({
      async *[Symbol.asyncIterator]() {
        yield await records(chunks);
      },
      rejects: () => {
        throw new StockbusError('INTERNAL', 'what is given is given back to nobody');
      },
    }),
    writer: () => {
      throw new StockbusError('INTERNAL', 'what is given is not written');
    },
  },
});

class GivenMessages implements InboundRun {
  readonly gathers = false;
  readonly #messageOf: MessageOf;

  constructor(messageOf: MessageOf) {
    this.#messageOf = messageOf;
  }

  push(records: readonly SourceRecord[]): InboundResult {
    const result: InboundResult = { messages: [], parked: [], filtered: 0 };
    for (const read of records) {
      if (read.passedOver) continue;
      const made = read.fault ? [read.fault] : this.#messageOf(read);
      if ('id' in made) result.messages.push(made);
      else {
        const at = { record: read.record, ...(read.line === undefined ? {} : { line: read.line }) };
        const faults = made.map((fault) => ({ ...fault, at: { ...at, ...fault.at } }));
        result.parked.push({ faults, record: read.record, records: 1, members: [read] });
      }
    }
    return result;
  }

  async *flush(): AsyncGenerator<InboundResult> {
    // Nothing is gathered.
  }

  told(): Fault[] {
    return [];
  }

  neverSeen(): [] {
    return [];
  }

  async close(): Promise<void> {
    // Nothing is kept.
  }
}
