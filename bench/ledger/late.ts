/**
 * Rows of one SKU, a document each, in one order of arrival, until every value is final. The same rows
 * whatever the order.
 *
 *   node bench/ledger/late.ts KIND ORDER ROWS ROWS_PER_COMMIT
 */
import { Recoster } from '../../core/apply/Recoster.ts';
import type { Command } from '../../core/message.ts';
import { slicesOf } from '../../core/sideBySide.ts';
import { answer } from '../child.ts';
import { LongestTurn } from '../LongestTurn.ts';
import { randomFrom } from '../random.ts';
import { Booker, emptyOutbox } from './Booker.ts';
import { costOf, documentOf, OPENED_AT } from './documents.ts';
import { benchRuntime, openLedger } from './opened.ts';

/** `after`: all are dated before one that came first. */
export const orders = ['in order', 'after', 'reverse', 'shuffled'] as const;
export type Order = (typeof orders)[number];
export const kinds = [
  'receipts',
  'layers',
  'average',
  'fifo',
  'standard',
  'short',
  'lots',
  'pools',
] as const;
export type Kind = (typeof kinds)[number];

export interface LateFigures {
  rows: number;
  /** Of the processor, until all rows were committed, and until their values were final. */
  bookedMs: number;
  finalMs: number;
  /** Entries that were written, corrections among them. */
  entries: number;
  /** The most that the thread used between two turns of its event loop. */
  longestTurnMs: number;
  /** What lies in the pools in the end. */
  value: string;
}

const SKU = 'LATE';
const START = OPENED_AT + 86_400_000;
const STEP_MS = 1_000;
const LOTS = 200;
const [kind, order] = process.argv.slice(2) as [Kind, Order];
const [rows, perCommit] = process.argv.slice(4).map(Number) as [number, number];

const { store, config, close } = await openLedger(benchRuntime());
const booker = new Booker({ store, runtime: benchRuntime(), policy: config.stock });
const recoster = new Recoster({ ...booker.parts, committed: () => undefined });
const valuation =
  kind === 'layers' ? 'fifo' : kind === 'fifo' || kind === 'standard' ? kind : 'average';
const tracking = kind === 'lots' ? 'lot' : 'none';
const item = { sku: SKU, valuation, tracking, standardCost: '10' };
await booker.commit([documentOf('item.upsert.v1', 'ITEM', OPENED_AT, item)]);
const turn = new LongestTurn();
turn.start();
const cpu = process.cpuUsage();
const used = (): number => {
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1_000;
};
for (const some of slicesOf(arriving(), perCommit)) {
  await booker.commit(some);
  await emptyOutbox(store);
  await new Promise(setImmediate);
}
const bookedMs = used();
await recoster.work();
const finalMs = used();
const { rows: pools } = await store.valuation({ sku: SKU }, { limit: 10 });
const value = pools.map(({ pool, quantity, value: worth }) => `${pool} ${quantity} ${worth}`);
const { entries } = booker.written;
await close();
answer({
  ...{ rows, bookedMs, finalMs, entries, longestTurnMs: turn.ms, value: value.join() },
} satisfies LateFigures);

/** Made as they arrive, so that memory holds those of any order alike. */
function* arriving(): Generator<Command> {
  const numbers = Array.from({ length: rows }, (_, index) => index + 1);
  if (order === 'reverse') numbers.reverse();
  if (order === 'shuffled') shuffle(numbers);
  // As a file that says days and no times of day.
  const stepMs = kind === 'receipts' ? 0 : STEP_MS;
  if (order === 'after') yield receiptOf('FIRST', START + (rows + 1) * STEP_MS, 0);
  for (const number of numbers) yield documentNumbered(number, START + number * stepMs);
  if (order !== 'after') yield receiptOf('FIRST', START + (rows + 1) * STEP_MS, 0);
}

/** A receipt, then some issues that take about as much. */
function documentNumbered(number: number, at: number): Command {
  const round = kind === 'receipts' || kind === 'layers' ? 1 : kind === 'short' ? 500 : 4;
  if (number % round === 0) return receiptOf(`R-${number}`, at, number);
  if (kind === 'pools' && number % round === 1) {
    const line = { sku: SKU, from: 'N1', to: 'S1', quantity: '20' };
    return documentOf('stock.transfer.v1', `T-${number}`, at, { lines: [line] });
  }
  const line = { sku: SKU, location: kind === 'pools' ? 'S1' : 'N1', quantity: '10' };
  return documentOf('stock.issue.v1', `I-${number}`, at, {
    lines: [{ ...line, ...lotOf(number) }],
  });
}

function receiptOf(document: string, at: number, number: number): Command {
  const line = { sku: SKU, location: 'N1', quantity: '30', unitCost: costOf(number) };
  return documentOf('stock.receive.v1', document, at, { lines: [{ ...line, ...lotOf(number) }] });
}

function lotOf(number: number): { lot?: string } {
  return kind === 'lots' ? { lot: `L-${Math.floor(number / 4) % LOTS}` } : {};
}

function shuffle(all: number[]): void {
  const random = randomFrom(5);
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [all[last], all[other]] = [all[other]!, all[last]!];
  }
}
