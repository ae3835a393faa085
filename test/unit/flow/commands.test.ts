/** What flows into stock can make besides documents with lines. */
import assert from 'node:assert/strict';
import { schemas } from '../../../core/catalog.ts';
import { eventTypes } from '../../../core/message.ts';
import { data, inbound, lint, load, receipts, run } from './hubFolder.ts';

const AT = '2026-03-31T08:30:00.000Z';

const flow = (steps: string, type: string) => inbound(receipts(steps, `key: Doc\nto: ${type}`));

describe('commands', () => {
  for (const type of Object.keys(schemas)) {
    if ((eventTypes as readonly string[]).includes(type)) continue;
    it(`a flow can end in ${type}`, async () => {
      const { flows } = await load({
        'flows/receipts.yaml': receipts('- filter: Doc = "1"', `key: Doc\nto: ${type}`),
      });
      assert.equal(flows.length, 1);
    });
  }

  it('an attribute may be called as objects call their own', async () => {
    const item = await flow('- map: { sku: Sku, attributes: More }', 'item.upsert.v1');
    const more = JSON.parse('{"__proto__":"1","constructor":"2","toString":"3","a":"4"}');
    const { messages, parked } = await run(item, [{ Doc: 'I1', Sku: 'A', More: more }]);
    assert.deepEqual(parked, []);
    assert.equal(
      messages[0]?.dataJson,
      '{"sku":"A","attributes":{"__proto__":"1","constructor":"2","toString":"3","a":"4"}}',
    );
  });

  it('an attribute that is no text says how it becomes one', async () => {
    const item = await flow('- map: { sku: Sku, attributes: More }', 'item.upsert.v1');
    const More = { whole: 80, part: 120.5, flag: true, list: ['a', 'b'] };
    const { parked } = await run(item, [{ Doc: 'I1', Sku: 'A', More }]);
    assert.deepEqual(
      parked[0]?.faults.map(({ code, message, todo }) => [code, message, todo?.slice(0, 20)]),
      [
        [
          ...['MESSAGE_INVALID', 'attributes.part is 120.5, a number that is not whole'],
          'Wrap it in $decimal(',
        ],
        [
          ...['MESSAGE_INVALID', 'attributes.flag is true, which is not text'],
          'Wrap it in $string(.',
        ],
        [
          ...['EXPR_NOT_TEXT', 'attributes.list is a list of 2, and one text is wanted'],
          'name one of them, wi',
        ],
      ],
    );
  });

  it('a second list beside the lines is made of elements as lines are', async () => {
    const produce = await flow(
      `- map:
    document: Doc
    at: At
    components:
      each: used
      map: { sku: sku, location: '"WH1"', quantity: qty }
    sku: Sku
    location: '"WH1"'
    quantity: Qty`,
      'stock.produce.v1',
    );
    const row = { Doc: 'M1', At: AT, Sku: 'A', Qty: '1' };
    const result = await run(produce, [
      {
        ...row,
        used: [
          { sku: 'P', qty: 4 },
          { sku: 'Q', qty: '0.5' },
        ],
      },
      { ...row, used: { sku: 'P', qty: 'x' } },
      row,
    ]);
    assert.deepEqual(data(result), [
      {
        document: 'M1',
        at: AT,
        components: [
          { sku: 'P', location: 'WH1', quantity: '4' },
          { sku: 'Q', location: 'WH1', quantity: '0.5' },
        ],
        lines: [{ sku: 'A', location: 'WH1', quantity: '1' }],
      },
    ]);
    assert.deepEqual(
      result.parked.map(({ faults }) => faults.map(({ message }) => message)),
      [
        [
          'components[0].quantity is "x", which is not a decimal number of zero or more with at most 12 digits before and 6 after the point',
        ],
        ["components has no entry: 'used' at flows/receipts.yaml:9:15 gives nothing"],
      ],
    );
  });

  it('lint knows the fields of a second list', async () => {
    const steps = `- map:
    document: Doc
    at: At
    components: { each: used, map: { sku: sku, quantiy: qty, location: '"W"' } }
    lines: { each: made, map: { sku: sku, quantity: qty, location: '"W"', owner: '"X"' } }`;
    assert.deepEqual(
      await lint({ 'flows/receipts.yaml': receipts(steps, 'key: Doc\nto: stock.produce.v1') }),
      [
        "flows/receipts.yaml:5:5 FLOW_MISSING_FIELD no step gives 'quantity', which each of the components of stock.produce.v1 needs; add 'quantity:' to the map",
        "flows/receipts.yaml:8:50 FLOW_UNKNOWN_FIELD 'quantiy' is not a field of the components of stock.produce.v1; did you mean 'quantity'?",
        "flows/receipts.yaml:9:77 FLOW_UNKNOWN_FIELD 'owner' is not a field of the lines of stock.produce.v1; known here: line, sku, location, quantity, unit, lot, expiresOn, status, share, expectedVersion",
      ],
    );
    const bare = '- map: { document: Doc, at: At, sku: S, location: L, quantity: Q }';
    assert.deepEqual(
      await lint({ 'flows/receipts.yaml': receipts(bare, 'key: Doc\nto: stock.produce.v1') }),
      [
        "flows/receipts.yaml:5:5 FLOW_MISSING_FIELD no step gives 'components', which stock.produce.v1 needs; add 'components:' to the map",
      ],
    );
  });

  it('a list that may be left out is, when there is nothing to make it of', async () => {
    const commit = await flow(
      `- map:
    reservation: id
    lines:
      each: lines
      map: { line: line, quantity: qty }`,
      'reservation.commit.v1',
    );
    const result = await run(commit, [
      { Doc: '1', id: 'R1' },
      { Doc: '2', id: 'R1', lines: [{ line: 1, qty: '2' }] },
      { Doc: '3', id: 'R1', lines: [] },
    ]);
    assert.deepEqual(data(result), [
      { reservation: 'R1' },
      { reservation: 'R1', lines: [{ line: '1', quantity: '2' }] },
    ]);
    assert.equal(
      result.parked[0]?.faults[0]?.message,
      "lines has no entry: 'lines' at flows/receipts.yaml:8:15 gives nothing",
    );
  });

  it('units, yes and no of an item come from cells of text', async () => {
    const items = await flow(
      '- map: { sku: Doc, units: { BOX: Box, G: Gram }, valued: Valued, weight: Weight }',
      'item.upsert.v1',
    );
    const result = await run(items, [
      { Doc: 'A', Box: 12, Gram: '1/1000', Valued: 'false', Weight: '0.35' },
      { Doc: 'B', Box: '', Gram: '', Valued: '', Weight: '' },
      { Doc: 'C', Box: '0', Gram: '', Valued: 'no', Weight: '' },
    ]);
    assert.deepEqual(data(result), [
      { sku: 'A', units: { BOX: '12', G: '1/1000' }, valued: false, weight: '0.35' },
      { sku: 'B' },
    ]);
    assert.deepEqual(
      result.parked[0]?.faults.map(({ message }) => message),
      [
        'units.BOX is "0", which is not a whole number or a fraction, such as 12 or 1/1000',
        'valued is "no", which is not true or false',
      ],
    );
  });

  it('amounts that agree stay with the lines of a grouped document; texts that agree do not', async () => {
    const landed = await flow(
      '- map: { document: Doc, at: At, receipt: Receipt, amount: Amount }\n- group: { by: document }',
      'stock.landed-cost.v1',
    );
    const row = { Doc: 'L1', At: AT, Amount: '50' };
    const result = await run(landed, [
      { ...row, Receipt: 'GR-1' },
      { ...row, Receipt: 'GR-2' },
    ]);
    assert.deepEqual(data(result), [
      {
        document: 'L1',
        at: AT,
        lines: [
          { receipt: 'GR-1', amount: '50' },
          { receipt: 'GR-2', amount: '50' },
        ],
      },
    ]);
  });

  it('whole numbers and rates say how long they may be', async () => {
    const create = await flow(
      '- map: { reservation: Doc, at: At, timeoutSeconds: T, sku: S, pool: \'"main"\', quantity: "1" }',
      'reservation.create.v1',
    );
    const { parked } = await run(create, [{ Doc: '1', At: AT, S: 'A', T: '1.5' }]);
    assert.equal(
      parked[0]?.faults[0]?.message,
      'timeoutSeconds is "1.5", which is not a whole number of at most 9 digits',
    );
    const receive = await flow(
      '- map: { document: Doc, at: At, rate: R, sku: S, location: S, quantity: "1" }',
      'stock.receive.v1',
    );
    const result = await run(receive, [{ Doc: '1', At: AT, S: 'A', R: '0.1234567890123' }]);
    assert.match(
      result.parked[0]?.faults[0]?.message ?? '',
      /has more than 12 digits after the point$/,
    );
  });
});
