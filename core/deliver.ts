/**
 * Deliver: broker → steps → codec → connector, for one sink. Each has a queue of its own, of events or of
 * records that a flow handed on to it, so that a slow or dead one holds nobody up. Retries wait in the broker and survive a crash; when
 * they run out, or the other side refuses for good, the batch goes to the dead letters.
 */
import { hash } from 'node:crypto';
import { Backoff, backoffMs } from './backoff.ts';
import { type DeliveryLog, notedCall } from './deliver/notedCall.ts';
import { sinkLabel } from './deliver/sinkQueue.ts';
import { eventLines, eventsOf } from './deliver/stockEvents.ts';
import { Throttle } from './deliver/Throttle.ts';
import { writeLines, writeRecords } from './deliver/writeRecords.ts';
import type { Fault } from './errors.ts';
import { faultOf, formatFault, isRetryable, StockbusError } from './errors.ts';
import type { FlowSink } from './flow/compiledFlow.ts';
import { handedBatch } from './handedBatch.ts';
import { JsonBuffer } from './JsonBuffer.ts';
import { limits } from './limits.ts';
import type { Envelope } from './message.ts';
import { textOfBody } from './message.ts';
import type {
  Broker,
  Consumer,
  Delivery,
  JsonLines,
  Outgoing,
  RecordValue,
  Sink,
} from './ports.ts';
import type { Runtime } from './runtime.ts';

export interface DeliverParts {
  broker: Broker;
  runtime: Runtime;
  /** How long a message may be held for its pace; left out: that of limits. */
  holdMs?: number;
  /** Left out: how it was answered is noted nowhere. */
  history?: DeliveryLog;
}

/** What a message has: its events, as what is written where no step wants to see them, or records. */
type ReadBatch =
  | { lines: JsonLines }
  | { envelopes: Envelope[] }
  | { records: RecordValue[]; time: string };

function countOf(read: ReadBatch): number {
  if ('lines' in read) return read.lines.ends.length;
  return 'records' in read ? read.records.length : read.envelopes.length;
}

interface Waiting {
  delivery: Delivery;
  /** Read when its turn comes. */
  read: ReadBatch | undefined;
}

interface Group {
  parts: { delivery: Delivery; read: ReadBatch }[];
  count: number;
}

export class Deliver {
  readonly #parts: DeliverParts;
  readonly #target: FlowSink;
  /** As logs and metrics name it. */
  readonly #label: string;
  readonly #sink: Sink;
  readonly #waiting: Waiting[] = [];
  readonly #takesLines: boolean;
  readonly #throttle: Throttle | undefined;
  /** Aborted by `stop`: nobody waits for a pace any longer. */
  readonly #ending = new AbortController();
  readonly #buffer = new JsonBuffer();
  #consumer: Consumer | undefined;
  #working: Promise<void> | undefined;
  #stopping = false;

  constructor(parts: DeliverParts, target: FlowSink, sink: Sink) {
    this.#parts = parts;
    this.#target = target;
    this.#label = sinkLabel(target.flow, target.name);
    this.#sink = sink;
    const { events, write } = target;
    const { throttle, expireMs } = target;
    this.#takesLines =
      events?.hasSteps === false &&
      expireMs === undefined &&
      write.codec.writer().writeLines !== undefined;
    this.#throttle = throttle && new Throttle(throttle, parts.runtime);
  }

  async start(): Promise<void> {
    this.#consumer = await this.#parts.broker.consume(
      this.#target.queue,
      // What waits for its turn waits in the queue.
      this.#throttle ? 1 : limits.prefetchMessages,
      (delivery) => {
        this.#waiting.push({ delivery, read: undefined });
        this.#working ??= this.#work().finally(() => {
          this.#working = undefined;
        });
      },
    );
  }

  /** Takes nothing new and finishes what it has, within the time that the broker gives. */
  async stop(): Promise<void> {
    this.#ending.abort(new StockbusError('SHUTTING_DOWN', 'the hub is stopping'));
    // Closing waits until what was delivered is settled, so the loop goes on until then.
    await this.#consumer?.close();
    this.#stopping = true;
    await this.#working;
    await this.#sink.close();
  }

  async #work(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0 && !this.#stopping) {
      const group = this.#unexpired(await this.#takeGroup());
      if (group.count === 0) continue;
      const waitMs = this.#throttle?.waitMs(group.count) ?? 0;
      const { holdMs = limits.throttleHoldMs } = this.#parts;
      if (waitMs > holdMs) await this.#pause(waitMs);
      else await this.#deliver(group);
    }
  }

  /** Gives back what it holds, so that it waits in its queue, and asks for it again in time. */
  async #pause(waitMs: number): Promise<void> {
    const { runtime } = this.#parts;
    const { signal } = this.#ending;
    const untilMs = runtime.monotonic() + waitMs;
    runtime.log('info', 'deliver.paused', { flow: this.#label, waitMs });
    this.#waiting.length = 0;
    await this.#consumer?.close();
    this.#consumer = undefined;
    const backoff = new Backoff(runtime);
    try {
      await runtime.sleep(Math.max(0, untilMs - runtime.monotonic()), signal);
      while (!this.#consumer && !signal.aborted) {
        await this.start().catch(async (error: unknown) => {
          const { message } = faultOf(error);
          runtime.log('warn', 'deliver.waits', { flow: this.#label, message });
          await backoff.wait(signal);
        });
      }
      const late = this.#consumer as Consumer | undefined;
      if (signal.aborted) await late?.close();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Without the batches, each of one time, that nobody wants any more. */
  #unexpired(group: Group): Group {
    const { expireMs } = this.#target;
    if (expireMs === undefined) return group;
    const { runtime } = this.#parts;
    const oldestMs = runtime.now() - expireMs;
    const fresh: Group = { parts: [], count: 0 };
    for (const part of group.parts) {
      const count = countOf(part.read);
      if (Date.parse(timeOf(part.read)) < oldestMs) {
        runtime.log('warn', 'deliver.expired', { flow: this.#label, records: count });
        runtime.metrics.count('stockbus_delivery_expired_total', count, { flow: this.#label });
        part.delivery.ack();
      } else {
        fresh.parts.push(part);
        fresh.count += count;
      }
    }
    return fresh;
  }

  /**
   * One batch of the queue, whose id is then the same at every attempt. Only a flow that asks for more
   * records than a batch can hold has waiting batches joined; what failed joined is sent again apart.
   */
  async #takeGroup(): Promise<Group> {
    const group: Group = { parts: [], count: 0 };
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const read = next.read ?? (await this.#read(next));
      const alone = next.delivery.attempt > 1 || this.#target.batch <= limits.batchRecords;
      const count = read ? countOf(read) : 0;
      const full = alone || group.count + count > this.#target.batch;
      if (full && group.parts.length > 0) break;
      this.#waiting.shift();
      if (!read) continue;
      group.parts.push({ delivery: next.delivery, read });
      group.count += count;
      if (alone) break;
    }
    return group;
  }

  /** What is no batch was put into the queue by somebody else: dead, with the reason. */
  async #read(waiting: Waiting): Promise<ReadBatch | undefined> {
    try {
      waiting.read = this.#readBody(waiting.delivery.body);
      return waiting.read;
    } catch (error) {
      const { code, message } = faultOf(error);
      await this.#failed(waiting.delivery, {
        code: code === 'FORMAT_UNKNOWN' ? code : 'MESSAGE_INVALID',
        message: `not a batch of ${this.#target.events ? 'events' : 'records'}: ${message}`,
      });
      return undefined;
    }
  }

  #readBody(body: Uint8Array): ReadBatch {
    if (!this.#target.events) {
      const { records, time } = handedBatch(body);
      return { records: records.map(({ value }) => value), time };
    }
    const text = textOfBody(body);
    return this.#takesLines
      ? { lines: eventLines(text, this.#buffer) }
      : { envelopes: eventsOf(text) };
  }

  /** In calls of at most `batch` records; each has its own id, the same at every attempt. */
  async #send(
    deliveries: readonly Delivery[],
    count: number,
    bodyOf: (from: number, until: number) => Uint8Array[],
  ): Promise<void> {
    const { write, throttle } = this.#target;
    const batch = Math.min(this.#target.batch, throttle?.records ?? count);
    const flow = this.#label;
    const id = idOf(deliveries);
    const { contentType, extension } = write;
    for (let start = 0; start < count; start += batch) {
      const end = Math.min(start + batch, count);
      const part = count > batch ? `.${start / batch + 1}` : '';
      if (this.#throttle) await this.#inTime(this.#throttle, end - start);
      const body = bodyOf(start, end);
      const outgoing = { id: id + part, contentType, extension, body, flow };
      await this.#call(deliveries, outgoing, end - start);
    }
  }

  #call(deliveries: readonly Delivery[], outgoing: Outgoing, records: number): Promise<void> {
    const { history, runtime } = this.#parts;
    const call = { sink: this.#label, deliveries, id: outgoing.id, records };
    return notedCall(history, runtime, call, (trace) =>
      this.#sink.send(trace ? { ...outgoing, trace } : outgoing),
    );
  }

  async #inTime(throttle: Throttle, records: number): Promise<void> {
    const waitMs = throttle.waitMs(records);
    if (waitMs > 0) await this.#parts.runtime.sleep(waitMs, this.#ending.signal);
    throttle.sent(records);
  }

  async #deliver(group: Group): Promise<void> {
    const { metrics } = this.#parts.runtime;
    const deliveries = group.parts.map(({ delivery }) => delivery);
    try {
      const refused = await this.#sendAll(group, deliveries);
      metrics.count('stockbus_delivered_events_total', group.count, { flow: this.#label });
      for (const delivery of deliveries) {
        const fault = refused.get(delivery);
        if (fault) await this.#bury(delivery, formatFault(fault));
        else delivery.ack();
      }
    } catch (error) {
      // Unsettled, it comes again to the next.
      if (this.#ending.signal.aborted && error === this.#ending.signal.reason) return;
      metrics.count('stockbus_delivery_failures_total', 1, { flow: this.#label });
      for (const delivery of deliveries) await this.#failed(delivery, faultOf(error));
    }
  }

  /** Gives those of which the steps refused an event, which did not go out with the others. */
  async #sendAll({ parts }: Group, deliveries: readonly Delivery[]): Promise<Map<Delivery, Fault>> {
    const { write } = this.#target;
    const refused = new Map<Delivery, Fault>();
    if (this.#takesLines) {
      const lines = parts.flatMap(({ read }) => ('lines' in read ? read.lines : []));
      const count = lines.reduce((sum, { ends }) => sum + ends.length, 0);
      await this.#send(deliveries, count, (from, until) =>
        writeLines(write.codec, lines, from, until),
      );
      return refused;
    }
    const records = await this.#through(parts, refused);
    await this.#send(deliveries, records.length, (from, until) =>
      writeRecords(write.codec, records.slice(from, until)),
    );
    return refused;
  }

  /** Records as they were handed on, or what the steps make of events. */
  async #through(
    parts: Group['parts'],
    refused: Map<Delivery, Fault>,
  ): Promise<readonly RecordValue[]> {
    const { events } = this.#target;
    if (!events) return parts.flatMap(({ read }) => ('records' in read ? read.records : []));
    const batches = parts.map(({ delivery, read }) => {
      return { delivery, envelopes: 'envelopes' in read ? read.envelopes : [] };
    });
    const { records, parked } = await events.run(batches.flatMap(({ envelopes }) => envelopes));
    for (const { faults, value } of parked) {
      this.#reportRefused(faults, value);
      const owner = batches.find((part) => part.envelopes.includes(value as unknown as Envelope));
      const message = refusalText(faults, value);
      refused.set(owner?.delivery ?? parts[0]!.delivery, { ...faults[0]!, message });
    }
    return records;
  }

  async #failed(delivery: Delivery, fault: Fault): Promise<void> {
    const { retry } = this.#target;
    const { runtime } = this.#parts;
    const reason = formatFault(fault);
    const last = delivery.attempt >= retry.attempts || !isRetryable(fault);
    const facts = {
      flow: this.#label,
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
      this.#parts.runtime.log('warn', 'deliver.unsettled', { flow: this.#label, message });
    }
  }

  #reportRefused(faults: readonly Fault[], { id }: RecordValue): void {
    const flow = this.#label;
    for (const { code, message } of faults) {
      this.#parts.runtime.log('error', 'deliver.refused', { flow, event: id, code, message });
    }
  }
}

const timeOf = (read: ReadBatch): string =>
  'time' in read ? read.time : 'envelopes' in read ? (read.envelopes[0]?.time ?? '') : '';

const refusalText = (faults: readonly Fault[], { id }: RecordValue): string =>
  `the steps refused the event ${String(id)}: ${faults[0]?.message ?? ''}`;

/** The same for the same batches, so that a receiver can drop a repetition. */
function idOf(deliveries: readonly Delivery[]): string {
  if (deliveries.length === 1) return `msg_${deliveries[0]!.id}`;
  const ids = deliveries.map(({ id }) => id).join('/');
  return `msg_${hash('sha256', ids, 'hex').slice(0, 24)}`;
}
