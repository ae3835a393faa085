/** The books as they were once a movement was booked, and what can be read off them. */
import { formatDecimal, formatFixed, unitCostOf } from '../../../core/decimal.ts';
import type { CostLayer, LedgerEntry } from '../../../core/ledger.ts';
import { transitPool } from '../../../core/ledger.ts';
import type { Books } from './ScenarioHub.ts';

/** Text of a number of a scenario as ours is written: equal figures are equal text. */
export const exact = (number: number): string => plain(String(number));

export class Snapshot {
  readonly entries: LedgerEntry[];
  readonly #books: Books;
  readonly #digits: number;

  constructor(books: Books, minorDigits: number) {
    this.#books = books;
    this.entries = books.entries;
    this.#digits = minorDigits;
  }

  money(value: bigint): string {
    return plain(formatFixed(value, this.#digits));
  }

  /** Cost of one unit, from a value and a quantity; of nothing it is zero. */
  unitCost(value: bigint, quantity: bigint): string {
    if (quantity === 0n) return '0';
    const cost = unitCostOf(value, quantity, this.#digits);
    return formatDecimal(cost < 0n ? -cost : cost);
  }

  /** Quantity and value of all pools, or of one place's. */
  total(place?: string): { quantity: bigint; value: bigint } {
    const total = { quantity: 0n, value: 0n };
    for (const { pool, quantity, value } of this.#books.head.pools) {
      if (place !== undefined && pool !== poolOf(place)) continue;
      total.quantity += quantity;
      total.value += value;
    }
    return total;
  }

  /** The same from the entries that count on a date. */
  totalAt(at: string, place?: string): { quantity: bigint; value: bigint } {
    const total = { quantity: 0n, value: 0n };
    for (const entry of this.entries) {
      if (entry.at > at) continue;
      total.value += changeOf(entry, place);
      total.quantity += sideOf(entry, place) * entry.quantity;
    }
    return total;
  }

  /** What the stock costs; where there is none, what it cost last. */
  currentCost(): string {
    const { quantity, value } = this.total();
    if (quantity !== 0n) return this.unitCost(value, quantity);
    return formatDecimal(this.#books.head.pools[0]?.lastCost ?? 0n);
  }

  layers(place?: string): CostLayer[] {
    return this.#books.layers.filter(
      ({ pool, quantity }) => quantity !== 0n && (place === undefined || pool === poolOf(place)),
    );
  }

  /** `[quantity, cost]` of layers, with neighbours of one cost as one. */
  merged(place?: string): [string, string][] {
    const merged: { quantity: bigint; value: bigint; cost: string }[] = [];
    for (const { quantity, value } of this.layers(place)) {
      const cost = this.unitCost(value, quantity);
      const last = merged.at(-1);
      if (last?.cost === cost) last.quantity += quantity;
      else merged.push({ quantity, value, cost });
    }
    return merged.map(({ quantity, cost }) => [formatDecimal(quantity), cost]);
  }

  /** Entries that messages caused, and that correct nothing. */
  factsOf(messageIds: readonly string[]): LedgerEntry[] {
    return this.entries.filter(
      ({ messageId, corrects }) => corrects === undefined && messageIds.includes(messageId),
    );
  }

  /** Facts with all that was posted to correct them; to a receipt belongs what was landed on it. */
  posted(facts: readonly LedgerEntry[]): LedgerEntry[] {
    const seqs = new Set(facts.map(({ seq }) => seq));
    for (const { seq, kind, input } of this.entries) {
      if (kind === 'landed' && seqs.has(input?.of ?? 0)) seqs.add(seq);
    }
    return this.entries.filter(({ seq, corrects }) => seqs.has(corrects ?? seq));
  }

  get books(): Books {
    return this.#books;
  }
}

const poolOf = (place: string): string => (place === 'transit' ? transitPool : place);

/** How an entry changes the value of all pools, or of one place's. */
export const changeOf = (entry: LedgerEntry, place?: string): bigint =>
  sideOf(entry, place) * entry.value;

function sideOf({ fromPool, toPool }: LedgerEntry, place?: string): bigint {
  const counts = (pool: string) => pool !== '' && (place === undefined || pool === poolOf(place));
  return (counts(toPool) ? 1n : 0n) - (counts(fromPool) ? 1n : 0n);
}

export const changeOfAll = (entries: readonly LedgerEntry[], place?: string): bigint =>
  entries.reduce((sum, entry) => sum + changeOf(entry, place), 0n);

export const quantityOf = (entries: readonly LedgerEntry[]): bigint =>
  entries.reduce(
    (sum, { quantity, corrects }) => sum + (corrects === undefined ? quantity : 0n),
    0n,
  );

export const plain = (decimal: string): string =>
  decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
