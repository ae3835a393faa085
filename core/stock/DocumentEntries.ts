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

  /** All of its document that were decided and not committed, in order, with one more. */
  add(entry: LedgerEntry): LedgerEntry[] {
    const known = this.#fresh.get(entry.document);
    if (known) known.push(entry);
    const entries = known ?? [entry];
    if (!known) this.#fresh.set(entry.document, entries);
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
