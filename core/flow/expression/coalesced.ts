import { truthy } from '../../steps/truthy.ts';
import { calledName, type Node, nodes } from './ast.ts';

/**
 * The parser makes `$exists(a) ? a : b` of `a ?? b`, and `a ? a : b` of `a ?: b`. Gives what decides whether
 * the value of `a` is taken, so that it is made once; undefined for any other condition.
 */
export function coalesced(node: Node): ((value: unknown) => boolean) | undefined {
  const asked = node.condition as Node;
  const [only, ...others] = nodes(asked.arguments);
  const whenTrue = written(node.then);
  if (calledName(asked) === 'exists' && asked.predicate === undefined && others.length === 0) {
    if (only && written(only) === whenTrue) return (value) => value !== undefined;
  }
  return written(asked) === whenTrue ? truthy : undefined;
}

/** A node without the places where it stands. */
const written = (node: unknown): string =>
  JSON.stringify(node, (part, value: unknown) =>
    part === 'position' ? undefined : value instanceof RegExp ? String(value) : value,
  );
