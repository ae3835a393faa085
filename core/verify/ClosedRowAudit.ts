/** Rows of closings against those that the ledger gives, one by one: says which of them differ. */
import type { Closing, ClosingKind, ClosingRows } from '../closing.ts';
import { closingKinds } from '../closing.ts';
import { compareUtf8 } from '../order.ts';
import { parseStored } from '../parseStored.ts';
import type { Books } from '../ports.ts';
import type { ClosedRow } from '../SkuClosing.ts';
import type { Difference } from '../stock/verify/Differences.ts';
import { tupleKey } from '../tupleKey.ts';
import type { AuditTask } from './AuditTask.ts';

/** SKUs whose rows are compared at once: about those of one part. */
const WINDOW_SKUS = 256;
/** Of closings all months, and a SKU after every other. */
export const EVERY_MONTH = { from: '', through: '9999-12' };
export const LAST_SKU = '\u{10ffff}';

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

export class ClosedRowAudit {
  readonly #store: Pick<Books, 'closingParts'>;
  readonly #closings: readonly Closing[];
  /** Of what it compares next: after which SKU that begins, and the last that it may have. */
  #after: string;
  #last: string;
  readonly #end: string;
  #skus = 0;
  /** Rows that there must be, as text, each with its SKU; by closing, kind and month. */
  #rows = new Map<string, Group>();

  constructor(
    store: Pick<Books, 'closingParts'>,
    closings: readonly Closing[],
    { after, last }: Pick<AuditTask, 'after' | 'last'>,
  ) {
    this.#store = store;
    this.#closings = closings;
    this.#after = after;
    this.#last = after;
    this.#end = last;
  }

  get isFull(): boolean {
    return this.#skus >= WINDOW_SKUS;
  }

  /** One that there must be; what belongs to other closings is left out. */
  row({ id }: Closing, { kind, month, sku, text }: ClosedRow): void {
    if (!this.#closings.some((closing) => closing.id === id)) return;
    this.#group(id, kind, month).rows.set(text, sku);
  }

  /** SKUs come in their order; all rows of this one were given. */
  endOf(sku: string): void {
    this.#last = sku;
    this.#skus += 1;
  }

  /** What was given since, and at the end what there is of SKUs after it. */
  async compare(isEnd = false): Promise<Difference[]> {
    const [after, last] = [this.#after, isEnd ? this.#end : this.#last];
    const wrong = new WrongRows();
    const skus = { first: after, last };
    const closings = this.#closings.map(({ id }) => id);
    for (const kind of closingKinds) {
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
    return wrong.list.sort(compareRows).map((row) => this.#difference(row));
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

/** By SKU; within one an order that does not depend on what is compared at once. */
const compareRows = (one: WrongRow, other: WrongRow): number =>
  compareUtf8(one.sku, other.sku) ||
  closingKinds.indexOf(one.kind) - closingKinds.indexOf(other.kind) ||
  compareUtf8(one.month + one.closing, other.month + other.closing) ||
  compareUtf8(one.kept ?? one.gives!, other.kept ?? other.gives!);

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

/** Rows of a part that are not among those, which are then without the others. */
function rowsBut(body: string, rows: Map<string, string>): ClosingRows[ClosingKind][] {
  const parsed = parseStored<ClosingRows[ClosingKind][]>('a part of a closing', body);
  return parsed.filter((row) => !rows.delete(JSON.stringify(row)));
}
