/** Constants of map and set, and words that could be one. */
import assert from 'node:assert/strict';
import { codes, data, inbound, lint, load, receipts, run } from './hubFolder.ts';

const returns = (map: string): string =>
  `flow: receipts\nfrom: { folder: inbox }\nread: json\nsteps:\n  - map:\n      ${map.trim().replaceAll('\n', '\n      ')}\nkey: no\nto: stock.return.v1\n`;

describe('const', () => {
  it('gives texts as they are written, beside expressions', async () => {
    const flow = await inbound(
      returns(`const: { party: supplier, currency: USD, reason: "x & y" }
document: no
at: $date(at)
lines:
  each: lines
  map:
    const: { location: WH-1, lot: 007, status: quarantine, expiresOn: 2026-01-01 }
    sku: sku
    quantity: $decimal(qty)`),
    );
    const record = {
      no: 'R1',
      at: '2026-03-01',
      supplier: 'customer',
      WH: 5,
      lines: [{ sku: 'A', qty: '5' }],
    };
    const result = await run(flow, [record]);
    assert.deepEqual(data(result), [
      {
        document: 'R1',
        at: '2026-03-01T00:00:00.000Z',
        party: 'supplier',
        currency: 'USD',
        reason: 'x & y',
        lines: [
          {
            sku: 'A',
            location: 'WH-1',
            lot: '007',
            expiresOn: '2026-01-01',
            status: 'quarantine',
            quantity: '5',
          },
        ],
      },
    ]);
  });

  it('of set is seen by the steps after it, numbers and flags as what they are', async () => {
    const flow = await inbound(
      receipts(
        `- set: { const: { factor: 12, exact: 0.10, open: true, size: { unit: EA } } }
- filter: open
- map: { document: A, at: $date("2026-01-01"), sku: C, location: C, quantity: $decimal(factor * 2), unitCost: exact, unit: size.unit }`,
        'key: A\nto: stock.receive.v1',
      ),
    );
    const result = await run(flow, [{ A: '1', C: 'X' }]);
    assert.deepEqual(
      data(result).map((one) => (one as { lines: unknown[] }).lines),
      [[{ sku: 'X', location: 'X', quantity: '24', unit: 'EA', unitCost: '0.10' }]],
    );
  });

  it('with an expression behind it is a field of that name', async () => {
    const flow = await inbound(
      receipts(
        `- set: { const: A & "x" }
- map: { document: const, at: $date("2026-01-01"), sku: A, location: A, quantity: "1" }`,
        'key: A\nto: stock.receive.v1',
      ),
    );
    const result = await run(flow, [{ A: '1' }]);
    assert.deepEqual(result.parked, []);
    assert.equal((data(result)[0] as { document: string }).document, '1x');
  });

  it('that looks like an expression is none', async () => {
    const flow = await inbound(
      returns(
        'const: { party: customer, reason: $now(), document: no }\nat: $date(at)\nsku: sku\nlocation: sku\nquantity: "1"',
      ),
    );
    const result = await run(flow, [{ no: '1', at: '2026-03-01', sku: 'A' }]);
    assert.deepEqual(codes(result), []);
    assert.equal((data(result)[0] as { reason: string }).reason, '$now()');
  });
});

describe('words that are one of the values of their field', () => {
  const flowWith = (field: string) =>
    receipts(
      `- map:\n    document: A\n    at: $date(A)\n    sku: A\n    location: A\n    quantity: A\n    ${field}`,
      'key: A\nto: stock.receive.v1',
    ).replace('read: csv', 'read: json');

  for (const [field, word] of [
    ["status: 'Bad ? quarantine : $.Good'", 'quarantine'],
    ['status: Status ?? quarantine', 'quarantine'],
    ['status: (damaged)', 'damaged'],
    ["status: 'A ? (B ? Status : damaged) : Status'", 'damaged'],
    ['currency: Cur ?? USD', 'USD'],
  ] as const) {
    it(`are refused in what an expression may give: ${field}`, async () => {
      const found = await lint({ 'flows/receipts.yaml': flowWith(field) });
      assert.equal(found.length, 1);
      const remedy = `put it into quotes of its own, "${word}"; for the field write $.${word}`;
      assert.ok(found[0]!.endsWith(remedy), found[0]);
    });
  }

  for (const field of [
    `status: 'Bad ? "quarantine" : "available"'`,
    'status: Status ?? $.quarantine',
    "status: 'quarantine = true ? Status : Other'",
    'reason: Reason ?? quarantine',
  ]) {
    it(`are fields elsewhere: ${field}`, async () => {
      assert.equal((await load({ 'flows/receipts.yaml': flowWith(field) })).flows.length, 1);
    });
  }

  it('a constant that no name can be is refused before any record is', async () => {
    const found = await lint({ 'flows/receipts.yaml': flowWith('const: { lot: "L\u200b1" }') });
    assert.match(found.join(), /^flows\/receipts.yaml:11:\d+ CONFIG_BAD_VALUE .*U\+200B inside/);
  });
});

describe('words that are meant as fields', () => {
  const map = (status: string) =>
    receipts(
      `- map:\n    document: A\n    at: $date(A)\n    sku: $.sku\n    location: '\`@loc\`'\n    quantity: ${status}`,
      'key: A\nto: stock.receive.v1',
    );
  for (const expression of [
    'Qty',
    '$.Qty',
    '"Qty - Back"',
    'Qty-Back',
    "'Qty * 12'",
    '>-\n      Qty',
    '"$.Qty"',
    '"Lines.Qty[0]"',
    '"1"',
    "'$decimal(Qty)'",
  ]) {
    it(`${JSON.stringify(expression)} is in order`, async () => {
      const { flows } = await load({ 'flows/receipts.yaml': map(expression) });
      assert.equal(flows.length, 1);
    });
  }
});
