/** Stock and value by both clocks: sums over what moved. */
import { StockbusError } from '../errors.ts';
import { emptyBalance } from '../keyOfBalance.ts';
import type { Balance, Status } from '../ledger.ts';
import type { Move } from '../pack.ts';
import { movesOf } from '../packFrom.ts';
import type { ValuationRow } from '../ports.ts';
import { type Clocks, closedBooks, type PackTexts, type Summed } from './ClosedBooks.ts';
import { SkuSums } from './SkuSums.ts';

export interface SumFilter {
  sku?: string;
  asOf?: string;
  knownAt?: string;
}

/** By (sku, place, lot, status, owner), places outside too. A value that moves alone is no stock. */
export async function stockAsOf(
  from: Summed,
  skus: readonly string[],
  filter: SumFilter,
): Promise<Balance[]> {
  const sums = new SkuSums(skus, (sku, [place, lot, status, owner]) =>
    emptyBalance(sku, place!, lot!, status as Status, owner!),
  );
  const add = (row: Balance, quantity: bigint, seq: number): void => {
    row.onHand += quantity;
    row.version = Math.max(row.version, seq);
  };
  const take = (sku: string, move: Move): void => {
    const { from: source, to, lot, status, toStatus, owner, quantity, seq } = move;
    if (quantity === 0n) return;
    add(sums.at(sku, source, lot, status, owner), -quantity, seq);
    add(sums.at(sku, to, lot, toStatus, owner), quantity, seq);
  };
  const clocks = clocksOf(filter);
  const closed = await closedBooks(from, skus, clocks);
  const few = new Set(closed ? skus : []);
  if (closed) {
    for (const [sku, balances] of await closed.closed('balances')) {
      if (balances === 0) few.delete(sku);
      else
        for (const [place, lot, status, owner, onHand, seq] of balances) {
          add(sums.at(sku, place, lot, status, owner), BigInt(onHand), seq);
        }
    }
    for await (const [sku, move] of closed.packMoves(few)) take(sku, move);
    for await (const [sku, move] of closed.later()) if (few.has(sku)) take(sku, move);
  }
  const many = skus.filter((sku) => !few.has(sku));
  await eachMove(from.packs, many, clocks, take);
  return sums.rows();
}

/** Where the gains of a ClosedMove begin. */
const FIRST_GAIN = 3;

/** By (sku, pool). */
export async function valuationAsOf(
  from: Summed,
  skus: readonly string[],
  filter: SumFilter,
): Promise<ValuationRow[]> {
  const sums = new SkuSums(skus, (sku, [pool]): ValuationRow => {
    return { sku, pool: pool!, quantity: 0n, value: 0n };
  });
  const add = (sku: string, pool: string, quantity: bigint, value: bigint): void => {
    if (pool === '') return;
    const row = sums.at(sku, pool);
    row.quantity += quantity;
    row.value += value;
  };
  const take = (sku: string, { fromPool, toPool, quantity, value }: Move): void => {
    add(sku, fromPool, -quantity, -value);
    add(sku, toPool, quantity, value);
  };
  const clocks = clocksOf(filter);
  const closed = await closedBooks(from, skus, clocks);
  if (!closed) {
    await eachMove(from.packs, skus, clocks, take);
    return sums.rows();
  }
  const [rows, moves] = await Promise.all([closed.closed('pools'), closed.moves()]);
  for (const [sku, , pools] of rows) {
    for (const [pool, quantity, value] of pools) add(sku, pool, BigInt(quantity), BigInt(value));
  }
  for (const [sku, move] of moves) {
    for (let index = FIRST_GAIN; index < move.length; index += 3) {
      add(sku, move[index] as string, BigInt(move[index + 1]!), BigInt(move[index + 2]!));
    }
  }
  for await (const [sku, move] of closed.later()) take(sku, move);
  return sums.rows();
}

async function eachMove(
  packs: PackTexts,
  skus: readonly string[],
  { until, known }: Clocks,
  take: (sku: string, move: Move) => void,
): Promise<void> {
  const passed = new Set<string>();
  for await (const pack of packs.packTexts(new Map(skus.map((sku) => [sku, 0])), until)) {
    // What a SKU records later is in later packs.
    if (passed.has(pack.sku)) continue;
    const { recordedAt, moves } = movesOf(pack);
    if (known !== undefined && recordedAt > known) passed.add(pack.sku);
    else
      for (const move of moves) if (until === undefined || move.at <= until) take(pack.sku, move);
  }
}

const clocksOf = ({ asOf, knownAt }: SumFilter): Clocks => ({
  until: momentOf(asOf, 'asOf'),
  known: momentOf(knownAt, 'knownAt'),
});

function momentOf(text: string | undefined, field: string): string | undefined {
  if (text === undefined) return undefined;
  const moment = Date.parse(text);
  if (!Number.isNaN(moment)) return new Date(moment).toISOString();
  throw new StockbusError('QUERY_BAD_PERIOD', `'${text}' is no moment`, { field });
}
