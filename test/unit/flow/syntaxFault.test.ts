/** What is said of a text that is no expression: where, what, and what to write. */
import assert from 'node:assert/strict';
import { parseExpression } from '../../../core/flow/expression/ast.ts';

/** Each with the part of the text that is pointed at, the words, and the remedy. */
const cases: [text: string, at: string, message: RegExp, todo: RegExp][] = [
  [
    'Status = "Open ? "1" : "0"',
    '"Open',
    /a quote " is left out: "Open \? " is read as one text/,
    /where that should begin or end/,
  ],
  ['"Open ? "1" : "0"', '"Open', /a quote " is left out/, /put it/],
  [
    '$date(Day, "dd.MM.yyyy)',
    '"dd',
    /the quote " is opened and never closed/,
    /close it where the text ends/,
  ],
  ["Name & 'it's'", "'it", /a quote ' is left out: 'it' is read as one text/, /\\'/],
  ['`Ship To & "x"', '`Ship', /the backtick ` is opened and never closed/, /where the name ends/],
  ['A /* why', '/*', /a comment is opened/, /\*\//],
  ['$sum(lines.(qty * price)', '(lines', /'\(' is opened and never closed/, /write '\)'/],
  ['lines[sku = "A"', '[', /'\[' is opened and never closed/, /write '\]'/],
  ['Qty)', ')', /'\)' closes what no '\(' has opened/, /remove it/],
  ['A &', '&', /the expression ends behind '&'/, /write what belongs there/],
  ['A == "x"', '==', /'==' is no operator/, /write '='/],
  ['A && B', '&&', /'&&' is no operator/, /write 'and'/],
  ['A || B', '||', /'\|\|' is no operator/, /write 'or'/],
  ['A <> B', '<>', /'<>' is no operator/, /write '!='/],
  ['!A', '!', /'!' is no operator/, /\$not/],
  ['A – B', '–', /'–' is no operator/, /write '-'/],
  ['A is B', 'is', /'is' means nothing/, /write '='/],
  ['if A then B', 'if', /'if' means nothing/, /a \? b : c/],
  ['A : B', ':', /':' follows no '\?'/, /a \? b : c/],
  ['A, B', ',', /',' stands outside of brackets/, /list/],
  ['A; B', ';', /';' stands outside of brackets/, /\(…\)/],
  ['$add(A B)', 'B', /'\)' is expected, and 'B' stands there/, /comma/],
  ['"a" "b"', '"b"', /the text "b" follows a value/, /operator/],
  ['Status = “Open”', '“Open”', /“Open” is read as the name of a field/, /"Open"/],
  ['"\\d"', '\\d', /'\\d' means nothing inside of a text/, /\\\\/],
  ['$map(A, function(x) { x })', 'x)', /'x' is no name for what a function takes/, /\$x/],
  ['A := B', 'A', /':=' gives a name/, /'=' compares/],
  ['%.A', '%', /'%' leads out of the record/, /\$parent/],
  [' ', ' ', /the expression is empty/, /write a field/],
];

describe('a text that is no expression', () => {
  for (const [text, at, message, todo] of cases) {
    it(`is told where, why and what to write: ${text}`, () => {
      const parsed = parseExpression(text);
      assert.ok('fault' in parsed);
      assert.match(parsed.fault.message, message);
      assert.match(parsed.fault.todo ?? '', todo);
      assert.ok(text.slice(parsed.fault.offset).startsWith(at), `${parsed.fault.offset}`);
    });
  }

  it('is none where names and texts have odd letters inside', () => {
    for (const text of [
      '`“Open”`',
      'l’article',
      '"it\'s"',
      '\'a "b" c\'',
      'A / B / C',
      '$contains(A, /"/)',
    ])
      assert.ok('ast' in parseExpression(text), text);
  });
});
