/**
 * Closings against the packs that they follow from: every row is made again, and must be the next that is
 * there. Where one is not, all of its closing are compared by their SKUs, so that each is named.
 */
import {
  CLOSING_FORMAT,
  type Closing,
  type ClosingKind,
  type ClosingPart,
  closingKinds,
  firstClosed,
  lastEnded,
} from '../closing.ts';
import { compareUtf8 } from '../order.ts';
import { movesOf } from '../packFrom.ts';
import type { Books } from '../ports.ts';
import { type ClosedRow, type MovedText, SkuClosing } from '../SkuClosing.ts';
import type { Difference } from '../stock/verify/Differences.ts';
import { SkuAudit } from '../stock/verify/SkuAudit.ts';
import type { AuditTask } from './AuditTask.ts';
import { ClosedRowAudit, EVERY_MONTH } from './ClosedRowAudit.ts';

/** Rows of a kind that are in memory, about: a closing mostly has one of each SKU. */
const KEPT_ROWS = 32 * 1024;
/** Between the rows of a part. */
const BETWEEN = ',\n';

/** A closing, and the first month of which it has rows of every SKU. */
interface Making {
  closing: Closing;
  first: string;
}

/** SKUs after one and up to another. */
type SkuRange = Pick<AuditTask, 'after' | 'last'>;

/** Of closings by themselves. */
export function closingChain(closings: readonly Closing[]): Difference[] {
  return closings.flatMap(({ before, format, known, month }, index) => {
    const last = closings[index - 1]?.id ?? '';
    const isGood = before === last && format === CLOSING_FORMAT && month === lastEnded(known);
    const message = `the closing of ${month} as known at ${known} does not go on from the one before`;
    return isGood ? [] : [{ sku: '(all)', check: 'closing' as const, message }];
  });
}

export class ClosingAudit {
  readonly #store: Books;
  readonly #task: AuditTask;
  readonly #makings: readonly Making[];
  readonly #wrong = new Set<Closing>();
  /** Of the SKUs of a window by closing: the rows that it has of them. */
  #kept = new Map<Closing, KeptRows>();
  readonly #windows: Iterator<SkuRange>;
  #window: SkuRange;

  constructor(store: Books, task: AuditTask) {
    this.#store = store;
    this.#task = task;
    const { closings, after } = task;
    this.#makings = closings.map((closing, index) => {
      return { closing, first: firstClosed(closings[index - 1], closing.month) };
    });
    this.#windows = windowsOf(task);
    this.#window = { after, last: after };
  }

  /** SKUs come in their order, each once all of its packs were read. */
  async add(audit: SkuAudit): Promise<void> {
    if (this.#makings.length === 0) return;
    while (compareUtf8(audit.sku, this.#window.last) > 0 && (await this.#nextWindow()));
    const packs = await this.#packsOf(audit);
    for (const [closing, rows] of this.#rowsOf(audit.sku, packs)) {
      const kept = this.#kept.get(closing)!;
      for (const { kind, month, text } of rows) {
        if (!kept.goesOn(kind, month, text)) this.#wrong.add(closing);
      }
    }
  }

  /** After the last SKU. */
  async *compare(): AsyncIterable<Difference[]> {
    if (this.#makings.length === 0) return;
    while (await this.#nextWindow());
    if (this.#wrong.size > 0) yield* this.#differing([...this.#wrong]);
  }

  /** False once there is none. */
  async #nextWindow(): Promise<boolean> {
    for (const [closing, kept] of this.#kept) if (!kept.isAtEnd) this.#wrong.add(closing);
    const { value, done } = this.#windows.next();
    this.#kept = done ? new Map() : await this.#read(value);
    if (!done) this.#window = value;
    return !done;
  }

  async #read({ after, last }: SkuRange): Promise<Map<Closing, KeptRows>> {
    const { closings } = this.#task;
    const byId = new Map(closings.map(({ id }) => [id, new KeptRows()]));
    const ids = [...byId.keys()];
    for (const kind of closingKinds) {
      const filter = { kind, closings: ids, month: EVERY_MONTH, skus: { first: after, last } };
      for (const part of await this.#store.closingParts(filter)) {
        byId.get(part.closing)!.add(kind, part.month, rowsBetween(part, after, last));
      }
    }
    return new Map(closings.map((closing) => [closing, byId.get(closing.id)!]));
  }

  /** Reads all packs once more. */
  async *#differing(closings: readonly Closing[]): AsyncIterable<Difference[]> {
    const rows = new ClosedRowAudit(this.#store, closings, this.#task);
    for (const { pointer } of this.#task.skus) {
      const { sku } = pointer;
      const audit = new SkuAudit(sku, this.#task.rules, new Map());
      for await (const packs of this.#store.packs([sku])) {
        for (const pack of packs) audit.pack(pack);
      }
      const packs = await this.#packsOf(audit);
      for (const [closing, own] of this.#rowsOf(sku, packs)) {
        for (const row of own) rows.row(closing, row);
      }
      rows.endOf(sku);
      if (rows.isFull) yield await rows.compare();
    }
    yield await rows.compare(true);
  }

  /** All rows of a SKU, of each closing those that it must have; they are to be taken in this order. */
  *#rowsOf(sku: string, packs: readonly MovedText[]): Iterable<[Closing, Iterable<ClosedRow>]> {
    const sums = new SkuClosing(sku);
    let seen = 0;
    for (const { closing, first } of this.#makings) {
      const { known, month } = closing;
      for (; (packs[seen]?.recordedAt ?? '~') <= known; seen += 1) sums.pack(packs[seen]!, true);
      yield [closing, sums.rows(month, first)];
    }
  }

  async #packsOf(audit: SkuAudit): Promise<MovedText[]> {
    return audit.entries ? movedIn(audit) : this.#movedOf(audit.sku);
  }

  async #movedOf(sku: string): Promise<MovedText[]> {
    const packs: MovedText[] = [];
    for await (const some of this.#store.packs([sku])) {
      for (const pack of some) packs.push({ version: pack.version, ...movesOf(pack) });
    }
    return packs;
  }
}

function movedIn({ recorded, entries = [] }: SkuAudit): MovedText[] {
  let from = 0;
  return recorded.map(({ version, recordedAt, count }) => {
    const moves = entries.slice(from, from + count);
    from += count;
    return { version, recordedAt, moves };
  });
}

/** Of the rows of a task so many SKUs that they fit into memory; together they are all there may be. */
function* windowsOf({ closings, after, last, skus }: AuditTask): Generator<SkuRange, undefined> {
  const size = Math.max(1, Math.floor(KEPT_ROWS / closings.length));
  let start = after;
  for (let next = size; next < skus.length; next += size) {
    const end = skus[next - 1]!.pointer.sku;
    yield { after: start, last: end };
    start = end;
  }
  yield { after: start, last };
}

/** What a closing has of some SKUs, and how far that is as it must be. */
class KeptRows {
  /** By month: rows as text, each with what stands between it and the next. */
  readonly #rows: Record<ClosingKind, Map<string, { text: string; at: number }>> = {
    ...{ pools: new Map(), balances: new Map(), moves: new Map() },
  };

  add(kind: ClosingKind, month: string, text: string): void {
    if (text === '') return;
    const rows = this.#rows[kind].get(month);
    if (rows) rows.text += text;
    else this.#rows[kind].set(month, { text, at: 0 });
  }

  /** Whether the next row is this one. */
  goesOn(kind: ClosingKind, month: string, row: string): boolean {
    const rows = this.#rows[kind].get(month);
    if (!rows) return false;
    const { text, at } = rows;
    const end = at + row.length;
    rows.at = end + BETWEEN.length;
    // Two whole texts are compared many characters at a time, unlike by startsWith.
    return text.substring(at, end) === row && text.substring(end, rows.at) === BETWEEN;
  }

  get isAtEnd(): boolean {
    const isRead = ({ text, at }: { text: string; at: number }): boolean => at === text.length;
    return closingKinds.every((kind) => this.#rows[kind].values().every(isRead));
  }
}

/** Of a part the rows of SKUs after one and up to another; those that reach beyond are in another task. */
function rowsBetween(
  { firstSku, lastSku, body }: ClosingPart,
  after: string,
  last: string,
): string {
  const isCutBefore = compareUtf8(firstSku, after) <= 0;
  const isCutAfter = compareUtf8(lastSku, last) > 0;
  if (!isCutBefore && !isCutAfter) return body.slice(1, -1) + BETWEEN;
  const rows = body.slice(1, -1).split(BETWEEN);
  const from = isCutBefore ? endOf(rows, after) : 0;
  const until = isCutAfter ? endOf(rows, last) : rows.length;
  return from < until ? rows.slice(from, until).join(BETWEEN) + BETWEEN : '';
}

/** Where the rows of SKUs up to one end: the same for who asks for those before it, and after it. */
function endOf(rows: readonly string[], sku: string): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUtf8(skuOfRow(rows[middle]!), sku) > 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** What no Stockbus wrote may not begin with a SKU; it is read as JSON once it is compared row by row. */
function skuOfRow(row: string): string {
  const text = /^\["(?:[^"\\]|\\.)*"/.exec(row)?.[0].slice(1);
  return text === undefined ? '' : (JSON.parse(text) as string);
}
