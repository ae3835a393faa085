import { limits } from '../../limits.ts';
import type { CommitPack } from '../../pack.ts';

interface Known {
  version: number;
  /** Packs from the one that stands alone to it, as far as that was seen. */
  count: number;
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

  /** How many packs of it are read at first. */
  countOf(sku: string): number {
    return this.#skus.get(sku)?.count ?? 1;
  }

  /** Whether the SKU waits after this very version; undefined: nobody knows. */
  recosts(sku: string, version: number): boolean | undefined {
    const known = this.#skus.get(sku);
    return known?.version === version ? known.recosts : undefined;
  }

  see(sku: string, version: number): void {
    if (version > this.versionOf(sku)) this.#keep(sku, { version, count: 1, recosts: undefined });
  }

  seePack(pack: Pick<CommitPack, 'sku' | 'version' | 'recosts' | 'sinceBase'>): void {
    const { sku, version, recosts, sinceBase } = pack;
    if (version === 0 || version < this.versionOf(sku)) return;
    this.#keep(sku, { version, count: sinceBase + 1, recosts });
  }

  #keep(sku: string, known: Known): void {
    if (this.#skus.size >= limits.knownSkus) this.#skus.clear();
    this.#skus.set(sku, known);
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
