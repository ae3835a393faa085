import type { CostLayer, SkuHead, ValuationMethod, WrittenDown } from '../../ledger.ts';
import { assign } from '../../UndoLog.ts';
import { NONE_AHEAD } from './invoices.ts';
import type { GoodsTaker } from './owed.ts';
import { PoolCosts, type Tracker } from './PoolCosts.ts';

/** What the stock of one SKU costs: its pools with their layers, at one moment of business time. */
export class SkuCosts {
  readonly sku: string;
  readonly minorDigits: number;
  /** In the order in which something last moved in them whose cost was known. */
  pools: PoolCosts[] = [];
  /** Of pools that are made from now on. */
  method: ValuationMethod;
  standardCost: bigint;
  /** Receipts of which more is invoiced than has come. */
  ahead = NONE_AHEAD;
  /** What of the stock that is still there was written down. */
  written: readonly WrittenDown[] = [];
  /** By what came, of which something is asked: who took some of it, one after the other. Only while costing anew. */
  takers: Map<number, GoodsTaker[]> | undefined = undefined;
  tracker: Tracker | undefined = undefined;
  isProvisional = false;

  constructor(sku: string, minorDigits: number, opening: SkuHead['opening']) {
    this.sku = sku;
    this.minorDigits = minorDigits;
    this.method = opening.valuation;
    this.standardCost = opening.standardCost;
  }

  pool(name: string): PoolCosts {
    const known = this.known(name);
    if (known) return known;
    const pool = new PoolCosts(this, name);
    if (this.tracker) pool.keepShortages(this.tracker.keptShortages);
    this.moved(pool);
    return pool;
  }

  /** Goods come or leave in a pool whose cost is no guess of its own: it is the last of them. */
  moved(pool: PoolCosts): void {
    if (this.pools.at(-1) === pool) return;
    this.tracker?.undo.add(assign<SkuCosts>, this, { pools: this.pools });
    this.pools = [...this.pools.filter((one) => one !== pool), pool];
  }

  /** Of what came by `origin` somebody has some now. */
  took(origin: number, taker: GoodsTaker): void {
    this.takers?.get(origin)?.push(taker);
  }

  /** What one costs where its pool does not know: as in another one, the latest first. */
  get lastCost(): bigint {
    const known = this.pools.findLast(({ lastCost }) => lastCost !== 0n);
    return known?.lastCost ?? this.standardCost;
  }

  /** A SKU moves in few pools. */
  known(name: string): PoolCosts | undefined {
    for (const one of this.pools) if (one.pool === name) return one;
    return undefined;
  }

  setMethod(method: ValuationMethod, standardCost: bigint): void {
    const old = { method: this.method, standardCost: this.standardCost };
    this.tracker?.undo.add(assign<SkuCosts>, this, old);
    this.method = method;
    this.standardCost = standardCost;
  }

  /** From now on changes are taken note of. */
  trackedBy(tracker: Tracker): this {
    this.tracker = tracker;
    for (const pool of this.pools) pool.keepShortages(tracker.keptShortages);
    return this;
  }

  /** Pools by name, so that what goes over all of them always goes the same way. */
  inOrder(): PoolCosts[] {
    return [...this.pools].sort((one, other) => (one.pool < other.pool ? -1 : 1));
  }

  /** Whether a pool is short of more than it keeps. */
  get isShortOfMany(): boolean {
    return this.pools.some((pool) => pool.isShortOfMany);
  }

  /** All that are kept. */
  layers(): CostLayer[] {
    const { pools } = this;
    return pools.length === 1 ? pools[0]!.kept() : pools.flatMap((pool) => pool.kept());
  }

  get layerCount(): number {
    let count = 0;
    for (const pool of this.pools) count += pool.layerCount;
    return count;
  }
}
