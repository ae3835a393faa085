/** Items, places and documents, as the sample of the ERP leaves them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Desk, root } from './cli.ts';

const sample = (name: string): string => join(root, 'flows/samples', name);

describe('items, locations and documents', () => {
  let desk: Desk;

  before(async () => {
    desk = new Desk({}, ['erp-purchase-receipts', 'item-master-data']);
    await desk.run(['run', 'item-master-data', sample('item-master-data.csv')]);
    await desk.run(['run', 'erp-purchase-receipts', sample('erp-purchase-receipts.csv')]);
  });
  after(() => desk.remove());

  const rows = async (...line: string[]): Promise<Record<string, string>[]> => {
    const { code, out, err } = await desk.run([...line, '--format', 'json']);
    assert.equal(code, 0, err);
    return JSON.parse(out);
  };

  it('name what there is', async () => {
    const all = await rows('items');
    const [item] = all.filter(({ sku }) => sku === 'ESP-1KG');
    assert.equal(item?.valuation, 'fifo');
    assert.ok(item?.name && item.unit && item.recordedAt);
    assert.deepEqual(await rows('items', 'ESP-1KG'), [item]);
    const places = await rows('locations');
    assert.ok(places.some(({ location, skus }) => location === 'BER' && Number(skus) > 0));
    assert.ok(places.every(({ location }) => location !== 'supplier'));
  });

  it('list documents with what they moved and where that came from', async () => {
    const all = await rows('documents', '--document', 'WE-26-0311');
    assert.deepEqual(
      all.map(({ sku, kind, quantity, value, source }) => [sku, kind, quantity, value, source]),
      [
        ['ESP-1KG', 'receive', '120', '1128.00', '/flows/erp-purchase-receipts'],
        ['FIL-500', 'receive', '200', '1030.00', '/flows/erp-purchase-receipts'],
      ],
    );
    assert.ok((await rows('documents')).length > all.length);
  });

  it('show one whole: its origin, its entries, its story', async () => {
    const { code, out } = await desk.run(['documents', 'WE-26-0311']);
    assert.equal(code, 0);
    assert.match(out, /^WE-26-0311\n {2}From: +\/flows\/erp-purchase-receipts, message WE-26-0311/);
    assert.match(out, /ESP-1KG +1 .* 120 +1128\.00/);
    assert.match(out, /came +erp-purchase-receipts\.csv came in/);
    const { out: json } = await desk.run(['documents', 'WE-26-0311', '--format', 'json']);
    const facts = JSON.parse(json);
    assert.deepEqual([facts.skus.length, facts.entries.length], [2, 2]);
    assert.ok(facts.story.lines.length > 0);
  });

  it('say of a document that nobody knows that nobody knows it', async () => {
    const { code, err } = await desk.run(['documents', 'WE-0']);
    assert.equal(code, 1);
    assert.match(err, /HISTORY_UNKNOWN/);
  });
});
