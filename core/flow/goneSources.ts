/** A flow that was renamed forgets what it has booked: what may show that before it books again. */
import type { Fault } from '../errors.ts';
import { sourceOf } from '../message.ts';
import type { CompiledFlow, ContinuedFlow, InboundFlow } from './compiledFlow.ts';

type SourceFlow = InboundFlow | ContinuedFlow;

/**
 * One hint for each source of the inbox that no flow has, at the flow that is most likely to be its
 * heir: one that has no source of its own, and that has booked nothing. Only heirs of `among` are told.
 */
export function goneSources(
  flows: readonly CompiledFlow[],
  booked: readonly string[],
  among: readonly CompiledFlow[] = flows,
): Fault[] {
  const isInbound = (flow: CompiledFlow): flow is SourceFlow =>
    flow.direction === 'inbound' || flow.direction === 'continued';
  const known = new Set(flows.filter(isInbound).map(sourceOf));
  const heirs = among
    .filter(isInbound)
    .filter(
      (flow) =>
        flow.source === flow.name &&
        !booked.includes(sourceOf(flow)) &&
        !flow.allow.includes('FLOW_SOURCE_GONE'),
    );
  if (heirs.length === 0) return [];
  return booked
    .filter((source) => source.startsWith('/flows/') && !known.has(source))
    .map((source) => hintFor(source.slice('/flows/'.length), heirs));
}

function hintFor(gone: string, heirs: readonly SourceFlow[]): Fault {
  const words = new Set(gone.split('-'));
  /** Words in common, as a part of all that are in either name. */
  const common = ({ name }: SourceFlow): number => {
    const own = name.split('-');
    return own.filter((word) => words.has(word)).length / new Set([...own, ...words]).size;
  };
  const heir = heirs.reduce((best, flow) => (common(flow) > common(best) ? flow : best));
  return {
    code: 'FLOW_SOURCE_GONE',
    message: `documents of '${gone}' were booked, and no flow has that source any more; '${heir.name}' has booked nothing yet`,
    todo: `if it is that flow under a new name, write 'source: ${gone}' in it; if not, 'allow: [FLOW_SOURCE_GONE]'`,
    at: heir.fromAt,
  };
}
