/** The flows of a hub at work, each by itself; some of them may change places while the others go on. */
import { formatFault } from '../errors.ts';
import type { CompiledFlow, InboundFlow } from '../flow/compiledFlow.ts';
import type { LeftOutFlow, LoadedFlow } from '../flow/loadedFlow.ts';
import { limits } from '../limits.ts';
import type { Runtime } from '../runtime.ts';
import type { StageLoop } from '../StageLoop.ts';
import { FlowRunner, type FlowStatus } from './FlowRunner.ts';
import type { LinkedChange } from './flowChanges.ts';
import type { FlowPause } from './flowPauses.ts';
import type { FlowPart, PartSpec, Phase } from './SupervisedPart.ts';

export interface FlowRunnersParts {
  runtime: Runtime;
  isPatient: boolean;
  /** What runs for a flow, among those of the hub. */
  partsOf(flow: CompiledFlow, inbound: readonly InboundFlow[]): PartSpec[];
  /** That it is paused, as far as that is known. */
  pauseOf?(flow: string): FlowPause | undefined;
}

export class FlowRunners {
  readonly #parts: FlowRunnersParts;
  #runners: ReadonlyMap<string, FlowRunner>;
  #leftOut: readonly LeftOutFlow[];
  #leftOutSince: string;

  constructor(
    parts: FlowRunnersParts,
    flows: readonly LoadedFlow[],
    leftOut: readonly LeftOutFlow[],
  ) {
    this.#parts = parts;
    this.#leftOut = leftOut;
    this.#leftOutSince = this.#now();
    const inbound = inboundOf(flows);
    this.#runners = new Map(flows.map((one) => [one.flow.name, this.#runnerOf(one, inbound)]));
  }

  get flows(): CompiledFlow[] {
    return [...this.#runners.values()].map(({ flow }) => flow);
  }

  get inbound(): InboundFlow[] {
    return this.flows.filter((flow) => flow.direction === 'inbound');
  }

  /** Of those that take in: what they are called, and what they read. */
  get described(): { name: string; about: string; contentType: string }[] {
    return this.inbound.map(({ name, about, read }) => {
      return { name, about, contentType: read.contentType };
    });
  }

  /** No file of a flow is left out, of which nobody knows what it needs. */
  get isWhole(): boolean {
    return this.#leftOut.length === 0;
  }

  get(name: string): FlowRunner | undefined {
    return this.#runners.get(name);
  }

  get all(): FlowRunner[] {
    return [...this.#runners.values()];
  }

  /** Those that run, as they were loaded. */
  get loaded(): LoadedFlow[] {
    return [...this.#runners.values()].map(({ loaded }) => loaded);
  }

  /**
   * Puts others in the place of some of them; resolves when those that go have finished what they had in hand, and the
   * others run, or are tried again by themselves. Flows of which nothing is changed go on all the while.
   */
  async change(changes: readonly LinkedChange[], leftOut: readonly LeftOutFlow[]): Promise<void> {
    const before = this.#runners;
    const gone = new Set(changes.flatMap(({ stops }) => stops));
    const stay = [...before.values()].filter(({ flow }) => !gone.has(flow.name));
    const starts = changes.flatMap((change) => change.starts);
    const inbound = inboundOf([...stay.map(({ loaded }) => loaded), ...starts]);
    const patient = { ...this.#parts, isPatient: true };
    const fresh = new Map(
      starts.map((one) => [one.flow.name, this.#runnerOf(one, inbound, patient)]),
    );
    this.#runners = new Map([...stay.map((one) => [one.flow.name, one] as const), ...fresh]);
    this.#leftOut = leftOut.filter(({ name }) => !this.#runners.has(name));
    this.#leftOutSince = this.#now();
    const swap = async (change: LinkedChange): Promise<void> => {
      const ends = change.stops.map((name) => before.get(name)!);
      await Promise.all(ends.map((runner) => runner.drain()));
      const begins = change.starts.map(({ flow }) => fresh.get(flow.name)!);
      await this.#withinMoment(Promise.all(begins.map((runner) => runner.start())));
    };
    await Promise.all(changes.map(swap));
  }

  #runnerOf(
    loaded: LoadedFlow,
    inbound: readonly InboundFlow[],
    { runtime, isPatient } = this.#parts,
  ): FlowRunner {
    const parts = this.#parts.partsOf(loaded.flow, inbound);
    const runner = new FlowRunner(loaded, parts, { runtime, isPatient });
    const pause = this.#parts.pauseOf?.(loaded.flow.name);
    if (pause) runner.keepPaused(pause);
    return runner;
  }

  /** Sources that neither start nor fail keep nobody waiting for longer than a moment. */
  async startPhase(phase: Phase): Promise<void> {
    const runners = [...this.#runners.values()];
    if (!this.#parts.isPatient) {
      for (const runner of runners) await runner.startPhase(phase);
      return;
    }
    await this.#withinMoment(Promise.all(runners.map((runner) => runner.startPhase(phase))));
  }

  async #withinMoment(started: Promise<unknown>): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = this.#parts.runtime.after(limits.partsStartMs, late.resolve);
    try {
      await Promise.race([started, late.promise]);
    } finally {
      timer.stop();
      started.catch(() => undefined);
    }
  }

  started(): void {
    for (const runner of this.#runners.values()) runner.started();
  }

  /** Gives the first failure, after all others have stopped. */
  async stopPhase(phase: Phase): Promise<unknown> {
    const runners = [...this.#runners.values()];
    const failures = await Promise.all(runners.map((runner) => runner.stopPhase(phase)));
    await Promise.all(runners.map((runner) => runner.idle()));
    return failures.find((failure) => failure !== undefined);
  }

  /** Sinks and reports. */
  get outs(): FlowPart[] {
    return [...this.#runners.values()].flatMap((runner) => runner.running('out'));
  }

  get stages(): StageLoop[] {
    const runners = [...this.#runners.values()];
    return runners.flatMap((runner) => runner.running('stages') as StageLoop[]);
  }

  status(): FlowStatus[] {
    const since = this.#leftOutSince;
    const leftOut = this.#leftOut.map(({ name, file, faults: [reason] }): FlowStatus => {
      const state = 'left out';
      return { name, file, state, since, digest: '', ...(reason ? { reason } : {}) };
    });
    const running = [...this.#runners.values()].map(({ status }) => status);
    return [...running, ...leftOut].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** What the hub is ready without, by flow. */
  warnings(): Record<string, string> {
    const not = this.status().filter(({ state }) => !isWell.has(state));
    return Object.fromEntries(
      not.map(({ name, state, reason }) => [
        `flow ${name}`,
        reason ? `${state}: ${formatFault(reason)}` : state,
      ]),
    );
  }

  #now(): string {
    return new Date(this.#parts.runtime.now()).toISOString();
  }
}

const isWell: ReadonlySet<FlowStatus['state']> = new Set(['starting', 'running', 'draining']);

const inboundOf = (flows: readonly LoadedFlow[]): InboundFlow[] =>
  flows.map(({ flow }) => flow).filter((flow) => flow.direction === 'inbound');
