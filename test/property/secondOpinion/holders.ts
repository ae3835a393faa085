/** Who has goods that went round among our own places, each short of what the other sent on. */
import type { Goods } from './Goods.ts';
import type { Parcel } from './Pile.ts';

interface Taker {
  goods: Goods;
  quantity: bigint;
}

/** What lies there of some goods, and who took the rest. */
export interface Holding {
  there: readonly Parcel[];
  gone: readonly Taker[];
}

type Holder = Parcel | Taker;
/** Parts of one whole: each so much of all. */
type Parts<Of> = Map<Of, bigint>;

export function plainly({ there, gone }: Holding) {
  return { there, gone, weights: [...there, ...gone].map(({ quantity }) => quantity) };
}

/** Whether any of what they settled had settled something itself that leads back. */
export function isRound(goods: Goods, held: ReadonlyMap<Goods, Holding>): boolean {
  const leads = (from: Goods, before: readonly Goods[]): boolean =>
    before.includes(from) ||
    (held.get(from)?.gone ?? []).some((taker) => leads(taker.goods, [...before, from]));
  return leads(goods, []);
}

/**
 * As many equations as there are goods, each of which says what it passes to which others; they are put into
 * each other until all that is left are parcels and those that took goods away.
 */
export function inTheEnd(goods: Goods, held: ReadonlyMap<Goods, Holding>) {
  const passed = new Map<Goods, Parts<Holder | Goods>>();
  for (const [one, { there, gone }] of held) {
    const parts: Parts<Holder | Goods> = new Map();
    for (const parcel of there) add(parts, parcel, parcel.quantity);
    for (const taker of gone)
      add(parts, held.has(taker.goods) ? taker.goods : taker, taker.quantity);
    passed.set(one, parts);
  }
  for (const [one, parts] of passed) {
    // What it passes to itself goes to the others in the end.
    parts.delete(one);
    for (const [other, of] of passed) if (other !== one) putIn(of, one, parts);
  }
  const ends = [...passed.get(goods)!] as [Holder, bigint][];
  const there = ends.filter((end): end is [Parcel, bigint] => 'pot' in end[0]);
  const gone = ends.filter((end): end is [Taker, bigint] => !('pot' in end[0]));
  return {
    there: there.map(([parcel]) => parcel),
    gone: gone.map(([taker]) => taker),
    weights: [...there, ...gone].map(([, weight]) => weight),
  };
}

const add = <Of>(parts: Parts<Of>, to: Of, part: bigint): void => {
  parts.set(to, (parts.get(to) ?? 0n) + part);
};

/** In place of what goes to `one`, what goes to those to whom it passes that; of nobody, to nobody. */
function putIn<Of>(parts: Parts<Of>, one: Of, its: Parts<Of>): void {
  const part = parts.get(one);
  if (part === undefined) return;
  parts.delete(one);
  const whole = [...its.values()].reduce((sum, each) => sum + each, 0n);
  if (whole === 0n) return;
  for (const [to, each] of parts) parts.set(to, each * whole);
  for (const [to, each] of its) add(parts, to, part * each);
}
