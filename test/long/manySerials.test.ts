/** One SKU of more serial numbers than one row or document of a store has room for. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { verifyStore } from '../../core/cli/verifyStore.ts';
import { limits } from '../../core/limits.ts';
import { openAt } from '../contract/store/withStore.ts';
import { day, LedgerRig } from '../ledgerRig.ts';
import { describeWith } from '../notRun.ts';

const SERIALS = 150_000;
const LINES = 5_000;

function manySerials(address: () => string, remove: (address: string) => Promise<unknown>): void {
  it(`${SERIALS} serial numbers come, are moved, and go`, async function () {
    this.timeout(30 * 60_000);
    const at = address();
    const store = await openAt(at);
    try {
      const rig = new LedgerRig({ store });
      await rig.item('X', { tracking: 'serial' });
      let number = 0;
      const book = async (type: string, fields: object): Promise<void> => {
        const before = process.hrtime.bigint();
        number += 1;
        for (let first = 0; first < SERIALS; first += LINES) {
          const lines = Array.from({ length: LINES }, (_, index) => {
            const lot = `SERIAL-2026-${String(first + index).padStart(8, '0')}`;
            return { sku: 'X', quantity: '1', lot, ...fields };
          });
          await rig.book(type, { document: `${type}${first}`, at: day(number), lines });
        }
        const ms = Number(process.hrtime.bigint() - before) / 1e6;
        process.stdout.write(
          `      ${type}: ${((ms * 1_000) / SERIALS).toFixed(0)} us a serial number\n`,
        );
      };
      await book('receive', { location: 'W1' });
      rig.workspace.forgetAll();
      await book('transfer', { from: 'W1', to: 'W2' });
      assert.equal(await held(), SERIALS);

      await book('issue', { location: 'W2' });
      // A base is made within as many changes as there were rows in the last.
      assert.equal(await held(), 0);
      rig.workspace.forgetAll();
      await rig.book('receive', {
        ...{ document: 'AGAIN', at: day(200) },
        lines: [{ sku: 'X', location: 'W1', quantity: '1', lot: 'SERIAL-2026-00000007' }],
      });
      assert.equal(await held(), 1);
      assert.deepEqual((await verifyStore(store, rig.policy)).differences, []);
      await boundedPacks();

      async function held(): Promise<number> {
        const asked = { skus: ['X'], reservations: [], openOrders: [] };
        return (await store.load(asked)).balances.length;
      }

      /** No pack outgrows the store, and what is gone is in none that is read. */
      async function boundedPacks(): Promise<void> {
        let [largest, count, current] = [0, 0, 0];
        for await (const packs of store.packs({ sku: 'X' })) {
          for (const { body, isBase } of packs) {
            count += 1;
            current = (isBase ? 0 : current) + body.length;
            largest = Math.max(largest, Buffer.byteLength(body));
          }
        }
        const mb = (bytes: number): string => (bytes / 2 ** 20).toFixed(2);
        process.stdout.write(
          `      ${count} packs, largest ${mb(largest)} MB, current ${mb(current)} MB\n`,
        );
        assert.ok(largest < limits.packBytes / 4, `${largest} bytes`);
      }
    } finally {
      await store.close();
      await remove(at);
    }
  });
}

describe('SQLite', () => {
  let folder: string;
  manySerials(
    () => {
      folder = mkdtempSync(join(tmpdir(), 'stockbus-'));
      return `file:${folder}`;
    },
    () => rm(folder, { recursive: true, force: true }),
  );
});

describeWith(process.env.STOCKBUS_TEST_STORE, 'STOCKBUS_TEST_STORE', 'MongoDB', (server) => {
  manySerials(
    () => {
      const url = new URL(server);
      url.pathname = `/stockbus_test_${crypto.randomUUID().slice(0, 8)}`;
      return url.href;
    },
    async (address) => {
      const client = await MongoClient.connect(address);
      await client.db().dropDatabase();
      await client.close();
    },
  );
});
