/**
 * Backups of books in a MongoDB database: what is in one, though commits are under way; what a restore gives back of
 * it; and what becomes of one that was tampered with, or of a restore that was broken off.
 */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
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
import { gunzipSync, gzipSync } from 'node:zlib';
import { Binary, BSON, type Db, type Document, MongoClient } from 'mongodb';
import { commandLine } from '../../core/cli/commandLine.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { mongodb } from '../../core/stores/mongodb.ts';
import { verifyStore } from '../../core/verify.ts';
import { openAt } from '../contract/store/withStore.ts';
import { bookStory } from '../golden/tampering/bookStory.ts';
import { describeWith } from '../notRun.ts';
import { RecordedTerminal } from '../recordedTerminal.ts';

const RIGHT = 'right';
/** Rebuilt in an order of its own, or not of the books. */
const LEFT_OUT = ['checkpoints', 'events', 'sessions', 'schema', 'control'];

describeWith(
  process.env.STOCKBUS_TEST_STORE,
  'STOCKBUS_TEST_STORE',
  'backup of a database',
  (server) => {
    const prefix = `backup${randomBytes(4).toString('hex')}`;
    const folder = mkdtempSync(join(tmpdir(), 'stockbus-'));
    const good = join(folder, 'good');
    const used: string[] = [];
    let client: MongoClient;
    let story: Awaited<ReturnType<typeof bookStory>>;
    /** What was there when the story was told. */
    let told: Record<string, Document[]>;
    let moment: string;

    const databaseOf = (name: string): Db => client.db(`${prefix}_${name}`);

    function addressOf(name: string): string {
      used.push(name);
      const address = new URL(server);
      address.pathname = `/${prefix}_${name}`;
      return address.href;
    }

    const call = async (line: string[], database: string) => {
      const { terminal, said } = new RecordedTerminal();
      const env = { STOCKBUS_DATA: folder, STOCKBUS_STORE: addressOf(database) };
      const where = { env, workingFolder: folder, enter: () => undefined, terminal };
      return {
        code: await commandLine(line, where),
        ...said,
      };
    };

    async function refused(code: string, line: string[], database: string): Promise<string> {
      const { code: exit, out, err } = await call(line, database);
      assert.deepEqual([exit, out], [1, ''], err);
      assert.ok(err.startsWith(`stockbus: ${code} `), err);
      return err;
    }

    const isEmpty = async (name: string): Promise<boolean> =>
      (await databaseOf(name).listCollections().toArray()).length === 0;

    before(async function () {
      this.timeout(60_000);
      mkdirSync(join(folder, 'config'));
      const stock = { negative: 'deny', pools: { shop: ['S'] } };
      writeFileSync(join(folder, 'config/hub.yaml'), JSON.stringify({ stock }));
      client = await MongoClient.connect(server);
      const store = await openAt(addressOf(RIGHT));
      story = await bookStory(store);
      told = await contentOf(databaseOf(RIGHT));
      moment = await store.finalUntil();
      // A commit of another machine is under way, since before what comes later.
      const sessions = databaseOf(RIGHT).collection<{ _id: Binary }>('sessions');
      const _id = new Binary(randomBytes(16), Binary.SUBTYPE_UUID);
      await sessions.insertOne({
        _id,
        ...{ host: 'elsewhere', pid: 1, process: '1', floor: moment },
      } as Document as never);
      const session = client.startSession();
      session.startTransaction();
      await sessions.updateOne({ _id }, { $inc: { writes: 1 } }, { session });
      await story.bookLater();
      try {
        const { code, out, err } = await call(['backup', 'good'], RIGHT);
        assert.equal(code, 0, err);
        assert.ok(out.endsWith(`as known at ${moment}: ${story.noted.digest}\n`), out);
      } finally {
        await session.abortTransaction();
        await session.endSession();
        await store.close();
      }
    });

    after(async () => {
      for (const name of used) await databaseOf(name).dropDatabase();
      await client.close();
      rmSync(folder, { recursive: true });
    });

    const manifestOf = (path: string) =>
      JSON.parse(readFileSync(join(path, 'backup.json'), 'utf8'));

    it('is files for its user alone, which say what they hold', () => {
      const { files, ...said } = manifestOf(good);
      const { digest, skus } = story.noted;
      const { format, store, schema } = said;
      assert.deepEqual([format, store, schema], [2, 'mongodb', 9]);
      assert.deepEqual([said.knownAt, said.digest, said.skus], [moment, digest, skus]);
      assert.deepEqual(
        readdirSync(good).toSorted(),
        ['backup.json', ...Object.keys(files)].toSorted(),
      );
      assert.equal(statSync(good).mode & 0o777, 0o700);
      for (const name of readdirSync(good)) {
        assert.equal(statSync(join(good, name)).mode & 0o777, 0o600, name);
      }
    });

    it('gives back all that was recorded up to its moment, and nothing of what came later', async () => {
      const { code, out, err } = await call(['restore', 'good'], 'again');
      assert.equal(code, 0, err);
      const again = await contentOf(databaseOf('again'));
      assert.deepEqual(Object.keys(again).toSorted(), Object.keys(told).toSorted());
      for (const [name, rows] of Object.entries(told)) assert.deepEqual(again[name], rows, name);
      const proof = /^Prove it: stockbus (.*)$/m.exec(out)?.[1] ?? '';
      assert.equal((await call(proof.split(' '), 'again')).code, 0);
      const store = await openAt(addressOf('again'));
      try {
        const { knownAt, digest: expect } = story.noted;
        const report = await verifyStore(store, story.policy, { knownAt, expect });
        assert.deepEqual(report.differences, []);
        assert.equal(await store.finalUntil(), moment);
      } finally {
        await store.close();
      }
    });

    it('is never restored over something', async () => {
      assert.match(await refused('DATABASE_TAKEN', ['restore', 'good'], RIGHT), /has a collection/);
      await databaseOf('others').collection('theirs').insertOne({ theirs: 1 });
      await refused('DATABASE_TAKEN', ['restore', 'good'], 'others');
      assert.equal(await databaseOf('others').collection('theirs').countDocuments(), 1);
    });

    it('of a database without books is none', async () => {
      await refused('DATA_FOLDER_MISSING', ['backup', 'none'], 'none');
      assert.ok(!readdirSync(folder).includes('none'));
      assert.ok(await isEmpty('none'));
    });

    it('is restored anew where a restore was broken off, and no hub starts there before', async () => {
      const left = databaseOf('left');
      await left
        .collection<{ _id: string }>('schema')
        .insertOne({ _id: 'schema', version: 0 } as Document as never);
      await left.collection('packs').insertOne({ half: 'of it' });
      for (const open of ['open', 'openToRead'] as const) {
        const opened = mongodb[open](addressOf('left'), systemRuntime(), { orEmpty: true });
        await assert.rejects(opened, { code: 'RESTORE_UNFINISHED' });
      }
      await refused('RESTORE_UNFINISHED', ['backup', 'of-left'], 'left');
      assert.equal((await call(['restore', 'good'], 'left')).code, 0);
      assert.deepEqual(await contentOf(left), told);
    });

    it('is left alone by a second restore while the first is at it', async () => {
      const busy = databaseOf('busy');
      const lease = { by: 'another', until: Date.now() + 3_600_000 };
      const mark = { _id: 'schema', version: 0, lease };
      await busy.collection<{ _id: string }>('schema').insertOne(mark);
      await refused('DATABASE_TAKEN', ['restore', 'good'], 'busy');
      await busy
        .collection<{ _id: string }>('schema')
        .updateOne({ _id: 'schema' }, { $set: { 'lease.until': Date.now() - 1 } });
      assert.equal((await call(['restore', 'good'], 'busy')).code, 0);
      assert.deepEqual(await contentOf(busy), told);
    });

    describe('that was tampered with', () => {
      /** A copy in which a file has other content; with the sum of it, where the manifest was changed as well. */
      function tampered(
        name: string,
        file: string,
        change: (rows: Document[]) => Document[],
        resum: boolean,
      ) {
        const path = join(folder, name);
        cpSync(good, path, { recursive: true });
        const rows = change(rowsIn(readFileSync(join(path, file))));
        const content = gzipSync(Buffer.concat(rows.map((row) => BSON.serialize(row))));
        writeFileSync(join(path, file), content);
        const manifest = manifestOf(path);
        if (resum) {
          const sha256 = createHash('sha256').update(content).digest('hex');
          manifest.files[file] = { sha256, documents: rows.length };
          writeFileSync(join(path, 'backup.json'), JSON.stringify(manifest));
        }
        return path;
      }

      const changed =
        (fits: (row: Document) => boolean, change: (row: Document) => Document) =>
        (rows: Document[]) => {
          const at = rows.findIndex(fits);
          return rows.with(at, change(rows[at]!));
        };
      const dearer = changed(
        ({ sku, version }) => sku === 'FIFO' && version === 2,
        (row) => ({
          ...row,
          body: row.body.replace(/"entries":\[\[(\d+),(\d+),(\d+),\d+/, '"entries":[[$1,$2,$3,1'),
        }),
      );

      it('is refused before anything is written, by the name of the file', async () => {
        const path = tampered('line', 'packs.bson.gz', dearer, false);
        const told = await refused('BACKUP_UNUSABLE', ['restore', path], 'nothing');
        assert.match(told, /packs\.bson\.gz does not have the SHA-256/);
        rmSync(join(path, 'log.bson.gz'));
        await refused('BACKUP_UNUSABLE', ['restore', path], 'nothing');
        assert.ok(await isEmpty('nothing'));
      });

      it('with the sums as well is told by verify', async () => {
        const path = tampered('pack', 'packs.bson.gz', dearer, true);
        assert.equal((await call(['restore', path], 'dearer')).code, 0);
        const { knownAt, digest } = story.noted;
        const proof = ['verify', '--known-at', knownAt, '--expect', digest];
        const { code, out } = await call(proof, 'dearer');
        assert.equal(code, 1);
        assert.match(out, /^FIFO chain: /m);
      });

      it('in what a digest covers is refused, and nothing of it stays', async () => {
        const last = (rows: Document[]) => rows.slice(0, -1);
        for (const [file, change] of [
          ['packs', last],
          ['log', last],
        ] as const) {
          const path = join(folder, 'again-and-again');
          rmSync(path, { recursive: true, force: true });
          tampered('again-and-again', `${file}.bson.gz`, change, true);
          const told = await refused('BACKUP_UNUSABLE', ['restore', path], 'nothing');
          assert.match(told, /its books have (digest|skus)/);
          assert.ok(await isEmpty('nothing'));
        }
      });

      it('so that it cannot be read is refused, and nothing of it stays', async () => {
        const twice = (rows: Document[]) => [...rows, rows[0]!];
        const noText = (rows: Document[]) =>
          rows.map((row) => ({ ...row, body: 'no text of ours' }));
        for (const [file, change] of [
          ['inbox', twice],
          ['packs', noText],
          ['log', noText],
        ] as const) {
          const path = join(folder, 'unread');
          rmSync(path, { recursive: true, force: true });
          tampered('unread', `${file}.bson.gz`, change, true);
          await refused('BACKUP_UNUSABLE', ['restore', path], 'nothing');
          assert.ok(await isEmpty('nothing'));
        }
        const cut = join(folder, 'cut');
        cpSync(good, cut, { recursive: true });
        const bytes = gunzipSync(readFileSync(join(cut, 'inbox.bson.gz')));
        for (const content of [
          gzipSync(bytes.subarray(0, -1)),
          gzipSync(bytes).subarray(0, -9),
          Buffer.from('x'),
        ]) {
          writeFileSync(join(cut, 'inbox.bson.gz'), content);
          const manifest = manifestOf(cut);
          manifest.files['inbox.bson.gz'].sha256 = createHash('sha256')
            .update(content)
            .digest('hex');
          writeFileSync(join(cut, 'backup.json'), JSON.stringify(manifest));
          assert.match(
            await refused('BACKUP_UNUSABLE', ['restore', cut], 'nothing'),
            /inbox\.bson\.gz/,
          );
          assert.ok(await isEmpty('nothing'));
        }
      });

      it('of another version, or of another store, is refused', async () => {
        const path = join(folder, 'newer');
        cpSync(good, path, { recursive: true });
        const manifest = manifestOf(path);
        writeFileSync(join(path, 'backup.json'), JSON.stringify({ ...manifest, schema: 99 }));
        await refused('STORE_SCHEMA', ['restore', path], 'nothing');
        writeFileSync(join(path, 'backup.json'), JSON.stringify({ ...manifest, store: 'sqlite' }));
        await refused('BACKUP_UNUSABLE', ['restore', path], 'nothing');
      });
    });
  },
);

function rowsIn(content: Buffer): Document[] {
  const bytes = gunzipSync(content);
  const rows: Document[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readInt32LE(at);
    rows.push(BSON.deserialize(bytes.subarray(at, at + length), { promoteLongs: false }));
    at += length;
  }
  return rows;
}

/** All that is in the collections of a database, each in the order of its keys. */
async function contentOf(database: Db): Promise<Record<string, Document[]>> {
  const content: Record<string, Document[]> = {};
  const found = await database.listCollections({ type: 'collection' }).toArray();
  for (const { name } of found) {
    if (LEFT_OUT.includes(name) || name.startsWith('system.')) continue;
    const rows = await database.collection(name).find().sort({ _id: 1 }).toArray();
    // A commit without documents has an empty part, which says nothing.
    content[name] = rows
      .filter(({ text }) => text !== '[]')
      .map((row) => ({ ...row, ...(row.places && { places: row.places.toSorted() }) }));
  }
  return content;
}
