/** What lies in one cost pool of one item, parcel by parcel in the order in which it came there. */
import { share, total } from './exact.ts';
import type { Goods } from './Goods.ts';

/** Parcels of one pot cost the same: one parcel by FIFO and LIFO, a lot, the whole pile. */
export interface Pot {
  value: bigint;
}

export interface Parcel {
  goods: Goods;
  quantity: bigint;
  lot: string;
  pot: Pot;
  /** The document that shipped it, while it is under way. */
  shipment: string;
}

export interface Piece {
  goods: Goods;
  quantity: bigint;
  lot: string;
  value: bigint;
  /** Of one, in millionths, where somebody said it. */
  cost?: bigint | undefined;
}

/** What left and was not there. */
export interface Short {
  quantity: bigint;
  value: bigint;
  lot: string;
  /** That left without being there. */
  goods: Goods;
}

export class Pile {
  readonly sku: string;
  readonly pool: string;
  parcels: Parcel[] = [];
  shorts: Short[] = [];
  /** Cost of one, in millionths: of what moved last. */
  last: { cost: bigint; turn: number } | undefined;

  constructor(sku: string, pool: string) {
    this.sku = sku;
    this.pool = pool;
  }

  get quantity(): bigint {
    return this.there - total(this.shorts.map((short) => short.quantity));
  }

  get there(): bigint {
    return total(this.parcels.map((parcel) => parcel.quantity));
  }

  get value(): bigint {
    return this.worth(this.parcels) - total(this.shorts.map((short) => short.value));
  }

  /** What pots hold of which these are parcels. */
  worth(parcels: readonly Parcel[]): bigint {
    return total([...new Set(parcels.map(({ pot }) => pot))].map(({ value }) => value));
  }

  /** As much as there is, in the order of `queue`; all that is taken of one pot is rounded once. */
  take(quantity: bigint, queue: readonly Parcel[]): Piece[] {
    const picked: { parcel: Parcel; quantity: bigint }[] = [];
    let left = quantity;
    for (const parcel of queue) {
      if (left === 0n) break;
      const part = parcel.quantity < left ? parcel.quantity : left;
      picked.push({ parcel, quantity: part });
      left -= part;
    }
    const pieces = [...Map.groupBy(picked, ({ parcel }) => parcel.pot)].flatMap(([pot, parts]) =>
      this.#takeOf(pot, parts),
    );
    this.parcels = this.parcels.filter((parcel) => parcel.quantity > 0n);
    return pieces;
  }

  #takeOf(pot: Pot, parts: { parcel: Parcel; quantity: bigint }[]): Piece[] {
    const whole = total(
      this.parcels.filter((parcel) => parcel.pot === pot).map(({ quantity }) => quantity),
    );
    const sum = total(parts.map(({ quantity }) => quantity));
    const amount = share(pot.value, sum, whole);
    pot.value -= amount;
    let given = 0n;
    let done = 0n;
    return parts.map(({ parcel, quantity }) => {
      parcel.quantity -= quantity;
      done += quantity;
      const value = share(amount, done, sum) - given;
      given += value;
      return { goods: parcel.goods, quantity, lot: parcel.lot, value };
    });
  }
}
