/** Steps that the lines of a document go through before they are mapped. */
import assert from 'node:assert/strict';
import { codes, data, inbound, lint, load, receipts, run } from './hubFolder.ts';

const tables = {
  'config/tables/gtin.csv': 'gtin,sku\n04006381333931,PEN\n04012345123456,TEA\n',
  'config/tables/supplier-items.csv': 'item,sku\nS1/7,CUP\n',
};

/** Receipts whose lines go through these steps. */
const flowOf = (steps: string, map = 'sku: sku\n        quantity: qty'): string =>
  receipts(
    `- map:
    document: no
    at: '"2026-03-31T08:30:00.000Z"'
    const: { location: WH1 }
    lines:
      each: rows
      steps:
        ${steps.trim().replaceAll('\n', '\n        ')}
      map:
        ${map}`,
    'key: no\nto: stock.receive.v1',
  ).replace('read: csv', 'read: json');

const linesIn = (result: Awaited<ReturnType<typeof run>>): unknown[] =>
  data(result).map((one) => (one as { lines: unknown }).lines);

const places = (result: Awaited<ReturnType<typeof run>>): unknown[] =>
  result.parked.map(({ faults }) => faults.map(({ code, at }) => `${at?.field} ${code}`));

describe('steps inside of lines', () => {
  it('work on each line as on records, before the map', async () => {
    const steps = `
- filter: $compare(qty, "0") > 0
- set: { note: $parent.no & "/" & no }
- defaults: { const: { unit: EA } }
- validate: [{ rule: $exists(sku), message: the line names no item }]`;
    const map = 'sku: sku\n        quantity: qty\n        unit: unit\n        line: note';
    const flow = await inbound(flowOf(steps, map));
    const result = await run(flow, [
      {
        no: 'R1',
        rows: [
          { no: '1', sku: 'A', qty: '1', unit: 'KGM' },
          { no: '2', sku: 'B', qty: '0' },
          { no: '3', sku: 'C', qty: '2' },
        ],
      },
      { no: 'R2', rows: { no: '1', sku: 'D', qty: '3' } },
    ]);
    assert.deepEqual(codes(result), []);
    assert.deepEqual(linesIn(result), [
      [
        { line: 'R1/1', sku: 'A', quantity: '1', unit: 'KGM', location: 'WH1' },
        { line: 'R1/3', sku: 'C', quantity: '2', unit: 'EA', location: 'WH1' },
      ].map(({ line, sku, location, quantity, unit }) => ({ line, sku, location, quantity, unit })),
      [{ line: 'R2/1', sku: 'D', location: 'WH1', quantity: '3', unit: 'EA' }],
    ]);
    assert.equal(result.droppedParts, 1, 'the line that was dropped is counted');
  });

  it('look a line up in several tables in turn', async () => {
    const steps = (missing: string) =>
      `- lookup:
    table: gtin
    key: $gtin(gtin)
    or: [{ table: supplier-items, key: $parent.from & "/" & item }]
    into: sku
    missing: ${missing}`;
    const rows = [
      { gtin: '4006381333931', qty: '1' },
      { item: '7', qty: '2' },
      { gtin: '4012345123456', item: '9', qty: '3' },
      { gtin: '9506000134352', item: '7', qty: '4' },
    ];
    const found = [
      { sku: 'PEN', location: 'WH1', quantity: '1' },
      { sku: 'CUP', location: 'WH1', quantity: '2' },
      { sku: 'TEA', location: 'WH1', quantity: '3' },
      { sku: 'CUP', location: 'WH1', quantity: '4' },
    ];
    const park = await inbound(flowOf(steps('park')), tables);
    const good = await run(park, [{ no: 'R1', from: 'S1', rows }]);
    assert.deepEqual([codes(good), linesIn(good)], [[], [found]]);

    const unknown = {
      no: 'R2',
      from: 'S1',
      rows: [rows[0], { qty: '2' }, { item: '8', qty: '1' }],
    };
    const bad = await run(park, [
      unknown,
      { no: 'R3', from: 'S1', rows: [{ gtin: '123', qty: '1' }] },
    ]);
    assert.deepEqual(places(bad), [
      ['lines[1].sku KEY_EMPTY', 'lines[2].sku LOOKUP_NOT_FOUND'],
      ['lines[0].sku GS1_BAD_KEY'],
    ]);
    assert.equal(bad.parked[0]?.faults[1]?.message, "the table supplier-items has no row 'S1/8'");
    const drop = await run(await inbound(flowOf(steps('drop')), tables), [unknown]);
    assert.deepEqual([linesIn(drop), drop.droppedParts], [[[found[0]]], 2]);
    const keep = await run(
      await inbound(flowOf(steps('keep'), 'sku: sku ?? "UNKNOWN"\n        quantity: qty'), tables),
      [unknown],
    );
    assert.deepEqual(
      linesIn(keep)
        .flat()
        .map((line) => (line as { sku: string }).sku),
      ['PEN', 'UNKNOWN', 'UNKNOWN'],
    );
  });

  it('split a line whose parts must add up', async () => {
    const steps = `
- split: { path: lots, parent: row, quantity: qty, sum: delivered, missing: keep }`;
    const map = 'sku: row.sku\n        quantity: quantity\n        lot: lot';
    const flow = await inbound(flowOf(steps, map));
    const row = (lots: object[] | undefined, delivered = '0.3') => ({ sku: 'A', delivered, lots });
    const result = await run(flow, [
      {
        no: 'R1',
        rows: [
          row([
            { lot: 'L1', qty: '0.1' },
            { lot: 'L2', qty: '0.2' },
          ]),
        ],
      },
      {
        no: 'R2',
        rows: [row([{ lot: 'L1', qty: '0.1' }, { lot: 'L2' }]), row(undefined), row([])],
      },
      {
        no: 'R3',
        rows: [
          row(undefined),
          row([
            { lot: 'L1', qty: '0.1' },
            { lot: 'L2', qty: '0.1' },
          ]),
        ],
      },
      { no: 'R4', rows: [row([{ lot: 'L1' }, { lot: 'L2' }])] },
      { no: 'R5', rows: [row([{ lot: 'L1', qty: '0.3' }, { lot: 'L2' }])] },
    ]);
    const line = (quantity: string, lot?: string) => ({
      sku: 'A',
      location: 'WH1',
      ...(lot ? { lot } : {}),
      quantity,
    });
    assert.deepEqual(linesIn(result), [
      [line('0.1', 'L1'), line('0.2', 'L2')],
      [line('0.1', 'L1'), line('0.2', 'L2'), line('0.3'), line('0.3')],
    ]);
    assert.deepEqual(places(result), [
      ['lines[1] SPLIT_SUM_DIFFERS'],
      ['lines[0] SPLIT_SUM_DIFFERS'],
      ['lines[0] SPLIT_SUM_DIFFERS'],
    ]);
    assert.deepEqual(
      result.parked.map(({ faults }) => faults[0]?.message),
      [
        "the parts of 'lots' add up to 0.2, and 'delivered' is 0.3",
        "2 parts of 'lots' say no quantity",
        "the parts of 'lots' add up to 0.3, and 'delivered' is 0.3",
      ],
    );
  });

  it('name what is wrong by the place of the line in the payload', async () => {
    const flow = await inbound(flowOf('- filter: kind = "item"'));
    const rows = [
      { kind: 'text' },
      { kind: 'item', sku: 'A', qty: '1' },
      { kind: 'item', qty: '2' },
      { sku: 'C', qty: '3' },
    ];
    const result = await run(flow, [
      { no: 'R1', rows: rows.slice(0, 3) },
      { no: 'R2', rows },
    ]);
    assert.deepEqual(places(result), [
      ['lines[2].sku MESSAGE_INVALID'],
      ['lines[3] FILTER_UNDECIDED'],
    ]);
    assert.equal(
      result.parked[0]?.faults[0]?.message,
      "lines[2].sku is missing: 'sku' at flows/receipts.yaml:14:16 gives nothing",
    );
  });

  it('tell what the map cannot read by the place of the line, too', async () => {
    const flow = await inbound(
      flowOf('- filter: qty != "0"', 'sku: sku\n        quantity: $decimal(qty)'),
    );
    const rows = [
      { sku: 'A', qty: '0' },
      { sku: 'B', qty: 'x' },
    ];
    const result = await run(flow, [{ no: 'R1', rows }]);
    assert.deepEqual(places(result), [['lines[1].quantity EXPR_NOT_DECIMAL']]);
  });

  it('wait for the library where an expression needs it', async () => {
    const steps = '- set:\n    sku: $join(codes^($), "-")\n- filter: $count(codes^($)) > 1';
    const rows = [
      { codes: ['B', 'A'], qty: '1' },
      { codes: ['C'], qty: '1' },
    ];
    const result = await run(await inbound(flowOf(steps)), [{ no: 'R1', rows }]);
    assert.deepEqual(linesIn(result), [[{ sku: 'A-B', location: 'WH1', quantity: '1' }]]);
  });

  it('are checked like steps of the flow, each fault at its place', async () => {
    const faultsOf = async (steps: string, map?: string): Promise<string[]> =>
      lint({ 'flows/receipts.yaml': flowOf(steps, map), ...tables });
    const [unknown] = await faultsOf('- filtr: x = "1"');
    assert.match(
      unknown ?? '',
      /^flows\/receipts\.yaml:12:\d+ FLOW_UNKNOWN_STEP 'filtr' is not a step/,
    );
    const [grouped] = await faultsOf('- group: { by: no }');
    assert.match(
      grouped ?? '',
      /receipts\.yaml:12:\d+ CONFIG_BAD_VALUE 'group' cannot stand among the steps of a list/,
    );
    const [table] = await faultsOf('- lookup: { table: gtn, key: a, into: sku }');
    assert.match(table ?? '', /:12:\d+ FLOW_UNKNOWN_TABLE there is no table 'gtn'/);
    const [name] = await faultsOf(
      '- map: { code: sku, qty: qty }',
      'sku: coed\n        quantity: qty',
    );
    assert.match(
      name ?? '',
      /:14:\d+ FLOW_UNKNOWN_FIELD 'coed' is not a field of the record after map; did you mean 'code'/,
    );
    const [variable] = await faultsOf('- set: { sku: $parnt.no }');
    assert.match(
      variable ?? '',
      /:12:\d+ FLOW_BAD_EXPRESSION '\$parnt' is not known here; did you mean '\$parent'/,
    );
    const [clock] = await faultsOf('- set: { day: $now() }\n- filter: day > "2026"');
    assert.match(clock ?? '', /:13:\d+ FLOW_CHANGES_ON_REPLAY 'day' is made of '\$now'/);
    const [missing] = await lint({
      'flows/receipts.yaml': flowOf('- filter: x = "1"', 'sku: sku').replace(
        /map:\n *sku: sku/,
        '',
      ),
    });
    assert.match(missing ?? '', /CONFIG_MISSING_FIELD 'map' is missing/);
  });

  it('are counted in what they drop through a split, a group and a pair', async () => {
    const lines = flowOf('- filter: qty != "0"').replace(
      /\nkey:/,
      '\n  - group: { by: document }\nkey:',
    );
    const rows = [
      { sku: 'A', qty: '1' },
      { sku: 'B', qty: '0' },
    ];
    const grouped = await run(await inbound(lines), [
      { no: 'R1', rows },
      { no: 'R1', rows },
    ]);
    assert.deepEqual([grouped.messages.length, grouped.droppedParts], [1, 2]);
    const split = receipts(
      `- set: { rows: { each: rows, steps: [filter: qty != "0"], map: { sku: sku, qty: qty } } }
- split: rows
- map: { document: no, at: '"2026-03-31T08:30:00.000Z"', sku: sku, quantity: qty, const: { location: WH1 } }`,
      'key: no & "/" & sku\nto: stock.receive.v1',
    );
    const apart = await run(await inbound(split), [
      { no: 'R1', rows: [...rows, { sku: 'C', qty: '2' }] },
    ]);
    assert.deepEqual([apart.messages.length, apart.droppedParts], [2, 1]);
  });

  it('stand in the map of a target, and in flows out of the hub', async () => {
    const target = `flow: receipts
from: { folder: inbox }
read: json
key: no
to:
  - type: stock.receive.v1
    map:
      document: no
      at: '"2026-03-31T08:30:00.000Z"'
      const: { location: WH1 }
      lines:
        each: rows
        steps: [{ filter: 'qty != "0"' }, { set: { sku: $parent.no & sku } }]
        map: { sku: sku, quantity: $decimal(qty) }
`;
    const rows = [
      { sku: 'A', qty: '0' },
      { sku: 'B', qty: '1' },
      { sku: 'C', qty: 'x' },
    ];
    const result = await run(await inbound(target), [
      { no: 'R1', rows: rows.slice(0, 2) },
      { no: 'R2', rows },
    ]);
    assert.deepEqual(linesIn(result), [[{ sku: 'R1B', location: 'WH1', quantity: '1' }]]);
    assert.deepEqual(places(result), [['lines[2].quantity EXPR_NOT_DECIMAL']]);
    const { flows } = await load({
      'flows/out.yaml': `flow: out
from: stock.changed.v1
steps:
  - map: { parts: { each: '["a", "b"].{"of": $}', steps: [filter: of = "b"], map: { of: of, sku: $parent.sku } } }
write: json
to: { folder: outbox }
`,
    });
    const [flow] = flows;
    assert.ok(flow?.direction === 'subscription');
    const { records } = await flow.sinks[0]!.events!.run([{ data: { sku: 'A' } } as never]);
    assert.deepEqual(records, [{ parts: [{ of: 'b', sku: 'A' }] }]);
  });

  it('need fields', async () => {
    const flow = await inbound(flowOf('- set: { sku: $ }'));
    const result = await run(flow, [{ no: 'R1', rows: ['A', 'B'] }]);
    assert.deepEqual(codes(result), [['RECORD_INVALID']]);
    assert.match(result.parked[0]?.faults[0]?.message ?? '', /element 1 of the list has no fields/);
  });

  it('tell of fields that no line had', async () => {
    const flow = await inbound(
      flowOf(
        '- set: { size: siez }\n- split: { path: lots, missing: keep }',
        'sku: sku\n        quantity: qty\n        lot: lt',
      ),
    );
    const one = flow.makeRun(undefined as never);
    await one.push([
      { record: 1, value: { no: 'R1', rows: [{ sku: 'A', qty: '1', lots: [{ lot: 'L' }] }] } },
    ]);
    assert.match(one.told()[0]?.message ?? '', /reads as siez \(line 12\), lt \(line 17\)$/);
  });
});
