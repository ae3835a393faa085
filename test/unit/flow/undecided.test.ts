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
    const { records, parked, filtered } = await flow.run([event('L1'), event('L2'), event()]);
    assert.deepEqual([records.length, filtered], [1, 1]);
    assert.equal(parked[0]?.faults[0]?.message, missing('lot').slice('FILTER_UNDECIDED: '.length));
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
