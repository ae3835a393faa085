/** What both stores declare, as a text that people compare. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { emptyDatabase } from '../../../core/stores/sqlite/readDatabase.ts';

export const schemaFile = (name: 'sqlite.sql' | 'mongodb.txt'): string =>
  join(import.meta.dirname, name);

export const keptSchema = (name: 'sqlite.sql' | 'mongodb.txt'): string =>
  readFileSync(schemaFile(name), 'utf8');

/** Tables, indexes, triggers and views as they were made, by their names. */
export function fileSchema(): string {
  const { database, close } = emptyDatabase();
  const version = database.prepare('PRAGMA user_version').get()!.user_version;
  const sql = `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type, name`;
  const made = database.prepare(sql).all();
  close();
  return [`-- version ${version}`, ...made.map((row) => `${row.sql};`)].join('\n\n').concat('\n');
}

const byName = (one: { name?: string }, other: { name?: string }): number =>
  one.name! < other.name! ? -1 : 1;

/** Collections, views, validators and indexes of a database that was opened once. */
export async function databaseSchema(address: string): Promise<string> {
  const client = await MongoClient.connect(address);
  try {
    const database = client.db();
    const version = (await database.collection('schema').findOne())?.version;
    const found = await database.listCollections({ name: { $not: /^system\./ } }).toArray();
    const lines = [`version ${version}`];
    for (const { name, type = 'collection', options = {} } of found.sort(byName) as Found[]) {
      const { validator, viewOn, pipeline = [] } = options;
      lines.push('', `${type} ${name}${viewOn === undefined ? '' : ` on ${viewOn}`}`);
      if (validator) lines.push(`  validator ${JSON.stringify(validator)}`);
      lines.push(...pipeline.map((stage) => `  ${JSON.stringify(stage)}`));
      if (type === 'view') continue;
      const indexes = await database.collection(name).listIndexes().toArray();
      for (const { v: _v, ns: _ns, ...index } of indexes.sort(byName)) {
        lines.push(`  index ${JSON.stringify(index)}`);
      }
    }
    return `${lines.join('\n')}\n`;
  } finally {
    await client.close();
  }
}

interface Found {
  name: string;
  type?: string;
  options?: { validator?: object; viewOn?: string; pipeline?: object[] };
}
