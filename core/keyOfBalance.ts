import type { Status } from './ledger.ts';
import type { BalanceKey } from './ports.ts';
import { partsOfKey, tupleKey } from './tupleKey.ts';

/** A balance among those of its SKU. */
export type BalanceIn = Omit<BalanceKey, 'sku' | 'status'> & { status: Status };

export const keyOfBalance = (of: Omit<BalanceKey, 'sku'>): string =>
  tupleKey(of.place, of.lot, of.status, of.owner);

export function balanceOfKey(key: string): BalanceIn {
  const [place, lot, status, owner] = partsOfKey(key) as [string, string, Status, string];
  return { place, lot, status, owner };
}
