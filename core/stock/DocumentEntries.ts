import type { LedgerEntry } from '../ledger.ts';
import { Missing } from './Missing.ts';

/** Entries by the number of their document: in the store, and decided since. */
export class DocumentEntries {
  readonly #committed = new Map<string, LedgerEntry[]>();
  readonly #fresh: LedgerEntry[] = [];
  /** The first so many of them, by document: few are asked for. */
  readonly #byDocument = new Map<string, LedgerEntry[]>();
  #sorted = 0;

  take(document: string, entries: LedgerEntry[]): void {
    this.#committed.set(document, entries);
  }

  of(document: string): LedgerEntry[] {
    const { committed, fresh } = this.partsOf(document);
    return [...committed, ...fresh];
  }

  partsOf(document: string): Record<'committed' | 'fresh', readonly LedgerEntry[]> {
    const committed = this.#committed.get(document);
    if (!committed) throw new Missing({ document });
    for (; this.#sorted < this.#fresh.length; this.#sorted += 1) {
      const entry = this.#fresh[this.#sorted]!;
      const known = this.#byDocument.get(entry.document);
      if (known) known.push(entry);
      else this.#byDocument.set(entry.document, [entry]);
    }
    return { committed, fresh: this.#byDocument.get(document) ?? [] };
  }

  get count(): number {
    return this.#fresh.length;
  }

  /** Those that were decided after so many. */
  after(count: number): LedgerEntry[] {
    return this.#fresh.slice(count);
  }

  add(entry: LedgerEntry): void {
    this.#fresh.push(entry);
  }

  /** The one that was added last. */
  takeBack(): void {
    const { document } = this.#fresh.pop()!;
    if (this.#sorted <= this.#fresh.length) return;
    this.#byDocument.get(document)!.pop();
    this.#sorted -= 1;
  }

  /** What is in the store is read anew. */
  forgetCommitted(): void {
    this.#committed.clear();
  }

  clear(): void {
    this.#committed.clear();
    this.#fresh.length = 0;
    this.#byDocument.clear();
    this.#sorted = 0;
  }
}
