/** Books that an older version made, on the command line: who reads is told what to do, and `migrate` does it. */
import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { commandLine } from '../../../core/cli/commandLine.ts';
import { addMigration, removeMigration } from '../../contract/store/testMigration.ts';
import { openAt } from '../../contract/store/withStore.ts';
import { Desk, root } from '../../e2e/cli.ts';
import { RecordedTerminal } from '../../recordedTerminal.ts';
import { openShop } from '../reports/shop.ts';

describe('migrate on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-'));
  let copies = 0;
  let isNewer = false;

  before(async () => {
    for (const name of ['config', 'flows']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'config/hub.yaml'), 'stock: { pools: { north: [HAM] } }\n');
    const store = await openAt(`file:${join(folder, 'data')}`);
    await openShop(store);
    await store.close();
  });

  after(() => rmSync(folder, { recursive: true }));

  /** From here on this program is of the next version. */
  function upgrade(): void {
    addMigration();
    isNewer = true;
  }

  afterEach(() => {
    if (isNewer) removeMigration();
    isNewer = false;
  });

  function copyOf(): string {
    copies += 1;
    const data = join(folder, `copy-${copies}`);
    cpSync(join(folder, 'data'), data, { recursive: true });
    return data;
  }

  async function call(
    data: string,
    ...line: string[]
  ): Promise<{ code: number; out: string; err: string }> {
    const { terminal, said } = new RecordedTerminal();
    const env = { STOCKBUS_DATA: data };
    const where = { env, workingFolder: folder, enter: () => undefined };
    const code = await commandLine(line, { ...where, terminal });
    return { code, ...said };
  }

  it('brings books up to date, says so, and the digest noted before is right', async () => {
    const data = copyOf();
    const { knownAt, digest } = JSON.parse((await call(data, 'verify', '--format', 'json')).out);
    upgrade();
    const { code, out, err } = await call(data, 'migrate');
    assert.equal(code, 0, err);
    assert.match(out, /^The books are brought up to date\.\nProve it: stockbus verify/);
    assert.match(err, /store\.migrating.*a day for each row of the outbox/);
    assert.match(err, /store\.migrated/);
    const proof = await call(data, 'verify', '--known-at', knownAt, '--expect', digest);
    assert.equal(proof.code, 0, proof.out);
    assert.match((await call(data, 'migrate')).out, /^The books are up to date: nothing was done/);
  });

  it('is named by all that only read, verify among them, and these change nothing', async () => {
    const data = copyOf();
    const before = readFileSync(join(data, 'store.db'));
    upgrade();
    const lines = [
      ['verify'],
      ['verify', '--expect', 'x', '--format', 'json'],
      ['stock'],
      ['export', 'journal'],
    ];
    for (const line of [...lines, ['parked', 'list'], ['backup', join(folder, 'backup')]]) {
      const { code, out, err } = await call(data, ...line);
      const said = line.includes('json') ? JSON.parse(out).faults[0].code : out || 'STORE_SCHEMA';
      assert.deepEqual([code, said], [1, 'STORE_SCHEMA'], line.join(' '));
      assert.match(err, /STORE_SCHEMA .*of version \d+, this Stockbus reads version \d+/);
      assert.match(err, /stockbus migrate/);
    }
    assert.deepEqual(readFileSync(join(data, 'store.db')), before);
    assert.equal(existsSync(join(folder, 'backup')), false);
  });

  it('is for books, not for a backup: that is restored by the version that made it', async () => {
    const backup = join(folder, 'made-before');
    assert.equal((await call(copyOf(), 'backup', backup)).code, 0);
    upgrade();
    const restored = join(folder, 'restored');
    const { code, err } = await call(restored, 'restore', backup);
    assert.equal(code, 1);
    assert.match(err, /STORE_SCHEMA .*Restore it with Stockbus \d+\.\d+\.\d+, which made it/);
    assert.equal(existsSync(restored), false);
  });

  it('refuses books that it cannot bring up to date, and makes none where none are', async () => {
    for (const version of [1, 99]) {
      const data = copyOf();
      const database = new DatabaseSync(join(data, 'store.db'));
      database.exec(`PRAGMA user_version = ${version}`);
      database.close();
      for (const command of ['migrate', 'verify']) {
        const { code, err } = await call(data, command);
        assert.equal(code, 1);
        assert.match(err, new RegExp(`STORE_SCHEMA .*of version ${version}, this`));
        assert.match(err, /Use the version of Stockbus that wrote the store/);
      }
    }
    const nowhere = join(folder, 'nowhere');
    assert.match((await call(nowhere, 'migrate')).err, /DATA_FOLDER_MISSING/);
    assert.equal(existsSync(nowhere), false);
  });
});

describe('docs/upgrading.md', () => {
  it('has steps that do what it says', async () => {
    const page = readFileSync(join(root, 'docs/upgrading.md'), 'utf8');
    const blocks = [...page.matchAll(/^```console\n([\s\S]*?)^```$/gm)];
    assert.equal(blocks.length, 2);
    const desk = new Desk({}, ['erp-purchase-receipts']);
    try {
      const receipts = 'flows/samples/erp-purchase-receipts.csv';
      assert.equal((await desk.run(['run', 'erp-purchase-receipts', receipts])).code, 3);
      assert.equal((await desk.run(['backup', 'backups/copy'])).code, 0);
      let out = '';
      for (const line of blocks.flatMap(([, text = '']) => text.trimEnd().split('\n'))) {
        const step = /^\$ (?:STOCKBUS_DATA=(\S+) )?npx stockbus (.*)$/.exec(line);
        if (!step) assert.ok(out.includes(line), `${line}\n--\n${out}`);
        else {
          const [, data, command = ''] = step;
          const ended = await desk.run(command.split(' '), data ? { STOCKBUS_DATA: data } : {});
          assert.equal(ended.code, 0, `${line}\n${ended.err}`);
          out = ended.out;
        }
      }
    } finally {
      desk.remove();
    }
  });
});
