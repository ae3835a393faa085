import { limits } from '../../limits.ts';

interface Known {
  version: number;
  /** Packs from the one that stands alone to it, as far as that was seen. */
  count: number;
}

const nothing: Known = { version: 0, count: 1 };

/**
 * Packs that were there when this store last read or wrote a SKU. There may be later ones by now; these
 * never go, so that nobody asks for them again.
 */
export class KnownPacks {
  readonly #skus = new Map<string, Known>();
  /** Of which a message is there. */
  readonly sources = new Set<string>();

  /** Version 0 where nothing is known. */
  of(sku: string): Known {
    return this.#skus.get(sku) ?? nothing;
  }

  /** `packs`: since the last that stands alone, where that was seen. */
  see(sku: string, version: number, packs?: number): void {
    const { version: known } = this.of(sku);
    if (version < known || version === 0 || (version === known && packs === undefined)) return;
    if (this.#skus.size >= limits.knownSkus) this.#skus.clear();
    this.#skus.set(sku, { version, count: (packs ?? 0) + 1 });
  }
}
