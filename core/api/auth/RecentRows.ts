import type { ControlBooks, ControlRow } from '../../ports.ts';
import type { Time } from '../../runtime.ts';
import { accessLimits } from './accessLimits.ts';

interface Kept {
  /** On the monotonic clock. */
  readAt: number;
  row: ControlRow | undefined;
  reading?: Promise<ControlRow | undefined>;
}

/**
 * Rows that say who may do what, as they were no longer than accessLimits.accessKeptMs ago: so long a key that was revoked
 * in another process still opens. Where the store cannot be read they stand for accessLimits.accessStaleMs; after that it
 * throws what the store threw. That there is none is kept as well: whoever guesses reads no store.
 */
export class RecentRows {
  readonly #read: Pick<ControlBooks, 'control'>;
  readonly #time: Pick<Time, 'monotonic'>;
  readonly #kind: string;
  /** By id; what was used last comes last. */
  readonly #kept = new Map<string, Kept>();

  constructor(read: Pick<ControlBooks, 'control'>, time: Pick<Time, 'monotonic'>, kind: string) {
    this.#read = read;
    this.#time = time;
    this.#kind = kind;
  }

  async get(id: string): Promise<ControlRow | undefined> {
    const kept = this.#kept.get(id);
    if (kept && this.#ageOf(kept) < accessLimits.accessKeptMs) return kept.row;
    const reading = kept?.reading ?? this.#readAnew(id, kept);
    return reading;
  }

  /** It was changed here. */
  forget(id: string): void {
    this.#kept.delete(id);
  }

  #ageOf({ readAt }: Kept): number {
    return this.#time.monotonic() - readAt;
  }

  #readAnew(id: string, kept: Kept | undefined): Promise<ControlRow | undefined> {
    const before = kept ?? { readAt: -Infinity, row: undefined };
    const since = this.#time.monotonic();
    const reading = this.#read.control(this.#kind, [id]).then(
      ([row]) => {
        // Forgotten meanwhile: what was read may be from before the change.
        if (this.#kept.get(id)?.reading === reading) this.#keep(id, { readAt: since, row });
        return row;
      },
      (error: unknown) => {
        const now = this.#kept.get(id);
        if (now?.reading === reading) this.#keep(id, { readAt: now.readAt, row: now.row });
        if (this.#ageOf(before) < accessLimits.accessStaleMs) return before.row;
        throw error;
      },
    );
    this.#keep(id, { ...before, reading });
    return reading;
  }

  #keep(id: string, kept: Kept): void {
    this.#kept.delete(id);
    this.#kept.set(id, kept);
    if (this.#kept.size <= accessLimits.accessRows) return;
    const [oldest] = this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
  }
}
