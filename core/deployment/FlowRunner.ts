/** One flow at work: what takes in for it, its stages, its sinks, its report. Its faults are its own. */
import type { Fault } from '../errors.ts';
import type { CompiledFlow } from '../flow/compiledFlow.ts';
import type { LoadedFlow } from '../flow/loadedFlow.ts';
import type { Receipt } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { type FlowPause, pauseFault } from './flowPauses.ts';
import {
  type FlowPart,
  type PartSpec,
  type Phase,
  phases,
  SupervisedPart,
} from './SupervisedPart.ts';

export type FlowState = 'starting' | 'running' | 'paused' | 'draining' | 'failed';

/** How a flow is, as people and programs are shown it. */
export interface FlowStatus {
  name: string;
  file: string;
  /** Not there where it cannot be told. */
  direction?: CompiledFlow['direction'];
  state: FlowState | 'left out';
  /** Since when it is in that state. */
  since: string;
  /** Of its file, its fragments and its tables. */
  digest: string;
  /** Why it does not run. */
  reason?: Fault;
}

export interface RunnerParts {
  runtime: Runtime;
  isPatient: boolean;
}

export class FlowRunner {
  readonly loaded: LoadedFlow;
  readonly flow: CompiledFlow;
  readonly #runtime: Runtime;
  readonly #parts: readonly SupervisedPart[];
  readonly #taking = new Set<Promise<Receipt>>();
  #state: Exclude<FlowState, 'failed'> = 'starting';
  #since: string;
  #pause: FlowPause | undefined;

  constructor(loaded: LoadedFlow, specs: readonly PartSpec[], { runtime, isPatient }: RunnerParts) {
    this.loaded = loaded;
    this.flow = loaded.flow;
    this.#runtime = runtime;
    const about = { flow: loaded.flow.name, runtime, isPatient };
    this.#parts = specs.map((spec) => new SupervisedPart(about, spec));
    this.#since = this.#now();
  }

  /** `failed` as long as a part of it cannot start; the others work meanwhile. */
  get state(): FlowState {
    return this.#state === 'running' && this.#fault ? 'failed' : this.#state;
  }

  get status(): FlowStatus {
    const { name, file, direction } = this.flow;
    const reason = this.#pause ? pauseFault(this.#pause) : this.#fault;
    const { state } = this;
    const since = this.#since;
    const { digest } = this.loaded;
    return { name, file, direction, state, since, digest, ...(reason ? { reason } : {}) };
  }

  get #fault(): Fault | undefined {
    return this.#parts.map(({ fault }) => fault).find((fault) => fault);
  }

  /** Those of its parts that run. */
  running(phase: Phase): FlowPart[] {
    const own = this.#parts.filter(({ spec }) => spec.phase === phase);
    return own.flatMap(({ running }) => running ?? []);
  }

  /** Of a hub that starts: a phase at a time, over all of its flows. */
  async startPhase(phase: Phase): Promise<void> {
    for (const part of this.#of(phase)) {
      // It may be paused, or drained, while it starts.
      if (!this.canPause) return;
      await part.start();
    }
  }

  started(): void {
    if (this.#state === 'starting') this.#become('running');
  }

  /** All of it, where the hub runs already. */
  async start(): Promise<void> {
    for (const phase of phases) await this.startPhase(phase);
    this.started();
  }

  /** Takes nothing new in, and finishes what it has in hand, so that another may take its place. */
  async drain(): Promise<void> {
    this.#become('draining');
    await this.#stopAll();
  }

  /** It is not paused, and not about to end. */
  get canPause(): boolean {
    return this.#state === 'running' || this.#state === 'starting';
  }

  /** It stays, and does nothing until it is resumed. */
  async pause(pause: FlowPause): Promise<void> {
    if (!this.canPause) return;
    this.keepPaused(pause);
    await this.#stopAll();
  }

  /** Before it was ever started. */
  keepPaused(pause: FlowPause): void {
    this.#state = 'paused';
    this.#pause = pause;
    this.#since = pause.since;
  }

  async resume(): Promise<void> {
    if (this.#state !== 'paused') return;
    this.#become('starting');
    this.#pause = undefined;
    await this.start();
  }

  /** Gives the first failure of those that could not be stopped, after all others have. */
  async stopPhase(phase: Phase): Promise<unknown> {
    const stopped = await Promise.allSettled(this.#of(phase).map((part) => part.stop()));
    return stopped.find((result) => result.status === 'rejected')?.reason;
  }

  async #stopAll(): Promise<void> {
    for (const phase of phases.toReversed()) {
      const failure = await this.stopPhase(phase);
      if (failure !== undefined) {
        const { name: flow } = this.flow;
        const message = failure instanceof Error ? failure.message : String(failure);
        this.#runtime.log('error', 'flow.stop_failed', { flow, phase, message });
      }
      if (phase === 'in') await this.idle();
    }
  }

  /** Counts what is being taken in for it, which it finishes before it stops. */
  async take(work: Promise<Receipt>): Promise<Receipt> {
    this.#taking.add(work);
    try {
      return await work;
    } finally {
      this.#taking.delete(work);
    }
  }

  /** Nothing is being taken in. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#taking);
  }

  #of(phase: Phase): SupervisedPart[] {
    return this.#parts.filter(({ spec }) => spec.phase === phase);
  }

  #become(state: Exclude<FlowState, 'failed'>): void {
    this.#state = state;
    this.#since = this.#now();
  }

  #now(): string {
    return new Date(this.#runtime.now()).toISOString();
  }
}
