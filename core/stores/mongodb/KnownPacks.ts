import { limits } from '../../limits.ts';
import type { CommitPack } from '../../pack.ts';

interface Known {
  version: number;
  /** Packs from the one that stands alone to it, as far as that was seen. */
  count: number;
  /** Whether the SKU waits to be costed anew after it, where that was seen. */
  recosts: boolean | undefined;
  /** At which the SKU is listed. */
  places: readonly string[];
}

const nothing: Known = { version: 0, count: 1, recosts: undefined, places: [] };

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

  see(sku: string, version: number): void {
    const { version: known, places } = this.of(sku);
    if (version > known) this.#keep(sku, { ...nothing, version, places });
  }

  seePack(pack: Pick<CommitPack, 'sku' | 'version' | 'recosts' | 'sinceBase' | 'places'>): void {
    const { sku, version, recosts, sinceBase } = pack;
    const { version: known, places } = this.of(sku);
    if (version === 0 || version < known) return;
    const met = this.newPlaces(pack);
    const all = met.length === 0 ? places : [...places, ...met];
    this.#keep(sku, { version, count: sinceBase + 1, recosts, places: all });
  }

  #keep(sku: string, known: Known): void {
    if (this.#skus.size >= limits.knownSkus) this.#skus.clear();
    this.#skus.set(sku, known);
  }

  /** Of these places those of which it is not known that the SKU is listed at them. */
  newPlaces({ sku, places }: Pick<CommitPack, 'sku' | 'places'>): string[] {
    const known = this.of(sku).places;
    return places.filter((place) => !known.includes(place));
  }
}
