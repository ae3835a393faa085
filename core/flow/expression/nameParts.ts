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
  walk,
} from './ast.ts';
import { isJoin } from './keyMarks.ts';
import { callOf, hiddenName } from './rewrite.ts';

/** The operations that stand around what must be there: a part of a text, an item of the list of `$join`. */
export const neededPart = 'part';
export const neededItem = 'item';

/** The text of a part, which is not blank. */
export function needPart(value: unknown, name: unknown): string {
  const text = asText(value, String(name));
  if (text.trim() !== '') return text;
  throw lacking(name);
}

/** The same of an item that a list would leave out: one value, or a list of them. */
export function needItem(value: unknown, name: unknown): unknown {
  const items = Array.isArray(value) ? value : [value];
  if (items.length === 0 || items.some(isBlank)) throw lacking(name);
  return value;
}

const isBlank = (value: unknown): boolean =>
  typeof value === 'string' ? value.trim() === '' : value === undefined || value === null;

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
 * Makes each part of each `&` needed, and each item of the lists of an expression that joins one by `$join`,
 * but for texts that stand in the expression itself. What a condition chooses is as its author meant it: of
 * its branches the same holds. What it tests may be missing, and so may what a list is filtered for.
 */
export function needParts(ast: Node): void {
  needIn(ast, joinsList(ast));
}

function needIn(node: Node, inLists: boolean): void {
  if (isJoin(node)) {
    node.lhs = needed(node.lhs as Node);
    node.rhs = needed(node.rhs as Node);
  }
  if (inLists && isWholeList(node)) {
    node.expressions = nodes(node.expressions).map((item) => needed(item, neededItem));
  }
  if (inLists && calledName(node) === 'append') {
    node.arguments = nodes(node.arguments).map((item) => needed(item, neededItem));
  }
  for (const child of childrenOf(node)) {
    if (node.type !== 'condition' || child !== node.condition) needIn(child, inLists);
  }
}

/** Whether it calls `$join`, which does not see what its list lacks. */
export const joinsList = (ast: Node): boolean =>
  Array.from(walk(ast)).some(({ type, value }) => type === 'variable' && value === 'join');

const isWholeList = ({ type, value, predicate }: Node): boolean =>
  type === 'unary' && value === '[' && predicate === undefined;

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
