/** Whole books made to fit: what only the digest can tell, and what even that cannot. */
import type { Doc } from '../../ledgerRig.ts';
import { type Forger, ofSku } from './Forger.ts';
import { type Row, type Tampering, tamperings } from './Tampering.ts';

/** Closings follow from packs: without them, nothing says what there was. */
const NO_CLOSINGS = 'DELETE FROM closings_made; DELETE FROM closing_parts';

const made = (forge: (forger: Forger) => void) => (forger: Forger) =>
  forger.unguarded(() => {
    forge(forger);
    forger.sql(NO_CLOSINGS);
    forger.rechain();
  });

const receipt = (sku: string, quantity: string): Doc => [
  'receive',
  {
    document: 'GR99',
    at: '2026-03-01T09:00:00.000Z',
    lines: [{ sku, location: 'W', quantity, unitCost: '1' }],
  },
];
const NO_MESSAGE = `DELETE FROM inbox WHERE source = '/forged'`;
const noMessage = (forger: Forger): void => forger.unguarded(() => forger.sql(NO_MESSAGE));

/** What was booked now is of the commit of GR2 and GR3. */
const asOfBefore = (forger: Forger): void => {
  const [pack] = forger.rows<{ no: number; at: string }>(
    `SELECT no, recorded_at AS at FROM commits WHERE no = (SELECT commit_no FROM documents WHERE document = 'GR2')`,
  );
  const { no, at } = pack!;
  forger.sql(`UPDATE documents SET id = (${no} << 18) + 9 WHERE document = 'GR99';
    UPDATE packs SET commit_no = ${no} WHERE ${ofSku('NEW')};
    DELETE FROM commits WHERE no = (SELECT max(no) FROM commits)`);
  forger.pack('NEW', 1, (body) => {
    body.recordedAt = at;
    body.documents[0][0] = 9;
  });
};

const rows: Row[] = [
  [
    'the last receipt and all that came of it is gone',
    made((forger) => forger.removePacks(`version = 5 AND ${ofSku('LOT')}`)),
    '(all) inbox',
  ],
  [
    'quantity and value of the last receipt, and all that came of them',
    made((forger) =>
      forger.pack('LOT', 5, ({ entries, pools, balances, layers }) => {
        entries[0].splice(2, 2, 2_000_000, 1_800);
        entries[0].splice(6, 2, [2_000_000], { amount: '1800', unitCost: '9000000' });
        pools[0].splice(1, 2, 10_000_000, 7_800);
        balances[2][4] = 2_000_000;
        layers[2].splice(4, 2, 2_000_000, 1_800);
      }),
    ),
    'the digest alone',
  ],
  [
    'a value is said to wait for re-costing, and all that came of it',
    made((forger) => {
      forger.sql(`UPDATE skus SET recosts = 1 WHERE sku = 'AVG'`);
      forger.pack('AVG', undefined, (body) => {
        body.entries[0][3] = 300;
        body.pools.at(-1)[2] = 6_500;
        body.recost = {
          at: '2026-01-01T00:00:00.000Z',
          rank: '1D',
          seq: 1,
          done: 0,
          total: 5,
          shifts: [],
        };
      });
    }),
    'the digest alone',
  ],
  [
    'a SKU is gone',
    made((forger) => {
      forger.removePacks(ofSku('LENT'));
      for (const table of ['skus', 'sku_places'])
        forger.sql(`DELETE FROM ${table} WHERE sku = 'LENT'`);
    }),
    '(all) inbox',
  ],
  [
    'a SKU has another name',
    made((forger) => {
      for (const table of ['skus', 'sku_places']) {
        forger.sql(`UPDATE ${table} SET sku = 'HENT' WHERE sku = 'LENT'`);
      }
      for (const version of [1, 2]) {
        forger.pack('HENT', version, (body) => {
          body.sku = 'HENT';
        });
      }
    }),
    'the digest alone',
  ],
  [
    'the ledger is empty',
    (forger) =>
      forger.unguarded(() => {
        const declared = ['sku_places', 'open_orders', 'locations', 'log'];
        const tables = ['commits', 'packs', 'documents', 'lots', 'returns', 'partners', 'skus'];
        for (const table of [...tables, 'checkpoints', 'reservations', 'inbox', ...declared]) {
          forger.sql(`DELETE FROM ${table}`);
        }
        forger.sql(
          `${NO_CLOSINGS}; UPDATE period SET version = 0, closed_through = '', log = '[]'`,
        );
      }),
    'the digest alone',
  ],
  [
    'a SKU is invented, recorded before',
    async (forger) => {
      await forger.book(receipt('NEW', '5'));
      made(asOfBefore)(forger);
      const before = `recorded_at = (SELECT recorded_at FROM commits ORDER BY no DESC LIMIT 1)`;
      forger.unguarded(() => forger.sql(`UPDATE inbox SET ${before} WHERE source = '/forged'`));
    },
    'the digest alone',
  ],
  [
    'a SKU is invented, recorded before, without a message',
    async (forger) => {
      await forger.book(receipt('NEW', '5'));
      made(asOfBefore)(forger);
      noMessage(forger);
    },
    'NEW inbox',
  ],
  [
    'a SKU is invented, recorded after the noted moment',
    (forger) => forger.book(receipt('NEW', '5')),
    { notSeen: 'the digest covers what was recorded by then: a later one covers it' },
  ],
  [
    'an entry is appended, recorded after the noted moment',
    (forger) => forger.book(receipt('BIKE', '5')),
    { notSeen: 'the digest covers what was recorded by then: a later one covers it' },
  ],
  [
    'an entry is appended, recorded after the noted moment, without a message',
    async (forger) => {
      await forger.book(receipt('BIKE', '5'));
      noMessage(forger);
    },
    'BIKE inbox',
  ],
];

export const inventedRows: Tampering[] = tamperings('made to fit', rows);
