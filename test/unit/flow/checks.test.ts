/** Dates that cannot be meant, receipts without a cost, quantities finer than their unit. */
import assert from 'node:assert/strict';
import { formatFault } from '../../../core/errors.ts';
import type { InboundResult } from '../../../core/flow/compiledFlow.ts';
import { DateBounds } from '../../../core/flow/DateBounds.ts';
import { LedgerRig } from '../../ledgerRig.ts';
import { codes, config, inbound, lint, load, receipts, run } from './hubFolder.ts';

const map = `- map:
    document: '"D" & $row'
    at: At
    sku: '"A"'
    location: '"W"'
    quantity: Qty
    unit: Unit
    unitCost: Cost
    owner: Owner
    expiresOn: Expires`;
const flow = receipts(map, 'key: $row\nto: stock.receive.v1');
/** The clock of these tests stands at 2026-03-31T08:30:00Z. */
const row = { At: '2026-03-31T08:30:00Z', Qty: '1', Cost: '2' };

const told = ({ messages }: InboundResult): (string | undefined)[] =>
  messages.map((message) => message.told?.map(({ code }) => code).join());
const stock = (text: string) => ({ 'config/hub.yaml': `${config}\nstock:\n  ${text}\n` });
const dated = (...dates: string[]) => dates.map((At) => ({ ...row, At }));

describe('a rate', () => {
  it('of no foreign currency is told, since costs are taken as they are', async () => {
    const made = await inbound(
      receipts(`${map}\n    currency: Currency\n    rate: Rate`, 'key: $row\nto: stock.receive.v1'),
    );
    const result = await run(made, [
      { ...row, Rate: '0.9' },
      { ...row, Rate: '0.9', Currency: 'EUR' },
      { ...row, Rate: '0.9', Currency: 'USD' },
      row,
    ]);
    assert.deepEqual(told(result), ['RATE_IGNORED', 'RATE_IGNORED', undefined, undefined]);
    assert.equal(
      result.messages[1]!.told![0]!.message,
      'rate is given, and EUR is that of the valuation',
    );
  });
});

describe('a field that is reserved', () => {
  it('parks the record that states it, and is nothing where it is empty', async () => {
    const yaml = [
      ...['flow: places', 'from: http', 'read: json', 'steps:', '  - map:', '      location: At'],
      ...['      revision: Revision', '      expectedVersion: Version'],
      ...['key: $row', 'to: location.upsert.v1'],
    ];
    const made = await inbound(yaml.join('\n'));
    const stated = [{ Revision: '2' }, { Version: '17' }, { Revision: '', Version: '' }];
    const result = await run(
      made,
      stated.map((one) => ({ ...row, ...one })),
    );
    assert.deepEqual(
      result.parked.map(({ faults }) => faults.map(({ code, at }) => `${code} ${at?.field}`)),
      [['FIELD_RESERVED expectedVersion']],
    );
    assert.equal(result.messages.length, 2);
  });
});

describe('dates of documents', () => {
  it('of another century, and a year from now on, are parked; later than tomorrow is told', async () => {
    const result = await run(
      await inbound(flow),
      dated(
        ...['0206-03-01T00:00:00Z', '1989-12-31T23:59:59Z', '2027-04-01T00:00:00Z'],
        ...['2206-03-01T00:00:00Z', '1990-01-01T00:00:00Z', '2026-04-01T23:59:59.999Z'],
        ...['2026-04-02T00:00:00Z', '2027-03-31T23:59:59.999Z'],
      ),
    );
    assert.deepEqual(codes(result), Array(4).fill(['DATE_OUT_OF_BOUNDS']));
    assert.deepEqual(
      result.parked.map(({ faults }) => faults[0]?.message),
      [
        'at is 0206-03-01, before 1990-01-01',
        'at is 1989-12-31, before 1990-01-01',
        'at is 2027-04-01, after 2027-03-31',
        'at is 2206-03-01, after 2027-03-31',
      ],
    );
    assert.deepEqual(told(result), [undefined, undefined, 'DATE_IN_FUTURE', 'DATE_IN_FUTURE']);
  });

  it('are days of the hub’s zone, and its bounds are a choice', async () => {
    const dates = '{ from: 2020-01-01, to: "2026-12-31", future: park }';
    const made = await inbound(flow, stock(`zone: Pacific/Kiritimati\n  dates: ${dates}`));
    const result = await run(
      made,
      dated(
        ...['2019-12-31T09:59:59Z', '2019-12-31T10:00:00Z', '2026-04-01T09:59:59Z'],
        ...['2026-04-01T10:00:00Z', '2026-12-31T10:00:00Z'],
      ),
    );
    assert.deepEqual(codes(result), [
      ['DATE_OUT_OF_BOUNDS'],
      ['DATE_IN_FUTURE'],
      ['DATE_OUT_OF_BOUNDS'],
    ]);
    assert.deepEqual(told(result), [undefined, undefined]);
    const bad = { ...stock('dates: { from: 1990-02-30, to: 2062 }'), 'flows/receipts.yaml': flow };
    const turned = { ...stock('dates: { to: 1989-01-01 }'), 'flows/receipts.yaml': flow };
    assert.match((await lint(turned)).join(), /1989-01-01, is before the first, 1990-01-01/);
    assert.equal((await lint(bad)).filter((line) => line.includes('a day such as')).length, 2);
  });

  it('that name no zone are left to $date, however they are written', async () => {
    const texts = [
      '2026-03-01',
      '20260301',
      '20260301T101500',
      '2026-03-01t10:15',
      '2026-03-01T24:00',
    ];
    const result = await run(await inbound(flow), dated(...texts));
    assert.deepEqual(
      result.parked.map(({ faults }) => /names no time zone/.test(faults[0]?.message ?? '')),
      texts.map(() => true),
    );
    const zoned = ['2026-03-01Z', '20260301T101500Z', '2026-03-01T10:15:00+02:00', '/Date(0)/'];
    assert.equal((await run(await inbound(flow), dated(...zoned))).messages.length, 3);
  });

  it('that are not booked may lie ahead, though not a century back', async () => {
    const result = await run(await inbound(flow), [
      { ...row, Expires: '9999-12-31' },
      { ...row, Expires: '0206-03-01' },
    ]);
    assert.deepEqual(codes(result), [['DATE_OUT_OF_BOUNDS']]);
    assert.equal(result.messages.length, 1);
  });

  it('that close a period are held against the same bounds', async () => {
    const closing = receipts('- map: { through: Day }', 'key: Day\nto: period.close.v1');
    const days = ['2027-12-31', '2026-12-31', '2026-04-01', '2026-02-28', '0206-02-28'];
    const result = await run(
      await inbound(closing),
      days.map((Day) => ({ Day })),
    );
    assert.deepEqual(codes(result), [['DATE_OUT_OF_BOUNDS'], ['DATE_OUT_OF_BOUNDS']]);
    assert.deepEqual(told(result), ['DATE_IN_FUTURE', undefined, undefined]);
  });

  it('that are instants where a day is wanted are refused with the function that gives it', async () => {
    const { parked } = await run(await inbound(flow), [{ ...row, Expires: row.At }]);
    const [fault] = parked[0]!.faults;
    assert.equal(fault?.at?.field, 'lines[0].expiresOn');
    assert.equal(fault.todo, 'Read it with $day(text, pattern).');
  });

  it('change no content: what was told of is the same message when it comes again', async () => {
    const made = await inbound(flow);
    const [first] = (await run(made, dated('2026-05-01T00:00:00Z'))).messages;
    let now = Date.UTC(2026, 3, 30, 23);
    const bounds = new DateBounds(
      { from: '1990-01-01', to: undefined, future: 'tell' },
      'UTC',
      () => now,
    );
    const faults: never[] = [];
    const hints: { code: string }[] = [];
    bounds.check('at', '2026-05-02T00:00:00.000Z', 'booked', faults, hints as never);
    now += 3_600_000;
    bounds.check('at', '2026-05-02T00:00:00.000Z', 'booked', faults, hints as never);
    assert.deepEqual([faults.length, hints.length], [0, 1], 'the day after, tomorrow has moved');
    const again = await run(made, dated('2026-05-01T00:00:00Z'));
    assert.equal(again.messages[0]?.contenthash, first?.contenthash);
  });
});

describe('a receipt without a cost', () => {
  it('is told, unless it is free or not ours; issues need none', async () => {
    const rows = [
      row,
      { ...row, Cost: '' },
      { ...row, Cost: '0' },
      { ...row, Cost: '', Owner: 'V' },
    ];
    const result = await run(await inbound(flow), rows);
    assert.deepEqual(told(result), [undefined, 'COST_MISSING', undefined, undefined]);
    const issues = flow
      .replace('stock.receive', 'stock.issue')
      .replace(/\n +(unitCost|expiresOn).*/g, '');
    const issued = await run(await inbound(issues), [{ ...row, Cost: '' }]);
    assert.deepEqual(told(issued), [undefined]);
  });

  it('is parked by policy when it is booked, where the item is valued at what it costs', async () => {
    const made = await inbound(flow, stock('costs: park'));
    assert.deepEqual(told(await run(made, [{ ...row, Cost: '' }])), [undefined]);
    const rig = new LedgerRig({ policy: { costs: 'park' } });
    await rig.item('S', { valuation: 'standard', standardCost: '3' });
    const at = '2026-01-01T00:00:00.000Z';
    const receive = (sku: string, more: object = {}) => {
      const lines = [{ sku, location: 'A', quantity: '1', ...more }];
      return rig.send([['receive', { document: 'D', at, lines }]]);
    };
    const [refusal] = await receive('X');
    assert.deepEqual([refusal?.code, refusal?.field], ['COST_MISSING', 'lines[0].unitCost']);
    for (const [sku, more] of [
      ['X', { unitCost: '0' }],
      ['X', { amount: '5' }],
      ['X', { owner: 'V' }],
      ['S', {}],
    ] as const) {
      assert.deepEqual(await receive(sku, more), [undefined]);
    }
  });
});

const uom = (...rows: string[]) => ({
  'config/tables/uom.csv': `unit,base,factor,decimals,round\n${rows.join('\n')}\n`,
});

describe('a quantity finer than its unit', () => {
  it('parks the record where the line names the unit, or is rounded and told', async () => {
    const table = uom('KG,KG,1,3,', 'EA,EA,1,0,', 'L,L,1,1,true', 'M,M,1,,');
    const rows = [
      ['1.2345', 'KG'],
      ['0.5', 'EA'],
      ['1.234', 'KG'],
      ['2.000', 'EA'],
      ['0.25', 'L'],
      ['0.123456', 'M'],
      ['0.123456', 'UNKNOWN'],
    ].map(([Qty, Unit]) => ({ ...row, Qty, Unit }));
    const result = await run(await inbound(flow, table), rows);
    assert.deepEqual(codes(result), [['UNIT_PRECISION'], ['UNIT_PRECISION']]);
    assert.equal(
      result.parked[0]?.faults[0]?.message,
      '1.2345 KG has more decimals than the unit, which has 3',
    );
    assert.deepEqual(told(result), [undefined, undefined, 'UNIT_ROUNDED', undefined, undefined]);
    const lines = result.messages.map(({ dataJson }) => /"quantity":"([^"]+)"/.exec(dataJson)?.[1]);
    assert.equal(lines[2], '0.25', 'the content stays what was sent, so that a replay is one');
  });

  it('is held against the units of the item when it is booked, the base unit included', async () => {
    const units = new Map([
      ['PCS', { decimals: 0, round: false }],
      ['KG', { decimals: 2, round: true }],
    ]);
    const rig = new LedgerRig({ policy: { units } });
    await rig.item('P', { unit: 'PCS', units: { BOX: '5' } });
    await rig.item('K', { unit: 'KG', units: { LB: '1/3' } });
    const send = async (type: string, sku: string, quantity: string, more: object = {}) => {
      const lines = [{ sku, location: 'A', quantity, ...more }];
      const data = { document: `D${quantity}`, at: '2026-01-01T00:00:00.000Z', lines };
      return (await rig.send([[type, data]]))[0]?.code;
    };
    assert.equal(await send('receive', 'P', '1.5'), 'UNIT_PRECISION');
    assert.equal(await send('receive', 'P', '0.3', { unit: 'BOX' }), 'UNIT_PRECISION');
    assert.equal(await send('receive', 'P', '0.4', { unit: 'BOX' }), undefined);
    assert.equal(await send('count', 'P', '1.5'), 'UNIT_PRECISION');
    assert.equal(await send('adjust', 'P', '-0.5'), 'UNIT_PRECISION');
    assert.equal(await rig.stock('P', 'A'), '2');
    assert.equal(await send('receive', 'K', '1.005'), undefined);
    assert.equal(await send('receive', 'K', '1', { unit: 'LB' }), undefined);
    assert.equal(await send('adjust', 'K', '-0.005', { reason: 'LOST' }), undefined);
    assert.equal(await rig.stock('K', 'A'), '1.333333');
    assert.deepEqual(
      (await rig.entries('K')).map(({ reason }) => reason),
      ['rounded from 1.005 KG; cost guessed', 'cost guessed', 'LOST; rounded from -0.005 KG'],
    );
  });

  it('is refused in orders and reservations too', async () => {
    const rig = new LedgerRig({
      policy: { units: new Map([['PCS', { decimals: 0, round: false }]]) },
    });
    await rig.item('P', { unit: 'PCS' });
    const line = { line: '1', sku: 'P', location: 'A', quantity: '0.5' };
    assert.equal(
      await rig.refused('order.upsert.v1', {
        ...{ document: 'O', kind: 'purchase', lines: [{ ...line, due: '2026-01-01' }] },
      }),
      'UNIT_PRECISION',
    );
  });

  it('says where the table of units is wrong', async () => {
    const wrong = uom('KG,KG,1,7,', 'EA,EA,1,,true', 'L,L,1,1,yes', 'T,KG,x,1,');
    const told = await lint({ ...wrong, 'flows/receipts.yaml': flow });
    assert.deepEqual(
      told.map((line) => /TABLE_BAD .*?;/.exec(line)?.[0]),
      [
        "TABLE_BAD '7' and '' do not say how fine the unit 'KG' is;",
        "TABLE_BAD '' and 'true' do not say how fine the unit 'EA' is;",
        "TABLE_BAD '1' and 'yes' do not say how fine the unit 'L' is;",
        "TABLE_BAD 'x' is not the factor of the unit 'T';",
      ],
    );
    const named = (columns: string) => ({
      'config/tables/uom.csv': `${columns}\nEA,EA,1,0\n`,
      'flows/receipts.yaml': flow,
    });
    for (const column of ['decimal', 'Decimals'])
      assert.match(
        (await lint(named(`units,base,factor,${column}`))).join(),
        new RegExp(`'${column}' is not a column that says .*; Write 'decimals'`),
      );
    assert.equal((await load(named('units,base,factor,description'))).flows.length, 1);
  });

  it('a unit that is called as a property of every object is unknown, not a defect', async () => {
    const rig = new LedgerRig();
    await rig.item('P', { unit: 'PCS' });
    const lines = [{ sku: 'P', location: 'A', quantity: '1', unit: 'constructor' }];
    const data = { document: 'D', at: '2026-01-01T00:00:00.000Z', lines };
    assert.equal(await rig.refused('receive', data), 'UNIT_MISMATCH');
  });
});

describe('what to do about a message', () => {
  it('names const: where a field is missing, and nowhere else', async () => {
    const { parked } = await run(await inbound(flow), [
      { ...row, At: '' },
      { ...row, Qty: '-1' },
      { ...row, Owner: 'x'.repeat(2_000) },
    ]);
    assert.deepEqual(
      parked.map(({ faults }) => faults.map((fault) => /const:/.test(formatFault(fault)))),
      [[true], [false], [false]],
    );
  });
});
