import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeVerify } from '../../../core/cli/verify.ts';
import type { VerifyOptions } from '../../../core/cli/verifyStore.ts';
import { verifyStore } from '../../../core/cli/verifyStore.ts';
import type { Store } from '../../../core/ports.ts';
import { SqliteStore } from '../../../core/stores/sqlite/SqliteStore.ts';
import { Books } from '../../property/Books.ts';
import type { Doc, Line, Setting } from '../../property/documents.ts';

const setting: Setting = {
  items: [
    { sku: 'AVG', valuation: 'average', tracking: 'lot' },
    { sku: 'FIFO', valuation: 'fifo' },
    { sku: 'MADE', valuation: 'fifo' },
  ],
  pools: {},
  negative: 'allow',
  minorDigits: 2,
  closedPeriod: 'refuse',
};

const learnt = (day: number): string => `2026-06-0${day}T00:00:00.000Z`;
const doc = (type: string, document: string, day: number, lines: Line[], more = {}): Doc => ({
  type: `stock.${type}.v1`,
  recordedAt: learnt(day),
  data: { document, at: `2026-03-0${day}T08:00:00.000Z`, lines, ...more },
});

/** Two SKUs, one by layers and one by average with lots, and a third that is made of the first. */
const story: Doc[] = [
  doc('receive', 'R1', 1, [
    { sku: 'FIFO', location: 'BER', quantity: '10', unitCost: '2.5' },
    { sku: 'AVG', location: 'BER', quantity: '10', unitCost: '2.5', lot: 'L1' },
  ]),
  doc('receive', 'R2', 2, [
    { sku: 'FIFO', location: 'BER', quantity: '6', unitCost: '3' },
    { sku: 'AVG', location: 'BER', quantity: '4', unitCost: '3', lot: 'L1' },
  ]),
  doc('issue', 'I1', 3, [{ sku: 'FIFO', location: 'BER', quantity: '11' }]),
  doc('transfer', 'T1', 4, [{ sku: 'AVG', from: 'BER', to: 'HAM', quantity: '3', lot: 'L1' }]),
  doc('produce', 'P1', 5, [{ sku: 'MADE', location: 'BER', quantity: '1' }], {
    components: [{ sku: 'FIFO', location: 'BER', quantity: '2' }],
    additionalCost: '1',
  }),
  {
    type: 'reservation.create.v1',
    recordedAt: learnt(6),
    data: {
      reservation: 'V1',
      at: learnt(6),
      lines: [{ sku: 'FIFO', location: 'BER', quantity: '1' }],
    },
  },
];

const unchanged = 'DROP TRIGGER entries_unchanged; UPDATE entries SET';
const kept = 'DROP TRIGGER entries_kept; DELETE FROM entries WHERE';

/** Each way to spoil a store, and what verify says of it. */
const spoilings: { what: string; sql: string; finds: RegExp[]; others?: boolean }[] = [
  {
    what: 'a balance that was changed by hand',
    sql: `UPDATE balances SET on_hand = on_hand - 2000000 WHERE sku = 'AVG' AND place = 'HAM'`,
    finds: [/^AVG balance: balance HAM, lot L1 is 1, the ledger gives 3$/, /^AVG zero-sum: /],
  },
  {
    what: 'a balance that is gone',
    sql: `DELETE FROM balances WHERE sku = 'FIFO'`,
    finds: [
      /^FIFO balance: balance BER is missing, the ledger gives 3$/,
      /^FIFO reserved: 0 is reserved of BER, the open reservations hold 1$/,
    ],
  },
  {
    what: 'a balance that no entry explains',
    sql: `INSERT INTO balances SELECT sku, 'MUC', lot, status, owner, 7000000, 0, '', '', 0
      FROM balances WHERE sku = 'FIFO'`,
    finds: [/^FIFO balance: balance MUC is 7, the ledger gives 0$/],
  },
  {
    what: 'a reservation that no balance knows',
    sql: `UPDATE balances SET reserved = 0 WHERE sku = 'FIFO'`,
    finds: [/^FIFO reserved: 0 is reserved of BER, the open reservations hold 1$/],
  },
  {
    what: 'something reserved that nobody holds',
    sql: `UPDATE reservations SET state = 'voided'`,
    finds: [/^FIFO reserved: 1 is reserved of BER, the open reservations hold 0$/],
  },
  {
    what: 'an entry that was deleted',
    sql: `${kept} sku = 'FIFO' AND seq = 2`,
    finds: [/^FIFO sequence: entry 2 is missing, 3 follows$/],
  },
  {
    what: 'the last entry deleted',
    sql: `${kept} sku = 'AVG' AND seq = 3`,
    finds: [/^AVG head: the head says 3 entries, the ledger has 2$/],
  },
  {
    what: 'an entry whose quantity was changed',
    sql: `${unchanged} quantity = 9000000 WHERE sku = 'FIFO' AND seq = 3`,
    finds: [
      /^FIFO chain: entry 3 does not have the hash of what it and those before it say$/,
      /^FIFO balance: balance BER is 3, the ledger gives 5$/,
    ],
  },
  {
    what: 'an entry whose value was changed',
    sql: `${unchanged} value = value + 1 WHERE sku = 'AVG' AND seq = 1`,
    finds: [
      /^AVG chain: entry 1 /,
      /^AVG pool: pool main is worth 37\.00, the ledger gives 37\.01$/,
      /^AVG cost: entry 1 \(receive R1\) is worth 25\.01, its costs give 25\.00$/,
      /^AVG journal: account 1400 has 37\.01, its pools are worth 37\.00$/,
    ],
  },
  {
    what: 'an entry whose reason was changed',
    sql: `${unchanged} reason = 'NOT WHAT IT WAS' WHERE sku = 'AVG' AND seq = 1`,
    finds: [/^AVG chain: entry 1 /],
  },
  {
    what: 'a document whose partner was changed',
    sql: `DROP TRIGGER documents_unchanged; UPDATE documents SET partner = 'V-9' WHERE document = 'T1'`,
    finds: [/^AVG chain: entry 3 /],
  },
  {
    what: 'a whole chain that was written anew',
    sql: `${unchanged} hash = 'x' || hash WHERE sku = 'AVG'`,
    finds: [/^AVG chain: entry 1 /, /^AVG head: the head says hash /],
  },
  {
    what: 'an entry recorded before the one in front of it',
    sql: `${unchanged} recorded_at = '2020-01-01T00:00:00.000Z' WHERE sku = 'AVG' AND seq = 2`,
    finds: [/^AVG recorded-at: entry 2 was recorded at 2020-01-01/],
  },
  {
    what: 'a layer that lost value',
    sql: `UPDATE layers SET value = value - 1 WHERE sku = 'FIFO'`,
    finds: [
      /^FIFO layers: layer 2\.1 \(2026-03-02T08:00:00\.000Z\) of pool main is 3 worth 8\.99, of 2 .*, its costs give 3 worth 9\.00, /,
    ],
  },
  {
    what: 'a layer that is gone',
    sql: `DELETE FROM layers WHERE sku = 'FIFO'`,
    finds: [/^FIFO layers: the layers of pool main hold 0, the pool 3$/],
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
    what: 'an item that says it is valued otherwise',
    sql: `UPDATE items SET valuation = 'lifo' WHERE sku = 'FIFO'`,
    finds: [/^FIFO head: the item is valued by lifo, the ledger gives fifo$/],
  },
  {
    what: 'a product that costs less than what went into it',
    sql: `${unchanged} value = value - 100 WHERE sku = 'MADE'`,
    finds: [/^MADE production: entry 1 \(produce P1\) is worth 6\.00, what went into it 7\.00$/],
  },
  {
    what: 'a head that is gone',
    sql: `DELETE FROM heads WHERE sku = 'AVG'`,
    finds: [/^AVG head: there is no head for this SKU$/],
  },
];

const usual = { checkpointFacts: 1_000, recostFacts: 1_000, historyRows: 1_000 };

describe('verify over a SQLite store', () => {
  let folder: string;
  let store: SqliteStore;
  let books: Books;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-verify-'));
    store = new SqliteStore(folder);
    await store.open();
    books = await Books.open(setting, store);
    for (const one of story) assert.deepEqual(await books.send(one), ['booked']);
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

  const verify = (options: VerifyOptions = {}, of: Store = store) =>
    verifyStore(of, books.policy, options);
  const differences = async (options: VerifyOptions = {}, of: Store = store): Promise<string[]> =>
    (await verify(options, of)).differences.map(
      ({ sku, check, message }) => `${sku} ${check}: ${message}`,
    );

  it('is content with right books, and says so', async () => {
    const report = await verify();
    const { skus, entries, differences: found } = report;
    assert.deepEqual({ skus, entries, found }, { skus: 3, entries: 8, found: [] });
    assert.match(
      describeVerify(report)[0]!,
      /^The books are right: 8 ledger entries of 3 SKUs give/,
    );
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
      assert.equal(skus.size, 1, 'the other SKUs are right');
    });
  }

  it('finds a checkpoint that was changed', async () => {
    const few = new Books(setting, store, { ...usual, checkpointFacts: 2 });
    const more = (day: number) =>
      doc('receive', `M${day}`, day, [{ sku: 'FIFO', location: 'BER', quantity: '1' }]);
    for (const day of [6, 7, 8, 9]) await few.send(more(day));
    for (const day of [1, 2, 3]) {
      const early = doc('receive', `E${day}`, day, [
        { sku: 'FIFO', location: 'BER', quantity: '1', unitCost: '4' },
      ]);
      await few.send({ ...early, recordedAt: learnt(9) });
    }
    assert.deepEqual(await differences(), []);
    spoil(`UPDATE checkpoints SET state = replace(state, '"fifo"', '"lifo"')`);
    const [first] = await differences();
    assert.match(first!, /^FIFO checkpoint: the checkpoint after entry \d+ has other costs/);
  });

  it('says which SKUs wait to be costed anew, which is no difference', async () => {
    const few = new Books(setting, store, { ...usual, recostFacts: 1 });
    const late = doc('receive', 'LATE', 1, [
      { sku: 'FIFO', location: 'BER', quantity: '1', unitCost: '9' },
    ]);
    await few.send({ ...late, recordedAt: learnt(9) });
    const report = await verify();
    assert.deepEqual(report.differences, []);
    assert.deepEqual(
      report.pending.map(({ sku }) => sku),
      ['FIFO'],
    );
    assert.match(describeVerify(report)[1]!, /^FIFO is being re-costed from 2026-03-01T/);
  });

  it('gives a digest that whoever noted it down can ask for again', async () => {
    const { digest, knownAt } = await verify();
    assert.equal(knownAt, learnt(5));
    const issue = doc('issue', 'I9', 9, [{ sku: 'FIFO', location: 'BER', quantity: '1' }]);
    await books.send(issue);
    assert.notEqual((await verify()).digest, digest);
    assert.deepEqual(await differences({ knownAt, expect: digest }), []);
    assert.match(
      (await differences({ expect: digest })).join(),
      /^\(all\) digest: as known at 2026-06-09.* has digest \S+, expected was /,
    );
  });

  it('reads a SKU again that was booked while it was read', async () => {
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
            const components = [{ sku: 'AVG', location: 'BER', quantity: '1', lot: 'L1' }];
            const lines = [{ sku: 'MADE', location: 'BER', quantity: '1' }];
            await books.send(doc('produce', 'P9', 9, lines, { components }));
          }
          return page;
        };
      },
    });
    assert.deepEqual(await differences({}, busy), []);
    assert.ok(booked);
  });
});
