import type { LedgerEntry, SkuHead } from '../../ledger.ts';
import { inventoryAccount, postingOf } from '../journal.ts';
import type { Accounts } from '../policy.ts';
import type { Differences } from './Differences.ts';

/** Whether the postings of one SKU give the inventory accounts what its pools are worth. */
export class JournalAudit {
  readonly #differences: Differences;
  readonly #accounts: Accounts;
  readonly #inventory: ReadonlySet<string>;
  /** By inventory account; what else is posted goes to accounts that no stock stands behind. */
  readonly #totals = new Map<string, bigint>();

  constructor(differences: Differences, accounts: Accounts) {
    this.#differences = differences;
    this.#accounts = accounts;
    const { inventory, inventoryByPool, transit, ...others } = accounts;
    const own = [inventory, transit, ...Object.values(inventoryByPool)];
    // An account that is used for something else too says nothing about stock.
    const shared = new Set(Object.values(others));
    this.#inventory = new Set(own.filter((account) => !shared.has(account)));
  }

  entry(entry: LedgerEntry): void {
    for (const { account, debit, credit } of postingOf(entry, this.#accounts) ?? []) {
      if (!this.#inventory.has(account)) continue;
      this.#totals.set(account, (this.#totals.get(account) ?? 0n) + debit - credit);
    }
  }

  finish({ pools }: SkuHead): void {
    const worth = new Map<string, bigint>();
    for (const { pool, value } of pools) {
      const account = inventoryAccount(pool, this.#accounts);
      worth.set(account, (worth.get(account) ?? 0n) + value);
    }
    const { money } = this.#differences;
    for (const account of this.#inventory) {
      const posted = this.#totals.get(account) ?? 0n;
      const value = worth.get(account) ?? 0n;
      const wording = { gives: 'its pools are worth', text: money };
      this.#differences.compare('journal', `account ${account} has`, posted, value, wording);
    }
  }
}
