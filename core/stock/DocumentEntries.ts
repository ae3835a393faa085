import type { LedgerEntry } from '../ledger.ts';
import { Missing } from './Missing.ts';

/** Entries by the number of their document: in the store, and decided since. */
export class DocumentEntries {
  readonly #committed = new Map<string, LedgerEntry[]>();
  readonly #fresh = new Map<string, LedgerEntry[]>();

  take(document: string, entries: LedgerEntry[]): void {
    this.#committed.set(document, entries);
  }

  of(document: string): LedgerEntry[] {
    const committed = this.#committed.get(document);
    if (!committed) throw new Missing({ document });
    return [...committed, ...(this.#fresh.get(document) ?? [])];
  }

  /** Those of a document that were decided and not committed, in order. */
  fresh(document: string): LedgerEntry[] {
    const known = this.#fresh.get(document);
    if (known) return known;
    const entries: LedgerEntry[] = [];
    this.#fresh.set(document, entries);
    return entries;
  }

  /** What is in the store is read anew. */
  forgetCommitted(): void {
    this.#committed.clear();
  }

  clear(): void {
    this.#committed.clear();
    this.#fresh.clear();
  }
}
