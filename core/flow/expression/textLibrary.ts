/** Texts of the library as the closures have them: no list or object becomes one unseen. */
import type jsonata from 'jsonata';
import { StockbusError } from '../../errors.ts';
import { asText, TEXT } from '../../steps/asText.ts';
import { type Node, pathName, walk } from './ast.ts';
import type { ExpressionForm } from './expressionForm.ts';
import { isText, joinsIn, marksOfParts, operandsOf, withMarks } from './keyMarks.ts';
import { neededItem, neededPart, needItem, needPart, needParts } from './nameParts.ts';
import { toText } from './operators.ts';
import { readPath } from './paths.ts';
import { becomeCall, callOf, hiddenName } from './rewrite.ts';

const concatenate = (left: unknown, right: unknown, first: unknown, second: unknown): string =>
  asText(left, nameFrom(first)) + asText(right, nameFrom(second));

const nameFrom = (name: unknown): string | undefined =>
  typeof name === 'string' && name !== '' ? name : undefined;

/** As it stands in a key: a part that gives nothing would make one key of two, and so would unmarked ones. */
function joinKey(left: unknown, right: unknown, ...[first, second, ...marks]: unknown[]): string {
  const parts = [
    [left, first, marks[0]],
    [right, second, marks[1]],
  ] as const;
  return parts.map(([part, name, own]) => keyPart(part, nameFrom(name), String(own))).join('');
}

function keyPart(value: unknown, name: string | undefined, marks: string): string {
  const text = asText(value, name);
  if (text.trim() !== '' || name === LITERAL) return withMarks(text, Array.from(marks));
  throw new StockbusError('KEY_EMPTY', `${name ?? 'a part'} in the key gives nothing`);
}

/** Stands for the name of a part that is written in the key itself. */
const LITERAL = 'literal';

/** Takes the place of `&`, wherever in the expression, and of `$string`; in a key, nothing is no text. */
export function makeTextsStrict(program: jsonata.Expression, form: ExpressionForm): void {
  const inKey = form === 'key';
  program.registerFunction('string', (value: unknown) => toText(value), '<x-b?:s>');
  program.registerFunction(hiddenName('&'), inKey ? joinKey : concatenate);
  const ast = program.ast() as unknown as Node;
  if (form === 'name') {
    program.registerFunction(hiddenName(neededPart), needPart);
    program.registerFunction(hiddenName(neededItem), needItem);
    needParts(ast);
  }
  const marks = inKey ? marksOfParts(ast) : new Map<Node, readonly string[]>();
  const calls = joinsIn(ast).map((node) => {
    const parts = [node.lhs as Node, node.rhs as Node];
    const own = operandsOf(node).map((part) => (marks.get(part) ?? []).join(''));
    return {
      node,
      inputs: [...parts, ...[...parts.map(nameOf), ...(inKey ? own : [])].map(literal)],
    };
  });
  for (const { node, inputs } of calls) becomeCall(node, '&', inputs);
  readTexts(program, ast);
}

/** Steps `#text` of paths become calls; what stands behind them stays. */
function readTexts(program: jsonata.Expression, ast: Node): void {
  const steps = Array.from(walk(ast)).filter(
    ({ type, value }) => type === 'name' && value === TEXT,
  );
  if (steps.length === 0) return;
  program.registerFunction(hiddenName(TEXT), readPath([{ name: TEXT, places: [] }]));
  const item: Node = { type: 'variable', value: '', position: 0 };
  for (const step of steps) Object.assign(step, callOf(TEXT, [item], step.position));
}

const nameOf = (part: Node): string => (isText(part) ? LITERAL : (pathName(part) ?? ''));

const literal = (value: string): Node => ({ type: 'string', value, position: 0 });
