/**
 * A lease: of all processes that work on one store, one has it at a time. Times are those of the store's server. Each time
 * that it is taken its token is greater by one, and what its holder writes names that: whoever stood still, and believes
 * that he has it still, writes nothing any more (ControlStore).
 */
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import {
  type ControlBooks,
  type ControlRow,
  type ControlStore,
  type Fence,
  LEASE,
} from '../ports.ts';
import { requireVersion } from '../requireVersion.ts';
import type { Runtime } from '../runtime.ts';

/** The part of a store that leases and what is done under them need. */
export type JobStore = ControlStore & ControlBooks;

/** Of the body. */
const FORMAT = 1;

interface Kept {
  v: number;
  /** The last that was given. */
  token: number;
  /** For how long it is given each time. */
  ms: number;
}

export class Lease {
  readonly #store: JobStore;
  readonly #runtime: Pick<Runtime, 'newId'>;
  readonly #name: string;
  readonly #ms: number;
  /** As this process has taken it. */
  #held: { version: string; token: number; since: string } | undefined;

  constructor({ store, runtime, leaseMs = limits.leaseMs }: LeaseParts, name: string) {
    this.#store = store;
    this.#runtime = runtime;
    this.#name = name;
    this.#ms = leaseMs;
  }

  /** Undefined where another has it, or was faster. */
  async take(): Promise<Fence | undefined> {
    const [row] = await this.#store.control(LEASE, [this.#name]);
    // After the row: a lease that was renewed between the two would seem to last longer than one is given.
    const now = await this.#store.serverTime();
    const kept = row && keptOf(row);
    if (row && kept && isHeld(row, kept, now)) return undefined;
    const token = (kept?.token ?? 0) + 1;
    const isTaken = await this.#write({ token, since: now, version: row?.version ?? '' }, now);
    return isTaken ? { lease: this.#name, token } : undefined;
  }

  /** For as long again, from now on; false where it is another's. */
  async renew(): Promise<boolean> {
    if (!this.#held) return false;
    return this.#write(this.#held, await this.#store.serverTime());
  }

  /** Whoever waits for it may take it at once. */
  async giveBack(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (!held) return;
    const { token, since, version: expected } = held;
    const body = JSON.stringify({ v: FORMAT, token, ms: this.#ms } satisfies Kept);
    const row = { state: 'free', since, words: [], body };
    const change = { kind: LEASE, id: this.#name, expected, row };
    await this.#store.changeControl(this.#runtime.newId(), [change]);
  }

  async #write(
    { token, since, version: expected }: { token: number; since: string; version: string },
    now: string,
  ): Promise<boolean> {
    const version = this.#runtime.newId();
    const row = {
      ...{ state: 'held', since, words: [String(token)] },
      dueAt: new Date(Date.parse(now) + this.#ms).toISOString(),
      body: JSON.stringify({ v: FORMAT, token, ms: this.#ms } satisfies Kept),
    };
    const change = { kind: LEASE, id: this.#name, expected, row };
    const isWritten = (await this.#store.changeControl(version, [change])) === 'done';
    this.#held = isWritten ? { version, token, since } : undefined;
    return isWritten;
  }
}

export interface LeaseParts {
  store: JobStore;
  runtime: Pick<Runtime, 'newId'>;
  /** Left out: as limits say. */
  leaseMs?: number;
}

function keptOf(row: ControlRow): Kept {
  const kept = JSON.parse(row.body) as Kept;
  requireVersion(`the lease '${row.id}'`, kept.v, FORMAT);
  return kept;
}

/** Where the server's clock was set back since, nobody waits until it has come to that time again. */
function isHeld({ state, dueAt = '' }: ControlRow, { ms }: Kept, now: string): boolean {
  const leftMs = Date.parse(dueAt) - Date.parse(now);
  return state === 'held' && leftMs > 0 && leftMs <= ms;
}

export const leaseLost = (name: string): StockbusError =>
  new StockbusError('LEASE_LOST', `another process works on '${name}' by now`);
