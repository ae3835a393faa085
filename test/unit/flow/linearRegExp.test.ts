/** Regular expressions of flows: JavaScript's results, in linear time. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LinearRegExp, regExpFault } from '../../../core/flow/expression/LinearRegExp.ts';
import { codes, inbound, lint, receipts, run } from './hubFolder.ts';

type Engine = { lastIndex: number; exec(text: string): RegExpExecArray | null };

/** As jsonata walks through all matches; an empty match ends it. */
function matches(engine: Engine, text: string): unknown[] {
  const found: unknown[] = [];
  engine.lastIndex = 0;
  for (let match = engine.exec(text); match; match = engine.exec(text)) {
    found.push([match.index, ...match]);
    if (match[0] === '' || engine.lastIndex >= text.length) break;
  }
  return found;
}

const atom = fc.constantFrom(
  'a',
  'b',
  '1',
  '-',
  '.',
  '\\s',
  '\\S',
  '\\d',
  '\\w',
  '\\.',
  '\\/',
  '[ab]',
  '[^a]',
  '[\\s\\d]',
  '[^\\s]',
  '[\\S]',
  '\\u00e4',
  '\\t',
  '^',
  '$',
  '\\b',
  ' ',
);
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 3 },
    atom,
    fc.array(tie('pattern'), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
    tie('pattern').map((inner) => `(${inner})`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([left, right]) => `(?:${left}|${right})`),
    fc
      .tuple(atom, fc.constantFrom('*', '+', '?', '*?', '+?', '{1,3}', '{2}'))
      .map(([of, times]) => (/^[\^$]$|\\b$/.test(of) ? of : of + times)),
  ),
}));
const text = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    '1',
    '-',
    '.',
    ' ',
    '\t',
    '\n',
    '\u00a0',
    '\u2028',
    '\ufeff',
    '/',
    'ä',
    'A',
  ),
  maxLength: 12,
});

describe('regular expressions of flows', () => {
  it('find what JavaScript finds', () => {
    fc.assert(
      fc.property(pattern, fc.constantFrom('g', 'gi'), text, (source, flags, over) => {
        const native = new RegExp(source, flags);
        assert.deepEqual(matches(new LinearRegExp(native), over), matches(native, over));
      }),
      { numRuns: 2000 },
    );
  });

  it('take no longer for a text that is made to keep them busy', () => {
    for (const pattern of [/^(a+)+$/g, /(a|aa)+$/g, /(.*a){12}$/g, /^(\w+\s?)*$/g]) {
      assert.deepEqual(matches(new LinearRegExp(pattern), `${'a'.repeat(50_000)}!`), []);
    }
  });

  it('stop when each match looks through all of a long text again', () => {
    const pattern = new LinearRegExp(/a(.*b)?/g);
    assert.throws(() => matches(pattern, 'a'.repeat(20_000)), /looks through a long text again/);
    assert.equal(matches(new LinearRegExp(/\s+/g), 'ab cd '.repeat(16_000)).length, 32_000);
  });

  it('are not used on texts that are too long', () =>
    assert.throws(() => new LinearRegExp(/a/g).exec('b'.repeat(100_001)), /100001 characters/));

  const refused: [pattern: RegExp, why: string][] = [
    [/a(?=b)/, "'(?=' looks ahead or behind, which no pattern of a flow may"],
    [/a(?!b)/, "'(?!' looks ahead or behind, which no pattern of a flow may"],
    [/(?<=a)b/, "'(?<=' looks ahead or behind, which no pattern of a flow may"],
    [/(?<!a)b/, "'(?<!' looks ahead or behind, which no pattern of a flow may"],
    [/(a)\1/, "'\\1' refers back to a group, which no pattern of a flow may"],
    [/(?<n>a)\k<n>/, "'\\k<' refers back to a group, which no pattern of a flow may"],
    [/a{2000}/, 'the pattern cannot be used: invalid repeat count: `{2000}`'],
  ];
  for (const [pattern, why] of refused) {
    it(`${pattern.source} is refused`, () => assert.equal(regExpFault(pattern), why));
  }
  for (const pattern of [/(?<n>a)/, /\\1/, /(?:a)/, /[(?=]/, /\d{1,1000}/, /p{L}/]) {
    it(`${pattern.source} is taken`, () => assert.equal(regExpFault(pattern), undefined));
  }

  it('are told by lint with their place', async () => {
    const flow = receipts(
      '- filter: $contains(Item, /A(?=B)/)\n- set: { x: \'$replace(Item, /(a)\\1/i, "")\' }',
    );
    const faults = await lint({ 'flows/receipts.yaml': flow });
    assert.deepEqual(faults, [
      "flows/receipts.yaml:5:29 FLOW_BAD_EXPRESSION '(?=' looks ahead or behind, which no pattern of a flow may; write it without",
      "flows/receipts.yaml:6:31 FLOW_BAD_EXPRESSION '\\1' refers back to a group, which no pattern of a flow may; write it without",
    ]);
  });

  it('of a flow park the record that they would run away with', async () => {
    const flow = await inbound(
      receipts(
        '- filter: $count($match(Item, /a(.*b)?/)) < 9\n- map: { document: A, at: $date("2026-01-01"), sku: Item, location: Item, quantity: "1" }',
        'key: A\nto: stock.receive.v1',
      ),
    );
    const result = await run(flow, [{ A: '1', Item: 'a'.repeat(20_000) }]);
    assert.deepEqual(codes(result), [['EXPR_RUNAWAY']]);
  });
});
