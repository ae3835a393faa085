import type { Balance, Status } from './ledger.ts';
import type { BalanceKey } from './ports.ts';
import { partsOfKey } from './tupleKey.ts';

/** A balance among those of its SKU. */
export type BalanceIn = Omit<BalanceKey, 'sku' | 'status'> & { status: Status };

/** Their `tupleKey`, written out: every movement of every SKU asks for two. */
export const keyOfBalance = ({ place, lot, status, owner }: Omit<BalanceKey, 'sku'>): string =>
  `${place.length},${lot.length},${status.length},:${place}${lot}${status}${owner}`;

export function balanceOfKey(key: string): BalanceIn {
  const [place, lot, status, owner] = partsOfKey(key) as [string, string, Status, string];
  return { place, lot, status, owner };
}

/** One that nothing has moved yet. */
export const emptyBalance = (
  sku: string,
  place: string,
  lot: string,
  status: Status,
  owner: string,
): Balance => ({
  ...{ sku, place, lot, status, owner },
  ...{ onHand: 0n, reserved: 0n, expiresOn: '', since: '', version: 0 },
});
