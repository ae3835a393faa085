/** Yesterday's stores and today's program: they are brought up to date, proven, read as they were, and go on. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordValue } from '../../core/ports.ts';
import { dropDatabase } from '../dropDatabase.ts';
import { describeWith } from '../notRun.ts';
import { ExampleBooks } from './ledgerPage/ExampleBooks.ts';
import { further } from './stores/documents.ts';
import { figuresOf, GoldenStore, goldenVersions } from './stores/goldenStore.ts';

/** Columns that a later version adds are no other figures. */
const asRecorded = (rows: readonly RecordValue[], recorded: readonly RecordValue[]) =>
  rows.map((row, index) =>
    Object.fromEntries(Object.keys(recorded[index] ?? row).map((name) => [name, row[name]])),
  );

async function liveOn(golden: GoldenStore, books: ExampleBooks): Promise<void> {
  const { knownAt, digest, reports } = golden.recorded;
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
  await books.book(further);
  const entries = await stockbus(['ledger', '--document', 'GR8', '--format', 'json']);
  assert.match(entries, /"NEW"/);
  await stockbus(['verify']);
  await stockbus(proof);
}

for (const version of goldenVersions()) {
  describe(`the store of ${version}`, function () {
    this.timeout(120_000);
    const golden = new GoldenStore(version);
    const now = Date.parse(golden.recorded.knownAt);

    it('lives on in a file', async () => {
      const data = mkdtempSync(join(tmpdir(), 'stockbus-golden-'));
      golden.copyTo(data);
      const books = await ExampleBooks.open(golden.config, '', { data, now });
      try {
        await liveOn(golden, books);
      } finally {
        await books.close();
        rmSync(data, { recursive: true });
      }
    });

    describeWith(process.env.STOCKBUS_TEST_STORE, 'STOCKBUS_TEST_STORE', 'on MongoDB', (server) => {
      const address = new URL(server);
      address.pathname = `/golden_${crypto.randomUUID().slice(0, 8)}`;

      after(() => dropDatabase(address.href));

      it('lives on', async () => {
        await golden.load(address.href);
        const books = await ExampleBooks.open(golden.config, address.href, { now });
        try {
          await liveOn(golden, books);
        } finally {
          await books.close();
        }
      });
    });
  });
}
