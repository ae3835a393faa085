/**
 * Makes the golden files of this version anew: what both stores declare (schema/), and a small store of documents of every
 * message type with the figures that this version gives (stores/VERSION), and the API that its clients know (api/). Run
 * when a version is closed, after package.json has its number; those of earlier versions stay as they are for ever.
 *
 *   STOCKBUS_TEST_STORE=mongodb://… node test/golden/makeGolden.ts [schema]
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { schemas } from '../../core/catalog.ts';
import { packageFacts } from '../../core/cli/packageFacts.ts';
import { eventTypes } from '../../core/message.ts';
import { generateOpenApi } from '../../scripts/generateApi.ts';
import { openAt } from '../contract/store/withStore.ts';
import { dropDatabase } from '../dropDatabase.ts';
import { ExampleBooks } from './ledgerPage/ExampleBooks.ts';
import { databaseSchema, fileSchema, schemaFile } from './schema/declared.ts';
import { config, documents } from './stores/documents.ts';
import { flows, waiting } from './stores/flows.ts';
import { figuresOf, GoldenStore, provenBy, waitingIn } from './stores/goldenStore.ts';

const server = process.env.STOCKBUS_TEST_STORE;
if (!server) throw new Error('STOCKBUS_TEST_STORE is not set: half of it would be missing');
const { version } = packageFacts();

function freshAddress(): string {
  const address = new URL(server!);
  address.pathname = `/golden_${crypto.randomUUID().slice(0, 8)}`;
  return address.href;
}

/** Gone afterwards, whatever happens. */
async function inDatabase(work: (address: string) => Promise<void>): Promise<void> {
  const address = freshAddress();
  try {
    await work(address);
  } finally {
    await dropDatabase(address);
  }
}

async function makeSchema(): Promise<void> {
  writeFileSync(schemaFile('sqlite.sql'), fileSchema());
  await inDatabase(async (address) => {
    await (await openAt(address)).close();
    writeFileSync(schemaFile('mongodb.txt'), await databaseSchema(address));
  });
}

/** Events of the first documents have gone out; the others wait. */
async function relaySome(address: string): Promise<void> {
  const store = await openAt(address);
  const some = await store.outbox(10);
  await store.published(
    some.map(({ id }) => id),
    documents.at(-1)!.recorded,
  );
  await store.close();
}

async function makeStore(): Promise<void> {
  const used = new Set(documents.map(({ type }) => type));
  const types = Object.keys(schemas).filter((type) => !eventTypes.some((event) => event === type));
  assert.deepEqual(
    types.filter((type) => !used.has(type)),
    [],
    'message types without a document',
  );
  const golden = new GoldenStore(version);
  const data = mkdtempSync(join(tmpdir(), 'stockbus-golden-'));
  try {
    writeFileSync(golden.file('hub.yaml'), config);
    const books = await ExampleBooks.open(config, '', { data, flows });
    await books.book(documents);
    for (const file of waiting) await books.takeIn(file);
    golden.record({
      stockbus: version,
      ...(await provenBy(books)),
      reports: await figuresOf(books),
      waiting: await waitingIn(books),
    });
    await books.close();
    await relaySome(`file:${data}`);
    rmSync(golden.file('store.db'), { force: true });
    const database = new DatabaseSync(join(data, 'store.db'));
    database.prepare('VACUUM INTO ?').run(golden.file('store.db'));
    database.close();
  } finally {
    rmSync(data, { recursive: true });
  }
  await inDatabase(async (address) => {
    const books = await ExampleBooks.open(config, address, { flows });
    await books.book(documents);
    for (const file of waiting) await books.takeIn(file);
    assert.deepEqual(await waitingIn(books), golden.recorded.waiting);
    assert.deepEqual(await provenBy(books), {
      knownAt: golden.recorded.knownAt,
      digest: golden.recorded.digest,
    });
    await books.close();
    await relaySome(address);
    await golden.dump(address);
  });
}

/** What clients of this version build on. */
const keepApi = (): void =>
  writeFileSync(`test/golden/api/openapi-${version}.json`, generateOpenApi());

await makeSchema();
if (process.argv[2] !== 'schema') {
  await makeStore();
  keepApi();
}
