/** Lists with more elements than a document may have, refused before each of them is looked at. */
import assert from 'node:assert/strict';
import { inbound, receipts, run } from './hubFolder.ts';

const mapped = receipts(
  `- map:
    document: Doc
    at: At
    lines: { each: Lines, map: { sku: Sku, location: Loc, quantity: Qty } }`,
  'key: Doc\nto: stock.receive.v1',
);
const taken = receipts(
  `- map:
    document: Doc
    at: At
    lines: Lines`,
  'key: Doc\nto: stock.receive.v1',
);
const record = (count: number, line: object) => ({
  ...{ Doc: 'R1', At: '2026-03-01T00:00:00Z' },
  Lines: Array.from({ length: count }, () => line),
});

describe('many lines', () => {
  it('more than a document may have park it with one fault, mapped or as they came', async () => {
    const cases: [string, object, number][] = [
      [mapped, { Sku: 'A', Loc: 'WH', Qty: '1' }, 10_001],
      [mapped, {}, 340_000],
      [taken, {}, 340_000],
      [taken, { sku: 'A', location: 'WH', quantity: '1', other: 1 }, 10_001],
    ];
    for (const [flow, line, count] of cases) {
      const { messages, parked } = await run(await inbound(flow), [record(count, line)]);
      assert.deepEqual(messages, []);
      const [fault, ...others] = parked[0]!.faults;
      assert.deepEqual(others, []);
      assert.equal(fault?.code, 'PAYLOAD_TOO_LARGE');
      assert.match(fault?.message ?? '', new RegExp(` ${count} elements`));
      assert.equal(fault?.at?.field, 'lines');
    }
  });

  it('as many as it may have are taken', async () => {
    const line = { Sku: 'A', Loc: 'WH', Qty: '1' };
    const { messages } = await run(await inbound(mapped), [record(10_000, line)]);
    assert.equal(messages.length, 1);
  });
});
