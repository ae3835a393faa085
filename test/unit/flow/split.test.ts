/** Elements of a list whose fields are called like those of the record around it. */
import assert from 'node:assert/strict';
import { codes, inbound, lint, receipts, run } from './hubFolder.ts';

const map = (document: string, sku = 'Item') => `- map:
    document: ${document}
    at: '"2026-03-31T08:30:00.000Z"'
    sku: ${sku}
    location: '"WH1"'
    quantity: Qty`;
const rest = (number: string) => `key: ${number} & "/" & Item\nto: stock.receive.v1`;

const order = (ID: string, ...lines: object[]) => ({ ID, Line: lines });
const first = { ID: '1', Item: 'A', Qty: '5' };
const second = { ID: '2', Item: 'B', Qty: '6' };

const ids = ({ messages }: { messages: { id: string }[] }) => messages.map(({ id }) => id);

describe('split', () => {
  it('parks a record whose element would hide its field, and names the field', async () => {
    const flow = await inbound(receipts(`- split: Line\n${map('ID')}`, rest('ID')));
    const result = await run(flow, [
      order('PO-77', first, second),
      order('PO-78', first),
      { ID: 'PO-79', Line: { Item: 'C', Qty: '1' } },
    ]);
    assert.deepEqual(ids(result), ['PO-79/C'], 'an element without such a field is a part as ever');
    assert.deepEqual(codes(result), [['SPLIT_HIDES'], ['SPLIT_HIDES']]);
    assert.equal(
      result.parked[0]?.faults[0]?.message,
      "element 1 of 'Line' has a field 'ID', and so has the record around it",
    );
    assert.deepEqual(result.parked[0]?.members, [
      { value: order('PO-77', first, second), record: 1 },
    ]);
  });

  it('parks the whole record also when a later element is the first to hide a field', async () => {
    const flow = await inbound(receipts(`- split: Line\n${map('ID')}`, rest('ID')));
    const result = await run(flow, [order('PO-1', { Item: 'A', Qty: '1' }, second)]);
    assert.deepEqual([ids(result), codes(result)], [[], [['SPLIT_HIDES']]]);
  });

  it('with `parent` keeps the two apart', async () => {
    const steps = `- split: { path: Line, parent: order }\n${map('order.ID')}\n    line: ID`;
    const result = await run(await inbound(receipts(steps, rest('order.ID'))), [
      order('PO-77', first, second),
      order('PO-78', first),
    ]);
    assert.deepEqual(ids(result), ['PO-77/A', 'PO-77/B', 'PO-78/A']);
    const lines = result.messages.map(({ data }) => (data as { lines: unknown[] }).lines[0]);
    assert.deepEqual(lines[1], { line: '2', sku: 'B', location: 'WH1', quantity: '6' });
  });

  it('with `parent` merges nothing, and refuses that name in an element', async () => {
    const steps = `- split: { path: Line, parent: order }\n${map('ID')}`;
    const result = await run(await inbound(receipts(steps, rest('order.ID'))), [
      order('PO-1', { Item: 'A', Qty: '1' }),
      order('PO-2', { Item: 'A', Qty: '1', order: 'X' }),
    ]);
    assert.deepEqual(codes(result), [['MESSAGE_INVALID'], ['SPLIT_HIDES']]);
    assert.equal(
      result.parked[0]?.faults[0]?.at?.field,
      'document',
      'the part has no ID of its own',
    );
  });

  it('of a list that a step made is told by lint', async () => {
    const steps = (parent: string) => `- set:
    lines: { each: Line, map: { ID: ID, Item: Item, Qty: Qty } }
    ID: ID
- split: { path: lines${parent} }
${map('ID')}`;
    const [fault] = await lint({ 'flows/receipts.yaml': receipts(steps(''), rest('ID')) });
    assert.match(
      fault ?? '',
      /^flows\/receipts\.yaml:8:20 SPLIT_HIDES an element of 'lines' has a field 'ID', and so has/,
    );
    const flow = await inbound(receipts(steps(', parent: order'), rest('order.ID')));
    assert.deepEqual(ids(await run(flow, [order('PO-77', first)])), ['PO-77/A']);
    const unknown = receipts(
      steps(', parent: order').replace('document: ID', 'document: Id'),
      rest('ID'),
    );
    assert.match(
      (await lint({ 'flows/receipts.yaml': unknown })).join('\n'),
      /'Id' is not a field/,
    );
  });
});
