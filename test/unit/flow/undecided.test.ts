/** Filters, routes and rules that meet a field which is not there. */
import assert from 'node:assert/strict';
import { codes, inbound, lint, load, receipts, run } from './hubFolder.ts';

const map = `- map:
    document: no
    at: '"2026-03-31T08:30:00.000Z"'
    sku: sku
    location: '"WH1"'
    quantity: qty`;

const key = 'key: no\nto: stock.receive.v1';
const row = (no: string, rest: object = {}) => ({ no, sku: 'A', qty: '1', ...rest });

const withFilter = (filter: string) => receipts(`- filter: ${filter}\n${map}`, key);

/** For each record: its key, `dropped`, or what is said of it. */
async function fates(yaml: string, rows: ReturnType<typeof row>[]): Promise<string[]> {
  const flow = await inbound(yaml);
  const all: string[] = [];
  for (const one of rows) {
    const { messages, parked } = await run(flow, [one]);
    const fault = parked[0]?.faults[0];
    all.push(messages[0]?.id ?? (fault ? `${fault.code}: ${fault.message}` : 'dropped'));
  }
  return all;
}

const missing = (field: string, what = 'the filter') =>
  `FILTER_UNDECIDED: ${what} is undecided: the field '${field}' is missing`;

describe('a filter', () => {
  it('that needs a field which is missing parks the record, and names the field', async () => {
    for (const [filter, field] of [
      ['status != "cancelled"', 'status'],
      ['status = "open"', 'status'],
      ['$not(status)', 'status'],
      ['status', 'status'],
      ['$not($uppercase(status) = "X")', 'status'],
      ['status in ["open", "new"]', 'status'],
      ['$contains(status, "o")', 'status'],
      ['head.status = "open"', 'head.status'],
      ['$source.status = "open"', '$source.status'],
      ['sku = "A" and status = "open"', 'status'],
      ['sku = "A" ? status = "open" : true', 'status'],
      // In the library.
      ['($s := status; $s != "cancelled")', 'status'],
      ['$lowercase($split(status, ":")[0]) != "x"', 'status'],
    ] as const) {
      const [fate] = await fates(withFilter(JSON.stringify(filter)), [row('R1')]);
      assert.equal(fate, missing(field), filter);
    }
  });

  it('is decided by what is there, whatever else is missing', async () => {
    const [here, gone] = [row('R1', { status: 'open' }), row('R2')];
    for (const [filter, wanted] of [
      ['$exists(status) and status != "cancelled"', ['R1', 'dropped']],
      ['$not($exists(status)) or status = "open"', ['R1', 'R2']],
      ['status = "open" or sku = "A"', ['R1', 'R2']],
      ['status = "cancelled" and sku = "B"', ['dropped', 'dropped']],
      ['sku = "A" or status = "open"', ['R1', 'R2']],
      ['$exists(status) ? status = "open" : true', ['R1', 'R2']],
      ['($s := status; $exists($s) and $s = "open")', ['R1', 'dropped']],
      ['$map([1], function($i) { $i }) = 1 or status = "open"', ['R1', 'R2']],
      ['status = "x" and $count($map([1, 2], function($i) { $i })) = 3', ['dropped', 'dropped']],
    ] as const) {
      assert.deepEqual(
        await fates(withFilter(JSON.stringify(filter)), [here, gone]),
        wanted,
        filter,
      );
    }
  });

  it('tells a field that is there and empty from one that is missing', async () => {
    const [fate] = await fates(withFilter('$not($isNegative(diff))'), [row('R1', { diff: '' })]);
    assert.equal(fate, "FILTER_UNDECIDED: the filter is undecided: the field 'diff' is empty");
  });

  it('drops or keeps such a record where it says so', async () => {
    const of = (missing: string) =>
      withFilter(`{ where: status != "cancelled", missing: ${missing} }`);
    const rows = [row('R1', { status: 'open' }), row('R2', { status: 'cancelled' }), row('R3')];
    assert.deepEqual(await fates(of('drop'), rows), ['R1', 'dropped', 'dropped']);
    assert.deepEqual(await fates(of('keep'), rows), ['R1', 'dropped', 'R3']);
    assert.deepEqual((await fates(of('park'), rows))[2], missing('status'));
  });

  it('has its faults at their places in both forms', async () => {
    const at = async (filter: string) =>
      (await lint({ 'flows/receipts.yaml': withFilter(filter) }))[0]?.split(' ').slice(0, 2);
    assert.deepEqual(await at('$nosuch(x)'), ['flows/receipts.yaml:5:13', 'FLOW_UNKNOWN_FUNCTION']);
    assert.deepEqual(await at('{ where: $nosuch(x) }'), [
      'flows/receipts.yaml:5:22',
      'FLOW_UNKNOWN_FUNCTION',
    ]);
  });

  it('of a subscription parks an event, too', async () => {
    const yaml = `flow: feed\nfrom: stock.changed.v1\nsteps:\n  - filter: lot != "L1"\nwrite: json\nto: { http: webshop }\n`;
    const { flows } = await load({ 'flows/feed.yaml': yaml });
    const [flow] = flows;
    assert.ok(flow?.direction === 'subscription');
    const event = (lot?: string) => ({ data: { sku: 'A', ...(lot ? { lot } : {}) } }) as never;
    const { records, parked, filtered } = await flow.sinks[0]!.events!.run([
      event('L1'),
      event('L2'),
      event(),
    ]);
    assert.deepEqual([records.length, filtered], [1, 1]);
    assert.equal(parked[0]?.faults[0]?.message, missing('lot').slice('FILTER_UNDECIDED: '.length));
  });
});

describe('a text and a number', () => {
  /** What each side is, and what to write. */
  const cases: [test: string, rest: object, message: string, todo: string][] = [
    ['n = "5"', { n: 5 }, 'n = "5" compares the number 5 with the text "5"', 'n = 5'],
    ['n = "5"', { n: 5 }, 'n = "5" compares', '$text(n) = "5"'],
    ['n != "x"', { n: 5 }, 'the number 5 with the text "x"', '$text(n) != "x"'],
    ['n < "9"', { n: 10 }, 'the number 10 with the text "9"', 'n < 9, or $compare(n, "9") < 0'],
    ['n > 9', { n: '10' }, 'the text "10" with the number 9', '$compare(n, 9) > 0'],
    ['n = 5', { n: '5' }, 'the text "5" with the number 5', 'n = "5", or $compare(n, 5) = 0'],
    ['5 = n', { n: '5' }, 'the number 5 with the text "5"', '"5" = n'],
    ['n in ["5", "6"]', { n: 5 }, 'the number 5 with a list of 2', '$text(n) in a list of texts'],
    ['n in "5"', { n: 5 }, 'the number 5 with the text "5"', '$text(n)'],
    ['n = m', { n: 5, m: '5' }, 'n = m compares the number 5', '$text(n) = m'],
    ['n = "true"', { n: true }, 'the boolean true with the text "true"', 'n = true'],
    ['n = 1', { n: true }, 'the boolean true with the number 1', 'n'],
    ['n = "5"', { n: ['5'] }, 'a list of 1 with the text "5"', '"5" in n'],
    ['`@no` = "5"', { '@no': 5 }, '`@no` = "5" compares', '$text(`@no`) = "5"'],
    ['$not(n = "5")', { n: 5 }, 'n = "5" compares', '$text(n)'],
    ['n = "5" or sku = "B"', { n: 5 }, 'n = "5" compares', '$text(n)'],
    ['gone = "x" or n = "5"', { n: 5 }, 'n = "5" compares', '$text(n)'],
    ['sku = "A" ? n = "5" : true', { n: 5 }, 'n = "5" compares', '$text(n)'],
    // In the library.
    ['($n := n; $n = "5")', { n: 5 }, '$n = "5" compares the number 5', '$text($n) = "5"'],
    ['$split("5", ",") = n', { n: '5' }, 'a list of 1 with the text "5"', 'n in'],
    ['list[0] in ["5"] and sku = "A"', { list: [5] }, 'the number 5 with a list', '$text('],
  ];

  it('make a test undecided, with both named and what to write', async () => {
    for (const [test, rest, message, todo] of cases) {
      for (const filter of [
        JSON.stringify(test),
        `{ where: ${JSON.stringify(test)}, missing: keep }`,
      ]) {
        const flow = await inbound(withFilter(filter));
        const { parked } = await run(flow, [row('R1', rest)]);
        const fault = parked[0]?.faults[0];
        assert.equal(fault?.code, 'FILTER_UNDECIDED', test);
        assert.ok(fault.message.includes(message), `${test}: ${fault.message}`);
        assert.ok(fault.todo?.includes(todo), `${test}: ${fault.todo}`);
      }
    }
  });

  it('do not matter where the other side decides, or where they are made one kind', async () => {
    const rows = [row('R1', { n: 5, list: [{ n: 5 }] }), row('R2', { n: '5', list: [] })];
    for (const [filter, wanted] of [
      ['$text(n) = "5"', ['R1', 'R2']],
      ['$compare(n, "9") < 0', ['R1', 'R2']],
      ['n = 5 or sku = "A"', ['R1', 'R2']],
      ['sku = "B" and n = 5', ['dropped', 'dropped']],
      ['n in [5, "5"]', ['R1', 'R2']],
      ['n in [6, "6"]', ['dropped', 'dropped']],
      ['n != null', ['R1', 'R2']],
      ['$type(n) = "number" ? n = 5 : n = "5"', ['R1', 'R2']],
    ] as const) {
      assert.deepEqual(await fates(withFilter(JSON.stringify(filter)), rows), wanted, filter);
    }
  });

  it('park the record in a value, and inside brackets', async () => {
    for (const expression of [
      'n = "5" ? "a" : "b"',
      '($n := n; $n = "5" ? "a" : "b")',
      'list[n = "5"].text',
      '$filter(list, function($one) { $one.n = "5" })[0].text',
      '$string(n in ["5"])',
    ]) {
      const flow = await inbound(
        receipts(`${map}\n    reason: ${JSON.stringify(expression)}`, key),
      );
      const { parked } = await run(flow, [row('R1', { n: 5, list: [{ n: 5, text: 'a' }] })]);
      const [fault] = parked[0]?.faults ?? [];
      assert.equal(fault?.code, 'EXPR_FAILED', expression);
      assert.match(fault?.message ?? '', /compares the number 5 with/, expression);
      assert.match(fault?.todo ?? '', /\$text\(/, expression);
    }
  });

  it('are told in routes and rules with what to write', async () => {
    const to = `key: no\nto:\n  - { when: '$source.n = "5"', type: stock.issue.v1 }\n  - { type: stock.receive.v1 }`;
    const rules = `- validate:\n    - { rule: n = "5", message: not five }\n${map}`;
    for (const yaml of [receipts(map, to), receipts(rules, key)]) {
      const { parked } = await run(await inbound(yaml), [row('R1', { n: 5 })]);
      const [fault] = parked[0]?.faults ?? [];
      assert.equal(fault?.code, 'FILTER_UNDECIDED');
      assert.match(fault?.message ?? '', /the number 5 with the text "5"/);
      assert.match(fault?.todo ?? '', /n = 5, or \$text\(/);
    }
  });
});

describe('routes and rules', () => {
  it('a route that needs a field which is missing is not passed by', async () => {
    const to = `key: no\nto:\n  - { when: '$source.kind = "S"', type: stock.issue.v1 }\n  - { type: stock.receive.v1 }`;
    const inLibrary = '$split($source.kind, ":")[0]';
    for (const kind of ['$source.kind', '$trim($source.kind)', inLibrary]) {
      const routes = to.replace('$source.kind', kind);
      const yaml = receipts(map, routes);
      assert.deepEqual(await fates(yaml, [row('R1', { kind: 'S' }), row('R2', { kind: 'R' })]), [
        'R1',
        'R2',
      ]);
      const [fate] = await fates(yaml, [row('R3')]);
      assert.equal(fate, missing('$source.kind', 'the route to stock.issue.v1'));
    }
  });

  it('a rule that needs a field which is missing says which', async () => {
    const rules = `- validate:\n    - { rule: status != "cancelled", message: it is cancelled }\n    - { rule: sku = "B", message: not ours }\n${map}`;
    const result = await run(await inbound(receipts(rules, key)), [row('R1')]);
    assert.deepEqual(codes(result), [['FILTER_UNDECIDED', 'RECORD_INVALID']]);
    assert.deepEqual(
      result.parked[0]?.faults.map(({ message }) => message),
      ["it is cancelled (the field 'status' is missing)", 'not ours'],
    );
  });
});
