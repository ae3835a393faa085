/**
 * What holds of the books after any history: they are what the plainest books would be, and no unit
 * and no cent comes from nowhere. Invariants 1 to 6 of the ledger.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDecimal } from '../../core/decimal.ts';
import type { SkuHead } from '../../core/ledger.ts';
import { isOutside, virtualPlaces } from '../../core/ledger.ts';
import { type OpenItem, openItemsOf } from '../../core/reports/figures/openItems.ts';
import { Trial } from '../../core/reports/figures/Trial.ts';
import { inventoryAccount, needsCorrected, postingOf } from '../../core/stock/journal.ts';
import { patience, runs } from '../runs.ts';
import { Books, bookAll } from './Books.ts';
import { check } from './check.ts';
import { saidBy, saidByOracle } from './compare.ts';
import type { Doc, History } from './documents.ts';
import { events, everyMethod, histories, madeAndSentBack, movements } from './histories.ts';

const all = { limit: 100_000 };
const anything = histories({ events, owners: true });
const measured = histories({ events, owners: true, measures: true, zones: true });
const bought = ['receive', 'issue', 'transfer', 'count', 'invoice', 'invoice', 'landed'] as const;
const invoiced = [...movements, 'invoice', 'invoice', 'invoice', 'landed', 'cancel'] as const;
const sentBack = [...bought, 'invoice', 'supplierReturn', 'supplierReturn', 'cancel'] as const;
const closed = [
  ...(['receive', 'issue', 'issue', 'count', 'count', 'close', 'reopen', 'cancel'] as const),
] as const;
const timesOf = (docs: readonly Doc[]): string[] =>
  [...new Set(docs.flatMap(({ data }) => data.at ?? []))].sort();

/** What the store keeps beside the ledger, and what the ledger gives. */
async function replayed({ store }: Books): Promise<void> {
  const everything = { knownAt: '9999-12-31T00:00:00.000Z' };
  const kept = (await store.stock({}, all)).rows.filter(({ onHand }) => onHand !== 0n);
  const told = (await store.stock(everything, all)).rows;
  const figures = ({ sku, place, lot, status, owner, onHand }: (typeof kept)[number]) => [
    ...[sku, place, lot, status, owner],
    onHand,
  ];
  assert.deepEqual(kept.map(figures), told.map(figures));
  const pools = poolsOf((await store.heads(all)).rows);
  assert.deepEqual(pools, (await store.valuation(everything, all)).rows);
}

function poolsOf(heads: readonly SkuHead[]): { sku: string; pool: string }[] {
  return heads
    .flatMap(({ sku, pools }) =>
      pools.map(({ pool, quantity, value }) => ({ sku, pool, quantity, value })),
    )
    .filter(({ quantity, value }) => quantity !== 0n || value !== 0n)
    .sort((one, other) => (`${one.sku} ${one.pool}` < `${other.sku} ${other.pool}` ? -1 : 1));
}

async function asTheOracleSays({ setting, docs }: History): Promise<void> {
  const { books, booked } = await bookAll({ setting, docs });
  assert.deepEqual(await saidBy(books), saidByOracle(setting, booked));
}

describe(`the books after any history (${runs()} histories each)`, function () {
  this.timeout(patience());

  for (const method of everyMethod) {
    it(`by ${method} are what the plainest books would be`, () =>
      check(
        histories({ events: [...movements, 'landed', 'cancel'], methods: [method] }),
        asTheOracleSays,
      ));
  }

  it('with everything at once are what the plainest books would be', () =>
    check(anything, asTheOracleSays));

  it('with counts that closed periods redirect are what the plainest books would be', () =>
    check(
      histories({ events: closed, methods: ['fifo', 'average'], closedPeriod: ['redirect'] }),
      asTheOracleSays,
    ));

  it('with invoices are what the plainest books would be', () =>
    check(histories({ events: invoiced, twofold: true, measures: true }), asTheOracleSays));

  it('with invoices of what goes back to the supplier are what the plainest books would be', () =>
    check(histories({ events: sentBack, twofold: true, measures: true }), asTheOracleSays));

  it('with products that come back before costs of what they are made of are what the plainest books would be', () =>
    check(histories({ events: madeAndSentBack, evenly: true }), asTheOracleSays));

  it('have nothing open once all that came is invoiced, at whatever prices', () =>
    check(
      histories({ events: bought, twofold: true, measures: true }),
      async ({ setting, docs }) => {
        const { books } = await bookAll({ setting, docs: docs.flatMap(plainInvoice) });
        const open = (await openOf(books)).filter(({ open: { quantity } }) => quantity !== 0n);
        for (const [index, { sku, receipt, open: rest }] of open.entries()) {
          // A credit, where more was invoiced than came.
          const amount = `${rest.quantity < 0n ? '-' : ''}${1 + index * 7}`;
          const line = { receipt, sku, quantity: formatDecimal(rest.quantity), amount };
          const at = `2027-01-${String(1 + (index % 28)).padStart(2, '0')}T00:00:00.000Z`;
          const data = { document: `REST${index}`, at, lines: [line] };
          const recordedAt = `2027-02-01T00:00:${String(index % 60).padStart(2, '0')}.000Z`;
          const [answer] = await books.send({ type: 'stock.invoice.v1', recordedAt, data });
          assert.equal(answer, 'booked');
        }
        const left = (await openOf(books)).filter(
          ({ open: { quantity, value } }) => quantity !== 0n || value !== 0n,
        );
        assert.deepEqual(left, []);
      },
    ));

  it('in other units, currencies and zones are what the plainest books would be', () =>
    check(measured, asTheOracleSays));

  it('as of every date and as known at every moment are what the plainest books would be', () =>
    check(histories({ events, most: 12 }), async ({ setting, docs }) => {
      const books = await Books.open(setting);
      const booked: Doc[] = [];
      for (const doc of docs) {
        const { as } = await books.book(doc);
        if (as) booked.push(as);
      }
      for (const knownAt of docs.map(({ recordedAt }) => recordedAt)) {
        const known = booked.filter(({ recordedAt }) => recordedAt <= knownAt);
        for (const asOf of timesOf(booked)) {
          const said = await saidBy(books, asOf, knownAt);
          assert.deepEqual(
            said,
            saidByOracle(setting, known, asOf),
            `as of ${asOf}, known at ${knownAt}`,
          );
        }
      }
    }));

  it('1. Replay: the entries give every stored balance and pool, after every commit', () =>
    check(anything, async ({ setting, docs }) => {
      const books = await Books.open(setting);
      for (const doc of docs) {
        await books.send(doc);
        await replayed(books);
      }
    }));

  it('2. Quantity conservation: all places together, those outside too, hold nothing', () =>
    check(anything, async (history) => {
      const { books } = await bookAll(history);
      const sums = new Map<string, bigint>();
      const rows = (await books.store.stock({}, all)).rows;
      for (const place of virtualPlaces.filter(isOutside)) {
        rows.push(
          ...(await books.store.stock({ place, asOf: '9999-12-31T00:00:00.000Z' }, all)).rows,
        );
      }
      for (const { sku, onHand } of rows) sums.set(sku, (sums.get(sku) ?? 0n) + onHand);
      assert.deepEqual(
        [...sums.values()].filter((sum) => sum !== 0n),
        [],
      );
    }));

  it('3. Value conservation: what came in less what went out is what the stock is worth', () =>
    check(anything, async (history) => {
      const { books } = await bookAll(history);
      const entries = await books.entries();
      let outside = 0n;
      for (const { fromPool, toPool, value } of entries) {
        outside += (toPool === '' ? value : 0n) - (fromPool === '' ? value : 0n);
      }
      const { rows } = await books.store.heads(all);
      const inside = rows.flatMap(({ pools }) => pools).reduce((sum, { value }) => sum + value, 0n);
      assert.equal(inside, -outside);
    }));

  it('4. Layer agreement: layers hold what their pool holds, and are worth what it is worth', () =>
    check(anything, async (history) => {
      const { store } = (await bookAll(history)).books;
      const layers = (await store.layers(all)).rows;
      for (const { sku, pools, item } of (await store.heads(all)).rows) {
        for (const { pool, quantity, value, manyShort } of pools) {
          if (manyShort) continue;
          const own = layers.filter((layer) => layer.sku === sku && layer.pool === pool);
          assert.equal(
            own.reduce((sum, layer) => sum + layer.quantity, 0n),
            quantity,
          );
          const isLayered = ['fifo', 'lifo', 'lot'].includes(item!.valuation);
          if (!isLayered) continue;
          assert.equal(
            own.reduce((sum, layer) => sum + layer.value, 0n),
            value,
          );
        }
      }
    }));

  it('5. No value without quantity, at any date, and none of the other sign', () =>
    check(
      histories({ events, methods: ['fifo', 'lifo', 'average', 'standard'] }),
      async (history) => {
        const { books, booked } = await bookAll(history);
        for (const asOf of timesOf(booked)) {
          for (const row of (await books.store.valuation({ asOf }, all)).rows) {
            const isRight =
              row.quantity > 0n
                ? row.value >= 0n
                : row.quantity < 0n
                  ? row.value <= 0n
                  : row.value === 0n;
            assert.ok(
              isRight,
              `${row.sku} ${row.pool}: ${row.quantity} worth ${row.value} as of ${asOf}`,
            );
          }
        }
        for (const { quantity, value } of (await books.store.layers(all)).rows) {
          assert.ok(quantity > 0n ? value >= 0n : value <= 0n);
        }
      },
    ));

  it('6. Journal: every posting balances, accounts of stock are worth what the pools are, and goods received what is open, at every date', () =>
    check(
      fc.oneof(anything, histories({ events: invoiced, twofold: true, measures: true })),
      async (history) => {
        const { books, booked } = await bookAll(history);
        for (const asOf of timesOf(booked)) await journalAgrees(books, asOf);
      },
    ));
});

/** For whole receipts, and no credit. */
function plainInvoice(doc: Doc): Doc[] {
  if (doc.type !== 'stock.invoice.v1') return [doc];
  const lines = doc.data.lines!.map(({ receiptLine: _, ...line }) => line);
  const isCredit = lines.some(({ quantity, amount }) => /-/.test(`${quantity}${amount}`));
  return isCredit ? [] : [{ ...doc, data: { ...doc.data, lines } }];
}

async function openOf({ store }: Books): Promise<(OpenItem & { sku: string })[]> {
  const { rows } = await store.ledger({}, all);
  return [...Map.groupBy(rows, ({ sku }) => sku)].flatMap(([sku, ofSku]) =>
    openItemsOf(ofSku).map((item) => ({ ...item, sku })),
  );
}

async function journalAgrees({ store, policy }: Books, asOf: string): Promise<void> {
  const { accounts } = policy;
  const entries = (await store.ledger({ asOf }, all)).rows;
  const facts = new Map(entries.map((entry) => [`${entry.sku} ${entry.seq}`, entry]));
  const trial = new Trial();
  for (const entry of entries) {
    const corrected = needsCorrected(entry)
      ? facts.get(`${entry.sku} ${entry.corrects}`)
      : undefined;
    const posting = postingOf(entry, accounts, corrected);
    if (!posting) continue;
    const [debit, credit] = posting;
    assert.equal(debit.debit - debit.credit, credit.credit - credit.debit);
    assert.ok(debit.debit > 0n && credit.credit > 0n);
    trial.add(posting);
  }
  const totals = new Map(
    trial.lines().map(({ account, debit, credit }) => [account, debit - credit]),
  );
  const open = [...Map.groupBy(entries, ({ sku }) => sku).values()].flatMap(openItemsOf);
  assert.equal(
    open.reduce((sum, item) => sum - item.open.value, 0n),
    totals.get(accounts.received) ?? 0n,
    `open items as of ${asOf}`,
  );
  const worth = new Map<string, bigint>();
  for (const { pool, value } of (await store.valuation({ asOf }, all)).rows) {
    const account = inventoryAccount(pool, accounts);
    worth.set(account, (worth.get(account) ?? 0n) + value);
  }
  const inventories = [
    accounts.inventory,
    accounts.transit,
    ...Object.values(accounts.inventoryByPool),
  ];
  for (const account of inventories) {
    assert.equal(totals.get(account) ?? 0n, worth.get(account) ?? 0n, `${account} as of ${asOf}`);
  }
}
