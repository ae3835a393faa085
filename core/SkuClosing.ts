/** The rows of one SKU in a closing, made of what its packs moved. */
import {
  type BalancesRow,
  CLOSED_BALANCES,
  type ClosedBalance,
  type ClosedMove,
  type ClosedPool,
  type ClosingKind,
  type MovesRow,
  monthOf,
  nextMonth,
  type PoolsRow,
} from './closing.ts';
import { keyOfBalance } from './keyOfBalance.ts';
import type { Status } from './ledger.ts';
import { compareUtf8 } from './order.ts';
import type { Move } from './pack.ts';
import type { StoredNumber } from './packBody.ts';

/** What a SKU had at the end of the month of the closing before, and up to which version that knows it. */
export interface ClosedSku {
  pools: PoolsRow;
  balances: BalancesRow;
}

export interface ClosedRow {
  kind: ClosingKind;
  month: string;
  row: PoolsRow | BalancesRow | MovesRow;
}

/** What a closing looks at of an entry, and of a pack. */
type ClosedEntry = Omit<Move, 'kind' | 'toStatus'> & { toStatus?: Status };
export interface MovedText {
  version: number;
  recordedAt: string;
  moves: readonly ClosedEntry[];
}

interface Worth {
  quantity: bigint;
  value: bigint;
}

type HeldKey = Pick<Move, 'lot' | 'status' | 'owner'> & { place: string };

interface Held {
  key: HeldKey;
  onHand: bigint;
  seq: number;
}

/** What changed within one month, or what there was at its end. */
class Sums {
  readonly pools = new Map<string, Worth>();
  readonly balances = new Map<string, Held>();
  #sorted: Held[] | undefined;

  pool(pool: string, quantity: bigint, value: bigint): void {
    const known = this.pools.get(pool);
    if (!known) {
      this.pools.set(pool, { quantity, value });
      return;
    }
    known.quantity += quantity;
    known.value += value;
  }

  balance(key: HeldKey, onHand: bigint, seq: number, name = keyOfBalance(key)): void {
    const known = this.balances.get(name);
    if (!known) {
      this.balances.set(name, { key, onHand, seq });
      this.#sorted = undefined;
      return;
    }
    known.onHand += onHand;
    if (seq > known.seq) known.seq = seq;
  }

  /** By (place, lot, status, owner). */
  get sorted(): readonly Held[] {
    this.#sorted ??= [...this.balances.values()].sort(compareHeld);
    return this.#sorted;
  }

  move(entry: ClosedEntry): void {
    const { from, to, fromPool, toPool, quantity, value, seq, lot, status, owner } = entry;
    if (fromPool !== '') this.pool(fromPool, -quantity, -value);
    if (toPool !== '') this.pool(toPool, quantity, value);
    // A value that moves alone is no stock.
    if (quantity === 0n) return;
    this.balance({ place: from, lot, status, owner }, -quantity, seq);
    this.balance({ place: to, lot, status: entry.toStatus ?? status, owner }, quantity, seq);
  }

  add(other: Sums): void {
    for (const [pool, { quantity, value }] of other.pools) this.pool(pool, quantity, value);
    for (const [name, { key, onHand, seq }] of other.balances) {
      this.balance(key, onHand, seq, name);
    }
  }
}

/** Of a SKU that moved more in a month there are several rows: no part outgrows a store. */
const MOVES_OF_ROW = 4_096;

export class SkuClosing {
  readonly #sku: string;
  #total = new Sums();
  /** The last month that is in the total. */
  #through = '';
  #hasBalances = true;
  #version = 0;
  readonly #months = new Map<string, { sums: Sums; news: ClosedMove[] }>();
  #inOrder: string[] | undefined;

  /**
   * Without `before` all packs are to be added, else those that the closing of that month does not
   * know, which then moved nothing in its month or earlier.
   */
  constructor(sku: string, before?: ClosedSku & { month: string }) {
    this.#sku = sku;
    if (!before) return;
    const [, version, pools] = before.pools;
    const [, balances] = before.balances;
    this.#version = version;
    this.#through = before.month;
    for (const [pool, quantity, value] of pools) {
      this.#total.pool(pool, BigInt(quantity), BigInt(value));
    }
    if (balances === 0) this.#hasBalances = false;
    else
      for (const [place, lot, status, owner, onHand, seq] of balances) {
        this.#total.balance({ place, lot, status, owner }, BigInt(onHand), seq);
      }
  }

  /** The next pack; `isNew` where the closing before did not know it. */
  pack({ version, recordedAt, moves }: MovedText, isNew: boolean): void {
    this.#version = version;
    const recordedAtMs = Date.parse(recordedAt);
    for (const move of moves) {
      const name = monthOf(move.at);
      let month = this.#months.get(name);
      if (!month) {
        month = { sums: new Sums(), news: [] };
        this.#months.set(name, month);
        this.#inOrder = undefined;
      }
      month.sums.move(move);
      if (isNew) month.news.push(closedMove(version, recordedAtMs, move));
    }
  }

  /**
   * Rows of the closing of a month, in the order of the months; none of a SKU that it does not know.
   * `first` is the first month of which every SKU has rows. The closing after it goes on from here.
   */
  *rows(closed: string, first: string): Iterable<ClosedRow> {
    if (this.#version === 0) return;
    this.#inOrder ??= [...this.#months.keys()].sort();
    const months = this.#inOrder;
    const changed = months.find((month) => this.#months.get(month)!.news.length > 0);
    if (changed !== undefined && changed <= this.#through) {
      this.#total = new Sums();
      this.#through = '';
    }
    let next = changed !== undefined && changed < first ? changed : first;
    for (const month of months) {
      if (month <= this.#through) continue;
      while (next < month && next <= closed) {
        yield* this.#closed(next);
        next = nextMonth(next);
      }
      const of = this.#months.get(month)!;
      if (month <= closed) this.#total.add(of.sums);
      for (let first = 0; first < of.news.length; first += MOVES_OF_ROW) {
        const moves = of.news.slice(first, first + MOVES_OF_ROW);
        const row: MovesRow = first === 0 ? [this.#sku, moves] : [this.#sku, moves, first];
        yield { kind: 'moves', month, row };
      }
      of.news = [];
    }
    for (; next <= closed; next = nextMonth(next)) yield* this.#closed(next);
    this.#through = closed;
  }

  *#closed(month: string): Iterable<ClosedRow> {
    const { pools, balances } = this.#total;
    const worth = [...pools].map(([pool, { quantity, value }]): ClosedPool => {
      return [pool, storedNumber(quantity), storedNumber(value)];
    });
    worth.sort(([one], [other]) => compareUtf8(one, other));
    yield { kind: 'pools', month, row: [this.#sku, this.#version, worth] };
    const isKept = this.#hasBalances && balances.size <= CLOSED_BALANCES;
    const held = isKept ? this.#total.sorted.map(closedBalance) : 0;
    yield { kind: 'balances', month, row: [this.#sku, held] };
  }
}

const closedBalance = ({ key, onHand, seq }: Held): ClosedBalance => {
  const { place, lot, status, owner } = key;
  return [place, lot, status, owner, storedNumber(onHand), seq];
};

const compareHeld = ({ key: one }: Held, { key: other }: Held): number =>
  compareUtf8(one.place, other.place) ||
  compareUtf8(one.lot, other.lot) ||
  compareUtf8(one.status, other.status) ||
  compareUtf8(one.owner, other.owner);

function closedMove(version: number, recordedAtMs: number, move: ClosedEntry): ClosedMove {
  const { at, fromPool, toPool, quantity, value } = move;
  const gains: StoredNumber[] = [];
  if (fromPool !== '') gains.push(fromPool, storedNumber(-quantity), storedNumber(-value));
  if (toPool !== '') gains.push(toPool, storedNumber(quantity), storedNumber(value));
  return [version, recordedAtMs, Date.parse(at), ...gains];
}

/** As in packs: a number where a double holds it exactly, else text. */
const storedNumber = (number: bigint): StoredNumber =>
  BigInt.asIntN(53, number) === number ? Number(number) : `${number}`;
