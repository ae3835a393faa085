/** Several targets of one record: each with its own test, map and key, all of a record or none. */
import assert from 'node:assert/strict';
import type { InboundResult } from '../../../core/flow/compiledFlow.ts';
import { codes, inbound, lint, receipts, run } from './hubFolder.ts';

const flowWith = (to: string, rest = '', steps = '- set: { sku: Sku }'): string =>
  receipts(steps, `${rest}to:\n${to}`).replace('read: csv', 'read: json');

const receipt = `map: { document: Doc, at: $date("2026-01-01"), sku: Sku, location: Bin, quantity: Qty }
    type: stock.receive.v1`;
const voided = `map: { reservation: Order }
    type: reservation.void.v1`;

const both = flowWith(
  `  - when: Qty != "0"
    ${receipt}
    key: Doc & "/in"
  - when: $exists(Order) and Order != ""
    ${voided}
    key: Doc & "/void"`,
  'mode: all\n',
);

const row = (more: object = {}) => ({ Doc: 'D1', Sku: 'A', Bin: 'W', Qty: '1', ...more });
const made = ({ messages }: InboundResult) =>
  messages.map(({ id, type, records }) => [id, type, records]);

describe('several targets', () => {
  it('take a record by mode: all as often as they fit it', async () => {
    const result = await run(await inbound(both), [
      row({ Order: 'O1' }),
      row({ Doc: 'D2' }),
      row({ Doc: 'D3', Qty: '0', Order: 'O3' }),
    ]);
    assert.deepEqual(codes(result), []);
    assert.deepEqual(made(result), [
      ['D1/in', 'stock.receive.v1', 1],
      ['D1/void', 'reservation.void.v1', 0],
      ['D2/in', 'stock.receive.v1', 1],
      ['D3/void', 'reservation.void.v1', 1],
    ]);
  });

  it('by mode: first take it once, where it is left out', async () => {
    const flow = await inbound(both.replace('mode: all\n', ''));
    assert.deepEqual(made(await run(flow, [row({ Order: 'O1' })])), [
      ['D1/in', 'stock.receive.v1', 1],
    ]);
  });

  it('leave out a list that one of them does not know, where there is none', async () => {
    const flow = flowWith(
      `  - { when: $exists($source.used), type: stock.produce.v1 }
  - { type: stock.receive.v1 }`,
      'key: Doc\n',
      `- map:
      document: Doc
      at: $date("2026-01-01")
      components: { each: used, map: { sku: sku, quantity: qty, location: $parent.Bin } }
      lines: { each: made, map: { sku: sku, quantity: qty, location: $parent.Bin } }`,
    );
    const line = { sku: 'A', qty: '1' };
    const result = await run(await inbound(flow), [
      row({ made: [line] }),
      row({ Doc: 'D2', made: [line], used: [line] }),
    ]);
    assert.deepEqual(codes(result), []);
    assert.deepEqual(
      result.messages.map(({ type }) => type),
      ['stock.receive.v1', 'stock.produce.v1'],
    );
  });

  it('park a record of which one message cannot be made, with all that is wrong', async () => {
    const result = await run(await inbound(both), [
      row({ Order: 'O\u0007', Bin: undefined }),
      row({ Doc: 'D2', Qty: '0' }),
      row({ Doc: 'D3', Qty: undefined, Order: 'O1' }),
    ]);
    assert.deepEqual(codes(result), [
      ['MESSAGE_INVALID', 'NAME_BAD_CHARACTER'],
      ['RECORD_INVALID'],
      ['FILTER_UNDECIDED'],
    ]);
    assert.deepEqual(result.messages, []);
  });

  it('make one message of each element of a list', async () => {
    const flow = await inbound(
      flowWith(`  - each: Lines[kind = "in"]
    map:
      document: $parent.Doc
      at: $date("2026-01-01")
      sku: sku
      location: $parent.Bin
      quantity: qty
      line: $string($index + 1)
    key: Doc & "/" & $record.sku & "/" & $index
    type: stock.receive.v1`),
    );
    const Lines = [
      { kind: 'in', sku: 'A', qty: '1' },
      { kind: 'out', sku: 'B', qty: '2' },
      { kind: 'in', sku: 'C', qty: '3' },
    ];
    const result = await run(flow, [row({ Lines }), row({ Doc: 'D2', Lines: [] })]);
    assert.deepEqual(made(result), [
      ['D1/A/0', 'stock.receive.v1', 1],
      ['D1/C/1', 'stock.receive.v1', 0],
    ]);
    assert.deepEqual(codes(result), [['RECORD_INVALID']]);
    const [one] = result.messages as unknown as { data: { lines: object[] } }[];
    assert.deepEqual(one!.data.lines, [{ line: '1', sku: 'A', location: 'W', quantity: '1' }]);
  });

  it('whose keys turn out to be one park the record', async () => {
    const flow = await inbound(
      flowWith(
        `  - ${receipt}
    key: Doc & "/" & $record.sku
  - ${voided}
    key: Doc & "/" & $record.reservation`,
        'mode: all\n',
      ),
    );
    assert.deepEqual(codes(await run(flow, [row({ Order: 'A' })])), [['KEY_REPEATED']]);
    assert.deepEqual(made(await run(flow, [row({ Order: 'B' })])).length, 2);
  });

  it('may share the key of the flow where one takes the record, and read names under let', async () => {
    const flow = await inbound(
      flowWith(
        `  - when: $kind = "in"
    ${receipt}
  - when: $kind = "void"
    ${voided}`,
        'let: { kind: Kind }\nkey: Doc\n',
      ),
    );
    const rows = [row({ Kind: 'in' }), row({ Doc: 'D2', Kind: 'void', Order: 'O' })];
    assert.deepEqual(made(await run(flow, rows)), [
      ['D1', 'stock.receive.v1', 1],
      ['D2', 'reservation.void.v1', 1],
    ]);
  });
});

describe('lint of targets', () => {
  const faults = async (yaml: string) =>
    (await lint({ 'flows/receipts.yaml': yaml })).map((fault) => fault.split('; ')[0]);

  it('finds what no record can reach', async () => {
    const yaml = flowWith(
      `  - { when: false, type: stock.receive.v1 }
  - { when: Kind = "a", type: stock.receive.v1 }
  - { when: 'Kind = "a"', type: stock.return.v1 }
  - { type: stock.receive.v1 }
  - { when: Kind = "b", type: stock.receive.v1 }`,
      'key: Doc\n',
    );
    assert.deepEqual(await faults(yaml), [
      'flows/receipts.yaml:8:5 CONFIG_BAD_VALUE no record ever takes this route, whose `when` is false',
      'flows/receipts.yaml:10:5 CONFIG_BAD_VALUE route 2 takes every record that this one would, so that it gets none',
      'flows/receipts.yaml:11:5 CONFIG_BAD_VALUE a route without `when` takes every record, so that those after it get none',
    ]);
  });

  it('finds messages that would have one key, and keys that nothing takes', async () => {
    const yaml = flowWith(
      `  - ${receipt}
  - ${voided}
  - each: Lines
    ${receipt}
    key: Doc & "/lines"`,
      'mode: all\nkey: Doc\n',
    );
    assert.deepEqual(await faults(yaml), [
      'flows/receipts.yaml:11:5 FLOW_BAD_KEY this target has the key of target 1, and a record may go to both',
      'flows/receipts.yaml:16:10 FLOW_BAD_KEY all messages of this target have one key, and `each` makes several',
    ]);
    const own = flowWith(`  - ${receipt}\n    key: Doc`, 'key: Doc\n');
    assert.deepEqual(await faults(own), [
      'flows/receipts.yaml:6:6 FLOW_BAD_KEY every target has a key of its own, so that this one is none',
    ]);
    assert.deepEqual(await faults(flowWith(`  - ${receipt}`)), [
      "flows/receipts.yaml:6:1 FLOW_MISSING_KEY the flow has no 'key'",
    ]);
  });

  it('holds each map against the message of its target, and follows the clock into its key', async () => {
    const yaml = flowWith(
      `  - map: { document: $now(), at: $date(Day), sku: Sku, quantitty: Qty, location: Bin }
    key: Doc & "/" & $record.document
    type: stock.receive.v1`,
    );
    assert.deepEqual(await faults(yaml), [
      "flows/receipts.yaml:7:5 FLOW_MISSING_FIELD no step gives 'quantity', which a line of stock.receive.v1 needs",
      "flows/receipts.yaml:7:56 FLOW_UNKNOWN_FIELD 'quantitty' is not a field of stock.receive.v1",
      "flows/receipts.yaml:8:10 FLOW_CHANGES_ON_REPLAY 'document' is made of '$now', which gives another time at every replay",
    ]);
  });

  it('refuses a mode where there is one target', async () => {
    const yaml = receipts('- set: { sku: Sku }', 'mode: all\nkey: Doc\nto: stock.receive.v1');
    assert.deepEqual(await faults(yaml), [
      "flows/receipts.yaml:6:1 CONFIG_BAD_VALUE 'mode' says how records find their way among several targets, and there is one",
    ]);
  });

  const shared = (to: string, more = '', mode = 'all'): string =>
    flowWith(to, `mode: ${mode}\n`, '').replace(
      'steps:\n  ',
      `steps:\n  - map: { document: Doc, at: $date(At), sku: Sku, location: Bin, quantity: Qty${more} }`,
    );
  const receive = '  - { type: stock.receive.v1, key: Doc & "/in" }';
  const reserve = '  - { type: reservation.create.v1, key: Doc & "/held" }';

  it('that take one map, of which each needs what the other does not know, are refused', async () => {
    const faults = await lint({
      'flows/receipts.yaml': shared(`${receive}\n${reserve}`, ', reservation: Doc'),
    });
    assert.deepEqual(faults, [
      "flows/receipts.yaml:5:12 FLOW_UNKNOWN_FIELD 'document' is not a field of reservation.create.v1, and target 2 takes the same record as stock.receive.v1: it would park every one; give each of the targets a map of its own",
      "flows/receipts.yaml:5:82 FLOW_UNKNOWN_FIELD 'reservation' is not a field of stock.receive.v1, and target 1 takes the same record as reservation.create.v1: it would park every one; give each of the targets a map of its own",
    ]);
  });

  it('that take one map are refused a constant that one of them does not know', async () => {
    const returned = '  - { when: quantity = "1", type: stock.return.v1 }';
    const to = `${returned}\n  - { type: stock.receive.v1 }`;
    const yaml = shared(to, ', const: { party: customer }', 'first').replace(
      'to:\n',
      'key: Doc\nto:\n',
    );
    const [fault, ...others] = await lint({ 'flows/receipts.yaml': yaml });
    assert.match(
      fault ?? '',
      /FLOW_UNKNOWN_FIELD 'party' is not a field of stock\.receive\.v1, and target 2 takes the same record as stock\.return\.v1/,
    );
    assert.deepEqual(others, []);
    // What gives nothing for the other is as good as left out.
    await inbound(yaml.replace('const: { party: customer }', 'party: Qty = "1" ? "customer"'));
  });
});
