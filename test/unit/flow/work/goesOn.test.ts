/** An expression that takes long over one record goes on in the library, and the flow goes on with it. */
import assert from 'node:assert/strict';
import { codes, data, inbound, receipts, run } from '../hubFolder.ts';
import { longestTurnMs } from './turns.ts';

/** Counts to `n`, in more steps than are done at once where that is large. */
const counted = (n: string) => `$string($sum($map([1..${n}], function($i) { $i * 0 + 2 - 1 })))`;
const LARGE = 70_000;

/** So large that so much may be done over it. */
const record = (no: string, ...amounts: number[]) => ({
  no,
  note: 'x'.repeat(80_000),
  items: amounts.map((n, index) => ({ sku: `S${index}`, n })),
});

const quantities = (result: Parameters<typeof data>[0]) =>
  data(result).map((message) =>
    (message as { lines: { quantity: string }[] }).lines.map(({ quantity }) => quantity),
  );

describe('an expression that takes long', () => {
  it('in a line leaves records, lines and fields in their order', async () => {
    const flow = await inbound(
      receipts(
        `- map:
    document: no
    at: '"2026-03-31T08:30:00.000Z"'
    lines:
      each: items
      map: { sku: sku, quantity: '${counted('n')}', location: '"WH" & $join(["1"], "")' }`,
        'key: no\nto: stock.receive.v1',
      ),
    );
    const rows = [
      record('D1', 1, 2),
      record('D2', 3, LARGE, 4),
      record('D3', LARGE),
      record('D4', 5),
    ];
    const { result, longestMs } = await longestTurnMs(500, () => run(flow, rows));
    assert.deepEqual(codes(result), []);
    assert.deepEqual(quantities(result), [['1', '2'], ['3', `${LARGE}`, '4'], [`${LARGE}`], ['5']]);
    assert.ok(longestMs < 500, `others waited for ${longestMs} ms`);
  }).timeout(60_000);

  it('in a filter, a route or a key decides as any other', async () => {
    const large = `$number(${counted('items[0].n')}) > 2`;
    const flow = await inbound(
      receipts(
        `- filter: ${large}
- map: { document: no, at: '"2026-03-31T08:30:00.000Z"', sku: '"A"', location: '"B"', quantity: '"1"' }`,
        `key: no & "/" & ${counted('items[0].n')}
to:
  - { when: '$source.no = "D1" or ${large.replace('items', '$source.items').replace('> 2', '< 0')}', type: stock.receive.v1 }
  - { type: stock.issue.v1 }`,
      ),
    );
    const rows = [record('D1', LARGE), record('D2', 1), record('D3', LARGE), record('D4', 3)];
    const result = await run(flow, rows);
    assert.deepEqual(codes(result), []);
    assert.equal(result.filtered, 1);
    assert.deepEqual(
      result.messages.map(({ id, type }) => [id, type]),
      [
        [`D1/${LARGE}`, 'stock.receive.v1'],
        [`D3/${LARGE}`, 'stock.issue.v1'],
        ['D4/3', 'stock.issue.v1'],
      ],
    );
  }).timeout(60_000);

  it('parks its record alone where its work is without bound', async () => {
    const flow = await inbound(
      receipts(
        `- map:
    document: no
    at: '"2026-03-31T08:30:00.000Z"'
    lines: '$map(items, function($o) {{ "sku": $o.sku, "location": "A", "quantity": ${counted('$o.n')} }})'`,
        'key: no\nto: stock.receive.v1',
      ),
    );
    const many = record('D2', ...Array.from({ length: 50 }, () => LARGE));
    const result = await run(flow, [record('D1', 1), many, record('D3', 2)]);
    assert.deepEqual(codes(result), [['EXPR_RUNAWAY']]);
    assert.deepEqual(quantities(result), [['1'], ['2']]);
  }).timeout(60_000);
});
