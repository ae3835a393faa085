/** How `verify` reads: lists side by side in the order of their SKU, a page of each in memory. */

import { limits } from '../limits.ts';
import { compareUtf8 } from '../order.ts';
import type { Page, Paged } from '../ports.ts';

/** Rows of one list in the order of their SKU: a page in memory, and the next one on its way. */
export class SkuCursor<Row extends { sku: string }> {
  readonly #read: (page: Page) => Promise<Paged<Row>>;
  #rows: Row[] = [];
  #index = 0;
  #next: Promise<Paged<Row>> | undefined;
  #ended = false;

  constructor(read: (page: Page) => Promise<Paged<Row>>) {
    this.#read = read;
  }

  get sku(): string | undefined {
    return this.#rows[this.#index]?.sku;
  }

  async fill(): Promise<void> {
    while (this.#index >= this.#rows.length && !this.#ended) {
      const { rows, next } = await (this.#next ?? this.#page());
      this.#rows = rows;
      this.#index = 0;
      this.#ended = next === undefined;
      this.#next = next === undefined ? undefined : this.#ahead(next);
    }
  }

  /** The store reads it while the page before is looked at; whoever waits for it gets its error. */
  #ahead(after: string): Promise<Paged<Row>> {
    const page = this.#page(after);
    page.catch(() => undefined);
    return page;
  }

  #page(after?: string): Promise<Paged<Row>> {
    return this.#read({ limit: limits.pageRows, ...(after === undefined ? {} : { after }) });
  }

  /** Gives all rows of the SKU; the list then stands at the next one. */
  async each(sku: string, take: (row: Row) => Promise<void> | void): Promise<void> {
    for (;;) {
      await this.fill();
      while (this.sku === sku) {
        const taken = take(this.#rows[this.#index]!);
        this.#index += 1;
        if (taken) await taken;
      }
      if (this.#index < this.#rows.length || this.#ended) return;
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
