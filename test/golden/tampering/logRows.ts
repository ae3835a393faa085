/** The logs of what is promised and declared, each together with what they are of; and the lists of messages. */
import type { Body, Forger } from './Forger.ts';
import { type Row, type Tampering, tamperings } from './Tampering.ts';

type Subject = Parameters<Forger['log']>[0];

/** The rows are changed, the last line of the log so that it says the same, and all hashes are made anew. */
const inBoth =
  (sql: string, about: Subject, name: string, change: (body: Body) => void): Row[1] =>
  (forger) =>
    forger.unguarded(() => {
      forger.sql(sql);
      forger.log(about, name, change);
    });

/** Rows go, and lines of logs with them, so that others follow one another again. */
const without =
  (sql: string, lines: string): Row[1] =>
  (forger) =>
    forger.unguarded(() => {
      forger.sql(`${sql}; DELETE FROM log WHERE ${lines}`);
      forger.relog();
    });

const lines: Row[] = [
  [
    'text of a line',
    `UPDATE log SET body = replace(body, '"30000000"', '"1000000"')`,
    '(all) order',
  ],
  [
    'hash of a line',
    `UPDATE log SET hash = '1.x' WHERE about = 'place' AND name = 'S'`,
    '(all) place',
  ],
  [
    'line gone from the middle',
    `DELETE FROM log WHERE about = 'period' AND version = 2`,
    '(all) period',
  ],
  ['last line gone', `DELETE FROM log WHERE about = 'period' AND version = 3`, '(all) period'],
  [
    'line of another name',
    `UPDATE log SET name = 'Z' WHERE about = 'place' AND name = 'S'`,
    '(all) place',
  ],
  [
    'line there twice',
    `INSERT INTO log SELECT about, name, version + 1, hash, body FROM log WHERE about = 'order'`,
    '(all) order',
  ],
  [
    'line of another format',
    `UPDATE log SET body = replace(body, '"v":1', '"v":9')`,
    '(all) place',
  ],
  ['all gone', 'DELETE FROM log', '(all) period'],
  [
    'two places that have each the name of the other, with their logs',
    `UPDATE log SET name = 'X' WHERE about = 'place' AND name = 'S';
      UPDATE log SET name = 'S' WHERE about = 'place' AND name = 'W';
      UPDATE log SET name = 'W' WHERE about = 'place' AND name = 'X';
      UPDATE locations SET location = 'X' WHERE location = 'S';
      UPDATE locations SET location = 'S' WHERE location = 'W';
      UPDATE locations SET location = 'W' WHERE location = 'X'`,
    '(all) place',
  ],
];

const fits: Row[] = [
  [
    'a reservation expires later',
    inBoth(
      `UPDATE reservations SET expires_at = '2030-01-01T00:00:00.000Z' WHERE id = 'RES1'`,
      ...(['reservation', 'RES1'] as const),
      (body) => (body.expiresAt = '2030-01-01T00:00:00.000Z'),
    ),
    'the digest alone',
  ],
  [
    'a reservation is gone',
    without(
      `DELETE FROM reservations WHERE id = 'RES4'; DELETE FROM reservation_lines WHERE id = 'RES4'`,
      `about = 'reservation' AND name = 'RES4'`,
    ),
    'the digest alone',
  ],
  [
    'who closed the period',
    inBoth(
      `UPDATE period SET log = replace(log, '"reason":"January"', '"reason":"x"')`,
      ...(['period', 'books'] as const),
      ({ log }) => (log[0].reason = 'x'),
    ),
    'the digest alone',
  ],
  [
    'the period is reopened',
    without(
      `UPDATE period SET closed_through = '2026-01-10', log = json_remove(log, '$[2]'), version = 2`,
      `about = 'period' AND version = 3`,
    ),
    'the digest alone',
  ],
  [
    'the period was never closed',
    without(`UPDATE period SET closed_through = '', log = '[]', version = 0`, `about = 'period'`),
    'the digest alone',
  ],
  [
    'quantity of an order',
    inBoth(
      'UPDATE open_orders SET quantity = 1000000',
      ...(['order', 'PO-9'] as const),
      ({ lines }) => (lines[0].quantity = '1000000'),
    ),
    'the digest alone',
  ],
  ['an order is gone', without('DELETE FROM open_orders', `about = 'order'`), 'the digest alone'],
  [
    'name of a place',
    inBoth(
      `UPDATE locations SET name = 'Elsewhere' WHERE location = 'W'`,
      ...(['place', 'W'] as const),
      (body) => (body.name = 'Elsewhere'),
    ),
    'the digest alone',
  ],
  [
    'an order is invented after the noted moment',
    (forger) =>
      forger.unguarded(() => {
        const line = { line: '1', kind: 'purchase', sku: 'FIFO', place: 'W', quantity: '1000000' };
        const said = {
          v: 1,
          recordedAt: '2026-04-02T18:00:00.000Z',
          lines: [{ ...line, due: '2026-07-01', changed: '', stated: '1' }],
        };
        forger.sql(`INSERT INTO open_orders VALUES ('PO-8', '1', 'purchase', 'FIFO', 'W', 1000000, '2026-07-01', '', 1);
          INSERT INTO log VALUES ('order', 'PO-8', 1, '', '${JSON.stringify(said)}')`);
        forger.relog();
      }),
    { notSeen: 'the digest covers what was recorded by then: a later one covers it' },
  ],
];

/** That of the last commit before the noted moment that left no document. */
const listed = '2026-02-17%';
const planted = `INSERT INTO inbox SELECT max(number) + 1, '/test', 'm99.0', 'x', 'y',
  '2026-02-17T18:00:00.000Z' FROM inbox`;
const documentOf = (packs: string, message = `'m99.0'`, contenthash = `'x'`): string =>
  `INSERT INTO documents (id, document, partner, reference, at, source, message_id, actor, contenthash, packs)
    SELECT id + 9, 'SI1c', partner, reference, at, source, ${message}, actor, ${contenthash}, ${packs}
    FROM documents WHERE document = 'SI1'`;
const messages: Row[] = [
  [
    'a list is gone',
    `DELETE FROM log WHERE about = 'messages' AND name LIKE '${listed}'`,
    '(all) inbox',
  ],
  [
    'content hash in the inbox, of an item',
    `UPDATE inbox SET contenthash = 'x' WHERE id = 'm22.0'`,
    '(all) inbox',
  ],
  [
    'a message is in the inbox, of a day to come',
    `INSERT INTO inbox SELECT max(number) + 1, '/test', 'm99.0', 'x', 'y', '9999-01-01T00:00:00.000Z' FROM inbox`,
    '(all) inbox',
  ],
  [
    'a message is in the inbox in the place of one of before',
    `UPDATE inbox SET id = 'm99.0' WHERE id = 'm22.0'`,
    '(all) inbox',
  ],
  [
    'a message is in the inbox, and a document that leads to no pack',
    `${planted}; ${documentOf(`'[]'`)}`,
    '(all) inbox',
  ],
  [
    'a message is in the inbox, and a document that leads to a pack',
    `${planted}; ${documentOf('packs')}`,
    '(all) chain',
  ],
  [
    'a message is in the inbox, and a document more of one of before',
    `${planted}; ${documentOf('packs', 'message_id', 'contenthash')}`,
    '(all) chain',
  ],
  [
    'a message is in the inbox, and in a list',
    (forger) =>
      forger.unguarded(() => {
        forger.sql(
          `INSERT INTO inbox SELECT max(number) + 1, '/test', 'm99.0', 'x', 'y', '2026-02-17T18:00:00.000Z' FROM inbox`,
        );
        forger.log('messages', listed, (body) => body.messages.push(['/test', 'm99.0', 'x']));
      }),
    'the digest alone',
  ],
  [
    'a message is gone from the inbox, and from its list',
    (forger) =>
      forger.unguarded(() => {
        const [gone] = forger.rows<{ number: number }>(
          `SELECT number FROM inbox WHERE id = 'm23.0'`,
        );
        forger.sql(`DELETE FROM inbox WHERE id = 'm23.0'`);
        forger.sql(`UPDATE inbox SET number = number - 1 WHERE number > ${gone!.number}`);
        forger.log('messages', listed, (body) => (body.messages = []));
      }),
    'the digest alone',
  ],
];

export const logRows: Tampering[] = [
  ...tamperings('log', lines),
  ...tamperings('log and all that it is of', fits),
  ...tamperings('messages', messages),
];
