import { isStockbusError, StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type {
  Broker,
  BrokerLook,
  BrokerMessage,
  Consumer,
  DeadDelivery,
  DeadLetter,
  Delivery,
  Topology,
} from '../../ports.ts';
import type { Runtime } from '../../runtime.ts';
import { sideBySide } from '../../sideBySide.ts';
import { readAddress } from './address.ts';
import { blockedError, closedError, isNotFound, noQueue, told } from './failure.ts';
import { Link, onChannel } from './link.ts';
import { firstSending, readDead } from './messages.ts';
import { removeOldDelays } from './oldDelays.ts';
import { Publisher, type Sending } from './publisher.ts';
import { Subscription } from './subscription.ts';
import { DEAD, RabbitTopology } from './topology.ts';

export interface RabbitmqOptions {
  /** Time that a close waits for deliveries in work and for confirms. */
  drainTimeoutMs?: number;
}

/** Rejects with BROKER_UNREACHABLE when the first connection fails; later ones come back alone. */
export async function openRabbitmq(
  address: string,
  runtime: Runtime,
  options: RabbitmqOptions = {},
): Promise<Broker> {
  const parts = readAddress(address);
  const publishing = new Link('publisher', parts, runtime);
  const consuming = new Link('consumer', parts, runtime);
  publishing.onUp(() => consuming.hurry());
  consuming.onUp(() => publishing.hurry());
  const topology = new RabbitTopology(parts.prefix, publishing);
  const publisher = new Publisher(publishing, topology, runtime);
  const broker = new RabbitmqBroker(
    { publishing, consuming, topology, publisher, runtime },
    options.drainTimeoutMs ?? limits.drainTimeoutMs,
  );
  await publishing.start();
  return broker;
}

/** For how long who takes from a queue that was deleted is let to make it again. */
const REDECLARE_AFTER_MS = 1_000;

/** An alarm makes RabbitMQ fall silent, and the word of it may come after the question. */
const PING_TIMEOUT_MS = 2_000;

interface Parts {
  publishing: Link;
  consuming: Link;
  topology: RabbitTopology;
  publisher: Publisher;
  runtime: Runtime;
}

class RabbitmqBroker implements Broker {
  readonly #parts: Parts;
  readonly #drainTimeoutMs: number;
  readonly #subscriptions = new Set<Subscription>();
  #closing: Promise<void> | undefined;
  /** They are looked for once. */
  #oldDelays: Promise<void> | undefined;

  constructor(parts: Parts, drainTimeoutMs: number) {
    this.#parts = parts;
    this.#drainTimeoutMs = drainTimeoutMs;
  }

  async declare(topology: Topology): Promise<void> {
    await asTold(this.#parts.topology.declare(topology));
    this.#oldDelays ??= this.#removeOldDelays();
  }

  undeclare(topology: Topology): Promise<void> {
    return asTold(this.#parts.topology.undeclare(topology));
  }

  async remove(queue: string, choice: { onlyEmpty: boolean }): Promise<number> {
    try {
      return await this.#parts.topology.remove(queue, choice);
    } catch (error) {
      if (isNotFound(error)) return 0;
      throw told(error);
    }
  }

  async #removeOldDelays(): Promise<void> {
    const { publishing, topology, runtime } = this.#parts;
    try {
      const messages = await removeOldDelays(publishing, topology, runtime);
      if (messages > 0) runtime.log('info', 'broker.delays_left', { messages });
    } catch (error) {
      if (this.#closing) return;
      this.#oldDelays = undefined;
      runtime.log('warn', 'broker.delays_unknown', { reason: told(error).message });
    }
  }

  async publish(messages: readonly BrokerMessage[]): Promise<void> {
    for (const message of messages) refuseTooLarge(message);
    const { publisher, topology } = this.#parts;
    const sendings = messages.map((message) => firstSending(topology, message));
    try {
      await publisher.send(sendings);
    } catch (error) {
      if (!isStockbusError(error, 'BROKER_UNROUTABLE')) throw error;
      // Somebody has deleted the queue. Who takes from it makes it again as soon as the server cancels that; the server
      // says nothing any more where it is there again by then, so it is made here only where nobody has.
      await this.#parts.runtime.sleep(REDECLARE_AFTER_MS);
      await this.#sendOrDeclare(sendings);
    }
  }

  async #sendOrDeclare(sendings: readonly Sending[]): Promise<void> {
    const { publisher, topology } = this.#parts;
    try {
      await publisher.send(sendings);
    } catch (error) {
      if (!isStockbusError(error, 'BROKER_UNROUTABLE')) throw error;
      await asTold(topology.restore());
      await publisher.send(sendings);
    }
  }

  consume(
    queue: string,
    prefetch: number,
    handler: (delivery: Delivery) => void,
  ): Promise<Consumer> {
    return this.#consume(queue, prefetch, handler);
  }

  consumeDead(prefetch: number, handler: (letter: DeadDelivery) => void): Promise<Consumer> {
    const { topology } = this.#parts;
    return this.#consume(DEAD, prefetch, ({ contentType, ack }, message) =>
      handler({ ...readDead(topology, message), contentType, ack }),
    );
  }

  async #consume(
    queue: string,
    prefetch: number,
    handler: ConstructorParameters<typeof Subscription>[2],
  ): Promise<Consumer> {
    if (this.#closing) throw closedError();
    const { consuming: link, publisher, topology, runtime } = this.#parts;
    await link.start();
    const parts = { link, publisher, topology, runtime, drainTimeoutMs: this.#drainTimeoutMs };
    const subscription = new Subscription(queue, prefetch, handler, parts);
    await asTold(subscription.start());
    this.#subscriptions.add(subscription);
    const ended = async (ending: Promise<void>): Promise<void> => {
      await ending;
      this.#subscriptions.delete(subscription);
    };
    return {
      close: () => ended(subscription.close()),
      release: () => ended(subscription.release()),
    };
  }

  async depth(queue: string): Promise<number> {
    const { publishing, topology } = this.#parts;
    try {
      const name = topology.queue(queue);
      return (await onChannel(publishing, (channel) => channel.checkQueue(name))).messageCount;
    } catch (error) {
      throw isNotFound(error) ? noQueue(queue) : told(error);
    }
  }

  async look(queues: readonly string[]): Promise<BrokerLook> {
    const { publishing, topology } = this.#parts;
    const lookAt = (name: string): Promise<number | undefined> =>
      onChannel(publishing, (channel) => channel.checkQueue(name)).then(
        ({ messageCount }) => messageCount,
        (error: unknown) => {
          if (isNotFound(error)) return undefined;
          throw told(error);
        },
      );
    const found = await sideBySide(queues, limits.readsAtOnce, async (queue) => {
      return { queue, ready: await lookAt(topology.queue(queue)) };
    });
    const dead = (await lookAt(topology.dead)) ?? 0;
    return {
      queues: found.flatMap(({ queue, ready }) => (ready === undefined ? [] : { queue, ready })),
      dead,
    };
  }

  /** They are taken and given back, so that none is lost while somebody looks. */
  dead(limit: number): Promise<DeadLetter[]> {
    const { publishing, topology } = this.#parts;
    return onChannel(publishing, async (channel) => {
      const letters: DeadLetter[] = [];
      while (letters.length < limit) {
        const message = await channel.get(topology.dead);
        if (!message) break;
        letters.push(readDead(topology, message));
      }
      if (letters.length > 0) channel.nackAll(true);
      return letters;
    }).catch((error: unknown) => {
      if (isNotFound(error)) return [];
      throw told(error);
    });
  }

  refusal(): StockbusError | undefined {
    return this.#parts.publisher.refusal;
  }

  async ping(): Promise<void> {
    await this.#pingPublishing();
    const { consuming } = this.#parts;
    const idle = [...this.#subscriptions].find(({ isSubscribed }) => !isSubscribed);
    if (!idle) return;
    if (!consuming.model) throw consuming.failure;
    const message = `RabbitMQ is there, and nothing takes from queue '${idle.queue}' yet`;
    throw new StockbusError('BROKER_UNREACHABLE', message);
  }

  async #pingPublishing(): Promise<void> {
    const { publishing } = this.#parts;
    if (!publishing.model) throw publishing.failure;
    if (publishing.blocked === undefined) {
      const asked = publishing.answered(
        onChannel(publishing, async () => undefined),
        'a ping',
        PING_TIMEOUT_MS,
      );
      const failure = await asked.then(() => undefined, told);
      if (!failure) return;
      if (publishing.blocked === undefined) throw failure;
    }
    throw blockedError(publishing.blocked);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    await this.#parts.publisher.close(this.#drainTimeoutMs);
    await Promise.all([this.#parts.publishing.close(), this.#parts.consuming.close()]);
  }
}

function refuseTooLarge(message: BrokerMessage): void {
  if (message.body.byteLength <= limits.brokerMessageBytes) return;
  throw new StockbusError(
    'PAYLOAD_TOO_LARGE',
    `message ${message.id} has ${message.body.byteLength} bytes, the broker takes ${limits.brokerMessageBytes}`,
  );
}

async function asTold<T>(operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (error) {
    throw told(error);
  }
}
