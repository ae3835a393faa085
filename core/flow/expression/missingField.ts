/** Which field it is that makes an expression give nothing. */
import type { Expression, Scope } from '../../ports.ts';
import { calledName, type Node, nodes } from './ast.ts';
import { compileClosure } from './closures.ts';
import type { FunctionContext } from './functions.ts';
import type { Variables } from './variables.ts';

interface ReadField {
  /** As the expression writes it. */
  name: string;
  read: Expression;
}

/** Says why an expression gave nothing: the first of its fields that is not there, or is empty. */
export function whyNothing(
  ast: Node,
  variables: Variables,
  context: FunctionContext,
): (scope: Scope) => string {
  const fields = pathsRead(ast).flatMap((path): ReadField[] => {
    const steps = plainStart(path);
    const read = compileClosure({ type: 'path', steps }, variables, context);
    return read ? [{ name: steps.map(nameOf).join('.'), read }] : [];
  });
  return (scope) => {
    const found = fields.map(({ name, read }) => ({ name, value: read(scope) }));
    const missing = found.find(({ value }) => value === undefined);
    if (missing) return `the field '${missing.name}' is missing`;
    const empty = found.find(({ value }) => value === null || value === '');
    return empty ? `the field '${empty.name}' is empty` : 'it gives nothing';
  };
}

const nameOf = ({ type, value }: Node): string =>
  type === 'variable' ? `$${String(value)}` : String(value);

/** Names up to the first that is filtered; that one without its filter. */
function plainStart({ steps }: Node): Node[] {
  const all = nodes(steps);
  const odd = all.findIndex(
    ({ stages, predicate, type }) => stages ?? predicate ?? type !== 'name',
  );
  const start = all[0]?.type === 'variable' ? 1 : 0;
  const end = all.findIndex(
    ({ stages, predicate }, index) => index >= start && (stages ?? predicate) !== undefined,
  );
  const whole = odd < 0 || end < 0 ? all : all.slice(0, end + 1);
  return whole.map(({ type, value }) => ({ type, value }));
}

/** Paths over the record itself, in order, without those that `$exists` asks for. */
function pathsRead(node: Node): Node[] {
  const each = (...parts: unknown[]): Node[] =>
    parts.flatMap((part) => (part ? pathsRead(part as Node) : []));
  switch (node.type) {
    case 'path': {
      const [root] = nodes(node.steps);
      if (root?.type === 'function' || root?.type === 'block') return each(root);
      return root?.type === 'name' || root?.type === 'variable' ? [node] : [];
    }
    case 'bind':
      return each(node.rhs);
    case 'binary':
    case 'apply':
      return each(node.lhs, node.rhs);
    case 'condition':
      return each(node.condition, node.then, node.else);
    case 'block':
      return each(...nodes(node.expressions));
    case 'function':
      return calledName(node) === 'exists' ? [] : each(...nodes(node.arguments));
    default:
      return [];
  }
}
