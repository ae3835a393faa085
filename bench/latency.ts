/**
 * Latency from end to end: from the moment a document is posted to the hub's HTTP interface until the
 * webhook that tells the change has arrived here. The hub is `stockbus start` in a process of its own.
 * Documents are posted at a fixed rate whether or not the earlier ones were answered, so a hub that
 * stalls is not spared.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { latencyFixture } from './benchHub.ts';
import { interruption } from './child.ts';
import { until, within } from './until.ts';

export interface LatencyFigures {
  messages: number;
  /** From POST to webhook. */
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** From POST to its 202: durable in the broker. */
  acceptedP50Ms: number;
  acceptedP99Ms: number;
}

export interface LatencyPlan {
  perSecond: number;
  warmUpMs: number;
  measureMs: number;
}

/** 50 a second is half of what the hub's rate limit lets through. */
export const latencyPlan: LatencyPlan = { perSecond: 50, warmUpMs: 3_000, measureMs: 20_000 };

const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 15_000;
const ARRIVAL_TIMEOUT_MS = 15_000;
const ANSWER_TIMEOUT_MS = 10_000;
const SKUS = 200;

/** `env` names the hub's data folder, broker and store. */
export async function measureLatency(
  env: Readonly<Record<string, string>>,
  plan: LatencyPlan = latencyPlan,
): Promise<LatencyFigures> {
  // What ran before has written much: a sync of the hub would wait until the disk has it.
  if (process.platform !== 'win32') await promisify(execFile)('sync');
  const subscriber = await startSubscriber();
  try {
    const hub = await startHub(latencyFixture, {
      ...env,
      STOCKBUS_SUBSCRIBER_URL: subscriber.url,
    });
    try {
      await postAll(hub.address, plan.perSecond, plan.warmUpMs, 'warm', subscriber.arrivals);
      return await postAll(
        hub.address,
        plan.perSecond,
        plan.measureMs,
        'measured',
        subscriber.arrivals,
      );
    } finally {
      await stopHub(hub.process);
    }
  } finally {
    subscriber.server.closeAllConnections();
    subscriber.server.close();
  }
}

interface Subscriber {
  server: Server;
  url: string;
  /** By document: when its first event came. */
  arrivals: Map<string, number>;
}

async function startSubscriber(): Promise<Subscriber> {
  const arrivals = new Map<string, number>();
  const server = createServer(async (incoming, response) => {
    try {
      const events = (await json(incoming)) as { document: string }[];
      const now = performance.now();
      for (const { document } of events) if (!arrivals.has(document)) arrivals.set(document, now);
      response.writeHead(204).end();
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}/stock`, arrivals };
}

/** `stockbus start` in a process of its own, when it answers. */
export async function startHub(
  fixture: string,
  env: Readonly<Record<string, string>>,
  nodeFlags: readonly string[] = [],
) {
  interruption.signal.throwIfAborted();
  const args = [...nodeFlags, 'core/main.ts', 'start', '--config', fixture];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env, STOCKBUS_LOG: 'info', STOCKBUS_LOG_FORMAT: 'json' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const started = Promise.withResolvers<string>();
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    if (said.length > 20) said.shift();
    const address = /"event":"hub\.started".*"address":"(?<address>[^"]+)"/.exec(line)?.groups;
    if (address) started.resolve(address.address!);
  });
  child.once('close', () => {
    started.reject(new Error(`the hub did not start:\n${said.join('\n')}`));
  });
  try {
    return { process: child, address: await within('the hub', START_TIMEOUT_MS, started.promise) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

export async function stopHub(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  try {
    await within('the hub to stop', STOP_TIMEOUT_MS, closed);
  } finally {
    child.kill('SIGKILL');
  }
}

/** Posts at the rate for so long, then waits until every document has arrived. */
async function postAll(
  address: string,
  perSecond: number,
  durationMs: number,
  name: string,
  arrivals: Subscriber['arrivals'],
): Promise<LatencyFigures> {
  const agent = new Agent({ keepAlive: true });
  const count = Math.round((durationMs * perSecond) / 1_000);
  const startedAt = performance.now();
  const sentAt: number[] = [];
  const answers: Promise<number>[] = [];
  let failure: unknown;
  for (let index = 0; index < count; index += 1) {
    const dueInMs = startedAt + (index * 1_000) / perSecond - performance.now();
    if (dueInMs > 0) await wait(dueInMs);
    sentAt.push(performance.now());
    const answer = post(agent, address, documentOf(`${name}-${index}`, index));
    answer.catch((error: unknown) => {
      failure ??= error;
    });
    answers.push(answer);
    if (failure) throw failure;
  }
  const answeredAt = await Promise.all(answers);
  agent.destroy();
  const documents = sentAt.map((_, index) => `${name}-${index}`);
  await until(`${count} webhooks`, ARRIVAL_TIMEOUT_MS, () =>
    documents.every((document) => arrivals.has(document)),
  );
  const since = (times: readonly number[]): number[] =>
    times.map((time, index) => time - sentAt[index]!).sort((a, b) => a - b);
  const arrived = since(documents.map((document) => arrivals.get(document)!));
  const accepted = since(answeredAt);
  return {
    messages: count,
    p50Ms: percentile(arrived, 50),
    p99Ms: percentile(arrived, 99),
    maxMs: arrived.at(-1)!,
    acceptedP50Ms: percentile(accepted, 50),
    acceptedP99Ms: percentile(accepted, 99),
  };
}

/** Nearest rank, of sorted values. */
export const percentile = (sorted: readonly number[], percent: number): number =>
  sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)]!;

const documentOf = (number: string, index: number): string =>
  JSON.stringify({
    number,
    receivedAt: new Date().toISOString(),
    supplier: 'V-1001',
    items: [
      {
        position: 1,
        sku: `LAT-${index % SKUS}`,
        warehouse: 'MAIN',
        quantity: '6',
        cost: '2.55',
      },
    ],
  });

/** Resolves with the time of the answer; rejects unless it is 202. */
function post(agent: Agent, address: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const options = { agent, method: 'POST', headers, timeout: ANSWER_TIMEOUT_MS };
    const call = request(`${address}/v1/flows/receipts`, options, (response) => {
      const answeredAt = performance.now();
      json(response).then((answer) => {
        if (response.statusCode === 202) resolve(answeredAt);
        else
          reject(new Error(`POST was answered ${response.statusCode}: ${JSON.stringify(answer)}`));
      }, reject);
    });
    call.once('timeout', () => call.destroy(new Error('POST was not answered in time')));
    call.once('error', reject);
    call.end(body);
  });
}
