/**
 * Deliver: broker → steps → codec → connector, for one sink. Each has a queue of its own, of events or of
 * records that a flow handed on to it, so that a slow or dead one holds nobody up. What fails stays in its place: the
 * endpoint is left alone for a while (core/deliver/SinkEndpoint.ts), then asked by the first that waits, and the rest follows in order.
 * What nobody can send, or has been tried as often as its flow says, goes to the dead letters.
 */
import { Backoff } from './backoff.ts';
import type { Group, GroupCall } from './deliver/Group.ts';
import { Hand } from './deliver/Hand.ts';
import type { DeliveryLog } from './deliver/notedCall.ts';
import { Refusals } from './deliver/Refusals.ts';
import { SendWindow } from './deliver/SendWindow.ts';
import { SinkCalls } from './deliver/SinkCalls.ts';
import { type EndpointStore, SinkEndpoint } from './deliver/SinkEndpoint.ts';
import { isOfContent } from './deliver/sift.ts';
import { sinkLabel } from './deliver/sinkQueue.ts';
import { type Fault, faultOf, isRetryable, StockbusError } from './errors.ts';
import type { FlowSink } from './flow/compiledFlow.ts';
import { limits } from './limits.ts';
import type { Broker, Consumer, Sink } from './ports.ts';
import type { Runtime } from './runtime.ts';

export interface DeliverParts {
  broker: Broker;
  runtime: Runtime;
  /** Keeps what is known of endpoints; left out: it ends with the process. */
  store?: EndpointStore;
  /** Left out: how it was answered is noted nowhere. */
  history?: DeliveryLog;
  /** How long a message may be held that waits; left out: that of limits. */
  holdMs?: number;
}

interface Failure {
  group: Group;
  fault: Fault;
}

/** Though the same call would be answered so again; a refusal, where all are refused. */
const OF_ENDPOINT: ReadonlySet<string> = new Set(['WEBHOOK_GONE', 'WEBHOOK_REFUSED']);

export class Deliver {
  readonly #parts: DeliverParts;
  readonly #target: FlowSink;
  /** As logs and metrics name it. */
  readonly #label: string;
  readonly #sink: Sink;
  readonly #calls: SinkCalls;
  readonly #hand: Hand;
  readonly #endpoint: SinkEndpoint;
  readonly #refusals: Refusals;
  /** Aborted by `stop`: nobody waits for anything any longer. */
  readonly #ending = new AbortController();
  #consumer: Consumer | undefined;
  #working: Promise<void> | undefined;
  /** Since the last look at what is there to do. */
  #isStirred = false;
  /** Of what the broker could not be told. */
  readonly #backoff: Backoff;
  #stirred = Promise.withResolvers<void>();

  constructor(parts: DeliverParts, target: FlowSink, sink: Sink) {
    const { runtime, store, history } = parts;
    const { flow, retry } = target;
    const label = sinkLabel(flow, target.name);
    this.#parts = parts;
    this.#target = target;
    this.#label = label;
    this.#sink = sink;
    this.#endpoint = new SinkEndpoint({ label, flow, retry, runtime, store });
    const attempt = (): number => this.#endpoint.facts.attempts + 1;
    const { signal } = this.#ending;
    this.#calls = new SinkCalls(target, { label, sink, runtime, signal, history, attempt });
    this.#hand = new Hand(target, label, runtime);
    const [calls, hand, endpoint] = [this.#calls, this.#hand, this.#endpoint];
    this.#refusals = new Refusals({ target, calls, hand, endpoint });
    this.#backoff = new Backoff(runtime, { firstMs: limits.retryFirstMs, maxMs: limits.holdMs });
  }

  get label(): string {
    return this.#label;
  }

  /** Why nothing is sent; undefined where it is. */
  get waitsFor(): string | undefined {
    const { state, since, lastAnswer, paused } = this.#endpoint.facts;
    if (state === 'active') return undefined;
    return `${state} since ${since}: ${paused?.reason ?? lastAnswer?.message ?? ''}`;
  }

  async start(): Promise<void> {
    await this.#endpoint.start(() => this.#stir());
    if (this.#endpoint.isActive) await this.#consume();
    else this.#stir();
  }

  /** Takes nothing new and finishes what it has, within the time that the broker gives. */
  async stop(): Promise<void> {
    this.#endpoint.stop();
    this.#ending.abort(new StockbusError('SHUTTING_DOWN', 'the hub is stopping'));
    // Closing waits until what was delivered is settled, so the loop goes on until then.
    const closing = this.#consumer?.close();
    this.#stir();
    await closing;
    await this.#working;
    await this.#sink.close();
  }

  async #consume(): Promise<void> {
    this.#consumer = await this.#parts.broker.consume(
      this.#target.queue,
      // What waits for its turn waits in the queue.
      this.#calls.hasPace ? 1 : limits.prefetchMessages,
      (delivery) => {
        this.#hand.add(delivery);
        this.#stir();
      },
    );
  }

  /** Something is there to do, or somebody who waits is to look again. */
  #stir(): void {
    this.#stirred.resolve();
    this.#stirred = Promise.withResolvers();
    this.#isStirred = true;
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      // After the last look, before this.
      if (this.#isStirred) this.#stir();
    });
  }

  async #work(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    for (let isMore = true; isMore; ) {
      this.#isStirred = false;
      if (this.#hand.isUnsettled) isMore = await this.#takeAgain();
      else if (!this.#endpoint.isActive) isMore = await this.#waitForEndpoint();
      else if (!this.#hand.isEmpty) {
        isMore = await this.#sendInHand();
        if (!this.#hand.isUnsettled) this.#backoff.reset();
      } else isMore = !this.#consumer && (await this.#consumeAgain());
    }
  }

  /** False when it is to end. */
  async #consumeAgain(): Promise<boolean> {
    const { runtime } = this.#parts;
    const { signal } = this.#ending;
    const backoff = new Backoff(runtime);
    while (!this.#consumer && !signal.aborted) {
      await this.#consume().catch(async (error: unknown) => {
        const { message } = faultOf(error);
        runtime.log('warn', 'deliver.waits', { flow: this.#label, message });
        await backoff.wait(signal).catch(() => undefined);
      });
    }
    if (signal.aborted) await this.#letGo(0);
    return !signal.aborted;
  }

  /**
   * What the broker could not be told about comes again, and all that came after it; seldom, since a broker counts how often.
   * False when it is to end.
   */
  async #takeAgain(): Promise<boolean> {
    const { signal } = this.#ending;
    await this.#letGo(0);
    await this.#backoff.wait(signal).catch(() => undefined);
    return !signal.aborted;
  }

  /** As they come, several calls at once where the sink takes them. False when it is to end. */
  async #sendInHand(): Promise<boolean> {
    const { atOnce } = this.#calls;
    const window = new SendWindow(atOnce);
    const failures: Failure[] = [];
    for (const group of this.#hand.groups) await this.#begin(window, group, failures);
    for (;;) {
      if (!this.#endpoint.isActive || this.#hand.isUnsettled) window.halt();
      const isRoom = atOnce === 1 ? window.isIdle : this.#hand.groups.length < 2 * atOnce;
      if (isRoom && this.#hand.isWaiting && !window.isHalted) {
        const group = await this.#hand.take();
        const waitMs = group ? this.#calls.waitMs(group.count) : 0;
        if (waitMs > this.#holdMs) return this.#rest(waitMs);
        if (group) await this.#begin(window, group, failures);
      } else if (window.isIdle) return this.#settled(failures);
      else await Promise.race([window.moved, this.#stirred.promise]);
    }
  }

  async #begin(window: SendWindow, group: Group, failures: Failure[]): Promise<void> {
    try {
      await this.#calls.prepare(group);
    } catch (error) {
      failures.push({ group, fault: faultOf(error) });
      window.halt();
      return;
    }
    const calls = group.left;
    if (calls.length === 0) await this.#hand.finish(group);
    for (const call of calls) {
      const send = () => this.#send(group, call, failures);
      window.add({ keys: this.#calls.keysOf(group, call), send });
    }
  }

  async #send(group: Group, call: GroupCall, failures: Failure[]): Promise<void> {
    try {
      await this.#calls.send(group, call);
    } catch (error) {
      const { signal } = this.#ending;
      const isEnding = signal.aborted && error === signal.reason;
      if (!isEnding) failures.push({ group, fault: faultOf(error) });
      throw error;
    }
    if (group.sent(call)) await this.#hand.finish(group);
  }

  /** False when it is to end. */
  async #settled(failures: readonly Failure[]): Promise<boolean> {
    const { groups } = this.#hand;
    const inOrder = groups.flatMap((group) => failures.filter((one) => one.group === group));
    const failure = inOrder.find(({ fault }) => fault.code === 'WEBHOOK_GONE') ?? inOrder[0];
    if (failure) await this.#failed(failure);
    if (!this.#ending.signal.aborted) return failure !== undefined || !this.#hand.isEmpty;
    if (!this.#hand.isEmpty) await this.#letGo(0);
    return false;
  }

  async #failed({ group, fault }: Failure): Promise<void> {
    const { runtime } = this.#parts;
    const flow = this.#label;
    runtime.metrics.count('stockbus_delivery_failures_total', 1, { flow });
    const found = isOfContent(fault) ? await this.#ofEndpoint(group, fault) : fault;
    if (!found) return;
    const { code, message } = found;
    const isOfEndpoint = isRetryable(found) || OF_ENDPOINT.has(code);
    const verdict = isOfEndpoint ? await this.#endpoint.failed(found, group.id) : 'dead';
    const { attempts } = this.#endpoint.facts;
    const facts = { flow, code, message, attempt: isOfEndpoint ? attempts : 1 };
    if (verdict === 'dead') {
      runtime.log('error', 'deliver.dead', facts);
      await this.#hand.bury(group, found);
    } else {
      runtime.log('warn', 'deliver.retry', facts);
      this.#hand.takeApart(group);
    }
  }

  /** What is the fault of the endpoint. What a call fails by that tells whose fault it is counts as an answer of its own. */
  async #ofEndpoint(group: Group, known: Fault): Promise<Fault | undefined> {
    try {
      return await this.#refusals.settle(group, known);
    } catch (error) {
      const { signal } = this.#ending;
      return signal.aborted && error === signal.reason ? undefined : faultOf(error);
    }
  }

  get #holdMs(): number {
    return this.#parts.holdMs ?? limits.holdMs;
  }

  /**
   * Until the endpoint has taken what it is asked by. What is held meanwhile is given back where that takes long; and at once
   * where another process asks. False when there is nothing to do before something comes, or it is to end.
   */
  async #waitForEndpoint(): Promise<boolean> {
    const { runtime } = this.#parts;
    const sinceMs = runtime.monotonic();
    while (!this.#endpoint.isActive) {
      this.#isStirred = false;
      if (this.#hand.isUnsettled) return true;
      const isEnding = this.#ending.signal.aborted;
      if (isEnding || !this.#endpoint.isAsking) await this.#letGo(0);
      if (isEnding) return false;
      const first = await this.#hand.first();
      const waitMs = this.#endpoint.waitMs + (first ? 0 : this.#endpoint.graceMs);
      if (waitMs > 0) {
        if (runtime.monotonic() - sinceMs + waitMs > this.#holdMs) await this.#letGo(this.#kept);
        await this.#nap(waitMs);
      } else if (first) await this.#ask(first);
      else {
        this.#endpoint.takeOver();
        if (this.#consumer || !(await this.#consumeAgain())) return false;
      }
    }
    this.#hand.dropLent();
    return true;
  }

  /**
   * How many are kept of those that are given back: the broker gives nobody the same again and again. Whether one is refused for
   * itself, only others tell. Where its attempts are counted it is buried after the last, for which it must be in hand.
   */
  get #kept(): number {
    const { attempts = Infinity } = this.#target.retry;
    if (attempts < limits.unsettledDeliveries) return 0;
    const { lastAnswer } = this.#endpoint.facts;
    return lastAnswer?.code === 'WEBHOOK_REFUSED' ? limits.refusedInARow : 1;
  }

  /** By one call. */
  async #ask(group: Group): Promise<void> {
    await this.#endpoint.refresh();
    if (this.#endpoint.isActive || this.#endpoint.waitMs > 0) return;
    try {
      await this.#calls.prepare(group);
      const [call] = group.left;
      if (call) await this.#calls.send(group, call);
      if (!call || group.sent(call)) await this.#hand.finish(group);
      if (call) await this.#endpoint.recovered();
    } catch (error) {
      const { signal } = this.#ending;
      if (!signal.aborted || error !== signal.reason) {
        await this.#failed({ group, fault: faultOf(error) });
      }
    }
  }

  /** Gives back what it holds until the pace lets it go on. */
  async #rest(waitMs: number): Promise<boolean> {
    const { runtime } = this.#parts;
    const untilMs = runtime.monotonic() + waitMs;
    runtime.log('info', 'deliver.paused', { flow: this.#label, waitMs });
    await this.#letGo(0);
    while (runtime.monotonic() < untilMs && !this.#ending.signal.aborted) {
      await this.#nap(untilMs - runtime.monotonic());
    }
    return !this.#ending.signal.aborted;
  }

  /** All that is in hand comes again when it is asked for; of the first so many is kept what the endpoint is asked by. */
  async #letGo(kept: number): Promise<void> {
    const consumer = this.#consumer;
    this.#consumer = undefined;
    this.#hand.letGo(kept);
    await consumer?.release();
    // What came meanwhile comes again, too.
    this.#hand.letGo(kept);
  }

  /** Until that is over, or somebody stirs, or has since the last look. */
  async #nap(ms: number): Promise<void> {
    const wasStirred = this.#isStirred;
    this.#isStirred = false;
    if (wasStirred) return;
    const over = Promise.withResolvers<void>();
    const timer = Number.isFinite(ms) ? this.#parts.runtime.after(ms, over.resolve) : undefined;
    await Promise.race([over.promise, this.#stirred.promise]);
    timer?.stop();
  }
}

/** Of `Health`: which subscribers take nothing. */
export const waitingEndpoints = (sinks: readonly Deliver[]): Record<string, string> =>
  Object.fromEntries(
    sinks.flatMap(({ label, waitsFor }) => (waitsFor ? [[`endpoint ${label}`, waitsFor]] : [])),
  );
