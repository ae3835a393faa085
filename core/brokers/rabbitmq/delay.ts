/**
 * Delays of any length that RabbitMQ holds without a plugin, and none behind a longer one. There is a
 * queue for each power of two of a tenth of a second, in which everything waits equally long, so that
 * its head is always the first to leave. A message goes through the queues whose bits its delay has:
 * it enters at the highest and falls from exchange to exchange, into the queue where its routing key
 * has a 1, past it where it has a 0, down to the exchange that hands it to its work queue.
 */
export const DELAY_UNIT_MS = 100;
/** Up to 29 hours; a longer delay is cut to that. */
export const DELAY_LEVELS = 20;
/** Bits that a delay keeps: each costs a hop through a queue. */
const SIGNIFICANT_BITS = 4;

export interface DelayRoute {
  /** Where the message enters, from 0. */
  level: number;
  routingKey: string;
}

/**
 * The way of a message that comes to `queue` after the delay: not earlier, and at most an eighth (or
 * one unit) later, because only the leading bits are kept.
 */
export function delayRoute(delayMs: number, queue: string): DelayRoute {
  const units = roundUp(Math.max(1, Math.ceil(delayMs / DELAY_UNIT_MS)));
  const bits = Math.min(units, 2 ** DELAY_LEVELS - 1).toString(2);
  const digits = bits.padStart(DELAY_LEVELS, '0').split('');
  return { level: bits.length - 1, routingKey: [...digits, queueWord(queue)].join('.') };
}

function roundUp(units: number): number {
  const step = 2 ** Math.max(0, Math.floor(Math.log2(units)) + 1 - SIGNIFICANT_BITS);
  return Math.ceil(units / step) * step;
}

/** Binding pattern under which a level's exchange passes what has the given bit there. */
export function levelPattern(level: number, bit: 0 | 1): string {
  return `${'*.'.repeat(DELAY_LEVELS - 1 - level)}${bit}.#`;
}

/** Binding pattern of a work queue on the last exchange. */
export const queuePattern = (queue: string): string => `#.${queueWord(queue)}`;

/** A queue's name as one word of a routing key. */
const queueWord = (queue: string): string => queue.replaceAll('%', '%25').replaceAll('.', '%2E');
