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

  for (const text of [
    '($x := 1; $x + 1)',
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
