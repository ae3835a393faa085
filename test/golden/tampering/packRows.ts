/** Packs, the documents that they name, and commits: what the chain of hashes covers. */
import { type Body, ofSku } from './Forger.ts';
import { type Outcome, type Row, type Tampering, tamperings } from './Tampering.ts';

/** A change of a pack's text; and what tells once all hashes were made anew, if not the digest alone. */
type TextRow = [
  ...[what: string, sku: string, version: number | undefined],
  ...[change: (body: Body) => void, rechained?: Outcome],
];

const entries: TextRow[] = [
  ['value', 'FIFO', 4, ({ entries }) => (entries[0][3] += 100), 'FIFO pool'],
  ['quantity', 'FIFO', 4, ({ entries }) => (entries[0][2] += 1_000_000), 'FIFO balance'],
  ['lot', 'LOT', 4, ({ entries }) => (entries[0][8] = 'B'), 'LOT balance'],
  ['owner', 'LENT', 2, ({ entries }) => (entries[0][9] = 'V8'), 'LENT balance'],
  ['line', 'FIFO', 4, ({ entries }) => (entries[0][4] = '9')],
  ['reason', 'FIFO', 4, ({ entries }) => (entries[0][10] = 'stolen')],
  ['place', 'FIFO', 4, ({ routes }) => (routes[0][1] = 'S'), 'FIFO balance'],
  ['kind', 'FIFO', 4, ({ routes }) => (routes[0][0] = 'consume'), 'FIFO cost'],
  ['cost pool', 'FIFO', 4, ({ routes }) => (routes[0][3] = 'shop'), 'FIFO pool'],
  ['status', 'FIFO', 4, ({ routes }) => (routes[0][5] = 'damaged'), 'FIFO balance'],
  ['recordedAt', 'FIFO', 4, (body) => (body.recordedAt = '2026-01-08T17:00:00.000Z'), 'FIFO chain'],
  ['input', 'FIFO', 2, ({ entries }) => (entries[0][7].amount = 9_000), 'FIFO cost'],
  ['input, a key that none has', 'FIFO', 2, ({ entries }) => (entries[0][7].note = 'x')],
  ['corrects', 'FIFO', 7, ({ entries }) => (entries[1][11] = 2), 'FIFO cost'],
  ['by', 'FIFO', 7, ({ entries }) => (entries[1][12] = 2), 'FIFO cost'],
  ['stock after it', 'FIFO', 4, ({ entries }) => (entries[0][5] = [1])],
  ['gone from its pack', 'FIFO', 7, ({ entries }) => entries.pop(), 'FIFO sequence'],
  ['twice in its pack', 'FIFO', 4, ({ entries }) => entries.push(entries[0]), 'FIFO sequence'],
  ['two in the other order', 'FIFO', 7, ({ entries }) => entries.reverse(), 'FIFO closing'],
  [
    'at, in the pack alone',
    'FIFO',
    4,
    ({ documents }) => (documents[0][1] = '2026-01-09T09:00:00.000Z'),
    'FIFO chain',
  ],
];

const inText = ([what, sku, version, change, rechained]: TextRow): Row[] => [
  [what, (forger) => forger.unguarded(() => forger.pack(sku, version, change)), `${sku} chain`],
  [
    `${what}, and all hashes`,
    (forger) =>
      forger.unguarded(() => {
        forger.pack(sku, version, change);
        forger.rechain();
      }),
    rechained ?? 'the digest alone',
  ],
];

export const textRows = (area: string, rows: readonly TextRow[]): Tampering[] =>
  tamperings(area, rows.flatMap(inText));

const last = (sku: string): string => `(SELECT max(id) FROM packs WHERE ${ofSku(sku)})`;

const packs: Row[] = [
  ['hash', `UPDATE packs SET hash = '1.x' WHERE version = 4 AND ${ofSku('FIFO')}`, 'FIFO chain'],
  [
    'gone from the middle',
    `DELETE FROM packs WHERE version = 4 AND ${ofSku('FIFO')}`,
    'FIFO sequence',
  ],
  ['gone from the end', `DELETE FROM packs WHERE id = ${last('LOT')}`, '(all) sequence'],
  [
    'gone from the end, and the later ones numbered anew',
    `DELETE FROM packs WHERE id = ${last('LOT')};
      UPDATE packs SET id = id - 1 WHERE id > 47; DELETE FROM documents WHERE document = 'GR5';
      UPDATE documents SET packs = '[47]' WHERE document = 'SI4'`,
    'LOT closing',
  ],
  [
    'twice',
    `INSERT INTO packs SELECT (SELECT max(id) + 1 FROM packs), commit_no, sku_id, 6, is_base, first_seq, first_at, hash, body
      FROM packs WHERE id = ${last('LOT')}`,
    'LOT chain',
  ],
  [
    'of another SKU',
    `UPDATE packs SET version = 6, sku_id = (SELECT id FROM skus WHERE sku = 'LOT') WHERE id = ${last('FIFO')}`,
    'LOT chain',
  ],
  [
    'two in the other order',
    `UPDATE packs SET version = 100 WHERE version = 4 AND ${ofSku('FIFO')};
      UPDATE packs SET version = 4 WHERE version = 5 AND ${ofSku('FIFO')};
      UPDATE packs SET version = 5 WHERE version = 100`,
    'FIFO chain',
  ],
  [
    'of another commit',
    `UPDATE packs SET commit_no = commit_no - 1 WHERE version = 4 AND ${ofSku('FIFO')}`,
    'FIFO chain',
  ],
];

const document = (set: string, number = 'SI1'): string =>
  `UPDATE documents SET ${set} WHERE document = '${number}'`;

const rechained =
  (sql: string): Tampering['by'] =>
  (forger) =>
    forger.unguarded(() => {
      forger.sql(sql);
      forger.rechain();
    });

const documents: Row[] = [
  ['number', document(`document = 'SI1b'`), 'FIFO chain'],
  ['partner', document(`partner = 'C2'`), 'FIFO chain'],
  ['at', document(`at = '2026-01-09T09:00:00.000Z'`), 'FIFO chain'],
  ['reference', document(`reference = 'SO-7'`), 'FIFO chain'],
  ['source', document(`source = '/else'`), 'FIFO chain'],
  ['message', document(`message_id = 'm9'`), 'FIFO chain'],
  ['actor', document(`actor = 'cli:mallory'`), 'FIFO chain'],
  ['content hash', document(`contenthash = 'x'`), 'FIFO chain'],
  ['deleted', `DELETE FROM documents WHERE document = 'SI1'`, 'FIFO chain'],
  [
    'added, that no pack names',
    `INSERT INTO documents (id, document, partner, reference, at, source, message_id, actor, contenthash, packs)
      SELECT id + 9, 'SI1c', partner, reference, at, source, message_id, actor, contenthash, packs
      FROM documents WHERE document = 'SI1'`,
    '(all) inbox',
  ],
  ['number, and all hashes', rechained(document(`document = 'SI3b'`, 'SI3')), 'AVG head'],
  [
    'partner, and all that finds it, and all hashes',
    rechained(
      `${document(`partner = 'C2'`, 'SI3')}; UPDATE partners SET partner = 'C2' WHERE commit_no =
        (SELECT commit_no FROM documents WHERE document = 'SI3')`,
    ),
    'the digest alone',
  ],
  ['partner alone, and all hashes', rechained(document(`partner = 'C2'`)), 'FIFO chain'],
  ['message, and all hashes', rechained(document(`message_id = 'm9'`)), 'AVG inbox'],
  ['content hash, and all hashes', rechained(document(`contenthash = 'x'`)), 'AVG inbox'],
  [
    'message, in the inbox too, and all hashes',
    rechained(`UPDATE inbox SET id = 'm9' WHERE id =
        (SELECT message_id FROM documents WHERE document = 'SI1'); ${document(`message_id = 'm9'`)}`),
    'MILK head',
  ],
  [
    'at, in its packs too, and all hashes',
    (forger) =>
      forger.unguarded(() => {
        const at = '2026-03-05T10:00:00.000Z';
        forger.sql(document(`at = '${at}'`, 'GR5'));
        forger.pack('LOT', undefined, (body) => {
          body.documents[0][1] = at;
        });
        forger.rechain();
      }),
    'LOT chain',
  ],
  ['actor, and all hashes', rechained(document(`actor = 'cli:mallory'`)), 'the digest alone'],
];

const ofCommit = `WHERE no = (SELECT commit_no FROM documents WHERE document = 'SI1')`;
const commits: Row[] = [
  [
    'recorded earlier',
    `UPDATE commits SET recorded_at = '2026-01-07T00:00:00.000Z' ${ofCommit}`,
    'FIFO chain',
  ],
  [
    'deleted, with packs',
    `DELETE FROM commits ${ofCommit}`,
    { notSeen: 'no report reads it: packs say themselves when they were recorded' },
  ],
  [
    'deleted, without packs',
    `DELETE FROM commits WHERE no NOT IN (SELECT commit_no FROM packs)`,
    { notSeen: 'no pack is of it' },
  ],
  [
    'added, so that the next is recorded in ten years',
    `INSERT INTO commits VALUES (1000, '2036-01-01T00:00:00.000Z')`,
    { notSeen: 'a commit may have no packs' },
  ],
];

export const packRows: Tampering[] = [
  ...textRows('entry', entries),
  ...tamperings('pack', packs),
  ...tamperings('document', documents),
  ...tamperings('commit', commits),
];
