/** Commands that read the books make nothing, and work where nothing can be made. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { reports } from '../../core/reports/reports.ts';
import { openAt } from '../contract/store/withStore.ts';
import { day, LedgerRig } from '../ledgerRig.ts';
import { Desk, ended, root } from './cli.ts';

const sample = join(root, 'flows/samples/erp-purchase-receipts.csv');
const reading = [
  ...reports.map(({ name }) => [name]),
  ...[['export', 'stock'], ['verify'], ['parked', 'list'], ['lint']],
  ['run', 'erp-purchase-receipts', sample, '--dry-run'],
];
const needNoBooks = ['lint', 'run'];

describe('commands that read', () => {
  let desk: Desk;
  let data: string;

  before(async () => {
    desk = new Desk({}, ['erp-purchase-receipts']);
    data = desk.path('data');
    chmodSync(desk.folder, 0o755);
    const { code, err } = await desk.run(['run', 'erp-purchase-receipts', sample]);
    assert.equal(code, 3, err);
  });

  after(() => {
    chmodSync(data, 0o755);
    desk.remove();
  });

  /** As a user who may read everything and write nothing; root is let in everywhere, so as another. */
  async function answers(env: Record<string, string>, lines = reading) {
    const isRoot = process.getuid?.() === 0;
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'readOnlyChild.ts'), desk.folder, JSON.stringify(lines)],
      {
        env: { PATH, NODE_COMPILE_CACHE, ...env },
        ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
      },
    );
    const { out, err } = await ended(child);
    assert.equal(err, '');
    return JSON.parse(out) as { line: string; code: number; err: string }[];
  }

  const listing = (): string[] =>
    readdirSync(data, { recursive: true, encoding: 'utf8' }).map((name) => {
      const { size, mtimeMs } = statSync(join(data, name));
      return `${name} ${size} ${mtimeMs}`;
    });

  it('work on a folder that may not be written, and leave it as it is', async () => {
    for (const path of [desk.folder, data]) chmodSync(path, 0o555);
    for (const name of readdirSync(data)) {
      const path = join(data, name);
      chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444);
    }
    const before = listing();
    for (const { line, code, err } of await answers({ STOCKBUS_DATA: data })) {
      assert.equal(code, line.startsWith('run') ? 3 : 0, `${line}: ${err}`);
    }
    assert.deepEqual(listing(), before);
    chmodSync(desk.folder, 0o755);
  });

  /** As a hub that was killed leaves them: more SKUs than one thread audits at once, some of it in the log. */
  async function copyWithLog(without: readonly string[]): Promise<string> {
    const from = desk.path('killed');
    const to = desk.path(`copy${without.join('')}`);
    const store = await openAt(`file:${from}`);
    const rig = new LedgerRig({ store, source: without.join() });
    const skus = Array.from({ length: 600 }, (_, number) => `SKU-${number}`);
    const lines = skus.map((sku) => ({ sku, location: 'BER', quantity: '1', unitCost: '1' }));
    await rig.book('receive', { document: 'GR', at: day(1), lines });
    cpSync(from, to, { recursive: true });
    await store.close();
    for (const name of without) rmSync(join(to, name));
    return to;
  }

  for (const without of [[], ['store.db-shm']]) {
    const which = without.length > 0 ? `and no ${without.join()}` : 'and its index';
    it(`verify a read-only copy with the log of a hub ${which}`, async () => {
      const copy = await copyWithLog(without);
      const names = readdirSync(copy);
      assert.ok(names.includes('store.db-wal'));
      for (const name of names) chmodSync(join(copy, name), 0o444);
      chmodSync(copy, 0o555);
      const lines = [['verify'], ['verify', 'SKU-7'], ['stock', 'SKU-7']];
      for (const { line, code, err } of await answers({ STOCKBUS_DATA: copy }, lines)) {
        assert.deepEqual([line, code, err], [line, 0, '']);
      }
      assert.deepEqual(readdirSync(copy), names);
      chmodSync(copy, 0o755);
    });
  }

  it('say of a folder into which they may not look that it is closed, not that it is empty', async () => {
    chmodSync(data, 0o000);
    const lines = [['stock'], ['run', 'erp-purchase-receipts', sample, '--dry-run']];
    for (const { line, code, err } of await answers({ STOCKBUS_DATA: data }, lines)) {
      assert.equal(code, 1, line);
      assert.match(err, /DATA_FOLDER_UNUSABLE .*store\.db cannot be read: this user may not look/);
      assert.match(err, /run the command as the user that the data folder belongs to/);
    }
    chmodSync(data, 0o755);
  });

  it('say where they looked for books that are not there, and make none', async () => {
    mkdirSync(desk.path('other'));
    // Every command on the one, and one of each kind on the other: each reads all flows first.
    const some = [['stock'], ['verify'], ['parked', 'list']];
    for (const [name, lines] of [
      ['none/at/all', reading],
      ['other', some],
    ] as const) {
      const path = desk.path(name);
      for (const { line, code, err } of await answers({ STOCKBUS_DATA: path }, lines)) {
        if (needNoBooks.some((name) => line.startsWith(name)))
          assert.equal(code, line.startsWith('run') ? 3 : 0, err);
        else {
          assert.equal(code, 1, line);
          assert.match(err, /DATA_FOLDER_MISSING .*; Check STOCKBUS_DATA/);
          assert.ok(err.includes(path), err);
        }
      }
    }
    assert.ok(!existsSync(desk.path('none')));
    assert.deepEqual(readdirSync(desk.path('other')), []);
  });
});
