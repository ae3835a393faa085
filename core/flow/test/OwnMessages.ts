import { isCommandQueue } from '../../intake/publishBatches.ts';
import { type Command, type CommandBatch, commandsOf, textOfBody } from '../../message.ts';
import type { Broker, BrokerMessage } from '../../ports.ts';

/** Of what several flows publish in a test, the messages of one of them. */
export class OwnMessages implements Pick<Broker, 'publish'> {
  readonly #broker: Pick<Broker, 'publish'>;
  readonly #flow: string;
  readonly #keys = new Set<string>();

  constructor(broker: Pick<Broker, 'publish'>, flow: string) {
    this.#broker = broker;
    this.#flow = flow;
  }

  async publish(messages: readonly BrokerMessage[]): Promise<void> {
    for (const { to, body } of messages) {
      if (!('queue' in to) || !isCommandQueue(to.queue)) continue;
      const { parts } = JSON.parse(textOfBody(body)) as CommandBatch;
      for (const part of parts) {
        if (part.origin.flow !== this.#flow) continue;
        for (const command of commandsOf(part)) this.#keys.add(keyOf(command));
      }
    }
    await this.#broker.publish(messages);
  }

  has(command: Command): boolean {
    return this.#keys.has(keyOf(command));
  }
}

const keyOf = ({ source, id }: Command): string => JSON.stringify([source, id]);
