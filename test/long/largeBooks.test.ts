/** What one SKU, or one commit, has more of than a row or document of a store has room for. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '../../core/limits.ts';
import type { Store } from '../../core/ports.ts';
import { verifyStore } from '../../core/verify.ts';
import { openAt } from '../contract/store/withStore.ts';
import { dropDatabase } from '../dropDatabase.ts';
import { type Doc, day, LedgerRig } from '../ledgerRig.ts';
import { describeWith } from '../notRun.ts';

const SERIALS = 150_000;
const SHORTAGES = 100_000;
const SKUS = 20_000;
/** Lines of a document, or documents of a commit. */
const LINES = 5_000;
/** A quarter of what MongoDB takes; what settles many shortages has entries of all of them. */
const PACK_BYTES = 4 * 2 ** 20;

interface StorePlace {
  fresh(): string;
  remove(address: string): Promise<void>;
}

function largeBooks({ fresh, remove }: StorePlace): void {
  let address: string;
  let store: Store;
  let rig: LedgerRig;

  beforeEach(async function () {
    this.timeout(60_000);
    address = fresh();
    store = await openAt(address);
    rig = new LedgerRig({ store });
  });

  afterEach(async function () {
    this.timeout(600_000);
    assert.deepEqual((await verifyStore(store, rig.policy)).differences, []);
    await store.close();
    await remove(address);
  });

  /** Tells the time of each of `count`. */
  async function timed(what: string, count: number, work: () => Promise<void>): Promise<void> {
    const before = process.hrtime.bigint();
    await work();
    const us = Number(process.hrtime.bigint() - before) / 1_000 / count;
    process.stdout.write(`      ${what}: ${us.toFixed(0)} us each of ${count}\n`);
  }

  /** No pack of a SKU outgrows the store; how many characters are read to go on with it. */
  async function packsOf(sku: string, most = PACK_BYTES): Promise<{ current: number }> {
    let [largest, count, current] = [0, 0, 0];
    for await (const packs of store.packs([sku])) {
      for (const { body, isBase } of packs) {
        count += 1;
        current = (isBase ? 0 : current) + body.length;
        largest = Math.max(largest, Buffer.byteLength(body));
      }
    }
    const told = `largest ${(largest / 2 ** 20).toFixed(2)} MiB, ${current} characters to go on`;
    process.stdout.write(`      ${count} packs, ${told}\n`);
    assert.ok(largest < most, `${largest} bytes`);
    return { current };
  }

  const balancesOf = async (sku: string): Promise<number> =>
    (await store.load({ skus: [sku], reservations: [], openOrders: [] })).skus[0]!.balances.length;

  it(`${SERIALS} serial numbers come, are moved, and leave nothing when they go`, async function () {
    this.timeout(30 * 60_000);
    await rig.item('X', { tracking: 'serial' });
    let number = 0;
    const book = (type: string, fields: object): Promise<void> => {
      number += 1;
      return timed(type, SERIALS, async () => {
        for (let first = 0; first < SERIALS; first += LINES) {
          const lines = Array.from({ length: LINES }, (_, index) => {
            const lot = `SERIAL-2026-${String(first + index).padStart(8, '0')}`;
            return { sku: 'X', quantity: '1', lot, ...fields };
          });
          await rig.book(type, { document: `${type}${first}`, at: day(number), lines });
        }
      });
    };
    await book('receive', { location: 'W1' });
    rig.workspace.forgetAll();
    await book('transfer', { from: 'W1', to: 'W2' });
    assert.equal(await balancesOf('X'), SERIALS);
    await book('issue', { location: 'W2' });
    assert.equal(await balancesOf('X'), 0);

    rig.workspace.forgetAll();
    const again = { sku: 'X', location: 'W1', quantity: '1', lot: 'SERIAL-2026-00000007' };
    await rig.book('receive', { document: 'AGAIN', at: day(9), lines: [again] });
    assert.equal(await balancesOf('X'), 1);
    const { current } = await packsOf('X');
    assert.ok(current < PACK_BYTES, `${current} characters`);
  });

  it(`a pool is short of ${SHORTAGES}, and a receipt settles half of them`, async function () {
    this.timeout(30 * 60_000);
    await rig.item('X', { negative: 'allow' });
    const issue = (number: number): Doc => [
      'issue',
      {
        ...{ document: `ORDER-2026-${number}`, partner: 'CUSTOMER', at: day(1, number) },
        lines: [{ sku: 'X', location: 'W', quantity: '1' }],
      },
    ];
    await timed('issue', SHORTAGES, async () => {
      for (let first = 0; first < SHORTAGES; first += LINES) {
        await rig.send(Array.from({ length: LINES }, (_, index) => issue(first + index)));
      }
    });
    rig.workspace.forgetAll();
    const receipt = (document: string, quantity: number): object => ({
      ...{ document, at: day(90) },
      lines: [{ sku: 'X', location: 'W', quantity: `${quantity}`, unitCost: '3' }],
    });
    await timed('settled', SHORTAGES / 2, () => rig.book('receive', receipt('R1', SHORTAGES / 2)));
    assert.equal(await rig.stock('X', 'W'), `-${SHORTAGES / 2}`);
    assert.equal(await rig.pool('X'), `-${SHORTAGES / 2} @ 0.00`);
    await packsOf('X', limits.packBytes);
  });

  it(`a commit has packs of ${SKUS} SKUs`, async function () {
    this.timeout(30 * 60_000);
    const half = SKUS / 2;
    const receipts = [0, half].map((first): Doc => {
      const lines = Array.from({ length: half }, (_, index) => {
        return { sku: `ARTICLE-${first + index}`, location: 'W', quantity: '1', unitCost: '2' };
      });
      return ['receive', { document: `R${first}`, at: day(1), lines }];
    });
    await timed('SKU', SKUS, async () => {
      assert.deepEqual(await rig.send(receipts), [undefined, undefined]);
    });
    assert.equal((await rig.store.ledger({ document: 'R0' }, { limit: SKUS })).rows.length, half);
  });
}

describe('SQLite', () => {
  largeBooks({
    fresh: () => `file:${mkdtempSync(join(tmpdir(), 'stockbus-'))}`,
    remove: (address) => rm(address.slice('file:'.length), { recursive: true, force: true }),
  });
});

describeWith(process.env.STOCKBUS_TEST_STORE, 'STOCKBUS_TEST_STORE', 'MongoDB', (server) => {
  largeBooks({
    fresh() {
      const url = new URL(server);
      url.pathname = `/stockbus_test_${crypto.randomUUID().slice(0, 8)}`;
      return url.href;
    },
    remove: dropDatabase,
  });
});
