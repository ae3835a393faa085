import type { Channel } from 'amqplib';
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import { filledQueue, queueInUse } from '../../ports/queueRefusals.ts';
import type { Topology } from '../../ports.ts';
import { conflict, isConflict } from './failure.ts';
import { type Link, onChannel } from './link.ts';

/** A name of AMQP is a short string. */
const NAME_BYTES = 200;
/** The queue of the dead letters, by its short name. */
export const DEAD = 'dead';
/** A cluster elects a leader for every new queue. */
const DECLARE_TIMEOUT_MS = 60_000;

/** What everything is called, and what makes it. */
export class RabbitTopology {
  readonly #prefix: string;
  readonly #link: Link;
  readonly #declared: Topology = { queues: [], subscriptions: [] };
  #restoring: Promise<void> | undefined;

  constructor(prefix: string, link: Link) {
    this.#prefix = prefix;
    this.#link = link;
  }

  queue(name: string): string {
    return `${this.#prefix}${name}`;
  }

  /** The name without the prefix, as the hub knows it. */
  shortName(queue: string): string {
    return queue.startsWith(this.#prefix) ? queue.slice(this.#prefix.length) : queue;
  }

  /** Direct exchange: its routing keys are the topics. */
  get topics(): string {
    return `${this.#prefix}topics`;
  }

  /** Exchange and queue of the dead letters. */
  get dead(): string {
    return this.queue(DEAD);
  }

  /** Makes what is missing and remembers it, so that it can be made again. */
  async declare(wanted: Topology): Promise<void> {
    for (const name of wanted.queues) this.#check(name);
    await this.#make(wanted);
    this.#declared.queues = [...new Set([...this.#declared.queues, ...wanted.queues])];
    this.#declared.subscriptions = [...this.#declared.subscriptions, ...wanted.subscriptions];
  }

  /** Ends subscriptions; none of it is made again. */
  async undeclare({ queues, subscriptions }: Topology): Promise<void> {
    const isNamed = ({ topic, queue }: Topology['subscriptions'][number]): boolean =>
      subscriptions.some((one) => one.topic === topic && one.queue === queue);
    this.#forget(queues);
    this.#declared.subscriptions = this.#declared.subscriptions.filter((one) => !isNamed(one));
    if (subscriptions.length === 0) return;
    await onChannel(this.#link, async (channel) => {
      for (const { topic, queue } of subscriptions)
        await channel.unbindQueue(this.queue(queue), this.topics, topic);
    });
  }

  /** A quorum queue cannot be removed on a condition, so that is asked first. */
  async remove(queue: string, { onlyEmpty }: { onlyEmpty: boolean }): Promise<number> {
    const name = this.queue(queue);
    return onChannel(this.#link, async (channel) => {
      const { messageCount, consumerCount } = await channel.checkQueue(name);
      if (consumerCount > 0) throw queueInUse(queue);
      if (onlyEmpty && messageCount > 0) throw filledQueue(queue, messageCount);
      this.#forget([queue]);
      return (await channel.deleteQueue(name)).messageCount;
    });
  }

  #forget(gone: readonly string[]): void {
    const { queues, subscriptions } = this.#declared;
    this.#declared.queues = queues.filter((queue) => !gone.includes(queue));
    this.#declared.subscriptions = subscriptions.filter(({ queue }) => !gone.includes(queue));
  }

  /** Makes again what was declared: a server may have come back without its data. */
  restore(): Promise<void> {
    this.#restoring ??= this.#make(this.#declared).finally(() => {
      this.#restoring = undefined;
    });
    return this.#restoring;
  }

  /** The one exchange that publishing needs even where nothing was declared. */
  async assertTopics(channel: Channel): Promise<void> {
    await asserted(channel.assertExchange(this.topics, 'direct', { durable: true }));
  }

  #check(name: string): void {
    const reserved = name === DEAD || name === 'topics' || /^delay\./.test(name);
    if (!reserved && name !== '' && Buffer.byteLength(this.queue(name)) <= NAME_BYTES) return;
    const why = reserved
      ? 'belongs to the broker itself'
      : `is empty or longer than ${NAME_BYTES} bytes`;
    throw new StockbusError('CONFIG_BAD_VALUE', `the queue name '${name}' ${why}`);
  }

  #make(wanted: Topology): Promise<void> {
    const make = async (channel: Channel): Promise<void> => {
      await this.assertTopics(channel);
      if (wanted.queues.length > 0) await this.#assertBase(channel);
      for (const name of wanted.queues) await this.#assertWorkQueue(channel, name);
      for (const { topic, queue } of wanted.subscriptions) {
        await asserted(channel.bindQueue(this.queue(queue), this.topics, topic));
      }
    };
    return onChannel(this.#link, make, DECLARE_TIMEOUT_MS);
  }

  async #assertBase(channel: Channel): Promise<void> {
    await asserted(channel.assertExchange(this.dead, 'fanout', { durable: true }));
    await asserted(channel.assertQueue(this.dead, quorum({ 'x-delivery-limit': NEVER })));
    await asserted(channel.bindQueue(this.dead, this.dead, ''));
  }

  async #assertWorkQueue(channel: Channel, name: string): Promise<void> {
    const options = quorum({
      'x-delivery-limit': limits.unsettledDeliveries,
      'x-single-active-consumer': true,
      ...deadLettersTo(this.dead),
    });
    await asserted(channel.assertQueue(this.queue(name), options));
  }
}

/** Looking at the dead letters delivers them, and no number of looks may delete one. */
const NEVER = 1_000_000_000;

/** With a delivery limit set, what comes back keeps its place; without, it goes to the end. */
const quorum = (more: Record<string, unknown>) => ({
  durable: true,
  arguments: { 'x-queue-type': 'quorum', ...more },
});

/** At least once: a message leaves its queue only when the next one has confirmed it. */
const deadLettersTo = (exchange: string): Record<string, unknown> => ({
  'x-dead-letter-exchange': exchange,
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
});

async function asserted<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (error) {
    throw isConflict(error) ? conflict(error) : error;
  }
}
