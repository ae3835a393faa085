/**
 * Deliver: broker → steps → codec → connector, for one subscription. Each subscriber has a queue of its
 * own, so that a slow or dead one holds nobody up. Retries wait in the broker and survive a crash; when
 * they run out, or the other side refuses for good, the batch goes to the dead letters.
 */
import { hash } from 'node:crypto';
import { backoffMs } from './backoff.ts';
import { eventsOf } from './deliver/stockEvents.ts';
import { writeRecords } from './deliver/writeRecords.ts';
import type { Fault } from './errors.ts';
import { faultOf, formatFault, isRetryable } from './errors.ts';
import type { SubscriptionFlow } from './flow/compiledFlow.ts';
import { QUEUE_GENERATION } from './intake/publishBatches.ts';
import { limits } from './limits.ts';
import type { Envelope } from './message.ts';
import { textOfBody } from './message.ts';
import type { Broker, Consumer, Delivery, RecordValue, Sink } from './ports.ts';
import type { Runtime } from './runtime.ts';

/** The one queue of a subscriber, in which its events keep their order. */
export const subscriptionQueue = (flow: string): string => `deliver.g${QUEUE_GENERATION}.${flow}`;

export interface DeliverParts {
  broker: Broker;
  runtime: Runtime;
}

interface Waiting {
  delivery: Delivery;
  /** Read when its turn comes. */
  events: Envelope[] | undefined;
}

interface Group {
  parts: { delivery: Delivery; events: Envelope[] }[];
  events: Envelope[];
}

export class Deliver {
  readonly #parts: DeliverParts;
  readonly #flow: SubscriptionFlow;
  readonly #sink: Sink;
  readonly #waiting: Waiting[] = [];
  #consumer: Consumer | undefined;
  #working: Promise<void> | undefined;
  #stopping = false;

  constructor(parts: DeliverParts, flow: SubscriptionFlow, sink: Sink) {
    this.#parts = parts;
    this.#flow = flow;
    this.#sink = sink;
  }

  async start(): Promise<void> {
    const queue = subscriptionQueue(this.#flow.name);
    this.#consumer = await this.#parts.broker.consume(
      queue,
      limits.prefetchMessages,
      (delivery) => {
        this.#waiting.push({ delivery, events: undefined });
        this.#working ??= this.#work().finally(() => {
          this.#working = undefined;
        });
      },
    );
  }

  /** Takes nothing new and finishes what it has, within the time that the broker gives. */
  async stop(): Promise<void> {
    // Closing waits until what was delivered is settled, so the loop goes on until then.
    await this.#consumer?.close();
    this.#stopping = true;
    await this.#working;
    await this.#sink.close();
  }

  async #work(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0 && !this.#stopping) {
      const group = await this.#takeGroup();
      if (group.events.length > 0) await this.#deliver(group);
    }
  }

  /**
   * One batch of the queue, whose id is then the same at every attempt. Only a flow that asks for more
   * records than a batch can hold has waiting batches joined; what failed joined is sent again apart.
   */
  async #takeGroup(): Promise<Group> {
    const group: Group = { parts: [], events: [] };
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const events = next.events ?? (await this.#read(next));
      const alone = next.delivery.attempt > 1 || this.#flow.batch <= limits.batchRecords;
      const full = alone || group.events.length + (events?.length ?? 0) > this.#flow.batch;
      if (full && group.parts.length > 0) break;
      this.#waiting.shift();
      if (!events) continue;
      group.parts.push({ delivery: next.delivery, events });
      group.events.push(...events);
      if (alone) break;
    }
    return group;
  }

  /** What is no batch of events was put into the queue by somebody else: dead, with the reason. */
  async #read(waiting: Waiting): Promise<Envelope[] | undefined> {
    try {
      const text = textOfBody(waiting.delivery.body);
      waiting.events = eventsOf(text);
      return waiting.events;
    } catch (error) {
      const { code, message } = faultOf(error);
      await this.#failed(waiting.delivery, {
        code: code === 'FORMAT_UNKNOWN' ? code : 'MESSAGE_INVALID',
        message: `not a batch of events: ${message}`,
      });
      return undefined;
    }
  }

  /** In calls of at most `batch` records; each has its own id, the same at every attempt. */
  async #send(id: string, records: readonly RecordValue[]): Promise<void> {
    const { batch, name, write } = this.#flow;
    const { contentType, extension, codec } = write;
    for (let start = 0; start < records.length; start += batch) {
      const body = writeRecords(codec, records.slice(start, start + batch));
      const part = records.length > batch ? `.${start / batch + 1}` : '';
      await this.#sink.send({ id: id + part, contentType, extension, body, flow: name });
    }
  }

  async #deliver({ parts, events }: Group): Promise<void> {
    const { metrics } = this.#parts.runtime;
    const deliveries = parts.map(({ delivery }) => delivery);
    const refused = new Map<Delivery, Fault>();
    try {
      const result = await this.#flow.run(events);
      for (const { faults, value } of result.parked) {
        this.#reportRefused(faults, value);
        const owner = parts.find((part) => part.events.includes(value as unknown as Envelope));
        refused.set(owner?.delivery ?? deliveries[0]!, {
          ...faults[0]!,
          message: refusalText(faults, value),
        });
      }
      await this.#send(idOf(deliveries), result.records);
      metrics.count('stockbus_delivered_events_total', events.length, { flow: this.#flow.name });
      for (const delivery of deliveries) {
        const fault = refused.get(delivery);
        if (fault) await this.#bury(delivery, formatFault(fault));
        else delivery.ack();
      }
    } catch (error) {
      metrics.count('stockbus_delivery_failures_total', 1, { flow: this.#flow.name });
      for (const delivery of deliveries) await this.#failed(delivery, faultOf(error));
    }
  }

  async #failed(delivery: Delivery, fault: Fault): Promise<void> {
    const { retry } = this.#flow;
    const { runtime } = this.#parts;
    const reason = formatFault(fault);
    const last = delivery.attempt >= retry.attempts || !isRetryable(fault);
    const facts = {
      flow: this.#flow.name,
      code: fault.code,
      message: fault.message,
      attempt: delivery.attempt,
    };
    runtime.log(last ? 'error' : 'warn', last ? 'deliver.dead' : 'deliver.retry', facts);
    try {
      if (last) await delivery.dead(reason);
      else {
        const waitMs = backoffMs(delivery.attempt, retry, runtime.random());
        await delivery.retry(Math.max(waitMs, fault.retryAfterMs ?? 0), reason);
      }
    } catch (error) {
      // Unsettled, it comes again by itself once the broker is back.
      runtime.log('warn', 'deliver.unsettled', { ...facts, broker: faultOf(error).message });
    }
  }

  /** What the flow's steps refused must not vanish: its batch stays among the dead letters. */
  async #bury(delivery: Delivery, reason: string): Promise<void> {
    try {
      await delivery.dead(reason);
    } catch (error) {
      const { message } = faultOf(error);
      this.#parts.runtime.log('warn', 'deliver.unsettled', { flow: this.#flow.name, message });
    }
  }

  #reportRefused(faults: readonly Fault[], { id }: RecordValue): void {
    const { name: flow } = this.#flow;
    for (const { code, message } of faults) {
      this.#parts.runtime.log('error', 'deliver.refused', { flow, event: id, code, message });
    }
  }
}

const refusalText = (faults: readonly Fault[], { id }: RecordValue): string =>
  `the steps refused the event ${String(id)}: ${faults[0]?.message ?? ''}`;

/** The same for the same batches, so that a receiver can drop a repetition. */
function idOf(deliveries: readonly Delivery[]): string {
  if (deliveries.length === 1) return `msg_${deliveries[0]!.id}`;
  const ids = deliveries.map(({ id }) => id).join('/');
  return `msg_${hash('sha256', ids, 'hex').slice(0, 24)}`;
}
