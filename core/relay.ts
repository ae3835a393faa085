/**
 * Relay: store → broker. Moves the outbox to the subscribers' queues in the order of the commits. An
 * event is taken off the outbox only after the broker has confirmed it, so it may arrive twice and
 * never not at all.
 */
import { Backoff } from './backoff.ts';
import { faultOf } from './errors.ts';
import type { OutboxRecord } from './ledger.ts';
import { limits } from './limits.ts';
import type { Broker, BrokerMessage, Store } from './ports.ts';
import { textOfOutbox } from './relay/movedText.ts';
import type { RecentTexts } from './relay/RecentTexts.ts';
import type { Runtime, Timer } from './runtime.ts';

export interface RelayParts {
  broker: Broker;
  store: Store;
  runtime: Runtime;
  recent?: RecentTexts;
}

export class Relay {
  readonly #parts: RelayParts;
  readonly #backoff: Backoff;
  #timer: Timer | undefined;
  #working: Promise<void> | undefined;
  #again = false;
  #stopping = false;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(parts.runtime);
  }

  /** Relays what is left from before, then whenever `wake` is called or another process committed. */
  start(): void {
    this.#timer = this.#parts.runtime.every(limits.outboxPollMs, () => this.wake());
    this.wake();
  }

  wake(): void {
    if (this.#stopping) return;
    if (this.#working) {
      this.#again = true;
      return;
    }
    this.#working = this.#drain().finally(() => {
      this.#working = undefined;
      // Rung after the last look, before this.
      if (this.#again) this.wake();
    });
  }

  /** Empties the outbox, then stops. */
  async stop(): Promise<void> {
    this.#timer?.stop();
    this.wake();
    this.#stopping = true;
    await this.#working;
  }

  async #drain(): Promise<void> {
    for (;;) {
      this.#again = false;
      try {
        const records = await this.#parts.store.outbox(limits.outboxRecords);
        if (records.length > 0) await this.#relay(records);
        if (records.length === 0 && !this.#again) return;
        // Others may go on committing for ever; what is left now, the next to start relays.
        if (this.#stopping && records.length < limits.outboxRecords) return;
      } catch (error) {
        const { code, message } = faultOf(error);
        this.#parts.runtime.log('warn', 'relay.waits', { code, message });
        if (this.#stopping) return;
        await this.#backoff.wait();
      }
    }
  }

  async #relay(records: readonly OutboxRecord[]): Promise<void> {
    const { store, broker, recent } = this.#parts;
    const messages: BrokerMessage[] = [];
    for (const { id, topic, body } of records) {
      const text = recent?.get(id) ?? (await textOfOutbox(store, body));
      messages.push({
        id,
        to: { topic },
        body: Buffer.from(text),
        contentType: 'application/json',
      });
    }
    await broker.publish(messages);
    await store.published(records.map(({ id }) => id));
    for (const { id } of records) recent?.forget(id);
    for (const { topic, count } of records) {
      this.#parts.runtime.metrics.count('stockbus_relayed_events_total', count, { topic });
    }
    this.#backoff.reset();
  }
}
