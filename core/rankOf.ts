import type { FactKind, LedgerEntry } from './ledger.ts';
import { transitPool } from './ledger.ts';
import type { CommandType } from './message.ts';

/**
 * In which order documents of one instant count, whatever order they came in: what brings stock before what
 * takes it, and what says how much there is after both. What has 0 is no part of this order; 6 and 8 are of what
 * names another (`followedBy`).
 */
export const ranks = {
  'stock.opening.v1': 1,
  'stock.receive.v1': 1,
  'stock.produce.v1': 2,
  'stock.return.v1': 3,
  'stock.landed-cost.v1': 4,
  'stock.invoice.v1': 4,
  /** But for arrivals out of `transit`, which are receipts. */
  'stock.transfer.v1': 5,
  'stock.status.v1': 5,
  'stock.adjust.v1': 5,
  'stock.issue.v1': 7,
  'reservation.create.v1': 7,
  'reservation.update.v1': 7,
  'reservation.commit.v1': 7,
  'reservation.void.v1': 7,
  'stock.count.v1': 9,
  'stock.revalue.v1': 9,
  'stock.method.v1': 10,
  'stock.cancel.v1': 11,
  'item.upsert.v1': 0,
  'location.upsert.v1': 0,
  'order.upsert.v1': 0,
  'period.close.v1': 0,
  'period.reopen.v1': 0,
} as const satisfies Record<CommandType, number>;

const typeOf: Readonly<Record<FactKind, CommandType>> = {
  opening: 'stock.opening.v1',
  receive: 'stock.receive.v1',
  issue: 'stock.issue.v1',
  return: 'stock.return.v1',
  transfer: 'stock.transfer.v1',
  adjust: 'stock.adjust.v1',
  count: 'stock.count.v1',
  status: 'stock.status.v1',
  consume: 'stock.produce.v1',
  produce: 'stock.produce.v1',
  landed: 'stock.landed-cost.v1',
  invoice: 'stock.invoice.v1',
  revalue: 'stock.revalue.v1',
  method: 'stock.method.v1',
};

/** Goods that come out of `transit`, to one of our places. */
export const isArrival = ({ kind, from }: Pick<LedgerEntry, 'kind' | 'from'>): boolean =>
  kind === 'transfer' && from === transitPool;

type Ranked = Pick<LedgerEntry, 'kind' | 'from' | 'document' | 'messageId' | 'reference'>;

/** Of what a kind of document follows another: shipments, and issues that come back. What names one counts after it. */
export function followedBy(type: CommandType, from: string): CommandType | undefined {
  if (type === 'stock.transfer.v1') return from === transitPool ? type : undefined;
  return type === 'stock.return.v1' && from === 'customer' ? 'stock.issue.v1' : undefined;
}

export const rankAfter = (type: CommandType): number => ranks[type] + 1;

/** As it begins the text by which facts of one instant are sorted. */
export const rankText = (rank: number): string => rank.toString(36);

/**
 * Where a fact stands among those of one instant: the rank of its document, or the one after that of what it names;
 * its number, and the message where that is called otherwise, so that the order is total. Its lines follow each
 * other as they are booked.
 */
export function rankOf(fact: Ranked): string {
  const { kind, from, document, messageId, reference } = fact;
  const type = typeOf[kind as FactKind];
  const named = reference === '' ? undefined : followedBy(type, from);
  const own = isArrival(fact) ? 'stock.receive.v1' : type;
  const rank = rankText(named ? rankAfter(named) : ranks[own]);
  return messageId === document ? `${rank}${document}` : `${rank}${document}\n${messageId}`;
}
