/**
 * What RabbitMQ takes on this machine: messages of the same sizes as the hub publishes for the same
 * rows, commands and events, to one quorum queue by bare amqplib, each confirmed.
 *
 *   node bench/rawRabbitmq.ts ADDRESS SIZES     SIZES: a file with one JSON array of bytes
 */
import { readFileSync } from 'node:fs';
import { connect } from 'amqplib';
import { answer } from './child.ts';
import { within } from './until.ts';

export interface PublishFigures {
  messages: number;
  bytes: number;
  ms: number;
}

const PUBLISH_TIMEOUT_MS = 120_000;
const ANSWER_TIMEOUT_MS = 10_000;
/** Messages that are not yet confirmed: more of them make it no faster. */
const IN_FLIGHT = 64;

const [address, sizesFile] = process.argv.slice(2) as [string, string];
const sizes = JSON.parse(readFileSync(sizesFile, 'utf8')) as number[];
const connection = await connect(address, { timeout: ANSWER_TIMEOUT_MS });
const channel = await connection.createConfirmChannel();
const queue = `bench${process.pid}`;
await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
try {
  const ms = await within('confirmed publishes', PUBLISH_TIMEOUT_MS, publishAll());
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  answer({ messages: sizes.length, bytes, ms } satisfies PublishFigures);
} finally {
  await within('the queue to go', ANSWER_TIMEOUT_MS, channel.deleteQueue(queue));
  await within('the connection to close', ANSWER_TIMEOUT_MS, connection.close());
}

async function publishAll(): Promise<number> {
  const body = Buffer.alloc(Math.max(...sizes), '{"sku":"85123A","quantity":"6"},');
  const start = performance.now();
  const inFlight = new Set<Promise<void>>();
  for (const size of sizes) {
    const sent: Promise<void> = publish(body.subarray(0, size)).finally(() =>
      inFlight.delete(sent),
    );
    inFlight.add(sent);
    if (inFlight.size >= IN_FLIGHT) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
  return performance.now() - start;
}

function publish(body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { persistent: true, mandatory: true, contentType: 'application/json' };
    channel.sendToQueue(queue, body, options, (error) =>
      error ? reject(error as Error) : resolve(),
    );
  });
}
