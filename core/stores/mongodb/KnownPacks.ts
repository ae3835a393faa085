import type { SkuHead } from '../../ledger.ts';
import { limits } from '../../limits.ts';

interface Known {
  version: number;
  /** Whether the SKU waits to be costed anew after it, where that was seen. */
  recosts: boolean | undefined;
}

/**
 * Packs that were there when this store last read or wrote a SKU. There may be later ones by now; these
 * never go, so that nobody asks for them again.
 */
export class KnownPacks {
  readonly #skus = new Map<string, Known>();
  readonly #places = new Map<string, readonly string[]>();
  /** Of which a message is there. */
  readonly sources = new Set<string>();

  /** 0 where nothing is known. */
  versionOf(sku: string): number {
    return this.#skus.get(sku)?.version ?? 0;
  }

  /** Whether the SKU waits after this very version; undefined: nobody knows. */
  recosts(sku: string, version: number): boolean | undefined {
    const known = this.#skus.get(sku);
    return known?.version === version ? known.recosts : undefined;
  }

  see(sku: string, version: number, recosts?: boolean): void {
    const known = this.#skus.get(sku);
    if (version === 0 || (known && known.version > version)) return;
    if (known?.version === version && recosts === undefined) return;
    if (this.#skus.size >= limits.knownSkus) this.#skus.clear();
    this.#skus.set(sku, { version, recosts });
  }

  seeHead({ sku, version, recost }: SkuHead): void {
    this.see(sku, version, recost !== undefined);
  }

  /** Of these places those of which it is not known that the SKU is listed at them. */
  newPlaces({ sku, places }: { sku: string; places: readonly string[] }): string[] {
    const known = this.#places.get(sku);
    return known ? places.filter((place) => !known.includes(place)) : [...places];
  }

  seePlaces(of: { sku: string; places: readonly string[] }): void {
    const met = this.newPlaces(of);
    if (met.length === 0) return;
    if (this.#places.size >= limits.knownSkus) this.#places.clear();
    this.#places.set(of.sku, [...(this.#places.get(of.sku) ?? []), ...met]);
  }
}
