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

export class SftpConnection {
  readonly where: string;
  readonly #config: SftpConfig;
  readonly #runtime: Runtime;
  #opening: Promise<SftpSession> | undefined;
  #attempts = 0;
  #refused: { error: unknown; untilMs: number } | undefined;

  constructor(config: SftpConfig, where: string, runtime: Runtime) {
    this.where = where;
    this.#config = config;
    this.#runtime = runtime;
  }

  /**
   * The connection. After an attempt that failed the same fault comes at once until it is time for the
   * next one: whoever asks has a wait of its own.
   */
  session(): Promise<SftpSession> {
    const { untilMs = 0, error } = this.#refused ?? {};
    if (error !== undefined && this.#runtime.monotonic() < untilMs) return Promise.reject(error);
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<SftpSession> {
    try {
      const session = await SftpSession.open(this.#config, this.where, this.#runtime);
      session.onEnd = () => {
        this.#opening = undefined;
      };
      this.#attempts = 0;
      this.#refused = undefined;
      return session;
    } catch (error) {
      this.#opening = undefined;
      this.#attempts += 1;
      const bounds = isStockbusError(error, 'SFTP_UNREACHABLE') ? BOUNDS : LOGIN_BOUNDS;
      const waitMs = backoffMs(this.#attempts, bounds, this.#runtime.random());
      this.#refused = { error, untilMs: this.#runtime.monotonic() + waitMs };
      throw error;
    }
  }

  /** Idempotent; the next request opens another. */
  async close(): Promise<void> {
    const session = await this.#opening?.catch(() => undefined);
    session?.close();
  }
}
