/**
 * Deliver: broker → steps → codec → connector, for one subscription. Each subscriber has a queue of its
 * own, so that a slow or dead one holds nobody up. Retries wait in the broker and survive a crash; when
 * they run out, or the other side refuses for good, the batch goes to the dead letters.
 */
import { hash } from 'node:crypto';
import { backoffMs } from './backoff.ts';
import { eventLines, eventsOf } from './deliver/stockEvents.ts';
import { writeLines, writeRecords } from './deliver/writeRecords.ts';
import type { Fault } from './errors.ts';
import { faultOf, formatFault, isRetryable } from './errors.ts';
import type { SubscriptionFlow } from './flow/compiledFlow.ts';
import { QUEUE_GENERATION } from './intake/publishBatches.ts';
import { JsonBuffer } from './JsonBuffer.ts';
import { limits } from './limits.ts';
import type { Envelope } from './message.ts';
import { textOfBody } from './message.ts';
import type { Broker, Consumer, Delivery, JsonLines, RecordValue, Sink } from './ports.ts';
import type { Runtime } from './runtime.ts';

/** The one queue of a subscriber, in which its events keep their order. */
export const subscriptionQueue = (flow: string): string => `deliver.g${QUEUE_GENERATION}.${flow}`;

export interface DeliverParts {
  broker: Broker;
  runtime: Runtime;
}

/** The events of a message: as what is written, where no step wants to see them. */
type ReadEvents = { lines: JsonLines } | { envelopes: Envelope[] };

const countOf = (read: ReadEvents): number =>
  'lines' in read ? read.lines.ends.length : read.envelopes.length;

interface Waiting {
  delivery: Delivery;
  /** Read when its turn comes. */
  events: ReadEvents | undefined;
}

interface Group {
  parts: { delivery: Delivery; events: ReadEvents }[];
  count: number;
}

export class Deliver {
  readonly #parts: DeliverParts;
  readonly #flow: SubscriptionFlow;
  readonly #sink: Sink;
  readonly #waiting: Waiting[] = [];
  readonly #takesLines: boolean;
  readonly #buffer = new JsonBuffer();
  #consumer: Consumer | undefined;
  #working: Promise<void> | undefined;
  #stopping = false;

  constructor(parts: DeliverParts, flow: SubscriptionFlow, sink: Sink) {
    this.#parts = parts;
    this.#flow = flow;
    this.#sink = sink;
    this.#takesLines = !flow.hasSteps && flow.write.codec.writer().writeLines !== undefined;
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
      if (group.count > 0) await this.#deliver(group);
    }
  }

  /**
   * One batch of the queue, whose id is then the same at every attempt. Only a flow that asks for more
   * records than a batch can hold has waiting batches joined; what failed joined is sent again apart.
   */
  async #takeGroup(): Promise<Group> {
    const group: Group = { parts: [], count: 0 };
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const events = next.events ?? (await this.#read(next));
      const alone = next.delivery.attempt > 1 || this.#flow.batch <= limits.batchRecords;
      const count = events ? countOf(events) : 0;
      const full = alone || group.count + count > this.#flow.batch;
      if (full && group.parts.length > 0) break;
      this.#waiting.shift();
      if (!events) continue;
      group.parts.push({ delivery: next.delivery, events });
      group.count += count;
      if (alone) break;
    }
    return group;
  }

  /** What is no batch of events was put into the queue by somebody else: dead, with the reason. */
  async #read(waiting: Waiting): Promise<ReadEvents | undefined> {
    try {
      const text = textOfBody(waiting.delivery.body);
      waiting.events = this.#takesLines
        ? { lines: eventLines(text, this.#buffer) }
        : { envelopes: eventsOf(text) };
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
  async #send(
    id: string,
    count: number,
    bodyOf: (from: number, until: number) => Uint8Array[],
  ): Promise<void> {
    const { batch, name, write } = this.#flow;
    const { contentType, extension } = write;
    for (let start = 0; start < count; start += batch) {
      const body = bodyOf(start, Math.min(start + batch, count));
      const part = count > batch ? `.${start / batch + 1}` : '';
      await this.#sink.send({ id: id + part, contentType, extension, body, flow: name });
    }
  }

  async #deliver(group: Group): Promise<void> {
    const { metrics } = this.#parts.runtime;
    const deliveries = group.parts.map(({ delivery }) => delivery);
    try {
      const refused = await this.#sendAll(group, idOf(deliveries));
      metrics.count('stockbus_delivered_events_total', group.count, { flow: this.#flow.name });
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

  /** Gives those of which the steps refused an event, which did not go out with the others. */
  async #sendAll({ parts }: Group, id: string): Promise<Map<Delivery, Fault>> {
    const { write, run } = this.#flow;
    const refused = new Map<Delivery, Fault>();
    if (this.#takesLines) {
      const lines = parts.flatMap(({ events }) => ('lines' in events ? events.lines : []));
      const count = lines.reduce((sum, { ends }) => sum + ends.length, 0);
      await this.#send(id, count, (from, until) => writeLines(write.codec, lines, from, until));
      return refused;
    }
    const read = parts.map(({ delivery, events }) => {
      return { delivery, envelopes: 'lines' in events ? [] : events.envelopes };
    });
    const { records, parked } = await run(read.flatMap(({ envelopes }) => envelopes));
    for (const { faults, value } of parked) {
      this.#reportRefused(faults, value);
      const owner = read.find((part) => part.envelopes.includes(value as unknown as Envelope));
      const message = refusalText(faults, value);
      refused.set(owner?.delivery ?? parts[0]!.delivery, { ...faults[0]!, message });
    }
    await this.#send(id, records.length, (from, until) =>
      writeRecords(write.codec, records.slice(from, until)),
    );
    return refused;
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
