/**
 * The whole road over daily CSV files, in a process of its own so that its memory is its own: from the
 * first file in the folder until every row is booked and every event is in the subscriber's folder.
 *
 *   node bench/road.ts FIXTURE SAMPLES DATA     FIXTURE: the hub; DATA: an empty folder for it
 */
import { copyFile, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { OpenHub } from '../core/hub/openHub.ts';
import type { Store } from '../core/ports.ts';
import { rowsOf } from '../core/rowsOf.ts';
import { peakMemoryBytes } from '../test/peakMemory.ts';
import { arrivedIn, linesIn, openBenchHub, roadRoles } from './benchHub.ts';
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
  /** Of the whole process, from the first file in the folder on. */
  cpuMs: number;
}

const STAGE_TIMEOUT_MS = 240_000;
/** Nothing has come for so long, and nothing is waiting: then all has come. */
const QUIET_MS = 700;
/** Seldom, since looking takes of the same processors: a server's, too. So late the last row may be seen. */
const LOOK_MS = 100;
const PAGE_ROWS = 10_000;

const [fixture, samples, data] = process.argv.slice(2) as [string, string, string];
const taken: string[] = [];
const open = await openBenchHub(fixture, data, roadRoles, (level, event, fields) => {
  if (event === 'intake.done') taken.push(String(fields?.intakeId));
  if (level === 'warn' || level === 'error') {
    process.stderr.write(`${event} ${JSON.stringify(fields)}\n`);
  }
});
answer(await drive(open));

async function drive({ hub, store, close }: OpenHub): Promise<RoadFigures> {
  const [inFolder, outFolder, staging] = ['in', 'out', 'staging'].map((name) => join(data, name));
  const names = (await readdir(samples)).sort();
  await mkdir(staging!);
  for (const name of names) await copyFile(join(samples, name), join(staging!, name));
  await hub.start();
  const before = process.cpuUsage();
  const startedAt = Date.now();
  for (const name of names) await rename(join(staging!, name), join(inFolder!, name));
  const { rows, parked } = await booked(store, names.length);
  const bookedMs = Date.now() - startedAt;
  const arrived = await lastArrival(store, outFolder!);
  await close();
  const { peakBytes, userCPUTime, systemCPUTime } = arrived.usage;
  const doneMs = arrived.at - startedAt;
  return {
    // What had arrived was booked, though it may have been seen later.
    ...{ rows, parked, bookedMs: Math.min(bookedMs, doneMs), doneMs },
    peakMB: peakBytes / 1e6,
    cpuMs: (userCPUTime + systemCPUTime - before.user - before.system) / 1_000,
  };
}

async function booked(store: Store, payloads: number): Promise<{ rows: number; parked: number }> {
  let rows = 0;
  let parked = 0;
  for (let index = 0; index < payloads; index += 1) {
    await until('every file to be taken in', STAGE_TIMEOUT_MS, () => taken.length > index);
    const report = await until(
      'every row to be booked',
      STAGE_TIMEOUT_MS,
      async () => {
        const found = await store.intake(taken[index]!);
        return found?.done && found;
      },
      LOOK_MS,
    );
    rows += report.records;
    parked += report.parked;
  }
  return { rows, parked };
}

/**
 * When the last file came to the subscriber, in milliseconds since 1970, and what the process had used
 * by then. Lines are counted only when it seems that no more will come: counting takes of the same
 * processor.
 */
async function lastArrival(store: Store, folder: string) {
  let files = -1;
  let quietSince = Date.now();
  let usage = usageNow();
  await until('every event to arrive', STAGE_TIMEOUT_MS, async () => {
    const now = (await arrivedIn(folder)).length;
    if (now !== files) {
      quietSince = Date.now();
      usage = usageNow();
    }
    files = now;
    await wait(LOOK_MS);
    if (Date.now() - quietSince < QUIET_MS) return false;
    if ((await linesIn(folder)) >= (await entriesIn(store))) return true;
    quietSince = Date.now();
    return false;
  });
  const times = (await arrivedIn(folder)).map(async (path) => (await stat(path)).mtimeMs);
  return { at: Math.max(...(await Promise.all(times))), usage };
}

function usageNow() {
  return { ...process.resourceUsage(), peakBytes: peakMemoryBytes() };
}

async function entriesIn(store: Store): Promise<number> {
  let entries = 0;
  for await (const { seq } of rowsOf((page) => store.heads(page), PAGE_ROWS)) entries += seq;
  return entries;
}
