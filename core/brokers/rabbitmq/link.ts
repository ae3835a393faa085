import type { Duplex } from 'node:stream';
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { Backoff } from '../../backoff.ts';
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Runtime, Timer } from '../../runtime.ts';
import type { RabbitAddress } from './address.ts';
import { closedError, connectFailure, reasonText } from './failure.ts';

/**
 * One connection that comes back by itself. The hub keeps two: RabbitMQ stops reading a connection
 * that publishes while an alarm is on, and acks must go on then.
 */
export class Link {
  readonly #name: string;
  readonly #address: RabbitAddress;
  readonly #runtime: Runtime;
  readonly #waiting = new Set<(model: ChannelModel) => void>();
  readonly #upListeners = new Set<() => void>();
  readonly #freeListeners = new Set<() => void>();
  #model: ChannelModel | undefined;
  #failure: StockbusError;
  #starting: Promise<void> | undefined;
  readonly #backoff: Backoff;
  #timer: Timer | undefined;
  #closed = false;
  #blocked: string | undefined;
  /** Since when no message can be sent on it; undefined where one can. */
  #awaySince: number | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(name: string, address: RabbitAddress, runtime: Runtime) {
    this.#name = name;
    this.#address = address;
    this.#runtime = runtime;
    this.#backoff = new Backoff(runtime);
    this.#failure = connectFailure(new Error('not connected yet'), address);
    this.#awaySince = runtime.monotonic();
  }

  /** Why the broker takes no messages now (its memory or disk alarm), or undefined. */
  get blocked(): string | undefined {
    return this.#blocked;
  }

  get failure(): StockbusError {
    return this.#closed ? closedError() : this.#failure;
  }

  get model(): ChannelModel | undefined {
    return this.#model;
  }

  /** For how long it has been known that nothing can be sent: without a connection, or during an alarm. */
  get awayMs(): number {
    return this.#awaySince === undefined ? 0 : this.#runtime.monotonic() - this.#awaySince;
  }

  /** Called whenever an alarm is over. */
  onFree(listener: () => void): void {
    this.#freeListeners.add(listener);
  }

  /** Somebody else has reached the broker: what waits for its next attempt makes it now. */
  hurry(): void {
    if (this.#model || this.#closed || !this.#timer) return;
    this.#timer.stop();
    this.#timer = undefined;
    this.#attempt();
  }

  /** Called at once when connected, and at every later connection. Returns how to end that. */
  onUp(listener: () => void): () => void {
    this.#upListeners.add(listener);
    if (this.#model) listener();
    return () => this.#upListeners.delete(listener);
  }

  /** Connects for the first time. Rejects when that fails, and then may be called again. */
  start(): Promise<void> {
    this.#starting ??= this.#connect().catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  /** The connection; waits for it, and rejects with the reason when it does not come back in time. */
  async up(timeoutMs: number = limits.brokerAnswerTimeoutMs): Promise<ChannelModel> {
    if (this.#closed) throw closedError();
    if (this.#model) return this.#model;
    const { promise, resolve, reject } = Promise.withResolvers<ChannelModel>();
    const timer = this.#runtime.after(timeoutMs, () => reject(this.failure));
    this.#waiting.add(resolve);
    try {
      return await promise;
    } finally {
      timer.stop();
      this.#waiting.delete(resolve);
    }
  }

  /** The answer to what was asked on this connection, or BROKER_UNREACHABLE when none comes in time. */
  async answered<T>(
    question: Promise<T>,
    what: string,
    timeoutMs: number = limits.brokerAnswerTimeoutMs,
  ): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = this.#runtime.after(timeoutMs, () => {
      const message = `RabbitMQ did not answer ${what} within ${timeoutMs} ms`;
      reject(new StockbusError('BROKER_UNREACHABLE', message));
    });
    try {
      return await Promise.race([question, promise]);
    } finally {
      timer.stop();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.stop();
    const model = this.#model;
    this.#model = undefined;
    if (!model) return;
    try {
      await this.answered(model.close(), 'the goodbye', 2_000);
    } catch (error) {
      this.#runtime.log('debug', 'broker.goodbye_failed', {
        link: this.#name,
        reason: reasonText(error),
      });
    }
    destroySocket(model);
  }

  async #connect(): Promise<void> {
    const options = {
      noDelay: true,
      keepAlive: true,
      timeout: limits.brokerAnswerTimeoutMs,
      clientProperties: { connection_name: `stockbus ${this.#name}` },
    };
    try {
      const model = await connect(this.#address.url, options);
      if (this.#closed) return await model.close();
      this.#take(model);
    } catch (error) {
      this.#failure = connectFailure(error, this.#address);
      throw this.#failure;
    }
  }

  #take(model: ChannelModel): void {
    this.#model = model;
    this.#backoff.reset();
    this.#blocked = undefined;
    this.#awaySince = undefined;
    this.#toldAt = Number.NEGATIVE_INFINITY;
    model.on('error', (error) =>
      this.#runtime.log('debug', 'broker.connection_error', {
        link: this.#name,
        reason: reasonText(error),
      }),
    );
    model.on('close', (error) => this.#lost(model, error));
    model.on('blocked', (reason) => {
      this.#blocked = reason;
      this.#awaySince ??= this.#runtime.monotonic();
      this.#runtime.log('warn', 'broker.blocked', { link: this.#name, reason });
    });
    model.on('unblocked', () => {
      this.#blocked = undefined;
      this.#awaySince = undefined;
      this.#runtime.log('info', 'broker.unblocked', { link: this.#name });
      for (const listener of this.#freeListeners) listener();
    });
    this.#runtime.log('info', 'broker.connected', { link: this.#name, place: this.#address.place });
    for (const resolve of this.#waiting) resolve(model);
    for (const listener of this.#upListeners) listener();
  }

  #lost(model: ChannelModel, error: unknown): void {
    destroySocket(model);
    if (this.#closed || this.#model !== model) return;
    this.#model = undefined;
    this.#blocked = undefined;
    this.#awaySince ??= this.#runtime.monotonic();
    this.#failure = connectFailure(error ?? new Error('the connection was lost'), this.#address);
    this.#runtime.log('warn', 'broker.connection_lost', {
      link: this.#name,
      reason: reasonText(error),
    });
    this.#again();
  }

  #again(): void {
    if (this.#closed) return;
    this.#timer = this.#runtime.after(this.#backoff.nextMs(), () => {
      this.#timer = undefined;
      this.#attempt();
    });
  }

  #attempt(): void {
    this.#connect().catch((error: unknown) => {
      this.#tellFailure(error);
      this.#again();
    });
  }

  /** The first time, and once a minute for as long as it lasts. */
  #tellFailure(error: unknown): void {
    const now = this.#runtime.monotonic();
    if (now - this.#toldAt < limits.tellAgainMs) return;
    this.#toldAt = now;
    const { attempts: attempt } = this.#backoff;
    const reason = reasonText(error);
    this.#runtime.log('warn', 'broker.reconnect_failed', { link: this.#name, attempt, reason });
  }
}

/** A channel whose closing by the server is told to the caller of an operation, and never thrown. */
export async function openChannel(link: Link, model: ChannelModel): Promise<Channel> {
  const channel = await link.answered(model.createChannel(), 'a new channel');
  channel.on('error', ignoreToldElsewhere);
  return channel;
}

/** The driver also rejects the operation, or emits `close`; this event would end the process. */
export function ignoreToldElsewhere(): undefined {
  return undefined;
}

/** Runs `work` on a channel of its own, which an error of the server closes. */
export async function onChannel<T>(
  link: Link,
  work: (channel: Channel) => Promise<T>,
  timeoutMs: number = limits.brokerAnswerTimeoutMs,
): Promise<T> {
  const channel = await openChannel(link, await link.up());
  let open = true;
  channel.once('close', () => {
    open = false;
  });
  try {
    return await link.answered(work(channel), 'a request', timeoutMs);
  } finally {
    if (open)
      await link.answered(channel.close(), 'the end of a channel').catch(ignoreToldElsewhere);
  }
}

/**
 * The driver only half-closes the socket of a peer that is gone, and goes on with its heartbeat; both
 * would keep the process. An error on the socket ends them.
 */
function destroySocket(model: ChannelModel): void {
  const { stream } = model.connection as unknown as { stream?: Duplex };
  stream?.destroy(new Error('the connection is closed'));
}
