/** Closings against the packs that they follow from: every row of them is made again and compared. */
import {
  CLOSING_FORMAT,
  type Closing,
  type ClosingKind,
  closingKinds,
  firstClosed,
  lastEnded,
} from '../closing.ts';
import { compareUtf8 } from '../order.ts';
import { movesOf } from '../packFrom.ts';
import type { Books } from '../ports.ts';
import { type ClosedRow, type MovedText, SkuClosing } from '../SkuClosing.ts';
import type { Difference } from '../stock/verify/Differences.ts';
import type { SkuAudit } from '../stock/verify/SkuAudit.ts';
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

/** Rows of one kind that a closing has of a month. */
interface Group extends Pick<WrongRow, 'closing' | 'kind' | 'month'> {
  rows: Map<string, string>;
}

export class ClosingAudit {
  readonly #store: Books;
  readonly #closings: readonly Closing[];
  #after = '';
  #last = '';
  #skus = 0;
  /** Rows that there must be, as text, each with its SKU; by closing, kind and month. */
  #rows = new Map<string, Group>();

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
      this.#group(closing.id, kind, month).rows.set(JSON.stringify(row), sku);
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
    const wrong = new WrongRows();
    const skus = { first: after, last };
    const closings = this.#closings.map(({ id }) => id);
    for (const kind of closings.length === 0 ? [] : closingKinds) {
      const filter = { kind, closings, month: EVERY_MONTH, skus };
      for (const { closing, month, body } of await this.#store.closingParts(filter)) {
        const { rows } = this.#group(closing, kind, month);
        for (const row of rowsBut(body, rows)) {
          const [sku] = row;
          if (compareUtf8(sku, after) <= 0 || compareUtf8(sku, last) > 0) continue;
          wrong.add({ sku, kind, closing, month, kept: JSON.stringify(row), gives: undefined });
        }
      }
    }
    for (const { rows, ...of } of this.#rows.values()) {
      for (const [gives, sku] of rows) wrong.add({ ...of, sku, kept: undefined, gives });
    }
    this.#rows = new Map();
    this.#skus = 0;
    this.#after = last;
    return wrong.list.map((row) => this.#difference(row));
  }

  #group(closing: string, kind: ClosingKind, month: string): Group {
    const key = `${closing} ${kind} ${month}`;
    let group = this.#rows.get(key);
    if (!group) {
      group = { closing, kind, month, rows: new Map() };
      this.#rows.set(key, group);
    }
    return group;
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

/** What a SKU has and what it must have, side by side. */
class WrongRows {
  readonly list: WrongRow[] = [];
  readonly #kept = new Map<string, WrongRow>();

  add(row: WrongRow): void {
    const key = tupleKey(row.closing, row.kind, row.month, row.sku);
    const kept = this.#kept.get(key);
    if (kept && row.gives !== undefined) kept.gives = row.gives;
    else this.list.push(row);
    if (row.kept !== undefined) this.#kept.set(key, row);
  }
}

/** Rows of a part that are not among those, which are then without the others: most are compared as text. */
function rowsBut(body: string, rows: Map<string, string>): ClosedRow['row'][] {
  const isList = body.startsWith('[') && body.endsWith(']');
  const texts = isList ? body.slice(1, -1).split(',\n') : [body];
  const others = texts.filter((text) => !rows.delete(text));
  if (others.length === 0) return [];
  const parsed = JSON.parse(`[${others.join()}]`) as ClosedRow['row'][];
  return parsed.filter((row) => !rows.delete(JSON.stringify(row)));
}

/** All rows of a SKU, in each closing those that it must have. */
function* rowsIn(
  sku: string,
  packs: readonly MovedText[],
  closings: readonly Closing[],
): Iterable<readonly [Closing, ClosedRow]> {
  const making = new SkuClosing(sku);
  let seen = 0;
  for (const [index, closing] of closings.entries()) {
    for (; (packs[seen]?.recordedAt ?? '~') <= closing.known; seen += 1) {
      making.pack(packs[seen]!, true);
    }
    const first = firstClosed(closings[index - 1], closing.month);
    for (const row of making.rows(closing.month, first)) yield [closing, row];
  }
}
