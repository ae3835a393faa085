/**
 * One run of the API's bench, in a process of its own: the mix, reads alone, cold reads, and bare express with the same JSON.
 *
 *   node bench/apiLoad.ts FOLDER SECONDS CONNECTIONS     FOLDER: config/ and flows/ of a hub
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answer } from './child.ts';
import { KeptConnection, type RawAnswer } from './KeptConnection.ts';
import { startHub, stopHub } from './latency.ts';
import { randomFrom } from './random.ts';

export interface LoadFigures {
  perSecond: number;
  /** Of the server's process, all that a request set off included. */
  cpuUs: number;
  reads: number;
  hits: number;
}

export interface ApiFigures {
  mixed: LoadFigures;
  cached: LoadFigures;
  cold: LoadFigures;
  bare: LoadFigures;
}

const SKUS = 200;
const WRITES = 0.05;
/** Most that a key may have. */
const PER_MINUTE = 1_000_000;
const TICK_US = 10_000;

type Ask = (connection: number) => string;

interface Server {
  port: number;
  pid: number;
}

const [folder, seconds, connections] = process.argv.slice(2) as [string, string, string];
answer(await measure());
process.exit(0);

async function measure(): Promise<ApiFigures> {
  const hub = await startHub(folder, { STOCKBUS_DATA: join(folder, 'data'), STOCKBUS_PORT: '0' });
  const server = { port: Number(new URL(hub.address).port), pid: hub.process.pid! };
  try {
    const keys = await keysFor(hub.address, Number(connections));
    const ask = requests(keys);
    await stockUp(server, ask.receipt);
    const { body } = await one(server, ask.read(0));
    await load(server, ask.read, 1_000);
    const mixed = await load(server, ask.mixed);
    const cached = await load(server, ask.read);
    const cold = await load(server, ask.cold);
    return { mixed, cached, cold, bare: await bareExpress(body, ask.read) };
  } finally {
    await stopHub(hub.process);
  }
}

/** Each connection is a caller of its own, as partners are. */
async function keysFor(address: string, count: number): Promise<string[]> {
  const keys: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const wish = { name: `bench-${index}`, scopes: ['stock:read', 'stock:write'] };
    const response = await fetch(`${address}/v1/keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...wish, requestsPerMinute: PER_MINUTE }),
    });
    if (response.status !== 201) throw new Error(`no key: ${await response.text()}`);
    keys.push(((await response.json()) as { key: string }).key);
  }
  return keys;
}

function requests(keys: readonly string[]) {
  const random = randomFrom(7);
  let made = 0;
  const sku = (): string => `SKU-${Math.floor(random() * SKUS)}`;
  const head = (connection: number): string =>
    `host: 127.0.0.1\r\nauthorization: Bearer ${keys[connection]}\r\n`;
  const read: Ask = (connection) => `GET /v1/stock/${sku()} HTTP/1.1\r\n${head(connection)}\r\n`;
  const receipt = (connection: number, of = sku()): string => {
    made += 1;
    const id = `GR-${process.pid}-${made}`;
    const lines = [{ sku: of, location: 'BER', quantity: '1', unitCost: '2.50' }];
    const body = JSON.stringify({ id, document: id, at: '2026-03-01T08:00:00Z', lines });
    const about = `content-type: application/json\r\ncontent-length: ${body.length}\r\nidempotency-key: ${id}\r\n`;
    return `POST /v1/stock/receipts HTTP/1.1\r\n${head(connection)}${about}\r\n${body}`;
  };
  const cold: Ask = (connection) => {
    made += 1;
    const accept = `accept: application/json;n=${made},*/*\r\n`;
    return `GET /v1/stock/${sku()} HTTP/1.1\r\n${head(connection)}${accept}\r\n`;
  };
  const mixed: Ask = (connection) => (random() < WRITES ? receipt(connection) : read(connection));
  return { read, cold, mixed, receipt };
}

/** Every SKU has stock, and it is booked. */
async function stockUp(
  { port }: Server,
  receipt: (connection: number, sku: string) => string,
): Promise<void> {
  const connection = await KeptConnection.to(port);
  for (let index = 0; index < SKUS; index += 1) {
    const text = receipt(0, `SKU-${index}`).replace('\r\n', '\r\nprefer: wait=20\r\n');
    const { status, body } = await connection.send(text);
    if (status !== 201) throw new Error(`a receipt was answered ${status}: ${body}`);
  }
  connection.end();
}

async function one({ port }: Server, text: string): Promise<RawAnswer> {
  const connection = await KeptConnection.to(port);
  const answered = await connection.send(text);
  connection.end();
  return answered;
}

async function load(
  { port, pid }: Server,
  ask: Ask,
  ms = Number(seconds) * 1_000,
): Promise<LoadFigures> {
  const counts = { reads: 0, hits: 0, all: 0 };
  const cpuBefore = cpuUsOf(pid);
  const startedAt = performance.now();
  const client = async (_: unknown, index: number): Promise<void> => {
    const connection = await KeptConnection.to(port);
    while (performance.now() - startedAt < ms) {
      const { status, head, body } = await connection.send(ask(index));
      if (status !== 200 && status !== 202) throw new Error(`answered ${status}: ${body}`);
      counts.all += 1;
      if (status === 200) counts.reads += 1;
      if (head.includes('stockbus-cache: hit')) counts.hits += 1;
    }
    connection.end();
  };
  await Promise.all(Array.from({ length: Number(connections) }, client));
  const passedMs = performance.now() - startedAt;
  const cpuUs = (cpuUsOf(pid) - cpuBefore) / counts.all;
  const { reads, hits, all } = counts;
  return { perSecond: (1_000 * all) / passedMs, cpuUs, reads, hits };
}

async function bareExpress(body: string, ask: Ask): Promise<LoadFigures> {
  const child = fork(join(import.meta.dirname, 'bareExpress.ts'), [body]);
  try {
    const [port] = (await once(child, 'message')) as [number];
    const server = { port, pid: child.pid! };
    await load(server, ask, 1_000);
    return await load(server, ask);
  } finally {
    child.disconnect();
  }
}

function cpuUsOf(pid: number): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .slice(11, 13)
    .map(Number) as [number, number];
  return (user + system) * TICK_US;
}
