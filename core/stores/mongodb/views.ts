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
const between = (start: string, end: string, text: Expression = '$packs.body'): Document =>
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
    {
      $set: {
        columns: split('$entry', ','),
        input: at(split('$entry', '\t'), 1),
        derived: split(at(split('$entry', '\t'), 2), ','),
      },
    },
    {
      $set: {
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
        kind: textOf(column(0, '$route')),
        from: textOf(column(1, '$route')),
        to: textOf(column(2, '$route')),
        quantity: long(column(2)),
        value: long(column(3)),
        fromPool: textOf(column(3, '$route')),
        toPool: textOf(column(4, '$route')),
        lot: textOf(column(1, '$derived')),
        status: textOf(column(5, '$route')),
        toStatus: textOf(column(6, '$route')),
        owner: textOf(column(2, '$derived')),
        document: textOf(column(1, '$posted')),
        line: textOf(column(4)),
        partner: textOf(column(2, '$posted')),
        reason: textOf(column(3, '$derived')),
        reference: textOf(column(3, '$posted')),
        at: textOf(column(1, '$named')),
        recordedAt: between('"recordedAt":"', '"'),
        source: textOf(column(5, '$posted')),
        messageId: textOf(column(6, '$posted')),
        actor: textOf(column(7, '$posted')),
        input: { $cond: [{ $in: [said('$input'), ['', '0']] }, null, '$input'] },
        corrects: seqOf(column(4, '$derived')),
        by: seqOf(column(5, '$derived')),
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
        quantity: long(column(1)),
        value: long(column(2)),
        lastCost: long(column(3)),
        reserved: long(column(4)),
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
          place: textOf(column(0)),
          lot: textOf(column(1)),
          status: textOf(column(2)),
          owner: textOf(column(3)),
        },
        last: { $last: '$columns' },
      },
    },
    {
      $project: {
        _id: 0,
        sku: '$_id.sku',
        place: '$_id.place',
        lot: '$_id.lot',
        status: '$_id.status',
        owner: '$_id.owner',
        onHand: long(column(4, '$last')),
        reserved: long(column(5, '$last')),
        version: { $toInt: bare(column(6, '$last')) },
        since: textOf(column(7, '$last')),
        expiresOn: textOf(column(8, '$last')),
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
