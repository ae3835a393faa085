import { compareKeys } from '../cursor.ts';

interface Sum<Row> {
  rest: readonly string[];
  row: Row;
}

/** Rows by SKU, which are given in their order, and the rest of their key. */
export class SkuSums<Row> {
  readonly #skus = new Map<string, Map<string, Sum<Row>>>();
  readonly #order: readonly string[];
  readonly #empty: (sku: string, rest: readonly string[]) => Row;
  #last: { sku: string; sums: Map<string, Sum<Row>> } | undefined;

  constructor(order: readonly string[], empty: (sku: string, rest: readonly string[]) => Row) {
    this.#order = order;
    this.#empty = empty;
  }

  at(sku: string, ...rest: readonly string[]): Row {
    const sums = this.#last?.sku === sku ? this.#last.sums : this.#of(sku);
    const key = rest.length === 1 ? rest[0]! : JSON.stringify(rest);
    const known = sums.get(key);
    if (known) return known.row;
    const row = this.#empty(sku, rest);
    sums.set(key, { rest, row });
    return row;
  }

  #of(sku: string): Map<string, Sum<Row>> {
    const sums = this.#skus.get(sku) ?? new Map<string, Sum<Row>>();
    this.#skus.set(sku, sums);
    this.#last = { sku, sums };
    return sums;
  }

  /** In the order of their keys. */
  rows(): Row[] {
    const rows: Row[] = [];
    for (const sku of this.#order) {
      const sums = [...(this.#skus.get(sku)?.values() ?? [])];
      if (sums.length > 1) sums.sort((one, other) => compareKeys(one.rest, other.rest));
      for (const { row } of sums) rows.push(row);
    }
    return rows;
  }
}
