import { nearestName, StockbusError } from '../errors.ts';
import type { CompiledFlow, InboundFlow } from '../flow/compiledFlow.ts';

/** The flow into stock of that name. Throws FLOW_UNKNOWN, FLOW_NOT_INBOUND. */
export function hasFlow(flows: readonly CompiledFlow[], name: string): InboundFlow {
  const flow = flows.find((one) => one.name === name);
  if (flow?.direction === 'inbound') return flow;
  if (flow) throw new StockbusError('FLOW_NOT_INBOUND', `the flow ${name} takes no payloads`);
  const known = flows.filter(({ direction }) => direction === 'inbound').map((one) => one.name);
  const near = nearestName(name, known);
  const todo = near ? `did you mean '${near}'?` : `flows into stock: ${known.join(', ') || 'none'}`;
  throw new StockbusError('FLOW_UNKNOWN', `there is no flow '${name}'`, undefined, { todo });
}
