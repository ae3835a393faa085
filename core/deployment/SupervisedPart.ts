/** One thing of a flow that runs: a source, a sink, a stage, a report. Where it cannot start it is made anew, again and again. */
import { Backoff } from '../backoff.ts';
import { type Fault, faultOf, StockbusError, todoOf } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Runtime } from '../runtime.ts';

export interface FlowPart {
  start(): void | Promise<void>;
  /** Idempotent, and also while it starts. */
  stop(): Promise<void>;
  /** Why it does not do its work now, though it runs. */
  readonly fault?: Fault | undefined;
}

/** In this order parts start, and in the other they stop: what takes in comes last, and goes first. */
export const phases = ['out', 'stages', 'in'] as const;
export type Phase = (typeof phases)[number];

export interface PartSpec {
  phase: Phase;
  /** As logs name it: `source`, `sink webshop`. */
  name: string;
  make(): FlowPart;
}

export interface SupervisedParts {
  flow: string;
  runtime: Runtime;
  /** False: what cannot start is thrown, and not tried again. */
  isPatient: boolean;
}

const bounds = { firstMs: limits.startRetryFirstMs, maxMs: limits.startRetryMaxMs };

export class SupervisedPart {
  readonly spec: PartSpec;
  readonly #parts: SupervisedParts;
  #part: FlowPart | undefined;
  #ending = new AbortController();
  #isStarted = false;
  #fault: Fault | undefined;

  constructor(parts: SupervisedParts, spec: PartSpec) {
    this.#parts = parts;
    this.spec = spec;
  }

  /** The thing itself, once it runs. */
  get running(): FlowPart | undefined {
    return this.#isStarted ? this.#part : undefined;
  }

  /** Why it cannot start, as long as it cannot, or why it does not do its work. */
  get fault(): Fault | undefined {
    return this.#fault ?? this.running?.fault;
  }

  /**
   * Resolves when it runs, or after the first attempt that failed; the others go on by themselves. Throws
   * DATA_FOLDER_BUSY, for the whole hub is one too many then, and without patience whatever keeps it from starting.
   */
  async start(): Promise<void> {
    const ending = new AbortController();
    this.#ending = ending;
    try {
      await this.#attempt(ending.signal);
    } catch (error) {
      const fault = faultOf(error);
      if (!this.#parts.isPatient || fault.code === 'DATA_FOLDER_BUSY') throw error;
      void this.#again(fault, ending.signal);
    }
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    const part = this.spec.make();
    this.#part = part;
    try {
      await part.start();
    } catch (error) {
      await part.stop().catch(() => undefined);
      throw error;
    }
    if (signal.aborted) return part.stop();
    this.#isStarted = true;
    this.#fault = undefined;
  }

  async #again(first: Fault, signal: AbortSignal): Promise<void> {
    const { runtime, flow } = this.#parts;
    const backoff = new Backoff(runtime, bounds);
    const about = { flow, part: this.spec.name };
    let fault: Fault | undefined = first;
    let toldAt = Number.NEGATIVE_INFINITY;
    while (fault) {
      this.#fault = fault;
      const now = runtime.monotonic();
      if (now - toldAt >= limits.tellAgainMs) {
        const { code, message } = fault;
        const todo = todoOf(fault);
        runtime.log('error', 'flow.start_failed', { ...about, code, message, todo });
        toldAt = now;
      }
      try {
        await backoff.wait(signal);
      } catch {
        return;
      }
      fault = await this.#attempt(signal).then(() => undefined, faultOf);
    }
    if (!signal.aborted) runtime.log('info', 'flow.start_succeeded', about);
  }

  /** Where it does not even start, nobody waits for that. */
  async stop(): Promise<void> {
    this.#ending.abort(new StockbusError('SHUTTING_DOWN', 'the flow is stopping'));
    this.#isStarted = false;
    this.#fault = undefined;
    await this.#part?.stop();
  }
}
