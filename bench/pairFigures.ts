/** Runs everything for one pair, and turns what came out into the lines of its table. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChosenPair } from './chosenPairs.ts';
import { type LatencyFigures, latencyPlan } from './latency.ts';
import type { Order } from './ledger/late.ts';
import { cpuOfMix, historyLines, lateLines, mixLines } from './ledger/lines.ts';
import { measureHistory, measureLate, measureMix } from './ledger/measure.ts';
import { HISTORY_SKUS } from './ledger.ts';
import {
  type Booked,
  type DataSet,
  latencyOf,
  measureParse,
  measureRawMongodb,
  measureRawPublish,
  measureRawSqlite,
  measureRoad,
  measureSmall,
  type RoadRun,
  rawKinds,
  withBooked,
} from './measurePair.ts';
import type { BenchOptions } from './options.ts';
import { camelInBatches, measurePeer, nodeByHand, type PeerFigures, whyNotRun } from './peers.ts';
import { formatNumber, type Line, perSecond } from './report.ts';
import { splitInvoices } from './samples.ts';
import type { SmallFigures } from './smallPayloads.ts';

export interface Bench {
  options: BenchOptions;
  retail: DataSet;
  stocked: DataSet;
  tell(what: string): void;
  /** Hears the lines of each part as soon as it is over. */
  show(lines: readonly Line[]): void;
}

export async function benchPair(chosen: ChosenPair, bench: Bench): Promise<void> {
  const { only } = bench.options;
  if (only.includes('road') || only.includes('lines')) await benchRetail(chosen, bench);
  if (only.includes('stocked')) await benchStocked(chosen, bench);
  if (only.includes('latency')) await benchLatency(chosen, bench);
  if (only.includes('small')) await benchSmall(chosen, bench);
  if (only.includes('mix')) await benchMix(chosen, bench);
  if (only.includes('late')) await benchLate(chosen, bench);
  if (only.includes('history')) await benchHistory(chosen, bench);
}

// --- the road -------------------------------------------------------------------------------------

/** A limit of the machine for the same rows. */
interface Limit {
  name: string;
  ms: number;
  /** The least that the road should reach of it. */
  aim?: number;
}

interface Run {
  road: RoadRun;
  limits: Limit[];
  peer?: PeerFigures;
  lines?: RoadRun;
}

async function benchRetail(chosen: ChosenPair, bench: Bench): Promise<void> {
  const { runs, only, peers } = bench.options;
  const rival = chosen.broker === undefined ? camelInBatches : nodeByHand;
  const reason = whyNotRun(rival, peers);
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-bench-'));
  try {
    const split = { ...bench.retail, samples: folder };
    splitInvoices(bench.retail.samples, folder);
    const measured = await withBooked(bench.retail, (booked) =>
      inTurns(runs, async (turn): Promise<Run> => {
        const tell = (what: string): void => bench.tell(`${turn}: ${what}`);
        tell(bench.retail.name);
        const road = await measureRoad(chosen.pair, bench.retail);
        const run: Run = { road, limits: [] };
        if (only.includes('lines')) {
          tell('the same rows, each a document of its own');
          run.lines = await measureRoad(chosen.pair, split);
        }
        if (!only.includes('road')) return run;
        run.limits = await limitsOf(chosen, booked, road.commits, tell);
        if (reason !== undefined) return run;
        tell(rival.name);
        return { ...run, peer: await measurePeer(rival, peers!, bench.retail.samples) };
      }),
    );
    if (only.includes('road')) {
      bench.show(roadLines(chosen, bench.retail, measured));
      bench.show(peerLines(chosen, rival.name, measured, reason));
    }
    if (only.includes('lines')) bench.show(singleLines(measured));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchStocked(chosen: ChosenPair, bench: Bench): Promise<void> {
  const measured = await withBooked(bench.stocked, (booked) =>
    inTurns(bench.options.runs, async (turn): Promise<Run> => {
      const tell = (what: string): void => bench.tell(`${turn}: ${what}`);
      tell(bench.stocked.name);
      const road = await measureRoad(chosen.pair, bench.stocked);
      return { road, limits: await limitsOf(chosen, booked, road.commits, tell) };
    }),
  );
  bench.show(roadLines(chosen, bench.stocked, measured));
}

async function inTurns<T>(runs: number, work: (turn: string) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (let number = 1; number <= runs; number += 1) {
    done.push(await work(`run ${number} of ${runs}`));
  }
  return done;
}

async function limitsOf(
  { pair, broker }: ChosenPair,
  booked: Booked,
  commits: number,
  tell: (what: string) => void,
): Promise<Limit[]> {
  tell('parse only');
  const { ms } = await measureParse(booked.samples);
  const limits: Limit[] = [{ name: 'parse only (papaparse)', ms }];
  if (broker === undefined) {
    for (const kind of rawKinds) {
      const name = `raw writes (SQLite, ${kind})`;
      tell(name);
      const raw = await measureRawSqlite(kind, booked, commits);
      limits.push({ name, ms: raw.ms, ...(kind === 'plain' ? { aim: 0.55 } : {}) });
    }
    return limits;
  }
  tell('raw confirmed publishes');
  const sent = await measureRawPublish(booked, broker);
  limits.push({ name: 'raw confirmed publishes of intake (RabbitMQ)', ms: sent.ms });
  tell('raw MongoDB writes');
  const raw = await measureRawMongodb(pair, booked);
  return [...limits, { name: 'raw writes (MongoDB, plain, one client)', ms: raw.ms, aim: 1.5 }];
}

const rateOf = ({ rows, doneMs }: RoadRun): number => perSecond(rows, doneMs);
const cpuOf = ({ rows, cpuMs }: RoadRun): number => (cpuMs * 1_000) / rows;

function roadLines({ broker }: ChosenPair, { name }: DataSet, runs: readonly Run[]): Line[] {
  const road = (value: (road: RoadRun) => number): number[] => runs.map((run) => value(run.road));
  const cpuAim = broker === undefined ? 45 : 60;
  const lines: Line[] = [
    { what: `${name}: booked and fanned out`, values: road(rateOf), unit: 'rows/s' },
    {
      what: `${name}: booked`,
      values: road(({ rows, bookedMs }) => perSecond(rows, bookedMs)),
      unit: 'rows/s',
    },
    {
      ...{ what: `${name}: processor time of the hub`, values: road(cpuOf), unit: 'µs/row' },
      ...{ digits: 1, aim: { atMost: cpuAim } },
    },
    {
      ...{ what: `${name}: peak memory of the hub`, values: road(({ peakMB }) => peakMB) },
      ...{ unit: 'MB', aim: { atMost: 300 } },
    },
    { what: `${name}: commits`, values: road(({ commits }) => commits), unit: '' },
    { what: 'load of the machine before', values: road(({ load }) => load), unit: '', digits: 1 },
    {
      ...{ what: 'two threads at once before, of 2', unit: '', digits: 2 },
      values: road(({ cores }) => cores.together),
    },
  ];
  const first = runs[0]!.limits;
  for (const [index, limit] of first.entries()) {
    const values = runs.map(({ road, limits }) => perSecond(road.rows, limits[index]!.ms));
    lines.push({ what: `limit: ${limit.name}`, values, unit: 'rows/s' });
  }
  for (const [index, { name: limit, aim }] of first.entries()) {
    const values = runs.map(({ road, limits }) => limits[index]!.ms / road.doneMs);
    const line: Line = { what: `${name} / ${limit}`, values, unit: '', digits: 2 };
    lines.push(aim === undefined ? line : { ...line, aim: { atLeast: aim } });
  }
  return lines;
}

function peerLines(
  { broker }: ChosenPair,
  rival: string,
  runs: readonly Run[],
  reason: string | undefined,
): Line[] {
  const both = runs.flatMap(({ road, peer }) => (peer ? { road, peer } : []));
  const ratio: Line = {
    ...{ what: `road / ${rival}`, unit: '', digits: 2 },
    values: both.map(({ road, peer }) => rateOf(road) / peer.rowsPerS!),
    aim: { atLeast: broker === undefined ? 1.5 : 2.5 },
  };
  if (reason !== undefined) return [{ ...ratio, notRun: reason }];
  const rates = both.map(({ peer }) => peer.rowsPerS!);
  const memory = both.map(({ peer }) => peer.rssMB);
  return [
    { what: rival, values: rates, unit: 'rows/s' },
    { what: `${rival}: peak memory`, values: memory, unit: 'MB' },
    ratio,
  ];
}

function singleLines(runs: readonly Run[]): Line[] {
  const both = runs.flatMap(({ road, lines }) => (lines ? { road, lines } : []));
  const name = 'documents of one line';
  return [
    { what: name, values: both.map(({ lines }) => rateOf(lines)), unit: 'documents/s' },
    {
      ...{ what: `${name}: processor time of the hub`, unit: 'µs/document', digits: 1 },
      values: both.map(({ lines }) => cpuOf(lines)),
    },
    {
      ...{ what: `${name} / rows of the road`, unit: '', digits: 2, aim: { atLeast: 0.6 } },
      values: both.map(({ road, lines }) => rateOf(lines) / rateOf(road)),
    },
    {
      ...{ what: `${name} / rows of the road, by processor time`, unit: '', digits: 2 },
      values: both.map(({ road, lines }) => cpuOf(road) / cpuOf(lines)),
    },
  ];
}

// --- the rest -------------------------------------------------------------------------------------

async function benchLatency({ pair, broker }: ChosenPair, bench: Bench): Promise<void> {
  const runs = await inTurns(bench.options.runs, (turn) => {
    bench.tell(`${turn}: latency`);
    return latencyOf(pair);
  });
  const named = (what: string, values: number[]): Line => ({
    ...{ what: `latency at ${latencyPlan.perSecond}/s: ${what}`, values, unit: 'ms', digits: 1 },
  });
  const line = (what: string, of: keyof LatencyFigures): Line =>
    named(
      what,
      runs.map((figures) => figures[of]),
    );
  const plain = runs.map((figures) => figures.plain.p99Ms);
  const p99 = line('POST to webhook, p99', 'p99Ms');
  bench.show([
    line('POST to webhook, p50', 'p50Ms'),
    { ...p99, aim: { atMost: broker === undefined ? 10 : 30 } },
    line('POST to webhook, longest', 'maxMs'),
    line('POST to 202, p50', 'acceptedP50Ms'),
    line('POST to 202, p99', 'acceptedP99Ms'),
    named('plain work of 5 ms, p99', plain),
  ]);
}

const SMALL_FILES = 10_000;
const SMALL_POSTS = 5_000;

async function benchSmall({ pair }: ChosenPair, bench: Bench): Promise<void> {
  const runs = await inTurns(bench.options.runs, async (turn) => {
    bench.tell(`${turn}: ${SMALL_FILES} files of three rows`);
    const files = await measureSmall(pair, 'files', SMALL_FILES);
    bench.tell(`${turn}: ${SMALL_POSTS} posts of one document by 64 clients`);
    return { files, posts: await measureSmall(pair, 'posts', SMALL_POSTS) };
  });
  const cpuOfEach = ({ cpuMs, payloads }: SmallFigures): number => cpuMs / payloads;
  const files = runs.map((run) => run.files);
  const posts = runs.map((run) => run.posts);
  const [small, posted] = ['files of three rows', 'posts of 64 clients'];
  bench.show([
    { what: small, values: files.map(({ rows, ms }) => perSecond(rows, ms)), unit: 'rows/s' },
    {
      ...{ what: `${small}: processor time of the hub`, unit: 'ms/file', digits: 2 },
      values: files.map(cpuOfEach),
    },
    { what: posted, values: posts.map(({ rows, ms }) => perSecond(rows, ms)), unit: 'posts/s' },
    {
      ...{ what: `${posted}: processor time of the hub`, unit: 'ms/post', digits: 2 },
      values: posts.map(cpuOfEach),
    },
    { what: `${posted}: to 202, p50`, values: posts.map(({ p50Ms }) => p50Ms!), unit: 'ms' },
    { what: `${posted}: to 202, p99`, values: posts.map(({ p99Ms }) => p99Ms!), unit: 'ms' },
  ]);
}

/** On servers a quarter of it. */
const MIX_DOCUMENTS = 100_000;

async function benchMix({ pair, broker }: ChosenPair, bench: Bench): Promise<void> {
  const documents = broker === undefined ? MIX_DOCUMENTS : MIX_DOCUMENTS / 4;
  const measure = (skus: number) => {
    bench.tell(`${documents} documents of ${skus} SKUs`);
    return measureMix({ pair, nodeFlags: [] }, { documents, skus, late: 0 }, false);
  };
  const few = await measure(1_000);
  const many = await measure(100_000);
  const name = 'mix on 100,000 SKUs / on 1,000';
  const ratio: Line = { what: name, values: [few.ms / many.ms], unit: '', digits: 2 };
  bench.show([
    ...mixLines({ documents, skus: 1_000, late: 0 }, few),
    ...mixLines({ documents, skus: 100_000, late: 0 }, many),
    broker === undefined ? { ...ratio, aim: { atLeast: 0.8 } } : ratio,
    { ...ratio, what: `${name}, by processor time`, values: [cpuOfMix(few) / cpuOfMix(many)] },
  ]);
}

/** On servers a quarter of it. */
const LATE_ROWS = 40_000;
const lateOrders: readonly Order[] = ['after', 'reverse', 'shuffled'];

async function benchLate({ pair, broker }: ChosenPair, bench: Bench): Promise<void> {
  const rows = broker === undefined ? LATE_ROWS : LATE_ROWS / 4;
  for (const kind of ['fifo', 'average'] as const) {
    const measure = (order: Order) => {
      bench.tell(`${rows} rows of one SKU, ${kind}: ${order}`);
      return measureLate({ pair, nodeFlags: [] }, kind, order, rows);
    };
    const inOrder = await measure('in order');
    bench.show(lateLines(kind, 'in order', inOrder));
    for (const order of lateOrders) {
      bench.show(lateLines(kind, order, await measure(order), inOrder));
    }
  }
}

async function benchHistory({ pair }: ChosenPair, bench: Bench): Promise<void> {
  const { entries } = bench.options;
  const measuring = { pair, nodeFlags: [] };
  const run = await measureHistory(measuring, HISTORY_SKUS, entries, bench.tell);
  bench.show(historyLines(run));
}

/** What the road is measured over, in words. */
export const aboutSet = (name: string, rows: number, files: number, bytes: number): string =>
  `${name}: ${formatNumber(rows)} rows in ${formatNumber(files)} files, ${formatNumber(bytes / 1e6, 1)} MB`;
