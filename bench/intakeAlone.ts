/**
 * Intake alone: what reading, mapping and the spool take of the processor, with a broker that drops
 * what it is given. One line of JSON.
 *
 *   node bench/intakeAlone.ts FOLDER FLOW FILE     FOLDER: with config/ and flows/
 */
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { loadFolder } from '../core/hub/openHub.ts';
import { takeIn } from '../core/intake.ts';
import type { Broker } from '../core/ports.ts';
import { systemRuntime } from '../core/runtime.ts';
import { SpoolFolder } from '../core/spool/SpoolFolder.ts';
import { peakMemoryBytes } from '../test/peakMemory.ts';

const [folder, name, file] = process.argv.slice(2) as [string, string, string];
const runtime = systemRuntime();
const { flows } = await loadFolder(folder, process.env, runtime);
const flow = flows.find((one) => one.name === name);
if (flow?.direction !== 'inbound') throw new Error(`there is no inbound flow '${name}'`);
const broker = { publish: async () => undefined } as unknown as Broker;
const spool = new SpoolFolder(join(tmpdir(), 'stockbus-bench-spool'), runtime);
const before = process.cpuUsage();
const { records, messages, parked } = await takeIn(
  { broker, runtime, partitions: 1, spool },
  flow,
  {
    origin: { intakeId: runtime.newId(), flow: name, name: basename(file) },
    body: createReadStream(file, { highWaterMark: 256 * 1024 }),
  },
);
const { user, system } = process.cpuUsage(before);
const figures = {
  records,
  messages,
  parked,
  microsecondsPerRecord: Number(((user + system) / records).toFixed(2)),
  peakMB: Math.round(peakMemoryBytes() / 1e6),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
