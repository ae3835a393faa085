import type { ClosingPolicy } from '../closingChecks.ts';
import { type NegativePolicy, transitPool, type ValuationMethod } from '../ledger.ts';
import type { UnitPrecisions } from '../unitPrecision.ts';

/** Accounts of the journal, by what they are for; `accountsField` of the configuration says what that is. */
export interface Accounts {
  inventory: string;
  /** Of pools that have an account of their own. */
  inventoryByPool: Readonly<Record<string, string>>;
  transit: string;
  received: string;
  payable: string;
  costOfSales: string;
  adjustment: string;
  /** Left out, with the cost of sales. */
  priceDifference?: string | undefined;
  exchange: string;
  opening: string;
  variance: string;
  production: string;
  conversion: string;
  scrap: string;
  writeDown: string;
  landedCost: string;
}

/** What an account can be for; a pool's own account is for that pool alone. */
export type Purpose = Exclude<keyof Accounts, 'inventoryByPool'>;

/** Another account for some of what goes to that of a purpose: of what has all of these, as far as they are named. */
export interface AccountRule {
  of: Purpose;
  group?: string | undefined;
  reason?: string | undefined;
  partner?: string | undefined;
  account: string;
}

/** A rate that holds from a day on: units of the valuation currency for one of the foreign. */
export interface Rate {
  /** `YYYY-MM-DD` */
  from: string;
  /** In 10⁻¹². */
  rate: bigint;
}

/** What the owner of the stock decided; comes from `stock:` in config/hub.yaml. */
export interface StockPolicy {
  /** ISO 4217 code of the currency in which stock is valued. */
  currency: string;
  /** Decimals of that currency. */
  minorDigits: number;
  /** Whether a movement may take more than a place holds; an item or a place may say otherwise. */
  negative: NegativePolicy;
  negativePlaces: Readonly<Record<string, NegativePolicy>>;
  /** What becomes of a movement of a SKU that has no item. */
  unknownSku: 'create' | 'park';
  /** Method for items that do not name one. */
  valuation: ValuationMethod;
  /** Places that share costs, by name of the pool; every other place belongs to `main`. */
  pools: Readonly<Record<string, readonly string[]>>;
  /** IANA zone whose days are the business days: periods, reports as of a day, rates, expiry. */
  zone: string;
  /** Rates of foreign currencies, by ISO 4217 code, oldest first. */
  rates: Readonly<Record<string, readonly Rate[]>>;
  /** What becomes of a document dated in a closed period: parked, or booked on the first open day. */
  closedPeriod: 'refuse' | 'redirect';
  /** What is refused of what stands in the way of closing; left out, it is told. */
  closing?: ClosingPolicy;
  accounts: Accounts;
  /** Of those that fit the most exact counts. */
  accountRules?: readonly AccountRule[];
  /** Which dates documents may bear. */
  dates: DatePolicy;
  /** What becomes of a receipt that states no cost: it is booked and told, or parked. */
  costs: 'tell' | 'park';
  /** How fine units of measure are counted. */
  units: UnitPrecisions;
}

export interface DatePolicy {
  /** First day, `YYYY-MM-DD`, and the last one; a year from now where it is left out. */
  from: string;
  to: string | undefined;
  /** What becomes of a document that is dated later than tomorrow: it is booked and told, or parked. */
  future: 'tell' | 'park';
}

export const mainPool = 'main';

/** Finds the cost pool of a place of ours. */
export function poolFinder(policy: StockPolicy): (place: string) => string {
  const poolByPlace = new Map<string, string>([['transit', transitPool]]);
  for (const [pool, places] of Object.entries(policy.pools)) {
    for (const place of places) poolByPlace.set(place, pool);
  }
  return (place) => poolByPlace.get(place) ?? mainPool;
}

export const hasOnePlace = ({ pools }: StockPolicy, pool: string): boolean =>
  pool === transitPool || (pool !== mainPool && pools[pool]?.length === 1);
