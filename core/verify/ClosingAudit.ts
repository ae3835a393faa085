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
import { parseStored } from '../parseStored.ts';
import type { Books } from '../ports.ts';
import { type MovedText, SkuClosing, type TakeRow } from '../SkuClosing.ts';
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
  /** Of parts whose rows are of other SKUs than those that they are found by. */
  readonly #misfiled: Difference[] = [];
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
    const packs = audit.entries ? movedIn(audit) : await this.#movedOf(audit.sku);
    this.#eachRow(audit.sku, packs, (closing) => {
      const kept = this.#kept.get(closing)!;
      return (kind, month, text) => {
        if (!kept.goesOn(kind, month, text)) this.#wrong.add(closing);
      };
    });
  }

  /** After the last SKU. */
  async *compare(): AsyncIterable<Difference[]> {
    if (this.#makings.length === 0) return;
    while (await this.#nextWindow());
    yield this.#misfiled;
    if (this.#wrong.size > 0) yield* this.#differing([...this.#wrong]);
  }

  /** False once there is none. */
  async #nextWindow(): Promise<boolean> {
    for (const [closing, kept] of this.#kept) if (!kept.isAtEnd) this.#wrong.add(closing);
    const { value, done } = this.#windows.next();
    // Let go of before others are read: they are the most that an auditor has in memory.
    this.#kept = new Map();
    if (done) return false;
    this.#kept = await this.#read(value);
    this.#window = value;
    return true;
  }

  async #read({ after, last }: SkuRange): Promise<Map<Closing, KeptRows>> {
    const { closings } = this.#task;
    const byId = new Map(closings.map(({ id }) => [id, new KeptRows()]));
    const ids = [...byId.keys()];
    const read = async (kind: ClosingKind): Promise<void> => {
      const filter = { kind, closings: ids, month: EVERY_MONTH, skus: { first: after, last } };
      for (const part of await this.#store.closingParts(filter)) {
        byId.get(part.closing)!.add(kind, part.month, rowsWithin(part, after, last));
        const { firstSku } = part;
        // Each in one window only.
        const isOurs = compareUtf8(firstSku, after) > 0 && compareUtf8(firstSku, last) <= 0;
        if (isOurs && isMisfiled(part)) this.#misfiled.push(misfiled(part));
      }
    };
    await Promise.all(closingKinds.map(read));
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
      const packs = audit.entries ? movedIn(audit) : await this.#movedOf(sku);
      this.#eachRow(sku, packs, (closing) => (kind, month, text) => {
        rows.row(closing, { kind, month, sku, text });
      });
      rows.endOf(sku);
      if (rows.isFull) yield await rows.compare();
    }
    yield await rows.compare(true);
  }

  /** All rows of a SKU, of each closing those that it must have. */
  #eachRow(sku: string, packs: readonly MovedText[], takeOf: (closing: Closing) => TakeRow): void {
    const sums = new SkuClosing(sku);
    let seen = 0;
    for (const { closing, first } of this.#makings) {
      const { known, month } = closing;
      for (; (packs[seen]?.recordedAt ?? '~') <= known; seen += 1) sums.pack(packs[seen]!, true);
      sums.rows(month, first, takeOf(closing));
    }
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

/** Rows of a part, and how far they are as they must be. */
interface PartRows {
  body: string;
  at: number;
  /** Where they end, without what stands between them and others. */
  end: number;
}

/** What a closing has of some SKUs, part after part. */
class KeptRows {
  readonly #parts: Record<ClosingKind, Map<string, PartRows[]>> = {
    ...{ pools: new Map(), balances: new Map(), moves: new Map() },
  };

  add(kind: ClosingKind, month: string, part: PartRows): void {
    if (part.at >= part.end) return;
    const parts = this.#parts[kind].get(month);
    if (parts) parts.push(part);
    else this.#parts[kind].set(month, [part]);
  }

  /** Whether the next row is this one. */
  goesOn(kind: ClosingKind, month: string, row: string): boolean {
    const parts = this.#parts[kind].get(month);
    const part = parts?.[0];
    if (!part) return false;
    const { body, at } = part;
    const end = at + row.length;
    part.at = end + BETWEEN.length;
    // Two whole texts are compared many characters at a time, unlike by startsWith.
    const isSame = body.substring(at, end) === row;
    if (end < part.end) return isSame && body.startsWith(BETWEEN, end);
    parts!.shift();
    return isSame && end === part.end;
  }

  get isAtEnd(): boolean {
    const isRead = (parts: readonly PartRows[]): boolean => parts.length === 0;
    return closingKinds.every((kind) => this.#parts[kind].values().every(isRead));
  }
}

/** Of a part the rows of SKUs after one and up to another; those that reach beyond are in another task. */
function rowsWithin(
  { firstSku, lastSku, body }: ClosingPart,
  after: string,
  last: string,
): PartRows {
  const at = compareUtf8(firstSku, after) <= 0 ? startAfter(body, after) : 1;
  const until = compareUtf8(lastSku, last) > 0 ? startAfter(body, last) : body.length + 1;
  return { body, at, end: until - BETWEEN.length };
}

/** What is not spaced as a Stockbus does it is parsed. */
function isMisfiled({ closing, firstSku, lastSku, body }: ClosingPart): boolean {
  const end = body.lastIndexOf(BETWEEN);
  const last = end < 0 ? 1 : end + BETWEEN.length;
  if (skuAt(body, 1) === firstSku && skuAt(body, last) === lastSku) return false;
  const rows = parseStored<[sku: string][]>(`a part of closing ${closing}`, body);
  const skus = rows.map(([sku]) => sku);
  return skus[0] !== firstSku || skus.at(-1) !== lastSku;
}

function misfiled({ kind, month, part, firstSku, lastSku }: ClosingPart): Difference {
  const what = `part ${part} of the ${kind} of ${month}`;
  const message = `${what} is found by ${firstSku} to ${lastSku}, and has rows of others`;
  return { sku: firstSku, check: 'closing', message };
}

/** Where the rows of SKUs after one begin: the same for who asks for those before it. */
function startAfter(body: string, sku: string): number {
  let low = 1;
  let high = body.length + 1;
  while (low < high) {
    const middle = body.lastIndexOf(BETWEEN, Math.min((low + high) >>> 1, high - 3));
    const row = middle < low ? low : middle + BETWEEN.length;
    if (compareUtf8(skuAt(body, row), sku) > 0) high = row;
    else {
      const next = body.indexOf(BETWEEN, row);
      low = next < 0 ? body.length + 1 : next + BETWEEN.length;
    }
  }
  return low;
}

/** What no Stockbus wrote may not begin with a SKU; it is read as JSON once it is compared row by row. */
function skuAt(body: string, row: number): string {
  SKU_OF_ROW.lastIndex = row;
  const text = SKU_OF_ROW.exec(body)?.[1];
  return text === undefined ? '' : (JSON.parse(text) as string);
}

const SKU_OF_ROW = /\[("(?:[^"\\]|\\.)*")/y;
