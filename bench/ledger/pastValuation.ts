/**
 * The valuation as of past dates, all pages of it, over the ledger that bench/ledger/history.ts built.
 *
 *   node bench/ledger/pastValuation.ts TIMES
 */

import { rowsOf } from '../../core/rowsOf.ts';
import { answer } from '../child.ts';
import { median } from '../report.ts';
import { benchRuntime, openLedger } from './opened.ts';

export interface PastFigures {
  rows: number;
  questions: { name: string; ms: number }[];
}

const questions = {
  'as of 31 January': { asOf: '2025-01-31T23:59:59.999Z' },
  'as of 30 June': { asOf: '2025-06-30T23:59:59.999Z' },
  'as of 30 June, noon': { asOf: '2025-06-30T12:00:00.000Z' },
  'as of 31 December': { asOf: '2025-12-31T23:59:59.999Z' },
  'as of 30 June, as known on 10 July': {
    asOf: '2025-06-30T23:59:59.999Z',
    knownAt: '2025-07-10T23:59:59.999Z',
  },
  'as of 31 December, as known on 30 June, noon': {
    asOf: '2025-12-31T23:59:59.999Z',
    knownAt: '2025-06-30T12:00:00.000Z',
  },
};

const times = Number(process.argv[2]);
const { store, close } = await openLedger(benchRuntime());
const measured = Object.keys(questions).map((name) => ({ name, ms: [] as number[] }));
let rows = 0;
for (let time = 0; time < times; time += 1) {
  for (const { name, ms } of measured) {
    const start = performance.now();
    rows = await countRows(questions[name as keyof typeof questions]);
    ms.push(performance.now() - start);
  }
}
await close();
answer({
  rows,
  questions: measured.map(({ name, ms }) => ({ name, ms: median(ms) })),
} satisfies PastFigures);

async function countRows(filter: { asOf: string; knownAt?: string }): Promise<number> {
  return (await Array.fromAsync(rowsOf((page) => store.valuation(filter, page)))).length;
}
