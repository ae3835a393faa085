import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { Backoff } from '../../backoff.ts';
import { limits } from '../../limits.ts';
import type { Consumer, Delivery } from '../../ports.ts';
import type { Runtime, Timer } from '../../runtime.ts';
import { isNotFound, noQueue, reasonText } from './failure.ts';
import { ignoreToldElsewhere, type Link, openChannel } from './link.ts';
import { deadSending, redeliveriesOf } from './messages.ts';
import type { Publisher, Sending } from './publisher.ts';
import type { RabbitTopology } from './topology.ts';

export interface SubscriptionParts {
  link: Link;
  publisher: Publisher;
  topology: RabbitTopology;
  runtime: Runtime;
  /** Time that a close waits for deliveries in work. */
  drainTimeoutMs: number;
}

/**
 * A consumer with a channel of its own. When the channel ends (connection lost, cancelled by the
 * server, acknowledged too late) it forgets its deliveries, which the broker gives out again, and
 * subscribes anew, making the queue again where it is gone.
 */
export class Subscription implements Consumer {
  readonly queue: string;
  readonly #prefetch: number;
  readonly #handler: (delivery: Delivery, message: ConsumeMessage) => void;
  readonly #parts: SubscriptionParts;
  readonly #moving = new WeakSet<ConsumeMessage>();
  readonly #unsettled = new Set<ConsumeMessage>();
  readonly #drained = new Set<() => void>();
  #channel: Channel | undefined;
  readonly #backoff: Backoff;
  #timer: Timer | undefined;
  #busy = false;
  #started = false;
  #offUp: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    queue: string,
    prefetch: number,
    handler: (delivery: Delivery, message: ConsumeMessage) => void,
    parts: SubscriptionParts,
  ) {
    this.queue = queue;
    this.#prefetch = prefetch;
    this.#handler = handler;
    this.#parts = parts;
    this.#backoff = new Backoff(parts.runtime);
  }

  /** What comes into the queue comes here. */
  get isSubscribed(): boolean {
    return this.#channel !== undefined;
  }

  async start(): Promise<void> {
    await this.#subscribe(await this.#parts.link.up());
    this.#started = true;
    this.#offUp = this.#parts.link.onUp(() => this.#subscribeAgain());
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  release(): Promise<void> {
    const closing = this.close();
    // What is unsettled goes back when the channel ends; what is on its way to the dead letters arrives there first.
    for (const message of this.#unsettled) {
      if (!this.#moving.has(message)) this.#unsettled.delete(message);
    }
    this.#tellDrained();
    return closing;
  }

  /**
   * It is not cancelled first: another would become active at once, and get what comes after that which
   * is still in work here.
   */
  async #close(): Promise<void> {
    this.#timer?.stop();
    this.#offUp?.();
    const channel = this.#channel;
    if (!channel) return;
    await this.#drain();
    if (this.#channel !== channel) return;
    this.#forget();
    await this.#parts.link
      .answered(channel.close(), 'the end of a channel')
      .catch(ignoreToldElsewhere);
  }

  async #drain(): Promise<void> {
    if (this.#unsettled.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#parts.runtime.after(this.#parts.drainTimeoutMs, resolve);
    this.#drained.add(resolve);
    await promise;
    timer.stop();
  }

  #subscribeAgain(): void {
    const { link, runtime, topology } = this.#parts;
    const model = link.model;
    if (this.#closing || this.#busy || this.#channel || !this.#started || !model) return;
    this.#busy = true;
    topology
      .restore()
      .then(() => this.#subscribe(model))
      .then(
        () => {
          this.#busy = false;
          runtime.log('info', 'broker.subscribed_again', { queue: this.queue });
        },
        (error: unknown) => {
          this.#busy = false;
          runtime.log('warn', 'broker.subscribe_failed', {
            queue: this.queue,
            reason: reasonText(error),
          });
          this.#later();
        },
      );
  }

  #later(): void {
    if (this.#closing) return;
    this.#timer = this.#parts.runtime.after(this.#backoff.nextMs(), () => this.#subscribeAgain());
  }

  async #subscribe(model: ChannelModel): Promise<void> {
    const channel = await openChannel(this.#parts.link, model);
    channel.on('close', () => this.#lost(channel));
    try {
      await this.#parts.link.answered(channel.prefetch(this.#prefetch), 'a prefetch');
      this.#channel = channel;
      const queue = this.#parts.topology.queue(this.queue);
      await this.#parts.link.answered(
        channel.consume(queue, (message) => this.#take(channel, message)),
        'a consume',
      );
    } catch (error) {
      this.#channel = undefined;
      channel.close().catch(ignoreToldElsewhere);
      throw isNotFound(error) ? noQueue(this.queue) : error;
    }
    if (this.#closing) await channel.close();
  }

  #take(channel: Channel, message: ConsumeMessage | null): void {
    if (!message) {
      this.#parts.runtime.log('warn', 'broker.consumer_cancelled', { queue: this.queue });
      channel.close().catch(ignoreToldElsewhere);
      return;
    }
    // What comes after the close began goes back when the channel ends.
    if (this.#closing || this.#channel !== channel) return;
    this.#backoff.reset();
    this.#unsettled.add(message);
    try {
      this.#handler(this.#delivery(channel, message), message);
    } catch (error) {
      const reason = reasonText(error);
      this.#parts.runtime.log('error', 'broker.handler_failed', { queue: this.queue, reason });
      const giveBack = () => this.#settle(message, () => channel.nack(message, false, true));
      this.#parts.runtime.after(limits.retryFirstMs, giveBack);
    }
  }

  #lost(channel: Channel): void {
    if (this.#channel !== channel) return;
    this.#forget();
    if (this.#started) this.#later();
  }

  #forget(): void {
    this.#channel = undefined;
    this.#unsettled.clear();
    this.#tellDrained();
  }

  #tellDrained(): void {
    if (this.#unsettled.size > 0) return;
    for (const resolve of this.#drained) resolve();
    this.#drained.clear();
  }

  #delivery(channel: Channel, message: ConsumeMessage): Delivery {
    return {
      id: String(message.properties.messageId ?? ''),
      body: message.content,
      contentType: String(message.properties.contentType ?? 'application/octet-stream'),
      redeliveries: redeliveriesOf(message),
      ack: () => this.#settle(message, () => channel.ack(message)),
      dead: (reason, part) => {
        const { topology, runtime, publisher } = this.#parts;
        const sending = (dead: ConsumeMessage) =>
          deadSending(topology, this.queue, dead, runtime.now(), reason);
        if (!part) return this.#move(channel, message, () => sending(message));
        const properties = { ...message.properties, messageId: part.id };
        return publisher.send([
          sending({ ...message, properties, content: Buffer.from(part.body) }),
        ]);
      },
    };
  }

  /** Does nothing when the delivery is settled, or its channel gone: then it comes again. */
  #settle(message: ConsumeMessage, send: () => void): void {
    if (!this.#unsettled.delete(message)) return;
    send();
    this.#tellDrained();
  }

  /** Sends it elsewhere, and takes it off this queue once that is confirmed. */
  async #move(channel: Channel, message: ConsumeMessage, sending: () => Sending): Promise<void> {
    if (!this.#unsettled.has(message) || this.#moving.has(message)) return;
    this.#moving.add(message);
    try {
      await this.#parts.publisher.send([sending()]);
      this.#settle(message, () => channel.ack(message));
    } catch (error) {
      this.#settle(message, () => channel.nack(message, false, true));
      throw error;
    }
  }
}
