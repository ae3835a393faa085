/** The way to one server: at most one connection, opened where it is needed, with growing waits while that fails. */
import { backoffMs } from '../../core/backoff.ts';
import { isStockbusError } from '../../core/errors.ts';
import { limits } from '../../core/limits.ts';
import type { Runtime } from '../../core/runtime.ts';
import { SftpSession } from './SftpSession.ts';
import type { SftpConfig } from './sftpConfig.ts';

const BOUNDS = { firstMs: limits.reconnectFirstMs, maxMs: limits.sftpReconnectMaxMs };
/** A login that is refused too often is locked by many servers. */
const LOGIN_BOUNDS = { firstMs: 30_000, maxMs: 10 * 60_000 };

/** Attempts in vain, and until when the last of them stands for the next ones. */
interface Attempts {
  failed: number;
  refused?: { error: unknown; untilMs: number } | undefined;
}

/** Logins, by what the hub was told of the server: a source that cannot start is made anew, and its logins count on. */
const loginsOf = new WeakMap<SftpConfig, Attempts>();

export class SftpConnection {
  readonly where: string;
  readonly #config: SftpConfig;
  readonly #runtime: Runtime;
  #opening: Promise<SftpSession> | undefined;
  readonly #connects: Attempts = { failed: 0 };
  readonly #logins: Attempts;

  constructor(config: SftpConfig, where: string, runtime: Runtime) {
    this.where = where;
    this.#config = config;
    this.#runtime = runtime;
    this.#logins = loginsOf.get(config) ?? { failed: 0 };
    loginsOf.set(config, this.#logins);
  }

  /**
   * The connection. After an attempt that failed the same fault comes at once until it is time for the
   * next one: whoever asks has a wait of its own.
   */
  session(): Promise<SftpSession> {
    const nowMs = this.#runtime.monotonic();
    for (const { refused } of [this.#connects, this.#logins])
      if (refused && nowMs < refused.untilMs) return Promise.reject(refused.error);
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<SftpSession> {
    try {
      const session = await SftpSession.open(this.#config, this.where, this.#runtime);
      session.onEnd = () => {
        this.#opening = undefined;
      };
      for (const attempts of [this.#connects, this.#logins])
        Object.assign(attempts, { failed: 0, refused: undefined });
      return session;
    } catch (error) {
      this.#opening = undefined;
      const isAway = isStockbusError(error, 'SFTP_UNREACHABLE');
      const attempts = isAway ? this.#connects : this.#logins;
      attempts.failed += 1;
      const bounds = isAway ? BOUNDS : LOGIN_BOUNDS;
      const waitMs = backoffMs(attempts.failed, bounds, this.#runtime.random());
      attempts.refused = { error, untilMs: this.#runtime.monotonic() + waitMs };
      throw error;
    }
  }

  /** Idempotent; the next request opens another. */
  async close(): Promise<void> {
    const session = await this.#opening?.catch(() => undefined);
    session?.close();
  }
}
