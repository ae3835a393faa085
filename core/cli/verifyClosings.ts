/** Closings against the packs that they follow from: every row of them is made again and compared. */
import {
  type BalancesRow,
  CLOSING_FORMAT,
  type Closing,
  type ClosingKind,
  closingKinds,
  firstClosed,
  lastEnded,
  monthOf,
  nextMonth,
  type PoolsRow,
} from '../closing.ts';
import { compareUtf8 } from '../order.ts';
import { movesOf } from '../packFrom.ts';
import type { Books } from '../ports.ts';
import { type ClosedRow, type ClosedSku, type MovedText, SkuClosing } from '../SkuClosing.ts';
import type { Difference } from '../stock/verify/Differences.ts';
import type { SkuAudit } from '../stock/verify.ts';
import { tupleKey } from '../tupleKey.ts';

/** SKUs whose rows are compared at once: about those of one part. */
const WINDOW_SKUS = 256;
/** Before every month, and after every month and SKU. */
const EVERY_MONTH = { from: '', through: '9999-12' };
const LAST_SKU = '\u{10ffff}';

/** A row that is not as it must be. */
interface WrongRow {
  sku: string;
  kind: ClosingKind;
  closing: string;
  month: string;
  /** JSON text; undefined where there is none. */
  kept: string | undefined;
  gives: string | undefined;
}

export class ClosingAudit {
  readonly #store: Books;
  readonly #closings: readonly Closing[];
  #after = '';
  #last = '';
  #skus = 0;
  /** Rows as text, by closing, kind, month and SKU. */
  #rows = new Map<string, WrongRow>();

  constructor(store: Books, closings: readonly Closing[]) {
    this.#store = store;
    this.#closings = closings;
  }

  get isFull(): boolean {
    return this.#skus >= WINDOW_SKUS;
  }

  /** Of closings by themselves. */
  chain(): Difference[] {
    return this.#closings.flatMap(({ before, format, known, month }, index) => {
      const last = this.#closings[index - 1]?.id ?? '';
      const isGood = before === last && format === CLOSING_FORMAT && month === lastEnded(known);
      const message = `the closing of ${month} as known at ${known} does not go on from the one before`;
      return isGood ? [] : [{ sku: '(all)', check: 'closing' as const, message }];
    });
  }

  /** SKUs come in their order, each once all of its packs were read. */
  async add({ sku, recorded, entries }: SkuAudit): Promise<void> {
    if (this.#closings.length === 0) return;
    const packs = entries
      ? recorded.map((recordedAt, index): MovedText => {
          return { version: index + 1, recordedAt, moves: [] };
        })
      : await this.#packsOf(sku);
    const moves = Map.groupBy(entries ?? [], ({ pack }) => pack);
    const moved = packs.map((pack) => ({ ...pack, moves: moves.get(pack.version) ?? pack.moves }));
    for (const [closing, { kind, month, row }] of rowsIn(sku, moved, this.#closings)) {
      const gives = JSON.stringify(row);
      const wrong = { sku, kind, closing: closing.id, month, kept: undefined, gives };
      this.#rows.set(tupleKey(closing.id, kind, month, sku), wrong);
    }
    this.#last = sku;
    this.#skus += 1;
  }

  async #packsOf(sku: string): Promise<MovedText[]> {
    const packs: MovedText[] = [];
    for await (const some of this.#store.packs({ sku })) {
      for (const pack of some) packs.push({ version: pack.version, ...movesOf(pack) });
    }
    return packs;
  }

  /** What was added since, and at the end what there is of SKUs after it. */
  async compare(isEnd = false): Promise<Difference[]> {
    const [after, last] = [this.#after, isEnd ? LAST_SKU : this.#last];
    const wrong: WrongRow[] = [];
    const skus = { first: after, last };
    const closings = this.#closings.map(({ id }) => id);
    for (const kind of closings.length === 0 ? [] : closingKinds) {
      const filter = { kind, closings, month: EVERY_MONTH, skus };
      for (const { closing, month, body } of await this.#store.closingParts(filter)) {
        for (const row of JSON.parse(body) as ClosedRow['row'][]) {
          const [sku] = row;
          if (compareUtf8(sku, after) <= 0 || compareUtf8(sku, last) > 0) continue;
          const key = tupleKey(closing, kind, month, sku);
          const gives = this.#rows.get(key)?.gives;
          const kept = JSON.stringify(row);
          this.#rows.delete(key);
          if (kept !== gives) wrong.push({ sku, kind, closing, month, kept, gives });
        }
      }
    }
    wrong.push(...this.#rows.values());
    this.#rows = new Map();
    this.#skus = 0;
    this.#after = last;
    return wrong.map((row) => this.#difference(row));
  }

  #difference({ sku, kind, closing, month, kept, gives }: WrongRow): Difference {
    const { known } = this.#closings.find(({ id }) => id === closing)!;
    const [has, given] = differing(kept, gives);
    const what = `the closing of ${month} as known at ${known} has the ${kind} ${has}`;
    return { sku, check: 'closing', message: `${what}, the ledger gives ${given}` };
  }
}

/** Of two rows the first part that is not the same; where only one is there, or the lists agree, all. */
function differing(kept = NONE, gives = NONE): [string, string] {
  const lists = [kept, gives].map((row) => (row === NONE ? undefined : JSON.parse(row).at(-1)));
  const [has, given] = lists.map((list) => (Array.isArray(list) ? list.map(textOf) : undefined));
  if (!has || !given || textOf(has) === textOf(given)) return [kept, gives];
  const index = has.findIndex((one, at) => one !== given[at]);
  const first = index < 0 ? has.length : index;
  return [has[first] ?? NONE, given[first] ?? NONE];
}

const NONE = '(none)';
const textOf = (value: unknown): string => JSON.stringify(value);

/** All rows of a SKU, in each closing those that it must have. */
function* rowsIn(
  sku: string,
  packs: readonly MovedText[],
  closings: readonly Closing[],
): Iterable<readonly [Closing, ClosedRow]> {
  let before: ClosedSku | undefined;
  let seen = 0;
  let latest = '';
  for (const [index, closing] of closings.entries()) {
    const last = closings[index - 1];
    let count = seen;
    while (count < packs.length && packs[count]!.recordedAt <= closing.known) count += 1;
    if (count === 0) continue;
    const first = firstClosed(last, closing.month);
    const news = packs.slice(seen, count);
    const months = news.flatMap(({ moves }) => moves.map(({ at }) => monthOf(at)));
    const closed = last?.month ?? '';
    const isInOrder = latest <= closed && months.every((month) => month > closed);
    let rows: Iterable<ClosedRow>;
    if (before && news.length === 0 && isInOrder) rows = sameRows(before, first, closing.month);
    else {
      const goesOn = before && isInOrder ? before : undefined;
      const making = new SkuClosing(sku, closing.month, first, goesOn);
      for (const pack of goesOn ? news : packs.slice(0, count)) {
        making.pack(pack, pack.version > seen);
      }
      rows = making.rows();
    }
    const made: Partial<ClosedSku> = {};
    for (const one of rows) {
      yield [closing, one];
      if (one.month !== closing.month) continue;
      if (one.kind === 'pools') made.pools = one.row as PoolsRow;
      if (one.kind === 'balances') made.balances = one.row as BalancesRow;
    }
    before = made as ClosedSku;
    for (const month of months) if (month > latest) latest = month;
    seen = count;
  }
}

/** Of a SKU that did not move. */
function* sameRows(closed: ClosedSku, first: string, last: string): Iterable<ClosedRow> {
  for (let month = first; month <= last; month = nextMonth(month)) {
    yield { kind: 'pools', month, row: closed.pools };
    yield { kind: 'balances', month, row: closed.balances };
  }
}
