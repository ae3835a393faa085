/**
 * What documents mean, by the figures of docs/valuation-choices.md. A case that is pending is run like
 * any other, and must fail: what is built loses its mark, and its row in the docs its place among what is not.
 */
import assert from 'node:assert/strict';
import { queryRows } from '../../core/query.ts';
import { needsCorrected, postingOf } from '../../core/stock/journal.ts';
import type { Accounts } from '../../core/stock/policy.ts';
import { LedgerRig } from '../ledgerRig.ts';
import { timeAt } from '../SimulatedTime.ts';
import { meanings } from './meanings/cases.ts';
import { followed } from './meanings/followed.ts';
import type { Figures, Meaning } from './meanings/Meaning.ts';
import { opinions } from './meanings/opinions.ts';

describe('what documents mean', () => {
  for (const meaning of [...meanings, ...followed, ...opinions]) {
    const { name, pending } = meaning;
    it(pending ? `${name} (pending)` : name, async () => {
      if (!pending) return check(meaning);
      const failure = await check(meaning).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(failure, 'the books give these figures: the case is pending no more');
      assert.ok(failure instanceof assert.AssertionError, String(failure));
    });
  }
});

async function check({ docs, ids, policy, refused, figures = {} }: Meaning): Promise<void> {
  const rig = new LedgerRig({ ...(policy ? { policy } : {}) });
  // Each by itself; where there are very many, some in one commit.
  const atOnce = docs.length < 100 ? 1 : 50;
  for (let from = 0; from < docs.length; from += atOnce) {
    const some = docs.slice(from, from + atOnce);
    for (const [index, refusal] of (await rig.send(some, undefined, ids?.slice(from))).entries()) {
      const isLast = from + index === docs.length - 1;
      assert.equal(refusal?.code, isLast ? refused : undefined, refusal?.message);
    }
  }
  await rig.recost();
  const { pools, accounts, partners, stock } = figures;
  if (pools) assert.deepEqual(await poolsOf(rig), pools);
  if (accounts) assert.deepEqual(await accountsOf(rig), accounts);
  if (partners) assert.deepEqual(await partnersOf(rig), partners);
  if (stock) assert.deepEqual(await stockOf(rig, stock), stock);
}

/** Of pools that hold something. */
async function poolsOf(rig: LedgerRig): Promise<Figures['pools']> {
  const { rows } = await rig.store.valuation({}, { limit: 100 });
  const held = rows.filter(({ quantity, value }) => quantity !== 0n || value !== 0n);
  return Object.fromEntries(
    held.map(({ sku, pool, quantity, value }) => [`${sku} ${pool}`, rig.worth(quantity, value)]),
  );
}

/** Those of stock left out: they are worth what pools are. */
async function accountsOf(rig: LedgerRig): Promise<Figures['accounts']> {
  const names = namesOf(rig.policy.accounts);
  const sums = new Map<string, bigint>();
  const { rows } = await rig.store.ledger({}, { limit: 5_000 });
  for (const entry of rows) {
    const corrected = needsCorrected(entry)
      ? rows.find(({ sku, seq }) => sku === entry.sku && seq === entry.corrects)
      : undefined;
    for (const { account, debit, credit } of postingOf(entry, rig.policy.accounts, corrected) ??
      []) {
      const name = names.get(account);
      if (name) sums.set(name, (sums.get(name) ?? 0n) + debit - credit);
    }
  }
  const used = [...sums].filter(([, value]) => value !== 0n);
  return Object.fromEntries(used.map(([name, value]) => [name, rig.money(value)]));
}

/** Of accounts that are told by partner, what is not balanced. */
async function partnersOf({ store, policy, now }: LedgerRig): Promise<Figures['partners']> {
  const { payable, landedCost, costOfSales } = policy.accounts;
  const query = { name: 'trial', by: 'partner' } as const;
  const found: [string, string][] = [];
  for await (const page of queryRows(store, policy, query, timeAt(now)))
    for (const { account, partner, balance } of page)
      if ([payable, landedCost, costOfSales].includes(`${account}`) && balance !== '0.00')
        found.push([`${account} ${partner}`, `${balance}`]);
  return Object.fromEntries(found);
}

/** Purposes of the accounts outside of stock, by name. */
function namesOf({
  inventory,
  inventoryByPool,
  transit,
  priceDifference: _,
  ...outside
}: Accounts): Map<string, string> {
  return new Map(Object.entries(outside).map(([purpose, account]) => [account, purpose]));
}

async function stockOf(rig: LedgerRig, asked: NonNullable<Figures['stock']>) {
  const found: Record<string, string> = {};
  for (const key of Object.keys(asked)) {
    const [sku = '', place = ''] = key.split(' ');
    found[key] = await rig.stock(sku, place);
  }
  return found;
}
