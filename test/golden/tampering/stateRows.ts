/** What a pack says of its SKU after it: pools, balances, layers, the item; and checkpoints beside it. */

import { textRows } from './packRows.ts';
import { type Row, type Tampering, tamperings } from './Tampering.ts';

const heads = textRows('head', [
  ['value of a pool', 'FIFO', undefined, ({ pools }) => (pools.at(-1)[2] += 1), 'FIFO pool'],
  ['last cost of a pool', 'FIFO', undefined, ({ pools }) => (pools[0][3] += 1), 'FIFO cost'],
  ['reserved of a pool', 'FIFO', undefined, ({ pools }) => (pools[0][4] = 0), 'FIFO reserved'],
  ['order of the pools', 'FIFO', undefined, ({ pools }) => pools.reverse(), 'FIFO cost'],
  ['seq', 'FIFO', undefined, (body) => (body.seq -= 1), 'FIFO sequence'],
  ['version', 'FIFO', undefined, (body) => (body.version += 1), 'FIFO chain'],
  ['SKU', 'FIFO', undefined, (body) => (body.sku = 'AVG'), 'FIFO chain'],
  [
    'latestAt',
    'FIFO',
    undefined,
    (body) => (body.latestAt = '2026-02-01T00:00:00.000Z'),
    'FIFO head',
  ],
  ['latestRank', 'FIFO', undefined, (body) => (body.latestRank += '0'), 'FIFO head'],
  ['checkpointSeq', 'FIFO', undefined, (body) => (body.checkpointSeq += 1)],
  ['sinceBase', 'FIFO', undefined, (body) => (body.sinceBase[0] += 1)],
  ['receipts invoiced ahead', 'FIFO', undefined, (body) => (body.ahead = ['GR9']), 'FIFO head'],
  ['method at the start', 'AVG', undefined, (body) => (body.opening[0] = 'lifo'), 'AVG head'],
  ['standard cost at the start', 'STD', undefined, (body) => (body.opening[1] = 1), 'STD cost'],
  ['format', 'FIFO', undefined, (body) => (body.v = 9), 'FIFO chain'],
]);

const balances = textRows('balance', [
  ['on hand', 'FIFO', undefined, ({ balances }) => (balances[0][4] += 1), 'FIFO balance'],
  ['reserved', 'FIFO', undefined, ({ balances }) => (balances.at(-1)[5] = 0), 'FIFO reserved'],
  ['version', 'FIFO', undefined, ({ balances }) => (balances[0][6] -= 1), 'FIFO balance'],
  [
    'since (age)',
    'FIFO',
    undefined,
    ({ balances }) => (balances[0][7] = '2026-03-01T00:00:00.000Z'),
  ],
  ['expiry of a lot', 'MILK', undefined, ({ balances }) => (balances[0][8] = '2030-01-01')],
  ['deleted', 'FIFO', undefined, ({ balances }) => balances.shift(), 'FIFO balance'],
  [
    'added, of 0',
    'FIFO',
    undefined,
    ({ balances }) => balances.push(['Z', '', 'available', '', 0, 0, 0]),
  ],
  [
    'added, of 5',
    'FIFO',
    undefined,
    ({ balances }) => balances.push(['Z', '', 'available', '', 5_000_000, 0, 1]),
    'FIFO balance',
  ],
]);

const layers = textRows('layer', [
  ['value', 'LOT', undefined, ({ layers }) => (layers[0][5] += 1), 'LOT layers'],
  ['quantity', 'LOT', undefined, ({ layers }) => (layers[0][4] += 1), 'LOT layers'],
  [
    'since (ageing)',
    'LOT',
    undefined,
    ({ layers }) => (layers[0][7] = '2025-01-01T00:00:00.000Z'),
    'LOT layers',
  ],
  ['rank', 'LOT', undefined, ({ layers }) => (layers[0][10] = '9'), 'LOT layers'],
  ['origin', 'LOT', undefined, ({ layers }) => (layers[0][6] += 1), 'LOT layers'],
  ['deleted', 'LOT', undefined, ({ layers }) => layers.pop(), 'LOT layers'],
]);

const items = textRows('item', [
  ['name', 'AVG', undefined, ({ item }) => (item.name = 'Other')],
  ['valuation', 'AVG', undefined, ({ item }) => (item.valuation = 'fifo'), 'AVG head'],
  ['standard cost', 'STD', 1, ({ item }) => (item.standardCost = 1)],
  ['negative policy', 'AVG', undefined, ({ item }) => (item.negative = 'allow')],
  ['factor of a unit', 'AVG', undefined, ({ item }) => (item.units.box = '13')],
  ['belongs to others', 'AVG', undefined, ({ item }) => (item.valued = false)],
  ['tracking', 'MILK', 1, ({ item }) => (item.tracking = 'none')],
  ['group', 'FIFO', 1, ({ item }) => (item.group = 'G2')],
  ['deleted', 'AVG', undefined, (body) => delete body.item],
]);

const checkpoint = (set: string): string => `UPDATE checkpoints SET ${set} WHERE sku = 'FIFO'`;
const checkpoints: Row[] = [
  [
    'deleted',
    `DELETE FROM checkpoints WHERE sku = 'FIFO'`,
    { notSeen: 'without it more is read, and the same comes out' },
  ],
  ['costs', checkpoint(`state = replace(state, '11200', '11300')`), 'FIFO checkpoint'],
  ['after_seq higher', checkpoint('after_seq = 14'), 'FIFO checkpoint'],
  [
    'after_seq lower',
    checkpoint('after_seq = 3'),
    { notSeen: 'more is read, and the same comes out' },
  ],
  ['seq', checkpoint('seq = 11'), 'FIFO checkpoint'],
  ['at', checkpoint(`at = '2026-01-15T00:00:00.000Z'`), 'FIFO checkpoint'],
  ['of another SKU', `UPDATE checkpoints SET sku = 'AVG' WHERE sku = 'STD'`, 'AVG checkpoint'],
  [
    'of a SKU that there is not',
    `UPDATE checkpoints SET sku = 'ZZZ' WHERE sku = 'STD'`,
    'ZZZ chain',
  ],
];

export const stateRows: Tampering[] = [
  ...heads,
  ...balances,
  ...layers,
  ...items,
  ...tamperings('checkpoint', checkpoints),
];
