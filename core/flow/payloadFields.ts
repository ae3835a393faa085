/** `$payload`: what a flow may read of the payload itself. */
import { isSecretHeader } from '../intake/aboutPayload.ts';
import { suggestion } from '../spec.ts';
import { type Node, nodes, walk } from './expression/ast.ts';
import type { ExpressionFault } from './expression/checkExpression.ts';

const PAYLOAD = 'payload';

/** As AboutPayload has them. */
const fields = ['file', 'modified', 'received', 'headers', 'sha256'];

/** Faults of what an expression reads of it; what there is goes to `reads`. */
export function payloadFaults(ast: Node, reads: Set<string>): ExpressionFault[] {
  const faults: ExpressionFault[] = [];
  if (Array.from(walk(ast)).some(bindsPayload)) return faults;
  const named = new Set<Node>();
  for (const node of walk(ast)) {
    if (node.type === 'path') {
      const [root, field, header] = nodes(node.steps);
      if (!root || !isPayload(root) || field?.type !== 'name') continue;
      named.add(root);
      const name = String(field.value);
      if (fields.includes(name)) {
        reads.add(name);
        if (name === 'headers' && header?.type === 'name') faults.push(...hidden(header));
      } else {
        const message = `'$payload' has no '${name}'`;
        const todo = suggestion(name, fields);
        faults.push({ code: 'FLOW_UNKNOWN_FIELD', message, todo, offset: startOf(field, name) });
      }
    } else if (isPayload(node) && !named.has(node)) {
      const todo = `read what is meant of it: ${fields.map((name) => `$payload.${name}`).join(', ')}`;
      const message = "'$payload' is no value itself";
      const offset = startOf(node, `$${PAYLOAD}`);
      faults.push({ code: 'FLOW_BAD_EXPRESSION', message, todo, offset });
    }
  }
  return faults;
}

/** The hub keeps such a header from flows, so that what is made of it is made of nothing. */
function hidden(header: Node): ExpressionFault[] {
  const name = String(header.value);
  if (!isSecretHeader(name.toLowerCase())) return [];
  const message = `'$payload.headers' has no '${name}', which proves who sends the payload`;
  return [{ code: 'FLOW_HEADER_HIDDEN', message, offset: startOf(header, name) }];
}

/** `$payload.received`: another time whenever the payload comes again. */
export function isReceived({ type, steps }: Node): boolean {
  const [root, field] = type === 'path' ? nodes(steps) : [];
  return root !== undefined && isPayload(root) && field?.value === 'received';
}

/** An expression may give the name another meaning. */
function bindsPayload({ type, lhs, arguments: given }: Node): boolean {
  if (type === 'bind') return isPayload(lhs as Node);
  return type === 'lambda' && nodes(given).some(isPayload);
}

const isPayload = ({ type, value }: Node): boolean => type === 'variable' && value === PAYLOAD;

const startOf = ({ position = 0 }: Node, text: string): number =>
  Math.max(0, position - text.length);
