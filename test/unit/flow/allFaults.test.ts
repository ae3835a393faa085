import assert from 'node:assert/strict';
import type { RecordValue } from '../../../core/ports.ts';
import { inbound, receipts, run } from './hubFolder.ts';

const flow = await inbound(
  receipts(
    `- map:
    document: Doc
    at: $date(When)
    sku: Sku
    location: '"WH1"'
    quantity: $decimal(Qty)`,
    'key: No & "/" & Line\nto: stock.receive.v1',
  ),
);

/** What is wrong with one record: the code of each fault, with its field where it has one. */
async function faultsOf(record: RecordValue): Promise<string[]> {
  const good = { No: '1', Line: '1', Doc: 'R1', When: '2026-03-01T10:00:00Z', Sku: 'A', Qty: '1' };
  const { parked } = await run(flow, [{ ...good, ...record }]);
  return (parked[0]?.faults ?? []).map(({ code, at }) => `${code} ${at?.field ?? ''}`.trim());
}

describe('all faults of a record', () => {
  it('come at once: of its fields, of its key, and of the message', async () => {
    assert.deepEqual(await faultsOf({ Qty: 'x', When: 'y', No: '', Doc: '' }), [
      'EXPR_NOT_DATE at',
      'EXPR_NOT_DECIMAL quantity',
      'KEY_EMPTY',
      'MESSAGE_INVALID document',
    ]);
    assert.deepEqual(await faultsOf({ No: '', Sku: '' }), [
      'KEY_EMPTY',
      'MESSAGE_INVALID lines[0].sku',
    ]);
  });

  it('are one where nothing stands in any field, as in a row of delimiters', async () => {
    const empty = { No: '', Line: '', Doc: '', When: ' ', Sku: '', Qty: '' };
    assert.deepEqual(await faultsOf(empty), ['RECORD_EMPTY']);
    const other = await faultsOf({ ...empty, Sku: 'A' });
    assert.ok(other.length > 1 && !other.includes('RECORD_EMPTY'), other.join());
  });

  it('are each told once: a field that could not be read is not missing besides', async () => {
    assert.deepEqual(await faultsOf({ Qty: 'x' }), ['EXPR_NOT_DECIMAL quantity']);
    assert.deepEqual(await faultsOf({ When: 'y' }), ['EXPR_NOT_DATE at']);
  });

  it('are those of its rules, and of what cannot be read besides', async () => {
    const ruled = await inbound(
      receipts(
        `- validate: [{ rule: Sku != "B", message: no B }]
- map: { document: Doc, at: $date(When), sku: Sku, location: Loc, quantity: $decimal(Qty) }`,
        'key: No\nto: stock.receive.v1',
      ).replace('read: csv', 'read: json'),
    );
    const { parked } = await run(ruled, [{ Doc: 'R1', When: 'x', Sku: 'B', Qty: '1' }]);
    assert.deepEqual(
      parked[0]!.faults.map(({ code, message }) => `${code} ${message}`),
      ['RECORD_INVALID no B', 'EXPR_NOT_DATE "x" is not a date of the pattern ISO 8601'],
    );
  });

  it('are those of each line, though the same field of another line is bad', async () => {
    const lines = await inbound(
      receipts(
        `- map:
    document: Doc
    at: $date("2026-03-01")
    lines: { each: Lines, map: { sku: S, location: L, quantity: Q } }`,
        'key: Doc\nto: stock.receive.v1',
      ).replace('read: csv', 'read: json'),
    );
    const { parked } = await run(lines, [
      {
        Doc: 'R1',
        Lines: [
          { S: 'a\u200b1', L: 'W', Q: '1' },
          { L: 'W', Q: 'x' },
          { S: 'a', Q: '1' },
        ],
      },
    ]);
    assert.deepEqual(parked[0]!.faults.map(({ code, at }) => `${code} ${at?.field}`).sort(), [
      'MESSAGE_INVALID lines[1].quantity',
      'MESSAGE_INVALID lines[1].sku',
      'MESSAGE_INVALID lines[2].location',
      'NAME_BAD_CHARACTER lines[0].sku',
    ]);
  });

  it('are none of a good record', async () => {
    assert.deepEqual(await faultsOf({}), []);
  });
});
