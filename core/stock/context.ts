/** What books a line: the terms of a document and of a decision round. */
import type { FactKind, LedgerEntry } from '../ledger.ts';
import type { StockPolicy } from './policy.ts';
import type { Workspace } from './workspace.ts';

/** One line of a document, in the terms of the ledger. Quantity is never negative. */
export interface Movement
  extends Pick<LedgerEntry, 'sku' | 'from' | 'to' | 'quantity' | 'lot' | 'status' | 'toStatus'>,
    Pick<LedgerEntry, 'owner' | 'input' | 'line' | 'reason'> {
  kind: FactKind;
  /** Of what is produced: the cost of what went in. */
  incoming?: bigint;
  /** Cost pools, where they do not follow from the places. */
  pools?: { fromPool: string; toPool: string };
  /** True where what is reserved may be taken, because it was reserved for this. */
  isReserved?: boolean;
}

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
}
