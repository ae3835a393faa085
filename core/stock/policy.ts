import type { ValuationMethod } from '../ledger.ts';

/** What the owner of the stock decided; comes from `stock:` in config/hub.yaml. */
export interface StockPolicy {
  /** ISO 4217 code of the currency in which stock is valued. */
  currency: string;
  /** Decimals of that currency. */
  minorDigits: number;
  /** Whether a movement may take more than a place holds. */
  negative: 'allow' | 'deny';
  /** What becomes of a movement of a SKU that has no item. */
  unknownSku: 'create' | 'park';
  /** Method for items that do not name one. */
  valuation: ValuationMethod;
  /** Places that share costs, by name of the pool; every other place belongs to `main`. */
  pools: Readonly<Record<string, readonly string[]>>;
}

export const mainPool = 'main';

/** Finds the cost pool of a place; virtual places have none. */
export function poolFinder(policy: StockPolicy): (place: string) => string {
  const poolByPlace = new Map<string, string>();
  for (const [pool, places] of Object.entries(policy.pools)) {
    for (const place of places) poolByPlace.set(place, pool);
  }
  return (place) => poolByPlace.get(place) ?? mainPool;
}
