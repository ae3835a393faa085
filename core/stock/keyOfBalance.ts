import type { BalanceKey } from '../ports.ts';
import { tupleKey } from '../tupleKey.ts';

/** Of a balance among those of its SKU. */
export const keyOfBalance = (of: Omit<BalanceKey, 'sku'>): string =>
  tupleKey(of.place, of.lot, of.status, of.owner);
