import { formatDecimal } from '../../decimal.ts';
import { faultOf } from '../../errors.ts';
import type { CostLayer, CostPool, LedgerEntry, SkuHead } from '../../ledger.ts';
import { isBefore, type Position } from '../../position.ts';
import { isSameLayer } from '../../skuBooks.ts';
import { atOnce } from '../../slices.ts';
import { storedWritten } from '../../storedWritten.ts';
import { historyOf, type PostedFact } from '../costing/history.ts';
import { References } from '../costing/References.ts';
import { type CostDifference, recost } from '../costing/recost.ts';
import { SkuCosts } from '../costing/SkuCosts.ts';
import { type CheckpointMark, isSame } from './checkpointMark.ts';
import type { Differences } from './Differences.ts';
import { type ProducedFact, producedBy, saysOfProduction } from './ProductionAudit.ts';

/**
 * Costs all facts of a SKU anew, in business order, and compares every value that was posted, and the
 * pools, layers and checkpoints that are kept. Facts from `head.recost` on wait to be costed: their
 * values are not compared.
 */
export class CostAudit {
  readonly #head: SkuHead;
  readonly #costs: SkuCosts;
  readonly #references: References;
  readonly #differences: Differences;
  readonly #produced: ProducedFact[];
  readonly #checkpoints: readonly CheckpointMark[];
  #nextCheckpoint = 0;
  /** What no Stockbus wrote may have no cost at all. */
  #isBroken = false;
  /** The fact that was costed last. */
  #last: LedgerEntry | undefined;
  /** What the checkpoints so far say that all facts after them are greater than. */
  #afterSeq = 0;

  /** `checkpoints` in business order; what was produced, or went into that, is added to `produced`. */
  constructor(
    head: SkuHead,
    minorDigits: number,
    references: ReadonlySet<string>,
    checkpoints: readonly CheckpointMark[],
    differences: Differences,
    produced: ProducedFact[],
  ) {
    this.#head = head;
    this.#costs = new SkuCosts(head.sku, minorDigits, head.opening);
    this.#costs.takers = new Map();
    this.#references = new References(references);
    this.#differences = differences;
    this.#produced = produced;
    this.#checkpoints = checkpoints;
  }

  /** All entries of a stretch of business time, in the order of `seq`; stretch after stretch. */
  take(entries: readonly LedgerEntry[]): void {
    if (this.#isBroken) return;
    try {
      this.#fold(entries);
    } catch (error) {
      this.#isBroken = true;
      const { message } = faultOf(error);
      this.#differences.report('cost', `its entries cannot be costed: ${message}`);
    }
  }

  #fold(entries: readonly LedgerEntry[]): void {
    const history = historyOf(entries);
    const values = new Map<number, PostedFact>();
    for (const posted of history) values.set(posted.entry.seq, posted);
    for (const { seq, by } of entries) {
      if (by === undefined || values.has(by)) continue;
      this.#differences.report('entry', `entry ${seq} stands at another time than entry ${by}`);
    }
    const first = history[0];
    if (first) this.#checkMarks(first.entry);
    const slices = recost(this.#costs, history, this.#references, new Map(), (index) => {
      this.#passed(history[index]!);
      const next = history[index + 1];
      if (next) this.#checkMarks(next.entry);
    });
    for (const posting of atOnce(slices)) this.#tell(posting, values.get(posting.by.seq)!);
    for (const pool of this.#costs.pools) pool.compact();
  }

  #passed(posted: PostedFact): void {
    const { entry } = posted;
    this.#last = entry;
    const isPending = this.#isPending(entry);
    if (saysOfProduction(posted)) {
      for (const produced of producedBy(posted)) this.#produced.push({ ...produced, isPending });
    }
    if (entry.seq <= this.#afterSeq) {
      const { seq } = this.#checkpoints[this.#nextCheckpoint - 1]!;
      this.#tellCheckpoint(seq, `says that entry ${entry.seq} is not after it`);
    }
  }

  /** Checkpoints before a position, or all that are left: the costs are now as they say. */
  #checkMarks(before?: Position): void {
    for (;;) {
      const mark = this.#checkpoints[this.#nextCheckpoint];
      if (!mark || (before && !isBefore(mark, before))) return;
      this.#nextCheckpoint += 1;
      if (this.#isPending(mark)) continue;
      if (mark.afterSeq > this.#afterSeq) this.#afterSeq = mark.afterSeq;
      if (mark.at !== this.#last?.at || mark.rank !== this.#last.rank) {
        this.#tellCheckpoint(mark.seq, 'does not stand where that does');
      }
      if (isSame(mark, this.#costs)) continue;
      this.#tellCheckpoint(mark.seq, 'has other costs than the ledger gives');
    }
  }

  #tellCheckpoint(seq: number, what: string): void {
    this.#differences.report('checkpoint', `the checkpoint after entry ${seq} ${what}`);
  }

  #isPending(position: Position): boolean {
    const { recost: pending } = this.#head;
    return pending !== undefined && !isBefore(position, pending);
  }

  #tell({ by, corrects, kind, value, isOwn, from, to }: CostDifference, posted: PostedFact): void {
    if (this.#isPending(by)) return;
    const name = `entry ${by.seq} (${by.kind} ${by.document})`;
    const { money } = this.#differences;
    if (isOwn) {
      const { value: kept } = posted;
      this.#compare(`${name} is worth`, kept, kept + value, money);
      return;
    }
    const of = corrects === by.seq ? '' : ` of entry ${corrects}`;
    const what = `lacks ${money(value)} as ${kind}${of}, from ${from} to ${to}`;
    this.#differences.report('cost', `${name} ${what}`);
  }

  /** After the last stretch. */
  finish(layers: readonly CostLayer[]): void {
    if (this.#isBroken) return;
    const { pools, item, recost: pending, ahead = [], written = [] } = this.#head;
    this.#checkMarks();
    const isPending = pending !== undefined;
    const given = [...this.#costs.ahead].sort();
    if (!isPending && ahead.join('\n') !== given.join('\n')) {
      const what = `more is invoiced than came of ${ahead.join(', ') || 'nothing'}, the ledger gives ${given.join(', ') || 'nothing'}`;
      this.#differences.report('head', what);
    }
    const [kept, found] = [written, this.#costs.written].map((of) =>
      of.map(storedWritten).join('\n'),
    );
    if (!isPending && kept !== found) {
      const what = 'what of its stock was written down is not what the ledger gives';
      this.#differences.report('head', what);
    }
    if (item && !isPending && this.#head.seq > 0) {
      const { method, standardCost } = this.#costs;
      if (item.valuation !== method) {
        const what = `the item is valued by ${item.valuation}, the ledger gives ${method}`;
        this.#differences.report('head', what);
      }
      if (method === 'standard') {
        const says = 'the item has standard cost';
        this.#differences.compare('head', says, item.standardCost, standardCost);
      }
    }
    const stored = new Map(pools.map((pool) => [pool.pool, pool]));
    const moved = this.#costs.pools.map(({ pool }) => pool).filter((name) => stored.has(name));
    if (!isPending && moved.some((name, index) => name !== pools[index]!.pool)) {
      this.#differences.report('cost', `something moved last in ${moved.join(', then in ')}`);
    }
    const byPool = Map.groupBy(layers, ({ pool }) => pool);
    const names = new Set([
      ...stored.keys(),
      ...byPool.keys(),
      ...this.#costs.pools.map(({ pool }) => pool),
    ]);
    for (const name of names) {
      const costs = this.#costs.known(name);
      const there = byPool.get(name) ?? [];
      const pool = stored.get(name);
      if (!pool?.manyShort) this.#checkQuantity(name, pool?.quantity ?? 0n, there);
      if (isPending) continue;
      this.#checkPool(name, pool, costs);
      const wanted = costs?.all() ?? [];
      if (pool?.manyShort) this.#checkShort(name, wanted);
      this.#checkLayers(name, there, pool?.manyShort ? wanted.filter(isStock) : wanted);
    }
  }

  #checkShort(name: string, wanted: readonly CostLayer[]): void {
    if (wanted.length > 0 && !wanted.some(isStock)) return;
    this.#differences.report('layers', `pool ${name} is said to be short, its costs have stock`);
  }

  #checkQuantity(name: string, quantity: bigint, layers: readonly CostLayer[]): void {
    const held = layers.reduce((sum, layer) => sum + layer.quantity, 0n);
    const says = `the layers of pool ${name} hold`;
    this.#differences.compare('layers', says, held, quantity, { gives: 'the pool' });
  }

  #compare(says: string, kept: bigint, wanted: bigint, text = formatDecimal): void {
    this.#differences.compare('cost', says, kept, wanted, { gives: 'its costs give', text });
  }

  #checkPool(
    name: string,
    stored: CostPool | undefined,
    costs: Pick<CostPool, 'value' | 'lastCost'> | undefined,
  ): void {
    const isTouched = stored !== undefined && !stored.untouched;
    if (isTouched !== (costs !== undefined)) {
      const is = isTouched ? 'is kept and nothing has moved in it' : 'is not kept';
      this.#differences.report('cost', `pool ${name} ${is}`);
    }
    const { money } = this.#differences;
    this.#compare(`pool ${name} is worth`, stored?.value ?? 0n, costs?.value ?? 0n, money);
    if (isTouched && costs) {
      this.#compare(`pool ${name} has last cost`, stored.lastCost, costs.lastCost);
    }
  }

  #checkLayers(name: string, stored: readonly CostLayer[], wanted: readonly CostLayer[]): void {
    const left = new Map(wanted.map((layer) => [layerKey(layer), layer]));
    for (const layer of stored) {
      const key = layerKey(layer);
      const given = left.get(key);
      left.delete(key);
      if (given && isSameLayer(layer, given)) continue;
      const gives = `its costs give ${given ? this.#layerText(given) : 'none'}`;
      const what = `layer ${key} of pool ${name} is ${this.#layerText(layer)}, ${gives}`;
      this.#differences.report('layers', what);
    }
    for (const [key, layer] of left) {
      const what = `layer ${key} of pool ${name} is missing: ${this.#layerText(layer)}`;
      this.#differences.report('layers', what);
    }
  }

  #layerText({ quantity, value, rank, since, origin, lot, owed }: CostLayer): string {
    const what = `${formatDecimal(quantity)} worth ${this.#differences.money(value)}`;
    const from = `of ${origin} ${since} ${JSON.stringify(rank)}`;
    const parts = [what, from, lot && `lot ${lot}`, owed && `owed by ${owed}`];
    return parts.filter(Boolean).join(', ');
  }
}

const isStock = ({ quantity }: CostLayer): boolean => quantity > 0n;

const layerKey = ({ at, seq, part }: CostLayer): string => `${seq}.${part} (${at})`;
