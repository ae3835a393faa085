/** All figures of one pair of broker and store, as many times as there are runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pair, Workplace } from '../test/pairs.ts';
import { latencyFixture, queuesOf, smallFixture } from './benchHub.ts';
import type { BookedFigures } from './booked.ts';
import { runChild } from './child.ts';
import type { CoreFigures } from './cores.ts';
import { type LatencyFigures, latencyPlan, measureLatency } from './latency.ts';
import type { PlainWorkFigures } from './plainWork.ts';
import type { ParseFigures } from './rawParse.ts';
import type { PublishFigures } from './rawRabbitmq.ts';
import type { RawWriteFigures } from './rawSqlite.ts';
import type { RoadFigures } from './road.ts';
import type { RoadCheck } from './roadCheck.ts';
import type { SmallFigures } from './smallPayloads.ts';
import { within } from './until.ts';

/** Rows of Online Retail that no hub should book; the rate of a hub that parks more is none. */
const MOST_PARKED = 0.01;
const CHILD_TIMEOUT_MS = 300_000;
/** A server takes long to drop a million documents. */
const REMOVE_TIMEOUT_MS = 120_000;

/** Whatever the shell has set, a hub runs on the pair that is measured. */
export const embeddedEnv = { STOCKBUS_BROKER: '', STOCKBUS_STORE: '' };

/** A place for the hub's data, queues and database, gone afterwards whatever happens. */
export async function inWorkplace<T>(
  pair: Pair,
  fixture: string,
  work: (place: Workplace) => Promise<T>,
): Promise<T> {
  const made = await pair.workplace();
  const place = { ...made, env: { ...embeddedEnv, ...made.env } };
  const queues = await queuesOf(fixture, {
    ...place.env,
    STOCKBUS_SUBSCRIBER_URL: 'http://127.0.0.1:9/',
  });
  const remove = (): Promise<void> =>
    within('queues and database to go', REMOVE_TIMEOUT_MS, place.remove(queues));
  let done: T;
  try {
    done = await work(place);
  } catch (error) {
    // What it failed of is to be told, and not that what it left behind is hard to remove.
    await remove().catch((left: unknown) => process.stderr.write(`${String(left)}\n`));
    throw error;
  }
  await remove();
  return done;
}

/** Daily files, and the hub that books them. */
export interface DataSet {
  name: string;
  fixture: string;
  samples: string;
}

export interface Booked extends BookedFigures, DataSet {
  folder: string;
}

/** What the raw limits write: made once, since it is the same at every run. */
export async function withBooked<T>(
  set: DataSet,
  work: (booked: Booked) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-bench-'));
  try {
    const args = [set.fixture, set.samples, folder];
    const options = { args, env: embeddedEnv, timeoutMs: CHILD_TIMEOUT_MS };
    const figures = await runChild<BookedFigures>('booked.ts', options);
    return await work({ ...figures, ...set, folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface RoadRun extends RoadFigures, RoadCheck {
  /** Load of the machine before it began, and what two threads got of it then. */
  load: number;
  cores: CoreFigures;
}

export const measureRoad = (
  pair: Pair,
  { fixture, samples }: DataSet,
  nodeFlags: readonly string[] = [],
): Promise<RoadRun> =>
  inWorkplace(pair, fixture, async ({ data, env }) => {
    const timeoutMs = CHILD_TIMEOUT_MS;
    const load = loadavg()[0]!;
    const cores = await runChild<CoreFigures>('cores.ts', { args: [], timeoutMs });
    const args = [fixture, samples, data];
    const road = await runChild<RoadFigures>('road.ts', { args, env, nodeFlags, timeoutMs });
    if (road.parked > road.rows * MOST_PARKED) {
      throw new Error(`${road.parked} of ${road.rows} rows were parked`);
    }
    const checked = { args: [fixture, data], env, timeoutMs };
    const check = await runChild<RoadCheck>('roadCheck.ts', checked);
    if (check.events < check.entries) {
      throw new Error(`${check.entries} entries, but ${check.events} events have arrived`);
    }
    return { ...road, ...check, load, cores };
  });

export const measureParse = (samples: string): Promise<ParseFigures> =>
  runChild('rawParse.ts', { args: [samples], timeoutMs: CHILD_TIMEOUT_MS });

/** `plain`: into the plainest tables that hold the same; `packs`: into tables like the store's. */
export const rawKinds = ['plain', 'packs'] as const;

export async function measureRawSqlite(
  kind: (typeof rawKinds)[number],
  { fixture, folder }: { fixture: string; folder: string },
  transactions: number,
): Promise<RawWriteFigures> {
  const target = mkdtempSync(join(tmpdir(), 'stockbus-bench-'));
  try {
    const args = [kind, fixture, folder, target, String(transactions)];
    return await runChild('rawSqlite.ts', { args, env: embeddedEnv, timeoutMs: CHILD_TIMEOUT_MS });
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

export function measureRawPublish(booked: Booked, broker: string): Promise<PublishFigures> {
  const sizes = join(booked.folder, 'sizes.json');
  writeFileSync(sizes, JSON.stringify(booked.commandBytes));
  return runChild('rawRabbitmq.ts', { args: [broker, sizes], timeoutMs: CHILD_TIMEOUT_MS });
}

export const measureRawMongodb = (
  pair: Pair,
  { fixture, folder }: { fixture: string; folder: string },
): Promise<RawWriteFigures> =>
  inWorkplace(pair, fixture, ({ env }) => {
    const args = [fixture, folder, env.STOCKBUS_STORE!];
    return runChild('rawMongodb.ts', { args, env: embeddedEnv, timeoutMs: CHILD_TIMEOUT_MS });
  });

/** So many small files in one folder, or posts of one document by 64 clients. */
export const measureSmall = (
  pair: Pair,
  kind: 'files' | 'posts',
  count: number,
): Promise<SmallFigures> =>
  inWorkplace(pair, smallFixture, ({ data, env }) =>
    runChild('smallPayloads.ts', {
      ...{ args: [kind, data, String(count)], env, timeoutMs: CHILD_TIMEOUT_MS },
    }),
  );

/** Beside it what the machine does to plain work at the same rate, taken right after. */
export async function latencyOf(pair: Pair): Promise<LatencyFigures & { plain: PlainWorkFigures }> {
  const figures = await inWorkplace(pair, latencyFixture, ({ env }) => measureLatency(env));
  const args = [String(latencyPlan.perSecond), String(latencyPlan.measureMs)];
  const plain = await runChild<PlainWorkFigures>('plainWork.ts', {
    args,
    timeoutMs: CHILD_TIMEOUT_MS,
  });
  return { ...figures, plain };
}
