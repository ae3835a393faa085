/** Reservations, the period, open orders and places: what is promised and declared, beside the ledger. */
import type { Forger } from './Forger.ts';
import { type Row, type Tampering, tamperings } from './Tampering.ts';

const reservation = (set: string, id = 'RES1'): string =>
  `UPDATE reservations SET ${set} WHERE id = '${id}'`;
const line = (set: string, id = 'RES1'): string =>
  `UPDATE reservation_lines SET ${set} WHERE id = '${id}'`;
/** The balance of it in the last pack too, and all hashes. */
const withBalance = (sql: string, reserved: number) => (forger: Forger) =>
  forger.unguarded(() => {
    forger.sql(sql);
    forger.pack('FIFO', undefined, ({ balances }) => {
      balances.at(-1)[5] = reserved;
    });
    forger.rechain();
  });

const reservations: Row[] = [
  ['voided', reservation(`state = 'voided'`), 'FIFO reserved'],
  ['pending again', reservation(`state = 'pending'`, 'RES3'), 'FIFO reserved'],
  ['committed instead of voided', reservation(`state = 'committed'`, 'RES3'), '(all) reservation'],
  ['voided instead of committed', reservation(`state = 'voided'`, 'RES2'), '(all) reservation'],
  ['failed instead of expired', reservation(`state = 'failed'`, 'RES6'), '(all) reservation'],
  ['of a state that there is not', reservation(`state = 'x'`, 'RES3'), '(all) reservation'],
  [
    'voided, with its balance',
    withBalance(reservation(`state = 'voided'`), 0),
    '(all) reservation',
  ],
  ['deleted', `DELETE FROM reservations WHERE id = 'RES1'`, 'FIFO reserved'],
  [
    'deleted, with its lines and its balance',
    withBalance(
      `DELETE FROM reservations WHERE id = 'RES1'; DELETE FROM reservation_lines WHERE id = 'RES1'`,
      0,
    ),
    '(all) reservation',
  ],
  ['deleted, that was voided', `DELETE FROM reservations WHERE id = 'RES3'`, '(all) reservation'],
  ['quantity of a line', line('quantity = 5000000'), 'FIFO reserved'],
  [
    'quantity of a line, with its balance',
    withBalance(line('quantity = 5000000'), 5_000_000),
    '(all) reservation',
  ],
  ['quantity of a line that was voided', line('quantity = 5000000', 'RES3'), '(all) reservation'],
  ['SKU of a line', line(`sku = 'AVG'`), 'AVG reserved'],
  ['place of a line', line(`place = 'S'`), 'FIFO reserved'],
  ['line deleted', `DELETE FROM reservation_lines WHERE id = 'RES1'`, 'FIFO reserved'],
  [
    'line deleted, that was committed',
    `DELETE FROM reservation_lines WHERE id = 'RES2'`,
    '(all) reservation',
  ],
  [
    'line of no reservation',
    `INSERT INTO reservation_lines SELECT 'RES9', position, line, sku, place, pool, lot, quantity, committed FROM reservation_lines WHERE id = 'RES1'`,
    { notSeen: 'nothing reads it' },
  ],
  ['committed of a line', line('committed = 6000000', 'RES2'), '(all) reservation'],
  ['committed of a line that is pending', line('committed = 1000000'), '(all) reservation'],
  ['expires later', reservation(`expires_at = '2030-01-01T00:00:00.000Z'`), '(all) reservation'],
  ['partner', reservation(`partner = 'C9'`), '(all) reservation'],
  ['at', reservation(`at = '2026-02-01T00:00:00.000Z'`), '(all) reservation'],
  ['version', reservation('version = 7'), '(all) reservation'],
  ['log emptied', reservation(`log = '[]'`), '(all) reservation'],
  [
    'last line of the log gone',
    reservation(`log = json_remove(log, '$[#-1]')`, 'RES2'),
    '(all) reservation',
  ],
  [
    'result in the log',
    reservation(`log = replace(log, '"committed"', '"insufficient"')`, 'RES2'),
    '(all) reservation',
  ],
  [
    'reason in the log',
    reservation(`log = replace(log, 'not wanted', 'wanted')`, 'RES3'),
    '(all) reservation',
  ],
  [
    'actor in the log',
    reservation(`log = replace(log, 'flow:test', 'cli:mallory')`, 'RES3'),
    '(all) reservation',
  ],
  [
    'message in the log',
    reservation(`log = replace(log, 'm18.0', 'm99.0')`, 'RES3'),
    '(all) reservation',
  ],
  [
    'a line of the log recorded before the one in front of it',
    reservation(`log = replace(log, '2026-02-09', '2026-01-09')`, 'RES3'),
    '(all) reservation',
  ],
  [
    'added, that failed',
    `INSERT INTO reservations SELECT 'RES8', version, state, at, expires_at, partner, reference, log
      FROM reservations WHERE id = 'RES4'`,
    '(all) reservation',
  ],
];

const period = (set: string): string => `UPDATE period SET ${set}`;
const periods: Row[] = [
  ['reopened', period(`closed_through = ''`), '(all) period'],
  ['closed further', period(`closed_through = '2026-12-31'`), '(all) period'],
  ['log erased', period(`log = '[]'`), '(all) period'],
  [
    'reopened, and its log made to fit',
    period(`closed_through = '2026-01-10', log = json_remove(log, '$[2]'), version = 2`),
    '(all) period',
  ],
  [
    'erased, as if never closed',
    period(`closed_through = '', log = '[]', version = 0`),
    '(all) period',
  ],
  ['version', period('version = 9'), { notSeen: 'it grows whenever two might decide at once' }],
  ['reason in the log', period(`log = replace(log, 'one more invoice', 'x')`), '(all) period'],
  ['message in the log', period(`log = replace(log, 'm13.0', 'm99.0')`), '(all) period'],
  [
    'a line of the log recorded before the one in front of it',
    period(`log = replace(log, '2026-02-04', '2026-01-04')`),
    '(all) period',
  ],
  ['first line of the log gone', period(`log = json_remove(log, '$[0]')`), '(all) period'],
  ['deleted', 'DELETE FROM period', '(all) period'],
  [
    'there twice',
    `INSERT INTO period VALUES (0, '', '[]')`,
    { notSeen: 'the first is read, by the hub as well' },
  ],
];

const others: Row[] = [
  ['order: quantity', 'UPDATE open_orders SET quantity = 1', '(all) order'],
  [
    'order: added',
    `INSERT INTO open_orders VALUES ('PO-8', '1', 'purchase', 'FIFO', 'W', 1, '2026-07-01', '', 1)`,
    '(all) order',
  ],
  ['order: deleted', 'DELETE FROM open_orders', '(all) order'],
  ['place: name', `UPDATE locations SET name = 'Elsewhere' WHERE location = 'W'`, '(all) place'],
  ['place: added', `INSERT INTO locations VALUES ('Z', '', 'bin', '', '{}', '')`, '(all) place'],
  ['place: deleted', `DELETE FROM locations WHERE location = 'W'`, '(all) place'],
];

export const claimRows: Tampering[] = [
  ...tamperings('reservation', reservations),
  ...tamperings('period', periods),
  ...tamperings('declared', others),
];
