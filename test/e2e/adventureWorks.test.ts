/**
 * A manufacturer's 89,253 transactions: every row booked, every quantity as the rows add up. On servers
 * those of the first 20,000, but in `npm run test:long`.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { queryRows } from '../../core/query.ts';
import { systemTime } from '../../core/runtime.ts';
import { type HubRun, reportsOf, startHub } from '../hubRun.ts';
import { describePairs, embedded, type Workplace } from '../pairs.ts';
import { isLong } from '../runs.ts';
import { describeSamples } from '../samples.ts';

const FILE = 'perf_datasets/adventureworks__Production.TransactionHistoryArchive.csv';

describeSamples('AdventureWorks', FILE, (sample) => {
  describePairs('AdventureWorks', (pair) => {
    let place: Workplace;
    let run: HubRun;
    let lines: string[];

    before(async function () {
      this.timeout(240_000);
      place = await pair.workplace();
      run = await startHub('adventure-works', place);
      lines = await linesOf(sample, pair === embedded || isLong ? 100_000 : 20_000);
      await writeFile(join(place.data, 'in', basename(sample)), `${lines.join('\r\n')}\r\n`);
      await reportsOf(run, 1, 200_000);
    });

    after(async () => {
      await run.close();
      await place.remove([commandQueue(0)]);
    });

    it('books every row once', async () => {
      const rows = transactions(lines);
      const [report] = await reportsOf(run, 1);
      assert.deepEqual(
        [report!.records, report!.booked, report!.exists, report!.parked],
        [rows.length, rows.length, 0, 0],
      );
    });

    it('holds the recomputed quantity of every product', async () => {
      const expected = new Map<string, number>();
      for (const { product, type, quantity } of transactions(lines)) {
        const change = type === 'S' ? -quantity : quantity;
        expected.set(product, (expected.get(product) ?? 0) + change);
      }
      const held = new Map<string, number>();
      for await (const rows of queryRows(
        run.store,
        run.config.stock,
        { name: 'stock' },
        systemTime,
      )) {
        for (const { sku, onHand } of rows) held.set(String(sku), parseInt(String(onHand), 10));
      }
      const sorted = (map: Map<string, number>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
      assert.deepEqual(sorted(held), sorted(expected));
    });
  });
});

/** The header, and so many rows. */
async function linesOf(sample: string, rows: number): Promise<string[]> {
  return (await readFile(sample, 'utf8'))
    .trimEnd()
    .split('\r\n')
    .slice(0, rows + 1);
}

function transactions([, ...lines]: readonly string[]) {
  return lines.map((line) => {
    const [, product, , , , type, quantity] = line.split(',');
    return { product: product!, type: type!, quantity: parseInt(quantity!, 10) };
  });
}
