/** All figures of one pair of broker and store, as many times as there are runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pair, Workplace } from '../test/pairs.ts';
import { latencyFixture, roadFixture, topologyOf } from './benchHub.ts';
import type { BookedFigures } from './booked.ts';
import { runChild } from './child.ts';
import { type LatencyFigures, measureLatency } from './latency.ts';
import type { ParseFigures } from './rawParse.ts';
import type { PublishFigures } from './rawRabbitmq.ts';
import type { RawWriteFigures } from './rawSqlite.ts';
import type { RoadFigures } from './road.ts';
import type { RoadCheck } from './roadCheck.ts';
import { within } from './until.ts';

const CHILD_TIMEOUT_MS = 300_000;
/** A server takes long to drop a million documents. */
const REMOVE_TIMEOUT_MS = 120_000;

/** Whatever the shell has set, a hub runs on the pair that is measured. */
export const embeddedEnv = { STOCKBUS_BROKER: '', STOCKBUS_STORE: '' };

/** A place for the hub's data, queues and database, gone afterwards whatever happens. */
export async function inWorkplace<T>(
  pair: Pair,
  fixture: string,
  work: (place: Workplace, applyLoops: number) => Promise<T>,
): Promise<T> {
  const made = await pair.workplace();
  const place = { ...made, env: { ...embeddedEnv, ...made.env } };
  const { queues, applyLoops } = await topologyOf(fixture, {
    ...place.env,
    STOCKBUS_SUBSCRIBER_URL: 'http://127.0.0.1:9/',
  });
  const remove = (): Promise<void> =>
    within('queues and database to go', REMOVE_TIMEOUT_MS, place.remove(queues));
  let done: T;
  try {
    done = await work(place, applyLoops);
  } catch (error) {
    // What it failed of is to be told, and not that what it left behind is hard to remove.
    await remove().catch((left: unknown) => process.stderr.write(`${String(left)}\n`));
    throw error;
  }
  await remove();
  return done;
}

export interface Booked extends BookedFigures {
  folder: string;
}

/** What the raw limits write: made once, since it is the same at every run. */
export async function withBooked<T>(
  samples: string,
  work: (booked: Booked) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-bench-'));
  try {
    const options = { args: [samples, folder], env: embeddedEnv, timeoutMs: CHILD_TIMEOUT_MS };
    const figures = await runChild<BookedFigures>('booked.ts', options);
    return await work({ ...figures, folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface RoadRun extends RoadFigures, RoadCheck {
  applyLoops: number;
}

export const measureRoad = (
  pair: Pair,
  samples: string,
  nodeFlags: readonly string[] = [],
): Promise<RoadRun> =>
  inWorkplace(pair, roadFixture, async ({ data, env }, applyLoops) => {
    const timeoutMs = CHILD_TIMEOUT_MS;
    const args = [samples, data];
    const road = await runChild<RoadFigures>('road.ts', { args, env, nodeFlags, timeoutMs });
    const check = await runChild<RoadCheck>('roadCheck.ts', { args: [data], env, timeoutMs });
    if (check.events < check.entries) {
      throw new Error(`${check.entries} entries, but ${check.events} events have arrived`);
    }
    return { ...road, ...check, applyLoops };
  });

export const measureParse = (samples: string): Promise<ParseFigures> =>
  runChild('rawParse.ts', { args: [samples], timeoutMs: CHILD_TIMEOUT_MS });

/** From the data folder of a booked run. `own`: into tables like the store's; `plain`: into the
 *  plainest that hold the same. */
export async function measureRawSqlite(
  kind: 'own' | 'plain',
  folder: string,
  transactions: number,
): Promise<RawWriteFigures> {
  const target = mkdtempSync(join(tmpdir(), 'stockbus-bench-'));
  try {
    const args = [kind, folder, target, String(transactions)];
    return await runChild('rawSqlite.ts', { args, env: embeddedEnv, timeoutMs: CHILD_TIMEOUT_MS });
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

export function measureRawPublish(booked: Booked, broker: string): Promise<PublishFigures> {
  const sizes = join(booked.folder, 'sizes.json');
  writeFileSync(sizes, JSON.stringify([...booked.commandBytes, ...booked.eventBytes]));
  return runChild('rawRabbitmq.ts', { args: [broker, sizes], timeoutMs: CHILD_TIMEOUT_MS });
}

export const measureRawMongodb = (
  pair: Pair,
  folder: string,
  transactions: number,
  clients: number,
): Promise<RawWriteFigures> =>
  inWorkplace(pair, roadFixture, ({ env }) => {
    const args = [folder, env.STOCKBUS_STORE!, String(transactions), String(clients)];
    return runChild('rawMongodb.ts', { args, env: embeddedEnv, timeoutMs: CHILD_TIMEOUT_MS });
  });

export const latencyOf = (pair: Pair): Promise<LatencyFigures> =>
  inWorkplace(pair, latencyFixture, ({ env }) => measureLatency(env));
