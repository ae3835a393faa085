import { type LedgerEntry, returnedTo } from '../ledger.ts';
import { Missing } from './Missing.ts';

/** Entries by the number of their document, and of returns by that which they refer to: in the store, and decided since. */
export class DocumentEntries {
  readonly #committed = new Map<string, LedgerEntry[]>();
  readonly #fresh: LedgerEntry[] = [];
  /** The first so many of them, by each number: few are asked for. */
  readonly #byNumber = new Map<string, LedgerEntry[]>();
  #sorted = 0;

  take(document: string, entries: LedgerEntry[]): void {
    this.#committed.set(document, entries);
  }

  of(document: string): LedgerEntry[] {
    const { committed, fresh } = this.partsOf(document);
    return [...committed, ...fresh].filter((entry) => entry.document === document);
  }

  /** With those of returns that refer to it, and of what cancels them. */
  partsOf(document: string): Record<'committed' | 'fresh', readonly LedgerEntry[]> {
    const committed = this.#committed.get(document);
    if (!committed) throw new Missing({ document });
    for (; this.#sorted < this.#fresh.length; this.#sorted += 1) {
      const entry = this.#fresh[this.#sorted]!;
      for (const number of numbersOf(entry)) {
        const known = this.#byNumber.get(number);
        if (known) known.push(entry);
        else this.#byNumber.set(number, [entry]);
      }
    }
    return { committed, fresh: this.#byNumber.get(document) ?? [] };
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
    const entry = this.#fresh.pop()!;
    if (this.#sorted <= this.#fresh.length) return;
    for (const number of numbersOf(entry)) this.#byNumber.get(number)!.pop();
    this.#sorted -= 1;
  }

  /** What is in the store is read anew. */
  forgetCommitted(): void {
    this.#committed.clear();
  }

  clear(): void {
    this.#committed.clear();
    this.#fresh.length = 0;
    this.#byNumber.clear();
    this.#sorted = 0;
  }
}

function numbersOf(entry: LedgerEntry): string[] {
  const { document } = entry;
  const other = returnedTo(entry);
  return other === '' || other === document ? [document] : [document, other];
}
