/**
 * Recomputes a SKU from its ledger entries alone and compares the result with what the store keeps
 * beside them. Pure; its memory is bounded by the places, pools and layers of one SKU, and by
 * `entriesKept`. What stock costs is recomputed by `verify/CostAudit`.
 */
import { faultOf } from '../../errors.ts';
import type { LedgerEntry } from '../../ledger.ts';
import type { PackText, PostedDocument, SkuBooks, SkuPointer, StoredPack } from '../../pack.ts';
import { entryFrom, movedOf, packState, ranked } from '../../packFrom.ts';
import { booksOf } from '../../skuBooks.ts';
import { refersTo } from '../costing/Fact.ts';
import type { Accounts } from '../policy.ts';
import { BalanceAudit } from './BalanceAudit.ts';
import { ChainAudit } from './ChainAudit.ts';
import { Differences } from './Differences.ts';
import { JournalAudit } from './JournalAudit.ts';
import { NameAudit } from './NameAudit.ts';

export interface AuditRules {
  minorDigits: number;
  accounts: Accounts;
  /** Moment up to which entries count for the digest; '' all. */
  knownAt: string;
  /** Entries of one SKU that are kept in memory; of one that has more they are read again. */
  entriesKept: number;
}

/** Audits one SKU: give it all packs in order, then `finish`. */
export class SkuAudit {
  readonly sku: string;
  readonly differences: Differences;
  readonly chain: ChainAudit;
  /** How many documents its packs name, each pack by itself. */
  named = 0;
  /** Documents that returns and invoices refer to. */
  readonly references = new Set<string>();
  /** All entries, unless there are more than are kept: then they are to be read again. */
  entries: LedgerEntry[] | undefined = [];
  /** Of more entries than are kept, by hour of business time, `YYYY-MM-DDTHH`, for reading them again in parts. */
  readonly hours = new Map<string, number>();
  /** Each of its packs, in their order, with how many entries it has. */
  readonly recorded: { version: number; recordedAt: string; count: number }[] = [];
  readonly #rules: AuditRules;
  readonly #balances: BalanceAudit;
  readonly #journal: JournalAudit;
  readonly #names: NameAudit;
  /** Packs from the last that stands alone on. */
  #current: PackText[] = [];

  /** `reserved` is what pending reservations hold of it, by `reservedKey`. */
  constructor(sku: string, rules: AuditRules, reserved: ReadonlyMap<string, bigint>) {
    const { minorDigits, accounts, knownAt } = rules;
    this.#rules = rules;
    this.sku = sku;
    this.differences = new Differences(sku, minorDigits);
    this.chain = new ChainAudit(this.differences, knownAt);
    this.#balances = new BalanceAudit(this.differences, reserved);
    this.#journal = new JournalAudit(this.differences, accounts);
    this.#names = new NameAudit(this.differences);
  }

  /** Number of its entries. */
  pack(stored: StoredPack): number {
    return this.#reading(stored, () => this.#pack(stored)) ?? 0;
  }

  #pack(stored: StoredPack): number {
    const moved = movedOf(stored);
    this.named += moved.documents.length;
    const documents = moved.documents.map(([number]) => stored.documentOf(number));
    this.chain.pack(stored, moved, documents);
    this.#names.pack(stored, moved, documents);
    const { recordedAt, entries } = moved;
    this.recorded.push({ version: stored.version, recordedAt, count: entries.length });
    const named = documents.map((posted) => posted ?? nobodys);
    for (let index = 0; index < entries.length; index += 1) {
      this.#entry(ranked(entryFrom(moved, named, entries[index]!, index)));
    }
    if (stored.isBase) this.#current = [];
    this.#current.push(stored);
    return entries.length;
  }

  /** What cannot be read is a difference, and no end of all. */
  #reading<T>({ version }: PackText, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      const { message } = faultOf(error);
      this.differences.report('chain', `pack ${version} cannot be read: ${message}`);
      return undefined;
    }
  }

  #entry(entry: LedgerEntry): void {
    this.chain.entry(entry);
    this.#balances.entry(entry);
    this.#journal.entry(entry);
    const looksBackAt = refersTo(entry);
    if (looksBackAt) this.references.add(looksBackAt);
    if (!this.entries) this.#countHour(entry);
    else if (this.entries.push(entry) > this.#rules.entriesKept) {
      for (const kept of this.entries) this.#countHour(kept);
      this.entries = undefined;
    }
  }

  #countHour({ at }: LedgerEntry): void {
    const hour = at.slice(0, 13);
    this.hours.set(hour, (this.hours.get(hour) ?? 0) + 1);
  }

  /**
   * Compares what is left to compare once all packs were given, and says what the SKU is by them;
   * undefined where that cannot be read.
   */
  finish(pointer: SkuPointer): SkuBooks | undefined {
    const current = this.#current.map((pack) => this.#reading(pack, () => packState(pack)));
    if (current.length === 0 || !current.every((state) => state !== undefined)) return undefined;
    const books = booksOf(current);
    for (const balance of books.balances) this.#balances.balance(balance);
    this.chain.finish(books.head, current, pointer);
    this.#balances.finish(books.head);
    this.#journal.finish(books.head);
    this.#names.finish(books, pointer);
    return books;
  }
}

/** For entries whose document is gone. */
const nobodys: PostedDocument = {
  ...{ document: '', partner: '', reference: '', at: '', source: '', messageId: '' },
  ...{ actor: '', contenthash: '', skus: [] },
};
