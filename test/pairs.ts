/** The pairs of broker and store that an end-to-end suite runs on, each suite on every one. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeTopology } from './contract/broker/backends.ts';
import { dropDatabase } from './dropDatabase.ts';
import { notRun, serversCommand } from './notRun.ts';

export interface Workplace {
  /** Folder for the hub's data and the watched folders; new and empty. */
  data: string;
  /** What the hub gets as its environment. */
  env: Record<string, string>;
  /** Removes data, database and queues; `queues` as the hub names them. */
  remove(queues: readonly string[]): Promise<void>;
}

export interface Pair {
  name: string;
  workplace(): Promise<Workplace>;
}

export const embedded: Pair = {
  name: 'embedded',
  async workplace() {
    const data = await mkdtemp(join(tmpdir(), 'stockbus-'));
    return { data, env: { STOCKBUS_DATA: data }, remove: () => removeFolder(data) };
  },
};

export const servers = (broker: string, store: string): Pair => ({
  name: 'RabbitMQ and MongoDB',
  async workplace() {
    const data = await mkdtemp(join(tmpdir(), 'stockbus-'));
    const name = `test${randomBytes(4).toString('hex')}`;
    const brokerAddress = new URL(broker);
    brokerAddress.searchParams.set('prefix', `${name}.`);
    const storeAddress = new URL(store);
    storeAddress.pathname = `/${name}`;
    const env = {
      STOCKBUS_DATA: data,
      STOCKBUS_BROKER: brokerAddress.href,
      STOCKBUS_STORE: storeAddress.href,
    };
    return {
      data,
      env,
      async remove(queues) {
        await removeFolder(data);
        await dropDatabase(storeAddress.href);
        await removeTopology(broker, `${name}.`, queues);
      },
    };
  },
});

/** Describes the suite once for each pair; says so where the servers are not there. */
export function describePairs(suite: string, body: (pair: Pair) => void): void {
  describe(`${suite} (embedded)`, () => body(embedded));
  describeServers(suite, body);
}

/** Of a suite that has more on the embedded pair. */
export function describeServers(suite: string, body: (pair: Pair) => void): void {
  const { STOCKBUS_TEST_BROKER: broker, STOCKBUS_TEST_STORE: store } = process.env;
  const name = `${suite} (RabbitMQ and MongoDB)`;
  if (broker && store) describe(name, () => body(servers(broker, store)));
  else notRun(name, 'STOCKBUS_TEST_BROKER and STOCKBUS_TEST_STORE are not set', serversCommand);
}

const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 3 });
