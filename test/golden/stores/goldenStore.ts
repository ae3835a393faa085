/** A small store that a version of Stockbus has made, as it lies in a folder here, and what that version said of it. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BSON, type Db, MongoClient } from 'mongodb';
import type { RecordValue } from '../../../core/ports.ts';
import type { ExampleBooks } from '../ledgerPage/ExampleBooks.ts';
import { asked } from './documents.ts';

export interface Recorded {
  /** That made it. */
  stockbus: string;
  knownAt: string;
  digest: string;
  /** Rows of reports by the line that asks for them. */
  reports: Record<string, RecordValue[]>;
  /** Rows that wait in steps of `flows`, as the command line tells them; left out by 0.2.0, which had none. */
  waiting?: string[];
}

const here = import.meta.dirname;

export const goldenVersions = (): string[] =>
  readdirSync(here, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

export class GoldenStore {
  readonly #folder: string;

  constructor(version: string) {
    this.#folder = join(here, version);
  }

  file(name: 'hub.yaml' | 'store.db' | 'mongodb.jsonl' | 'recorded.json'): string {
    mkdirSync(this.#folder, { recursive: true });
    return join(this.#folder, name);
  }

  get config(): string {
    return readFileSync(this.file('hub.yaml'), 'utf8');
  }

  get recorded(): Recorded {
    return JSON.parse(readFileSync(this.file('recorded.json'), 'utf8')) as Recorded;
  }

  record(recorded: Recorded): void {
    writeFileSync(this.file('recorded.json'), `${JSON.stringify(recorded, undefined, 1)}\n`);
  }

  copyTo(data: string): void {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    copyFileSync(this.file('store.db'), join(data, 'store.db'));
  }

  /** Collections as a tool for dumps would write them: a document a line, in canonical extended JSON. */
  async dump(address: string): Promise<void> {
    const lines: string[] = [];
    await within(address, async (database) => {
      const found = await database
        .listCollections({ type: 'collection', name: { $not: /^system\./ } })
        .toArray();
      for (const { name } of found.sort((one, other) => (one.name < other.name ? -1 : 1))) {
        const documents = database.collection(name).find({}, { promoteValues: false });
        for await (const document of documents.sort({ _id: 1 })) {
          lines.push(`${name}\t${BSON.EJSON.stringify(document, { relaxed: false })}\n`);
        }
      }
    });
    writeFileSync(this.file('mongodb.jsonl'), lines.join(''));
  }

  /** Into an empty database. */
  async load(address: string): Promise<void> {
    const lines = readFileSync(this.file('mongodb.jsonl'), 'utf8').trimEnd().split('\n');
    const byName = Map.groupBy(lines, (line) => line.slice(0, line.indexOf('\t')));
    await within(address, async (database) => {
      for (const [name, some] of byName) {
        const documents = some.map((line) =>
          BSON.EJSON.parse(line.slice(name.length + 1), { relaxed: false }),
        );
        await database.collection(name).insertMany(documents as BSON.Document[]);
      }
    });
  }
}

async function within(address: string, action: (database: Db) => Promise<void>): Promise<void> {
  const client = await MongoClient.connect(address);
  try {
    await action(client.db());
  } finally {
    await client.close();
  }
}

export async function figuresOf(books: ExampleBooks): Promise<Recorded['reports']> {
  const reports: Recorded['reports'] = {};
  for (const line of asked) {
    const report = await books.report(line);
    assert.ok(report, `there is no report '${line[0]}'`);
    reports[line.join(' ')] = report.rows;
  }
  return reports;
}

/** Rows of `stockbus waiting`. */
export async function waitingIn(books: ExampleBooks): Promise<string[]> {
  const { code, out } = await books.command(['waiting']);
  assert.equal(code, 0, out);
  return out.split('\n').filter((row) => row.includes('/'));
}

/** The moment and the digest that `stockbus verify` says. */
export async function provenBy(books: ExampleBooks): Promise<Pick<Recorded, 'knownAt' | 'digest'>> {
  const { code, out } = await books.command(['verify', '--format', 'json']);
  assert.equal(code, 0, out);
  const { knownAt, digest } = JSON.parse(out) as Recorded;
  return { knownAt, digest };
}
