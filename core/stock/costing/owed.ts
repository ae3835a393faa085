/**
 * Who bears what a shortage turns out to cost, as its layer keeps it: the place outside that has the goods, or, where
 * they are still ours, the facts that brought them where they are; and the document that took them.
 */
import { isOutside } from '../../ledger.ts';
import { type Fact, shipmentOf } from './Fact.ts';

/** Goods by the fact that brought them, how many those are, and their part of the shortage. */
export type Bearer = [of: bigint, ofQuantity: bigint, weight: bigint];

export type OwedBy = (fact: Fact, short: bigint) => string;

export const owedBy: OwedBy = ({ to, seq, document }, short) =>
  isOutside(to) ? `${to} ${document}` : `${seq}:${short}:${short} ${document}`;
export const owedAsVariance: OwedBy = ({ document }) => `variance ${document}`;
/** None but the goods of its shipment settle it. */
export const owedUntilShipped: OwedBy = (fact, short) =>
  `${owedBy(fact, short)}\n${shipmentOf(fact)}`;

/** The shipment that a shortage waits for; '' where any goods settle it. */
export const awaitedBy = (owed: string): string =>
  owed.slice(owed.indexOf('\n') + 1 || owed.length);

export const bearersText = (bearers: readonly Bearer[]): string =>
  bearers.map((one) => one.join(':')).join();

/** Who took goods, to where: a place, or `variance`; `wasShort` where it had left without them. */
export type GoodsTaker = Pick<Fact, 'seq' | 'document' | 'to' | 'quantity'> & {
  wasShort?: boolean | undefined;
  bearers?: Bearer[];
};

export interface Owed {
  by: string;
  document: string;
  /** Where the goods are ours. */
  bearers: Bearer[];
}

export function readOwed(owed: string): Owed {
  const [text = ''] = owed.split('\n');
  const space = text.indexOf(' ');
  const by = text.slice(0, space);
  const bearers = by.includes(':')
    ? by.split(',').map((one) => one.split(':').map(BigInt) as Bearer)
    : [];
  return { by, document: text.slice(space + 1), bearers };
}
