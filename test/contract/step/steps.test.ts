import assert from 'node:assert/strict';
import type { Answers } from '../../../core/ports.ts';
import {
  codes,
  config,
  data,
  inbound,
  lint,
  load,
  receipts,
  run,
} from '../../unit/flow/hubFolder.ts';
import { parts } from '../../unit/flow/parts.ts';

const map = `- map:
    document: Receipt
    at: '"2026-03-31T08:30:00.000Z"'
    sku: Item
    location: '"WH1"'
    quantity: $decimal(Qty, ",")`;

const row = (Receipt: string, Item: string, Qty = '1') => ({ Receipt, Item, Qty });

const line = (sku: string, quantity = '1') => ({ sku, location: 'WH1', quantity });
const document = (number: string, ...lines: object[]) => ({
  document: number,
  at: '2026-03-31T08:30:00.000Z',
  lines,
});

/** One case for each step: what it does to records, and what it does to a bad one. */
const cases: Record<string, () => Promise<void>> = {
  async map() {
    const result = await run(await inbound(receipts(map)), [
      row('R1', 'A', '1.234,50'),
      row('R2', 'B', 'x'),
    ]);
    assert.deepEqual(data(result), [document('R1', line('A', '1234.5'))]);
    assert.deepEqual(codes(result), [['EXPR_NOT_DECIMAL']]);
    assert.deepEqual(result.parked[0]?.faults[0]?.at, { field: 'quantity', record: 2 });
    assert.deepEqual(result.parked[0]?.members, [{ value: row('R2', 'B', 'x'), record: 2 }]);
  },

  async filter() {
    const result = await run(await inbound(receipts(`- filter: Item != "B"\n${map}`)), [
      row('R1', 'A'),
      row('R2', 'B'),
    ]);
    assert.deepEqual(data(result), [document('R1', line('A'))]);
    assert.equal(result.filtered, 1);
  },

  async set() {
    const steps = `${map}\n- set: { quantity: $negate(quantity), partner: '"V-1"' }\n- set: { quantity: $abs(quantity) }`;
    const result = await run(await inbound(receipts(steps)), [row('R1', 'A', '2')]);
    assert.deepEqual(data(result), [
      { document: 'R1', at: '2026-03-31T08:30:00.000Z', partner: 'V-1', lines: [line('A', '2')] },
    ]);
  },

  async defaults() {
    const steps = `${map}\n- defaults: { partner: $source.Vendor, quantity: $decimal("x"), const: { lot: L1 } }`;
    const rows = [
      { ...row('R1', 'A', '2'), Vendor: 'V-1' },
      { ...row('R2', 'B', ''), Vendor: '' },
    ];
    const result = await run(await inbound(receipts(steps)), rows);
    assert.deepEqual(data(result), [
      {
        document: 'R1',
        at: '2026-03-31T08:30:00.000Z',
        partner: 'V-1',
        lines: [{ sku: 'A', location: 'WH1', lot: 'L1', quantity: '2' }],
      },
    ]);
    assert.deepEqual(codes(result), [['EXPR_NOT_DECIMAL']], 'only where the field needs it');
  },

  async split() {
    const steps = `- split: { path: items, parent: order }\n${map.replace('document: Receipt', 'document: order.Receipt')}`;
    const rest = 'key: order.Receipt & "/" & Item\nto: stock.receive.v1';
    const flow = await inbound(receipts(steps, rest));
    const order = {
      Receipt: 'R1',
      items: [
        { Item: 'A', Qty: '1' },
        { Item: 'B', Qty: '2' },
      ],
    };
    const single = { Receipt: 'R2', items: { Item: 'C', Qty: '3' } };
    const result = await run(flow, [
      order,
      single,
      { Receipt: 'R3' },
      { Receipt: 'R4', items: [] },
    ]);
    assert.deepEqual(
      result.messages.map(({ id, records }) => [id, records]),
      [
        ['R1/A', 1],
        ['R1/B', 0],
        ['R2/C', 1],
      ],
    );
    assert.deepEqual(codes(result), [['RECORD_INVALID']]);
    assert.equal(result.filtered, 1, 'a list that is empty makes nothing, on purpose');
    assert.deepEqual(result.messages[1]?.members, [{ value: order, record: 1, shared: true }]);

    const parts = (
      missing: string,
    ) => `- split: { path: Lots, parent: row, quantity: Qty, sum: Total, missing: ${missing} }
- map:
    document: row.Receipt
    at: '"2026-03-31T08:30:00.000Z"'
    sku: row.Item
    lot: Lot
    quantity: quantity
    const: { location: WH1 }`;
    const byLot = async (missing: string) =>
      run(
        await inbound(
          receipts(parts(missing), 'key: row.Receipt & "/" & (Lot ?? "-")\nto: stock.receive.v1'),
        ),
        [
          {
            Receipt: 'R1',
            Item: 'A',
            Total: '3',
            Lots: [
              { Lot: 'L1', Qty: '1' },
              { Lot: 'L2', Qty: '2' },
            ],
          },
          {
            Receipt: 'R2',
            Item: 'A',
            Total: '3',
            Lots: [
              { Lot: 'L1', Qty: '1' },
              { Lot: 'L2', Qty: '1' },
            ],
          },
          { Receipt: 'R3', Item: 'A', Total: '3' },
          { Receipt: 'R4', Item: 'A', Total: '3', Lots: [] },
        ],
      );
    const ids = ({ messages }: { messages: { id: string }[] }) => messages.map(({ id }) => id);
    const park = await byLot('park');
    assert.deepEqual(ids(park), ['R1/L1', 'R1/L2']);
    assert.deepEqual(codes(park), [
      ['SPLIT_SUM_DIFFERS'],
      ['RECORD_INVALID'],
      ['SPLIT_SUM_DIFFERS'],
    ]);
    assert.deepEqual(ids(await byLot('keep')), ['R1/L1', 'R1/L2', 'R3/-', 'R4/-']);
    assert.equal((await byLot('drop')).filtered, 2);
  },

  async group() {
    const rows = [row('R1', 'A'), row('R1', 'B'), row('R2', 'C'), row('R1', 'D')];
    const result = await run(await inbound(receipts(`${map}\n- group: { by: document }`)), rows);
    assert.deepEqual(data(result), [
      document('R1', line('A'), line('B'), line('D')),
      document('R2', line('C')),
    ]);
    assert.deepEqual(
      result.messages.map(({ record, records }) => [record, records]),
      [
        [1, 3],
        [3, 1],
      ],
    );
  },

  async pair() {
    const steps = (missing: string) => `- pair:
    by: Doc
    into: { out: Way = "out", in: Way = "in" }
    missing: ${missing}
- map: { document: out.Doc, at: '"2026-03-31T08:30:00.000Z"', sku: out.Item, from: out.Place, to: in.Place, quantity: out.Qty }`;
    const flow = (missing: string) =>
      inbound(receipts(steps(missing), 'key: Doc\nto: stock.transfer.v1'));
    const half = (Doc: string, Way: string, Place: string, Qty = '1') => ({
      ...{ Doc, Way, Place, Qty },
      Item: 'A',
    });
    const result = await run(await flow('park'), [
      half('T1', 'out', 'WH1'),
      half('T2', 'in', 'WH3'),
      half('T1', 'in', 'WH2'),
      half('T3', 'out', 'WH1'),
      half('T2', 'out', 'WH1'),
      half('T4', 'out', 'WH1'),
      half('T4', 'out', 'WH1'),
      half('T5', 'lost', 'WH1'),
    ]);
    const moved = (number: string, to: string) => ({
      document: number,
      at: '2026-03-31T08:30:00.000Z',
      lines: [{ sku: 'A', from: 'WH1', to, quantity: '1' }],
    });
    assert.deepEqual(data(result), [moved('T1', 'WH2'), moved('T2', 'WH3')]);
    assert.deepEqual(
      result.messages.map(({ record, members }) => [record, members.length]),
      [
        [1, 2],
        [2, 2],
      ],
      'each stands where the first of its rows stood',
    );
    assert.deepEqual(
      result.parked.map(({ faults, members }) => [faults[0]?.message, members.length]),
      [
        ["'T4' has more than one row for 'out'", 2],
        ["'T3' has no row for 'in'", 1],
        ["the row is none of 'out', 'in'", 1],
      ],
    );
    assert.deepEqual(codes(result).flat(), ['PAIR_BROKEN', 'PAIR_BROKEN', 'PAIR_BROKEN']);
    const kept = await run(await flow('keep'), [half('T6', 'out', 'WH1')]);
    assert.deepEqual(codes(kept), [['MESSAGE_INVALID']], 'what is there is mapped');
    const [source] = await lint({
      'flows/receipts.yaml': receipts(
        steps('park').replace('in.Place', '$source.Place'),
        'key: Doc\nto: stock.transfer.v1',
      ),
    });
    assert.match(source ?? '', /'\$source' is one row of many here/);
  },

  async validate() {
    const steps = `- validate:\n    - rule: $exists(Item) and Item != ""\n      message: no item\n    - rule: $compare(Qty, "0") > 0\n      message: nothing came\n${map}`;
    const result = await run(await inbound(receipts(steps)), [row('R1', 'A'), row('R2', '', '0')]);
    assert.deepEqual(data(result), [document('R1', line('A'))]);
    assert.deepEqual(
      result.parked[0]?.faults.map(({ message }) => message),
      ['no item', 'nothing came'],
    );
  },

  async enrich() {
    const asked: unknown[][] = [];
    const item: Answers = async (skus) => {
      asked.push([...skus]);
      return skus.map((sku) => (sku === 'A' ? { sku, group: 'V-1' } : undefined));
    };
    const steps = (missing: string) =>
      `- enrich: { item: Item, missing: ${missing}, into: item }\n${map}\n    partner: item.group`;
    const rows = [row('R1', 'A'), row('R2', 'B'), row('R3', 'A')];
    const through = async (missing: string) =>
      run(await inbound(receipts(steps(missing)), {}, { answers: { item } }), rows);
    const withVendor = (number: string) => ({
      ...{ document: number, at: '2026-03-31T08:30:00.000Z', partner: 'V-1' },
      lines: [line('A')],
    });
    const park = await through('park');
    assert.deepEqual(data(park), [withVendor('R1'), withVendor('R3')]);
    assert.deepEqual(codes(park), [['ENRICH_NOT_FOUND']]);
    assert.deepEqual(asked, [['A', 'B'], ['A']], 'once for each batch');
    const keep = await through('keep');
    assert.deepEqual(data(keep), [withVendor('R1'), document('R2', line('B')), withVendor('R3')]);
    const drop = await through('drop');
    assert.deepEqual(data(drop), [withVendor('R1'), withVendor('R3')]);
    assert.equal(drop.filtered, 1);
  },

  async lookup() {
    const table = { 'config/tables/items.csv': 'item;sku;vendor\nA;SKU-A;V-1\nB;SKU-B;\n' };
    const steps = (missing: string) =>
      `${map}\n- lookup: { table: items, key: sku, into: { sku: sku, partner: vendor }, missing: ${missing} }`;
    const rows = [row('R1', 'A'), row('R2', 'B'), row('R3', 'X')];
    const park = await run(await inbound(receipts(steps('park')), table), rows);
    assert.deepEqual(
      park.messages.map((message) => message.data),
      [
        { document: 'R1', at: '2026-03-31T08:30:00.000Z', partner: 'V-1', lines: [line('SKU-A')] },
        document('R2', line('SKU-B')),
      ],
    );
    assert.deepEqual(codes(park), [['LOOKUP_NOT_FOUND']]);
    const blank = await run(await inbound(receipts(steps('park')), table), [row('R4', ' ')]);
    const [fault] = blank.parked[0]!.faults;
    assert.equal(fault?.message, 'the key of the table items is empty');
    assert.match(fault?.todo ?? '', /^fill the field/);
    const keep = await run(await inbound(receipts(steps('keep')), table), rows);
    assert.deepEqual(data(keep)[2], document('R3', line('X')));
    assert.equal((await run(await inbound(receipts(steps('drop')), table), rows)).filtered, 1);
    const other = `- lookup: { table: items, key: Old, or: [{ table: more, key: 'Vendor & "/" & Item' }], into: sku }
- map: { document: Receipt, at: '"2026-03-31T08:30:00.000Z"', sku: sku, quantity: Qty, const: { location: WH1 } }`;
    const more = { ...table, 'config/tables/more.csv': 'key,sku\nV/X,SKU-X\n' };
    const found = await run(await inbound(receipts(other), more), [
      { ...row('R1', 'A'), Old: 'A' },
      { ...row('R2', 'X'), Vendor: 'V', Old: 'N' },
      { ...row('R3', 'Y'), Vendor: 'V', Old: 'N' },
    ]);
    assert.deepEqual(data(found), [document('R1', line('SKU-A')), document('R2', line('SKU-X'))]);
    assert.equal(
      found.parked[0]?.faults[0]?.message,
      "the table items has no row 'N', and the table more has no row 'V/Y'",
    );
    const empty = await run(await inbound(receipts(steps('empty')), table), rows);
    assert.deepEqual(
      empty.parked[0]?.faults.map(({ message }) => message),
      ['lines[0].sku is missing: flows/receipts.yaml:11:52 gives nothing'],
    );
  },
};

describe('steps', () => {
  for (const { name } of parts.steps) {
    it(`${name} keeps its promises`, async () => {
      const of = cases[name];
      assert.ok(of, `the contract suite has no case for ${name}`);
      await of();
    });
  }

  for (const { name, examples, notInLists } of parts.steps) {
    it(`${name}: the examples of its reference compile, also among the steps of a list`, async () => {
      assert.ok(examples.length > 0);
      const tables = {
        'config/hub.yaml': `${config}  pim: { http: { url: "http://127.0.0.1:1/api" } }\n`,
        'config/tables/sku-xref.csv': 'item,sku\nA,B\n',
        'config/tables/stores.csv': 'store,code,owner\nA,B,C\n',
        'config/tables/supplier-items.csv': 'item,sku\nA,B\n',
      };
      for (const example of examples) {
        // `split` makes the lint of targets silent, and `group` needs lines: both are harmless here.
        const step = `- ${example.replaceAll('\n', '\n  ')}`;
        const yaml = receipts(
          `${step}\n- set: { items: $ }\n- split: items`,
          'key: Receipt\nto: stock.receive.v1',
        );
        await load({ 'flows/receipts.yaml': yaml, ...tables });
        const lines = `- set:\n    rows:\n      each: Rows\n      steps:\n        ${step.replaceAll('\n', '\n        ')}\n      map: { index: $index }`;
        const inLines = receipts(
          `${lines}\n- set: { items: $ }\n- split: items`,
          'key: Receipt\nto: stock.receive.v1',
        );
        if (notInLists === undefined) await load({ 'flows/receipts.yaml': inLines, ...tables });
        else assert.match((await lint({ 'flows/receipts.yaml': inLines }))[0]!, /cannot stand/);
      }
    });
  }

  it('expressions that need the library give the same records, in order', async () => {
    const slow = map.replace('sku: Item', 'sku: $join([Item])');
    const rows = [row('R1', 'A'), row('R1', 'B'), row('R2', 'C', 'x'), row('R3', 'D')];
    const steps = (of: string) =>
      receipts(`- filter: $count([Item]) = 1\n${of}\n- group: { by: '$join([document])' }`);
    const [slowly, fast] = [
      await run(await inbound(steps(slow)), rows),
      await run(await inbound(receipts(`${map}\n- group: { by: document }`)), rows),
    ];
    assert.deepEqual(data(slowly), data(fast));
    assert.deepEqual(codes(slowly), codes(fast));
  });
});
