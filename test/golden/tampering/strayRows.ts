/** Marks, pointers and rows that stand elsewhere, or once too often. */
import { type Forger, ofSku } from './Forger.ts';
import { type Row, type Tampering, tamperings } from './Tampering.ts';

const messageOf = (document: string): string =>
  `(SELECT message_id FROM documents WHERE document = '${document}' LIMIT 1)`;
const hashOf = (document: string): string =>
  `(SELECT contenthash FROM documents WHERE document = '${document}' LIMIT 1)`;
/** The mark of a message that is cancelled; a no-break space is in no id. */
const CANCELLED = '\u00a0cancelled';
const marks = `id LIKE '%${CANCELLED}'`;

const inbox: Row[] = [
  [
    'a document that stands is marked as cancelled: it could be booked again',
    `INSERT INTO inbox SELECT max(number) + 1, '/test', ${messageOf('SI3')} || '${CANCELLED}', 'x', 'y', recorded_at FROM inbox`,
    '(all) inbox',
  ],
  ['the mark of what is cancelled is gone', `DELETE FROM inbox WHERE ${marks}`, '(all) inbox'],
  [
    'the mark of what is cancelled is of another document',
    `UPDATE inbox SET id = ${messageOf('SI3')} || '${CANCELLED}' WHERE ${marks}`,
    '(all) inbox',
  ],
  [
    'a next revision is in it, and would be passed over',
    `INSERT INTO inbox SELECT max(number) + 1, '/test', 'm25.0 (revision 2)', 'x', 'y', recorded_at FROM inbox`,
    '(all) inbox',
  ],
  [
    'two messages have the content hash of each other',
    `UPDATE inbox SET contenthash = iif(id = ${messageOf('SI3')}, ${hashOf('GR5')}, ${hashOf('SI3')})
      WHERE id IN (${messageOf('SI3')}, ${messageOf('GR5')})`,
    'AVG inbox',
  ],
  [
    'the last number is far away',
    `UPDATE inbox SET number = number + 1000 WHERE number = (SELECT max(number) FROM inbox)`,
    '(all) inbox',
  ],
  [
    'the first number is below zero',
    `UPDATE inbox SET number = -5 WHERE number = 1`,
    '(all) inbox',
  ],
  [
    'content hash of a document, in the inbox too, and all hashes',
    (forger) =>
      forger.unguarded(() => {
        for (const [table, id] of [
          ['inbox', 'id'],
          ['documents', 'message_id'],
        ])
          forger.sql(`UPDATE ${table} SET contenthash = 'x' WHERE ${id} = 'm25.0'`);
        forger.rechain();
      }),
    'the digest alone',
  ],
];

const period = (closedThrough: string): string =>
  `INSERT INTO period (rowid, version, closed_through, log) SELECT -1, version, '${closedThrough}', log FROM period`;
const planted = (kind: string): string =>
  `INSERT INTO closing_parts SELECT closing, kind, month, part + 1, first_sku, last_sku, body
    FROM closing_parts WHERE kind = '${kind}'`;
const beside: Row[] = [
  ['a period in front of the other', period('2026-12-31'), '(all) period'],
  [
    'a period in front of the other, never closed',
    `INSERT INTO period (rowid, version, closed_through, log) VALUES (-1, 0, '', '[]')`,
    '(all) period',
  ],
  ['the pools of a closing once more', planted('pools'), 'AVG closing'],
  ['the moves of a closing once more', planted('moves'), 'AVG closing'],
  ['the balances of a closing once more', planted('balances'), 'AVG closing'],
  [
    'the moves of a closing in the next one',
    `UPDATE closing_parts SET closing = (SELECT id FROM closings_made WHERE month = '2026-02')
      WHERE closing = (SELECT id FROM closings_made WHERE month = '2026-01') AND kind = 'moves'`,
    'AVG closing',
  ],
  [
    'balances of a closing that are something else',
    `UPDATE closing_parts SET kind = 'x' WHERE kind = 'balances' AND month = '2026-01'`,
    'AVG closing',
  ],
  [
    'a closing that goes on from itself',
    `UPDATE closings_made SET before = id WHERE month = '2026-03'`,
    '(all) closing',
  ],
  [
    'a closing of another format',
    `UPDATE closings_made SET format = 9 WHERE month = '2026-01'`,
    '(all) closing',
  ],
  [
    'a checkpoint more',
    `INSERT INTO checkpoints SELECT sku, '2026-02-25T09:00:00.000Z', rank, seq + 4, after_seq + 4, state
      FROM checkpoints WHERE sku = 'FIFO' LIMIT 1`,
    'FIFO checkpoint',
  ],
  [
    'a checkpoint later at its instant: what comes in between would be costed by it',
    `UPDATE checkpoints SET rank = '9' WHERE sku = 'FIFO'`,
    'FIFO checkpoint',
  ],
  [
    'a line of a reservation more',
    `INSERT INTO reservation_lines SELECT id, position + 1, '2', 'STD', place, pool, lot, quantity, committed
      FROM reservation_lines WHERE id = 'RES3'`,
    '(all) reservation',
  ],
  [
    'a reservation of another name',
    `UPDATE reservations SET id = 'RES7' WHERE id = 'RES6';
      UPDATE reservation_lines SET id = 'RES7' WHERE id = 'RES6'`,
    '(all) reservation',
  ],
  ['what an order said was open', 'UPDATE open_orders SET stated = 1', '(all) order'],
  ['when an order said it', `UPDATE open_orders SET changed = '2030'`, '(all) order'],
  [
    'a log of something that there is not',
    `INSERT INTO log VALUES ('note', 'x', 1, '1.x', '{"v":1}')`,
    { notSeen: 'nothing reads it' },
  ],
];

const same = { notSeen: 'the same is found, once, and in the same order' };
const pointers: Row[] = [
  [
    'a document leads to a pack twice',
    `UPDATE documents SET packs = json_insert(packs, '$[#]', packs ->> 0) WHERE document = 'SI1'`,
    '(all) chain',
  ],
  [
    'a document leads to its packs in another order',
    `UPDATE documents SET packs = (SELECT json_group_array(value) FROM
      (SELECT value FROM json_each(documents.packs) ORDER BY key DESC)) WHERE document = 'SI1'`,
    same,
  ],
  [
    'a partner leads to a document twice',
    `UPDATE partners SET numbers = json_insert(numbers, '$[#]', numbers ->> 0) WHERE partner = 'C1'`,
    same,
  ],
  [
    'a partner leads to a document that there is not',
    `UPDATE partners SET numbers = json_insert(numbers, '$[#]', 99) WHERE partner = 'C1'`,
    same,
  ],
  [
    'two packs of a commit have the id of each other',
    (forger: Forger) =>
      forger.unguarded(() => {
        const ofCommit = '(SELECT commit_no FROM documents WHERE document = ?)';
        const [one, other] = forger.rows<{ id: number }>(
          `SELECT id FROM packs WHERE commit_no = ${ofCommit} ORDER BY id`,
          'SI3',
        );
        for (const [from, to] of [
          [one!.id, 9_999],
          [other!.id, one!.id],
          [9_999, other!.id],
        ])
          forger.sql(`UPDATE packs SET id = ${to} WHERE id = ${from}`);
      }),
    same,
  ],
  ['a SKU of another id', `UPDATE skus SET id = 99 WHERE sku = 'LOT'`, 'LOT chain'],
  [
    'a document of another number in its commit',
    `UPDATE documents SET id = id + 5 WHERE document = 'SI3'`,
    'AVG chain',
  ],
  [
    'two documents of a commit have the number of each other, and all hashes',
    (forger: Forger) =>
      forger.unguarded(() => {
        const sql = `SELECT id FROM documents WHERE document IN ('GR2', 'GR3') ORDER BY document`;
        const [one, other] = forger.rows<{ id: number }>(sql);
        for (const [from, to] of [
          [one!.id, 1],
          [other!.id, one!.id],
          [1, other!.id],
        ])
          forger.sql(`UPDATE documents SET id = ${to} WHERE id = ${from}`);
        forger.rechain();
      }),
    'FIFO chain',
  ],
  [
    'a pack with a blank more, and all hashes: an auditor reads it, the hub does not',
    (forger: Forger) =>
      forger.unguarded(() => {
        forger.sql(
          `UPDATE packs SET body = replace(body, '"entries":[[', '"entries": [[') WHERE version = 4 AND ${ofSku('FIFO')}`,
        );
        forger.rechain();
      }),
    'FIFO chain',
  ],
  [
    'a commit recorded later',
    `UPDATE commits SET recorded_at = '2026-12-01T00:00:00.000Z' WHERE no = 1`,
    'AVG chain',
  ],
  [
    'numbers of events to come',
    `UPDATE sqlite_sequence SET seq = 0 WHERE name = 'outbox'`,
    { notSeen: 'it is no part of the books' },
  ],
];

const unreadable: Row[] = [
  ['a pack', `UPDATE packs SET body = substr(body, 2) WHERE id = 5`, 'LIFO chain'],
  ['the period', `UPDATE period SET log = 'x'`, '(all) period'],
  ['documents of a partner', `UPDATE partners SET numbers = 'x'`, 'AVG chain'],
  ['a line of a log', `UPDATE log SET body = 'x' WHERE about = 'place'`, '(all) place'],
  ['packs of a document', `UPDATE documents SET packs = 'x'`, { refused: 'STORE_CORRUPT' }],
  ['a reservation', `UPDATE reservations SET log = 'x'`, { refused: 'STORE_CORRUPT' }],
  ['a closing', `UPDATE closing_parts SET body = 'x'`, { refused: 'STORE_CORRUPT' }],
  ['a checkpoint', `UPDATE checkpoints SET state = 'x'`, { refused: 'STORE_CORRUPT' }],
  ['a place', `UPDATE locations SET attributes = 'x'`, { refused: 'STORE_CORRUPT' }],
];

export const strayRows: Tampering[] = [
  ...tamperings('inbox', inbox),
  ...tamperings('stray', beside),
  ...tamperings('found by', pointers),
  ...tamperings('no JSON', unreadable),
];
