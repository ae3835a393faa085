/** Columns that a flow reads and a payload lacks. */
import assert from 'node:assert/strict';
import { isStockbusError } from '../../../core/errors.ts';
import { inbound, receipts } from './hubFolder.ts';

async function refusal(yaml: string, header: string): Promise<string | undefined> {
  const { read } = await inbound(yaml, { 'config/tables/stores.csv': 'key,code\n1,WH1\n' });
  async function* body() {
    yield Buffer.from(`${header}\n${header}\n`);
  }
  try {
    for await (const _ of read.codec.read(body(), { name: 'in.csv' }));
  } catch (error) {
    if (!isStockbusError(error, 'CSV_MISSING_COLUMN')) throw error;
    return error.message;
  }
  return undefined;
}

const missing = async (yaml: string, header: string): Promise<string[]> =>
  Array.from(
    ((await refusal(yaml, header)) ?? '').matchAll(/no column '(.+?)'/g),
    (hit) => hit[1]!,
  );

const map = (quantity: string, more = '') => `
- map:
    document: Doc
    at: '"2026-03-31T08:30:00Z"'
    sku: Item
    location: '"WH1"'
    quantity: ${quantity}${more}`;
const key = 'key: Doc\nto: stock.receive.v1';

describe('columns that a flow reads', () => {
  it('refuses a payload whose column was renamed, with the nearest name of its header', async () => {
    const flow = receipts(`- filter: Status = "POSTED"${map('$decimal(Menge, ",")')}`, key);
    assert.equal(await refusal(flow, 'Doc;Item;Status;Menge'), undefined);
    assert.equal(
      await refusal(flow, 'Doc;Item;Status;menge'),
      "there is no column 'Menge' (the nearest is 'menge'), which the flow reads",
    );
    assert.deepEqual(await missing(flow, 'Doc;Item;Stat;Quantity'), ['Status', 'Menge']);
  });

  it('leaves alone columns that are optional or that `$exists` asks for', async () => {
    const stated = receipts(map('Qty', '\n    unitCost: Price'), key);
    assert.deepEqual(await missing(stated, 'Doc,Item,Qty'), ['Price']);
    const optional = stated.replace('read: csv', 'read: { csv: { optional: [Price] } }');
    assert.deepEqual(await missing(optional, 'Doc,Item,Qty'), []);
    const asked = receipts(map('Qty', '\n    unitCost: "$exists(Price) ? Price : null"'), key);
    assert.deepEqual(await missing(asked, 'Doc,Item,Qty'), []);
  });

  it('finds columns in the key, in routes, under `$source` and inside calls', async () => {
    const steps = map('($q := Qty; -$decimal($trim($.Pack)) * $q)', '\n    unitCost: $source.Cost');
    const rest = `key: Doc & Line\nto:\n  - { when: '$source.Kind = "R"', type: stock.receive.v1 }\n  - { when: document = "x", type: stock.receive.v1 }`;
    const found = await missing(receipts(steps, rest), 'Doc,Item');
    assert.deepEqual(found.toSorted(), ['Cost', 'Kind', 'Line', 'Pack', 'Qty']);
  });

  it('knows fields that steps give from columns', async () => {
    const steps = `
- set: { Qty: $decimal(Raw), Raw2: Qty }
- lookup: { table: stores, key: Store, into: place }
${map('Qty', '\n    reference: place & Raw2')}
- set: { line: document }
- filter: quantity != "0"`;
    assert.deepEqual(await missing(receipts(steps, key), 'Doc,Item'), ['Raw', 'Qty', 'Store']);
    assert.deepEqual(await missing(receipts(steps, key), 'Doc,Item,Raw,Qty,Store'), []);
  });

  it('asks nothing of elements of lists, and of formats whose records differ', async () => {
    const lines = `
- map:
    document: Doc
    at: '"2026-03-31T08:30:00Z"'
    lines: { each: $, map: { sku: any, location: thing, quantity: $parent.Qty } }`;
    assert.deepEqual(await missing(receipts(lines, key), 'Doc,Qty'), []);
    const json = await inbound(receipts(map('Qty'), key).replace('read: csv', 'read: json'));
    assert.equal(json.read.codec.requireColumns, undefined);
  });
});
