/**
 * What an auditor reads with `mongosh`: the views `ledger`, `stock` and `pools`, made of packs whenever they
 * are asked. A server has no JSON parser, so the text of a pack is taken apart by its commas and
 * brackets, which is safe because no text in it has any (core/quoted.ts).
 */
import type { Document } from 'mongodb';

type Expression = string | number | Document;

export interface View {
  on: string;
  pipeline: Document[];
}

/** What is not there is an empty text. */
const said = (text: Expression): Document => ({ $ifNull: [text, ''] });
const split = (text: Expression, by: string): Document => ({ $split: [said(text), by] });
const at = (list: Expression, index: Expression): Document => ({ $arrayElemAt: [list, index] });
export const between = (start: string, end: string, text: Expression = '$packs.body'): Document =>
  at(split(at(split(text, start), 1), end), 0);
/** Without the marks of lists and texts, which in a text stand only escaped. */
const bare = (field: Expression): Expression =>
  ['[', ']', '"'].reduce<Expression>(
    (input, find) => ({ $replaceAll: { input, find, replacement: '' } }),
    said(field),
  );
const long = (field: Expression): Document => ({ $toLong: bare(field) });
/** Null where it is not there. */
const seqOf = (field: Expression): Document => ({
  $convert: { input: bare(field), to: 'int', onError: null },
});

/** The backslash last: every other escape begins with one. */
const ESCAPES: readonly [escape: string, character: string][] = [
  ['\\u002c', ','],
  ['\\u005b', '['],
  ['\\u005d', ']'],
  ['\\u0022', '"'],
  ['\\n', '\n'],
  ['\\t', '\t'],
  ['\\u005c', '\\'],
];
const textOf = (field: Expression): Expression =>
  ESCAPES.reduce<Expression>(
    (input, [find, replacement]) => ({ $replaceAll: { input, find, replacement } }),
    bare(field),
  );

const ROWS = '],[';
const listOf = (name: string, next: string): Document =>
  split(between(`"${name}":[`, `],"${next}":`), ROWS);

/** One row of a list for each that there is. */
const each = (path: string, includeArrayIndex?: string): Document[] => [
  { $unwind: { path, ...(includeArrayIndex === undefined ? {} : { includeArrayIndex }) } },
  { $match: { [path.slice(1)]: { $ne: '' } } },
];

const column = (index: number, of = '$columns'): Document => at(of, index);

/** Fields by the columns of a row that they are read from. */
const columns = (
  read: (field: Expression) => Expression,
  fields: Record<string, number>,
  of?: string,
): Document =>
  Object.fromEntries(
    Object.entries(fields).map(([name, index]) => [name, read(column(index, of))]),
  );

/** Packs of each SKU as `packs`: those that stand alone, or those from a key on, in one order or the other. */
function packsOfSku(from: Expression, rest: readonly Document[]): Document {
  const until = { $concat: ['$$key', '\n'] };
  const inRange = { $and: [{ $gte: ['$_id', '$$from'] }, { $lt: ['$_id', until] }] };
  return {
    $lookup: {
      from: 'packs',
      let: { key: '$_id', from },
      pipeline: [{ $match: { $expr: inRange } }, ...rest],
      as: 'packs',
    },
  };
}

const FIRST_PACK = { $concat: ['$_id', '\t'] };

const partKey = { $concat: ['$$this', '\t', '$packs.commit'] };
const withLines = { $concatArrays: ['$$value', split('$$this.text', ',\n')] };
const isNamed = { $eq: [bare(at(split('$$this', ','), 0)), bare(column(0, '$named'))] };

const ledger: View = {
  on: 'skus',
  pipeline: [
    packsOfSku(FIRST_PACK, [{ $sort: { _id: 1 } }]),
    { $unwind: '$packs' },
    {
      $set: {
        keys: { $map: { input: '$packs.parts', in: partKey } },
        entry: split(between('"entries":[', '],"latestAt":'), ',\n'),
        routes: listOf('routes', 'documents'),
        named: listOf('documents', 'entries'),
      },
    },
    { $lookup: { from: 'documents', localField: 'keys', foreignField: '_id', as: 'posted' } },
    { $set: { posted: { $reduce: { input: '$posted', initialValue: [], in: withLines } } } },
    ...each('$entry', 'index'),
    { $set: { columns: split('$entry', ','), long: split('$entry', '\t') } },
    {
      $set: {
        input: at('$long', 1),
        derived: split(at('$long', 2), ','),
        route: split(at('$routes', { $toInt: bare(column(0)) }), ','),
        named: split(at('$named', { $toInt: column(1) }), ','),
      },
    },
    { $set: { posted: split(at({ $filter: { input: '$posted', cond: isNamed } }, 0), ',') } },
    {
      $project: {
        _id: 0,
        sku: 1,
        seq: { $add: ['$packs.firstSeq', '$index'] },
        ...columns(textOf, { kind: 0, from: 1, to: 2 }, '$route'),
        ...columns(long, { quantity: 2, value: 3 }),
        ...columns(textOf, { fromPool: 3, toPool: 4, status: 5, toStatus: 6 }, '$route'),
        ...columns(textOf, { lot: 1, owner: 2, reason: 3 }, '$derived'),
        ...columns(textOf, { document: 1, partner: 2, reference: 3 }, '$posted'),
        line: textOf(column(4)),
        at: textOf(column(1, '$named')),
        recordedAt: between('"recordedAt":"', '"'),
        ...columns(textOf, { source: 5, messageId: 6, actor: 7 }, '$posted'),
        input: { $cond: [{ $in: [said('$input'), ['', '0']] }, null, '$input'] },
        ...columns(seqOf, { corrects: 4, by: 5 }, '$derived'),
        pack: '$packs.version',
      },
    },
  ],
};

const pools: View = {
  on: 'skus',
  pipeline: [
    packsOfSku(FIRST_PACK, [{ $sort: { _id: -1 } }, { $limit: 1 }]),
    { $unwind: '$packs' },
    { $set: { pool: listOf('pools', 'balances') } },
    ...each('$pool'),
    { $set: { columns: split('$pool', ',') } },
    {
      $project: {
        _id: 0,
        sku: 1,
        pool: textOf(column(0)),
        ...columns(long, { quantity: 1, value: 2, lastCost: 3, reserved: 4 }),
        untouched: { $eq: [bare(column(5)), '1'] },
      },
    },
  ],
};

const stock: View = {
  on: 'skus',
  pipeline: [
    packsOfSku(FIRST_PACK, [
      { $match: { isBase: true } },
      { $sort: { _id: -1 } },
      { $limit: 1 },
      { $project: { _id: 1 } },
    ]),
    { $unwind: '$packs' },
    packsOfSku('$packs._id', [{ $sort: { _id: 1 } }]),
    { $unwind: '$packs' },
    { $set: { balance: listOf('balances', 'layers') } },
    ...each('$balance'),
    { $set: { columns: split('$balance', ',') } },
    {
      $group: {
        _id: {
          sku: '$sku',
          ...columns(textOf, { place: 0, lot: 1, status: 2, owner: 3 }),
        },
        last: { $last: '$columns' },
      },
    },
    {
      $project: {
        _id: 0,
        ...{ sku: '$_id.sku', place: '$_id.place', lot: '$_id.lot' },
        ...{ status: '$_id.status', owner: '$_id.owner' },
        ...columns(long, { onHand: 4, reserved: 5 }, '$last'),
        version: { $toInt: bare(column(6, '$last')) },
        ...columns(textOf, { since: 7, expiresOn: 8 }, '$last'),
      },
    },
    {
      $match: {
        $or: [
          { reserved: { $ne: 0 } },
          { version: { $ne: 0 }, $or: [{ lot: '' }, { onHand: { $ne: 0 } }] },
        ],
      },
    },
  ],
};

export const views: Readonly<Record<string, View>> = { ledger, stock, pools };
