/**
 * A hub that takes in what lies in one place, in a process of its own so that its memory is its own: from its start until
 * every file has been put away.
 *
 *   node bench/fileFigures.ts FOLDER DATA FILES     FOLDER: with config/ and flows/; DATA: an empty folder for the hub
 */
import { noMetrics } from '../core/runtime.ts';
import { peakMemoryBytes } from '../test/peakMemory.ts';
import { openBenchHub } from './benchHub.ts';
import { answer } from './child.ts';
import { until } from './until.ts';

export interface FileFigures {
  rows: number;
  /** From the start of the hub until the last file was put away. */
  takenMs: number;
  /** Of the whole process in that time. */
  cpuMs: number;
  peakMB: number;
}

const TIMEOUT_MS = 1_800_000;

const [folder, data, count] = process.argv.slice(2) as [string, string, string];
/** Files that were put away, and objects of which all is durable. */
const TAKEN = new Set<string>(['stockbus_folder_files_total', 'stockbus_polled_payloads_total']);
let taken = 0;
let rows = 0;
const { hub, close } = await openBenchHub(
  folder,
  data,
  ['intake', 'apply'],
  (level, event, fields) => {
    if (event === 'intake.done') rows += Number(fields?.records);
    if (level === 'warn' || level === 'error')
      process.stderr.write(`${event} ${JSON.stringify(fields)}\n`);
  },
  {
    ...noMetrics,
    count: (name) => {
      if (TAKEN.has(name)) taken += 1;
    },
  },
);
const before = process.cpuUsage();
const startedMs = performance.now();
await hub.start();
await until('every file to be put away', TIMEOUT_MS, () => taken >= Number(count));
const takenMs = performance.now() - startedMs;
const { user, system } = process.cpuUsage(before);
const peakMB = peakMemoryBytes() / 1e6;
await close();
answer({ rows, takenMs, cpuMs: (user + system) / 1_000, peakMB } satisfies FileFigures);
