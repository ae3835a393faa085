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
import type { Status } from './ledger.ts';
import { compareUtf8 } from './order.ts';
import type { Move } from './pack.ts';
import type { StoredNumber } from './packBody.ts';
import { tupleKey } from './tupleKey.ts';

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

interface Held {
  key: Pick<Move, 'lot' | 'status' | 'owner'> & { place: string };
  onHand: bigint;
  seq: number;
}

/** What changed within one month, or what there was at its end. */
class Sums {
  readonly pools = new Map<string, Worth>();
  readonly balances = new Map<string, Held>();

  pool(pool: string, quantity: bigint, value: bigint): void {
    const known = this.pools.get(pool) ?? { quantity: 0n, value: 0n };
    this.pools.set(pool, { quantity: known.quantity + quantity, value: known.value + value });
  }

  balance(key: Held['key'], onHand: bigint, seq: number): void {
    const name = tupleKey(key.place, key.lot, key.status, key.owner);
    const known = this.balances.get(name);
    this.balances.set(name, {
      key,
      onHand: (known?.onHand ?? 0n) + onHand,
      seq: Math.max(known?.seq ?? 0, seq),
    });
  }

  move({ from, to, fromPool, toPool, quantity, value, seq, ...of }: ClosedEntry): void {
    if (fromPool !== '') this.pool(fromPool, -quantity, -value);
    if (toPool !== '') this.pool(toPool, quantity, value);
    // A value that moves alone is no stock.
    if (quantity === 0n) return;
    const { lot, status, owner } = of;
    this.balance({ place: from, lot, status, owner }, -quantity, seq);
    this.balance({ place: to, lot, status: of.toStatus ?? status, owner }, quantity, seq);
  }

  add(other: Sums): void {
    for (const [pool, { quantity, value }] of other.pools) this.pool(pool, quantity, value);
    for (const { key, onHand, seq } of other.balances.values()) this.balance(key, onHand, seq);
  }
}

export class SkuClosing {
  readonly #sku: string;
  readonly #month: string;
  readonly #first: string;
  readonly #total = new Sums();
  #hasBalances = true;
  #version = 0;
  readonly #months = new Map<string, { sums: Sums; news: ClosedMove[] }>();

  /**
   * `month` is that of the closing, `first` the first of which every SKU has rows. Without `before` all
   * packs are to be added, else those that it does not know, which then moved nothing in its month or earlier.
   */
  constructor(sku: string, month: string, first: string, before?: ClosedSku) {
    this.#sku = sku;
    this.#month = month;
    this.#first = first;
    if (!before) return;
    const [, version, pools] = before.pools;
    const [, balances] = before.balances;
    this.#version = version;
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
      }
      month.sums.move(move);
      if (isNew) month.news.push(closedMove(version, recordedAtMs, move));
    }
  }

  /** In the order of the months; none of a SKU that the closing does not know. */
  *rows(): Iterable<ClosedRow> {
    if (this.#version === 0) return;
    const months = [...this.#months.keys()].sort();
    const changed = months.filter((month) => this.#months.get(month)!.news.length > 0);
    let next = [this.#first, ...changed].sort()[0]!;
    for (const month of months) {
      while (next < month && next <= this.#month) {
        yield* this.#closed(next);
        next = nextMonth(next);
      }
      const { sums, news } = this.#months.get(month)!;
      this.#total.add(sums);
      if (news.length > 0) yield { kind: 'moves', month, row: [this.#sku, news] };
    }
    while (next <= this.#month) {
      yield* this.#closed(next);
      next = nextMonth(next);
    }
  }

  *#closed(month: string): Iterable<ClosedRow> {
    const { pools, balances } = this.#total;
    const worth = [...pools].map(([pool, { quantity, value }]): ClosedPool => {
      return [pool, storedNumber(quantity), storedNumber(value)];
    });
    worth.sort(([one], [other]) => compareUtf8(one, other));
    yield { kind: 'pools', month, row: [this.#sku, this.#version, worth] };
    const isKept = this.#hasBalances && balances.size <= CLOSED_BALANCES;
    const held = isKept ? [...balances.values()].map(closedBalance).sort(compareClosed) : 0;
    yield { kind: 'balances', month, row: [this.#sku, held] };
  }
}

const closedBalance = ({ key, onHand, seq }: Held): ClosedBalance => {
  const { place, lot, status, owner } = key;
  return [place, lot, status, owner, storedNumber(onHand), seq];
};

const compareClosed = (one: ClosedBalance, other: ClosedBalance): number =>
  compareUtf8(one[0], other[0]) ||
  compareUtf8(one[1], other[1]) ||
  compareUtf8(one[2], other[2]) ||
  compareUtf8(one[3], other[3]);

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
