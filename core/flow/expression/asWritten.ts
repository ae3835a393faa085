/** Parts of an expression as its author wrote them, for messages and for what to write instead. */
import { calledName, literalOf, type Node, nodes, notLiteral } from './ast.ts';

/** Names that no word can be stand in backticks. */
export const quotedName = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) && !WORDS.includes(name) ? name : `\`${name}\``;

const WORDS = ['and', 'or', 'in', 'true', 'false', 'null', 'function'];

/** Texts, numbers, lists of such, fields and calls; undefined for what is longer. */
export function asWritten(node: Node | undefined): string | undefined {
  if (!node || node.predicate !== undefined || node.group !== undefined) return undefined;
  const literal = literalOf(node);
  if (literal !== notLiteral) return JSON.stringify(literal);
  const name = calledName(node);
  if (name !== undefined) return around(`$${name}(`, nodes(node.arguments), ')');
  if (node.type === 'unary' && node.value === '[') {
    return around('[', nodes(node.expressions), ']');
  }
  if (node.type === 'block') return around('(', nodes(node.expressions), ')');
  const steps = node.type === 'path' ? nodes(node.steps) : [node];
  const names = steps.map(stepName);
  return names.includes(undefined) ? undefined : names.join('.');
}

function around(open: string, parts: readonly Node[], close: string): string | undefined {
  const texts = parts.map(asWritten);
  return texts.includes(undefined) ? undefined : `${open}${texts.join(', ')}${close}`;
}

function stepName({ type, value, stages, predicate }: Node): string | undefined {
  if ((stages ?? predicate) !== undefined) return undefined;
  if (type === 'variable') return `$${String(value)}`;
  return type === 'name' ? quotedName(String(value)) : undefined;
}
