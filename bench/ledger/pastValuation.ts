/**
 * The valuation as of past dates, all pages of it, over the ledger that bench/ledger/history.ts built.
 *
 *   node bench/ledger/pastValuation.ts TIMES
 */

import { limits } from '../../core/limits.ts';
import type { Page } from '../../core/ports.ts';
import { rowsOf } from '../../core/rowsOf.ts';
import { answer } from '../child.ts';
import { benchRuntime, openLedger } from './opened.ts';

export interface PastFigures {
  rows: number;
  /** Each as many times as it was asked. */
  questions: { name: string; ms: number[]; cpuMs: number[] }[];
}

const questions = {
  'as of 31 January': { asOf: '2025-01-31T23:59:59.999Z' },
  'as of 31 December': { asOf: '2025-12-31T23:59:59.999Z' },
  'as of 15 June of the second year, noon': { asOf: '2026-06-15T12:00:00.000Z' },
  'as of the end': { asOf: '2026-12-31T23:59:59.999Z' },
  'as of 31 December, as known on 10 January': {
    asOf: '2025-12-31T23:59:59.999Z',
    knownAt: '2026-01-10T23:59:59.999Z',
  },
  'as of the end, as known on 15 June, noon': {
    asOf: '2026-12-31T23:59:59.999Z',
    knownAt: '2026-06-15T12:00:00.000Z',
  },
};

const times = Number(process.argv[2]);
const { store, close } = await openLedger(benchRuntime());
const measured = Object.keys(questions).map((name) => ({
  ...{ name, ms: [] as number[], cpuMs: [] as number[] },
}));
let rows = 0;
for (let time = 0; time < times; time += 1) {
  for (const { name, ms, cpuMs } of measured) {
    const start = performance.now();
    const before = process.cpuUsage();
    rows = await countRows(questions[name as keyof typeof questions]);
    ms.push(performance.now() - start);
    const { user, system } = process.cpuUsage(before);
    cpuMs.push((user + system) / 1_000);
  }
}
await close();
answer({ rows, questions: measured } satisfies PastFigures);

async function countRows(filter: { asOf: string; knownAt?: string }): Promise<number> {
  const pages = (page: Page) => store.valuation(filter, page);
  return (await Array.fromAsync(rowsOf(pages, limits.reportRows))).length;
}
