import { type CostLayer, transitPool, type ValuationMethod } from '../../ledger.ts';
import { PositionList } from '../../PositionList.ts';
import type { Arrival, CostSlice, PoolView, Valuation } from '../../ports.ts';
import { assign, type UndoLog } from '../../UndoLog.ts';
import { Missing } from '../Missing.ts';
import { refuseOverflow } from '../refusal.ts';
import { valuationIn } from '../valuation/valuations.ts';
import type { Fact } from './Fact.ts';
import { awaitedBy, type OwedBy } from './owed.ts';

/** Of shortages that were read, one in so many is kept: what they cost to read is then spread over the goods that settle them. */
const KNOWN_PER_KEPT = 4;
/** More than any pool is short of; small enough that V8 keeps it where it keeps a count. */
const MANY = 2 ** 30;

/** Takes note of changes: how to undo them, and which layers the store is to hold anew. */
export interface Tracker {
  /** Shortages of a pool that are kept; of more, none. */
  readonly keptShortages: number;
  readonly undo: UndoLog;
  layer(layer: CostLayer, isNew: boolean): void;
}

/** The SKU that a pool is of. */
export interface PoolOwner {
  readonly sku: string;
  readonly minorDigits: number;
  /** Of pools that are made from now on. */
  readonly method: ValuationMethod;
  readonly standardCost: bigint;
  readonly lastCost: bigint;
  readonly tracker: Tracker | undefined;
  /** True while what it costs is to be found anew in any case. */
  readonly isProvisional: boolean;
}

/**
 * One cost pool of one SKU with its layers: those with stock in business order, or, while the pool is
 * short, the shortages. (With lots valued by themselves some may be short while others are not.)
 */
export class PoolCosts implements PoolView {
  readonly pool: string;
  quantity = 0n;
  value = 0n;
  lastCost = 0n;
  valuation: Valuation;
  readonly minorDigits: number;
  readonly #owner: PoolOwner;
  readonly #layers = new PositionList<CostLayer>(noSum);
  /** Layers that the last entry has made here. */
  #partSeq = 0;
  #part = 0;
  /** Shortages, later than those among its layers, that it does not keep. */
  #shortBeside = 0;
  /** Shortages that it keeps, and so many of which the books keep all. */
  #mostShort = Number.POSITIVE_INFINITY;
  #fewShort = 0;

  constructor(owner: PoolOwner, pool: string) {
    this.#owner = owner;
    this.pool = pool;
    this.valuation = valuationIn(pool, owner.method);
    this.minorDigits = owner.minorDigits;
    this.lastCost = this.valuation.worth ? owner.standardCost : 0n;
  }

  /** What one costs as far as anybody knows. */
  get guess(): bigint {
    return this.lastCost || this.#owner.lastCost;
  }

  /** What there is to take, or at least `most`: of the lot, where lots are valued by themselves. Never negative. */
  there(lot: string, most: bigint): bigint {
    const { byLot } = this.valuation;
    if (!byLot && !this.isTransit) return this.quantity > 0n ? this.quantity : 0n;
    let there = 0n;
    for (const layer of this.oldest()) {
      if (there >= most) break;
      if (!byLot || isOfLot(layer, lot)) there += layer.quantity;
    }
    return there;
  }

  /** Where some may wait for its shipment while other goods are there. */
  get isTransit(): boolean {
    return this.pool === transitPool;
  }

  change(quantity: bigint, value: bigint, lastCost = this.lastCost): void {
    this.become(this.quantity + quantity, this.value + value, lastCost);
  }

  /** Refuses what 64 bits cannot hold. */
  become(quantity: bigint, value: bigint, lastCost: bigint): void {
    refuseOverflow(quantity);
    refuseOverflow(value);
    refuseOverflow(lastCost);
    this.#owner.tracker?.undo.add(setPool, this, this.quantity, this.value, this.lastCost);
    setPool(this, quantity, value, lastCost);
  }

  setMethod(method: ValuationMethod): void {
    this.#owner.tracker?.undo.add(assign<PoolCosts>, this, { valuation: this.valuation });
    this.valuation = valuationIn(this.pool, method);
  }

  /** All, shortages too. Throws Missing where some are not kept and what follows from them stays. */
  all(): CostLayer[] {
    this.#needAll();
    return this.kept();
  }

  #needAll(): void {
    const { sku, isProvisional } = this.#owner;
    if (this.isShortOfMany && !isProvisional) throw new Missing({ shortages: sku });
  }

  /** True where some shortages are not among the layers that are kept. */
  get isShortOfMany(): boolean {
    return this.#shortBeside > 0;
  }

  /** Whether it has nothing but shortages. */
  get isShortOnly(): boolean {
    return this.quantity < 0n && !this.valuation.byLot && this.kept().every(isShort);
  }

  kept(): CostLayer[] {
    return this.#layers.rows();
  }

  get layerCount(): number {
    return this.#layers.length;
  }

  oldest(): Iterable<CostLayer> {
    return this.#layers.visit(isThere);
  }

  newest(): Iterable<CostLayer> {
    return this.#layers.visitBack(isThere);
  }

  /**
   * Open shortages, if there are any, oldest first, as many as `quantity` covers and perhaps more; of the lot, where lots
   * are valued by themselves; under way those that wait for this shipment first, and none that wait for others. One may be
   * settled while it is visited.
   */
  shortages(lot: string, quantity: bigint, shipment: string): Iterable<CostLayer> | undefined {
    const { isTransit } = this;
    const { byLot } = this.valuation;
    if (this.isShortOfMany && (isTransit || !this.#keepsShortagesOf(quantity))) this.#needAll();
    if (byLot || isTransit) {
      const isMeant = (layer: CostLayer) => isShort(layer) && (!byLot || isOfLot(layer, lot));
      if (!isTransit) return this.#layers.visit(isMeant);
      const short = this.kept().filter(isMeant);
      return [shipment, ''].flatMap((one) => short.filter(({ owed }) => awaitedBy(owed) === one));
    }
    const { first } = this.#layers;
    return first && isShort(first) ? this.#layers.visit(isShort) : undefined;
  }

  /** Not where few would be left: those are in the books, each by itself. */
  #keepsShortagesOf(quantity: bigint): boolean {
    let rest = quantity;
    let left = this.layerCount + this.#shortBeside;
    for (const shortage of this.#layers.visit(isShort)) {
      rest += shortage.quantity;
      if (rest >= 0n) left -= 1;
      if (rest <= 0n) break;
    }
    return rest <= 0n && left > this.#fewShort;
  }

  layersOf(lot: string): CostLayer[] {
    return [...this.#layers.visit((layer) => isThere(layer) && layer.lot === lot)];
  }

  /** Others bear what a shortage turns out to cost. */
  owe(layer: CostLayer, owed: string): void {
    const { tracker } = this.#owner;
    tracker?.undo.add(assign<CostLayer>, layer, { owed: layer.owed });
    layer.owed = owed;
    tracker?.layer(layer, false);
  }

  changeLayer(layer: CostLayer, quantity: bigint, value: bigint): void {
    const { tracker } = this.#owner;
    tracker?.undo.add(setLayer, layer, layer.quantity, layer.value);
    setLayer(layer, layer.quantity + quantity, layer.value + value);
    tracker?.layer(layer, false);
    if (layer.quantity !== 0n) return;
    this.#layers.delete(layer);
    tracker?.undo.add(putBack, this.#layers, layer);
  }

  static #setBeside(pool: PoolCosts, shortBeside: number): void {
    pool.#shortBeside = shortBeside;
  }

  static #takeOut(pool: PoolCosts, layer: CostLayer, partSeq: number, part: number): void {
    pool.#layers.delete(layer);
    pool.#partSeq = partSeq;
    pool.#part = part;
  }

  add({ since, origin, quantity }: CostSlice, value: bigint, arrival: Arrival): void {
    this.#insert(arrival, since, origin, quantity, value, this.isTransit ? arrival.document : '');
  }

  /** Goods that left without being there, at a cost that is not known yet. */
  addShortage(quantity: bigint, value: bigint, fact: Fact, owed: OwedBy): void {
    if (this.isShortOfMany) {
      this.#owner.tracker?.undo.add(PoolCosts.#setBeside, this, this.#shortBeside);
      this.#shortBeside += 1;
      return;
    }
    this.#insert(fact, fact.at, fact.seq, -quantity, -value, owed(fact, quantity));
  }

  /** Those that come beside what is known now are kept up to `most`, or a part of all: so they are seldom read. */
  keepShortages(most: number): void {
    this.#fewShort = most;
    this.#mostShort = Math.max(most, Math.ceil(this.layerCount / KNOWN_PER_KEPT));
  }

  #insert(
    { at, rank: ofFact, seq, lot: ofLot }: Arrival,
    since: string,
    origin: number,
    quantity: bigint,
    value: bigint,
    owed: string,
  ): void {
    const { sku, tracker } = this.#owner;
    const { pool } = this;
    const rank = this.#layers.isInOrder(at, seq) ? '' : ofFact;
    const lot = this.valuation.byLot ? ofLot : '';
    const part = this.#partSeq === seq ? this.#part + 1 : 1;
    const layer = { sku, pool, at, rank, seq, part, since, origin, lot, owed, quantity, value };
    tracker?.undo.add(PoolCosts.#takeOut, this, layer, this.#partSeq, this.#part);
    this.#partSeq = seq;
    this.#part = part;
    this.#layers.add(layer);
    tracker?.layer(layer, true);
  }

  /** As the store holds it. */
  take(layer: CostLayer): void {
    this.#layers.add(layer);
  }

  /** There are more shortages than the store holds. */
  setShortOfMany(): void {
    this.#shortBeside = MANY;
  }

  /**
   * Forgets the later of more shortages than are kept: they follow from the ledger, a pool that nothing is
   * ever put into would keep all that left it, and what comes settles the oldest first. Only where nothing
   * can be undone any more.
   */
  compact(): void {
    if (this.layerCount <= this.#mostShort || !this.isShortOnly) return;
    this.#shortBeside += this.layerCount - this.#mostShort;
    this.#layers.keepFirst(this.#mostShort);
  }
}

const noSum = (): undefined => undefined;
const putBack = (layers: PositionList<CostLayer>, layer: CostLayer): void => layers.add(layer);

function setPool(pool: PoolCosts, quantity: bigint, value: bigint, lastCost: bigint): void {
  pool.quantity = quantity;
  pool.value = value;
  pool.lastCost = lastCost;
}

function setLayer(layer: CostLayer, quantity: bigint, value: bigint): void {
  layer.quantity = quantity;
  layer.value = value;
}

const isThere = ({ quantity }: CostLayer): boolean => quantity > 0n;
const isShort = ({ quantity }: CostLayer): boolean => quantity < 0n;

/** What was booked before a change to this method, by a late document, is of no lot, thus of any. */
const isOfLot = (layer: CostLayer, lot: string): boolean => layer.lot === lot || layer.lot === '';
