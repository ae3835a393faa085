/**
 * Books of one who knows everything beforehand: documents are entered in the order of what happened, so
 * that nothing is ever corrected but what only a later day can say: what a shortage cost, what freight came after.
 */
import { ONE, quotient, runningShares, share, total } from './exact.ts';
import { type Goods, newGoods, type Purpose } from './Goods.ts';
import { type Holding, inTheEnd, isRound, plainly } from './holders.ts';
import { type Parcel, type Piece, Pile, type Pot } from './Pile.ts';
import type { PaperLine } from './papers.ts';

export type Method = 'fifo' | 'lifo' | 'average' | 'standard' | 'lot';

export interface ItemCard {
  sku: string;
  method: Method;
  /** In millionths. */
  standard: bigint | undefined;
}

/** Where and what: the pile, and what of it is meant. */
export interface Whence {
  sku: string;
  place: string;
  lot: string;
  /** Goods that go before all others. */
  first?: readonly Goods[];
  /** The shipment that arrives. */
  shipment?: string;
}

export const whence = ({ sku, location = '', lot = '' }: PaperLine): Whence => ({
  sku,
  place: location,
  lot,
});

export class PlainBooks {
  readonly digits: number;
  readonly items = new Map<string, ItemCard>();
  readonly piles = new Map<string, Pile>();
  /** `SKU place lot`. */
  readonly onHand = new Map<string, bigint>();
  /** `SKU purpose`: debits less credits. */
  readonly accounts = new Map<string, bigint>();
  readonly #pools: Readonly<Record<string, readonly string[]>>;
  #turn = 0;

  constructor(pools: Readonly<Record<string, readonly string[]>>, digits = 2) {
    this.#pools = pools;
    this.digits = digits;
  }

  item(sku: string): ItemCard {
    const card = this.items.get(sku) ?? { sku, method: 'fifo', standard: undefined };
    this.items.set(sku, card);
    return card;
  }

  poolOf(place: string): string {
    if (place === 'transit') return place;
    const own = Object.entries(this.#pools).find(([, places]) => places.includes(place));
    return own ? own[0] : 'main';
  }

  /** Whether the place shares its costs with no other. */
  isPoolOfItsOwn(place: string): boolean {
    return this.#pools[this.poolOf(place)]?.length === 1;
  }

  pile(sku: string, pool: string): Pile {
    const key = `${sku} ${pool}`;
    const pile = this.piles.get(key) ?? new Pile(sku, pool);
    this.piles.set(key, pile);
    return pile;
  }

  pileAt({ sku, place }: Pick<Whence, 'sku' | 'place'>): Pile {
    return this.pile(sku, this.poolOf(place));
  }

  /** By the names of their pools: who is first takes the odd cent. */
  pilesOf(sku: string): Pile[] {
    const own = [...this.piles.values()].filter((pile) => pile.sku === sku);
    return own.sort((one, other) => (one.pool < other.pool ? -1 : 1));
  }

  post(sku: string, purpose: Purpose, amount: bigint): void {
    const key = `${sku} ${purpose}`;
    this.accounts.set(key, (this.accounts.get(key) ?? 0n) + amount);
  }

  balance({ sku, place, lot }: Whence): bigint {
    return this.onHand.get(`${sku} ${place} ${lot}`) ?? 0n;
  }

  move(at: Whence, quantity: bigint): void {
    this.onHand.set(`${at.sku} ${at.place} ${at.lot}`, this.balance(at) + quantity);
  }

  // --- what things cost -------------------------------------------------------------------------

  /** Quantity × cost of one, rounded once. */
  amountOf(quantity: bigint, cost: bigint): bigint {
    return quotient(quantity * cost, ONE * 10n ** BigInt(6 - this.digits));
  }

  costOfOne(value: bigint, quantity: bigint): bigint {
    return quotient(value * 10n ** BigInt(6 - this.digits) * ONE, quantity);
  }

  /** What so much costs by what is there now; where nothing is, by what moved last. */
  currentAmount(at: Whence, quantity: bigint): bigint {
    const pile = this.pileAt(at);
    const { method } = this.item(at.sku);
    const ofLot = pile.parcels.filter(({ lot }) => method !== 'lot' || lot === at.lot);
    // What a lot cost that is gone is not kept.
    const meant = ofLot.length > 0 ? ofLot : pile.parcels;
    const there = total(meant.map((parcel) => parcel.quantity));
    if (there > 0n) return share(pile.worth(meant), quantity, there);
    return this.amountOf(quantity, this.guess(pile));
  }

  /** The last cost here, else in the pool where it moved last, else the standard. */
  guess(pile: Pile): bigint {
    const { method, standard } = this.item(pile.sku);
    if (method === 'standard' && standard !== undefined) return standard;
    if (pile.last) return pile.last.cost;
    const others = this.pilesOf(pile.sku).flatMap(({ last }) => last ?? []);
    const latest = others.sort((one, other) => other.turn - one.turn)[0];
    return latest?.cost ?? standard ?? 0n;
  }

  #remember(pile: Pile, value: bigint, quantity: bigint, stated?: bigint): void {
    this.#turn += 1;
    const cost = stated ?? (quantity === 0n ? 0n : this.costOfOne(value, quantity));
    // Nothing is no cost that anybody knows.
    if (cost > 0n) pile.last = { cost, turn: this.#turn };
  }

  // --- goods come -------------------------------------------------------------------------------

  /** Goods from outside, at a value that what stands over there bears. */
  bring(at: Whence, quantity: bigint, value: bigint, from: Purpose, cost?: bigint): Goods {
    const goods = newGoods({ sku: at.sku, quantity, value, lot: at.lot });
    this.post(at.sku, from, -value);
    this.move(at, quantity);
    this.lay(at, [{ goods, quantity, lot: at.lot, value, cost }]);
    return goods;
  }

  /** Pieces settle what was short, and lie down behind all that is there. */
  lay(at: Whence, pieces: readonly Piece[], shipment = ''): void {
    const pile = this.pileAt(at);
    const { method, standard = 0n } = this.item(pile.sku);
    const settled: [Goods, bigint][] = [];
    for (const said of pieces) {
      const piece = { ...said, value: this.#atStandard(pile, said) };
      const rest = this.#settle(pile, piece, settled);
      // At standard cost goods cost the standard, whatever their document states.
      const cost = method === 'standard' ? standard : piece.cost;
      this.#remember(pile, piece.value, piece.quantity, cost);
      if (rest.quantity === 0n) continue;
      const { goods, quantity, lot, value } = rest;
      const pot = this.#potFor(pile, lot, shipment);
      pot.value += value;
      pile.parcels.push({ goods, quantity, lot, pot, shipment });
    }
    for (const [goods, difference] of settled) this.#settled(goods, difference);
  }

  /** At standard cost a pile is worth the standard; what came at another value is a variance. */
  #atStandard(pile: Pile, { quantity, value }: Piece): bigint {
    const { method, standard = 0n } = this.item(pile.sku);
    if (method !== 'standard') return value;
    const kept = this.amountOf(pile.quantity + quantity, standard) - pile.value;
    this.post(pile.sku, 'variance', value - kept);
    return kept;
  }

  #potFor(pile: Pile, lot: string, shipment: string): Pot {
    const { method } = this.item(pile.sku);
    const isOne = method === 'average' || method === 'standard';
    const companion = pile.parcels.find(
      (parcel) =>
        (isOne || (method === 'lot' && parcel.lot === lot)) && parcel.shipment === shipment,
    );
    return companion?.pot ?? { value: 0n };
  }

  /** What is left of a piece after the shortages before it. */
  #settle(pile: Pile, piece: Piece, settled: [Goods, bigint][]): Piece {
    const { method } = this.item(pile.sku);
    let { quantity, value } = piece;
    for (const short of pile.shorts) {
      if (quantity === 0n) break;
      if (method === 'lot' && short.lot !== piece.lot) continue;
      const part = short.quantity < quantity ? short.quantity : quantity;
      const cost = share(value, part, quantity);
      const guessed = share(short.value, part, short.quantity);
      quantity -= part;
      value -= cost;
      short.quantity -= part;
      short.value -= guessed;
      // What comes back to where it was short is the end of both.
      if (piece.goods !== short.goods)
        piece.goods.takenBy.push({ goods: short.goods, quantity: part });
      settled.push([short.goods, cost - guessed]);
    }
    pile.shorts = pile.shorts.filter((short) => short.quantity > 0n);
    return { ...piece, quantity, value };
  }

  /**
   * Of a component that was short the difference is a variance; of a sale it is the sale's, and what customers
   * sent back of it before keeps what it came back at; all else follows the goods.
   */
  #settled(goods: Goods, difference: bigint): void {
    if (goods.bornBy === 'production') this.post(goods.sku, 'variance', difference);
    else if (goods.bornBy === 'costOfSales') {
      goods.value += difference;
      this.post(goods.sku, goods.bornBy, difference);
    } else this.correct(goods, difference);
  }

  // --- goods go ---------------------------------------------------------------------------------

  /** Goods leave our places; what is not there leaves at a guess. */
  release(at: Whence, quantity: bigint, bornBy: Purpose, worth?: bigint): Goods {
    const pile = this.pileAt(at);
    const { pieces, missing } = this.#takeFrom(pile, at, quantity, worth);
    const guessed = this.amountOf(missing, this.guess(pile));
    const value = total(pieces.map((piece) => piece.value)) + guessed;
    const goods = newGoods({ sku: at.sku, quantity, value, lot: at.lot, bornBy });
    for (const piece of pieces) piece.goods.takenBy.push({ goods, quantity: piece.quantity });
    if (missing > 0n) pile.shorts.push({ quantity: missing, value: guessed, lot: at.lot, goods });
    this.move(at, -quantity);
    this.post(at.sku, bornBy, value);
    return goods;
  }

  /** From one of our places to another; inside of a pool nothing but the place changes. */
  carry(from: Whence, to: Whence, quantity: bigint, shipment: string): void {
    this.move(from, -quantity);
    this.move(to, quantity);
    const pile = this.pileAt(from);
    if (pile === this.pileAt(to)) return;
    const { pieces, missing } = this.#takeFrom(pile, from, quantity);
    const { method } = this.item(from.sku);
    if (method === 'lifo' && from.place !== 'transit') pieces.reverse();
    if (missing > 0n) {
      const value = this.amountOf(missing, this.guess(pile));
      const facts = { sku: from.sku, quantity: missing, value, lot: from.lot };
      const goods = newGoods({ ...facts, shortIn: pile.pool });
      pile.shorts.push({ quantity: missing, value, lot: from.lot, goods });
      pieces.push({ goods, quantity: missing, lot: from.lot, value });
    }
    this.lay(to, pieces, shipment);
  }

  /**
   * `stated`: what leaves is worth that, as far as the pile has it; the last takes what is left. At standard
   * cost what is left is worth the standard.
   */
  #takeFrom(pile: Pile, at: Whence, quantity: bigint, stated?: bigint) {
    const all = pile.there;
    const before = pile.worth(pile.parcels);
    const { method, standard = 0n } = this.item(at.sku);
    const worth =
      method === 'standard' && all > quantity
        ? before - this.amountOf(all - quantity, standard)
        : stated;
    const pieces = pile.take(quantity, this.#queue(pile, at));
    const taken = total(pieces.map((piece) => piece.quantity));
    const lastPiece = pieces.at(-1);
    if (worth !== undefined && lastPiece && taken < all) {
      const kept = worth < before ? worth : before;
      const change = kept - total(pieces.map((piece) => piece.value));
      lastPiece.value += change;
      pile.parcels[0]!.pot.value -= change;
    }
    const isLayered = method === 'fifo' || method === 'lifo';
    const left = isLayered ? pieces.slice(-1) : pieces;
    this.#remember(
      pile,
      total(left.map(({ value }) => value)),
      total(left.map((piece) => piece.quantity)),
    );
    return { pieces, missing: quantity - taken };
  }

  #queue(pile: Pile, { sku, lot, first = [], shipment }: Whence): Parcel[] {
    const { method } = this.item(sku);
    const meant = pile.parcels.filter((parcel) => method !== 'lot' || parcel.lot === lot);
    const isFirst = (parcel: Parcel): boolean =>
      first.includes(parcel.goods) || (shipment !== undefined && parcel.shipment === shipment);
    const isNewestFirst = method === 'lifo' && pile.pool !== 'transit';
    const queue = isNewestFirst ? meant.toReversed() : meant;
    return [...queue.filter(isFirst), ...queue.filter((parcel) => !isFirst(parcel))];
  }

  // --- what is learnt later ---------------------------------------------------------------------

  /** These goods cost more. The account over there is posted by whoever says so. */
  correct(goods: Goods, amount: bigint): void {
    if (amount === 0n) return;
    goods.value += amount;
    if (goods.bornBy === undefined) this.#shareOut(goods, amount);
    else this.post(goods.sku, goods.bornBy, amount);
    for (const follow of goods.followers) follow();
  }

  /**
   * First what lies there, in the order of the piles, then what took some away. At standard cost goods
   * cost the standard, wherever they are: what was paid more is a variance.
   */
  #shareOut(goods: Goods, amount: bigint): void {
    if (this.item(goods.sku).method === 'standard') {
      this.post(goods.sku, 'variance', amount);
      return;
    }
    const { there, gone, weights } = this.#holdersOf(goods);
    // By moving average it may have come back at more than it left at: nobody has it.
    if (total(weights) === 0n) this.post(goods.sku, 'costOfSales', amount);
    const shares = runningShares(amount, weights);
    for (const [index, parcel] of there.entries()) parcel.pot.value += shares[index]!;
    for (const [index, taker] of gone.entries())
      this.correct(taker.goods, shares[there.length + index]!);
  }

  /** Where goods settled what others of ours were short of, and those what these were, who has all of them in the end. */
  #holdersOf(goods: Goods) {
    const held = new Map<Goods, Holding>();
    const see = (one: Goods): void => {
      if (held.has(one)) return;
      const there = this.pilesOf(one.sku).flatMap(({ parcels }) =>
        parcels.filter((parcel) => parcel.goods === one),
      );
      held.set(one, { there, gone: one.takenBy });
      for (const taker of one.takenBy) if (taker.goods.bornBy === undefined) see(taker.goods);
    };
    see(goods);
    return isRound(goods, held) ? inTheEnd(goods, held) : plainly(held.get(goods)!);
  }
}
