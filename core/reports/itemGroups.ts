import type { Item } from '../ledger.ts';
import { packHead } from '../packFrom.ts';
import type { Books } from '../ports.ts';

/** Groups of items as they were known at a moment: of all SKUs of a page of entries at once. */
export class ItemGroups {
  readonly #store: Books;
  readonly #knownAt: string | undefined;
  #page: readonly { sku: string }[] = [];
  #groups: Promise<Map<string, string>> = Promise.resolve(new Map());

  constructor(store: Books, knownAt: string | undefined) {
    this.#store = store;
    this.#knownAt = knownAt;
  }

  async of(sku: string, around: readonly { sku: string }[]): Promise<string> {
    if (around !== this.#page) {
      this.#page = around;
      this.#groups = this.#read([...new Set(around.map((row) => row.sku))]);
    }
    return (await this.#groups).get(sku) ?? '';
  }

  async #read(skus: readonly string[]): Promise<Map<string, string>> {
    const knownAt = this.#knownAt;
    const loaded = await this.#store.load({ skus, reservations: [], openOrders: [] });
    const heads = loaded.skus.map(({ head }) => head);
    const groups = new Map(heads.map(({ sku, item }) => [sku, item?.group ?? '']));
    if (knownAt === undefined) return groups;
    const later = heads.filter(({ recordedAt, item }) => recordedAt > knownAt && item);
    const known = await this.#knownItems(
      later.map(({ sku }) => sku),
      knownAt,
    );
    for (const { sku } of later) groups.set(sku, known.get(sku)?.group ?? '');
    return groups;
  }

  /** As packs said it that were recorded by then. */
  async #knownItems(skus: readonly string[], knownAt: string): Promise<Map<string, Item>> {
    const items = new Map<string, Item>();
    if (skus.length === 0) return items;
    for await (const packs of this.#store.packs(skus)) {
      for (const pack of packs) {
        const { sku, recordedAt, item } = packHead(pack);
        if (item && recordedAt <= knownAt) items.set(sku, item);
      }
    }
    return items;
  }
}
