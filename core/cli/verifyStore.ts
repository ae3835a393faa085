import type { Balance, CostLayer, LedgerEntry, SkuHead } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { Page, Paged, Store } from '../ports.ts';
import type { Difference } from '../stock/verify.ts';
import { SkuAudit } from '../stock/verify.ts';

export interface VerifyReport {
  skus: number;
  entries: number;
  differences: Difference[];
  /** Differences beyond those kept: only counted. */
  more: number;
}

/** Times that a SKU which changes while it is read is read again. */
const MAX_READINGS = 20;
const MAX_KEPT = 1_000;

/**
 * Reads heads, entries, balances and layers side by side, one page of each at a time. A SKU that
 * seems wrong is read again by itself, because it may have been booked in between.
 */
export async function verifyStore(store: Store, minorDigits: number): Promise<VerifyReport> {
  const report: VerifyReport = { skus: 0, entries: 0, differences: [], more: 0 };
  const heads = new SkuCursor<SkuHead>((page) => store.heads(page));
  const entries = new SkuCursor<LedgerEntry>((page) => store.ledger({}, page));
  const balances = new SkuCursor<Balance>((page) => store.stock({}, page));
  const layers = new SkuCursor<CostLayer>((page) => store.layers(page));
  const cursors = [heads, entries, balances, layers];
  for (;;) {
    for (const cursor of cursors) await cursor.fill();
    const sku = smallest(cursors.map((cursor) => cursor.sku));
    if (sku === undefined) return report;
    const audit = new SkuAudit(sku, minorDigits);
    let head: SkuHead | undefined;
    for await (const row of heads.take(sku)) head = row;
    for await (const row of entries.take(sku)) {
      audit.entry(row);
      report.entries += 1;
    }
    for await (const row of balances.take(sku)) audit.balance(row);
    for await (const row of layers.take(sku)) audit.layer(row);
    let found = audit.finish(head);
    if (found.length > 0) found = await auditAlone(store, sku, minorDigits);
    report.skus += 1;
    addDifferences(report, found);
  }
}

function addDifferences(report: VerifyReport, found: readonly Difference[]): void {
  for (const difference of found) {
    if (report.differences.length < MAX_KEPT) report.differences.push(difference);
    else report.more += 1;
  }
}

/** One SKU between two readings of its head that show the same version. */
async function auditAlone(store: Store, sku: string, minorDigits: number): Promise<Difference[]> {
  let found: Difference[] = [];
  for (let reading = 1; reading <= MAX_READINGS; reading += 1) {
    const head = await headOf(store, sku);
    const audit = new SkuAudit(sku, minorDigits);
    for await (const row of pages((page) => store.ledger({ sku }, page))) audit.entry(row);
    for await (const row of pages((page) => store.stock({ sku }, page))) audit.balance(row);
    for await (const row of layersOf(store, head, sku)) audit.layer(row);
    found = audit.finish(head);
    const after = await headOf(store, sku);
    if (found.length === 0 || after?.version === head?.version) return found;
  }
  return [
    { sku, check: 'head', message: `it changed during each of ${MAX_READINGS} readings` },
    ...found,
  ];
}

async function headOf(store: Store, sku: string): Promise<SkuHead | undefined> {
  const { heads } = await store.load({ skus: [sku], balances: [], layers: [] });
  const head = heads[0];
  return head && head.version > 0 ? head : undefined;
}

async function* layersOf(
  store: Store,
  head: SkuHead | undefined,
  sku: string,
): AsyncIterable<CostLayer> {
  for (const { pool } of head?.pools ?? []) {
    let after: { seq: number; part: number } | undefined;
    for (;;) {
      const count = limits.pageRows;
      const request = { sku, pool, count, ...(after ? { after } : {}) };
      const { layers } = await store.load({ skus: [], balances: [], layers: [request] });
      yield* layers;
      const last = layers.at(-1);
      if (layers.length < count || !last) break;
      after = { seq: last.seq, part: last.part };
    }
  }
}

async function* pages<Row>(read: (page: Page) => Promise<Paged<Row>>): AsyncIterable<Row> {
  let after: string | undefined;
  do {
    const page = await read({ limit: limits.pageRows, ...(after === undefined ? {} : { after }) });
    yield* page.rows;
    after = page.next;
  } while (after !== undefined);
}

/** Rows of one list in the order of their SKU, a page in memory at a time. */
class SkuCursor<Row extends { sku: string }> {
  readonly #read: (page: Page) => Promise<Paged<Row>>;
  #rows: Row[] = [];
  #index = 0;
  #after: string | undefined;
  #ended = false;

  constructor(read: (page: Page) => Promise<Paged<Row>>) {
    this.#read = read;
  }

  get sku(): string | undefined {
    return this.#rows[this.#index]?.sku;
  }

  async fill(): Promise<void> {
    while (this.#index >= this.#rows.length && !this.#ended) {
      const after = this.#after;
      const page = await this.#read({
        limit: limits.pageRows,
        ...(after === undefined ? {} : { after }),
      });
      this.#rows = page.rows;
      this.#index = 0;
      this.#after = page.next;
      this.#ended = page.next === undefined;
    }
  }

  async *take(sku: string): AsyncIterable<Row> {
    for (;;) {
      await this.fill();
      if (this.sku !== sku) return;
      yield this.#rows[this.#index]!;
      this.#index += 1;
    }
  }
}

function smallest(skus: readonly (string | undefined)[]): string | undefined {
  let best: string | undefined;
  for (const sku of skus) {
    if (sku !== undefined && (best === undefined || byCodePoint(sku, best) < 0)) best = sku;
  }
  return best;
}

/** The order of UTF-8 bytes, in which both stores sort: that of code points, not of UTF-16 units. */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all that one unit can hold. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
