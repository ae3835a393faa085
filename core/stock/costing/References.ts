import type { LedgerEntry } from '../../ledger.ts';
import type { Effect, Fact, Position } from './Fact.ts';
import { isBefore, isFact, wayKey } from './Fact.ts';

interface Sum {
  quantity: bigint;
  value: bigint;
  origins: Set<number>;
}

/**
 * What documents cost that returns refer to, as far as business time has come: issues for what comes
 * back from customers, receipts for what goes back to suppliers. Of one SKU.
 */
export class References {
  readonly #sums = new Map<string, Sum>();
  readonly #wanted: ReadonlySet<string>;

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
      this.#add(entry.kind, entry.document, entry.seq, entry.quantity, entry.value);
    }
    for (const entry of entries) {
      const fact = entry.corrects === undefined ? undefined : facts.get(entry.corrects);
      if (!fact || (end && !isBefore({ at: entry.at, seq: entry.by! }, end))) continue;
      // What the receipt cost more than the standard is no part of what came into the stock.
      const isTrueup = entry.corrects !== entry.by;
      if (!isTrueup && wayKey(entry) !== wayKey({ ...fact, corrects: fact.seq })) continue;
      this.#add(fact.kind, entry.document, fact.seq, 0n, entry.value);
    }
  }

  /** What the fold has just found. */
  note(fact: Fact, value: bigint, effects: readonly Effect[]): void {
    if (this.#wanted.size === 0) return;
    this.#add(fact.kind, fact.document, fact.seq, fact.quantity, value);
    for (const { kind, corrects, document, value: more } of effects) {
      if (kind === 'trueup') this.#add('issue', document, corrects, 0n, more);
    }
  }

  #add(
    kind: LedgerEntry['kind'],
    document: string,
    seq: number,
    quantity: bigint,
    value: bigint,
  ): void {
    if ((kind !== 'issue' && kind !== 'receive') || !this.#wanted.has(document)) return;
    const key = `${kind} ${document}`;
    const sum = this.#sums.get(key) ?? { quantity: 0n, value: 0n, origins: new Set() };
    sum.quantity += quantity;
    sum.value += value;
    sum.origins.add(seq);
    this.#sums.set(key, sum);
  }

  find(kind: 'issue' | 'receive', document: string): Sum | undefined {
    const sum = this.#sums.get(`${kind} ${document}`);
    return sum && sum.quantity > 0n ? sum : undefined;
  }
}

export const noReferences = new References(new Set());
