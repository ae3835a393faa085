import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { BrokerMessage } from '../../ports.ts';
import type { JournalChange } from './groupCommit.ts';
import type { Journal, KnownTopology } from './journal.ts';
import type { WaitingMessage } from './workQueue.ts';

/** Who keeps what waits in memory. */
export interface Keeper {
  add(queue: string, waiting: WaitingMessage): void;
  withdraw(queue: string, waiting: WaitingMessage): void;
  /** All up to this place are durable and known. */
  written(seq: number): void;
}

/** The messages of one call: all of them, or none. */
export class PublishChange implements JournalChange {
  readonly publishes = true;
  readonly #messages: readonly BrokerMessage[];
  readonly #keeper: Keeper;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;
  readonly #added: { queue: string; waiting: WaitingMessage }[] = [];

  constructor(
    messages: readonly BrokerMessage[],
    keeper: Keeper,
    resolve: () => void,
    reject: (error: unknown) => void,
  ) {
    this.#messages = messages;
    this.#keeper = keeper;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  write(journal: Journal, topology: KnownTopology): Error | undefined {
    for (const message of this.#messages) {
      const refusal = refusalOf(message, topology);
      if (refusal) return refusal;
    }
    for (const message of this.#messages) {
      for (const queue of queuesOf(message, topology)) this.#insert(journal, queue, message);
    }
    return undefined;
  }

  written(): void {
    this.#keeper.written(this.#added.at(-1)?.waiting.seq ?? 0);
  }

  /** Whoever publishes is told now; who takes it may have it already, since one that comes twice does no harm. */
  synced(error?: unknown): void {
    if (error === undefined) this.#resolve();
    else this.#reject(error);
  }

  failed(error: unknown): void {
    for (const { queue, waiting } of this.#added) this.#keeper.withdraw(queue, waiting);
    this.#reject(error);
  }

  #insert(journal: Journal, queue: string, message: BrokerMessage): void {
    const { id, contentType, body } = message;
    const seq = journal.insert(queue, message);
    const waiting = { seq, id, contentType, redeliveries: 0, body };
    this.#added.push({ queue, waiting });
    this.#keeper.add(queue, waiting);
  }
}

function queuesOf({ to }: BrokerMessage, topology: KnownTopology): readonly string[] {
  return 'queue' in to ? [to.queue] : (topology.subscribers.get(to.topic) ?? []);
}

function refusalOf(message: BrokerMessage, topology: KnownTopology): StockbusError | undefined {
  const { id, body } = message;
  if (body.byteLength > limits.brokerMessageBytes) {
    return new StockbusError(
      'PAYLOAD_TOO_LARGE',
      `message ${id} has ${body.byteLength} bytes, the broker takes ${limits.brokerMessageBytes}`,
    );
  }
  const missing = queuesOf(message, topology).find((queue) => !topology.queues.has(queue));
  return missing === undefined
    ? undefined
    : new StockbusError('BROKER_UNROUTABLE', `there is no queue '${missing}'`);
}
