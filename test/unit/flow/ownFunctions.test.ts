/** Functions of a flow: written once, called in steps, names, routes and keys. */
import assert from 'node:assert/strict';
import { testSpool } from '../../testSpool.ts';
import { codes, inbound, lint, load, receipts, run } from './hubFolder.ts';

const flowWith = (functions: string, map: string, rest = 'key: Doc\nto: stock.receive.v1') =>
  receipts(
    `- map: { document: Doc, at: $date("2026-01-01"), sku: Sku, location: '"W"', quantity: "1"${map} }`,
    rest,
  )
    .replace('read: csv', 'read: json')
    .replace('steps:', `functions:\n  ${functions.replaceAll('\n', '\n  ')}\nsteps:`);

const row = (more: object = {}) => ({ Doc: 'D1', Sku: 'A', ...more });

describe('a function of the flow', () => {
  it('is called wherever an expression stands', async () => {
    const flow = await inbound(
      flowWith(
        'party(p): $text($p.ID)\nof(p, number): $party($p) & "/" & $number',
        ', partner: $party(Seller), reference: "$of(Seller, Doc)"',
        `let: { seller: $party(Seller) }
key: $of(Seller, Doc) & "/" & $seller
to:
  - { when: '$party($source.Seller) = "S1"', type: stock.receive.v1 }
  - { type: stock.issue.v1 }`,
      ),
    );
    const result = await run(flow, [
      row({ Seller: { ID: { '#text': 'S1', '@scheme': 'x' } } }),
      row({ Seller: { ID: 'S2' } }),
      row(),
    ]);
    assert.deepEqual(codes(result), [['KEY_EMPTY']]);
    assert.deepEqual(
      result.messages.map(({ id, type, data }) => [
        id,
        type,
        Object(data).partner,
        Object(data).reference,
      ]),
      [
        ['S1/D1/S1', 'stock.receive.v1', 'S1', 'S1/D1'],
        ['S2/D1/S2', 'stock.issue.v1', 'S2', 'S2/D1'],
      ],
    );
  });
});

describe('functions that call others', () => {
  const chain = (last: string) =>
    Array.from({ length: 30 }, (_, at) =>
      at === 0 ? `f0(x): ${last}` : `f${at}(x): '$x = "A" ? $f${at - 1}($x) : $f${at - 1}($x)'`,
    ).join('\n');

  it('twice each, make no text without end', async () => {
    const flow = await inbound(flowWith(chain('$uppercase($x)'), ", reference: '$f29(Sku)'"));
    const result = await run(flow, [row(), row({ Doc: 'D2', Sku: 'b' })]);
    assert.deepEqual(
      result.messages.map(({ data }) => Object(data).reference),
      ['A', 'B'],
    );
  });

  it('decide at once in filters, rules and routes, as in maps', async () => {
    const steps = (test: string) => `- filter: '${test}'
- validate: [{ rule: '${test}', message: no }]
- map: { document: Doc, at: $date("2026-01-01"), sku: Sku, location: '"W"', quantity: "1" }`;
    const yaml = (test: string) =>
      receipts(
        steps(test),
        `key: Doc\nto:\n  - { when: '${test.replaceAll('Sku', '$source.Sku')}', type: stock.receive.v1 }\n  - { type: stock.issue.v1 }`,
      )
        .replace('read: csv', 'read: json')
        .replace(
          'steps:',
          `use: [{ is: { mark: A } }]\nfunctions:\n  two(x): '$is($x) ? "yes" : "no"'\nsteps:`,
        );
    const is = {
      'config/fragments/is.yaml':
        'fragment: is\nparameters: { mark: text }\nfunctions:\n  is(x): $x = $mark\n',
    };
    const rows = [row(), row({ Doc: 'D2', Sku: 'B' }), { Doc: 'D3' }];
    for (const [test, filtered, parked] of [
      ['$two(Sku) = "yes"', 2, ''],
      ['$is(Sku)', 2, ''],
      ['$is(Sku) and $two(Sku) = "yes"', 2, ''],
      ['$not($is(Sku)) or $is(Sku)', 0, 'MESSAGE_INVALID'],
      ['$is(Sku) and $exists(Sku)', 2, ''],
      ['Sku = "A" or $is(Sku)', 1, 'FILTER_UNDECIDED'],
      ['Sku in ["A"] ? $is(Sku) : false', 1, 'FILTER_UNDECIDED'],
    ] as const) {
      const flow = await inbound(yaml(test), is);
      const records = rows.map((value, at) => ({ value, record: at + 1 }));
      const given = flow.makeRun(testSpool()).push(records);
      assert.ok(!(given instanceof Promise), `${test} waits`);
      assert.deepEqual(
        [test, given.filtered, given.parked.map(({ faults }) => faults[0]!.code)],
        [test, filtered, parked === '' ? [] : [parked]],
      );
    }
  });
});

describe('lint of functions', () => {
  it('finds bad heads, what nobody gives, the clock, and calls with too few values', async () => {
    const faults = await lint({
      'flows/receipts.yaml': flowWith(
        'bad: 1\ndate(x): $x\nreads(p): $p & Doc\nlate(p): $of($p)\nof(p): $now() & $p',
        ', partner: $reads(Doc) & $of(), reference: $late(1) & $nobody(2)',
      ),
    });
    assert.deepEqual(
      faults.map((fault) => fault.split('; ')[0]),
      [
        "flows/receipts.yaml:5:3 CONFIG_BAD_VALUE 'bad' does not say what the function takes",
        "flows/receipts.yaml:6:3 CONFIG_BAD_VALUE '$date' has a meaning already",
        "flows/receipts.yaml:7:13 FLOW_BAD_EXPRESSION the function reads 'Doc', which nobody gives it",
        "flows/receipts.yaml:8:12 FLOW_UNKNOWN_FUNCTION '$of' is not a function",
        "flows/receipts.yaml:9:10 FLOW_CHANGES_ON_REPLAY '$now' gives another time at every replay",
        "flows/receipts.yaml:11:117 FLOW_BAD_EXPRESSION '$of' takes p, and is given 0",
        "flows/receipts.yaml:11:146 FLOW_UNKNOWN_FUNCTION '$nobody' is not a function",
      ],
    );
  });

  it('tells of those that nothing calls', async () => {
    const { hints } = await load({ 'flows/receipts.yaml': flowWith('party(p): $p', '') });
    assert.deepEqual(
      hints.map(({ code, message }) => `${code} ${message}`),
      ["FLOW_UNUSED_NAME nothing calls '$party'"],
    );
  });
});

describe('a fragment', () => {
  const partner = `fragment: partner
parameters: { prefix: text, table: table }
functions:
  party(p): $text($p.ID)
  partner(p): $prefix & $lookup($table, $party($p))
`;
  const gln = { 'config/tables/gln.csv': 'gln,partner\n40123,ACME\n' };
  const using = (use: string) =>
    flowWith('x(p): $p', ", partner: $partner(Seller), reference: '$x(Sku)'").replace(
      'functions:',
      `use: ${use}\nfunctions:`,
    );

  it('gives its functions to each flow that uses it, with what the flow says', async () => {
    // Its name is that of its file.
    const unnamed = partner.replace('fragment: partner\n', '');
    const files = { 'config/fragments/partner.yaml': unnamed, ...gln };
    const flow = await inbound(using('[{ partner: { prefix: P-, table: gln } }]'), files);
    const result = await run(flow, [row({ Seller: { ID: '40123' } }), row({ Seller: {} })]);
    assert.deepEqual(codes(result), [['KEY_EMPTY']]);
    assert.equal(Object(result.messages[0]?.data).partner, 'P-ACME');
  });

  it('reads no clock, and gives no function that another gives', async () => {
    const late = 'fragment: late\nfunctions:\n  stamp(x): $x & $now()\n  party(p): $p\n';
    const faults = await lint({
      'config/fragments/partner.yaml': partner,
      'config/fragments/late.yaml': late,
      'flows/receipts.yaml': using('[{ partner: { prefix: P-, table: gln } }, late]'),
      ...gln,
    });
    const told = faults.map((fault) => fault.split('; ')[0]);
    assert.deepEqual(told.slice(0, 2), [
      'config/fragments/late.yaml:3:21 FLOW_CHANGES_ON_REPLAY a function of a fragment reads the clock, which gives another time at every replay',
      "flows/receipts.yaml:4:48 CONFIG_BAD_VALUE '$party' of 'late' has a meaning already",
    ]);
  });

  it('is held against its parameters, and its own faults are told once', async () => {
    const faults = await lint({
      'config/fragments/partner.yaml': partner,
      'config/fragments/bad.yaml': partner.replace('$prefix &', '$prefx &'),
      'flows/receipts.yaml': using('[{ partner: { prefix: 5, tabel: gln } }, bad, other]'),
      ...gln,
    });
    assert.deepEqual(
      faults.map((fault) => fault.split('; ')[0]),
      [
        "config/fragments/bad.yaml:1:11 CONFIG_BAD_VALUE the fragment is called 'partner' and its file 'bad.yaml'",
        "config/fragments/bad.yaml:5:15 FLOW_BAD_EXPRESSION '$prefx' is not known here",
        "flows/receipts.yaml:4:7 CONFIG_BAD_VALUE 'table' of partner is missing, which is a table",
        "flows/receipts.yaml:4:28 CONFIG_BAD_VALUE 'prefix' of partner is no text",
        "flows/receipts.yaml:4:31 FLOW_UNKNOWN_FIELD 'tabel' is not a parameter of partner",
        "flows/receipts.yaml:4:47 CONFIG_BAD_VALUE 'prefix' of bad is missing, which is a text",
        "flows/receipts.yaml:4:47 CONFIG_BAD_VALUE 'table' of bad is missing, which is a table",
        "flows/receipts.yaml:4:47 CONFIG_BAD_VALUE '$party' of 'bad' has a meaning already",
        "flows/receipts.yaml:4:47 CONFIG_BAD_VALUE '$partner' of 'bad' has a meaning already",
        "flows/receipts.yaml:4:52 CONFIG_BAD_VALUE there is no fragment 'other'",
      ],
    );
  });
});
