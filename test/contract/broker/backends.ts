import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { openEmbedded } from '../../../core/brokers/embedded.ts';
import { openRabbitmq } from '../../../core/brokers/rabbitmq/RabbitmqBroker.ts';
import type { Code } from '../../../core/errors.ts';
import type { Broker } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';

/** What a broker may lack, with a case each that shows it. */
export type Capability =
  'a consumer waits while one of another process is active, and takes over when that dies';

/** A broker kind under test. */
export interface Backend {
  name: 'embedded' | 'rabbitmq';
  /** What it lacks, why, and the error with which it says so. */
  lacks: Partial<Record<Capability, { reason: string; code: Code }>>;
  /** A place of its own that keeps what is published, from one `open` to the next. */
  place(): Promise<Place>;
}

export interface Place {
  /** What `openAt` of another process opens. */
  address: string;
  open(): Promise<Broker>;
  remove(queues: readonly string[]): Promise<void>;
}

/** Closing waits no longer than this for what a test leaves unsettled. */
const DRAIN_TIMEOUT_MS = 100;

export async function openAt(address: string): Promise<Broker> {
  const options = { drainTimeoutMs: DRAIN_TIMEOUT_MS };
  if (address.startsWith('amqp')) return openRabbitmq(address, systemRuntime(), options);
  return openEmbedded(address.slice('file:'.length), systemRuntime(), options);
}

export const embeddedBackend: Backend = {
  name: 'embedded',
  lacks: {
    'a consumer waits while one of another process is active, and takes over when that dies': {
      reason: 'a second hub on one data folder is a mistake, and is told at once',
      code: 'DATA_FOLDER_BUSY',
    },
  },
  async place() {
    const folder = mkdtempSync(join(tmpdir(), 'stockbus-broker-'));
    const address = `file:${folder}`;
    const remove = async (): Promise<void> => rmSync(folder, { recursive: true, force: true });
    return { address, open: () => openAt(address), remove };
  },
};

export const rabbitmqBackend = (server: string): Backend => ({
  name: 'rabbitmq',
  lacks: {},
  place: () => rabbitmqPlace(server),
});

let places = 0;

/** Its own prefix, so that tests on one server do not meet. */
export async function rabbitmqPlace(server: string): Promise<Place> {
  places += 1;
  const prefix = `test${process.pid}-${places}.`;
  const address = `${server}${server.includes('?') ? '&' : '?'}prefix=${prefix}`;
  return {
    address,
    open: () => openAt(address),
    remove: (queues) => removeTopology(server, prefix, queues),
  };
}

export async function removeTopology(
  server: string,
  prefix: string,
  queues: readonly string[],
): Promise<void> {
  const connection = await connect(server);
  const channel = await connection.createChannel();
  for (const name of ['dead', ...queues]) await channel.deleteQueue(prefix + name);
  for (const name of ['dead', 'topics']) await channel.deleteExchange(prefix + name);
  await connection.close();
}
