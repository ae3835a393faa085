/** What an item had in stock when a period was closed, and is of another group from then on. */
import type { Minor } from '../decimal.ts';
import { limits } from '../limits.ts';
import type { Books, LedgerFilter } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import { inventoryAccount } from '../stock/journal.ts';
import { accountsFor, mostExactFirst, type PostedFor } from './figures/accountsFor.ts';
import type { ItemGroups } from './itemGroups.ts';
import type { Posted } from './postings.ts';
import type { ReportBooks } from './ReportSpec.ts';

/** A posting of no entry, on the first day after the period. */
export interface Regrouped extends Posted {
  sku: string;
  pool: string;
  at: string;
}

/**
 * By SKU, time and pool; none where it is asked what was recorded after a moment, or for a document. What stays on its
 * account is only there where it is asked by group.
 */
export async function* regroupedOf(
  { store, policy }: ReportBooks,
  groups: ItemGroups,
  { sku, since = '', asOf, knownAt, recordedAfter, document }: LedgerFilter,
  isByGroup = false,
): AsyncGenerator<Regrouped> {
  if (recordedAfter !== undefined || document !== undefined) return;
  const rules = mostExactFirst(policy.accountRules ?? []);
  if (!isByGroup && rules.every(({ group }) => group === undefined)) return;
  const sideOf = (group: string, pool: string): Side => {
    const by = { group, reason: '', partner: '' };
    return { by, account: inventoryAccount(pool, accountsFor(policy.accounts, rules, by)) };
  };
  const turns = await groups.turns(since, asOf);
  if (turns.length === 0) return;
  for await (const skus of sku === undefined ? allSkus(store) : [[sku]]) {
    for (const { until, from, to, ...on } of await groups.regroupings(skus, turns)) {
      const dated = { sku: on.sku, asOf: until, ...(knownAt === undefined ? {} : { knownAt }) };
      for await (const { pool, value } of rowsOf((page) => store.valuation(dated, page))) {
        const [left, entered] = [sideOf(from, pool), sideOf(to, pool)];
        if (value === 0n || (!isByGroup && left.account === entered.account)) continue;
        yield { ...on, pool, ...moved(left, entered, value) };
      }
    }
  }
}

interface Side {
  by: PostedFor;
  account: string;
}

function moved(from: Side, to: Side, value: Minor): Posted {
  const [debited, credited] = value < 0n ? [from, to] : [to, from];
  const amount = value < 0n ? -value : value;
  return {
    posting: [
      { account: debited.account, debit: amount, credit: 0n },
      { account: credited.account, debit: 0n, credit: amount },
    ],
    by: [debited.by, credited.by],
  };
}

async function* allSkus(store: Books): AsyncGenerator<string[]> {
  let skus: string[] = [];
  for await (const { sku } of rowsOf((page) => store.heads(page))) {
    skus.push(sku);
    if (skus.length < limits.pageRows) continue;
    yield skus;
    skus = [];
  }
  if (skus.length > 0) yield skus;
}
