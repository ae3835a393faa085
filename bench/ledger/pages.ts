/**
 * What a page of each list costs the hub's process, over the ledger that bench/ledger/history.ts built: milliseconds of a
 * processor, since other work on the machine says nothing about them. The first page, the one after it, and searches.
 *
 *   STOCKBUS_DATA=/tmp/million node bench/ledger/history.ts 10000 1000000
 *   STOCKBUS_DATA=/tmp/million node bench/ledger/pages.ts [NAME]
 */
import { search } from '../../core/history/search.ts';
import { openBooks } from '../../core/hub/openBooks.ts';
import { limits } from '../../core/limits.ts';
import { queryPage } from '../../core/query.ts';
import type { Query } from '../../core/reports/Query.ts';
import { systemTime } from '../../core/runtime.ts';
import { ledgerFixture } from './ledgerFixture.ts';

const RUNS = 5;
const only = process.argv[2] ?? '';

/** As screens ask for them. */
const asked: readonly Query[] = [
  { name: 'stock' },
  { name: 'stock', place: 'N1' },
  { name: 'stock', asOf: '2025-10-15' },
  { name: 'items' },
  { name: 'available' },
  { name: 'ledger' },
  { name: 'ledger', sku: 'SKU-001234' },
  { name: 'ledger', since: '2026-06-01' },
  { name: 'ledger', partner: 'C-1001' },
  { name: 'documents' },
  { name: 'documents', since: '2026-12-01' },
  { name: 'explain', sku: 'SKU-001234' },
  { name: 'explain', sku: 'SKU-001234', by: 'value' },
  { name: 'journal' },
  { name: 'valuation' },
  { name: 'valuation', asOf: '2025-10-15' },
  { name: 'ageing' },
  { name: 'roll-forward' },
  { name: 'locations' },
];
const looked = ['I-123456', 'I-1', 'sku-001234', 'C', 'N1', 'nothing at all'];

const { store, config, close } = await openBooks(ledgerFixture, process.env);
for (const query of asked) {
  const { name, ...rest } = query;
  if (!name.includes(only)) continue;
  let next: string | undefined;
  const page = async (after?: string): Promise<number> => {
    const of = { limit: limits.pageRowsDefault, ...(after === undefined ? {} : { after }) };
    const found = await queryPage(store, config.stock, query, of, systemTime);
    next = found.next;
    return found.rows.length;
  };
  const label = `${name} ${JSON.stringify(rest)}`;
  await measured(label, () => page());
  const second = next;
  if (second !== undefined) await measured(`${label}, the page after it`, () => page(second));
}
for (const text of 'search'.includes(only) ? looked : []) {
  await measured(`search ${text}`, async () => {
    const groups = await search({ store, flows: () => [] }, { text, limit: 5 });
    return groups.reduce((sum, { hits }) => sum + hits.length, 0);
  });
}
await close();

async function measured(what: string, work: () => Promise<number>): Promise<void> {
  const spent: number[] = [];
  let rows = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const before = process.cpuUsage();
    rows = await work();
    const { user, system } = process.cpuUsage(before);
    spent.push((user + system) / 1_000);
  }
  const [first, ...later] = spent.map((ms) => ms.toFixed(1));
  process.stdout.write(`${what}: ${rows} rows, ${first} ms, then ${later.join(', ')}\n`);
}
