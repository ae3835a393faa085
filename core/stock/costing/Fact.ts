import { type EntryInput, type LedgerEntry, transitPool } from '../../ledger.ts';
import type { CostSlice } from '../../ports.ts';
import { tupleKey } from '../../tupleKey.ts';

/** From where to where: places, and the cost pools there. */
export type Way = Pick<LedgerEntry, 'from' | 'to' | 'fromPool' | 'toPool'>;

export const wayBack = ({ from, to, fromPool, toPool }: Way): Way => ({
  ...{ from: to, to: from, fromPool: toPool, toPool: fromPool },
});

/** What costing needs to know of a ledger entry that says what happened. */
export interface Fact
  extends Way,
    Pick<
      LedgerEntry,
      'sku' | 'seq' | 'kind' | 'at' | 'rank' | 'lot' | 'document' | 'line' | 'reference'
    > {
  /** Along its way; negative only for a count whose difference has turned since it was booked. */
  quantity: bigint;
  input?: EntryInput | undefined;
  /** Of what was produced: the cost of what went in. */
  incoming?: bigint;
}

/** Value that a fact moves besides its own, along a way of its own. */
export interface Effect extends Way {
  kind: 'trueup' | 'variance' | 'effect';
  /** `seq` of the fact that it changes the cost of. */
  corrects: number;
  /** Number of the document of that fact; empty where it is the fact itself. */
  document: string;
  value: bigint;
}

/** A part of the value of a fact that goes elsewhere than the rest of it. */
export const effectOf = (
  { seq: corrects, from }: Fact,
  to: string,
  toPool: string,
  value: bigint,
): Effect => ({ kind: 'effect', corrects, document: '', from, to, fromPool: '', toPool, value });

/** What it cost other than stock is to be worth. */
export const varianceOf = (fact: Fact, value: bigint): Effect => ({
  ...effectOf(fact, 'adjustment', '', value),
  kind: 'variance',
});

/** So much that begins with it. */
export function sliceBy({ at, seq }: Fact, quantity: bigint, value: bigint): CostSlice {
  return { quantity, value, since: at, origin: seq };
}

export interface Outcome {
  /** Value along the fact's own way. */
  value: bigint;
  effects: readonly Effect[];
}

/** Of what moves no value. */
export const nothing: Outcome = { value: 0n, effects: [] };

export const isFact = ({ corrects }: LedgerEntry): boolean => corrects === undefined;

/** The shipment that goods under way are of, where what takes them names it. */
export const shipmentOf = (fact: Pick<Fact, 'fromPool' | 'reference'>): string =>
  fact.fromPool === transitPool ? fact.reference : '';

/** The document that it looks back at: what a return brings back, what an invoice or a landed cost is of, a shipment. */
export const refersTo = (fact: Pick<Fact, 'kind' | 'fromPool' | 'reference'>): string =>
  fact.kind === 'return' || fact.kind === 'invoice' || fact.kind === 'landed'
    ? fact.reference
    : shipmentOf(fact);

/** Two effects are the same posting when they go the same way for the same facts. */
export const wayKey = (of: Way & { corrects?: number }): string =>
  tupleKey(of.corrects ?? '', of.from, of.to, of.fromPool, of.toPool);
