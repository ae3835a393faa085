import { StockbusError } from '../../errors.ts';
import type { Time } from '../../runtime.ts';
import { accessLimits } from './accessLimits.ts';

const WINDOW_MS = 60_000;
const NAME_CHARACTERS = 65;

/**
 * How often somebody may be wrong in a minute: from one address, about one user, and about one user from one address. Who is
 * right costs nobody anything; so many passwords are looked at side by side that the hub does its work meanwhile.
 */
export class LoginThrottle {
  readonly #time: Pick<Time, 'monotonic'>;
  readonly #failed = new Map<string, { since: number; times: number }>();
  #looking = 0;

  constructor(time: Pick<Time, 'monotonic'>) {
    this.#time = time;
  }

  /** Throws HTTP_TOO_MANY, HUB_BUSY. A failed attempt resolves with undefined. */
  async attempt<Result>(
    name: string,
    address: string,
    look: () => Promise<Result | undefined>,
  ): Promise<Result | undefined> {
    // A longer one is nobody's, and is not kept.
    const who = name.slice(0, NAME_CHARACTERS);
    const bounds: [string, number][] = [
      [`address ${address}`, accessLimits.loginsOfAddress],
      [`user ${who}`, accessLimits.loginsOfUser],
      [`both ${who} ${address}`, accessLimits.loginsOfBoth],
    ];
    for (const [key, most] of bounds) this.#refuse(key, most);
    if (this.#looking >= accessLimits.loginsAtOnce)
      throw new StockbusError('HUB_BUSY', 'others are signing in at this moment');
    this.#looking += 1;
    // Counted before it is known: attempts side by side have no more than those one after the other.
    for (const [key] of bounds) this.#count(key, 1);
    try {
      const found = await look();
      if (found !== undefined) for (const [key] of bounds) this.#count(key, -1);
      return found;
    } finally {
      this.#looking -= 1;
    }
  }

  #refuse(key: string, most: number): void {
    const found = this.#failed.get(key);
    if (!found || found.times < most) return;
    const leftMs = found.since + WINDOW_MS - this.#time.monotonic();
    if (leftMs <= 0) {
      this.#failed.delete(key);
      return;
    }
    throw new StockbusError('HTTP_TOO_MANY', 'too many attempts to sign in failed', undefined, {
      retryAfterMs: leftMs,
    });
  }

  #count(key: string, by: number): void {
    const now = this.#time.monotonic();
    const found = this.#failed.get(key);
    const isOver = !found || now >= found.since + WINDOW_MS;
    this.#failed.delete(key);
    const next = isOver ? { since: now, times: by } : { ...found, times: found.times + by };
    if (next.times > 0) this.#failed.set(key, next);
    if (this.#failed.size <= accessLimits.accessRows) return;
    const [oldest] = this.#failed.keys();
    if (oldest !== undefined) this.#failed.delete(oldest);
  }
}
