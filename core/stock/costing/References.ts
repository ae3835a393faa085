import type { LedgerEntry } from '../../ledger.ts';
import type { Effect, Fact, Position } from './Fact.ts';
import { isBefore, isFact } from './Fact.ts';

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
    const kinds = new Map<number, LedgerEntry['kind']>();
    for (const entry of entries) {
      if (!isFact(entry) || cancelled.has(entry.seq)) continue;
      if (end && !isBefore(entry, end)) continue;
      kinds.set(entry.seq, entry.kind);
      this.#add(entry.kind, entry.document, entry.seq, entry.quantity, entry.value);
    }
    for (const { corrects, by, at, document, value } of entries) {
      const kind = corrects === undefined ? undefined : kinds.get(corrects);
      if (!kind || (end && !isBefore({ at, seq: by! }, end))) continue;
      this.#add(kind, document, corrects!, 0n, value);
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
