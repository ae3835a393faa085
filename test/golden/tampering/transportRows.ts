/** The inbox, batches that were applied, what is parked, and events on their way. */
import { type Row, type Tampering, tamperings } from './Tampering.ts';

const ofDocument = `id = (SELECT message_id FROM documents WHERE document = 'SI3')`;
const planted = (id: string): string =>
  `INSERT INTO inbox SELECT max(number) + 1, '/test', '${id}', 'x', 'y', recorded_at FROM inbox`;
const inbox: Row[] = [
  [
    'deleted: the document can be booked again',
    `DELETE FROM inbox WHERE ${ofDocument}`,
    'AVG inbox',
  ],
  ['content hash', `UPDATE inbox SET contenthash = 'x' WHERE ${ofDocument}`, 'AVG inbox'],
  ['id', `UPDATE inbox SET id = 'm0' WHERE ${ofDocument}`, 'AVG inbox'],
  ['source', `UPDATE inbox SET source = '/else' WHERE ${ofDocument}`, 'AVG inbox'],
  ['all deleted', 'DELETE FROM inbox', 'FIFO inbox'],
  ['added: a document to come would count as booked', planted('m99.0'), '(all) inbox'],
  [
    'deleted, of an item: it can be declared again',
    `DELETE FROM inbox WHERE id = 'm22.0'`,
    '(all) inbox',
  ],
  ['deleted, of a closed period', `DELETE FROM inbox WHERE id = 'm15.0'`, '(all) period'],
  ['deleted, of a reservation', `DELETE FROM inbox WHERE id = 'm16.0'`, '(all) reservation'],
  [
    'there twice',
    `INSERT INTO inbox SELECT number + 100, source, id, 'x', intake_id, recorded_at FROM inbox WHERE ${ofDocument}`,
    'AVG inbox',
  ],
  [
    'deleted, the latest, of what leaves no document',
    async (forger) => {
      await forger.book(['item.upsert.v1', { sku: 'FIFO', name: 'Other' }]);
      forger.unguarded(() => forger.sql(`DELETE FROM inbox WHERE source = '/forged'`));
    },
    '(all) inbox',
  ],
  [
    'intake',
    `UPDATE inbox SET intake_id = 'x' WHERE ${ofDocument}`,
    { notSeen: 'no figure depends on it' },
  ],
  [
    'recorded at another time',
    `UPDATE inbox SET recorded_at = '2026-01-01T00:00:00.000Z' WHERE ${ofDocument}`,
    { notSeen: 'no figure depends on it' },
  ],
  [
    'all keys said to be in the index',
    'WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < 4095) INSERT INTO inbox_slices SELECT n, 43 FROM s',
    'FIFO inbox',
  ],
  [
    'a key that leads elsewhere',
    'INSERT INTO inbox_keys VALUES (1, 43)',
    { notSeen: 'keys only find: source and id decide' },
  ],
  ['source not listed', 'DELETE FROM inbox_sources', '(all) inbox'],
  [
    'source listed, of which there is nothing',
    `INSERT INTO inbox_sources VALUES ('/x')`,
    { notSeen: 'it is only offered to choose from' },
  ],
];

const unchained = { notSeen: 'it is no part of the books' };
const others: Row[] = [
  ['applied batch: deleted', `DELETE FROM applied_batches WHERE batch = 0`, unchained],
  ['applied batch: figures', 'UPDATE applied_batches SET booked = 99', unchained],
  ['parked: deleted', 'DELETE FROM parked', unchained],
  ['parked: content', `UPDATE parked SET content = replace(content, '"100"', '"1"')`, unchained],
  ['parked: faults', `UPDATE parked SET faults = '[]'`, unchained],
  [
    'outbox: event added',
    `INSERT INTO outbox (id, topic, count, body) VALUES ('x', 'stock.changed.v1', 1, '{}')`,
    unchained,
  ],
  ['outbox: emptied', 'DELETE FROM outbox', unchained],
  ['events: changed', `UPDATE events SET body = '{}'`, unchained],
  ['events: deleted', 'DELETE FROM events', unchained],
];

export const transportRows: Tampering[] = [
  ...tamperings('inbox', inbox),
  ...tamperings('transport', others),
];
