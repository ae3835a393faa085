import type { LedgerEntry, SkuHead } from '../ledger.ts';
import type { SkuPointer, StoredPack } from '../pack.ts';
import type { Books } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import type { ChainAudit } from '../stock/verify/ChainAudit.ts';
import { CostAudit } from '../stock/verify/CostAudit.ts';
import type { CheckpointMark } from '../stock/verify/checkpointMark.ts';
import { markOf } from '../stock/verify/checkpointMark.ts';
import type { Difference } from '../stock/verify/Differences.ts';
import type { ProducedFact } from '../stock/verify/ProductionAudit.ts';
import { SkuAudit } from '../stock/verify/SkuAudit.ts';
import {
  type AuditFindings,
  type AuditTask,
  type ListedSku,
  nothingTold,
  type SkuAuditor,
  tell,
} from './AuditTask.ts';
import { ClosingAudit } from './ClosingAudit.ts';
import { reservedOf } from './reservedOf.ts';
import { SkuCursor } from './SkuCursor.ts';

/** One reading of a SKU. */
interface Reading {
  sku: string;
  chain: ChainAudit;
  /** Undefined where its state cannot be read. */
  head: SkuHead | undefined;
  found: Difference[];
  produced: ProducedFact[];
}

export const noPointer = (sku: string): SkuPointer => ({
  sku,
  version: 0,
  recosts: false,
  places: [],
});

/** SKUs that are audited before others have their turn. */
const SKUS_A_TURN = 16;

/** Times that a SKU which changes while it is read is read again. */
const MAX_READINGS = 20;

/** Audits SKUs by a store of its own, one task after another. */
export class StoreAuditor implements SkuAuditor {
  readonly #store: Books;
  readonly #onSku: () => void;
  #last: Promise<unknown> = Promise.resolve();

  /** `onSku` hears of each SKU that is through. */
  constructor(store: Books, onSku: () => void = () => undefined) {
    this.#store = store;
    this.#onSku = onSku;
  }

  audit(task: AuditTask): Promise<AuditFindings> {
    const findings = this.#last.then(() => new TaskAudit(this.#store, task, this.#onSku).run());
    this.#last = findings.catch(() => undefined);
    return findings;
  }
}

/**
 * Reads the packs of some SKUs, one after another. A SKU that seems wrong is read again by itself,
 * because something may have been reserved or booked in between.
 */
class TaskAudit {
  readonly #store: Books;
  readonly #task: AuditTask;
  readonly #onSku: () => void;
  readonly #closings: ClosingAudit;
  readonly #found: AuditFindings = {
    ...{ skus: 0, entries: 0, named: 0, told: nothingTold(), ofClosings: nothingTold() },
    ...{ known: [], pending: [], recordedAt: '', produced: [] },
  };

  constructor(store: Books, task: AuditTask, onSku: () => void) {
    this.#store = store;
    this.#task = task;
    this.#onSku = onSku;
    this.#closings = new ClosingAudit(store, task);
  }

  async run(): Promise<AuditFindings> {
    const { skus } = this.#task;
    const found = this.#found;
    const names = skus.map(({ pointer }) => pointer.sku);
    const packs = new SkuCursor(this.#store.packs(names));
    for (const [index, listed] of skus.entries()) {
      await this.#audit(listed, packs);
      this.#onSku();
      // A store that answers at once would let nobody else be heard.
      if (index % SKUS_A_TURN === 0) await new Promise(setImmediate);
    }
    for await (const wrong of this.#closings.compare()) tell(found.ofClosings, wrong);
    return found;
  }

  async #audit(
    { pointer, hasCheckpoints, reserved }: ListedSku,
    packs: SkuCursor<StoredPack>,
  ): Promise<void> {
    const { sku } = pointer;
    const audit = new SkuAudit(sku, this.#task.rules, reserved);
    let count = 0;
    await packs.each(sku, (pack) => {
      this.#found.entries += audit.pack(pack);
      count += 1;
    });
    this.#found.named += audit.named;
    if (count === 0) {
      const message = `it is listed${hasCheckpoints ? ', with checkpoints' : ''}, and has no packs`;
      tell(this.#found.told, [{ sku, check: 'chain', message }]);
      return;
    }
    await this.#finish(audit, pointer, hasCheckpoints);
    await this.#closings.add(audit);
  }

  async #finish(audit: SkuAudit, pointer: SkuPointer, hasCheckpoints: boolean): Promise<void> {
    const { sku } = audit;
    const first = await this.#compare(audit, pointer, hasCheckpoints);
    const last = first.found.length > 0 ? await this.#again(first) : first;
    const { chain, head } = last;
    const { told, known, pending, produced } = this.#found;
    this.#found.skus += 1;
    tell(told, last.found);
    for (const fact of last.produced) produced.push(fact);
    if (chain.known.version > 0) known.push({ sku, ...chain.known });
    if (!head) return;
    const { recost, recordedAt } = head;
    if (recordedAt > this.#found.recordedAt) this.#found.recordedAt = recordedAt;
    if (!recost) return;
    const { at, done, total } = recost;
    pending.push({ sku, at, done, total });
  }

  async #compare(audit: SkuAudit, pointer: SkuPointer, hasCheckpoints: boolean): Promise<Reading> {
    const { sku, chain, differences, references } = audit;
    const books = audit.finish(pointer);
    const produced: ProducedFact[] = [];
    const reading = { sku, chain, head: books?.head, found: differences.list, produced };
    if (!books) return reading;
    const { head, layers } = books;
    const { minorDigits } = this.#task.rules;
    const marks = hasCheckpoints ? await this.#checkpoints(head) : [];
    const costs = new CostAudit(
      ...([head, minorDigits, references, marks, differences, produced] as const),
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
        count + hours.get(sorted[last + 1]!)! <= this.#task.rules.entriesKept
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
      const audit = new SkuAudit(sku, this.#task.rules, reserved.get(sku) ?? new Map());
      const packs = store.packs([sku]);
      for await (const some of packs) for (const pack of some) audit.pack(pack);
      const read = await this.#compare(audit, pointer ?? noPointer(sku), true);
      if (read.found.length === 0 || read.chain.version === last.chain.version) return read;
      last = read;
    }
    const message = `it changed during each of ${MAX_READINGS} readings`;
    return { ...last, found: [{ sku, check: 'head', message }, ...last.found] };
  }
}
