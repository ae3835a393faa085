/** Programs give what the jsonata library gives, and what everybody writes is one. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseExpression } from '../../../core/flow/expression/ast.ts';
import { compileClosure } from '../../../core/flow/expression/closures.ts';
import { variablesOf } from '../../../core/flow/expression/compileExpression.ts';
import { compileForLibrary } from '../../../core/flow/expression/library.ts';
import type { RecordValue, Scope } from '../../../core/ports.ts';
import { anyExpression } from './anyExpression.ts';
import { context } from './fixtures.ts';

const leaf = fc.oneof(
  fc.constantFrom('', 'x', 'b', '1', 'a,b'),
  fc.integer({ min: -2, max: 4 }),
  fc.constantFrom(0.5, true, false, null),
);
const name = fc.constantFrom('a', 'b', 'c', 'list', 'rows');
const { tree: value } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.array(leaf, { maxLength: 4 }),
    fc.dictionary(name, tie('tree'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const row = fc.record(
  { a: leaf, b: leaf, list: fc.array(leaf, { maxLength: 3 }) },
  { requiredKeys: [], noNullPrototype: true },
);
const record = fc.record(
  {
    a: value,
    b: value,
    c: leaf,
    list: fc.array(value, { maxLength: 4 }),
    rows: fc.array(row, { maxLength: 4 }),
  },
  { requiredKeys: [], noNullPrototype: true },
);

/** The value, or `failed`: both must then fail. */
async function outcome(run: () => unknown): Promise<unknown> {
  try {
    const value = await run();
    return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
  } catch {
    return 'failed';
  }
}

const treeOf = (text: string) => {
  const parsed = parseExpression(text);
  assert.ok('ast' in parsed, text);
  return parsed.ast;
};

const programOf = (text: string) => compileClosure(treeOf(text), variablesOf.inbound, context);

const scopeOf = (given: unknown): Scope => ({
  value: given as RecordValue,
  source: given as RecordValue,
  record: 7,
});

describe('programs', () => {
  it('give exactly what the jsonata library gives', async () => {
    const choices = fc.array(fc.nat({ max: 10_000 }), { minLength: 1, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(choices, record, async (numbers, given) => {
        const text = anyExpression(numbers);
        const program = programOf(text);
        // Such as a predicate behind the call that ends a function, which the library passes over.
        fc.pre(program !== undefined);
        const library = compileForLibrary(text, variablesOf.inbound, context);
        const ours = await outcome(() => program(scopeOf(structuredClone(given))));
        const theirs = await outcome(() => library(scopeOf(structuredClone(given))));
        assert.deepEqual(ours, theirs, text);
      }),
      { numRuns: Number(process.env.STOCKBUS_FUZZ_RUNS ?? 600) },
    );
  }).timeout(120_000);

  it('are what everybody writes', () => {
    for (const text of [
      '[a, b]',
      'rows[a = "x"]',
      'rows[a = "x" and b > 1][0].list',
      'rows[-1].a',
      'rows[].a',
      '$map(rows, function($r) { $r.a })',
      '$map(rows, function($r, $i) { {"line": $string($i + 1), "sku": $r.a} })',
      '$filter(rows, function($r) { $r.a != "x" }).b',
      '$reduce(rows.b, function($sum, $b) { $add($sum, $b) }, "0")',
      '$join(rows.a, "/")',
      '$sum(rows.b) / $count(rows)',
      '$exists(rows[a = "x"])',
      'a ?? b ?? "none"',
      '$decimal(a) ?? "0"',
      '(a ?? b) & "/" & c',
      '($first := rows[0]; $first.a & "/" & $first.b)',
      '($text := function($e) { $e.`#text` ?? $e }; $text(a) & $text(b))',
      '($of := ($no := 2; function($e) { $e & $no }); $of(a) & $map(rows.a, $of)[0])',
      '($of := (function($e) { $e.a }); $of(rows[0]))',
      'rows.{"sku": a, "quantity": $decimal(b)}',
      'rows#$i.{"line": $string($i + 1), "sku": a}',
      '$merge([$, {"type": "ObjectEvent"}])',
      '$lookup("sku-xref", a)',
      'a ~> $trim() ~> $uppercase()',
      '$split(a, ":")[-1]',
      '$match(a, /(\\d+)-(\\d+)/).groups[0]',
      'a.**.b',
      '$append(list, rows.a)',
      '$distinct(rows.a)',
      '$each($, function($v, $k) { $k & "=" & $string($v) })',
    ]) {
      assert.ok(programOf(text), text);
    }
  });

  it('say what they cannot take', () => {
    for (const [text, given, message] of [
      ['$sum(rows.a)', { rows: [{ a: 1 }, { a: '2' }] }, '$sum adds numbers, not "2"'],
      ['$join(list)', { list: [1, 2] }, '$join takes a list of strings, not [1,2]'],
      ['[1..a]', { a: 'x' }, `'..' goes from one whole number to another, not to "x"`],
      ['-(a)', { a: 'x' }, `'-' needs a number, not "x"`],
      ['$split(a, ",")', { a: 1 }, '$split takes text, not 1'],
      ['$single(list, function($x) { $x > 1 })', { list: [1] }, '$single finds none of the list'],
      ['rows.(a & "x")', { rows: [{ a: { b: 1 } }] }, 'a has fields (b), and a text is wanted'],
    ] as const) {
      assert.throws(() => programOf(text)!(scopeOf(given)), { message }, text);
    }
  });

  it('leave the record as it is, and give lists without marks', () => {
    const given = { rows: [{ a: 'x', list: ['p'] }], list: ['q'] };
    const before = structuredClone(given);
    const value = programOf('{"a": rows[].a, "b": [rows.list[], list], "c": rows.[a, [list]]}')!(
      scopeOf(given),
    );
    assert.deepEqual(value, { a: ['x'], b: ['p', 'q'], c: ['x', ['p']] });
    assert.deepEqual(given, before);
  });
});

describe('`??`', () => {
  it('takes what is there, were it empty, and else the other', async () => {
    for (const [text, given, wanted] of [
      ['a ?? "b"', {}, 'b'],
      ['a ?? "b"', { a: '' }, ''],
      ['a ?? "b"', { a: null }, null],
      ['a ?? "b"', { a: 0 }, 0],
      ['a ?: "b"', { a: '' }, 'b'],
      ['a ?? b ?? c', { c: 1 }, 1],
      ['$decimal(a) ?? "0"', { a: '' }, '0'],
      ['rows[a = 2].b ?? "none"', { rows: [{ a: 1, b: 'x' }] }, 'none'],
      ['$match(a, /\\d+/)[0].match ?? "none"', { a: 'x12' }, '12'],
    ] as const) {
      assert.deepEqual(programOf(text)!(scopeOf(given)), wanted, text);
      const library = compileForLibrary(text, variablesOf.inbound, context);
      assert.deepEqual(await library(scopeOf(given)), wanted, text);
    }
  });
});
