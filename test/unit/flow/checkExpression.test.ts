/** What an expression may name: by where it stands, and never what runs data as code. */
import assert from 'node:assert/strict';
import { parseExpression } from '../../../core/flow/expression/ast.ts';
import { checkExpression } from '../../../core/flow/expression/checkExpression.ts';
import { tables } from './fixtures.ts';

function faults(text: string): string[] {
  const parsed = parseExpression(text);
  assert.ok('ast' in parsed, text);
  const found: string[] = [];
  checkExpression(parsed.ast, ['source'], tables, ({ message, offset }) =>
    found.push(`${offset} ${message}`),
  );
  return found;
}

describe('names in expressions', () => {
  const refused: [text: string, at: number, name: string][] = [
    ['$eval(Item)', 0, 'eval'],
    ['($f := function($eval){1}; $eval(Item))', 27, 'eval'],
    ['($eval(Item); $eval := function($x){$x})', 1, 'eval'],
    ['$map(Items, $eval)', 12, 'eval'],
    ['Item ~> $eval', 8, 'eval'],
    ['($x := $eval; $x(Item))', 7, 'eval'],
    ['$random()', 0, 'random'],
    ['$toMillis(Item, "[Y][M][D][H]")', 0, 'toMillis'],
    ['$parseInteger(Item, "w")', 0, 'parseInteger'],
  ];
  for (const [text, at, name] of refused) {
    it(`${text} is refused`, () =>
      assert.ok(
        faults(text).includes(`${at} '$${name}' may not be used in a flow`),
        String(faults(text)),
      ));
  }

  const unknown: [text: string, fault: string][] = [
    ['($f := function($v){1}; $v)', "24 '$v' is not known here"],
    ['(($x := 1); $x)', "12 '$x' is not known here"],
    ['$map(a, function($v){$v}) & $v', "28 '$v' is not known here"],
    ['$sorce.a', "0 '$sorce' is not known here"],
  ];
  for (const [text, fault] of unknown) {
    it(`${text} names what is not there`, () => assert.deepEqual(faults(text), [fault]));
  }

  const meant: [text: string, fault: string, todo: RegExp][] = [
    ['decimal(Qty)', "0 'decimal' is a field of the record, which cannot be called", /'\$decimal'/],
    ['"a" & uppercse(Item)', "6 'uppercse' is a field", /did you mean '\$uppercase'/],
    ['Item ~> trim()', "8 'trim' is a field", /'\$trim'/],
    ['qqqqqqqq(Item)', "0 'qqqqqqqq' is a field", /known here: .*decimal/],
    ['Shelf + "-" + Article', "6 '+' adds numbers, and one side of it is a text", /by &/],
    ['$uppercase("a" + b)', "15 '+' adds numbers", /by &/],
  ];
  for (const [text, fault, todo] of meant) {
    it(`${text} says what is meant`, () => {
      const parsed = parseExpression(text);
      assert.ok('ast' in parsed, text);
      const told: string[] = [];
      checkExpression(parsed.ast, ['source'], tables, ({ todo }) => told.push(todo ?? ''));
      assert.equal(faults(text).length, 1, String(faults(text)));
      assert.ok(faults(text)[0]?.startsWith(fault), String(faults(text)));
      assert.match(told[0] ?? '', todo);
    });
  }

  for (const text of [
    '($x := 1; $x + 1)',
    'a + b',
    'Items.(a + 1)',
    '($f := function($n){$n > 0 ? $f($n - 1) : 0}; $f(3))',
    '$map(a, function($v, $i){$v & $i})',
    'a@$x.b#$i[$i = $x]',
    '($x := 1; $map(a, function($v){$v & $x}))',
    '$source.a ~> $uppercase',
    '$map(a, $string)',
    '(($y := 2; $y); $z := 3; $z)',
  ]) {
    it(`${text} is in order`, () => assert.deepEqual(faults(text), []));
  }
});
