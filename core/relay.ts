/**
 * Relay: store → broker. Moves the outbox to the subscribers' queues in the order of the commits. An
 * event is taken off the outbox only after the broker has confirmed it, so it may arrive twice and
 * never not at all; the next are sent meanwhile. One that cannot be sent stays there and is tried
 * again, and lets the others pass.
 */
import { Backoff } from './backoff.ts';
import { faultOf, isStockbusError, type StockbusError } from './errors.ts';
import { type SpanAbout, spanOf, traceOfBody } from './history/tracing.ts';
import type { OutboxRecord } from './ledger.ts';
import { limits } from './limits.ts';
import type { Broker, BrokerMessage, Store } from './ports.ts';
import { OutboxTexts } from './relay/movedText.ts';
import type { RecentTexts } from './relay/RecentTexts.ts';
import type { Runtime, Timer } from './runtime.ts';

export interface RelayParts {
  broker: Broker;
  store: Store;
  runtime: Runtime;
  recent?: RecentTexts;
  /** For how long numbered events are kept. */
  keepMs: number;
  /** Told when events have their numbers. */
  numbered?: () => void;
}

/** Records of events that are forgotten in one step. */
const FORGOTTEN = 1_000;

export class Relay {
  readonly #parts: RelayParts;
  readonly #backoff: Backoff;
  /** Ids of what cannot be sent as things are. */
  readonly #held = new Set<string>();
  /** Ids of what the broker has and the outbox still has, in the order in which it was sent. */
  readonly #sent = new Set<string>();
  #timers: Timer[] = [];
  #working: Promise<void> | undefined;
  #taking: Promise<void> | undefined;
  #forgetting: Promise<void> | undefined;
  #again = false;
  #stopping = false;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#backoff = new Backoff(parts.runtime);
  }

  /** Relays what is left from before, then whenever `wake` is called or another process committed. */
  start(): void {
    const { runtime } = this.#parts;
    const again = (): void => {
      this.#held.clear();
      this.wake();
    };
    this.#timers = [
      runtime.every(limits.outboxPollMs, () => this.wake()),
      runtime.every(limits.heldRecordsRetryMs, again),
      runtime.every(limits.eventsSweepMs, () => {
        this.#forgetting ??= this.#forget().finally(() => {
          this.#forgetting = undefined;
        });
      }),
    ];
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
    for (const timer of this.#timers) timer.stop();
    this.wake();
    this.#stopping = true;
    await this.#working;
    await this.#taking;
    await this.#forgetting;
  }

  async #drain(): Promise<void> {
    for (;;) {
      this.#again = false;
      try {
        const { records, isLast } = await this.#next();
        if (records.length > 0) await this.#relay(records);
        // Others may go on committing for ever; what is left now, the next to start relays.
        if (isLast && (this.#stopping || !this.#again)) {
          this.#parts.runtime.metrics.gauge('stockbus_outbox_held_records', this.#held.size);
          return;
        }
      } catch (error) {
        this.#waits(error);
        if (this.#stopping) return;
        await this.#backoff.wait();
      }
    }
  }

  /** Oldest first, without those that are held or sent, and whether there were no more then. */
  async #next(): Promise<{ records: OutboxRecord[]; isLast: boolean }> {
    // As it is now: what is taken off while this reads may be read, and must not be sent again.
    const passed = new Set([...this.#held, ...this.#sent]);
    const most = limits.outboxRecords;
    const found = await this.#parts.store.outbox(most + passed.size);
    const records = found.filter(({ id }) => !passed.has(id)).slice(0, most);
    return { records, isLast: found.length < most + passed.size };
  }

  async #relay(records: readonly OutboxRecord[]): Promise<void> {
    const { store, recent, runtime } = this.#parts;
    const texts = new OutboxTexts(store);
    const made: Made[] = [];
    for (const record of records) {
      const { id, topic, body } = record;
      await this.#orHold(record, async () => {
        const text = recent?.get(id) ?? (await texts.textOf(body));
        const message = { id, to: { topic }, body: Buffer.from(text), contentType: JSON_TYPE };
        made.push({ record, message });
      });
    }
    for (const { id, topic, count } of await this.#publish(made)) {
      this.#sent.add(id);
      recent?.forget(id);
      runtime.metrics.count('stockbus_relayed_events_total', count, { topic });
    }
    this.#backoff.reset();
    this.#taking ??= this.#takeOff();
    if (this.#sent.size >= limits.outboxRecords) await this.#taking;
  }

  /** Until nothing that was sent is on the outbox. What fails is tried again, and not sent again. */
  async #takeOff(): Promise<void> {
    const { store, runtime } = this.#parts;
    const backoff = new Backoff(runtime);
    while (this.#sent.size > 0) {
      const ids = [...this.#sent];
      try {
        await store.published(ids, new Date(runtime.now()).toISOString());
        for (const id of ids) this.#sent.delete(id);
        this.#parts.numbered?.();
      } catch (error) {
        this.#waits(error);
        if (this.#stopping) break;
        await backoff.wait();
      }
    }
    // At once, so that what is sent after the last look begins anew.
    this.#taking = undefined;
  }

  #waits(error: unknown): void {
    const { code, message } = faultOf(error);
    this.#parts.runtime.log('warn', 'relay.waits', { code, message });
  }

  /** What is kept no more of the numbered events, a slice at a time. */
  async #forget(): Promise<void> {
    const { store, runtime, keepMs } = this.#parts;
    const before = new Date(runtime.now() - keepMs).toISOString();
    try {
      while (!this.#stopping && (await store.forgetEvents(before, FORGOTTEN)) >= FORGOTTEN - 1);
    } catch (error) {
      const { code, message } = faultOf(error);
      runtime.log('warn', 'relay.keeps_events', { code, message });
    }
  }

  /** Together; where one of them is refused, each by itself. */
  async #publish(made: readonly Made[]): Promise<OutboxRecord[]> {
    const { broker } = this.#parts;
    const sent: OutboxRecord[] = [];
    const span = spanOf(
      aboutSpan(made),
      made.map(({ message }) => traceOfBody(message.body)),
    );
    try {
      await broker.publish(made.map(({ message }) => message));
      span.end();
      return made.map(({ record }) => record);
    } catch (error) {
      span.end({}, error);
      if (!isOfOne(error)) throw error;
    }
    for (const { record, message } of made) {
      await this.#orHold(record, async () => {
        await broker.publish([message]);
        sent.push(record);
      });
    }
    return sent;
  }

  /** Holds the record where the work fails by what it says; others pass it, as long as they are few. */
  async #orHold({ id, topic, count }: OutboxRecord, work: () => Promise<void>): Promise<void> {
    const { log, metrics } = this.#parts.runtime;
    try {
      await work();
    } catch (error) {
      if (!isOfOne(error) || this.#held.size >= limits.heldRecords) throw error;
      this.#held.add(id);
      metrics.gauge('stockbus_outbox_held_records', this.#held.size);
      log('error', 'relay.held', { record: id, topic, events: count, ...error.fault });
    }
  }
}

interface Made {
  record: OutboxRecord;
  message: BrokerMessage;
}

const aboutSpan = (made: readonly Made[]): SpanAbout => ({
  name: 'relay',
  kind: 'producer',
  attributes: { 'messaging.batch.message_count': made.length },
});

const JSON_TYPE = 'application/json';

/** Faults that another record need not have: it is none of the broker's or the store's as a whole. */
const isOfOne = (error: unknown): error is StockbusError =>
  isStockbusError(error, 'PAYLOAD_TOO_LARGE') || isStockbusError(error, 'STORE_CORRUPT');
