import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeVerify } from '../../../core/cli/verify.ts';
import { hashOfPack } from '../../../core/packFrom.ts';
import type { Store } from '../../../core/ports.ts';
import { openSqlite } from '../../../core/stores/sqlite/openSqlite.ts';
import type { VerifyOptions } from '../../../core/verify.ts';
import { verifyStore } from '../../../core/verify.ts';
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
  doc('issue', 'I1', 3, [{ sku: 'FIFO', location: 'BER', quantity: '11' }], { partner: 'C-1' }),
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

/** A pack's text as it is parsed. */
// biome-ignore lint/suspicious/noExplicitAny: a forger takes it as it comes.
type Body = Record<string, any>;

interface Spoiling {
  what: string;
  sku: 'FIFO' | 'AVG' | 'MADE';
  /** Which pack; the last where it is left out. */
  version?: number;
  spoil(body: Body): void;
  finds: RegExp[];
}

/** Ways to change a pack; then all hashes after it are made anew, so that only the figures tell. */
const forgeries: Spoiling[] = [
  {
    what: 'a balance',
    sku: 'AVG',
    spoil: ({ balances }) => {
      balances[1][4] -= 2_000_000;
    },
    finds: [/^AVG balance: balance HAM, lot L1 is 1, the ledger gives 3$/, /^AVG zero-sum: /],
  },
  {
    what: 'a balance that is gone',
    sku: 'FIFO',
    spoil: ({ balances }) => balances.pop(),
    finds: [
      /^FIFO balance: balance BER is missing, the ledger gives 3$/,
      /^FIFO reserved: 0 is reserved of BER, the open reservations hold 1$/,
    ],
  },
  {
    what: 'a balance that no entry explains',
    sku: 'FIFO',
    spoil: ({ balances }) => balances.push(['MUC', '', 'available', '', 7_000_000, 0, 1]),
    finds: [/^FIFO balance: balance MUC is 7, the ledger gives 0$/],
  },
  {
    what: 'a reservation that no balance knows',
    sku: 'FIFO',
    spoil: ({ balances }) => {
      balances[0][5] = 0;
    },
    finds: [/^FIFO reserved: 0 is reserved of BER, the open reservations hold 1$/],
  },
  {
    what: 'an entry that is gone',
    sku: 'FIFO',
    version: 3,
    spoil: ({ entries }) => entries.pop(),
    finds: [/^FIFO sequence: pack 3 says 2 entries, with those of its own there are 1$/],
  },
  {
    what: 'the quantity of an entry',
    sku: 'FIFO',
    version: 4,
    spoil: ({ entries }) => {
      entries[0][2] = 9_000_000;
    },
    finds: [/^FIFO balance: balance BER is 3, the ledger gives 5$/],
  },
  {
    what: 'the value of an entry',
    sku: 'AVG',
    version: 2,
    spoil: ({ entries }) => {
      entries[0][3] += 1;
    },
    finds: [
      /^AVG pool: pool main is worth 37\.00, the ledger gives 37\.01$/,
      /^AVG cost: entry 1 \(receive R1\) is worth 25\.01, its costs give 25\.00$/,
      /^AVG journal: account 1400 has 37\.01, its pools are worth 37\.00$/,
    ],
  },
  {
    what: 'when it was recorded',
    sku: 'AVG',
    version: 2,
    spoil: (body) => {
      body.recordedAt = '2020-01-01T00:00:00.000Z';
    },
    finds: [/^AVG recorded-at: pack 2 was recorded at 2020-01-01/],
  },
  {
    what: 'the value of a layer',
    sku: 'FIFO',
    spoil: ({ layers }) => {
      layers[0][5] -= 1;
    },
    finds: [
      /^FIFO layers: layer 2\.1 \(2026-03-02T08:00:00\.000Z\) of pool main is 3 worth 8\.99, of 2 .*, its costs give 3 worth 9\.00, /,
    ],
  },
  {
    what: 'a layer that is gone',
    sku: 'FIFO',
    spoil: ({ layers }) => layers.pop(),
    finds: [/^FIFO layers: the layers of pool main hold 0, the pool 3$/],
  },
  {
    what: 'a pool',
    sku: 'FIFO',
    spoil: ({ pools }) => {
      pools[0][1] = 0;
    },
    finds: [
      /^FIFO pool: pool main holds 0, the ledger gives 3$/,
      /^FIFO pool: pool main is worth 9\.00 and holds no quantity$/,
    ],
  },
  {
    what: 'the time of a document in a pack alone',
    sku: 'AVG',
    version: 4,
    spoil: ({ documents }) => {
      documents[0][1] = '2026-03-05T08:00:00.000Z';
    },
    finds: [
      /^AVG chain: pack 4 says that document T1 is of 2026-03-05T\S+, the document says 2026-03-04T/,
    ],
  },
  {
    what: 'an entry of a kind that has no cost',
    sku: 'AVG',
    version: 2,
    spoil: ({ routes }) => {
      routes[0][0] = 'method';
    },
    finds: [/^AVG cost: its entries cannot be costed: /],
  },
  {
    what: 'how the item is valued',
    sku: 'FIFO',
    spoil: ({ item }) => {
      item.valuation = 'lifo';
    },
    finds: [/^FIFO head: the item is valued by lifo, the ledger gives fifo$/],
  },
  {
    what: 'what a product cost',
    sku: 'MADE',
    spoil: ({ entries }) => {
      entries[0][3] -= 100;
    },
    finds: [/^MADE production: entry 1 \(produce P1\) is worth 6\.00, what went into it 7\.00$/],
  },
];

const drop = ['commits', 'packs', 'documents', 'inbox']
  .map((table) => `DROP TRIGGER ${table}_unchanged; DROP TRIGGER ${table}_kept;`)
  .join('');
const ofSku = (sku: string): string => `sku_id = (SELECT id FROM skus WHERE sku = '${sku}')`;

const lastPack = (sku: string): string => `(SELECT max(id) FROM packs WHERE ${ofSku(sku)})`;

/** Changes by hand that leave the hashes as they are. */
const tamperings: { what: string; sql: string; finds: RegExp[] }[] = [
  {
    what: 'the reason of an entry that was changed',
    sql: `UPDATE packs SET body = replace(body, '"line":"1"', '"line":"2"') || ' ' WHERE version = 1 AND ${ofSku('AVG')}`,
    finds: [/^AVG chain: pack 1 does not have the hash of what it and those before it say$/],
  },
  {
    what: 'a document whose partner was changed',
    sql: `UPDATE documents SET partner = 'V-9' WHERE document = 'T1'`,
    finds: [/^AVG chain: pack 4 /],
  },
  {
    what: 'a document that somebody else is said to have booked',
    sql: `UPDATE documents SET actor = 'cli:mallory' WHERE document = 'T1'`,
    finds: [/^AVG chain: pack 4 /],
  },
  {
    what: 'a hash that was changed',
    sql: `UPDATE packs SET hash = 'x' || hash WHERE version = 2 AND ${ofSku('AVG')}`,
    finds: [/^AVG chain: pack 2 /, /^AVG chain: pack 3 /],
  },
  {
    what: 'a SKU that waits to be costed anew by the list alone',
    sql: `UPDATE skus SET recosts = 1 WHERE sku = 'AVG'`,
    finds: [
      /^AVG chain: it is among those that wait to be costed anew, its last pack says otherwise$/,
    ],
  },
  {
    what: 'a pack that is found at another place of the history',
    sql: `UPDATE packs SET first_seq = first_seq + 1 WHERE version = 3 AND ${ofSku('FIFO')}`,
    finds: [/^FIFO chain: pack 3 is found as that of entry 3, and begins with entry 2$/],
  },
  {
    what: 'when a commit was recorded',
    sql: `UPDATE commits SET recorded_at = '1999-12-31T00:00:00.000Z'
      WHERE no = (SELECT commit_no FROM packs WHERE version = 4 AND ${ofSku('FIFO')})`,
    finds: [/^FIFO chain: pack 4 was recorded at 2026-\S+, its commit is said to be of 1999-/],
  },
  {
    what: 'a document that does not lead to its packs, so that it could not be cancelled',
    sql: `UPDATE documents SET packs = '[]' WHERE document = 'T1'`,
    finds: [/^AVG chain: pack 4 has entries of document T1, whose list of packs does not name it$/],
  },
  {
    what: 'a partner who does not lead to a document',
    sql: `UPDATE partners SET numbers = '[7]' WHERE partner = 'C-1'`,
    finds: [
      /^FIFO chain: pack 4 has entries of document I1 of C-1, and is not found by that partner$/,
    ],
  },
  {
    what: 'a lot that does not lead to its entries',
    sql: `DELETE FROM lots WHERE lot = 'L1' AND pack = ${lastPack('AVG')}`,
    finds: [/^AVG chain: pack 4 has entries of lot L1, and is not found by it$/],
  },
  {
    what: 'a place that does not lead to a SKU',
    sql: `DELETE FROM sku_places WHERE place = 'HAM'`,
    finds: [/^AVG chain: it was at HAM, and is not found by that place$/],
  },
  {
    what: 'a document that is gone',
    sql: `DELETE FROM documents WHERE document = 'T1'`,
    finds: [/^AVG chain: pack 4 names document 0 of its commit, which is not there$/],
  },
  {
    what: 'a SKU of another name',
    sql: `UPDATE skus SET sku = 'ABC' WHERE sku = 'AVG'`,
    finds: [/^ABC chain: pack 1 says that it is pack 1 of AVG$/],
  },
  {
    what: 'a SKU that no list shows any more',
    sql: `DELETE FROM skus WHERE sku = 'AVG'`,
    finds: [/^AVG chain: it has packs, and is not among the SKUs that are listed$/],
  },
  {
    what: 'a SKU of which all packs are gone',
    sql: `DELETE FROM packs WHERE ${ofSku('AVG')}`,
    finds: [/^AVG chain: it is listed, and has no packs$/],
  },
  {
    what: 'a pack that is no text of a pack',
    sql: `UPDATE packs SET body = '{"v":1}' WHERE id = ${lastPack('AVG')}`,
    finds: [/^AVG chain: pack 4 cannot be read: /],
  },
  {
    what: 'a pack whose end is no JSON',
    sql: `UPDATE packs SET body = body || ']' WHERE id = ${lastPack('AVG')}`,
    finds: [/^AVG chain: pack 4 does not have the hash of /, /^AVG chain: pack 4 cannot be read: /],
  },
  {
    what: 'another content of a message in the inbox',
    sql: `UPDATE inbox SET contenthash = 'other' WHERE id LIKE '% T1 %'`,
    finds: [
      /^AVG inbox: .* T1 .* \(T1\) has the content hash other in the inbox, was booked with \w{64}$/,
    ],
  },
  {
    what: 'a message that is not in the inbox any more',
    sql: `DELETE FROM inbox WHERE id LIKE '% T1 %'`,
    finds: [/^AVG inbox: .* T1 .* \(T1\) is not in the inbox, was booked with \w{64}$/],
  },
  {
    what: 'something reserved that nobody holds',
    sql: `UPDATE reservations SET state = 'voided'`,
    finds: [/^FIFO reserved: 1 is reserved of BER, the open reservations hold 0$/],
  },
];

const usual = { checkpointFacts: 1_000, recostFacts: 1_000, historyRows: 1_000 };

describe('verify over a SQLite store', () => {
  let folder: string;
  let store: Store;
  let books: Books;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-verify-'));
    store = await openSqlite(folder);
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
    assert.deepEqual({ skus, entries, found }, { skus: 3, entries: 9, found: [] });
    assert.match(
      describeVerify(report)[0]!,
      /^The books are right: 9 ledger entries of 3 SKUs give/,
    );
  });

  async function expectFound(sku: string, finds: readonly RegExp[]): Promise<string[]> {
    const found = await differences();
    for (const wanted of finds) {
      assert.ok(
        found.some((line) => wanted.test(line)),
        `${wanted} is not in:\n${found.join('\n')}`,
      );
    }
    const skus = new Set(found.map((line) => line.split(' ')[0]));
    // Which SKU the packs were of that are gone nothing tells.
    skus.delete('(all)');
    assert.deepEqual([...skus], [sku], 'the other SKUs are right');
    return found;
  }

  for (const { what, sql, finds } of tamperings) {
    it(`finds ${what}`, async () => {
      spoil(drop + sql);
      await expectFound(finds[0]!.source.slice(1).split(' ')[0]!, finds);
    });
  }

  /** Changes a pack, and makes its hash and all after it anew. */
  async function forge({ sku, version, spoil: change }: Spoiling): Promise<void> {
    const rows = (await Array.fromAsync(store.packs([sku]))).flat();
    const database = new DatabaseSync(join(folder, 'store.db'));
    database.exec(drop);
    const write = database.prepare(
      `UPDATE packs SET body = ?, hash = ? WHERE version = ? AND ${ofSku(sku)}`,
    );
    let before = '';
    for (const pack of rows) {
      let { body } = pack;
      if (pack.version === (version ?? rows.length)) {
        const parsed = JSON.parse(body);
        change(parsed);
        // An entry is a line of its own, also where somebody forged it.
        const lines = parsed.entries.map((entry: unknown) => JSON.stringify(entry)).join(',\n');
        body = JSON.stringify({ ...parsed, entries: 0 }).replace(
          '"entries":0',
          () => `"entries":[${lines}]`,
        );
      }
      const documentOf = (number: number) => pack.documentOf(number);
      before = hashOfPack({ ...pack, body, documentOf }, before);
      write.run(body, before, pack.version);
    }
    database.close();
  }

  for (const forgery of forgeries) {
    it(`finds ${forgery.what} changed together with all hashes, and has another digest`, async () => {
      const { digest } = await verify();
      await forge(forgery);
      const found = await expectFound(forgery.sku, forgery.finds);
      assert.ok(!found.some((line) => line.includes(' does not have the hash of ')));
      assert.notEqual((await verify()).digest, digest);
    });
  }

  it('finds a SKU whose last pack is gone by its number, and by the digest that was noted down', async () => {
    const { digest } = await verify();
    spoil(`${drop} DELETE FROM packs WHERE id = ${lastPack('AVG')}`);
    const found = (await differences({ expect: digest })).join();
    assert.match(
      found,
      /\(all\) sequence: 1 of the numbers that packs have one after another is missing/,
    );
    assert.match(found, /digest: /);
  });

  it('finds a pack that is said to stand alone, or to need others, and does not', async () => {
    const places = Array.from({ length: 12 }, (_, index) => {
      return { sku: 'FIFO', location: `P${index}`, quantity: '1' };
    });
    await books.send(doc('receive', 'R7', 7, places));
    await books.send(doc('receive', 'R8', 8, places.slice(0, 1)));
    assert.deepEqual(await differences(), []);
    const flip = (version: number): string =>
      `${drop} UPDATE packs SET is_base = 1 - is_base WHERE version = ${version} AND ${ofSku('FIFO')}`;
    spoil(flip(8));
    const alone = await differences();
    assert.ok(alone.includes('FIFO chain: pack 8 is said to stand alone, its text says otherwise'));
    spoil(flip(8).slice(drop.length));
    spoil(flip(7).slice(drop.length));
    const others = (await differences()).filter((one) => !one.includes(' schema: trigger '));
    assert.deepEqual(others, [
      'FIFO chain: pack 7 is said to need those before it, its text says otherwise',
    ]);
  });

  it('finds a checkpoint that was changed', async () => {
    const few = new Books(setting, store, { ...usual, checkpointFacts: 2 });
    const lines = [{ sku: 'MADE', location: 'BER', quantity: '3', unitCost: '4' }];
    await few.send({ ...doc('receive', 'L1', 1, lines), recordedAt: learnt(9) });
    // With no layer left, costs are kept after two facts.
    await few.send({ ...doc('issue', 'L2', 2, lines), recordedAt: learnt(9) });
    assert.deepEqual(await differences(), []);
    spoil(`UPDATE checkpoints SET state = replace(state, '"fifo"', '"lifo"')`);
    const [first] = await differences();
    assert.match(first!, /^MADE checkpoint: the checkpoint after entry \d+ has other costs/);
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
    assert.equal(knownAt, learnt(6));
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
    // Between the reading of packs and what is compared with them somebody books.
    const busy = new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name !== 'packs') return typeof value === 'function' ? value.bind(target) : value;
        return async function* (skus: readonly string[]) {
          for await (const packs of target.packs(skus)) {
            if (!booked) {
              booked = true;
              const components = [{ sku: 'AVG', location: 'BER', quantity: '1', lot: 'L1' }];
              const lines = [{ sku: 'MADE', location: 'BER', quantity: '1' }];
              await books.send(doc('produce', 'P9', 9, lines, { components }));
            }
            yield packs;
          }
        };
      },
    });
    assert.deepEqual(await differences({}, busy), []);
    assert.ok(booked);
  });
});
