/** Work that one process at a time does, under the lease of its name. */
import { faultOf } from '../errors.ts';
import { limits } from '../limits.ts';
import type { ControlChange, Fence } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { type JobStore, Lease, type LeaseParts, leaseLost } from './Lease.ts';

/** What the work has while it has the lease. */
export interface Hold {
  /**
   * Writes, all or nothing, or throws: LEASE_LOST where the lease is another's, or a row was changed by another. Gives the
   * version that the rows have from now on.
   */
  write(changes: readonly ControlChange[]): Promise<string>;
  /** Before what cannot be taken back: throws LEASE_LOST. */
  check(): Promise<void>;
}

export interface JobParts extends LeaseParts {
  runtime: Runtime;
}

export class Job {
  readonly #parts: JobParts;
  readonly #name: string;

  constructor(parts: JobParts, name: string) {
    this.#parts = parts;
    this.#name = name;
  }

  /**
   * Runs the work, and renews the lease meanwhile; undefined where another process is at it. The lease is given back when the
   * work is done or has failed, so that a hub that drains leaves nobody waiting; one that was killed does, for `leaseMs`.
   */
  async run<T>(work: (hold: Hold) => Promise<T>): Promise<T | undefined> {
    const { runtime, leaseMs = limits.leaseMs } = this.#parts;
    const lease = new Lease(this.#parts, this.#name);
    const fence = await lease.take();
    if (!fence) return undefined;
    let renewing: Promise<void> = Promise.resolve();
    const renewal = runtime.every(Math.ceil(leaseMs / 3), () => {
      renewing = renewing.then(() => this.#quietly(() => lease.renew()));
    });
    try {
      return await work(new HeldLease(this.#parts.store, runtime, fence));
    } finally {
      renewal.stop();
      await renewing;
      await this.#quietly(() => lease.giveBack());
    }
  }

  /** What fails here is found out by whoever writes next. */
  async #quietly(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const { code, message } = faultOf(error);
      this.#parts.runtime.log('warn', 'lease.waits', { name: this.#name, code, message });
    }
  }
}

class HeldLease implements Hold {
  readonly #store: JobStore;
  readonly #runtime: Pick<Runtime, 'newId'>;
  readonly #fence: Fence;

  constructor(store: JobStore, runtime: Pick<Runtime, 'newId'>, fence: Fence) {
    this.#store = store;
    this.#runtime = runtime;
    this.#fence = fence;
  }

  async write(changes: readonly ControlChange[]): Promise<string> {
    const version = this.#runtime.newId();
    const outcome = await this.#store.changeControl(version, changes, this.#fence);
    if (outcome === 'conflict') throw leaseLost(this.#fence.lease);
    return version;
  }

  async check(): Promise<void> {
    await this.write([]);
  }
}
