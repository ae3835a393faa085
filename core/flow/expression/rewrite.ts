/** Changes to the tree of a program of the library, which it keeps and evaluates. */
import type { Node } from './ast.ts';

/** Names that no expression can write. */
export const hiddenName = (operator: string): string => `own ${operator}`;

/** Makes a call of our own operation out of a node, in its place. */
export function becomeCall(node: Node, operator: string, inputs: readonly Node[]): void {
  const { position = 0 } = node;
  for (const part of Object.keys(node)) delete node[part];
  Object.assign(node, callOf(operator, inputs, position));
}

export function callOf(operator: string, inputs: readonly Node[], position = 0): Node {
  const procedure = { type: 'variable', value: hiddenName(operator), position, isHidden: true };
  return { type: 'function', value: '(', position, procedure, arguments: inputs };
}
