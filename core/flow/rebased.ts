/** An expression over the record, as one over a variable that holds the record. */
import { isRecord, type Node, nodes, withPositions } from './expression/ast.ts';

/**
 * A copy at that offset, whose fields are those of `$root`, where it is certain that they are fields of
 * the record (recordFields); of the record still when `root` is left out.
 */
export function rebased(ast: Node, root: string | undefined, position: number): Node {
  const copy = withPositions(ast, () => position);
  return root === undefined ? copy : over(copy, root);
}

function over(node: Node, root: string): Node {
  const variable: Node = { type: 'variable', value: root, position: node.position ?? 0 };
  const each = (list: unknown): Node[] => nodes(list).map((one) => over(one, root));
  const one = (part: unknown): unknown => (part === undefined ? part : over(part as Node, root));
  switch (node.type) {
    case 'path': {
      const [first, ...rest] = nodes(node.steps);
      if (first?.type === 'name') return { ...node, steps: [variable, first, ...rest] };
      return first ? { ...node, steps: [over(first, root), ...rest] } : node;
    }
    case 'variable':
      return isRecord(node) ? { ...node, value: root } : node;
    case 'bind':
      return { ...node, rhs: one(node.rhs) };
    case 'binary':
    case 'apply':
      return { ...node, lhs: one(node.lhs), rhs: one(node.rhs) };
    case 'condition': {
      const parts = ['condition', 'then', 'else'].filter((part) => node[part] !== undefined);
      return { ...node, ...Object.fromEntries(parts.map((part) => [part, one(node[part])])) };
    }
    case 'block':
      return { ...node, expressions: each(node.expressions) };
    case 'unary':
      if (node.value === '-') return { ...node, expression: one(node.expression) };
      return node.value === '[' ? { ...node, expressions: each(node.expressions) } : node;
    case 'function':
      return { ...node, arguments: each(node.arguments) };
    default:
      return node;
  }
}
