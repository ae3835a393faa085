/** Two flows that could take in the same payload: which of them gets it would be chance. */
import { type Fault, formatPlace } from '../errors.ts';
import type { CompiledFlow, InboundFlow } from './compiledFlow.ts';

/** Each pair is told once, at the later of the two, with the place of the other. */
export function checkOverlaps(flows: readonly CompiledFlow[], faults: Fault[]): void {
  const inbound = flows.filter((flow) => flow.direction === 'inbound');
  for (const [index, flow] of inbound.entries()) {
    for (const before of inbound.slice(0, index)) {
      const reason = overlapOf(before, flow);
      if (reason === undefined) continue;
      const message = `${flow.name} and ${before.name} (${formatPlace(before.fromAt)}) ${reason}`;
      faults.push({ code: 'FLOW_PATTERN_OVERLAPS', message, at: flow.fromAt });
    }
  }
}

function overlapOf(one: InboundFlow, other: InboundFlow): string | undefined {
  if (one.from.spec !== other.from.spec || one.source === other.source) return undefined;
  return one.from.spec.overlap?.(
    { config: one.from.config, from: one.from.options },
    { config: other.from.config, from: other.from.options },
  );
}
