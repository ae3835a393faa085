/**
 * A real shop's invoice lines, booked and compared figure for figure with a recomputation that shares no
 * code with the hub: all 270,959 of them on the embedded pair in `npm run test:long`, else those of a month.
 */
import assert from 'node:assert/strict';
import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { queryRows } from '../../core/query.ts';
import { systemTime } from '../../core/runtime.ts';
import { type HubRun, reportsOf, startHub, until } from '../hubRun.ts';
import { describePairs, embedded, type Pair, type Workplace } from '../pairs.ts';
import { isLong } from '../runs.ts';
import { describeSamples } from '../samples.ts';

const QUEUES = [commandQueue(0), sinkQueue('feed')];

interface Expected {
  files: number;
  records: number;
  filtered: number;
  booked: number;
  conflicts: number;
  lines: number;
  /** In pieces. */
  change: Map<string, number>;
}

describeSamples('Online Retail', 'perf_datasets/online_retail_by_day_dev', (samples) => {
  describePairs('Online Retail', (pair) => {
    let place: Workplace;
    let run: HubRun;
    let expected: Expected;

    before(async function () {
      this.timeout(300_000);
      const names = await days(samples, pair);
      expected = await recompute(samples, names);
      place = await pair.workplace();
      run = await startHub('online-retail', place);
      for (const name of names) {
        await copyFile(join(samples, name), join(place.data, 'in', name));
      }
      await reportsOf(run, expected.files, 240_000);
    });

    after(async () => {
      await run.close();
      await place.remove(QUEUES);
    });

    it('accounts for every row: booked, filtered or parked', async () => {
      const reports = await reportsOf(run, expected.files);
      const sum = (of: (report: (typeof reports)[number]) => number) =>
        reports.reduce((total, report) => total + of(report), 0);
      assert.deepEqual(
        {
          records: sum((report) => report.records),
          filtered: sum((report) => report.filtered),
          booked: sum((report) => report.booked),
          exists: sum((report) => report.exists),
          parked: sum((report) => report.parked),
        },
        {
          records: expected.records,
          filtered: expected.filtered,
          booked: expected.booked,
          exists: 0,
          parked: expected.conflicts,
        },
      );
    });

    it('holds the recomputed quantity of every SKU', async () => {
      const held = new Map<string, number>();
      for await (const rows of queryRows(
        run.store,
        run.config.stock,
        { name: 'stock' },
        systemTime,
      )) {
        for (const { sku, onHand } of rows) held.set(String(sku), parseInt(String(onHand), 10));
      }
      assert.deepEqual(sorted(held), sorted(expected.change));
    });

    it('has one ledger entry for each booked line', async () => {
      let entries = 0;
      for await (const rows of queryRows(
        run.store,
        run.config.stock,
        { name: 'ledger' },
        systemTime,
      )) {
        entries += rows.length;
      }
      assert.equal(entries, expected.lines);
    });

    it('gives the subscriber an event for each booked line', async function () {
      this.timeout(120_000);
      const seen = await until(
        'all events',
        async () => {
          const events = await eventIds(join(place.data, 'out'));
          return events.length >= expected.lines && events;
        },
        110_000,
      );
      assert.equal(new Set(seen).size, expected.lines);
    });

    it('books nothing twice when a file is dropped again', async () => {
      const before = run.lines.filter(({ event }) => event === 'intake.done').length;
      const [name] = await days(samples, pair);
      await copyFile(join(samples, name!), join(place.data, 'in', name!));
      const report = (await reportsOf(run, before + 1)).at(-1)!;
      assert.equal(report.booked, 0);
      assert.equal(report.exists, report.messages);
    });
  });
});

/** A file for each day of business. */
async function days(folder: string, pair: Pair): Promise<string[]> {
  const names = (await readdir(folder)).sort();
  return pair === embedded && isLong ? names : names.slice(0, 25);
}

const sorted = (map: Map<string, number>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

async function eventIds(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter(
    (name) => name.endsWith('.ndjson') && !name.startsWith('.'),
  );
  const ids: string[] = [];
  for (const name of names) {
    for (const line of (await readFile(join(folder, name), 'utf8')).split('\n')) {
      if (line === '') continue;
      const { sku, version, location } = JSON.parse(line);
      ids.push(`${sku}#${version}@${location}`);
    }
  }
  return ids;
}

/** The same figures by the shortest way there is: split lines, add numbers. */
async function recompute(folder: string, names: readonly string[]): Promise<Expected> {
  const expected: Expected = {
    files: 0,
    records: 0,
    filtered: 0,
    booked: 0,
    conflicts: 0,
    lines: 0,
    change: new Map(),
  };
  const noStock = /^(POST|DOT|C2|M|m|D|S|AMAZONFEE|BANK CHARGES|gift_.*)$/;
  const invoices = new Set<string>();
  for (const name of names) {
    expected.files += 1;
    const [, ...lines] = (await readFile(join(folder, name), 'utf8')).trimEnd().split(/\r?\n/);
    // The rows of some invoices stand apart.
    const rowsOf = new Map<string, string[][]>();
    for (const line of lines) {
      expected.records += 1;
      const cells = line
        .match(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)!
        .map((cell) => cell.replace(/,$/, '').replace(/^"|"$/g, '').replaceAll('""', '"'));
      if (noStock.test(cells[1]!)) {
        expected.filtered += 1;
        continue;
      }
      const rows = rowsOf.get(cells[0]!);
      if (rows) rows.push(cells);
      else rowsOf.set(cells[0]!, [cells]);
    }
    for (const [invoice, rows] of rowsOf) {
      if (invoices.has(invoice)) {
        expected.conflicts += 1;
        continue;
      }
      invoices.add(invoice);
      expected.booked += 1;
      expected.lines += rows.length;
      for (const [, sku, , quantity] of rows) {
        // Sales carry their quantity as it leaves, credit notes as minus; write-offs as minus too.
        const writeOff = !invoice.startsWith('C') && quantity!.startsWith('-');
        const change = (writeOff ? 1 : -1) * parseInt(quantity!, 10);
        expected.change.set(sku!, (expected.change.get(sku!) ?? 0) + change);
      }
    }
  }
  return expected;
}
