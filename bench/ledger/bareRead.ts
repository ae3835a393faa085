/**
 * The rows of the ledger that bench/ledger/history.ts built, read by the bare driver and thrown away:
 * what `verify` cannot do without. What else the store has (inbox, pointers, reports) does not count.
 *
 *   node bench/ledger/bareRead.ts TIMES
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MongoClient } from 'mongodb';
import { answer } from '../child.ts';

export interface BareReadFigures {
  rows: number;
  /** Of each time. */
  ms: number[];
}

/** Tables and collections. */
const LEDGER = ['packs', 'documents'];

const { STOCKBUS_STORE: address, STOCKBUS_DATA: data } = process.env;
const read = address?.startsWith('mongodb') ? () => readMongodb(address) : readSqlite;
const figures: BareReadFigures = { rows: 0, ms: [] };
for (let times = Number(process.argv[2]); times > 0; times -= 1) {
  const start = performance.now();
  figures.rows = await read();
  figures.ms.push(performance.now() - start);
}
answer(figures);

function readSqlite(): number {
  const database = new DatabaseSync(join(data!, 'store.db'), { readOnly: true });
  let rows = 0;
  for (const name of LEDGER) {
    for (const _ of database.prepare(`SELECT * FROM ${name}`).iterate()) rows += 1;
  }
  database.close();
  return rows;
}

async function readMongodb(server: string): Promise<number> {
  const client = new MongoClient(server, { useBigInt64: true });
  try {
    let rows = 0;
    for (const name of LEDGER) {
      for await (const _ of client.db().collection(name).find()) rows += 1;
    }
    if (rows === 0) throw new Error(`there is nothing in ${LEDGER.join(' and ')}`);
    return rows;
  } finally {
    await client.close();
  }
}
