import type { TrailHead } from './auditTrail.ts';
import { limits } from './limits.ts';
import { pagesOf } from './pagesOf.ts';
import type { Books } from './ports.ts';
import type { Gap } from './producers/findGaps.ts';
import { heldBack } from './sideBySide.ts';
import type { StockPolicy } from './stock/policy.ts';
import type { Difference } from './stock/verify/Differences.ts';
import { ProductionAudit } from './stock/verify/ProductionAudit.ts';
import {
  type AuditFindings,
  type AuditTask,
  type ListedSku,
  nothingTold,
  type SkuAuditor,
  tell,
} from './verify/AuditTask.ts';
import { LAST_SKU } from './verify/ClosedRowAudit.ts';
import { closingChain } from './verify/ClosingAudit.ts';
import { claimDifferences } from './verify/claimDifferences.ts';
import { type FollowedTrail, followTrail } from './verify/followTrail.ts';
import { InboxAudit } from './verify/InboxAudit.ts';
import { LedgerDigest, requireRuleOf } from './verify/LedgerDigest.ts';
import { LogAudit } from './verify/LogAudit.ts';
import { productionsOf } from './verify/productionsOf.ts';
import { reservedOf } from './verify/reservedOf.ts';
import { SkuCursor, smallest } from './verify/SkuCursor.ts';
import { noPointer, StoreAuditor } from './verify/StoreAuditor.ts';
import { schemaDifferences } from './verify/schemaDifferences.ts';

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
  /** See LedgerDigest. */
  digest: string;
  /** Acts on the hub's own work, and the last of them: one noted down elsewhere shows later that none was cut off. */
  trail?: FollowedTrail;
  /** What was accepted and never came to be booked, which no book can show; left out where it was not asked for. */
  gaps?: readonly Gap[];
  /** The SKUs that were audited, where not all were: then there are no moment and no digest. */
  only?: readonly string[];
}

export interface VerifyOptions {
  /** For the digest: entries recorded up to then count. */
  knownAt?: string;
  /** Digest that somebody noted down at `knownAt`. */
  expect?: string;
  /** Head of the audit trail that somebody noted down. */
  expectTrail?: Pick<TrailHead, 'number' | 'hash'>;
  /** Entries of one SKU that are kept in memory. */
  entriesKept?: number;
  /** Who audits SKUs beside this thread; asked only where there are many. */
  helpers?: readonly SkuAuditor[];
  /** SKUs that are audited at once; what is found does not depend on it. */
  skusAtOnce?: number;
  /** Hears how many SKUs are through of those that there were at first. */
  progress?: AuditProgress;
}

export type AuditProgress = (done: number, total: number) => void;

/** Packs of SKUs that are audited at once, about. */
const TASK_PACKS = 65_536;
/** Of fewer tasks none is given to a helper: a thread that begins costs more than a task. */
const TASKS_SHARED = 2;

/** Reads packs and checkpoints side by side, some SKUs at a time, in as many threads as there are. */
export async function verifyStore(
  store: Books,
  policy: Pick<StockPolicy, 'minorDigits' | 'accounts'>,
  options: VerifyOptions = {},
): Promise<VerifyReport> {
  return new Verification(store, policy, options).run();
}

class Verification {
  readonly #store: Books;
  readonly #rules: AuditTask['rules'];
  readonly #options: VerifyOptions;
  readonly #production: ProductionAudit;
  readonly #digest = new LedgerDigest();
  readonly #told = nothingTold();
  readonly #ofClosings = nothingTold();
  readonly #ofInbox = nothingTold();
  /** To how many packs documents lead, and when that was counted; and how many name them. */
  #filed = { leads: 0, knownAt: '' };
  #named = 0;
  /** SKUs that are through, and how many there are. */
  readonly #through = { done: 0, total: 0 };
  readonly #report: Omit<VerifyReport, 'differences' | 'more'> = {
    ...{ skus: 0, entries: 0, pending: [], knownAt: '', digest: '' },
  };

  constructor(
    store: Books,
    { minorDigits, accounts }: Pick<StockPolicy, 'minorDigits' | 'accounts'>,
    options: VerifyOptions,
  ) {
    this.#store = store;
    const { entriesKept = limits.verifyEntries } = options;
    this.#rules = { minorDigits, accounts, knownAt: '', entriesKept };
    this.#options = options;
    this.#production = new ProductionAudit(minorDigits);
  }

  async run(): Promise<VerifyReport> {
    const store = this.#store;
    if (this.#options.expect !== undefined) requireRuleOf(this.#options.expect);
    const schema = await schemaDifferences(store);
    tell(this.#told, schema.differences);
    if (!schema.isWhole) return { ...this.#report, ...this.#told };
    if (this.#options.progress) this.#through.total = await countSkus(store);
    const inbox = heldBack(this.#compareInbox());
    // What is committed while it is read is compared, and is no part of the digest.
    this.#rules.knownAt = await store.finalUntil(this.#options.knownAt);
    const logs = new LogAudit(store, this.#rules.knownAt);
    const closings = await store.closings();
    // First: a store that has looked at every pack knows where each SKU stands.
    const lost = await store.lostSkus();
    await this.#auditAll(this.#tasks(closings, await reservedOf(store)), inbox);
    for (const sku of lost) {
      const message = 'it has packs, and is not among the SKUs that are listed';
      tell(this.#told, [{ sku, check: 'chain', message }]);
    }
    const missing = (await store.missingPacks?.()) ?? 0;
    if (missing > 0) {
      const message = `${missing} of the numbers that packs have one after another is missing`;
      tell(this.#told, [{ sku: '(all)', check: 'sequence', message }]);
    }
    await this.#compareFiling();
    const { trail, differences } = await followTrail(store, this.#options.expectTrail);
    this.#report.trail = trail;
    tell(this.#told, differences);
    tell(this.#told, closingChain(closings));
    tell(this.#told, this.#ofClosings.differences, this.#ofClosings.more);
    tell(this.#told, this.#ofInbox.differences, this.#ofInbox.more);
    for await (const found of claimDifferences(store)) tell(this.#told, found);
    for await (const found of logs.compare()) tell(this.#told, found);
    // One that was booked while SKUs were read seems to lack something: it is read again by itself.
    const suspects = new Set(this.#production.finish().map(({ document }) => document));
    tell(this.#told, await productionsOf(store, this.#rules.minorDigits, suspects));
    return this.#conclude(logs);
  }

  /** This thread audits SKUs as the others do, once the inbox is compared. */
  async #auditAll(tasks: AsyncGenerator<AuditTask, void>, inbox: Promise<void>): Promise<void> {
    const first: IteratorResult<AuditTask, void>[] = [];
    while (first.length < TASKS_SHARED && !first.at(-1)?.done) first.push(await tasks.next());
    const shared = new SharedTasks(withThose(first, tasks), (found) => this.#take(found));
    const helpers = first.at(-1)!.done ? [] : (this.#options.helpers ?? []);
    const own = new StoreAuditor(this.#store, () => this.#areThrough(1));
    await Promise.all([
      ...helpers.map((helper) => shared.work(this.#toldOf(helper))),
      inbox.then(() => shared.work(own)),
    ]);
  }

  /** Of a thread it is heard that a task is through, and no more. */
  #toldOf(helper: SkuAuditor): SkuAuditor {
    return {
      audit: async (task) => {
        const findings = await helper.audit(task);
        this.#areThrough(task.skus.length);
        return findings;
      },
    };
  }

  async #compareInbox(): Promise<void> {
    const knownAt = await this.#store.finalUntil();
    const audit = new InboxAudit(this.#store, knownAt);
    for await (const found of audit.compare()) {
      tell(this.#ofInbox, found);
      this.#areThrough(0);
    }
    this.#filed = { leads: audit.leads, knownAt };
  }

  /** A document that no pack names, or not that pack. Nothing can be said where something was booked meanwhile. */
  async #compareFiling(): Promise<void> {
    const { leads, knownAt } = this.#filed;
    const more = leads - this.#named;
    if (more <= 0 || (await this.#store.finalUntil()) !== knownAt) return;
    const message = `documents lead to ${more} packs that do not name them`;
    tell(this.#told, [{ sku: '(all)', check: 'chain', message }]);
  }

  #areThrough(skus: number): void {
    const through = this.#through;
    // What is booked for the first time meanwhile was not counted.
    through.done = Math.min(through.done + skus, through.total);
    this.#options.progress?.(through.done, through.total);
  }

  /** SKUs as lists show them, in their order. */
  async *#listed(
    reserved: ReadonlyMap<string, ReadonlyMap<string, bigint>>,
  ): AsyncIterable<ListedSku> {
    const checkpoints = new SkuCursor(pagesOf((page) => this.#store.checkpoints(page)));
    const pointers = new SkuCursor(pagesOf((page) => this.#store.pointers({}, page)));
    for (;;) {
      await checkpoints.fill();
      await pointers.fill();
      const sku = smallest([checkpoints.sku, pointers.sku]);
      if (sku === undefined) return;
      const listed = { pointer: noPointer(sku), hasCheckpoints: false };
      await checkpoints.each(sku, () => {
        listed.hasCheckpoints = true;
      });
      await pointers.each(sku, (pointer) => {
        listed.pointer = pointer;
      });
      yield { ...listed, reserved: reserved.get(sku) ?? new Map() };
    }
  }

  async *#tasks(
    closings: AuditTask['closings'],
    reserved: ReadonlyMap<string, ReadonlyMap<string, bigint>>,
  ): AsyncGenerator<AuditTask, void> {
    const fitting = this.#store.answersAtOnce ? limits.verifySkus : limits.verifySkusAfar;
    const { skusAtOnce = fitting } = this.#options;
    const rules = this.#rules;
    let after = '';
    let skus: ListedSku[] = [];
    let packs = 0;
    for await (const listed of this.#listed(reserved)) {
      if (skus.length >= skusAtOnce || packs >= TASK_PACKS) {
        const last = skus.at(-1)!.pointer.sku;
        yield { rules, closings, after, last, skus };
        [after, skus, packs] = [last, [], 0];
      }
      skus.push(listed);
      packs += listed.pointer.version;
    }
    yield { rules, closings, after, last: LAST_SKU, skus };
  }

  /** Tasks come in their order. */
  #take({ skus, entries, named, told, ofClosings, known, ...rest }: AuditFindings): void {
    const report = this.#report;
    report.skus += skus;
    report.entries += entries;
    this.#named += named;
    tell(this.#told, told.differences, told.more);
    tell(this.#ofClosings, ofClosings.differences, ofClosings.more);
    for (const last of known) this.#digest.add(last);
    report.pending.push(...rest.pending);
    if (rest.recordedAt > report.knownAt) report.knownAt = rest.recordedAt;
    for (const fact of rest.produced) this.#production.fact(fact);
  }

  #conclude({ digest, recordedAt }: LogAudit): VerifyReport {
    const report = this.#report;
    report.digest = this.#digest.with(digest);
    if (recordedAt > report.knownAt) report.knownAt = recordedAt;
    const { knownAt, expect } = this.#options;
    const final = this.#rules.knownAt;
    if (knownAt !== undefined || final < report.knownAt) report.knownAt = final;
    if (expect !== undefined && expect !== report.digest) {
      const message = `as known at ${report.knownAt} has digest ${report.digest}, expected was ${expect}`;
      tell(this.#told, [{ sku: '(all)', check: 'digest', message }]);
    }
    return { ...report, ...this.#told };
  }
}

async function countSkus(store: Books): Promise<number> {
  let count = 0;
  for await (const rows of pagesOf((page) => store.pointers({}, page))) count += rows.length;
  return count;
}

async function* withThose(
  first: readonly IteratorResult<AuditTask, void>[],
  rest: AsyncGenerator<AuditTask, void>,
): AsyncGenerator<AuditTask, void> {
  for (const { value } of first) if (value) yield value;
  yield* rest;
}

/**
 * Each auditor takes the next task as soon as it is free; what it finds is taken in the order of the tasks,
 * so that nothing depends on how many auditors there are, or on which is the fastest.
 */
class SharedTasks {
  readonly #tasks: AsyncGenerator<AuditTask, void>;
  readonly #take: (findings: AuditFindings) => void;
  /** By the number of the task: what is found and waits for an earlier one. */
  readonly #found = new Map<number, AuditFindings>();
  #asked = 0;
  #taken = 0;

  constructor(tasks: AsyncGenerator<AuditTask, void>, take: (findings: AuditFindings) => void) {
    this.#tasks = tasks;
    this.#take = take;
  }

  async work(auditor: SkuAuditor): Promise<void> {
    for (;;) {
      const { value: task } = await this.#tasks.next();
      if (!task) return;
      const number = this.#asked;
      this.#asked += 1;
      this.#found.set(number, await auditor.audit(task));
      this.#takeInOrder();
      // A store that answers at once would let nobody else be heard.
      await new Promise(setImmediate);
    }
  }

  #takeInOrder(): void {
    for (;;) {
      const next = this.#found.get(this.#taken);
      if (!next) return;
      this.#found.delete(this.#taken);
      this.#taken += 1;
      this.#take(next);
    }
  }
}
