/** Closings of months: figures of past days and of past knowledge are read from them. */
import { type Row, type Tampering, tamperings } from './Tampering.ts';

const replaced = (kind: string, month: string, was: string, is: string): string =>
  `UPDATE closing_parts SET body = replace(body, '${was}', '${is}') WHERE kind = '${kind}' AND month = '${month}'`;
const pools = (was: string, is: string): string => replaced('pools', '2026-01', was, is);
const moves = (was: string, is: string): string => replaced('moves', '2026-01', was, is);
const balances = (was: string, is: string): string => replaced('balances', '2026-01', was, is);

const parts: Row[] = [
  ['value of a pool', pools('8000000,6000]', '8000000,6100]'), 'LOT closing'],
  [
    'value of two SKUs, so that their sum stays',
    `${pools('8000000,6000]', '8000000,6100]')}; ${pools('2000000,2500]', '2000000,2400]')}`,
    'BIKE closing',
  ],
  [
    'quantity of two SKUs, so that their sum stays',
    `${pools('8000000,6000]', '7000000,6000]')}; ${pools('2000000,2500]', '3000000,2500]')}`,
    'LOT closing',
  ],
  ['version of the last pack', pools('"LOT",4', '"LOT",3'), 'LOT closing'],
  ['a SKU is not in it', pools('["LENT",2,[]],', ''), 'LENT closing'],
  ['a move of another day', moves('1769245200000', '1769158800000'), 'AVG closing'],
  ['a move recorded later', moves('1769277601000', '1769281201000'), 'AVG closing'],
  ['all moves recorded earlier', moves('7601000', '0601000'), 'AVG closing'],
  ['value of a move', moves('-4000000,-1600', '-4000000,-1500'), 'AVG closing'],
  ['pack of a move', moves('[[2,1767636001000', '[[3,1767636001000'), 'AVG closing'],
  ['lot of a balance', balances('["W","A"', '["W","B"'), 'LOT closing'],
  ['owner of a balance', balances('"V9"', '"V8"'), 'LENT closing'],
  [
    'quantity of a balance',
    balances('"available","",15000000', '"available","",16000000'),
    'AVG closing',
  ],
  [
    'a part is deleted',
    `DELETE FROM closing_parts WHERE kind = 'pools' AND month = '2026-02'`,
    'FIFO closing',
  ],
  [
    'all moves of a month are deleted',
    `DELETE FROM closing_parts WHERE kind = 'moves' AND month = '2026-02'`,
    'FIFO closing',
  ],
  [
    'SKUs that a part is found by',
    `UPDATE closing_parts SET last_sku = 'FIFO' WHERE kind = 'pools'`,
    'AVG closing',
  ],
  [
    'month that a part is found by',
    `UPDATE closing_parts SET month = '2026-09' WHERE kind = 'moves' AND month = '2026-03'`,
    'FIFO closing',
  ],
  [
    'a part is added to none',
    `INSERT INTO closing_parts VALUES ('x', 'pools', '2026-01', 0, 'A', 'B', '[]')`,
    { notSeen: 'nothing reads parts of a closing that was not completed' },
  ],
];

const without = { notSeen: 'without it reports read packs, and give the same; it is made anew' };
const made: Row[] = [
  [
    'known later',
    `UPDATE closings_made SET known = '2026-02-15T00:00:00.000Z' WHERE month = '2026-01'`,
    'FIFO closing',
  ],
  [
    'of another month',
    `UPDATE closings_made SET month = '2026-03' WHERE month = '2026-02'`,
    '(all) closing',
  ],
  ['the first is deleted', `DELETE FROM closings_made WHERE month = '2025-12'`, '(all) closing'],
  [
    'one in the middle is deleted',
    `DELETE FROM closings_made WHERE month = '2026-01'`,
    '(all) closing',
  ],
  ['the last is deleted', `DELETE FROM closings_made WHERE month = '2026-03'`, without],
  ['all are deleted', `DELETE FROM closings_made; DELETE FROM closing_parts`, without],
  [
    'when one was made',
    `UPDATE closings_made SET made_at = '2020-01-01T00:00:00.000Z' WHERE month = '2026-01'`,
    { notSeen: 'no figure depends on it' },
  ],
  [
    'one is added without rows',
    `INSERT INTO closings_made SELECT 'x', id, 1, '2026-04-01T23:59:59.999Z', '2026-03', made_at
      FROM closings_made WHERE month = '2026-03'`,
    'FIFO closing',
  ],
];

export const closingRows: Tampering[] = [
  ...tamperings('closing', parts),
  ...tamperings('closing', made),
];
