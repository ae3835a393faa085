import type { Channel } from 'amqplib';
import type { Time } from '../../runtime.ts';
import { isNotFound } from './failure.ts';
import { type Link, onChannel } from './link.ts';
import type { RabbitTopology } from './topology.ts';

const LEVELS = 20;
/** What moves from one to the next is in neither for a moment. */
const LOOK_AGAIN_MS = 1_000;

/**
 * Up to 0.3 each message that was to be tried again waited for itself, in queues `delay.0` to `delay.19` from which
 * RabbitMQ moves it to its own queue when its time is over. It still does: as long as something waits there they stay
 * as they are; empty, they are removed. Resolves with how many messages wait there.
 */
export async function removeOldDelays(
  link: Link,
  topology: Pick<RabbitTopology, 'queue'>,
  time: Pick<Time, 'sleep'>,
): Promise<number> {
  const names = Array.from({ length: LEVELS }, (_, level) => topology.queue(`delay.${level}`));
  const count = () => onChannel(link, (channel) => waitingIn(channel, names));
  try {
    const first = await count();
    if (first > 0) return first;
    await time.sleep(LOOK_AGAIN_MS);
    const second = await count();
    if (second > 0) return second;
    await onChannel(link, (channel) => remove(channel, names, topology.queue('delay.over')));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return 0;
}

async function waitingIn(channel: Channel, names: readonly string[]): Promise<number> {
  let messages = 0;
  // From the highest down, as they fall: none slips by.
  for (const name of names.toReversed()) messages += (await channel.checkQueue(name)).messageCount;
  return messages;
}

async function remove(channel: Channel, names: readonly string[], over: string): Promise<void> {
  for (const name of names) await channel.deleteQueue(name);
  for (const name of [...names, over]) await channel.deleteExchange(name);
}
