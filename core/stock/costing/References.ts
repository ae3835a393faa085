import type { LedgerEntry } from '../../ledger.ts';
import { byPosition, isBefore, type Position } from '../../position.ts';
import { tupleKey } from '../../tupleKey.ts';
import { type Effect, type Fact, isFact, wayKey } from './Fact.ts';
import { Invoices } from './invoices.ts';

interface Moved {
  quantity: bigint;
  value: bigint;
}

interface Sum extends Moved {
  origins: Set<number>;
}

/**
 * What documents cost that returns refer to, as far as business time has come: issues for what comes
 * back from customers, receipts for what goes back to suppliers. Of one SKU.
 */
export class References {
  /** By `kind document`, then by fact: its lot and what it moved. */
  readonly #moved = new Map<string, Map<number, Moved & { lot: string }>>();
  readonly #wanted: ReadonlySet<string>;
  /** How far receipts are invoiced. */
  readonly invoices = new Invoices();

  constructor(wanted: ReadonlySet<string>) {
    this.#wanted = wanted;
  }

  /** A document as the ledger has it, as far as it stands before `end`. */
  static of(entries: readonly LedgerEntry[], end?: Position): References {
    const references = new References(new Set(entries.map(({ document }) => document)));
    references.take(entries, end);
    return references;
  }

  take(entries: readonly LedgerEntry[], end?: Position): void {
    const cancelled = new Set(
      entries.filter(({ kind }) => kind === 'cancel').map(({ corrects }) => corrects),
    );
    const facts = new Map<number, LedgerEntry>();
    for (const entry of entries) {
      if (!isFact(entry) || cancelled.has(entry.seq)) continue;
      if (end && !isBefore(entry, end)) continue;
      facts.set(entry.seq, entry);
      this.#add(entry);
    }
    for (const entry of entries) {
      const fact = entry.corrects === undefined ? undefined : facts.get(entry.corrects);
      if (!fact || (end && !isBefore({ at: entry.at, seq: entry.by! }, end))) continue;
      // What the receipt cost more than the standard is no part of what came into the stock.
      const isTrueup = entry.corrects !== entry.by;
      if (!isTrueup && wayKey(entry) !== wayKey({ ...fact, corrects: fact.seq })) continue;
      this.#addValue(fact.kind, entry.document, fact.seq, entry.value);
    }
    for (const fact of [...facts.values()].sort(byPosition)) {
      if (fact.kind !== 'invoice') this.#receive(fact);
      else if (this.#wanted.has(fact.reference)) this.invoices.invoice(fact, 0);
    }
  }

  /** What the fold has just found. */
  note(fact: Fact, value: bigint, effects: readonly Effect[]): void {
    if (this.#wanted.size === 0) return;
    this.#add({ ...fact, value });
    this.#receive(fact);
    for (const { kind, corrects, document, value: more } of effects) {
      if (kind === 'trueup') this.#addValue('issue', document, corrects, more);
    }
  }

  /** Goods of others have no cost. */
  #add(fact: Omit<Fact, 'input' | 'incoming'> & { value: bigint }): void {
    const { kind, document, seq, lot, quantity, value, fromPool, toPool } = fact;
    if ((kind !== 'issue' && kind !== 'receive') || !this.#wanted.has(document)) return;
    if (fromPool === '' && toPool === '') return;
    const key = tupleKey(kind, document);
    const bySeq = this.#moved.get(key) ?? new Map();
    this.#moved.set(key, bySeq.set(seq, { lot, quantity, value }));
  }

  #receive(fact: Fact): void {
    const { kind, document, seq } = fact;
    const moved = this.#moved.get(tupleKey(kind, document))?.get(seq);
    if (kind === 'receive' && moved) this.invoices.receive(fact, moved.value);
  }

  #addValue(kind: LedgerEntry['kind'], document: string, seq: number, value: bigint): void {
    const moved = this.#moved.get(tupleKey(kind, document))?.get(seq);
    if (moved) moved.value += value;
  }

  /** Of the lot, where it is named and the document moved it; else of all that it moved. */
  find(kind: 'issue' | 'receive', document: string, lot: string): Sum | undefined {
    const all = [...(this.#moved.get(tupleKey(kind, document)) ?? [])];
    const ofLot = all.filter(([, moved]) => lot !== '' && moved.lot === lot);
    const sum: Sum = { quantity: 0n, value: 0n, origins: new Set() };
    for (const [seq, { quantity, value }] of ofLot.length > 0 ? ofLot : all) {
      sum.quantity += quantity;
      sum.value += value;
      sum.origins.add(seq);
    }
    return sum.quantity > 0n ? sum : undefined;
  }
}

export const noReferences = new References(new Set());
