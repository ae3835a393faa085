import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseExpression } from '../../../core/flow/expression/ast.ts';
import { compileClosure } from '../../../core/flow/expression/closures.ts';
import { variablesOf } from '../../../core/flow/expression/compileExpression.ts';
import { compileForLibrary } from '../../../core/flow/expression/library.ts';
import { compileTestClosure } from '../../../core/flow/expression/testClosures.ts';
import { verdictOf } from '../../../core/flow/expression/threeValued.ts';
import type { RecordValue } from '../../../core/ports.ts';
import { context } from './fixtures.ts';

/** Names in random records and in random paths, so that paths mostly hit. */
const name = fc.constantFrom('a', 'b', 'Item No', 'constructor', '#text');

const leaf = fc.oneof(
  fc.constantFrom('', 'x', 'POSTED', '12.50', '1,5', ' two  words ', '🙂b', '$1'),
  fc.integer({ min: -3, max: 12 }),
  fc.constantFrom(0.1, 2.5),
  fc.boolean(),
  fc.constant(null),
);

const { tree: anyValue } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(name, tie('tree'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

const record = fc.dictionary(name, anyValue, { maxKeys: 4, noNullPrototype: true });

const quoted = (text: string) => (/^\w+$/.test(text) ? text : `\`${text}\``);
const place = fc.constantFrom(
  '',
  '',
  '',
  '',
  '[0]',
  '[-1]',
  '[1]',
  '[-2]',
  '[1.5]',
  '[0][0]',
  '[-1][1]',
);
const step = fc.tuple(name, place).map(([of, at]) => `${quoted(of)}${at}`);
const path = fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => steps.join('.'));
const literal = fc.constantFrom(
  '""',
  '"x"',
  '"POSTED"',
  '"b"',
  '0',
  '2',
  '-1',
  'true',
  'false',
  'null',
);

const { tree: expression } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    path,
    path,
    literal,
    path.map((of) => `$source.${of}`),
    fc.constant('$row'),
    fc
      .tuple(
        tie('tree'),
        fc.constantFrom(
          '&',
          '=',
          '!=',
          '<',
          '<=',
          '>',
          '>=',
          'and',
          'or',
          'in',
          '+',
          '-',
          '*',
          '/',
          '%',
        ),
        tie('tree'),
      )
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    fc.tuple(tie('tree'), tie('tree'), tie('tree')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `(${a} ?: ${b})`),
    fc
      .tuple(tie('tree'), fc.subarray(['"x"', '2', '"POSTED"', 'null']))
      .map(([a, items]) => `(${a} in [${items.join(', ')}])`),
    fc
      .tuple(
        fc.constantFrom(
          'trim',
          'uppercase',
          'lowercase',
          'length',
          'string',
          'number',
          'boolean',
          'not',
          'exists',
        ),
        tie('tree'),
      )
      .map(([call, input]) => `$${call}(${input})`),
    fc
      .tuple(
        fc.constantFrom('substringBefore', 'substringAfter', 'contains', 'substring'),
        tie('tree'),
        tie('tree'),
      )
      .map(([call, a, b]) => `$${call}(${a}, ${b})`),
    fc
      .tuple(fc.constantFrom('substring', 'replace'), tie('tree'), tie('tree'), tie('tree'))
      .map(([call, a, b, c]) => `$${call}(${a}, ${b}, ${c})`),
  ),
}));

/** The value, or `failed`: both must then fail. */
async function outcome(run: () => unknown, refused: string[] = []): Promise<unknown> {
  try {
    return structuredClone(await run());
  } catch (error) {
    refused.push(String(error));
    return 'failed';
  }
}

/** The library writes the word `undefined` for a replacement that is missing; we refuse that. */
const MISSING_REPLACEMENT = /\$replace needs a text to look for and one to put in its place/;

describe('expressions as closures', () => {
  it('give exactly what the jsonata library gives', async () => {
    await fc.assert(
      fc.asyncProperty(expression, record, record, async (text, value, source) => {
        const parsed = parseExpression(text);
        assert.ok('ast' in parsed, text);
        const closure = compileClosure(parsed.ast, variablesOf.inbound, context);
        fc.pre(closure !== undefined);
        const scope = { value: value as RecordValue, source: source as RecordValue, record: 7 };
        const library = compileForLibrary(text, variablesOf.inbound, context);
        const refused: string[] = [];
        const ours = await outcome(() => closure(scope), refused);
        fc.pre(!refused.some((reason) => MISSING_REPLACEMENT.test(reason)));
        const theirs = await outcome(() => library(scope));
        assert.deepEqual(ours, theirs, text);
      }),
      { numRuns: Number(process.env.STOCKBUS_FUZZ_RUNS ?? 3000) },
    );
  });

  it('as tests give exactly what the same test gives in the library', async () => {
    await fc.assert(
      fc.asyncProperty(expression, record, record, async (text, value, source) => {
        const parsed = parseExpression(text);
        assert.ok('ast' in parsed, text);
        const closure = compileTestClosure(parsed.ast, variablesOf.inbound, context);
        fc.pre(closure !== undefined);
        const scope = { value: value as RecordValue, source: source as RecordValue, record: 7 };
        const library = compileForLibrary(text, variablesOf.inbound, context, 'test');
        const refused: string[] = [];
        const ours = await outcome(() => closure(scope), refused);
        fc.pre(!refused.some((reason) => MISSING_REPLACEMENT.test(reason)));
        const theirs = await outcome(async () => verdictOf(await library(scope)));
        assert.deepEqual(ours, theirs, text);
      }),
      { numRuns: Number(process.env.STOCKBUS_FUZZ_RUNS ?? 2000) },
    );
  });

  it('fail as the library does where a number is out of range', async () => {
    for (const text of ['(1 / 0) ?: a', '$not(1 / 0)', '(-1 / 0) and true', '$boolean(1 / 0)']) {
      const parsed = parseExpression(text);
      assert.ok('ast' in parsed);
      const closure = compileClosure(parsed.ast, variablesOf.inbound, context)!;
      const scope = { value: {}, source: {}, record: 1 };
      const library = compileForLibrary(text, variablesOf.inbound, context);
      const both = [await outcome(() => closure(scope)), await outcome(() => library(scope))];
      assert.deepEqual(both, ['failed', 'failed'], text);
    }
  });

  it('cover all that typical flows write', () => {
    for (const text of [
      'Qty',
      '`Unit Price`',
      'order.lines.sku',
      'ReceiptNo & "/" & Line',
      '$lookup("sku-xref", Item)',
      '$decimal(Qty, ",")',
      '$date(Posted, "dd.MM.yyyy", "Europe/Berlin")',
      'Status = "POSTED" and $not(Type in ["X", "Y"])',
      '$isNegative(Qty) ? $abs(Qty) : Qty',
      '$source.Invoice',
      '$trim($uppercase(Item))',
      '$compare(Qty, "0") < 0',
      '$substring(lines[0].quantity, 0, 1) = "-"',
      '$source.lines[-1].sku',
    ]) {
      const parsed = parseExpression(text);
      assert.ok('ast' in parsed && compileClosure(parsed.ast, variablesOf.inbound, context), text);
    }
  });
});
