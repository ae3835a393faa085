import { withEnriched } from '../../apply/readBatch.ts';
import { type HandedBody, handedBatch } from '../../handedBatch.ts';
import { commandQueue } from '../../intake/publishBatches.ts';
import {
  type Command,
  type CommandBatch,
  commandsOf,
  type ParkedRecord,
  textOfBody,
} from '../../message.ts';
import type { Broker, BrokerMessage } from '../../ports.ts';

/** Takes the place of the broker where a payload is only to be seen as it would be published. */
export class PublishedBatches implements Pick<Broker, 'publish'> {
  readonly commands: Command[] = [];
  readonly parked: ParkedRecord[] = [];
  /** By queue. */
  readonly handed = new Map<string, HandedBody[]>();

  async publish(messages: readonly BrokerMessage[]): Promise<void> {
    for (const { to, body } of messages) {
      if (!('queue' in to)) continue;
      if (to.queue !== commandQueue(0)) {
        const before = this.handed.get(to.queue) ?? [];
        this.handed.set(to.queue, [...before, ...handedBatch(body).records]);
        continue;
      }
      const { parts } = JSON.parse(textOfBody(body)) as CommandBatch;
      for (const part of parts) {
        this.commands.push(...withEnriched(commandsOf(part)));
        this.parked.push(...part.parked);
      }
    }
  }
}
