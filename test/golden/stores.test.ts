/** Yesterday's stores and today's program: they are brought up to date, proven, read as they were, and go on. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordValue } from '../../core/ports.ts';
import { addMigration, removeMigration } from '../contract/store/testMigration.ts';
import { dropDatabase } from '../dropDatabase.ts';
import { describeWith } from '../notRun.ts';
import { ExampleBooks } from './ledgerPage/ExampleBooks.ts';
import { further } from './stores/documents.ts';
import { counterparts, flows, released } from './stores/flows.ts';
import { figuresOf, GoldenStore, goldenVersions, waitingIn } from './stores/goldenStore.ts';

/** Columns that a later version adds are no other figures. */
const asRecorded = (rows: readonly RecordValue[], recorded: readonly RecordValue[]) =>
  rows.map((row, index) =>
    Object.fromEntries(Object.keys(recorded[index] ?? row).map((name) => [name, row[name]])),
  );

/** What waits meets what it waits for. */
async function meetCounterparts(books: ExampleBooks, waiting: readonly string[]): Promise<void> {
  assert.deepEqual(await waitingIn(books), waiting);
  for (const file of counterparts) await books.takeIn(file);
  assert.deepEqual(await waitingIn(books), []);
  for (const document of released) {
    const { out } = await books.command(['ledger', '--document', document, '--format', 'json']);
    assert.match(out, new RegExp(`"${document}"`));
  }
}

async function liveOn(golden: GoldenStore, books: ExampleBooks): Promise<void> {
  const { knownAt, digest, reports, waiting } = golden.recorded;
  const proof = ['verify', '--known-at', knownAt, '--expect', digest];
  const stockbus = async (line: readonly string[]): Promise<string> => {
    const { code, out } = await books.command(line);
    assert.equal(code, 0, `${line.join(' ')}: ${out}`);
    return out;
  };
  assert.match(await stockbus(['migrate']), /up to date/);
  assert.match(await stockbus(proof), /^The books are right/);
  const figures = await figuresOf(books);
  for (const [line, recorded] of Object.entries(reports)) {
    assert.deepEqual(asRecorded(figures[line]!, recorded), recorded, line);
  }
  // No release of before found what refers to it by that.
  const referring = await stockbus(['ledger', '--reference', 'PO-1', '--format', 'json']);
  assert.match(referring, /"document":"GR1"/);
  const parked = await stockbus(['parked', 'list', '--state', 'all', '--find', 'm34']);
  assert.match(parked, /example-34/);
  if (waiting) await meetCounterparts(books, waiting);
  await books.book(further);
  const entries = await stockbus(['ledger', '--document', 'GR8', '--format', 'json']);
  assert.match(entries, /"NEW"/);
  await stockbus(['verify']);
  await stockbus(proof);
}

async function inFile(golden: GoldenStore): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'stockbus-golden-'));
  golden.copyTo(data);
  const books = await ExampleBooks.open(golden.config, '', { data, ...since(golden) });
  try {
    await liveOn(golden, books);
  } finally {
    await books.close();
    rmSync(data, { recursive: true });
  }
}

async function onServer(golden: GoldenStore, server: string): Promise<void> {
  const address = new URL(server);
  address.pathname = `/golden_${crypto.randomUUID().slice(0, 8)}`;
  try {
    await golden.load(address.href);
    const books = await ExampleBooks.open(golden.config, address.href, since(golden));
    try {
      await liveOn(golden, books);
    } finally {
      await books.close();
    }
  } finally {
    await dropDatabase(address.href);
  }
}

/** What was there when it was made: the time, and flows where some of their records wait. */
const since = ({ recorded }: GoldenStore) => ({
  now: Date.parse(recorded.knownAt),
  flows: recorded.waiting ? flows : {},
});

/** As a later program would, which has one migration more. */
async function migrated(work: () => Promise<void>): Promise<void> {
  let rows = 0;
  addMigration((done) => {
    rows = done;
  });
  try {
    await work();
  } finally {
    removeMigration();
  }
  assert.ok(rows > 0, 'it was not brought up to date');
}

for (const version of goldenVersions()) {
  describe(`the store of ${version}`, function () {
    this.timeout(120_000);
    const golden = new GoldenStore(version);

    it('lives on in a file', () => inFile(golden));
    it('lives on in a file that a later version brings up to date', () =>
      migrated(() => inFile(golden)));

    describeWith(process.env.STOCKBUS_TEST_STORE, 'STOCKBUS_TEST_STORE', 'on MongoDB', (server) => {
      it('lives on', () => onServer(golden, server));
      it('lives on where a later version brings it up to date', () =>
        migrated(() => onServer(golden, server)));
    });
  });
}
