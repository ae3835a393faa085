/** One record, one expression, one payload never stops the process, and what is refused does not depend on the clock. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import jsonata from 'jsonata';
import { isStockbusError } from '../../../../core/errors.ts';
import {
  compileExpression,
  variablesOf,
} from '../../../../core/flow/expression/compileExpression.ts';
import { Turns } from '../../../../core/flow/Turns.ts';
import { limits } from '../../../../core/limits.ts';
import type { RecordValue } from '../../../../core/ports.ts';
import { runs, seed } from '../../../runs.ts';
import { context } from '../fixtures.ts';
import { codes, inbound, receipts, run } from '../hubFolder.ts';
import { longestTurnMs } from './turns.ts';

/** As an author writes it who has no function for GTINs: the check digit is computed in JSONata. */
const goods = `(
  $check := function($d) {
    (10 - $sum($map($split($d, ""), function($c, $i) { $number($c) * ($i % 2 = 0 ? 3 : 1) })) % 10) % 10
  };
  $gtin := function($company, $item) {(
    $d := $substring($item, 0, 1) & $company & $substring($item, 1);
    $d & $string($check($d))
  )};
  $map(epcList, function($urn) {(
    $p := $split($substringAfter($urn, "sgtin:"), ".");
    {"sku": $gtin($p[0], $p[1]), "lot": $p[2], "location": "WH1", "quantity": "1"}
  )})
)`.replaceAll(/\s+/g, ' ');

const epcs = receipts(
  `- split: events
- map:
    document: id
    at: '"2026-03-31T08:30:00.000Z"'
    lines: '${goods}'`,
  'key: id\nto: stock.receive.v1',
);

const event = (id: string, count: number) => ({
  id,
  epcList: Array.from(
    { length: count },
    (_, index) => `urn:epc:id:sgtin:4012345.0${10_000 + index}.${index}`,
  ),
});

async function evaluate(text: string, value: RecordValue, turns = context.turns): Promise<unknown> {
  const found: unknown[] = [];
  const compiled = compileExpression(text, variablesOf.inbound, { ...context, turns }, (fault) =>
    found.push(fault),
  );
  assert.deepEqual(found, [], text);
  try {
    return await compiled!.evaluate({ value, source: value, record: 1 });
  } catch (error) {
    if (isStockbusError(error)) return error.code;
    throw error;
  }
}

describe('one payload', () => {
  it('gives way to everybody else, though its expressions take long', async () => {
    const flow = await inbound(epcs);
    const events = Array.from({ length: 600 }, (_, index) => event(`E${index}`, 20));
    const { result, longestMs, turns } = await longestTurnMs(100, () => run(flow, [{ events }]));
    assert.deepEqual([result.messages.length, codes(result)], [600, []]);
    assert.ok(longestMs < 100, `others waited for ${longestMs} ms`);
    // How many there are depends on how fast the machine is.
    assert.ok(turns > 5, `others had ${turns} turns`);
  }).timeout(60_000);

  it('gives way though nothing in it waits', async () => {
    const yaml = receipts(
      `- map:
    document: no
    at: '"2026-03-31T08:30:00.000Z"'
    lines: { each: items, map: { sku: $trim(sku), location: $uppercase(place), quantity: $decimal(qty) } }`,
      'key: no\nto: stock.receive.v1',
    );
    const flow = await inbound(yaml);
    const items = Array.from({ length: 2_000 }, (_, index) => ({
      sku: ` S${index}`,
      place: 'wh1',
      qty: '1.50',
    }));
    const rows = Array.from({ length: 60 }, (_, index) => ({ no: `D${index}`, items }));
    const { result, longestMs, turns } = await longestTurnMs(250, () => run(flow, rows));
    assert.equal(result.messages.length, 60);
    assert.ok(
      longestMs < 250 && turns > 10,
      `others waited for ${longestMs} ms, had ${turns} turns`,
    );
  }).timeout(60_000);

  it('with an event of 5,000 is taken each time, on a machine of any speed', async () => {
    const flow = await inbound(epcs);
    const result = await run(flow, [{ events: [event('E1', 5_000)] }]);
    assert.deepEqual(codes(result), []);
    const [message] = result.messages;
    assert.equal((message!.data as { lines: unknown[] }).lines.length, 5_000);
  }).timeout(60_000);
});

describe('an expression', () => {
  const text = 'a'.repeat(30_000);
  const list = Array.from({ length: 8_000 }, (_, index) => `S${index}`);
  const record = { x: 'x', text, list, rows: list.map((sku, index) => ({ sku, qty: index })) };

  const twice = (value: string) => `$reduce([1..40], function($s, $i) { ${value} }, {"x": 1})`;
  for (const [what, expressions] of Object.entries({
    'without end': [
      '($f := function($n) { $f($n + 1) }; $f(0))',
      '($f := function($n) { $f($n + 1) + 1 }; $f(0))',
      '$map(rows, function($o) { $map(rows, function($p) { $o.qty + $p.qty }) })',
    ],
    'whose text grows': [
      '$pad(x, 400000000)',
      '$pad(x, -400000000)',
      '$reduce([1..40], function($s, $i) { $s & $s }, "x")',
      '$replace(text, "a", text)',
      '$replace(text, /a/, text)',
      '$replace(text, /a/, function() { text })',
      '$join($map([1..9000], function() { text }))',
      '$join(list, text)',
      '$fromMillis(0, "[Y,9999999-99999999]")',
      '$formatInteger(5, $pad("0", 400000, "0"))',
    ],
    'whose lists and objects grow': [
      '$count([1..1000000])',
      twice('[$s, $s]'),
      twice('[[$s], [$s]]'),
      twice('{"a": $s, "b": $s}'),
      twice('$append($s, $s)'),
      twice('$merge([{"a": $s}, {"b": $s}])'),
      twice('$map([1, 2], function() { $s })'),
      twice('$zip([$s, $s], [$s, $s])'),
      twice('x{"a": $s, "b": $s}'),
      twice('{"a": $s} ~> |$|{"b": $s}|'),
      `$length($string(${twice('{"a": $s, "b": $s}')}))`,
      '$reduce([1..100000], function($s, $i) { {"a": $s} }, 1)',
    ],
    'that keeps many of them': [
      '$count($map([1..100000], function($i) { $uppercase($pad(x, 1000000)) }))',
      '$count($map([1..100000], function($i) { [1..100000] }))',
    ],
  })) {
    it(`${what} is stopped early, the same way each time`, async () => {
      for (const expression of expressions) {
        const over =
          what === 'without end'
            ? { ...record, list: [], text: 'x', rows: record.rows.slice(0, 900) }
            : record;
        const { result, longestMs } = await longestTurnMs(500, () => evaluate(expression, over));
        assert.equal(result, 'EXPR_RUNAWAY', expression);
        assert.ok(longestMs < 500, `${expression}: others waited for ${longestMs} ms`);
      }
    }).timeout(120_000);
  }

  it('that goes through a list for each entry of a list is stopped early, in either engine', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `S${index}`);
    const over = {
      many,
      other: many.map((one) => `${one}!`),
      places: many.map((_, index) => index),
      parts: [{ in: many.slice(0, 10_000) }, { in: many.slice(10_000) }],
    };
    for (const test of [
      '$ in $$.other',
      '$not($ in $$.other)',
      '$$.places',
      '$$.many = $$.other',
      '$count($$.parts.in) = 1',
    ])
      for (const expression of [
        `$count(many[${test}])`,
        `$count($filter(many, function($v) { $v.(${test}) }))`,
        // Sorted, so that it is the library's.
        `$count(many[${test}]) + $count([{"a": 1}, {"a": 2}]^(a))`,
      ]) {
        if (expression.includes('$filter') && test === '$$.places') continue;
        const { result, longestMs } = await longestTurnMs(500, () => evaluate(expression, over));
        assert.equal(result, 'EXPR_RUNAWAY', expression);
        assert.ok(longestMs < 500, `${expression}: others waited for ${longestMs} ms`);
      }
    const few = { many: many.slice(0, 2_000), other: many.slice(1_000, 3_000) };
    assert.equal(await evaluate('$count(many[$ in $$.other])', few), 1_000);
    assert.equal(await evaluate('$count(many["S7" in $$.few])', { many, few: ['S7'] }), 20_000);
  }).timeout(120_000);

  it('over many entries is taken, and lets others have their turn', async () => {
    for (const [expression, wanted] of [
      ['$count($distinct($append(list, list)))', 8_000],
      ['$count($spread(rows))', 16_000],
      ['$sort(list)[0]', 'S0'],
      ['$sort(rows, function($a, $b) { $a.qty < $b.qty })[0].sku', 'S7999'],
      ['rows^(>qty)[0].sku', 'S7999'],
      ['$count($keys(rows{sku: $sum(qty)}))', 8_000],
      ['$length($join(list, ","))', 46_889],
      ['$count(list[$contains("9")])', 2_168],
    ] as const) {
      const { result, longestMs } = await longestTurnMs(250, () => evaluate(expression, record));
      assert.equal(result, wanted, expression);
      assert.ok(longestMs < 250, `${expression}: others waited for ${longestMs} ms`);
    }
  }).timeout(60_000);

  it('is measured by its own work, whoever runs beside it and however slow the clock is', async () => {
    const expression = '$sum($map([1..30000], function($i) { $i * 2 }))';
    let now = 0;
    const slow = new Turns({ monotonic: () => (now += limits.turnMs) });
    const results = await Promise.all(
      Array.from({ length: 20 }, () => evaluate(expression, { x: 'x' }, slow)),
    );
    assert.deepEqual(new Set(results), new Set([900_030_000]));
    const broken = `[$error("no"), ${expression}]`;
    assert.equal(await evaluate(broken, { x: 'x' }), 'EXPR_FAILED');
    assert.equal(await evaluate(broken, { x: 'x' }), 'EXPR_FAILED');
  }).timeout(60_000);

  it('that sorts, spreads or compares gives what the library gives', async () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('a', 'b', '{"k":1}'));
    const row = fc.record(
      { k: fc.integer({ min: 0, max: 3 }), n: fc.constantFrom('x', 'y', 'z'), m: value },
      { requiredKeys: ['n'] },
    );
    const expressions = fc.constantFrom(
      ...[
        'rows^(k)',
        'rows^(>k, n).m',
        'rows^(n)[0]',
        'rows[k > 0]^(>k)[[0..1]].n',
        'rows^(k)^(>n).m',
      ],
      ...[
        'rows^(m)',
        'rows.($.k)^($)',
        '$sort(rows.n)',
        '$sort(rows.k)',
        '$sort(rows.m)',
        'one^(k)',
      ],
      ...['$sort(rows, function($a, $b) { $a.n > $b.n })', '$distinct(rows)', '$distinct(rows.m)'],
      ...['$spread(rows)', '$spread(one)', '$spread(rows[0])', '$distinct([rows, rows, 1, "1"])'],
      ...[
        'rows^(k){n: $count(k)}',
        '$map(rows^(n), function($r) { $r.n })',
        'none^(k)',
        '$spread("x")',
      ],
    );
    await fc.assert(
      fc.asyncProperty(
        expressions,
        fc.array(row, { maxLength: 7 }),
        row,
        async (text, rows, one) => {
          const record = { rows, one } as RecordValue;
          const theirs = await jsonata(text)
            .evaluate(record)
            .catch(() => 'EXPR_FAILED');
          const ours = await evaluate(text, record);
          assert.deepEqual(clean(ours), clean(theirs), text);
        },
      ),
      { numRuns: runs(1, 300), seed },
    );
  });

  it('that sorts what # went through is refused', () => {
    const found: string[] = [];
    compileExpression('rows#$i^(k)', variablesOf.inbound, context, ({ message }) => {
      found.push(message);
    });
    assert.deepEqual(found, ["'^' cannot sort what '#' or '@' went through"]);
  });
});

const clean = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));
