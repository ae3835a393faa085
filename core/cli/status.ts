/** What a person on call asks first, whether or not a hub is running. */
import { join } from 'node:path';
import { brokers } from '../brokerKinds.ts';
import { brokerTopology } from '../brokerTopology.ts';
import { FaultList, formatFault, isStockbusError } from '../errors.ts';
import type { HubConfig } from '../flow/hubConfig.ts';
import type { Health } from '../health.ts';
import { addressOf } from '../hub/addressOf.ts';
import { backendOf } from '../hub/backendOf.ts';
import { openBooks } from '../hub/openBooks.ts';
import { loadFolder } from '../hub/openHub.ts';
import { type PlaceOfBooks, placeOfBooks } from '../hub/placeOfBooks.ts';
import { isCommandQueue } from '../intake/publishBatches.ts';
import { limits } from '../limits.ts';
import { systemRuntime, systemTime } from '../runtime.ts';
import { SpoolFolder } from '../spool/SpoolFolder.ts';
import type { HubStatus } from '../status/HubStatus.ts';
import { lookAtBooks } from '../status/lookAtBooks.ts';
import { statusOf } from '../status/statusOf.ts';
import { stores } from '../storeKinds.ts';
import { ownAddress } from './apiOf.ts';
import type { CliCommand, Invocation } from './command.ts';
import { isJson, jsonFormat, sayJson } from './jsonFormat.ts';
import { type AskedHub, describeStatus, failedFlows, type SaidStatus } from './statusLines.ts';

export const status: CliCommand = {
  name: 'status',
  about:
    'Says whether all is well: what answers, what waits in queues and stages, what is parked or dead, and where to look. It makes and changes nothing.',
  arguments: [],
  options: { format: jsonFormat },
  exitCodes: {
    0: 'all is well',
    1: 'something fails, or no hub works at what waits',
    3: 'something waits for a person',
  },
  examples: ['stockbus status', 'stockbus status --format json'],
  async run(invocation) {
    const { folder, env, terminal } = invocation;
    const place = await placeOfBooks(folder, env);
    const { config } = place;
    const { queues, broken } = await queuesOf(invocation, config);
    const asked = askHub(config);
    const since = async () => (await asked).unappliedSince;
    const [{ hub }, found] = await Promise.all([asked, lookAt(invocation, place, queues, since)]);
    const said = { ...found, hub, flows: { broken } };
    if (isJson(invocation)) await sayJson(terminal, said);
    else terminal.out(describeStatus(said));
    return exitCodeOf(said);
  },
};

function exitCodeOf({ troubles, flows, hub, queues }: SaidStatus): number {
  const isLeft = !hub.answers && (queues ?? []).some(isLeftIn);
  const isFailed = flows.broken.length > 0 || failedFlows(hub).length > 0;
  if (isFailed || isLeft || troubles.some(({ kind }) => kind === 'down')) return 1;
  return troubles.length > 0 ? 3 : 0;
}

/** Accepted, and nobody books it. */
const isLeftIn = ({ queue, ready, waiting }: NonNullable<HubStatus['queues']>[number]): boolean =>
  isCommandQueue(queue) && (waiting ?? ready) > 0;

/** Of flows that are not in order nobody knows which queues they have. */
async function queuesOf(
  { folder, env }: Invocation,
  { apply: { partitions } }: HubConfig,
): Promise<{ queues: string[]; broken: string[] }> {
  try {
    const { flows } = await loadFolder(folder, env);
    return { queues: brokerTopology(flows, partitions).queues, broken: [] };
  } catch (error) {
    const { queues } = brokerTopology([], partitions);
    if (error instanceof FaultList) return { queues, broken: error.faults.map(formatFault) };
    if (isStockbusError(error)) return { queues, broken: [formatFault(error.fault)] };
    throw error;
  }
}

async function lookAt(
  { folder, env }: Invocation,
  { config, storeAddress }: PlaceOfBooks,
  queues: readonly string[],
  unappliedSince: () => Promise<string | undefined>,
): Promise<HubStatus> {
  const runtime = systemRuntime();
  const address = addressOf(config.broker, config.dataFolder);
  const kind = backendOf('broker', brokers, address);
  const broker = () => kind.look(address, runtime, queues);
  const store = async () => {
    const books = await openBooks(folder, env, runtime, { orEmpty: true });
    try {
      return await lookAtBooks(books.store);
    } finally {
      await books.close();
    }
  };
  // The time in which they are to answer is theirs alone.
  await Promise.all([kind.load?.(), backendOf('store', stores, storeAddress).load?.()]);
  const spool = new SpoolFolder(join(config.dataFolder, 'spool'), runtime);
  const disk = () => spool.requireRoom();
  return statusOf({ broker, store, disk, unappliedSince }, runtime);
}

/** Whoever answers at the address of the configuration. */
async function askHub({
  http,
}: HubConfig): Promise<{ hub: AskedHub; unappliedSince?: string | undefined }> {
  const address = ownAddress(http);
  const silent = { hub: { address, answers: false, ready: false, checks: {}, told: {} } };
  if (http.port === 0) return silent;
  const headers = http.token === undefined ? {} : { authorization: `Bearer ${http.token}` };
  const late = new AbortController();
  const timer = systemTime.after(2 * limits.pingMs, () => late.abort());
  try {
    const answer = await fetch(`${address}/readyz`, { headers, signal: late.signal });
    const said = (await answer.json()) as Partial<Health>;
    const { ready = false, checks = {}, told = {}, unappliedSince } = said;
    return { hub: { address, answers: true, ready, checks, told }, unappliedSince };
  } catch {
    return silent;
  } finally {
    timer.stop();
  }
}
