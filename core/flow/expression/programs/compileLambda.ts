import { type Node, nodes } from '../ast.ts';
import { leave, type NamedLambda, Names, type Site } from './site.ts';

/** Its parameters are the first names of the frame that a call makes. */
export function compileLambda(node: Node, site: Site): NamedLambda {
  if (node.signature !== undefined || node.predicate !== undefined) leave(node);
  const parameters = nodes(node.arguments).map(({ value }) => String(value));
  if (new Set(parameters).size < parameters.length) leave(node);
  site.names.addFunction();
  const names = new Names(site.names);
  for (const name of parameters) names.bind(name);
  return {
    parameters: parameters.length,
    body: site.compileTail(node.body as Node, { ...site, names }),
  };
}
