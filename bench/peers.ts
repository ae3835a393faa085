/**
 * What people would take instead, run in the same minutes over the same files. A folder of peers has
 * `bench.mjs` and what it names, and what must be built below it: `camel/target` and
 * `node/node_modules`.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { runChild } from './child.ts';

export interface PeerFigures {
  /** From the first file until every row is in the store; null where it never came so far. */
  rowsPerS: number | null;
  rssMB: number;
}

/** A peer of bench.mjs, its job, and what it must find in the folder. */
export interface Peer {
  name: string;
  peer: string;
  job: string;
  needs: readonly string[];
}

const NODE = ['bench.mjs', 'node/node_modules/mongodb', 'node/node_modules/amqplib'];

export const camelInBatches: Peer = {
  name: 'Camel in batches into SQLite',
  peer: 'camel-batch',
  job: 'j3sqlite',
  needs: [...NODE, 'camel/target/classes', 'camel/target/lib', 'node/node_modules/better-sqlite3'],
};
export const nodeByHand: Peer = {
  name: 'Node by hand, 500 rows a transaction',
  peer: 'node-batch',
  job: 'j3',
  needs: NODE,
};

const TIMEOUT_MS = 300_000;

/** Why it cannot run here; undefined where it can. */
export function whyNotRun({ needs }: Peer, folder: string | undefined): string | undefined {
  if (folder === undefined) return '--peers is not given';
  const lacking = needs.find((path) => !existsSync(join(folder, path)));
  if (lacking !== undefined) return `${folder} has no ${lacking}`;
  const { STOCKBUS_TEST_BROKER: broker, STOCKBUS_TEST_STORE: store } = process.env;
  return broker && store ? undefined : 'it needs STOCKBUS_TEST_BROKER and STOCKBUS_TEST_STORE';
}

/** Throws where it does not book every row. */
export async function measurePeer(
  { name, peer, job }: Peer,
  folder: string,
  samples: string,
): Promise<PeerFigures> {
  const work = mkdtempSync(join(tmpdir(), 'stockbus-bench-'));
  try {
    const peers = resolve(folder);
    const figures = await runChild<PeerFigures>(join(peers, 'bench.mjs'), {
      args: [peer, job, '1'],
      env: {
        ...{ DATA: resolve(samples), WORK: work, PEERS: peers, CAMEL: join(peers, 'camel/target') },
        NODE_PATH: `${join(peers, 'node/node_modules')}/`,
        AMQP_URL: process.env.STOCKBUS_TEST_BROKER!,
        MONGO_URL: process.env.STOCKBUS_TEST_STORE!,
        QUEUE: `peer${process.pid}`,
      },
      timeoutMs: TIMEOUT_MS,
    });
    if (figures.rowsPerS === null) throw new Error(`${name} did not book every row`);
    return figures;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
