/** No code, file or folder of another user of this machine is trusted, and none of ours is open to him. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { notRun } from '../notRun.ts';
import { Desk, ended, root } from './cli.ts';

const sample = join(root, 'flows/samples/erp-purchase-receipts.csv');
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const everything = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));

describe('files of the hub', () => {
  let desk: Desk;
  let usual: number;

  beforeEach(() => {
    desk = new Desk({}, ['erp-purchase-receipts']);
    usual = process.umask(0o000);
  });

  afterEach(() => {
    process.umask(usual);
    desk.remove();
  });

  const book = (env = {}) => desk.runProcess(['run', 'erp-purchase-receipts', sample], env);

  it('are for its own user alone, whatever umask it was started with', async () => {
    const { code, err } = await book();
    assert.equal(code, 3, err);
    assert.equal(modeOf(desk.path('data')), '700');
    const made = everything(desk.path('data'));
    assert.ok(made.some((file) => file.endsWith('store.db')));
    for (const file of made) assert.match(modeOf(file), /^[67]00$/, file);
  });

  it('are narrowed where they are wider, which is told', async () => {
    await book();
    chmodSync(desk.path('data'), 0o755);
    chmodSync(desk.path('data/store.db'), 0o644);
    const { err } = await book();
    assert.match(err, /data_folder\.narrowed .*\/data.*store\.db/);
    assert.equal(modeOf(desk.path('data')), '700');
    assert.equal(modeOf(desk.path('data/store.db')), '600');
  });

  it('are open to a group that STOCKBUS_UMASK names, but for the databases', async () => {
    await book({ STOCKBUS_UMASK: '027' });
    assert.equal(modeOf(desk.path('data')), '750');
    assert.equal(modeOf(desk.path('data/store.db')), '600');
    const { code, err } = await book({ STOCKBUS_UMASK: '27x' });
    assert.equal(code, 1);
    assert.match(err, /CONFIG_BAD_VALUE STOCKBUS_UMASK is '27x'/);
  });

  if (process.getuid?.() === 0) {
    it('are not made in a folder of another user', async () => {
      mkdirSync(desk.path('data'));
      chownSync(desk.path('data'), 65_534, 65_534);
      const { code, err } = await book();
      assert.equal(code, 1);
      assert.match(err, /DATA_FOLDER_UNUSABLE .* belongs to another user \(65534\).*chown/);
      assert.deepEqual(readdirSync(desk.path('data')), []);
    });
  } else notRun('files in a folder of another user', 'it needs root', 'sudo npm test');

  it('says at once that it cannot make its folder below /proc', async () => {
    const { code, err } = await book({ STOCKBUS_DATA: '/proc/x' });
    assert.equal(code, 1);
    assert.match(err, /DATA_FOLDER_UNUSABLE the data folder \/proc\/x cannot be used: ENOENT/);
  });
});

describe('compiled code that is kept between calls', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-cache-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  async function call(caches: string): Promise<string[]> {
    const temporary = join(folder, 'tmp');
    mkdirSync(temporary, { mode: 0o777 });
    const env = { PATH: process.env.PATH ?? '', TMPDIR: temporary, XDG_CACHE_HOME: caches };
    const child = spawn(process.execPath, [join(root, 'bin/stockbus.js'), '--version'], { env });
    assert.equal((await ended(child)).code, 0);
    return readdirSync(temporary);
  }

  it('lies in a folder of this user alone, and not among temporary files', async () => {
    const caches = join(folder, 'caches');
    assert.deepEqual(await call(caches), []);
    assert.equal(modeOf(join(caches, 'stockbus')), '700');
    assert.equal(readdirSync(join(caches, 'stockbus')).length, 1);
  });

  const prepared: [string, (caches: string) => void][] = [
    ['others may write', (caches) => chmodSync(caches, 0o777)],
    ['others may read', (caches) => chmodSync(caches, 0o755)],
    [
      'is a link',
      (caches) => {
        rmSync(caches, { recursive: true });
        mkdirSync(join(folder, 'elsewhere'), { mode: 0o700 });
        symlinkSync(join(folder, 'elsewhere'), caches);
      },
    ],
    ['lies in one that others may write', (caches) => chmodSync(join(caches, '..'), 0o777)],
  ];
  for (const [what, prepare] of prepared) {
    it(`is not kept in a folder that ${what}`, async () => {
      const caches = join(folder, 'caches');
      mkdirSync(join(caches, 'stockbus'), { recursive: true, mode: 0o700 });
      prepare(join(caches, 'stockbus'));
      assert.deepEqual(await call(caches), []);
      assert.deepEqual(readdirSync(join(caches, 'stockbus')), []);
    });
  }
});
