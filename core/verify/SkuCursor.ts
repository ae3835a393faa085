/** How `verify` reads: lists side by side in the order of their SKU, a page of each in memory. */
import { compareUtf8 } from '../order.ts';

/** Rows of one list in the order of their SKU, some of them in memory. */
export class SkuCursor<Row extends { sku: string }> {
  readonly #pages: AsyncIterator<readonly Row[]>;
  #rows: readonly Row[] = [];
  #index = 0;
  #ended = false;

  constructor(pages: AsyncIterable<readonly Row[]>) {
    this.#pages = pages[Symbol.asyncIterator]();
  }

  get sku(): string | undefined {
    return this.#rows[this.#index]?.sku;
  }

  async fill(): Promise<void> {
    while (this.#index >= this.#rows.length && !this.#ended) {
      const { value, done } = await this.#pages.next();
      this.#rows = done ? [] : value;
      this.#index = 0;
      this.#ended = done === true;
    }
  }

  /** Gives all rows of the SKU; the list then stands at the next one. */
  async each(sku: string, take: (row: Row) => Promise<void> | void): Promise<void> {
    for (;;) {
      await this.fill();
      const rows = this.#rows;
      let index = this.#index;
      for (let row = rows[index]; row?.sku === sku; row = rows[index]) {
        const taken = take(row);
        index += 1;
        this.#index = index;
        if (taken) await taken;
      }
      if (index < rows.length || this.#ended) return;
    }
  }
}

export function smallest(skus: readonly (string | undefined)[]): string | undefined {
  let best: string | undefined;
  for (const sku of skus) {
    if (sku !== undefined && (best === undefined || compareUtf8(sku, best) < 0)) best = sku;
  }
  return best;
}
