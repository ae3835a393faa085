/**
 * The whole road over Online Retail, in a process of its own so that its memory is its own: from the
 * first file in the folder until every row is booked and every event is in the subscriber's folder.
 * Prints one line of JSON.
 */
import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openThreadedHub } from '../core/cli/openThreadedHub.ts';
import type { Log } from '../core/runtime.ts';
import { systemRuntime } from '../core/runtime.ts';

const samples = process.argv[2]!;
const data = await mkdtemp(join(tmpdir(), 'stockbus-bench-'));
const env = { ...process.env, STOCKBUS_DATA: data };

const taken: string[] = [];
let relayed = 0;
let delivered = 0;
let commits = 0;
const log: Log = (_level, event, fields) => {
  if (event === 'intake.done') taken.push(String(fields?.intakeId));
};
const metrics = {
  count(name: string, by = 1, labels: Record<string, string> = {}) {
    if (name === 'stockbus_commits_total') commits += by;
    if (labels.topic === 'stock.changed.v1') relayed += by;
    if (name === 'stockbus_delivered_events_total') delivered += by;
  },
  gauge: () => undefined,
  observe: () => undefined,
};

const files = (await readdir(samples)).sort();
const staging = join(data, 'staging');
await mkdir(staging);
for (const name of files) await copyFile(join(samples, name), join(staging, name));

const open = await openThreadedHub(
  'test/fixtures/online-retail',
  env,
  systemRuntime(log, metrics),
  {
    roles: ['intake', 'apply', 'relay', 'deliver'],
  },
);
await open.hub.start();
const start = performance.now();
for (const name of files) await rename(join(staging, name), join(data, 'in', name));

let rows = 0;
let parked = 0;
for (const [index] of files.entries()) {
  while (taken.length <= index) await wait(5);
  for (;;) {
    const report = await open.store.intake(taken[index]!);
    if (report?.done) {
      rows += report.records;
      parked += report.parked;
      break;
    }
    await wait(5);
  }
}
const bookedMs = performance.now() - start;
while (relayed === 0 || delivered < relayed || (await open.store.outbox(1)).length > 0)
  await wait(5);
const doneMs = performance.now() - start;
await open.close();
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
await rm(data, { recursive: true, force: true });
process.stdout.write(
  `${JSON.stringify({ pair: open.pair, rows, parked, commits, events: delivered, bookedMs, doneMs, peakMiB: maxRSS / 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 })}\n`,
);
