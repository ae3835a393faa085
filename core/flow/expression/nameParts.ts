/** What is joined into an identifier: two things would have one name where a part of it is missing. */
import { StockbusError } from '../../errors.ts';
import { asText } from '../../steps/asText.ts';
import {
  calledName,
  childrenOf,
  literalOf,
  type Node,
  nodes,
  notLiteral,
  recordFields,
} from './ast.ts';
import { isJoin } from './keyMarks.ts';
import { callOf, hiddenName } from './rewrite.ts';

/** The operations that stand around each part that must be there: of a text, and of the list of `$join`. */
export const neededPart = 'part';
export const neededItem = 'item';

/** The text of a part, which is not blank. */
export function needPart(value: unknown, name: unknown): string {
  const text = asText(value, String(name));
  if (text.trim() !== '') return text;
  throw lacking(name);
}

/** The same of what `$join` would leave out: one text, or a list of them. */
export function needItem(value: unknown, name: unknown): unknown {
  const texts = Array.isArray(value) ? value : [value];
  if (texts.length === 0 || texts.some((one) => asText(one, String(name)).trim() === '')) {
    throw lacking(name);
  }
  return value;
}

const lacking = (name: unknown): StockbusError =>
  new StockbusError(
    'KEY_EMPTY',
    `${String(name)} gives nothing, and the name lacks a part`,
    undefined,
    {
      todo: 'fill the field; where the name may be without it, say so by a condition: (color ? "/" & color : "")',
    },
  );

/**
 * Makes each part of each `&` needed, and each of a list that `$join` joins, but for texts that stand in the
 * expression itself. What a condition chooses is as its author meant it: of its branches the same holds.
 * What it tests may be missing.
 */
export function needParts(ast: Node): void {
  if (isJoin(ast)) {
    ast.lhs = needed(ast.lhs as Node);
    ast.rhs = needed(ast.rhs as Node);
  }
  const list = joinedList(ast);
  if (list) list.expressions = nodes(list.expressions).map((item) => needed(item, neededItem));
  for (const child of childrenOf(ast)) {
    if (ast.type !== 'condition' || child !== ast.condition) needParts(child);
  }
}

/** `$join([a, b], "/")`, `[a, b] ~> $join("/")`: the list, where its parts stand in the expression. */
function joinedList(node: Node): Node | undefined {
  const piped = node.type === 'apply';
  if (calledName((piped ? node.rhs : node) as Node) !== 'join') return undefined;
  const list = (piped ? node.lhs : nodes(node.arguments)[0]) as Node | undefined;
  return list?.type === 'unary' && list.value === '[' ? list : undefined;
}

function needed(part: Node, operation: string = neededPart): Node {
  if (literalOf(part) !== notLiteral || isJoin(part)) return part;
  if (calledName(part) === hiddenName(operation)) return part;
  const call = (inner: Node): Node =>
    callOf(operation, [inner, { type: 'string', value: nameOf(inner), position: 0 }]);
  if (part.predicate !== undefined || part.group !== undefined) return call(part);
  if (part.type === 'block') {
    const expressions = nodes(part.expressions);
    const last = expressions.at(-1);
    return last
      ? { ...part, expressions: [...expressions.slice(0, -1), needed(last, operation)] }
      : part;
  }
  if (part.type !== 'condition') return call(part);
  for (const branch of ['then', 'else']) {
    if (part[branch] !== undefined) part[branch] = needed(part[branch] as Node, operation);
  }
  return part;
}

/** As its author would name it. */
function nameOf(part: Node): string {
  const steps = part.type === 'path' ? nodes(part.steps) : [part];
  if (steps.every(({ type }) => type === 'name' || type === 'variable')) {
    return steps.map(({ type, value }) => `${type === 'variable' ? '$' : ''}${value}`).join('.');
  }
  const fields = recordFields(part).map(({ name }) => name);
  return fields.length > 0 ? `what is made of ${[...new Set(fields)].join(', ')}` : 'a part';
}
