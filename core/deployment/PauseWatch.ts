/** Keeps the flows of a hub paused, or running, as the store says; whoever else says so is heard within limits.pausePollMs. */
import { type Fault, faultOf, isFatal } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Books, ControlStore } from '../ports.ts';
import type { Runtime, Timer } from '../runtime.ts';
import type { FlowRunner } from './FlowRunner.ts';
import { type FlowPause, flowPauses, pauseFlow, resumeFlow } from './flowPauses.ts';

export interface PauseWatchParts {
  store: Books & ControlStore;
  runtime: Runtime;
  /** One that soon ends pauses nothing by itself. */
  stays: boolean;
  /** Those that there are now. */
  runners(): readonly FlowRunner[];
}

export class PauseWatch {
  readonly #parts: PauseWatchParts;
  #pauses: ReadonlyMap<string, FlowPause> = new Map();
  #timer: Timer | undefined;
  #isFollowing = false;
  #looking: Promise<void> | undefined;

  constructor(parts: PauseWatchParts) {
    this.#parts = parts;
  }

  /** As it last was seen. */
  of(flow: string): FlowPause | undefined {
    return this.#pauses.get(flow);
  }

  /** What is paused is known, and nothing of it done yet. */
  async read(): Promise<void> {
    const pauses = await flowPauses(this.#parts.store);
    this.#pauses = new Map(pauses.map((one) => [one.flow, one]));
  }

  /** Before any flow starts. */
  async begin(): Promise<void> {
    await this.read();
    for (const runner of this.#parts.runners()) {
      const pause = this.of(runner.flow.name);
      if (pause) runner.keepPaused(pause);
    }
  }

  /** Once all flows have started: who starts them has them go through their phases together. */
  start(): void {
    this.#isFollowing = true;
    this.#timer = this.#parts.runtime.every(limits.pausePollMs, () => void this.#look());
    void this.#look();
  }

  async pause(said: Omit<FlowPause, 'since'>): Promise<FlowPause> {
    const { store, runtime } = this.#parts;
    const pause = await pauseFlow(store, runtime, said);
    await this.#lookAnew();
    return pause;
  }

  async resume(flow: string, by: string): Promise<FlowPause | undefined> {
    const { store, runtime } = this.#parts;
    const pause = await resumeFlow(store, runtime, flow, by);
    await this.#lookAnew();
    return pause;
  }

  /** A fault that is fatal for the flow for which this is done pauses it: what is in hand is refused, as it would be the next time. */
  async guarded<T>(flow: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const fault = faultOf(error);
      if (this.#parts.stays && isFatal(fault)) void this.#halt(flow, fault);
      throw error;
    }
  }

  /** Not awaited by what fails: a flow is paused once that has ended. */
  async #halt(flow: string, { code, message }: Fault): Promise<void> {
    try {
      await this.pause({ flow, by: 'hub', reason: message, code });
    } catch (error) {
      const { message: reason } = faultOf(error);
      this.#parts.runtime.log('error', 'flow.not_paused', { flow, code, message, reason });
    }
  }

  /** One look may have begun before the change. */
  async #lookAnew(): Promise<void> {
    await this.#looking;
    await this.#look();
  }

  #look(): Promise<void> {
    this.#looking ??= this.#looked().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #looked(): Promise<void> {
    const { log } = this.#parts.runtime;
    try {
      await this.read();
      if (!this.#isFollowing) return;
      await Promise.all(this.#parts.runners().map((runner) => this.#follow(runner)));
    } catch (error) {
      // That the store is away is said by /readyz, too; flows stay as they are.
      const { code, message } = faultOf(error);
      log('debug', 'flow.pauses_unknown', { code, message });
    }
  }

  async #follow(runner: FlowRunner): Promise<void> {
    const { log } = this.#parts.runtime;
    const { name: flow } = runner.flow;
    const pause = this.of(flow);
    if (pause && runner.canPause) {
      const { by, reason, code } = pause;
      log('warn', 'flow.paused', { flow, by, reason, ...(code ? { code } : {}) });
      await runner.pause(pause);
    }
    if (!pause && runner.state === 'paused') {
      log('info', 'flow.resumed', { flow });
      await runner.resume();
    }
  }

  async stop(): Promise<void> {
    this.#isFollowing = false;
    this.#timer?.stop();
    await this.#looking;
  }
}
