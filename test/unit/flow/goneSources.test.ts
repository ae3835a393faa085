import assert from 'node:assert/strict';
import type { CompiledFlow, InboundFlow } from '../../../core/flow/compiledFlow.ts';
import { goneSources } from '../../../core/flow/goneSources.ts';

const flow = (name: string, parts: Partial<InboundFlow> = {}): CompiledFlow =>
  ({
    direction: 'inbound',
    name,
    source: name,
    allow: [],
    fromAt: { file: `flows/${name}.yaml`, line: 2, column: 7 },
    ...parts,
  }) as unknown as CompiledFlow;

const told = (flows: CompiledFlow[], booked: string[]): string[] =>
  goneSources(flows, booked).map(({ message, at }) => `${at?.file}: ${message}`);

describe('a flow that was renamed', () => {
  it('is asked whether it is the one whose documents are known', () => {
    const flows = [flow('sales'), flow('erp-receipts'), flow('counts')];
    assert.deepEqual(told(flows, ['/flows/counts', '/flows/receipts']), [
      "flows/erp-receipts.yaml: documents of 'receipts' were booked, and no flow has that source any more; 'erp-receipts' has booked nothing yet",
    ]);
    assert.deepEqual(told(flows, ['/flows/counts', '/flows/stock']), [
      "flows/sales.yaml: documents of 'stock' were booked, and no flow has that source any more; 'sales' has booked nothing yet",
    ]);
  });

  it('is not asked when it has the old name as its source', () => {
    const flows = [flow('erp-receipts', { source: 'receipts' })];
    assert.deepEqual(told(flows, ['/flows/receipts']), []);
  });

  it('is not asked when it has booked something, says that it is another, or none is gone', () => {
    assert.deepEqual(told([flow('a')], ['/flows/a', '/flows/b']), []);
    assert.deepEqual(told([flow('a', { allow: ['FLOW_SOURCE_GONE'] })], ['/flows/b']), []);
    assert.deepEqual(told([flow('a'), flow('b')], ['/flows/b']), []);
    assert.deepEqual(told([flow('a')], ['/api/manual']), []);
  });
});
