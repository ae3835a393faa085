/**
 * The journal: what each ledger entry posts to the accounts. An entry moves its value from one side to
 * the other; each side is a cost pool of ours, with an inventory account, or a place outside, with the
 * account for what happens there. So every posting balances, and the inventory accounts are worth what
 * the pools are, at any pair of dates.
 */
import type { Minor } from '../decimal.ts';
import { type LedgerEntry, transitPool } from '../ledger.ts';
import type { Accounts } from './policy.ts';

/** One line of a posting: exactly one of the two amounts is not zero, and neither is negative. */
export interface PostingLine {
  account: string;
  debit: Minor;
  credit: Minor;
}

/** Debit first. */
export type Posting = readonly [debit: PostingLine, credit: PostingLine];

/** It moves no value, or within a pool. */
export const postsNothing = ({ value, fromPool, toPool }: LedgerEntry): boolean =>
  value === 0n || (fromPool === toPool && fromPool !== '');

/**
 * What an entry posts, if anything. Where `needsCorrected` says so, `corrected`
 * is the fact that it corrects: what takes back a landed cost goes to the account it came from.
 */
export function postingOf(
  entry: LedgerEntry,
  accounts: Accounts,
  corrected?: LedgerEntry,
): Posting | undefined {
  if (postsNothing(entry)) return undefined;
  const { value, fromPool, toPool } = entry;
  const about = {
    isLanded: entry.kind === 'landed' || corrected?.kind === 'landed' || isOfGone(entry),
    isInvoiced: entry.from === 'payable' || entry.to === 'payable',
    isVariance: isVariance(entry, corrected),
    isOfShort: entry.to === 'production' && entry.corrects !== entry.by && fromPool !== '',
  };
  const left = accountOf(entry.from, fromPool, about, accounts);
  const entered = accountOf(entry.to, toPool, about, accounts);
  const amount = value < 0n ? -value : value;
  const [debited, credited] = value < 0n ? [left, entered] : [entered, left];
  return [
    { account: debited, debit: amount, credit: 0n },
    { account: credited, debit: 0n, credit: amount },
  ];
}

/** A share of a landed cost that goes on to what others took: all else that corrects a fact at the time of another leaves a pool. */
const isOfGone = ({ from, to, fromPool, corrects, by }: LedgerEntry): boolean =>
  (from === 'supplier' || (to === 'supplier' && fromPool === '')) && corrects !== by;

/** Whether the accounts of an entry depend on the fact that it corrects. */
export const needsCorrected = ({ kind, from, to, corrects }: LedgerEntry): boolean =>
  corrects !== undefined &&
  kind !== 'trueup' &&
  (from === 'supplier' || to === 'supplier' || to === 'adjustment');

/** A variance, or the difference of one: it goes to `adjustment` at the time of a fact that did not go there itself. */
function isVariance(
  { kind, to, corrects, by }: LedgerEntry,
  corrected: LedgerEntry | undefined,
): boolean {
  if (kind !== 'recost') return kind === 'variance';
  if (to !== 'adjustment') return false;
  return corrected?.kind === 'return' || (corrects === by && corrected?.to !== 'adjustment');
}

function accountOf(
  place: string,
  pool: string,
  about: Record<'isLanded' | 'isInvoiced' | 'isVariance' | 'isOfShort', boolean>,
  accounts: Accounts,
): string {
  if (pool !== '') return inventoryAccount(pool, accounts);
  switch (place) {
    case 'supplier':
      return about.isLanded ? accounts.landedCost : accounts.received;
    case 'payable':
    case 'exchange':
    case 'opening':
    case 'scrap':
    case 'conversion':
      return accounts[place];
    case 'writedown':
      return accounts.writeDown;
    case 'customer':
      return (about.isInvoiced && accounts.priceDifference) || accounts.costOfSales;
    case 'production':
      // What components that were short cost more than was guessed: the product has its cost.
      return about.isOfShort ? accounts.variance : accounts.production;
    default:
      // Besides `adjustment` only places of ours with stock of others, which has no value: should one
      // ever have some, it comes from nowhere that has an account of its own.
      return about.isVariance ? accounts.variance : accounts.adjustment;
  }
}

export function inventoryAccount(pool: string, accounts: Accounts): string {
  const { inventoryByPool, transit, inventory } = accounts;
  if (Object.hasOwn(inventoryByPool, pool)) return inventoryByPool[pool]!;
  return pool === transitPool ? transit : inventory;
}
