import { formatFault } from '../errors.ts';
import type { CompiledFlow, InboundFlow } from '../flow/compiledFlow.ts';
import { goneSources } from '../flow/goneSources.ts';

/** Said before a file is taken in: that its flow may have another name than the one that it booked under. */
export const sourceHints = (
  { flows }: { flows: readonly CompiledFlow[] },
  flow: InboundFlow,
  booked: readonly string[],
): string[] => goneSources(flows, booked, [flow]).map((fault) => `hint: ${formatFault(fault)}`);
