import type { ChannelModel, ConfirmChannel, Options } from 'amqplib';
import { Backoff } from '../../backoff.ts';
import { isStockbusError, StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Runtime, Timer } from '../../runtime.ts';
import { blockedError, closedError, isNotFound, isOfMessage, reasonText } from './failure.ts';
import { ignoreToldElsewhere, type Link } from './link.ts';
import type { RabbitTopology } from './topology.ts';

/** One message with its way. */
export interface Sending {
  exchange: string;
  routingKey: string;
  body: Uint8Array;
  options: Options.Publish;
  /** Called when no queue took a mandatory message. */
  unroutable: () => StockbusError;
}

/** A message until it is confirmed. */
interface Entry {
  /** Gone once nobody waits for it any more. */
  sending: Sending | undefined;
  call: Call;
  /** Channels that the server closed while this was on its way: it may be the reason. */
  closedChannels: number;
  returned: boolean;
}

/** One `send`: all of its messages, or a rejection. */
interface Call {
  unconfirmed: number;
  done: boolean;
  finish(error?: StockbusError): void;
}

/** Closings by the server after which a message is taken to be their reason. */
const SUSPECT_AFTER = 3;

/**
 * Publishes in the order of the calls and resolves after the confirms. What was on its way when the
 * connection broke is sent again, so that a caller sees a loss only when it outlasts the time bound.
 */
export class Publisher {
  readonly #link: Link;
  readonly #topology: RabbitTopology;
  readonly #runtime: Runtime;
  #channel: ConfirmChannel | undefined;
  #opening = false;
  #full = false;
  #closed = false;
  readonly #backoff: Backoff;
  #timer: Timer | undefined;
  #openFailure: unknown;
  #sequence = 0;
  #unsent: Entry[] = [];
  readonly #sent = new Map<number, Entry>();
  readonly #calls = new Set<Call>();

  constructor(link: Link, topology: RabbitTopology, runtime: Runtime) {
    this.#link = link;
    this.#topology = topology;
    this.#runtime = runtime;
    this.#backoff = new Backoff(runtime);
    link.onUp(() => this.#open());
    link.onFree(() => this.#pump());
  }

  send(sendings: readonly Sending[]): Promise<void> {
    if (this.#closed) return Promise.reject(closedError());
    if (sendings.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const end = this.#runtime.monotonic() + limits.publishTimeoutMs;
      const look = (): void => {
        const leftMs = end - this.#runtime.monotonic();
        const { awayMs } = this.#link;
        // A caller knows at once what is known here, and may come again.
        if (leftMs <= 0 || awayMs >= limits.brokerAwayMs) call.finish(this.#lateness());
        else timer = this.#runtime.after(Math.min(leftMs, limits.brokerAwayMs - awayMs), look);
      };
      const entries: Entry[] = [];
      const call: Call = {
        unconfirmed: sendings.length,
        done: false,
        finish: (error) => {
          if (call.done) return;
          call.done = true;
          timer?.stop();
          this.#calls.delete(call);
          if (error) {
            this.#takeBack(call, entries);
            reject(error);
          } else resolve();
        },
      };
      let timer: Timer | undefined;
      this.#calls.add(call);
      for (const sending of sendings)
        entries.push({ sending, call, closedChannels: 0, returned: false });
      this.#unsent.push(...entries);
      look();
      if (call.done) return;
      this.#pump();
    });
  }

  /** What is known now to keep it from sending anything, for a while already. */
  get refusal(): StockbusError | undefined {
    return this.#link.awayMs >= limits.brokerAwayMs ? this.#lateness() : undefined;
  }

  /** Lets what is on its way be confirmed, for a bounded time. */
  async close(drainTimeoutMs: number): Promise<void> {
    this.#closed = true;
    const drained = Promise.all([...this.#calls].map((call) => settled(call)));
    await this.#link
      .answered(drained, 'with its confirms', drainTimeoutMs)
      .catch(ignoreToldElsewhere);
    this.#timer?.stop();
    for (const call of this.#calls) call.finish(closedError());
  }

  /** What was not handed to the driver is never sent, and none of it is kept. */
  #takeBack(call: Call, entries: readonly Entry[]): void {
    this.#unsent = this.#unsent.filter((entry) => entry.call !== call);
    for (const entry of entries) entry.sending = undefined;
  }

  #lateness(): StockbusError {
    const { blocked, model, failure } = this.#link;
    if (blocked !== undefined) return blockedError(blocked);
    if (!model) return failure;
    if (isStockbusError(this.#openFailure)) return this.#openFailure;
    return new StockbusError(
      'BROKER_REFUSED',
      `RabbitMQ did not confirm within ${limits.publishTimeoutMs} ms`,
    );
  }

  #open(): void {
    const model = this.#link.model;
    if (this.#opening || this.#channel || !model) return;
    this.#opening = true;
    this.#openChannel(model).then(
      () => {
        this.#opening = false;
        this.#openFailure = undefined;
        this.#pump();
      },
      (error: unknown) => {
        this.#runtime.log('warn', 'broker.publisher_failed', { reason: reasonText(error) });
        this.#opening = false;
        this.#openFailure = error;
        this.#openLater();
      },
    );
  }

  #openLater(): void {
    if (this.#closed) return;
    this.#timer?.stop();
    this.#timer = this.#runtime.after(this.#backoff.nextMs(), () => this.#open());
  }

  async #openChannel(model: ChannelModel): Promise<void> {
    if (this.#backoff.attempts > 0) await this.#topology.restore();
    const channel = await this.#link.answered(model.createConfirmChannel(), 'a new channel');
    let serverReason: unknown;
    channel.on('error', (error) => {
      serverReason = error;
    });
    // Before the driver's own listener, which would call every confirm back with an error.
    channel.prependListener('close', () => this.#lost(channel, serverReason));
    channel.on('drain', () => {
      this.#full = false;
      this.#pump();
    });
    channel.on('return', (message) => {
      const entry = this.#sent.get(parseInt(String(message.properties.correlationId), 10));
      if (entry) entry.returned = true;
    });
    await this.#link
      .answered(this.#topology.assertTopics(channel), 'a declaration')
      .catch((error: unknown) => {
        channel.close().catch(ignoreToldElsewhere);
        throw error;
      });
    this.#channel = channel;
    this.#full = false;
  }

  /** Sends what waits, until the driver's buffer is full; nothing during an alarm, when it would only grow. */
  #pump(): void {
    const channel = this.#channel;
    if (!channel || this.#unsent.length === 0 || this.#link.blocked !== undefined) return;
    const waiting = this.#unsent;
    this.#unsent = [];
    let taken = 0;
    for (const entry of waiting) {
      if (this.#full || this.#channel !== channel) break;
      taken += 1;
      if (entry.sending) this.#sendOne(channel, entry, entry.sending);
    }
    const rest = waiting.slice(taken).filter(({ sending }) => sending);
    this.#unsent = [...this.#unsent, ...rest];
  }

  #sendOne(channel: ConfirmChannel, entry: Entry, sending: Sending): void {
    const { exchange, routingKey, body, options } = sending;
    this.#sequence += 1;
    const sequence = this.#sequence;
    const content = Buffer.isBuffer(body)
      ? body
      : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.#sent.set(sequence, entry);
    try {
      const room = channel.publish(
        exchange,
        routingKey,
        content,
        { ...options, correlationId: String(sequence) },
        (error) => this.#confirmed(sequence, error),
      );
      this.#full = !room;
    } catch (error) {
      this.#sent.delete(sequence);
      entry.call.finish(
        new StockbusError(
          'BROKER_REFUSED',
          `a message could not be sent: ${reasonText(error)}`,
          undefined,
          { cause: error },
        ),
      );
    }
  }

  #confirmed(sequence: number, error: unknown): void {
    const entry = this.#sent.get(sequence);
    if (!entry) return;
    this.#sent.delete(sequence);
    this.#backoff.reset();
    if (entry.returned) {
      if (entry.sending) entry.call.finish(entry.sending.unroutable());
      return;
    }
    if (error) {
      entry.call.finish(
        new StockbusError('BROKER_REFUSED', 'RabbitMQ refused a message', undefined, {
          cause: error,
        }),
      );
      return;
    }
    entry.call.unconfirmed -= 1;
    if (entry.call.unconfirmed === 0) entry.call.finish();
  }

  /** The channel is gone; what it had not confirmed goes first on the next one. */
  #lost(channel: ConfirmChannel, serverReason: unknown): void {
    if (this.#channel !== channel) return;
    this.#channel = undefined;
    const again = [...this.#sent.values()].filter((entry) => !entry.call.done);
    this.#sent.clear();
    for (const entry of again) {
      entry.returned = false;
      if (serverReason === undefined) continue;
      entry.closedChannels += 1;
      // Of one that was alone on its way it is certain which the server means.
      const isMeant = isOfMessage(serverReason) && again.length === 1;
      if (isMeant || entry.closedChannels >= SUSPECT_AFTER)
        entry.call.finish(suspect(entry, serverReason));
    }
    this.#unsent = [...again, ...this.#unsent];
    this.#openLater();
  }
}

function suspect({ sending }: Entry, reason: unknown): StockbusError {
  if (sending && isNotFound(reason)) return sending.unroutable();
  const code = isOfMessage(reason) ? 'PAYLOAD_TOO_LARGE' : 'BROKER_REFUSED';
  const message = `RabbitMQ refuses the message: ${reasonText(reason)}`;
  return new StockbusError(code, message, undefined, { cause: reason });
}

function settled(call: Call): Promise<void> {
  return new Promise((resolve) => {
    const finish = call.finish;
    call.finish = (error) => {
      finish(error);
      resolve();
    };
  });
}
