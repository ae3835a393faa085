import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { verifyStore } from '../../../core/cli/verifyStore.ts';
import type { Commit } from '../../../core/ledger.ts';
import type { Store } from '../../../core/ports.ts';
import { SkuAudit } from '../../../core/stock/verify.ts';
import { SqliteStore } from '../../../core/stores/sqlite/SqliteStore.ts';
import { StockBook } from '../../stockBook.ts';

const at = '2026-03-01T08:00:00Z';
const later = '2026-03-02T08:00:00Z';

/** Two SKUs, one by layers and one by average, with all that can happen to them. */
function someBooks(): Commit {
  const book = new StockBook();
  book.book('item.upsert.v1', { sku: 'AVG', valuation: 'average' });
  const both = (quantity: string, unitCost: string) => [
    { sku: 'FIFO', location: 'BER', quantity, unitCost },
    { sku: 'AVG', location: 'BER', quantity, unitCost, lot: 'L1' },
  ];
  book.book('stock.receive.v1', { document: 'R1', at, lines: both('10', '2.5') });
  book.book('stock.receive.v1', { document: 'R2', at, lines: both('4', '3') });
  book.book('stock.issue.v1', {
    document: 'I1',
    at: later,
    lines: [{ sku: 'FIFO', location: 'BER', quantity: '11' }],
  });
  book.book('stock.transfer.v1', {
    document: 'T1',
    at: later,
    lines: [{ sku: 'AVG', from: 'BER', to: 'HAM', quantity: '3', lot: 'L1' }],
  });
  return commitOf(book);
}

function commitOf(book: StockBook): Commit {
  const rest = { recordedAt: later, inbox: [], tallies: [], parked: [], outbox: [] };
  return { ...rest, ...book.workspace.changes() };
}

function auditAll(commit: Commit): string[] {
  return commit.heads.flatMap(({ head }) => {
    const audit = new SkuAudit(head.sku, 2);
    for (const entry of commit.entries) if (entry.sku === head.sku) audit.entry(entry);
    for (const balance of commit.balances) if (balance.sku === head.sku) audit.balance(balance);
    for (const layer of commit.layers)
      if (layer.sku === head.sku && layer.quantity !== 0n) audit.layer(layer);
    return audit.finish(head).map(({ sku, message }) => `${sku} ${message}`);
  });
}

describe('verify', () => {
  it('finds nothing wrong in what the stock rules booked, whatever was booked', () => {
    const place = fc.constantFrom('BER', 'HAM');
    const quantity = fc.integer({ min: 1, max: 40_000 }).map((n) => String(n / 1000));
    const unitCost = fc.integer({ min: 0, max: 99_999 }).map((n) => (n / 1000).toFixed(3));
    const movement = fc.record({
      kind: fc.constantFrom('receive', 'issue', 'transfer', 'return', 'count'),
      sku: fc.constantFrom('FIFO', 'AVG'),
      place,
      quantity,
      unitCost,
    });
    fc.assert(
      fc.property(fc.array(movement, { maxLength: 40 }), (movements) => {
        const book = new StockBook();
        book.book('item.upsert.v1', { sku: 'AVG', valuation: 'average' });
        for (const [index, { kind, sku, place: location, ...line }] of movements.entries()) {
          const document = { document: `D${index}`, at };
          const { quantity: amount } = line;
          if (kind === 'receive' || kind === 'return') {
            const lines = [{ sku, location, ...line }];
            book.book(`stock.${kind}.v1`, { ...document, lines });
          } else if (kind === 'transfer') {
            const to = location === 'BER' ? 'HAM' : 'BER';
            const lines = [{ sku, from: location, to, quantity: amount }];
            book.book('stock.transfer.v1', { ...document, lines });
          } else {
            const lines = [{ sku, location, quantity: amount }];
            book.book(`stock.${kind}.v1`, { ...document, lines });
          }
        }
        assert.deepEqual(auditAll(commitOf(book)), []);
      }),
      { numRuns: 200 },
    );
  });

  it('names a difference with both figures', () => {
    const commit = someBooks();
    commit.balances.find(({ sku }) => sku === 'FIFO')!.onHand += 1_500_000n;
    assert.deepEqual(auditAll(commit), [
      'FIFO balance BER is 4.5, the ledger gives 3',
      'FIFO all places together hold 1.5 instead of 0',
    ]);
  });
});

/** Each way to spoil a store, and what verify says of it. */
const spoilings: { what: string; sql: string; finds: RegExp[] }[] = [
  {
    what: 'a balance that was changed by hand',
    sql: `UPDATE balances SET on_hand = on_hand - 2000000 WHERE sku = 'AVG' AND place = 'HAM'`,
    finds: [/^AVG balance: balance HAM, lot L1 is 1, the ledger gives 3$/, /^AVG zero-sum: /],
  },
  {
    what: 'a balance that is gone',
    sql: `DELETE FROM balances WHERE sku = 'FIFO'`,
    finds: [/^FIFO balance: balance BER is missing, the ledger gives 3$/],
  },
  {
    what: 'a balance that no entry explains',
    sql: `INSERT INTO balances SELECT sku, 'MUC', lot, status, 7000000, 0, 1 FROM balances WHERE sku = 'FIFO'`,
    finds: [/^FIFO balance: balance MUC is 7, the ledger gives 0$/],
  },
  {
    what: 'an entry that was deleted',
    sql: `DROP TRIGGER entries_kept; DELETE FROM entries WHERE sku = 'FIFO' AND seq = 2`,
    finds: [/^FIFO sequence: entry 2 is missing, 3 follows$/],
  },
  {
    what: 'the last entry deleted',
    sql: `DROP TRIGGER entries_kept; DELETE FROM entries WHERE sku = 'FIFO' AND seq = 3`,
    finds: [/^FIFO head: the head says 3 entries, the ledger has 2$/],
  },
  {
    what: 'an entry whose quantity was changed',
    sql: `DROP TRIGGER entries_unchanged; UPDATE entries SET quantity = 9000000 WHERE sku = 'FIFO' AND seq = 3`,
    finds: [/^FIFO balance: balance BER is 3, the ledger gives 5$/],
  },
  {
    what: 'an entry whose value was changed',
    sql: `DROP TRIGGER entries_unchanged; UPDATE entries SET value = value + 1 WHERE sku = 'AVG' AND seq = 1`,
    finds: [/^AVG pool: pool main is worth 37\.00, the ledger gives 37\.01$/],
  },
  {
    what: 'an entry recorded before the one in front of it',
    sql: `DROP TRIGGER entries_unchanged; UPDATE entries SET recorded_at = '2020-01-01T00:00:00.000Z' WHERE sku = 'AVG' AND seq = 2`,
    finds: [/^AVG recorded-at: entry 2 was recorded at 2020-01-01/],
  },
  {
    what: 'a layer that lost value',
    sql: `UPDATE layers SET value = value - 1 WHERE sku = 'FIFO'`,
    finds: [/^FIFO layers: the layers of pool main hold 3 worth 8\.99, the pool 3 worth 9\.00$/],
  },
  {
    what: 'a layer that is gone',
    sql: `DELETE FROM layers WHERE sku = 'FIFO'`,
    finds: [/^FIFO layers: the layers of pool main hold 0 worth 0\.00/],
  },
  {
    what: 'a pool that was changed',
    sql: `UPDATE heads SET pools = replace(pools, '3000000', '0') WHERE sku = 'FIFO'`,
    finds: [
      /^FIFO pool: pool main holds 0, the ledger gives 3$/,
      /^FIFO pool: pool main is worth 9\.00 and holds no quantity$/,
    ],
  },
  {
    what: 'a head that is gone',
    sql: `DELETE FROM heads WHERE sku = 'AVG'`,
    finds: [/^AVG head: there is no head for this SKU$/],
  },
];

describe('verify over a SQLite store', () => {
  let folder: string;
  let store: SqliteStore;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-verify-'));
    store = new SqliteStore(folder);
    await store.open();
    await store.commit(someBooks());
  });

  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function spoil(sql: string): void {
    const database = new DatabaseSync(join(folder, 'store.db'));
    database.exec(sql);
    database.close();
  }

  const differences = async (of: Store = store): Promise<string[]> =>
    (await verifyStore(of, 2)).differences.map(
      ({ sku, check, message }) => `${sku} ${check}: ${message}`,
    );

  it('is content with right books', async () => {
    const { skus, entries, differences: found } = await verifyStore(store, 2);
    assert.deepEqual({ skus, entries, found }, { skus: 2, entries: 6, found: [] });
  });

  for (const { what, sql, finds } of spoilings) {
    it(`finds ${what}`, async () => {
      spoil(sql);
      const found = await differences();
      for (const wanted of finds) {
        assert.ok(
          found.some((line) => wanted.test(line)),
          `${wanted} is not in:\n${found.join('\n')}`,
        );
      }
      const skus = new Set(found.map((line) => line.split(' ')[0]));
      assert.equal(skus.size, 1, 'the other SKU is right');
    });
  }

  it('reads a SKU again that was booked while it was read', async () => {
    const book = new StockBook();
    let booked = false;
    // Between the reading of balances and that of entries somebody books.
    const busy = new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name !== 'ledger') return typeof value === 'function' ? value.bind(target) : value;
        return async (...args: Parameters<Store['ledger']>) => {
          const page = await target.ledger(...args);
          if (!booked) {
            booked = true;
            book.book('stock.receive.v1', {
              document: 'R9',
              at,
              lines: [{ sku: 'NEW', location: 'BER', quantity: '1', unitCost: '1' }],
            });
            await target.commit(commitOf(book));
          }
          return page;
        };
      },
    });
    assert.deepEqual(await differences(busy), []);
  });
});
