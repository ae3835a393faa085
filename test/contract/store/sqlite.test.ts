import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { formatFault, type StockbusError } from '../../../core/errors.ts';
import { commitOf, entryOf, headOf, receiptOf } from './fixtures.ts';
import { describeMigrations, type StoreInside } from './migrations.ts';
import { type StorePlace, storeContract } from './storeContract.ts';
import { openAt } from './withStore.ts';

function folderPlace(): StorePlace {
  const root = mkdtempSync(join(tmpdir(), 'stockbus-store-'));
  let count = 0;
  return {
    fresh() {
      count += 1;
      return `file:${join(root, String(count))}`;
    },
    async remove() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

const looking = (address: string) =>
  new DatabaseSync(join(address.slice('file:'.length), 'store.db'), { readOnly: true });

const inside: StoreInside = {
  migratesNew: true,
  async days(address) {
    const database = looking(address);
    const has = database.prepare(`SELECT 1 FROM pragma_table_info('outbox') WHERE name = 'day'`);
    const sql = `SELECT day FROM outbox WHERE day <> ''`;
    const days = has.get() ? database.prepare(sql).all() : [];
    database.close();
    return days.map(({ day }) => String(day));
  },
  async hasIndex(address) {
    const database = looking(address);
    const sql = `SELECT 1 FROM sqlite_schema WHERE name = 'outbox_day'`;
    const found = database.prepare(sql).get() !== undefined;
    database.close();
    return found;
  },
};

describe('sqlite store', () => {
  const place = folderPlace();
  storeContract(place);
  describeMigrations(place, inside);

  describe('file', () => {
    const place = folderPlace();
    after(() => place.remove());
    const folderOf = (address: string): string => address.slice('file:'.length);

    async function refusal(address: string): Promise<StockbusError> {
      const error: unknown = await openAt(address).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      return error as StockbusError;
    }

    it('is refused where the folder cannot be made, with the path', async () => {
      const folder = folderOf(place.fresh());
      writeFileSync(folder, 'a file');
      const error = await refusal(`file:${folder}/data`);
      equal(error.code, 'DATA_FOLDER_UNUSABLE');
      match(formatFault(error.fault), new RegExp(folder));
    });

    it('is refused where it is no database, or that of another program or version', async () => {
      const write = (bytes: (file: string) => void): string => {
        const folder = folderOf(place.fresh());
        mkdirSync(folder);
        bytes(join(folder, 'store.db'));
        return `file:${folder}`;
      };
      const noise = write((file) => writeFileSync(file, 'x'.repeat(10_000)));
      equal((await refusal(noise)).code, 'STORE_CORRUPT');
      const database = (sql: string) => (file: string) => {
        const made = new DatabaseSync(file);
        made.exec(sql);
        made.close();
      };
      const foreign = await refusal(write(database('CREATE TABLE songs (name)')));
      equal(foreign.code, 'STORE_SCHEMA');
      match(foreign.message, /songs/);
      for (const version of [1, 99]) {
        const other = write(database(`PRAGMA user_version = ${version}; CREATE TABLE t (a)`));
        equal((await refusal(other)).code, 'STORE_SCHEMA');
      }
    });

    it('cannot be addressed without a folder', async () => {
      await rejects(openAt('file:'), { code: 'CONFIG_BAD_VALUE' });
    });

    it('keeps the ledger from being changed by hand', async () => {
      const address = place.fresh();
      const store = await openAt(address);
      await store.commit(receiptOf('1', [headOf('A', 0)]));
      await store.close();
      const database = new DatabaseSync(join(folderOf(address), 'store.db'));
      const changes = { packs: 'body', documents: 'at', commits: 'recorded_at' };
      const attempts = Object.entries(changes).flatMap(([table, column]) => [
        `UPDATE ${table} SET ${column} = ''`,
        `DELETE FROM ${table}`,
      ]);
      for (const sql of attempts) {
        let message = '';
        try {
          database.exec(sql);
        } catch (error) {
          message = String(error);
        }
        match(message, /never/);
      }
      database.close();
    });

    it('keeps nothing of a commit that SQLite itself has rolled back, as on a full disk', async () => {
      const address = place.fresh();
      const store = await openAt(address);
      const database = new DatabaseSync(join(folderOf(address), 'store.db'));
      database.exec(`CREATE TRIGGER full BEFORE INSERT ON outbox
        BEGIN SELECT RAISE(ROLLBACK, 'the disk is full'); END`);
      await rejects(store.commit(receiptOf('1', [headOf('A', 0)])));
      database.exec('DROP TRIGGER full');
      database.close();
      await store.commit(
        commitOf({
          heads: [headOf('B', 1)],
          entries: [entryOf('B', 1, { kind: 'issue', from: 'W1', to: 'customer' })],
        }),
      );
      await store.commit(receiptOf('1', [headOf('A', 0)]));
      const { rows } = await store.ledger({}, { limit: 10 });
      deepEqual(
        rows.map(({ sku, kind, to }) => `${sku} ${kind} ${to}`),
        ['A receive W1', 'B issue customer'],
      );
      await store.close();
    });

    it('takes no commit that names more documents than it can number, and says so', async () => {
      const store = await openAt(place.fresh());
      const receipt = receiptOf('1', [headOf('A', 0)]);
      const documents = Array.from({ length: 2 ** 18 + 1 }, () => receipt.documents[0]!);
      await rejects(store.commit({ ...receipt, documents }), { code: 'PACK_TOO_LARGE' });
      await store.commit(receipt);
      const { rows } = await store.ledger({}, { limit: 10 });
      deepEqual(
        rows.map(({ sku, document }) => [sku, document]),
        [['A', receipt.documents[0]!.document]],
      );
      await store.close();
    });

    it('says that it is closed after it was closed, and closes twice', async () => {
      const store = await openAt(place.fresh());
      await store.ping();
      await store.close();
      await store.close();
      await rejects(store.ping(), { code: 'SHUTTING_DOWN' });
    });
  });
});
