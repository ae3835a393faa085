import { formatFault } from '../errors.ts';
import type { CompiledFlow, InboundFlow } from '../flow/compiledFlow.ts';
import { goneSources } from '../flow/goneSources.ts';
import type { LeftOutFlow } from '../flow/loadedFlow.ts';

/**
 * Said before a file is taken in: that its flow may have another name than the one that it booked under. Where a flow is
 * left out nobody knows what it books as.
 */
export const sourceHints = (
  { flows, leftOut }: { flows: readonly CompiledFlow[]; leftOut: readonly LeftOutFlow[] },
  flow: InboundFlow,
  booked: readonly string[],
): string[] =>
  (leftOut.length > 0 ? [] : goneSources(flows, booked, [flow])).map(
    (fault) => `hint: ${formatFault(fault)}`,
  );
