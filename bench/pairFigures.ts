/** Runs everything for one pair, and turns what came out into the lines of its table. */
import type { Pair } from '../test/pairs.ts';
import type { LatencyFigures } from './latency.ts';
import { latencyPlan } from './latency.ts';
import {
  type Booked,
  latencyOf,
  measureParse,
  measureRawMongodb,
  measureRawPublish,
  measureRawSqlite,
  measureRoad,
  type RoadRun,
} from './measurePair.ts';
import { formatNumber, type Line } from './report.ts';

/** A limit of the machine for the same rows. */
export interface Limit {
  name: string;
  ms: number;
  /** What was written, in words. */
  about: string;
}

export interface PairRun {
  road: RoadRun;
  limits: Limit[];
  latency?: LatencyFigures;
}

export interface Bench {
  samples: string;
  booked: Booked;
  runs: number;
  latency: boolean;
  tell(what: string): void;
}

/** `broker`: the server of the pair; left out for the embedded pair. */
export async function runPair(pair: Pair, bench: Bench, broker?: string): Promise<PairRun[]> {
  const runs: PairRun[] = [];
  for (let number = 1; number <= bench.runs; number += 1) {
    const tell = (what: string): void =>
      bench.tell(`${pair.name}, run ${number} of ${bench.runs}: ${what}`);
    tell('the road');
    const road = await measureRoad(pair, bench.samples);
    const limits = await limitsOf(pair, bench, road, tell, broker);
    if (!bench.latency) runs.push({ road, limits });
    else {
      tell('latency');
      runs.push({ road, limits, latency: await latencyOf(pair) });
    }
  }
  return runs;
}

async function limitsOf(
  pair: Pair,
  { samples, booked }: Bench,
  { commits, applyLoops }: RoadRun,
  tell: (what: string) => void,
  broker?: string,
): Promise<Limit[]> {
  tell('parse only');
  const { ms } = await measureParse(samples);
  const limits: Limit[] = [{ name: 'parse only (papaparse)', ms, about: 'the same bytes' }];
  if (broker === undefined) {
    for (const kind of ['own', 'plain'] as const) {
      const name = `raw writes (SQLite, ${kind} tables)`;
      tell(name);
      const raw = await measureRawSqlite(kind, booked.folder, commits);
      limits.push({ name, ms: raw.ms, about: writesIn(raw.written, raw.transactions) });
    }
    return limits;
  }
  tell('raw confirmed publishes');
  const sent = await measureRawPublish(booked, broker);
  const megabytes = formatNumber(sent.bytes / 1e6);
  limits.push({
    name: 'raw confirmed publishes (RabbitMQ)',
    ms: sent.ms,
    about: `${megabytes} MB in ${formatNumber(sent.messages)} messages`,
  });
  tell('raw MongoDB writes');
  const raw = await measureRawMongodb(pair, booked.folder, commits, applyLoops);
  const clients = applyLoops === 1 ? 'by one client' : `by ${applyLoops} clients`;
  const about = `${writesIn(raw.written, raw.transactions)} ${clients}`;
  return [...limits, { name: 'raw writes (MongoDB)', ms: raw.ms, about }];
}

const writesIn = (written: number, transactions: number): string =>
  `${formatNumber(written)} writes in ${formatNumber(transactions)} transactions`;

export function linesOf(runs: readonly PairRun[]): Line[] {
  const road = (value: (road: RoadRun) => number): number[] => runs.map((run) => value(run.road));
  const lines: Line[] = [
    {
      what: 'road: folder to booked and fanned out',
      values: road(({ rows, doneMs }) => perSecond(rows, doneMs)),
      unit: 'rows/s',
    },
    {
      what: 'road: folder to booked',
      values: road(({ rows, bookedMs }) => perSecond(rows, bookedMs)),
      unit: 'rows/s',
    },
    { what: 'road: peak memory', values: road(({ peakMB }) => peakMB), unit: 'MB' },
    {
      what: 'road: processor time',
      values: road(({ rows, cpuMs }) => (cpuMs * 1_000) / rows),
      unit: 'µs/row',
      digits: 1,
    },
  ];
  const first = runs[0]!.limits;
  for (const [index, { name }] of first.entries()) {
    const values = runs.map(({ road, limits }) => perSecond(road.rows, limits[index]!.ms));
    lines.push({ what: `limit: ${name}`, values, unit: 'rows/s' });
  }
  for (const [index, { name }] of first.entries()) {
    const values = runs.map(({ road, limits }) => limits[index]!.ms / road.doneMs);
    lines.push({ what: `ratio: road / ${name}`, values, unit: '', digits: 2 });
  }
  return [...lines, ...latencyLines(runs)];
}

function latencyLines(runs: readonly PairRun[]): Line[] {
  const measured = runs.flatMap(({ latency }) => latency ?? []);
  if (measured.length === 0) return [];
  const line = (what: string, of: keyof LatencyFigures): Line => ({
    what: `latency at ${latencyPlan.perSecond}/s: ${what}`,
    values: measured.map((figures) => figures[of]),
    unit: 'ms',
    digits: 1,
  });
  return [
    line('POST to webhook, p50', 'p50Ms'),
    line('POST to webhook, p99', 'p99Ms'),
    line('POST to webhook, longest', 'maxMs'),
    line('POST to 202, p50', 'acceptedP50Ms'),
    line('POST to 202, p99', 'acceptedP99Ms'),
  ];
}

const perSecond = (rows: number, ms: number): number => (rows * 1_000) / ms;

/** What the figures are about, in one line. */
export function aboutOf(runs: readonly PairRun[]): string {
  const { road, limits } = runs.at(-1)!;
  const entries = `${formatNumber(road.entries)} ledger entries in ${formatNumber(road.commits)} commits`;
  const events = `${formatNumber(road.events)} events, ${formatNumber(road.parked)} parked`;
  const written = limits.map(({ name, about }) => `${name}: ${about}`).join('; ');
  return `${entries}, ${events}\n  ${written}`;
}
