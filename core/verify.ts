import { hash as hashOf } from 'node:crypto';
import type { LedgerEntry, SkuHead } from './ledger.ts';
import { limits } from './limits.ts';
import type { SkuPointer } from './pack.ts';
import type { Books, Page } from './ports.ts';
import { rowsOf } from './rowsOf.ts';
import type { Accounts, StockPolicy } from './stock/policy.ts';
import type { ChainAudit } from './stock/verify/ChainAudit.ts';
import { CostAudit } from './stock/verify/CostAudit.ts';
import type { CheckpointMark } from './stock/verify/checkpointMark.ts';
import { markOf } from './stock/verify/checkpointMark.ts';
import type { Difference, VerifyCheck } from './stock/verify/Differences.ts';
import { ProductionAudit } from './stock/verify/ProductionAudit.ts';
import type { AuditRules } from './stock/verify/SkuAudit.ts';
import { SkuAudit } from './stock/verify/SkuAudit.ts';
import { ClosingAudit } from './verify/ClosingAudit.ts';
import { InboxAudit } from './verify/InboxAudit.ts';
import { reservedOf } from './verify/reservedOf.ts';
import { pagesOf, SkuCursor, smallest } from './verify/SkuCursor.ts';

export interface VerifyReport {
  skus: number;
  entries: number;
  differences: Difference[];
  /** Differences beyond those kept: only counted. */
  more: number;
  /** SKUs whose values are not final, because facts from `at` on wait to be re-costed. */
  pending: { sku: string; at: string; done: number; total: number }[];
  /** Moment up to which entries count for the digest: of those before it nothing can change any more. */
  knownAt: string;
  /** SHA-256 over the hash of the last pack of every SKU, as base64url: whoever changes one changes it. */
  digest: string;
}

export interface VerifyOptions {
  /** For the digest: entries recorded up to then count. */
  knownAt?: string;
  /** Digest that somebody noted down at `knownAt`. */
  expect?: string;
  /** Entries of one SKU that are kept in memory. */
  entriesKept?: number;
}

/** One reading of a SKU. */
interface Reading {
  sku: string;
  chain: ChainAudit;
  /** Undefined where its state cannot be read. */
  head: SkuHead | undefined;
  found: Difference[];
}

const noPointer = (sku: string): SkuPointer => ({
  sku,
  version: 0,
  hash: '',
  recosts: false,
  places: [],
});

/** Times that a SKU which changes while it is read is read again. */
const MAX_READINGS = 20;
const MAX_KEPT = 1_000;

/**
 * Reads packs and checkpoints side by side, a few pages of each at a time. A SKU that seems wrong is
 * read again by itself, because something may have been reserved or booked in between.
 */
export async function verifyStore(
  store: Books,
  policy: Pick<StockPolicy, 'minorDigits' | 'accounts'>,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  return new Verification(store, policy, options).run();
}

class Verification {
  readonly #store: Books;
  readonly #rules: AuditRules;
  readonly #options: VerifyOptions;
  readonly #production: ProductionAudit;
  readonly #inbox: InboxAudit;
  readonly #report: VerifyReport = {
    ...{ skus: 0, entries: 0, differences: [], more: 0, pending: [], knownAt: '', digest: '' },
  };
  #chains = '';

  constructor(
    store: Books,
    { minorDigits, accounts }: { minorDigits: number; accounts: Accounts },
    options: VerifyOptions,
  ) {
    this.#store = store;
    const { entriesKept = limits.verifyEntries } = options;
    const inbox = new InboxAudit(store);
    this.#inbox = inbox;
    const named: AuditRules['named'] = (sku, posted) => inbox.name(sku, posted);
    this.#rules = { minorDigits, accounts, knownAt: '', entriesKept, named };
    this.#options = options;
    this.#production = new ProductionAudit(minorDigits);
  }

  async run(): Promise<VerifyReport> {
    const store = this.#store;
    // What is committed while it is read is compared, and is no part of the digest.
    this.#rules.knownAt = await store.finalUntil(this.#options.knownAt);
    const reserved = await reservedOf(store);
    const closings = new ClosingAudit(store, await store.closings(), this.#rules);
    const packs = new SkuCursor(store.packs());
    const checkpoints = new SkuCursor(pagesOf((page) => store.checkpoints(page)));
    const pointers = new SkuCursor(pagesOf((page) => store.pointers({}, page)));
    const cursors = [packs, checkpoints, pointers];
    for (;;) {
      for (const cursor of cursors) await cursor.fill();
      const sku = smallest(cursors.map((cursor) => cursor.sku));
      if (sku === undefined) break;
      const audit = new SkuAudit(sku, this.#rules, reserved.get(sku) ?? new Map());
      let count = 0;
      await packs.each(sku, (pack) => {
        this.#report.entries += audit.pack(pack);
        count += 1;
        return this.#inbox.isFull ? this.#compareInbox() : undefined;
      });
      let hasCheckpoints = false;
      await checkpoints.each(sku, () => {
        hasCheckpoints = true;
      });
      let pointer = noPointer(sku);
      await pointers.each(sku, (row) => {
        pointer = row;
      });
      if (count > 0) {
        await this.#finish(audit, pointer, hasCheckpoints);
        await closings.add(audit);
      } else
        this.#tell(
          sku,
          'chain',
          `it is listed${hasCheckpoints ? ', with checkpoints' : ''}, and has no packs`,
        );
    }
    for (const sku of await store.lostSkus()) {
      this.#tell(sku, 'chain', 'it has packs, and is not among the SKUs that are listed');
    }
    this.#add(closings.chain());
    for await (const found of closings.compare()) this.#add(found);
    await this.#compareInbox();
    this.#add(await this.#productions());
    return this.#conclude();
  }

  async #compareInbox(): Promise<void> {
    this.#add(await this.#inbox.compare());
  }

  async #finish(audit: SkuAudit, pointer: SkuPointer, hasCheckpoints: boolean): Promise<void> {
    const { sku } = audit;
    const first = await this.#compare(audit, pointer, hasCheckpoints);
    const { chain, head, found } = first.found.length > 0 ? await this.#again(first) : first;
    this.#report.skus += 1;
    this.#add(found);
    const { version, hash } = chain.known;
    if (version > 0) {
      this.#chains = hashOf('sha256', `${this.#chains}\n${sku}\t${version}\t${hash}`);
    }
    if (!head) return;
    const { recost, recordedAt } = head;
    if (recordedAt > this.#report.knownAt) this.#report.knownAt = recordedAt;
    if (!recost) return;
    const { at, done, total } = recost;
    this.#report.pending.push({ sku, at, done, total });
  }

  async #compare(audit: SkuAudit, pointer: SkuPointer, hasCheckpoints: boolean): Promise<Reading> {
    const { sku, chain, differences, references } = audit;
    const books = audit.finish(pointer);
    const reading = { sku, chain, head: books?.head, found: differences.list };
    if (!books) return reading;
    const { head, layers } = books;
    const { minorDigits } = this.#rules;
    const marks = hasCheckpoints ? await this.#checkpoints(head) : [];
    const costs = new CostAudit(
      ...([head, minorDigits, references, marks, differences, this.#production] as const),
    );
    if (audit.entries) costs.take(audit.entries);
    else for await (const part of this.#parts(audit)) costs.take(part);
    costs.finish(layers);
    return reading;
  }

  /** In business order. */
  async #checkpoints({ sku, latestAt }: SkuHead): Promise<CheckpointMark[]> {
    const marks: CheckpointMark[] = [];
    let at = latestAt;
    for (;;) {
      const checkpoint = await this.#store.checkpoint(sku, at);
      if (!checkpoint) return marks.reverse();
      marks.push(markOf(checkpoint));
      at = new Date(Date.parse(checkpoint.at) - 1).toISOString();
    }
  }

  /** Entries of a SKU that has more than are kept, some hours of business at a time. */
  async *#parts({ sku, hours }: SkuAudit): AsyncIterable<LedgerEntry[]> {
    const sorted = [...hours.keys()].sort();
    let first = 0;
    while (first < sorted.length) {
      let last = first;
      let count = hours.get(sorted[first]!)!;
      while (
        last + 1 < sorted.length &&
        count + hours.get(sorted[last + 1]!)! <= this.#rules.entriesKept
      ) {
        last += 1;
        count += hours.get(sorted[last]!)!;
      }
      const since = `${sorted[first]}:00:00.000Z`;
      const asOf = `${sorted[last]}:59:59.999Z`;
      const part: LedgerEntry[] = [];
      for await (const row of rowsOf((page) => this.#store.ledger({ sku, since, asOf }, page))) {
        part.push(row);
      }
      yield part;
      first = last + 1;
    }
  }

  /** One SKU, until two readings one after the other show the same version. */
  async #again(before: Reading): Promise<Reading> {
    const store = this.#store;
    const { sku } = before;
    let last = before;
    for (let reading = 1; reading <= MAX_READINGS; reading += 1) {
      const reserved = await reservedOf(store, sku);
      const [pointer] = (await store.pointers({ sku }, { limit: 1 })).rows;
      const audit = new SkuAudit(sku, this.#rules, reserved.get(sku) ?? new Map());
      for await (const packs of store.packs({ sku })) for (const pack of packs) audit.pack(pack);
      this.#production.forget(sku);
      const read = await this.#compare(audit, pointer ?? noPointer(sku), true);
      if (read.found.length === 0 || read.chain.version === last.chain.version) return read;
      last = read;
    }
    const message = `it changed during each of ${MAX_READINGS} readings`;
    return { ...last, found: [{ sku, check: 'head', message }, ...last.found] };
  }

  #tell(sku: string, check: VerifyCheck, message: string): void {
    this.#add([{ sku, check, message }]);
  }

  #add(found: readonly Difference[]): void {
    for (const difference of found) {
      if (this.#report.differences.length < MAX_KEPT) this.#report.differences.push(difference);
      else this.#report.more += 1;
    }
  }

  /** One that was booked while SKUs were read seems to lack something: it is read again by itself. */
  async #productions(): Promise<Difference[]> {
    const suspects = new Set(this.#production.finish().map(({ document }) => document));
    const found: Difference[] = [];
    for (const document of suspects) {
      if (found.length >= MAX_KEPT) break;
      const entries: LedgerEntry[] = [];
      const read = (page: Page) => this.#store.ledger({ document }, page);
      for await (const row of rowsOf(read)) entries.push(row);
      const audit = new ProductionAudit(this.#rules.minorDigits);
      audit.document(entries);
      const isPending = await this.#isPending(new Set(entries.map(({ sku }) => sku)));
      if (isPending) continue;
      found.push(...audit.finish().map(({ sku, check, message }) => ({ sku, check, message })));
    }
    return found;
  }

  async #isPending(skus: ReadonlySet<string>): Promise<boolean> {
    const { heads } = await this.#store.load({ skus: [...skus], reservations: [], openOrders: [] });
    return heads.some(({ recost }) => recost !== undefined);
  }

  #conclude(): VerifyReport {
    const report = this.#report;
    const { knownAt, expect } = this.#options;
    const final = this.#rules.knownAt;
    report.digest = this.#chains;
    if (knownAt !== undefined || final < report.knownAt) report.knownAt = final;
    if (expect !== undefined && expect !== report.digest) {
      const message = `as known at ${report.knownAt} has digest ${report.digest}, expected was ${expect}`;
      this.#add([{ sku: '(all)', check: 'digest', message }]);
    }
    return report;
  }
}
