/**
 * Recomputes a SKU from its ledger entries alone and compares the result with what the store keeps
 * beside them. Pure; its memory is bounded by the places, pools and layers of one SKU, and by
 * `entriesKept`. What stock costs is recomputed by `verify/CostAudit`.
 */
import type { Balance, CostLayer, LedgerEntry, SkuHead } from '../ledger.ts';
import type { ValuationRow } from '../ports.ts';
import type { Accounts } from './policy.ts';
import { BalanceAudit } from './verify/BalanceAudit.ts';
import { ChainAudit } from './verify/ChainAudit.ts';
import { Differences } from './verify/Differences.ts';
import { JournalAudit } from './verify/JournalAudit.ts';

export interface AuditRules {
  minorDigits: number;
  accounts: Accounts;
  /** Moment up to which entries count for the digest; '' all. */
  knownAt: string;
  /** Entries of one SKU that are kept in memory; of one that has more they are read again. */
  entriesKept: number;
}

/** Audits one SKU: give it all entries in the order of `seq`, all balances and layers, then `finish`. */
export class SkuAudit {
  readonly sku: string;
  readonly differences: Differences;
  readonly chain: ChainAudit;
  /** Stored layers, for the audit of costs. */
  readonly layers: CostLayer[] = [];
  /** Documents that returns refer to. */
  readonly references = new Set<string>();
  /** All entries, unless there are more than are kept: then they are to be read again. */
  entries: LedgerEntry[] | undefined = [];
  /** Entries by hour of business time, `YYYY-MM-DDTHH`, for reading them again in parts. */
  readonly hours = new Map<string, number>();
  readonly #entriesKept: number;
  readonly #balances: BalanceAudit;
  readonly #journal: JournalAudit;

  /** `reserved` is what pending reservations hold of it, by `reservedKey`. */
  constructor(sku: string, rules: AuditRules, reserved: ReadonlyMap<string, bigint>) {
    const { minorDigits, accounts, knownAt, entriesKept } = rules;
    this.#entriesKept = entriesKept;
    this.sku = sku;
    this.differences = new Differences(sku);
    this.chain = new ChainAudit(this.differences, minorDigits, knownAt);
    this.#balances = new BalanceAudit(this.differences, minorDigits, reserved);
    this.#journal = new JournalAudit(this.differences, minorDigits, accounts);
  }

  entry(entry: LedgerEntry): void {
    this.chain.entry(entry);
    this.#balances.entry(entry);
    this.#journal.entry(entry);
    if (entry.kind === 'return' && entry.reference) this.references.add(entry.reference);
    const hour = entry.at.slice(0, 13);
    this.hours.set(hour, (this.hours.get(hour) ?? 0) + 1);
    this.entries?.push(entry);
    if (this.entries && this.entries.length > this.#entriesKept) this.entries = undefined;
  }

  balance(balance: Balance): void {
    this.#balances.balance(balance);
  }

  /** What a pool is worth by the sums of two dates, as of the end of time. */
  sum(row: ValuationRow): void {
    this.#balances.sum(row);
  }

  layer(layer: CostLayer): void {
    this.layers.push(layer);
  }

  /** Compares what is left to compare once everything was given; the head is undefined where none is. */
  finish(head: SkuHead | undefined): void {
    if (!head) {
      this.differences.report('head', 'there is no head for this SKU');
      return;
    }
    this.chain.finish(head);
    this.#balances.finish(head);
    this.#journal.finish(head);
  }
}
