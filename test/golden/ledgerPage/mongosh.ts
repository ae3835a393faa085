/**
 * Statements of `mongosh` that read, given to the driver as they stand: `mongosh` itself is no package of
 * npm. What is known is `db.COLLECTION.find(…)`, `.aggregate(…)` and `.countDocuments(…)`, with `.sort(…)`
 * and `.limit(…)` behind; within brackets everything but round brackets.
 */
import assert from 'node:assert/strict';
import { type Document, MongoClient } from 'mongodb';
import { parse } from 'yaml';

const CALL = /\.(\w+)\(([^()]*)\)/g;

/** Rows of the answer, each with its columns as text. */
export async function mongosh(
  address: string,
  statement: string,
): Promise<{ header: string[]; rows: string[][] }> {
  const [, name = '', rest = ''] = /^db\.(\w+)(\..*\))$/s.exec(statement.trim()) ?? [];
  assert.equal(rest.replaceAll(CALL, ''), '', `nobody can read: ${statement}`);
  const client = await MongoClient.connect(address, { useBigInt64: true });
  try {
    // Of JavaScript's objects a flow of YAML is the part that is needed: `{ seq: 1, sku: 'TEA' }`.
    const [first, ...calls] = [...rest.matchAll(CALL)].map(([, method = '', text]) => {
      return { method, given: parse(`[${text}]`) as [Document, Document?] };
    });
    const { method, given } = first ?? assert.fail(statement);
    const collection = client.db().collection(name);
    if (method === 'countDocuments') {
      return { header: [method], rows: [[String(await collection.countDocuments(given[0]))]] };
    }
    const cursor =
      method === 'find'
        ? collection.find(given[0], { projection: given[1] ?? {} })
        : collection.aggregate(
            method === 'aggregate' ? (given[0] as Document[]) : assert.fail(method),
          );
    for (const { method: then, given: by } of calls) {
      if (then === 'sort') cursor.sort(by[0]);
      else if (then === 'limit') cursor.limit(Number(by[0]));
      else assert.fail(then);
    }
    const rows = await cursor.toArray();
    const header = Object.keys(rows[0] ?? {});
    return { header, rows: rows.map((row) => header.map((column) => textOf(row[column]))) };
  } finally {
    await client.close();
  }
}

const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
