/** Stock and value by both clocks: sums over what moved. */
import { StockbusError } from '../../errors.ts';
import type { Balance, Status } from '../../ledger.ts';
import type { Move } from '../../pack.ts';
import { movesOf } from '../../packFrom.ts';
import type { ValuationRow } from '../../ports.ts';
import type { PackReader } from './PackReader.ts';
import { SkuSums } from './SkuSums.ts';

export interface SumFilter {
  sku?: string;
  asOf?: string;
  knownAt?: string;
}

/** By (sku, place, lot, status, owner), places outside too. A value that moves alone is no stock. */
export async function stockAsOf(
  packs: PackReader,
  skus: readonly string[],
  filter: SumFilter,
): Promise<Balance[]> {
  const sums = new SkuSums(emptyBalance);
  await eachMove(packs, skus, filter, (sku, move) => {
    const { from, to, lot, status, toStatus, owner, quantity, seq } = move;
    if (quantity === 0n) return;
    const source = sums.at(sku, from, lot, status, owner);
    source.onHand -= quantity;
    source.version = seq;
    const target = sums.at(sku, to, lot, toStatus, owner);
    target.onHand += quantity;
    target.version = seq;
  });
  return sums.rows();
}

/** By (sku, pool). */
export async function valuationAsOf(
  packs: PackReader,
  skus: readonly string[],
  filter: SumFilter,
): Promise<ValuationRow[]> {
  const sums = new SkuSums((sku, [pool]): ValuationRow => {
    return { sku, pool: pool!, quantity: 0n, value: 0n };
  });
  await eachMove(packs, skus, filter, (sku, { fromPool, toPool, quantity, value }) => {
    if (fromPool !== '') {
      const row = sums.at(sku, fromPool);
      row.quantity -= quantity;
      row.value -= value;
    }
    if (toPool !== '') {
      const row = sums.at(sku, toPool);
      row.quantity += quantity;
      row.value += value;
    }
  });
  return sums.rows();
}

async function eachMove(
  packs: PackReader,
  skus: readonly string[],
  { asOf, knownAt }: SumFilter,
  take: (sku: string, move: Move) => void,
): Promise<void> {
  const until = momentOf(asOf, 'asOf');
  const known = momentOf(knownAt, 'knownAt');
  let passed: string | undefined;
  for await (const pack of packs.texts(skus)) {
    // What a SKU records later is in later packs.
    if (pack.sku === passed) continue;
    const { recordedAt, moves } = movesOf(pack);
    if (known !== undefined && recordedAt > known) passed = pack.sku;
    else
      for (const move of moves) if (until === undefined || move.at <= until) take(pack.sku, move);
  }
}

function momentOf(text: string | undefined, field: string): string | undefined {
  if (text === undefined) return undefined;
  const moment = Date.parse(text);
  if (!Number.isNaN(moment)) return new Date(moment).toISOString();
  throw new StockbusError('QUERY_BAD_PERIOD', `'${text}' is no moment`, { field });
}

const emptyBalance = (sku: string, [place, lot, status, owner]: readonly string[]): Balance => ({
  sku,
  place: place!,
  lot: lot!,
  status: status as Status,
  owner: owner!,
  onHand: 0n,
  reserved: 0n,
  expiresOn: '',
  since: '',
  version: 0,
});
