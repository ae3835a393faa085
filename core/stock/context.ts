/** What books a line: the terms of a document and of a decision round. */
import type { EntryInput, FactKind, Status } from '../ledger.ts';
import type { StockPolicy } from './policy.ts';
import type { Workspace } from './workspace.ts';

/** One line of a document, in the terms of the ledger. Quantity is never negative. */
export interface Movement {
  kind: FactKind;
  sku: string;
  from: string;
  to: string;
  quantity: bigint;
  lot: string;
  status: Status;
  toStatus?: Status;
  owner: string;
  input?: EntryInput;
  /** Of what is produced: the cost of what went in. */
  incoming?: bigint;
  /** Cost pools, where they do not follow from the places. */
  pools?: { fromPool: string; toPool: string };
  /** True where what is reserved may be taken, because it was reserved for this. */
  isReserved?: boolean;
  line: string;
  reason: string;
}

/** What all entries of one document share. */
export interface DocumentFacts {
  document: string;
  partner: string;
  reference: string;
  at: string;
  source: string;
  messageId: string;
  actor: string;
}

export interface BookContext {
  workspace: Workspace;
  policy: StockPolicy;
  poolOf: (place: string) => string;
  /** RFC 3339; the entry's is never before that of the SKU's last entry. */
  recordedAt: string;
}
