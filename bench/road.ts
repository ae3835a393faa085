/**
 * The whole road over Online Retail, in a process of its own so that its memory is its own: from the
 * first file in the folder until every row is booked and every event is in the subscriber's folder.
 *
 *   node bench/road.ts SAMPLES DATA     DATA: an empty folder for the hub
 */
import { copyFile, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { OpenHub } from '../core/cli/openHub.ts';
import type { Store } from '../core/ports.ts';
import { arrivedIn, openBenchHub, roadRoles } from './benchHub.ts';
import { answer } from './child.ts';
import { until } from './until.ts';

export interface RoadFigures {
  rows: number;
  parked: number;
  /** From the first file in the folder until the last row was booked. */
  bookedMs: number;
  /** Until the last event was in the subscriber's folder, too. */
  doneMs: number;
  peakMB: number;
  cpuMs: number;
}

const STAGE_TIMEOUT_MS = 240_000;
/** Nothing has come for so long, and nothing is waiting: then all has come. */
const QUIET_MS = 700;

const [samples, data] = process.argv.slice(2) as [string, string];
const taken: string[] = [];
const open = await openBenchHub(data, roadRoles, (level, event, fields) => {
  if (event === 'intake.done') taken.push(String(fields?.intakeId));
  if (level === 'warn' || level === 'error') {
    process.stderr.write(`${event} ${JSON.stringify(fields)}\n`);
  }
});
answer(await Promise.race([drive(open), open.died]));

async function drive({ hub, store, close }: OpenHub): Promise<RoadFigures> {
  const [inFolder, outFolder, staging] = ['in', 'out', 'staging'].map((name) => join(data, name));
  const names = (await readdir(samples)).sort();
  await mkdir(staging!);
  for (const name of names) await copyFile(join(samples, name), join(staging!, name));
  await hub.start();
  const startedAt = Date.now();
  for (const name of names) await rename(join(staging!, name), join(inFolder!, name));
  const { rows, parked } = await booked(store, names.length);
  const bookedMs = Date.now() - startedAt;
  const doneMs = (await lastArrival(store, outFolder!)) - startedAt;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  await close();
  const resources = {
    peakMB: (maxRSS * 1_024) / 1e6,
    cpuMs: (userCPUTime + systemCPUTime) / 1_000,
  };
  return { rows, parked, bookedMs, doneMs, ...resources };
}

async function booked(store: Store, payloads: number): Promise<{ rows: number; parked: number }> {
  let rows = 0;
  let parked = 0;
  for (let index = 0; index < payloads; index += 1) {
    await until('every file to be taken in', STAGE_TIMEOUT_MS, () => taken.length > index);
    const report = await until('every row to be booked', STAGE_TIMEOUT_MS, async () => {
      const found = await store.intake(taken[index]!);
      return found?.done && found;
    });
    rows += report.records;
    parked += report.parked;
  }
  return { rows, parked };
}

/**
 * When the last file came to the subscriber, in milliseconds since 1970. Events may wait in the
 * outbox or in a queue that only shows what is ready; so it is over when nothing comes any more.
 */
async function lastArrival(store: Store, folder: string): Promise<number> {
  let files = -1;
  let quietSince = Date.now();
  await until('every event to arrive', STAGE_TIMEOUT_MS, async () => {
    const now = (await arrivedIn(folder)).length;
    if (now !== files || (await store.outbox(1)).length > 0) quietSince = Date.now();
    files = now;
    await wait(20);
    return files > 0 && Date.now() - quietSince > QUIET_MS;
  });
  const times = (await arrivedIn(folder)).map(async (path) => (await stat(path)).mtimeMs);
  return Math.max(...(await Promise.all(times)));
}
