import type { Message, Options } from 'amqplib';
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { BrokerMessage, DeadLetter } from '../../ports.ts';
import { noQueue } from './failure.ts';
import type { Sending } from './publisher.ts';
import type { RabbitTopology } from './topology.ts';

/** Times that it had come back unsettled when an older version put it back; RabbitMQ counts those since. */
const REDELIVERIES = 'stockbus-redeliveries';
const REASON = 'stockbus-reason';
const QUEUE = 'stockbus-queue';
const DEAD_AT = 'stockbus-dead-at';

export function firstSending(topology: RabbitTopology, message: BrokerMessage): Sending {
  const options: Options.Publish = {
    persistent: true,
    messageId: message.id,
    contentType: message.contentType,
  };
  const { to, body } = message;
  if ('topic' in to) {
    return {
      exchange: topology.topics,
      routingKey: to.topic,
      body,
      options,
      unroutable: () => noQueue(to.topic),
    };
  }
  return {
    exchange: '',
    routingKey: topology.queue(to.queue),
    body,
    options: { ...options, mandatory: true },
    unroutable: () => noQueue(to.queue),
  };
}

export function deadSending(
  topology: RabbitTopology,
  queue: string,
  message: Message,
  nowMs: number,
  reason: string,
): Sending {
  const headers = {
    [REDELIVERIES]: redeliveriesOf(message),
    [REASON]: shortened(reason),
    [QUEUE]: queue,
    [DEAD_AT]: new Date(nowMs).toISOString(),
  };
  const unroutable = () =>
    new StockbusError('BROKER_UNROUTABLE', 'the queue of the dead letters is gone');
  return {
    exchange: topology.dead,
    routingKey: '',
    body: message.content,
    options: again(message, headers),
    unroutable,
  };
}

function again(message: Message, headers: Record<string, unknown>): Options.Publish {
  const { messageId, contentType } = message.properties;
  return {
    persistent: true,
    mandatory: true,
    messageId: String(messageId ?? ''),
    contentType: String(contentType ?? ''),
    headers,
  };
}

/** The driver refuses headers of 64 KiB. */
const shortened = (reason: string): string => reason.slice(0, limits.reasonCharacters);

/** How often it came back from a consumer that did not settle it. */
export function redeliveriesOf(message: Message): number {
  const headers = message.properties.headers ?? {};
  const since = Math.max(count(headers['x-delivery-count']), message.fields.redelivered ? 1 : 0);
  return count(headers[REDELIVERIES]) + since;
}

const count = (value: unknown): number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : 0;

export function readDead(topology: RabbitTopology, message: Message): DeadLetter {
  const headers = message.properties.headers ?? {};
  const id = String(message.properties.messageId ?? '');
  if (typeof headers[REASON] === 'string' && typeof headers[DEAD_AT] === 'string') {
    return {
      id,
      queue: String(headers[QUEUE]),
      body: message.content,
      reason: headers[REASON],
      deadAt: headers[DEAD_AT],
    };
  }
  const death = lastDeath(headers['x-death']);
  const reason =
    death.reason === 'delivery_limit'
      ? 'delivered again and again without being settled; its consumers may have crashed'
      : `RabbitMQ: ${death.reason}`;
  return {
    id,
    queue: topology.shortName(death.queue),
    body: message.content,
    reason,
    deadAt: death.at,
  };
}

/** What RabbitMQ itself notes when it moves a message; the newest death stands first. */
function lastDeath(value: unknown): { queue: string; reason: string; at: string } {
  const first = (Array.isArray(value) ? value[0] : undefined) as
    | Record<string, unknown>
    | undefined;
  const time = first?.time as { value?: unknown } | undefined;
  const seconds = typeof time?.value === 'number' ? time.value : 0;
  return {
    queue: String(first?.queue ?? ''),
    reason: String(first?.reason ?? 'unknown'),
    at: new Date(seconds * 1000).toISOString(),
  };
}
