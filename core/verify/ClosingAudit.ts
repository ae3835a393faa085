/**
 * Closings against the packs that they follow from: every row is made again, and those of some SKUs
 * together must be the same. Where they are not, they are compared one by one, so that each is named.
 */
import { createHash } from 'node:crypto';
import {
  CLOSING_FORMAT,
  type Closing,
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

/** Characters of rows that are read at once, about. */
const KEPT_CHARACTERS = 4 * 1024 * 1024;
/** Between the rows of a part. */
const BETWEEN = ',\n';

/** A closing, and the first month of which it has rows of every SKU. */
interface Making {
  closing: Closing;
  first: string;
}

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
  /** By closing, and in it by kind and month: rows in the order of their SKUs. */
  readonly #rows: Map<string, Map<string, RowsHash>>;
  #characters = 0;

  constructor(store: Books, task: AuditTask) {
    this.#store = store;
    this.#task = task;
    const { closings } = task;
    this.#makings = closings.map((closing, index) => {
      return { closing, first: firstClosed(closings[index - 1], closing.month) };
    });
    this.#rows = new Map(closings.map(({ id }) => [id, new Map()]));
  }

  /** SKUs come in their order, each once all of its packs were read. */
  async add(audit: SkuAudit): Promise<void> {
    if (this.#makings.length === 0) return;
    for (const [{ id }, { kind, month, row }] of await this.#rowsOf(audit)) {
      const text = JSON.stringify(row) + BETWEEN;
      this.#characters += text.length;
      hashOf(this.#rows.get(id)!, `${kind} ${month}`).add(text);
    }
  }

  /** After the last SKU. */
  async *compare(): AsyncIterable<Difference[]> {
    const { closings } = this.#task;
    const wrong: Closing[] = [];
    const fit = Math.floor((closings.length * KEPT_CHARACTERS) / Math.max(this.#characters, 1));
    const atOnce = Math.max(1, Math.min(fit, closings.length));
    for (let from = 0; from < closings.length; from += atOnce) {
      const some = closings.slice(from, from + atOnce);
      const kept = await this.#kept(some.map(({ id }) => id));
      wrong.push(...some.filter(({ id }) => !isSame(kept.get(id)!, this.#rows.get(id)!)));
    }
    if (wrong.length > 0) yield* this.#differing(wrong);
  }

  async #kept(ids: readonly string[]): Promise<Map<string, Map<string, RowsHash>>> {
    const { after, last } = this.#task;
    const kept = new Map(ids.map((id) => [id, new Map<string, RowsHash>()]));
    for (const kind of closingKinds) {
      const skus = { first: after, last };
      const filter = { kind, closings: ids, month: EVERY_MONTH, skus };
      for (const part of await this.#store.closingParts(filter)) {
        const text = rowsBetween(part, after, last);
        if (text !== '') hashOf(kept.get(part.closing)!, `${kind} ${part.month}`).add(text);
      }
    }
    return kept;
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
      for (const [closing, row] of await this.#rowsOf(audit)) rows.row(closing, row);
      rows.endOf(sku);
      if (rows.isFull) yield await rows.compare();
    }
    yield await rows.compare(true);
  }

  /** All rows of a SKU, in each closing those that it must have. */
  async #rowsOf(audit: SkuAudit): Promise<(readonly [Closing, ClosedRow])[]> {
    const packs = audit.entries ? movedIn(audit) : await this.#movedOf(audit.sku);
    const rows: (readonly [Closing, ClosedRow])[] = [];
    const sums = new SkuClosing(audit.sku);
    let seen = 0;
    for (const { closing, first } of this.#makings) {
      const { known, month } = closing;
      for (; (packs[seen]?.recordedAt ?? '~') <= known; seen += 1) sums.pack(packs[seen]!, true);
      for (const row of sums.rows(month, first)) rows.push([closing, row]);
    }
    return rows;
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

/** Characters that are hashed at once: a call for each row would cost more than its text. */
const HASHED_CHARACTERS = 8 * 1024;

/** Rows as text, each with what stands between it and the next. */
class RowsHash {
  readonly #hash = createHash('sha256');
  #text = '';

  add(rows: string): void {
    this.#text += rows;
    if (this.#text.length > HASHED_CHARACTERS) this.#take();
  }

  #take(): void {
    this.#hash.update(this.#text);
    this.#text = '';
  }

  digest(): string {
    this.#take();
    return this.#hash.digest('base64url');
  }
}

function hashOf(hashes: Map<string, RowsHash>, name: string): RowsHash {
  const known = hashes.get(name);
  if (known) return known;
  const made = new RowsHash();
  hashes.set(name, made);
  return made;
}

const isSame = (kept: Map<string, RowsHash>, gives: Map<string, RowsHash>): boolean =>
  kept.size === gives.size &&
  [...kept].every(([name, rows]) => gives.get(name)?.digest() === rows.digest());

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
