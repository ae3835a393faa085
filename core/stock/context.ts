/** What books a line: the terms of a document and of a decision round. */
import type { Balance, LedgerEntry } from '../ledger.ts';
import type { StockPolicy } from './policy.ts';
import type { ReservationAnswer } from './reservations/contract.ts';
import type { SkuState } from './SkuState.ts';
import type { Workspace } from './workspace.ts';

/** What all entries of one document share. */
export type DocumentFacts = Pick<
  LedgerEntry,
  'document' | 'partner' | 'reference' | 'at' | 'source' | 'messageId' | 'actor'
>;

export interface BookContext {
  workspace: Workspace;
  policy: StockPolicy;
  poolOf: (place: string) => string;
  /** RFC 3339; the entry's is never before that of the SKU's last entry. */
  recordedAt: string;
  /** Gives back what is held of a SKU beyond its time, though no sweep came by; a movement asks where holds are in its way. */
  freeOverdue?: ((sku: string) => void) | undefined;
  /** Answers of what was given back for the command in hand. */
  freed?: ReservationAnswer[];
}

/** What decides how a line is booked, and is not written in its entry. */
export interface Terms {
  /** Of what is produced: the cost of what went in. */
  incoming?: bigint;
  /** True where what is reserved may be taken, because it was reserved for this. */
  isReserved?: boolean;
}

/** An entry makes a balance so much more, or less. */
export interface BalanceChange {
  state: SkuState;
  entry: LedgerEntry;
  balance: Balance;
  by: bigint;
}
