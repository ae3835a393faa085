import { calledName, type Node, nodes } from './ast.ts';
import { coalesced } from './coalesced.ts';

/**
 * The nodes whose value an expression may give as it is: what a condition chooses, what stands on either side
 * of `??`, the end of a block, and what `$date` alone is given, since it leaves an instant what it is.
 */
export function givenAsTheyAre(node: Node): ReadonlySet<Node> {
  const found = new Set<Node>();
  follow(node, found);
  return found;
}

function follow(node: Node, found: Set<Node>): void {
  if (node.predicate !== undefined || node.group !== undefined) return;
  found.add(node);
  for (const part of passedOn(node)) follow(part, found);
}

function passedOn(node: Node): Node[] {
  switch (node.type) {
    case 'condition': {
      // Of `a ?? b` the parser made `$exists(a) ? a : b`: only whether it is there is asked of the copy.
      const asked = node.condition as Node;
      const copy = calledName(asked) === 'exists' ? nodes(asked.arguments)[0] : asked;
      const parts = [node.then, node.else, coalesced(node) ? copy : undefined];
      return parts.filter((part) => part !== undefined) as Node[];
    }
    case 'block':
      return nodes(node.expressions).slice(-1);
    case 'path': {
      const [only, ...others] = nodes(node.steps);
      return only?.type === 'block' && others.length === 0 ? [only] : [];
    }
    case 'function': {
      const inputs = nodes(node.arguments);
      return calledName(node) === 'date' && inputs.length === 1 ? inputs : [];
    }
    default:
      return [];
  }
}
