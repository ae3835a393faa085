/**
 * Whether HTTP is answered while late rows of one SKU are booked: `stockbus start` takes them in a random order
 * from a file, after one that all of them come before, and is asked for `/healthz` every 10 ms until every value
 * is final.
 *
 *   node bench/besideLate.ts [ROWS]
 */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stockedFixture } from './benchHub.ts';
import { percentile, startHub, stopHub } from './latency.ts';
import { embeddedEnv } from './measurePair.ts';
import { randomFrom } from './random.ts';
import { until } from './until.ts';

const EVERY_MS = 10;
const TIMEOUT_MS = 180_000;
const HEADER = 'Kind,Number,Sku,Quantity,Date,UnitCost,Partner\n';
const STARTS_AT = Date.UTC(2025, 0, 1);
const rows = Number(process.argv[2] ?? 40_000);

const folder = mkdtempSync(join(tmpdir(), 'stockbus-bench-'));
const [fixture, data] = [join(folder, 'hub'), join(folder, 'data')];
cpSync(stockedFixture, fixture, { recursive: true });
const config = join(fixture, 'config/hub.yaml');
writeFileSync(config, `http: { port: 0 }\n${readFileSync(config, 'utf8')}`);
for (const name of ['in', 'out']) mkdirSync(join(data, name), { recursive: true });
const turns = join(folder, 'turns.json');
const watch = fileURLToPath(new URL('./watchTurns.ts', import.meta.url));
const env = { ...embeddedEnv, STOCKBUS_DATA: data, STOCKBUS_BENCH_TURNS: turns };
const hub = await startHub(fixture, env, ['--max-semi-space-size=8', '--import', watch]);
try {
  arrive('first', [rows + 1]);
  await relayed(1);
  hub.process.kill('SIGUSR2');
  arrive('late', shuffled());
  const probe = probing();
  await relayed(rows + 1);
  await until('costs to wait', TIMEOUT_MS, async () => (await metric('recosts_waiting')) > 0, 100);
  await until('final values', TIMEOUT_MS, async () => (await metric('recosts_waiting')) === 0, 100);
  const answered = (await probe.stop()).sort((one, other) => one - other);
  await stopHub(hub.process);
  const figures = {
    rows,
    asked: answered.length,
    p99Ms: percentile(answered, 99),
    longestMs: answered.at(-1),
  };
  process.stdout.write(
    `${JSON.stringify({ ...figures, ...JSON.parse(readFileSync(turns, 'utf8')) })}\n`,
  );
} finally {
  await stopHub(hub.process);
  rmSync(folder, { recursive: true, force: true });
}

/** A file is there as a whole, or not at all. */
function arrive(name: string, numbers: readonly number[]): void {
  const path = join(data, `${name}.csv`);
  writeFileSync(path, HEADER + numbers.map(rowOf).join(''));
  renameSync(path, join(data, 'in', `${name}.csv`));
}

/** A receipt, then three issues that take as much. */
function rowOf(number: number): string {
  const date = new Date(STARTS_AT + number * 1_000).toISOString().slice(0, 19).replace('T', ' ');
  const isReceipt = number % 4 === 0 || number > rows;
  const what = isReceipt ? `delivery,R-${number}` : `sale,I-${number}`;
  return `${what},LATE,${isReceipt ? 30 : 10},${date},${1 + (number % 90) / 10},P1\n`;
}

function shuffled(): number[] {
  const numbers = Array.from({ length: rows }, (_, index) => index + 1);
  const random = randomFrom(5);
  for (let last = numbers.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [numbers[last], numbers[other]] = [numbers[other]!, numbers[last]!];
  }
  return numbers;
}

async function relayed(events: number): Promise<void> {
  const isDone = async () => (await metric('relayed_events_total')) >= events;
  await until(`${events} rows`, TIMEOUT_MS, isDone, 100);
}

async function metric(name: string): Promise<number> {
  const said = await (await fetch(`${hub.address}/metrics`)).text();
  return Number(new RegExp(`^stockbus_${name}(?:\\{.*\\})? (.+)$`, 'm').exec(said)?.[1] ?? 0);
}

/** By the clock, whether or not the one before was answered. */
function probing(): { stop(): Promise<number[]> } {
  const answers: Promise<number>[] = [];
  let stopping = false;
  const asking = (async () => {
    for (const startedAt = performance.now(); !stopping; ) {
      answers.push(ask());
      await wait(Math.max(0, startedAt + answers.length * EVERY_MS - performance.now()));
    }
  })();
  return {
    stop: async () => {
      stopping = true;
      await asking;
      return Promise.all(answers);
    },
  };
}

async function ask(): Promise<number> {
  const askedAt = performance.now();
  const response = await fetch(`${hub.address}/healthz`);
  await response.text();
  if (!response.ok) throw new Error(`/healthz was answered ${response.status}`);
  return performance.now() - askedAt;
}
