/** The one place in which a bench opens a hub: as `stockbus start` does, threads and all. */
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sinksOf } from '../core/flow/compiledFlow.ts';
import type { Role } from '../core/flow/hubConfig.ts';
import { loadFolder } from '../core/hub/openHub.ts';
import { openThreadedHub } from '../core/hub/openThreadedHub.ts';
import { commandQueue } from '../core/intake/publishBatches.ts';
import type { Log, Metrics } from '../core/runtime.ts';
import { noMetrics, systemRuntime } from '../core/runtime.ts';

/** Sells what it never received. */
export const retailFixture = 'test/fixtures/online-retail';
/** Receives first, then sells. */
export const stockedFixture = 'bench/stocked';
/** Small files, and posts of one document. */
export const smallFixture = 'bench/small';
export const latencyFixture = 'test/fixtures/latency';

export const roadRoles: readonly Role[] = ['intake', 'apply', 'relay', 'deliver'];

export function openBenchHub(
  folder: string,
  data: string,
  roles: readonly Role[],
  log: Log,
  metrics: Metrics = noMetrics,
) {
  const env = { ...process.env, STOCKBUS_DATA: data };
  return openThreadedHub(folder, env, systemRuntime(log, metrics), { roles });
}

/** Queues that a hub over that folder makes. */
export async function queuesOf(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<string[]> {
  const { config, flows } = await loadFolder(folder, { ...process.env, ...env });
  const { partitions } = config.apply;
  const commands = Array.from({ length: partitions }, (_, index) => commandQueue(index));
  return [...commands, ...flows.flatMap(sinksOf).map(({ queue }) => queue)];
}

/** Files that a subscriber would take: those whose name begins with a dot are the hub's own. */
export async function arrivedIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => !name.startsWith('.')).map((name) => join(folder, name));
}

/** Of all such files; a subscriber's files hold one event a line. */
export async function linesIn(folder: string): Promise<number> {
  let lines = 0;
  for (const path of await arrivedIn(folder)) {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      for (const byte of chunk) if (byte === 0x0a) lines += 1;
    }
  }
  return lines;
}
