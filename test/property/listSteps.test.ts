/** Steps of a list do to its elements what steps of the flow do to the records that a split makes of them. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RecordValue } from '../../core/ports.ts';
import { patience, runs, seed } from '../runs.ts';
import { load } from '../unit/flow/hubFolder.ts';

const tables = {
  'config/tables/items.csv': 'item,sku\nA,SKU-A\nB,SKU-B\n',
  'config/tables/others.csv': 'item,sku\nC,SKU-C\nB,SKU-X\n',
};

const steps = [
  'filter: qty != "0"',
  'filter: { where: kind = "goods", missing: keep }',
  'set: { item: item & suffix, seen: item }',
  'defaults: { const: { unit: EA, suffix: "" } }',
  'lookup: { table: items, key: item, or: [{ table: others, key: item }], into: found, missing: drop }',
  'lookup: { table: others, key: item, into: found, missing: keep }',
  'map: { item: item, qty: qty, kind: kind, unit: unit, suffix: found, found: found, seen: seen, lot: lot, lots: lots }',
  'split: { path: lots, missing: keep }',
];

const fields =
  '{ item: item, qty: qty, kind: kind, unit: unit, found: found, seen: seen, lot: lot }';
const listed = (some: readonly string[], indent: string): string =>
  some.map((step) => `${indent}- ${step}\n`).join('');

const flow = (own: string): string => `flow: report
from: { schedule: "0 4 1 * *" }
query: stock
steps:
  - map: { rows: $source.rows }
${own}write: json
to: { folder: outbox }
`;

const row = fc.record(
  {
    item: fc.constantFrom('A', 'B', 'C', 'D'),
    qty: fc.constantFrom('0', '1', '2.5'),
    kind: fc.constantFrom('goods', 'wrap'),
    unit: fc.constantFrom('', 'KGM'),
    lots: fc.array(fc.record({ lot: fc.constantFrom('L1', 'L2') }), { maxLength: 3 }),
  },
  { requiredKeys: ['item', 'qty'] },
);

async function through(yaml: string, records: readonly RecordValue[]): Promise<unknown[]> {
  const { flows } = await load({ 'flows/report.yaml': yaml, ...tables });
  const [report] = flows;
  assert.ok(report?.direction === 'report');
  const run = report.makeRun();
  const pushed = await run.push(records);
  const held = await run.flush();
  assert.deepEqual([...pushed.parked, ...held.parked], []);
  return [...pushed.records, ...held.records];
}

describe('steps of a list', function () {
  const numRuns = runs(0.5, 30);
  this.timeout(patience(0.5, 30));

  it('do what they do in the flow after a split', async () => {
    const chosen = fc.uniqueArray(fc.constantFrom(...steps), { minLength: 1, maxLength: 5 });
    const records = fc.array(fc.record({ rows: fc.array(row, { maxLength: 4 }) }), {
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(chosen, records, async (some, given) => {
        const inList = flow(
          `  - map:\n      rows:\n        each: rows\n        steps:\n${listed(some, '          ')}        map: ${fields}\n  - split: rows\n  - map: ${fields}\n`,
        );
        const apart = flow(`  - split: rows\n${listed(some, '  ')}  - map: ${fields}\n`);
        assert.deepEqual(await through(inList, given), await through(apart, given));
      }),
      { numRuns, seed },
    );
  });
});
