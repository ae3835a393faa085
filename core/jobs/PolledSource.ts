/** A source that looks at another system again and again: one process at a time, under the lease of what it looks at. */
import { Backoff } from '../backoff.ts';
import { type Fault, faultOf, isRetryable, todoOf } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Accept, OfferedPayload, Poller, PollState, Refuse, Source } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { type Hold, Job } from './Job.ts';
import type { JobStore } from './Lease.ts';
import { IN_HAND, PollMemory, wordOf } from './PollMemory.ts';

export interface PolledSourceParts {
  store: JobStore;
  runtime: Runtime;
}

export interface PolledSourceAbout {
  /** Name of the connector in config/hub.yaml. */
  name: string;
  flow: string;
  /** What the messages of the flow name as their source. */
  source: string;
}

/** So many looks that fail one after another are told as a fault of the flow. */
const FAILED_LOOKS = 3;

type Outcome = 'more' | 'done' | 'failed';

export class PolledSource implements Source {
  readonly #parts: PolledSourceParts;
  readonly #about: PolledSourceAbout;
  readonly #poller: Poller;
  readonly #job: Job;
  readonly #backoff: Backoff;
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;
  #lastFault: Fault | undefined;
  #accept: Accept | undefined;
  #refuse: Refuse = async () => undefined;

  constructor(parts: PolledSourceParts, about: PolledSourceAbout, poller: Poller) {
    this.#parts = parts;
    this.#about = about;
    this.#poller = poller;
    this.#job = new Job(parts, `poll ${wordOf({ source: about.source, place: poller.place })}`);
    const firstMs = Math.min(limits.startRetryFirstMs, poller.everyMs);
    const maxMs = Math.max(firstMs, Math.min(limits.startRetryMaxMs, poller.everyMs));
    this.#backoff = new Backoff(parts.runtime, { firstMs, maxMs });
  }

  /** One look that failed may be chance. */
  get fault(): Fault | undefined {
    return this.#backoff.attempts >= FAILED_LOOKS ? this.#lastFault : undefined;
  }

  async start(accept: Accept, refuse?: Refuse): Promise<void> {
    if (this.#running || this.#ending.signal.aborted) return;
    this.#accept = accept;
    if (refuse) this.#refuse = refuse;
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
    await this.#poller.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const outcome = await this.#look();
      if (outcome === 'more') continue;
      const waitMs = outcome === 'failed' ? this.#failedMs() : this.#poller.everyMs;
      this.#parts.runtime.metrics.gauge(
        'stockbus_poll_failed_looks',
        this.#backoff.attempts,
        this.#labels,
      );
      // Aborted: it is to stop.
      await this.#parts.runtime.sleep(waitMs, signal).catch(() => undefined);
    }
  }

  /** As long as the other side asks for, where it does. */
  #failedMs(): number {
    return Math.max(this.#backoff.nextMs(), this.#lastFault?.retryAfterMs ?? 0);
  }

  async #look(): Promise<Outcome> {
    try {
      const isMore = await this.#job.run((hold) => this.#turn(hold));
      // Another process has the turn, which says nothing of whether it goes well.
      if (isMore === undefined) return 'done';
      if (this.#backoff.attempts > 0) this.#tell('info', 'poll.succeeded', {});
      this.#backoff.reset();
      return isMore ? 'more' : 'done';
    } catch (error) {
      if (this.#ending.signal.aborted) return 'done';
      const fault = faultOf(error);
      this.#lastFault = fault;
      const { code, message, at } = fault;
      this.#tell('warn', 'poll.failed', { code, message, at, todo: todoOf(fault) });
      return 'failed';
    }
  }

  #turn(hold: Hold): Promise<boolean> {
    const { store, runtime } = this.#parts;
    const { source } = this.#about;
    const state = new PollMemory(store, runtime, hold, { source, place: this.#poller.place });
    return this.#poller.poll({
      signal: this.#ending.signal,
      state,
      claim: (keys) => this.#claim(state, keys),
      offer: (payload) => this.#offer(payload),
    });
  }

  async #claim(state: PollState, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const kept = (await state.read([IN_HAND])).get(IN_HAND);
    const before = kept ? (JSON.parse(kept) as Record<string, string>) : {};
    const ids = new Map(keys.map((key) => [key, before[key] ?? this.#parts.runtime.newId()]));
    const isKept = keys.every((key) => before[key] !== undefined);
    if (!isKept || Object.keys(before).length !== ids.size) {
      await state.write(new Map([[IN_HAND, JSON.stringify(Object.fromEntries(ids))]]));
    }
    return ids;
  }

  async #offer({ intakeId, name, place, ...payload }: OfferedPayload): Promise<Fault | undefined> {
    const origin = { intakeId, flow: this.#about.flow, name };
    const { sizeBytes } = payload;
    try {
      const { refused } = await this.#accept!({ origin, ...payload });
      this.#count(refused ? 'failed' : 'taken');
      return refused;
    } catch (error) {
      const fault = faultOf(error);
      if (isRetryable(fault)) throw error;
      const about = { origin, ...(place ? { place } : {}) };
      await this.#refuse({ ...about, ...(sizeBytes === undefined ? {} : { sizeBytes }) }, fault);
      this.#count('failed');
      return fault;
    }
  }

  #count(outcome: 'taken' | 'failed'): void {
    const labels = { ...this.#labels, outcome };
    this.#parts.runtime.metrics.count('stockbus_polled_payloads_total', 1, labels);
  }

  #tell(
    level: 'info' | 'warn',
    event: 'poll.failed' | 'poll.succeeded',
    facts: Record<string, unknown>,
  ): void {
    const { place } = this.#poller;
    this.#parts.runtime.log(level, event, { ...this.#labels, place, ...facts });
  }

  get #labels(): { connector: string; flow: string } {
    return { connector: this.#about.name, flow: this.#about.flow };
  }
}
