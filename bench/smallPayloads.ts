/**
 * Many small payloads, in a process of its own: files of three rows in one folder, until all are booked, or documents that
 * 64 clients post one by one, until all are accepted. A client has an address of its own, as the rate limit counts by that.
 *
 *   node bench/smallPayloads.ts files|posts DATA COUNT     DATA: an empty folder for the hub
 */
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Store } from '../core/ports.ts';
import { rowsOf } from '../core/rowsOf.ts';
import { openBenchHub, roadRoles, smallFixture } from './benchHub.ts';
import { answer } from './child.ts';
import { percentile, startHub, stopHub } from './latency.ts';
import { until } from './until.ts';

export interface SmallFigures {
  payloads: number;
  rows: number;
  ms: number;
  /** Of the process of the hub, all that followed included. */
  cpuMs: number;
  /** From a post to its 202. */
  p50Ms?: number;
  p99Ms?: number;
}

const TIMEOUT_MS = 280_000;
const ROWS = 3;
const SKUS = 500;
const CLIENTS = 64;
const LOOK_MS = 500;
const TICK_MS = 10;

const [kind, data, count] = process.argv.slice(2) as [string, string, string];
answer(await (kind === 'files' ? takeFiles(Number(count)) : postAll(Number(count))));
process.exit(0);

async function takeFiles(payloads: number): Promise<SmallFigures> {
  await mkdir(join(data, 'in'), { recursive: true });
  for (let file = 0; file < payloads; file += 1) {
    const name = `receipts-${String(file).padStart(6, '0')}.csv`;
    await writeFile(join(data, 'in', name), fileOf(file));
  }
  const { hub, store, close } = await openBenchHub(
    smallFixture,
    data,
    roadRoles,
    (level, event, fields) => {
      if (level === 'error') process.stderr.write(`${event} ${JSON.stringify(fields)}\n`);
    },
  );
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await hub.start();
  const rows = payloads * ROWS;
  await until(
    'every row to be booked',
    TIMEOUT_MS,
    async () => (await entriesIn(store)) >= rows,
    LOOK_MS,
  );
  const ms = performance.now() - startedAt;
  await close();
  const { user, system } = process.cpuUsage(before);
  return { payloads, rows, ms, cpuMs: (user + system) / 1_000 };
}

function fileOf(file: number): string {
  let text = 'Document,At,Item,Quantity,Cost\n';
  for (let row = 0; row < ROWS; row += 1) {
    const number = file * ROWS + row;
    text += `F${number},2026-03-01T08:00:00Z,ITEM-${number % SKUS},${1 + (number % 9)},${1 + (row % 7)}.25\n`;
  }
  return text;
}

async function entriesIn(store: Store): Promise<number> {
  let entries = 0;
  for await (const { seq } of rowsOf((page) => store.heads(page), 10_000)) entries += seq;
  return entries;
}

async function postAll(payloads: number): Promise<SmallFigures> {
  const hub = await startHub(smallFixture, { STOCKBUS_DATA: data });
  try {
    await inTurns(hub.address, 'warm', CLIENTS * 10);
    const before = await quietCpuMs(hub.process.pid!);
    const startedAt = performance.now();
    const times = await inTurns(hub.address, 'post', payloads);
    const ms = performance.now() - startedAt;
    const cpuMs = (await quietCpuMs(hub.process.pid!)) - before;
    const sorted = times.sort((one, other) => one - other);
    const [p50Ms, p99Ms] = [percentile(sorted, 50), percentile(sorted, 99)];
    return { payloads, rows: payloads, ms, cpuMs, p50Ms, p99Ms };
  } finally {
    await stopHub(hub.process);
  }
}

/** Each client posts the next document once its last was accepted. */
async function inTurns(address: string, name: string, payloads: number): Promise<number[]> {
  const times: number[] = [];
  let next = 0;
  const client = async (_: unknown, index: number): Promise<void> => {
    const agent = new Agent({
      keepAlive: true,
      maxSockets: 1,
      localAddress: `127.0.0.${index + 1}`,
    });
    while (next < payloads) {
      const number = next++;
      const sentAt = performance.now();
      await post(agent, address, documentOf(`${name}-${number}`, number));
      times.push(performance.now() - sentAt);
    }
    agent.destroy();
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return times;
}

function documentOf(number: string, index: number): string {
  return JSON.stringify({
    ...{ number, receivedAt: '2026-03-01T08:00:00Z', sku: `ITEM-${index % SKUS}` },
    ...{ quantity: '6', cost: '2.55' },
  });
}

function post(agent: Agent, address: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const call = request(
      `${address}/v1/flows/receipts`,
      { agent, method: 'POST', headers },
      (response) => {
        response.resume().once('end', () => {
          if (response.statusCode === 202) resolve();
          else reject(new Error(`POST was answered ${response.statusCode}`));
        });
      },
    );
    call.once('error', reject);
    call.end(body);
  });
}

/** Processor time of a process once it uses no more. */
async function quietCpuMs(pid: number): Promise<number> {
  for (let last = -1; ; ) {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 13)
      .map(Number) as [number, number];
    const now = (user + system) * TICK_MS;
    if (now - last <= 2 * TICK_MS) return now;
    last = now;
    await wait(1_000);
  }
}
