/** Ledger entries as a test states them: what matters, and the rest plausible. */
import { parseDecimal } from '../../../core/decimal.ts';
import type { LedgerEntry } from '../../../core/ledger.ts';
import { isOutside, transitPool } from '../../../core/ledger.ts';
import { rankOf } from '../../../core/rankOf.ts';
import type { Accounts } from '../../../core/stock/policy.ts';

export interface Stated extends Partial<Omit<LedgerEntry, 'quantity' | 'value' | 'at'>> {
  seq: number;
  /** `YYYY-MM-DD`, or a whole instant. */
  at: string;
  /** Decimal text, such as `12.5`. */
  quantity?: string;
  value?: string;
}

const poolOf = (place: string): string =>
  place === 'transit' ? transitPool : isOutside(place) ? '' : 'main';

const exact = (text: string, digits: number): bigint => {
  const units = parseDecimal(text, digits);
  if (typeof units === 'string') throw new Error(`${text} ${units}`);
  return units;
};

/** Places without a pool of their own belong to `main`; what is known is known at its business time. */
export function entry(stated: Stated): LedgerEntry {
  const { quantity = '0', value = '0', at, from = 'supplier', to = 'BER' } = stated;
  const instant = at.length === 10 ? `${at}T12:00:00.000Z` : at;
  const said: Omit<LedgerEntry, 'rank'> = {
    sku: 'X',
    kind: 'receive',
    from,
    to,
    fromPool: stated.owner ? '' : poolOf(from),
    toPool: stated.owner ? '' : poolOf(to),
    lot: '',
    status: 'available',
    owner: '',
    document: `D${stated.seq}`,
    line: '',
    partner: '',
    reason: '',
    reference: '',
    recordedAt: instant,
    source: '/test',
    messageId: `m${stated.seq}`,
    actor: 'flow:test',
    pack: stated.seq,
    ...stated,
    at: instant,
    quantity: exact(quantity, 6),
    value: exact(value, 2),
  };
  return { ...said, rank: said.by === undefined ? rankOf(said) : '' };
}

export const receipt = (seq: number, at: string, quantity: string, value: string, more = {}) =>
  entry({ seq, at, quantity, value, ...more, input: { amount: exact(value, 2) } });

export const issue = (seq: number, at: string, quantity: string, value: string, more = {}) =>
  entry({ seq, at, quantity, value, kind: 'issue', from: 'BER', to: 'customer', ...more });

export const accounts: Accounts = {
  inventory: '1400',
  inventoryByPool: { stores: '1410' },
  transit: '1450',
  received: '1590',
  costOfSales: '5000',
  adjustment: '5900',
  opening: '3000',
  payable: '2000',
  exchange: '5600',
  conversion: 'conversion',
  writeDown: 'write-downs',
  variance: '5950',
  production: '1480',
  scrap: '5990',
  landedCost: '1595',
};
