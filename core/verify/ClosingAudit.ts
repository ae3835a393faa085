/**
 * Closings against the packs that they follow from: every part of them is made again, and must be the
 * same. Where one is not, the rows of its closing are compared one by one, so that each is named.
 */
import { hash as hashOf } from 'node:crypto';
import { ClosingParts } from '../ClosingParts.ts';
import {
  CLOSING_FORMAT,
  type Closing,
  type ClosingPart,
  closingKinds,
  firstClosed,
  lastEnded,
} from '../closing.ts';
import { movesOf } from '../packFrom.ts';
import type { Books } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import { type ClosedRow, type MovedText, SkuClosing } from '../SkuClosing.ts';
import type { Difference } from '../stock/verify/Differences.ts';
import { type AuditRules, SkuAudit } from '../stock/verify/SkuAudit.ts';
import { tupleKey } from '../tupleKey.ts';
import { ClosedRowAudit, EVERY_MONTH, LAST_SKU } from './ClosedRowAudit.ts';

/** SKUs of which the parts of a closing are read at once. */
const KEPT_SKUS = 2_048;

/** One closing, made again. */
interface Making {
  closing: Closing;
  /** The first month of which it has rows of every SKU. */
  first: string;
  parts: ClosingParts;
  /** Of parts that are full, by kind, month and number. */
  hashes: Map<string, string>;
}

export class ClosingAudit {
  readonly #store: Books;
  readonly #rules: AuditRules;
  readonly #makings: readonly Making[];
  /** Where each reading of parts begins. */
  readonly #bounds = [''];
  #skus = 0;

  constructor(store: Books, closings: readonly Closing[], rules: AuditRules) {
    this.#store = store;
    // What a second reading names was named by the first.
    this.#rules = { ...rules, named: () => undefined };
    this.#makings = closings.map((closing, index): Making => {
      const first = firstClosed(closings[index - 1], closing.month);
      return { closing, first, parts: new ClosingParts(closing.id), hashes: new Map() };
    });
  }

  /** Of closings by themselves. */
  chain(): Difference[] {
    return this.#makings.flatMap(({ closing: { before, format, known, month } }, index) => {
      const last = this.#makings[index - 1]?.closing.id ?? '';
      const isGood = before === last && format === CLOSING_FORMAT && month === lastEnded(known);
      const message = `the closing of ${month} as known at ${known} does not go on from the one before`;
      return isGood ? [] : [{ sku: '(all)', check: 'closing' as const, message }];
    });
  }

  /** SKUs come in their order, each once all of its packs were read. */
  async add(audit: SkuAudit): Promise<void> {
    if (this.#makings.length === 0) return;
    this.#skus += 1;
    if (this.#skus % KEPT_SKUS === 0) this.#bounds.push(audit.sku);
    for (const [{ parts, hashes }, row] of await this.#rowsOf(audit)) {
      const part = parts.add(row);
      if (part) hashes.set(placeOf(part), hashOfPart(part));
    }
  }

  /** After the last SKU. */
  async *compare(): AsyncIterable<Difference[]> {
    const wrong: Closing[] = [];
    for (const making of this.#makings) {
      for (const part of making.parts.rest()) making.hashes.set(placeOf(part), hashOfPart(part));
      if (!(await this.#isSame(making))) wrong.push(making.closing);
    }
    if (wrong.length > 0) yield* this.#differing(wrong);
  }

  /** Whether the store has these parts and no others. */
  async #isSame({ closing, hashes }: Making): Promise<boolean> {
    const seen = new Set<string>();
    for (const kind of closingKinds) {
      for (const [index, first] of this.#bounds.entries()) {
        const skus = { first, last: this.#bounds[index + 1] ?? LAST_SKU };
        const filter = { kind, closings: [closing.id], month: EVERY_MONTH, skus };
        for (const part of await this.#store.closingParts(filter)) {
          const place = placeOf(part);
          if (hashes.get(place) !== hashOfPart(part)) return false;
          seen.add(place);
        }
      }
    }
    return seen.size === hashes.size;
  }

  /** Reads all packs once more. */
  async *#differing(closings: readonly Closing[]): AsyncIterable<Difference[]> {
    const rows = new ClosedRowAudit(this.#store, closings);
    for await (const { sku } of rowsOf((page) => this.#store.pointers({}, page))) {
      const audit = new SkuAudit(sku, this.#rules, new Map());
      for await (const packs of this.#store.packs({ sku })) {
        for (const pack of packs) audit.pack(pack);
      }
      for (const [{ closing }, row] of await this.#rowsOf(audit)) rows.row(closing, row);
      rows.endOf(sku);
      if (rows.isFull) yield await rows.compare();
    }
    yield await rows.compare(true);
  }

  /** All rows of a SKU, in each closing those that it must have. */
  async #rowsOf(audit: SkuAudit): Promise<(readonly [Making, ClosedRow])[]> {
    const packs = audit.entries ? movedIn(audit) : await this.#movedOf(audit.sku);
    const rows: (readonly [Making, ClosedRow])[] = [];
    const sums = new SkuClosing(audit.sku);
    let seen = 0;
    for (const making of this.#makings) {
      const { known, month } = making.closing;
      for (; (packs[seen]?.recordedAt ?? '~') <= known; seen += 1) sums.pack(packs[seen]!, true);
      for (const row of sums.rows(month, making.first)) rows.push([making, row]);
    }
    return rows;
  }

  async #movedOf(sku: string): Promise<MovedText[]> {
    const packs: MovedText[] = [];
    for await (const some of this.#store.packs({ sku })) {
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

const placeOf = ({ kind, month, part }: ClosingPart): string => tupleKey(kind, month, part);

/** With the SKUs that it is found by. */
const hashOfPart = ({ firstSku, lastSku, body }: ClosingPart): string =>
  hashOf('sha256', tupleKey(firstSku, lastSku, body), 'base64url');
