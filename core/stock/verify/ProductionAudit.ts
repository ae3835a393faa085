import { formatFixed } from '../../decimal.ts';
import type { LedgerEntry } from '../../ledger.ts';
import { tupleKey } from '../../tupleKey.ts';
import { type PostedFact, sumOf } from '../costing/history.ts';
import { type Share, splitCost } from '../costing/splitCost.ts';
import { isBorne } from '../reprice.ts';
import type { Difference } from './Differences.ts';

interface Product {
  sku: string;
  seq: number;
  value: bigint;
  /** False for what is worth nothing to us. */
  isValued: boolean;
  share: Share;
}

interface Production {
  document: string;
  consumed: bigint;
  extra: bigint;
  products: Product[];
  /** Some of it waits to be costed anew. */
  isPending: boolean;
}

/** What went into a production or came out of it, or is borne by that, with its value as it has become. */
export interface ProducedFact {
  entry: LedgerEntry;
  value: bigint;
  /** It waits to be costed anew. */
  isPending: boolean;
}

/** False of most facts, which say nothing of productions. */
export const saysOfProduction = ({ entry: { kind, from }, effects }: PostedFact): boolean =>
  from === 'production' || kind === 'consume' || kind === 'produce' || effects.size > 0;

/** What a fact says of productions. */
export function* producedBy(posted: PostedFact): Iterable<Omit<ProducedFact, 'isPending'>> {
  const { entry, value, isCancelled, effects } = posted;
  if (isCancelled) return;
  const { kind, from } = entry;
  if (kind === 'consume' || kind === 'produce') yield { entry, value };
  if (kind === 'landed' && from === 'production') yield { entry, value: sumOf(posted) };
  for (const { last, value: borne } of effects.values()) {
    if (isBorne(last)) yield { entry: last, value: borne };
  }
}

export interface ProductionDifference extends Difference {
  document: string;
}

/**
 * What went into each production and what came out of it, over all SKUs: the products cost what was
 * consumed for them and what else it took. Its memory grows with the number of productions.
 */
export class ProductionAudit {
  readonly #minorDigits: number;
  readonly #productions = new Map<string, Production>();
  /** What went in and what came out, by SKU and `seq`. */
  readonly #components = new Map<string, Production>();
  readonly #products = new Map<string, Product>();

  constructor(minorDigits: number) {
    this.#minorDigits = minorDigits;
  }

  fact({ entry, value, isPending }: ProducedFact): void {
    const { sku, seq, kind, document, source, messageId, input } = entry;
    if (kind !== 'consume' && kind !== 'produce') {
      this.#borne(entry, value, isPending);
      return;
    }
    const key = tupleKey(source, messageId);
    let production = this.#productions.get(key);
    if (!production) {
      production = { document, consumed: 0n, extra: 0n, products: [], isPending: false };
      this.#productions.set(key, production);
    }
    if (isPending) production.isPending = true;
    if (kind === 'consume') {
      production.consumed += value;
      this.#components.set(tupleKey(sku, seq), production);
      return;
    }
    const { extra = 0n, share = [0n, 1n, 1n] } = input ?? {};
    production.extra = extra;
    const product = { sku, seq, value, share, isValued: entry.toPool !== '' };
    production.products.push(product);
    this.#products.set(tupleKey(sku, seq), product);
  }

  /** A cost that came after the production: by a component it goes in, a product bears it. */
  #borne({ sku, corrects, input }: LedgerEntry, value: bigint, isPending: boolean): void {
    const component = this.#components.get(tupleKey(sku, corrects ?? 0));
    const product = this.#products.get(tupleKey(sku, input?.of ?? 0));
    if (component) {
      component.consumed += value;
      if (isPending) component.isPending = true;
    }
    if (product) product.value += value;
  }

  /** Once all SKUs are through. */
  finish(): ProductionDifference[] {
    const differences: ProductionDifference[] = [];
    const money = (value: bigint): string => formatFixed(value, this.#minorDigits);
    for (const production of this.#productions.values()) {
      const { document, consumed, extra, products, isPending } = production;
      if (isPending) continue;
      products.sort((one, other) => (one.share[0] < other.share[0] ? -1 : 1));
      const shares = products.map(({ share }) => share);
      const costs = splitCost(consumed + extra, shares);
      for (const [index, { sku, seq, value, isValued }] of products.entries()) {
        if (value === (isValued ? costs[index] : 0n)) continue;
        const message = `entry ${seq} (produce ${document}) is worth ${money(value)}, what went into it ${money(costs[index]!)}`;
        differences.push({ sku, check: 'production', message, document });
      }
    }
    return differences;
  }
}
