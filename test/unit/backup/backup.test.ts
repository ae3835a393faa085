/** `stockbus backup` and `restore` over the books of a small shop: what they make, and what they refuse. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { QueueLock } from '../../../core/brokers/embedded/queueLock.ts';
import { commandLine } from '../../../core/cli/commandLine.ts';
import { newestVersion } from '../../../core/stores/migrations/StoreVersions.ts';
import { fileVersions } from '../../../core/stores/sqlite/migrations/fileVersions.ts';
import { openAt } from '../../contract/store/withStore.ts';
import { RecordedTerminal } from '../../recordedTerminal.ts';
import { openShop } from '../reports/shop.ts';

describe('backup and restore on the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-'));
  const data = join(folder, 'data');
  const good = join(folder, 'good');

  before(async () => {
    for (const name of ['config', 'flows', 'data']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'config/hub.yaml'), 'stock: { pools: { north: [HAM] } }\n');
    const store = await openAt(`file:${data}`);
    await openShop(store);
    await store.close();
    assert.equal((await call(['backup', 'good'])).code, 0);
  });

  after(() => rmSync(folder, { recursive: true }));

  async function call(
    line: string[],
    env: Record<string, string> = {},
  ): Promise<{ code: number; out: string; err: string }> {
    const { terminal, said } = new RecordedTerminal();
    const where = { workingFolder: folder, enter: () => undefined, terminal };
    const code = await commandLine(line, { ...where, env: { STOCKBUS_DATA: data, ...env } });
    return { code, ...said };
  }

  const refused = async (code: string, line: string[], env: Record<string, string> = {}) => {
    const { code: exit, out, err } = await call(line, env);
    assert.deepEqual([exit, out], [1, ''], err);
    assert.ok(err.startsWith(`stockbus: ${code} `), err);
    return err;
  };

  /** A copy of the good backup, to be spoilt. */
  function another(name: string): string {
    const path = join(folder, name);
    cpSync(good, path, { recursive: true });
    return path;
  }

  const modeOf = (path: string): number => statSync(path).mode & 0o777;
  const manifestOf = (path: string) => JSON.parse(readFileSync(join(path, 'backup.json'), 'utf8'));

  it('a backup is two files for its user alone, and says what it holds', async () => {
    assert.deepEqual(readdirSync(good).toSorted(), ['backup.json', 'store.db']);
    assert.equal(modeOf(good), 0o700);
    for (const name of readdirSync(good)) assert.equal(modeOf(join(good, name)), 0o600, name);
    const { format, store, schema, skus, knownAt, digest } = manifestOf(good);
    assert.deepEqual([format, store, schema, skus], [2, 'sqlite', newestVersion(fileVersions), 3]);
    const proof = ['verify', '--known-at', knownAt, '--expect', digest];
    for (const place of [data, good]) {
      const { code, out } = await call(proof, { STOCKBUS_DATA: place });
      assert.equal(code, 0, out);
      assert.ok(out.endsWith(`Digest of the ledger as known at ${knownAt}: ${digest}\n`), out);
    }
    assert.deepEqual(readdirSync(good).toSorted(), ['backup.json', 'store.db']);
  });

  it('an empty folder that others may read is closed to them', async () => {
    const path = join(folder, 'open');
    mkdirSync(path);
    chmodSync(path, 0o755);
    assert.equal((await call(['backup', 'open'])).code, 0);
    assert.equal(modeOf(path), 0o700);
  });

  it('a backup never goes where something is', async () => {
    const before = readFileSync(join(good, 'store.db'));
    assert.match(await refused('BACKUP_FOLDER_TAKEN', ['backup', 'good']), /good is not empty/);
    assert.deepEqual(readFileSync(join(good, 'store.db')), before);
    writeFileSync(join(folder, 'file'), '');
    assert.match(await refused('BACKUP_FOLDER_TAKEN', ['backup', 'file']), /file is no folder/);
  });

  it('a backup that cannot be made leaves nothing behind', async () => {
    const none = { STOCKBUS_DATA: join(folder, 'none') };
    await refused('DATA_FOLDER_MISSING', ['backup', 'of-none'], none);
    assert.ok(!existsSync(join(folder, 'of-none')));
    assert.ok(!existsSync(none.STOCKBUS_DATA));
    const damaged = join(folder, 'damaged');
    mkdirSync(damaged);
    writeFileSync(join(damaged, 'store.db'), 'no database at all'.repeat(1_000));
    await refused('STORE_CORRUPT', ['backup', 'of-damaged'], { STOCKBUS_DATA: damaged });
    assert.ok(!existsSync(join(folder, 'of-damaged')));
  });

  it('books that are empty can be backed up and restored', async () => {
    const empty = join(folder, 'empty');
    await (await openAt(`file:${empty}`)).close();
    const made = await call(['backup', 'of-empty'], { STOCKBUS_DATA: empty });
    assert.equal(made.code, 0, made.err);
    assert.match(made.out, /0 SKUs before anything was booked/);
    const restored = await call(['restore', 'of-empty'], { STOCKBUS_DATA: join(folder, 'again') });
    assert.equal(restored.code, 0, restored.err);
  });

  it('restores the books byte for byte, for the hub alone', async () => {
    const place = join(folder, 'restored');
    const { code, out, err } = await call(['restore', 'good'], { STOCKBUS_DATA: place });
    assert.equal(code, 0, err);
    assert.deepEqual(readdirSync(place), ['store.db']);
    assert.deepEqual([modeOf(place), modeOf(join(place, 'store.db'))], [0o700, 0o600]);
    assert.deepEqual(readFileSync(join(place, 'store.db')), readFileSync(join(good, 'store.db')));
    const proof = /^Prove it: stockbus (.*)$/m.exec(out)?.[1] ?? '';
    const proven = await call(proof.split(' '), { STOCKBUS_DATA: place });
    assert.equal(proven.code, 0, proven.out);
    const store = await openAt(`file:${place}`);
    await store.close();
  });

  it('never puts books over others, or beside a log that is not theirs', async () => {
    const before = readFileSync(join(data, 'store.db'));
    assert.match(await refused('DATA_FOLDER_TAKEN', ['restore', 'good']), /store\.db is there/);
    assert.deepEqual(readFileSync(join(data, 'store.db')), before);
    const place = join(folder, 'log-only');
    mkdirSync(place);
    writeFileSync(join(place, 'store.db-wal'), 'of other books');
    const env = { STOCKBUS_DATA: place };
    assert.match(await refused('DATA_FOLDER_TAKEN', ['restore', 'good'], env), /store\.db-wal is/);
    assert.deepEqual(readdirSync(place), ['store.db-wal']);
  });

  it('refuses a folder in which a hub works, though its books were taken away', async () => {
    const place = join(folder, 'busy');
    mkdirSync(place);
    const lock = new QueueLock(place, 'commands');
    const env = { STOCKBUS_DATA: place };
    await refused('DATA_FOLDER_BUSY', ['restore', 'good'], env);
    lock.release();
    const { code, err } = await call(['restore', 'good'], env);
    assert.equal(code, 0, err);
  });

  it('refuses what is no backup, and one that is damaged or of another version', async () => {
    const place = join(folder, 'nothing');
    const no = async (code: string, path: string): Promise<string> => {
      const err = await refused(code, ['restore', path], { STOCKBUS_DATA: place });
      assert.ok(!existsSync(place));
      return err;
    };
    await no('BACKUP_UNUSABLE', 'not-there');
    const unfinished = another('unfinished');
    rmSync(join(unfinished, 'backup.json'));
    assert.match(await no('BACKUP_UNUSABLE', unfinished), /backup\.json cannot be read/);

    const without = another('without');
    rmSync(join(without, 'store.db'));
    await no('BACKUP_UNUSABLE', without);

    const flipped = another('flipped');
    const bytes = readFileSync(join(flipped, 'store.db'));
    const at = bytes.lastIndexOf('"entries"');
    bytes[at + 1] = bytes[at + 1]! ^ 1;
    writeFileSync(join(flipped, 'store.db'), bytes);
    await no('BACKUP_UNUSABLE', flipped);

    const cut = another('cut');
    writeFileSync(join(cut, 'store.db'), bytes.subarray(0, bytes.length >> 1));
    await no('BACKUP_UNUSABLE', cut);

    const said = another('said');
    const manifest = manifestOf(said);
    writeFileSync(join(said, 'backup.json'), JSON.stringify({ ...manifest, digest: 'other' }));
    assert.match(await no('BACKUP_UNUSABLE', said), /has digest .*, backup\.json says other/);
    writeFileSync(join(said, 'backup.json'), JSON.stringify({ ...manifest, format: 1 }));
    await no('FORMAT_UNKNOWN', said);
    writeFileSync(join(said, 'backup.json'), JSON.stringify({ ...manifest, store: 'mongodb' }));
    assert.match(await no('BACKUP_UNUSABLE', said), /of books in mongodb/);
    writeFileSync(join(said, 'backup.json'), '{"format":2}');
    await no('BACKUP_UNUSABLE', said);

    const logged = another('logged');
    copyFileSync(join(logged, 'backup.json'), join(logged, 'store.db-wal'));
    assert.match(await no('BACKUP_UNUSABLE', logged), /somebody has opened the copy/);

    const newer = another('newer');
    const database = new DatabaseSync(join(newer, 'store.db'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    await no('STORE_SCHEMA', newer);
  });
});
