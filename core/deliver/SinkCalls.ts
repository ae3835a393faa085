/** The calls of one sink: cut to its size, written, and sent at its pace. */
import type { FlowSink } from '../flow/compiledFlow.ts';
import type { Sink } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import type { Group, GroupCall } from './Group.ts';
import { type DeliveryLog, notedCall } from './notedCall.ts';
import { prepareGroup, type Refused } from './prepareGroup.ts';
import { Throttle } from './Throttle.ts';

export interface SinkCallsParts {
  label: string;
  sink: Sink;
  runtime: Runtime;
  /** Nobody waits for a pace any longer. */
  signal: AbortSignal;
  history: DeliveryLog | undefined;
  /** The how manieth since the endpoint last took something. */
  attempt(): number;
}

export class SinkCalls {
  readonly #target: FlowSink;
  readonly #label: string;
  readonly #sink: Sink;
  readonly #runtime: Runtime;
  readonly #throttle: Throttle | undefined;
  readonly #parts: SinkCallsParts;

  constructor(target: FlowSink, parts: SinkCallsParts) {
    this.#target = target;
    this.#label = parts.label;
    this.#sink = parts.sink;
    this.#runtime = parts.runtime;
    this.#parts = parts;
    const { throttle } = target;
    this.#throttle = throttle && new Throttle(throttle, parts.runtime);
  }

  /** How many may be on their way at once. */
  get atOnce(): number {
    return this.#throttle ? 1 : (this.#sink.atOnce ?? 1);
  }

  get hasPace(): boolean {
    return this.#throttle !== undefined;
  }

  /** Until the pace lets so many records go. */
  waitMs(records: number): number {
    return this.#throttle?.waitMs(records) ?? 0;
  }

  /** Throws what the steps throw. */
  async prepare(group: Group): Promise<void> {
    if (group.prepared) return;
    const { batch, throttle } = this.#target;
    const prepared = await prepareGroup(group.parts, this.#target);
    for (const { faults, event } of prepared.refused) {
      for (const { code, message } of faults) {
        const facts = { flow: this.#label, event, code, message };
        this.#runtime.log('error', 'deliver.refused', facts);
      }
    }
    group.cut(prepared, Math.min(batch, throttle?.records ?? batch));
  }

  /** What a call is about, where others may be on their way at the same time. */
  keysOf(group: Group, call: GroupCall): Iterable<string> | undefined {
    return this.atOnce === 1 ? [] : group.keysOf(call);
  }

  /** Rejects with what the sink says, or with the signal's reason. */
  async send(group: Group, { id, from, until }: GroupCall): Promise<void> {
    if (this.#throttle) await this.#inTime(this.#throttle, until - from);
    const { contentType, extension } = this.#target.write;
    const body = group.prepared!.bodyOf(from, until);
    const outgoing = { id, contentType, extension, body, flow: this.#label };
    const { history, attempt } = this.#parts;
    const deliveries = group.parts.map(({ delivery }) => delivery);
    const facts = { deliveries, id, records: until - from, attempt: attempt() };
    await notedCall(history, this.#runtime, { sink: this.#label, ...facts }, (trace, answered) =>
      this.#sink.send({ ...outgoing, ...(trace ? { trace } : {}), answered }),
    );
  }

  /** Call by call; what its steps refused. */
  async sendAll(group: Group): Promise<readonly Refused[]> {
    await this.prepare(group);
    for (const call of group.left) {
      await this.send(group, call);
      group.sent(call);
    }
    return group.prepared!.refused;
  }

  async #inTime(throttle: Throttle, records: number): Promise<void> {
    const waitMs = throttle.waitMs(records);
    if (waitMs > 0) await this.#runtime.sleep(waitMs, this.#parts.signal);
    throttle.sent(records);
  }
}
