/** The one place in which a bench opens a hub: as `stockbus start` does, threads and all. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { loadFolder } from '../core/cli/openHub.ts';
import { openThreadedHub } from '../core/cli/openThreadedHub.ts';
import { subscriptionQueue } from '../core/deliver.ts';
import type { Role } from '../core/flow/hubConfig.ts';
import { commandQueue } from '../core/intake/publishBatches.ts';
import type { Log, Metrics } from '../core/runtime.ts';
import { noMetrics, systemRuntime } from '../core/runtime.ts';

export const roadFixture = 'test/fixtures/online-retail';
export const latencyFixture = 'test/fixtures/latency';

export const roadRoles: readonly Role[] = ['intake', 'apply', 'relay', 'deliver'];

export function openBenchHub(
  data: string,
  roles: readonly Role[],
  log: Log,
  metrics: Metrics = noMetrics,
) {
  const env = { ...process.env, STOCKBUS_DATA: data };
  return openThreadedHub(roadFixture, env, systemRuntime(log, metrics), { roles });
}

/** Queues that a hub over that folder makes, and the number of its apply loops. */
export async function topologyOf(
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<{ queues: string[]; applyLoops: number }> {
  const { config, flows } = await loadFolder(folder, { ...process.env, ...env });
  const { partitions } = config.apply;
  const commands = Array.from({ length: partitions }, (_, index) => commandQueue(index));
  const subscriptions = flows
    .filter(({ direction }) => direction === 'subscription')
    .map(({ name }) => subscriptionQueue(name));
  return { queues: [...commands, ...subscriptions], applyLoops: partitions };
}

/** Files that a subscriber would take: those whose name begins with a dot are the hub's own. */
export async function arrivedIn(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names.filter((name) => !name.startsWith('.')).map((name) => join(folder, name));
}
