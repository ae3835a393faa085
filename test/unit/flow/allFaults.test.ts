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

  it('are each told once: a field that could not be read is not missing besides', async () => {
    assert.deepEqual(await faultsOf({ Qty: 'x' }), ['EXPR_NOT_DECIMAL quantity']);
    assert.deepEqual(await faultsOf({ When: 'y' }), ['EXPR_NOT_DATE at']);
  });

  it('are none of a good record', async () => {
    assert.deepEqual(await faultsOf({}), []);
  });
});
