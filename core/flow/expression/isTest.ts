import { calledName, literalOf, type Node, nodes } from './ast.ts';
import { isComparison } from './comparisons.ts';

/** Whether an expression says yes or no, and is no value that something else is compared with. */
export function isTest(node: Node): boolean {
  if (node.predicate !== undefined || node.group !== undefined) return false;
  switch (node.type) {
    case 'binary':
      return isComparison(node) || node.value === 'and' || node.value === 'or';
    case 'condition':
      return [node.then, node.else].every((part) => part !== undefined && isTest(part as Node));
    case 'block':
      return nodes(node.expressions).length === 1 && isTest(nodes(node.expressions)[0]!);
    case 'function':
      return ['not', 'exists', 'boolean'].includes(calledName(node) ?? '');
    default:
      return typeof literalOf(node) === 'boolean';
  }
}
