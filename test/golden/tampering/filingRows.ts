/** What packs, documents and SKUs are found by: it lies beside the chain, and must lead to what that says. */
import { ofSku } from './Forger.ts';
import { type Row, type Tampering, tamperings } from './Tampering.ts';

const pack = (set: string): string =>
  `UPDATE packs SET ${set} WHERE version = 4 AND ${ofSku('FIFO')}`;
const more = { notSeen: 'it finds more than there is: what does not name it is not shown' };

const packs: Row[] = [
  [
    'first_at later, so that an as-of report skips it',
    pack(`first_at = '2026-09-01T00:00:00.000Z'`),
    'FIFO chain',
  ],
  ['first_at earlier', pack(`first_at = '2020-01-01T00:00:00.000Z'`), 'FIFO chain'],
  ['first_seq', pack('first_seq = 1'), 'FIFO chain'],
  [
    'is_base of the last',
    `UPDATE packs SET is_base = 1 - is_base WHERE version = 17 AND ${ofSku('FIFO')}`,
    'FIFO chain',
  ],
  [
    'is_base of an earlier one',
    pack('is_base = 1 - is_base'),
    { notSeen: 'the state is read from the last on that stands alone' },
  ],
  [
    'version',
    `UPDATE packs SET version = 99 WHERE version = 17 AND ${ofSku('FIFO')}`,
    'FIFO sequence',
  ],
];

const ofDocument = (packs: string): string =>
  `UPDATE documents SET packs = ${packs} WHERE document = 'SI1'`;
const names: Row[] = [
  ['a document leads to no pack', ofDocument(`'[]'`), 'FIFO chain'],
  ['a document leads to one pack less', ofDocument(`json_remove(packs, '$[0]')`), 'AVG chain'],
  ['a document leads to one pack more', ofDocument(`json_insert(packs, '$[#]', 1)`), '(all) chain'],
  ['a lot leads to a pack less', `DELETE FROM lots WHERE lot = 'A' AND pack > 12`, 'LOT chain'],
  ['a lot leads to a pack more', `INSERT INTO lots VALUES ('A', 1)`, more],
  ['a lot that there is not', `INSERT INTO lots VALUES ('Z', 12)`, more],
  ['a document leads to no return', `DELETE FROM returns WHERE reference = 'SI1'`, 'FIFO chain'],
  ['a return to another document', `UPDATE returns SET reference = 'SI2'`, 'FIFO chain'],
  ['a return that there is not', `INSERT INTO returns VALUES ('Z', 12)`, more],
  ['a partner leads to no document', `DELETE FROM partners WHERE partner = 'V1'`, 'AVG chain'],
  [
    'a partner leads to another document',
    `UPDATE partners SET numbers = '[7]' WHERE partner = 'C2'`,
    'FIFO chain',
  ],
  [
    'a partner of another name',
    `UPDATE partners SET partner = 'C3' WHERE partner = 'C2'`,
    'FIFO chain',
  ],
  [
    'a place does not lead to a SKU',
    `DELETE FROM sku_places WHERE place = 'S' AND sku = 'AVG'`,
    'AVG chain',
  ],
  ['a place leads to a SKU more', `INSERT INTO sku_places VALUES ('S', 'LOT')`, more],
];

const skus: Row[] = [
  ['of another name', `UPDATE skus SET sku = 'LOST' WHERE sku = 'LOT'`, 'LOST chain'],
  ['deleted', `DELETE FROM skus WHERE sku = 'LOT'`, 'LOT chain'],
  [
    'two changed with each other',
    `UPDATE skus SET sku = 'x' WHERE sku = 'LOT';
      UPDATE skus SET sku = 'LOT' WHERE sku = 'MILK'; UPDATE skus SET sku = 'MILK' WHERE sku = 'x'`,
    'LOT chain',
  ],
  ['added', `INSERT INTO skus (sku, recosts) VALUES ('NEW', 0)`, 'NEW chain'],
  ['said to wait to be re-costed', `UPDATE skus SET recosts = 1 WHERE sku = 'LOT'`, 'LOT chain'],
];

export const filingRows: Tampering[] = [
  ...tamperings('found by', packs),
  ...tamperings('found by', names),
  ...tamperings('SKU', skus),
];
