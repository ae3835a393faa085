/** The rows of one SKU in a closing, made of what its packs moved. */
import {
  type BalancesRow,
  CLOSED_BALANCES,
  type ClosingKind,
  monthOf,
  nextMonth,
  type PoolsRow,
} from './closing.ts';
import { keyOfBalance } from './keyOfBalance.ts';
import type { Status } from './ledger.ts';
import { compareUtf8 } from './order.ts';
import type { Move } from './pack.ts';

/** What a SKU had at the end of the month of the closing before, and up to which version that knows it. */
export interface ClosedSku {
  pools: PoolsRow;
  balances: BalancesRow;
}

export interface ClosedRow {
  kind: ClosingKind;
  month: string;
  sku: string;
  /** JSON text of a PoolsRow, a BalancesRow or a MovesRow. */
  text: string;
}

export type TakeRow = (kind: ClosingKind, month: string, text: string) => void;

/** What a closing looks at of an entry, and of a pack. */
type ClosedEntry = Omit<Move, 'kind' | 'toStatus'> & { toStatus?: Status };
export interface MovedText {
  version: number;
  recordedAt: string;
  moves: readonly ClosedEntry[];
}

/** What a pool holds. */
interface Worth {
  pool: string;
  /** As JSON: it is written again and again. */
  name: string;
  quantity: bigint;
  value: bigint;
  /** A ClosedPool; '' once it has changed. */
  text: string;
}

type HeldKey = Pick<Move, 'lot' | 'status' | 'owner'> & { place: string };

interface Held extends HeldKey {
  onHand: bigint;
  seq: number;
  /** Its key as JSON, but for the end. */
  names: string;
  /** A ClosedBalance; '' once it has changed. */
  text: string;
}

/** What moved up to some moment. */
class Sums {
  readonly #pools = new Map<string, Worth>();
  /** By place alone: what is available, ours and of no lot, as most is; and others by their keys. */
  readonly #plain = new Map<string, Held>();
  readonly #others = new Map<string, Held>();
  #sortedPools: Worth[] | undefined;
  #sortedBalances: Held[] | undefined;
  /** As text, until one changes: in most months nothing of a SKU does. */
  #poolsText: string | undefined;
  #balancesText: string | undefined;

  pool(pool: string, quantity: bigint, value: bigint): void {
    this.#poolsText = undefined;
    const known = this.#pools.get(pool);
    if (!known) {
      this.#pools.set(pool, { pool, name: JSON.stringify(pool), quantity, value, text: '' });
      this.#sortedPools = undefined;
      return;
    }
    known.quantity += quantity;
    known.value += value;
    known.text = '';
  }

  balance(place: string, of: Omit<HeldKey, 'place'>, onHand: bigint, seq: number): void {
    const { lot, status, owner } = of;
    this.#balancesText = undefined;
    const isPlain = lot === '' && owner === '' && status === 'available';
    const balances = isPlain ? this.#plain : this.#others;
    const key = isPlain ? place : keyOfBalance({ place, lot, status, owner });
    const known = balances.get(key);
    if (!known) {
      const names = JSON.stringify([place, lot, status, owner]).slice(0, -1);
      balances.set(key, { place, lot, status, owner, onHand, seq, names, text: '' });
      this.#sortedBalances = undefined;
      return;
    }
    known.onHand += onHand;
    if (seq > known.seq) known.seq = seq;
    known.text = '';
  }

  get balanceCount(): number {
    return this.#plain.size + this.#others.size;
  }

  /** ClosedPool by ClosedPool, by name. */
  get poolsText(): string {
    if (this.#poolsText !== undefined) return this.#poolsText;
    this.#sortedPools ??= [...this.#pools.values()].sort(comparePools);
    this.#poolsText = textOfAll(this.#sortedPools, textOfWorth);
    return this.#poolsText;
  }

  /** ClosedBalance by ClosedBalance, by (place, lot, status, owner). */
  get balancesText(): string {
    if (this.#balancesText !== undefined) return this.#balancesText;
    this.#sortedBalances ??= [...this.#plain.values(), ...this.#others.values()].sort(compareHeld);
    this.#balancesText = textOfAll(this.#sortedBalances, textOfHeld);
    return this.#balancesText;
  }

  move(entry: ClosedEntry): void {
    const { from, to, fromPool, toPool, quantity, value, seq, status, toStatus } = entry;
    const less = -quantity;
    if (fromPool !== '') this.pool(fromPool, less, -value);
    if (toPool !== '') this.pool(toPool, quantity, value);
    // A value that moves alone is no stock.
    if (quantity === 0n) return;
    this.balance(from, entry, less, seq);
    const stays = toStatus === undefined || toStatus === status;
    this.balance(to, stays ? entry : { ...entry, status: toStatus }, quantity, seq);
  }

  add(other: Sums): void {
    for (const { pool, quantity, value } of other.#pools.values()) this.pool(pool, quantity, value);
    for (const balances of [other.#plain, other.#others]) {
      for (const held of balances.values()) {
        this.balance(held.place, held, held.onHand, held.seq);
      }
    }
  }
}

/** Of a month so many are kept as they are: summing few takes longer than adding them. */
const FEW_MOVES = 16;

/** What moved in one month. */
class Month {
  readonly name: string;
  /** Of packs that the closing before did not know: each a ClosedMove as text. */
  news: string[] = [];
  readonly #few: ClosedEntry[] = [];
  #rest: Sums | undefined;

  constructor(name: string) {
    this.name = name;
  }

  move(entry: ClosedEntry): void {
    if (this.#few.length < FEW_MOVES) {
      this.#few.push(entry);
      return;
    }
    this.#rest ??= new Sums();
    this.#rest.move(entry);
  }

  addTo(total: Sums): void {
    for (const entry of this.#few) total.move(entry);
    if (this.#rest) total.add(this.#rest);
  }
}

/** Of a SKU that moved more in a month there are several rows: no part outgrows a store. */
const MOVES_OF_ROW = 4_096;

interface LastRows {
  version: number;
  pools: string;
  balances: string | undefined;
  poolsRow: string;
  balancesRow: string;
}

export class SkuClosing {
  readonly #skuText: string;
  readonly #names = new PoolNames();
  #total = new Sums();
  /** The last month that is in the total. */
  #through = '';
  #hasBalances = true;
  #version = 0;
  readonly #months = new Map<string, Month>();
  #month: Month | undefined;
  #inOrder: string[] | undefined;
  /** Rows that were made last: mostly those of the next month are the same. */
  #last: LastRows | undefined;

  /**
   * Without `before` all packs are to be added, else those that the closing of that month does not
   * know, which then moved nothing in its month or earlier.
   */
  constructor(sku: string, before?: ClosedSku & { month: string }) {
    this.#skuText = JSON.stringify(sku);
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
        this.#total.balance(place, { lot, status, owner }, BigInt(onHand), seq);
      }
  }

  /** The next pack; `isNew` where the closing before did not know it. */
  pack({ version, recordedAt, moves }: MovedText, isNew: boolean): void {
    this.#version = version;
    const recordedAtMs = Date.parse(recordedAt);
    for (const move of moves) {
      const month = this.#monthOf(move.at);
      month.move(move);
      if (isNew) month.news.push(textOfMove(version, recordedAtMs, move, this.#names));
    }
  }

  /** Mostly that of the move before. */
  #monthOf(instant: string): Month {
    const before = this.#month;
    if (before && instant.startsWith(before.name)) return before;
    const name = monthOf(instant);
    let month = this.#months.get(name);
    if (!month) {
      month = new Month(name);
      this.#months.set(name, month);
      this.#inOrder = undefined;
    }
    this.#month = month;
    return month;
  }

  /**
   * Rows of the closing of a month, in the order of the months; none of a SKU that it does not know.
   * `first` is the first month of which every SKU has rows. The closing after it goes on from here.
   */
  rows(closed: string, first: string, take: TakeRow): void {
    if (this.#version === 0) return;
    this.#inOrder ??= [...this.#months.keys()].sort();
    const changed = this.#inOrder.find((month) => this.#months.get(month)!.news.length > 0);
    if (changed !== undefined && changed <= this.#through) {
      this.#total = new Sums();
      this.#through = '';
    }
    let next = changed !== undefined && changed < first ? changed : first;
    for (const month of this.#inOrder) {
      if (month <= this.#through) continue;
      for (; next < month && next <= closed; next = nextMonth(next)) this.#closed(next, take);
      const of = this.#months.get(month)!;
      if (month <= closed) of.addTo(this.#total);
      if (of.news.length > 0) this.#moved(month, of.news, take);
      of.news = [];
    }
    for (; next <= closed; next = nextMonth(next)) this.#closed(next, take);
    this.#through = closed;
  }

  #moved(month: string, news: readonly string[], take: TakeRow): void {
    for (let first = 0; first < news.length; first += MOVES_OF_ROW) {
      const moves = news.slice(first, first + MOVES_OF_ROW).join();
      take('moves', month, `[${this.#skuText},[${moves}]${first === 0 ? '' : `,${first}`}]`);
    }
  }

  #closed(month: string, take: TakeRow): void {
    const total = this.#total;
    const version = this.#version;
    const isKept = this.#hasBalances && total.balanceCount <= CLOSED_BALANCES;
    const pools = total.poolsText;
    const balances = isKept ? total.balancesText : undefined;
    let last = this.#last;
    if (last?.version !== version || last.pools !== pools || last.balances !== balances) {
      const isSame = last !== undefined && last.balances === balances;
      last = {
        ...{ version, pools, balances },
        poolsRow: `[${this.#skuText},${version},[${pools}]]`,
        balancesRow: isSame
          ? last!.balancesRow
          : `[${this.#skuText},${isKept ? `[${balances}]` : '0'}]`,
      };
      this.#last = last;
    }
    take('pools', month, last.poolsRow);
    take('balances', month, last.balancesRow);
  }
}

const comparePools = (one: Worth, other: Worth): number => compareUtf8(one.pool, other.pool);

const compareHeld = (one: Held, other: Held): number =>
  compareUtf8(one.place, other.place) ||
  compareUtf8(one.lot, other.lot) ||
  compareUtf8(one.status, other.status) ||
  compareUtf8(one.owner, other.owner);

/** Of those that changed the text is made anew. */
function textOfAll<Row extends { text: string }>(rows: readonly Row[], make: (row: Row) => string) {
  let text = '';
  for (const row of rows) {
    if (row.text === '') row.text = make(row);
    text += text === '' ? row.text : `,${row.text}`;
  }
  return text;
}

/** A ClosedPool. */
const textOfWorth = ({ name, quantity, value }: Worth): string =>
  `[${name},${textOf(quantity)},${textOf(value)}]`;

/** A ClosedBalance. */
const textOfHeld = ({ names, onHand, seq }: Held): string => `${names},${textOf(onHand)},${seq}]`;

/** A ClosedMove. */
function textOfMove(
  version: number,
  recordedAtMs: number,
  { at, fromPool, toPool, quantity, value }: ClosedEntry,
  names: PoolNames,
): string {
  let text = `[${version},${recordedAtMs},${Date.parse(at)}`;
  if (fromPool !== '') text += `,${names.of(fromPool)},${lessText(quantity)},${lessText(value)}`;
  if (toPool !== '') text += `,${names.of(toPool)},${textOf(quantity)},${textOf(value)}`;
  return `${text}]`;
}

/** As JSON, each once: of a SKU there are few. */
class PoolNames {
  readonly #known = new Map<string, string>();

  of(pool: string): string {
    const known = this.#known.get(pool);
    if (known !== undefined) return known;
    const text = JSON.stringify(pool);
    this.#known.set(pool, text);
    return text;
  }
}

const EXACT = 2 ** 52;

/** As in packs: a number where a double holds it exactly, else text. */
function textOf(exact: bigint): string {
  const number = Number(exact);
  return number >= -EXACT && number < EXACT ? `${number}` : `"${exact}"`;
}

/** Of so much less. */
function lessText(exact: bigint): string {
  const number = -Number(exact);
  return number >= -EXACT && number < EXACT ? `${number}` : `"${-exact}"`;
}
