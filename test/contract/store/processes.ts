import { deepEqual, equal, ok } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Store } from '../../../core/ports.ts';
import { allRows, listsOf, requestOf } from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt } from './withStore.ts';

const WRITER = new URL('writer.ts', import.meta.url).pathname;
const SKUS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];

function startWriter(address: string, firstNumber: number, count: number): ChildProcess {
  const words = [WRITER, address, String(firstNumber), String(count), ...SKUS];
  return spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Lines that it printed until it has printed so many, or has ended. */
async function linesOf(
  writer: ChildProcess,
  wanted: number,
  onLine?: () => void,
): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: writer.stdout! })) {
    lines.push(line);
    onLine?.();
    if (lines.length === wanted) break;
  }
  return lines;
}

/** Every figure in the books tells the same number of receipts; that number. */
async function receiptsIn(store: Store): Promise<number> {
  const heads = await allRows((page) => store.heads(page));
  const receipts = heads[0]?.version ?? 0;
  deepEqual(
    heads.map(({ sku, version, seq }) => [sku, version, seq]),
    receipts === 0 ? [] : SKUS.map((sku) => [sku, receipts, receipts]),
  );
  const entries = await allRows((page) => store.ledger({}, page));
  deepEqual(
    entries.map(({ sku, seq }) => `${sku}${seq}`),
    heads.flatMap(({ sku }) =>
      Array.from({ length: receipts }, (_, index) => `${sku}${index + 1}`),
    ),
  );
  const stock = await allRows((page) => store.stock({}, page));
  deepEqual(
    stock.map(({ sku, onHand, version }) => [sku, onHand, version]),
    heads.map(({ sku }) => [sku, BigInt(receipts) * 1_000_000n, receipts]),
  );
  equal((await store.intake('receipts'))?.booked ?? 0, receipts);
  const documents = new Set(entries.map(({ document }) => document));
  const keys = [...documents].map((id) => ({ source: '/flows/test', id }));
  equal((await store.inbox(keys)).length, receipts);
  equal((await store.outbox(100_000)).length, receipts);
  return receipts;
}

export function describeProcesses(place: StorePlace): void {
  describe('processes', function () {
    this.timeout(120_000);

    it('one that is killed in mid-commit leaves whole commits, and all that it was told of', async () => {
      const address = place.fresh();
      let told = 0;
      for (let round = 0; round < 4; round += 1) {
        const writer = startWriter(address, round * 100_000, 100_000);
        const wanted = 8 + round * 7;
        const ended = once(writer, 'exit');
        const lines = await linesOf(writer, Number.POSITIVE_INFINITY, killAfter(writer, wanted));
        await ended;
        ok(lines.length >= wanted && lines.length <= 100_000, 'it was killed before its end');
        told += lines.length - 1;
        const store = await openAt(address);
        const booked = await receiptsIn(store);
        await store.close();
        ok(booked >= told && booked <= told + 1, `told of ${told}, ${booked} in the books`);
        told = booked;
      }
    });

    it('two that write the same SKUs lose nothing and double nothing', async () => {
      const address = place.fresh();
      await (await openAt(address)).close();
      const writers = [startWriter(address, 0, 20), startWriter(address, 1_000, 20)];
      const lines = await Promise.all(writers.map((writer) => linesOf(writer, 21)));
      await Promise.all(writers.map((writer) => writer.exitCode ?? once(writer, 'exit')));
      deepEqual(
        lines.map((some) => some.length),
        [21, 21],
      );
      const store = await openAt(address);
      equal(await receiptsIn(store), 40);
      await store.close();
    });

    it('one reads whole commits while another writes', async () => {
      const address = place.fresh();
      const store = await openAt(address);
      const writer = startWriter(address, 0, 25);
      const ended = once(writer, 'exit');
      let reading = true;
      const lines = linesOf(writer, 26).finally(() => {
        reading = false;
      });
      while (reading) {
        // An embedded store answers without a turn of the event loop, which the writer's lines need.
        await nextTurn();
        const loaded = listsOf(await store.load(requestOf({ skus: SKUS })));
        const versions = new Set(loaded.heads.map(({ version }) => version));
        equal(versions.size, 1);
        const [version = 0] = versions;
        if (version > 0) {
          deepEqual(new Set(loaded.balances.map((row) => row.version)), versions);
        }
      }
      await lines;
      await ended;
      equal(await receiptsIn(store), 25);
      await store.close();
    });
  });
}

/** Kills the writer a chance moment after it has printed so many lines. */
function killAfter(writer: ChildProcess, lines: number): () => void {
  let seen = 0;
  return () => {
    seen += 1;
    if (seen === lines) setTimeout(() => writer.kill('SIGKILL'), Math.random() * 10);
  };
}
