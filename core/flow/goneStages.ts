/** What waits in stages that no flow has any more: nothing becomes of it by itself, so it is told. */
import type { Fault } from '../errors.ts';
import type { KeptStage } from '../ports.ts';
import { type CompiledFlow, type InboundFlow, stagesOf } from './compiledFlow.ts';

/** `queued`: batches that lie in its queue, where somebody has looked. */
export type LeftStage = KeptStage & { queued?: number };

/** The stages of flows, by name. */
export const stageNames = (flows: readonly CompiledFlow[]): Set<string> =>
  new Set(stagesOf(flows).map(({ name }) => name));

/** One hint for each of `kept` in which something lies and that no flow has, with the ways out. */
export function goneStages(flows: readonly CompiledFlow[], kept: readonly LeftStage[]): Fault[] {
  const known = stageNames(flows);
  return kept.flatMap((left) => {
    const lying = known.has(left.stage) ? [] : lyingIn(left);
    return lying.length === 0 ? [] : [hintFor(left.stage, lying, flows)];
  });
}

function lyingIn({ waiting, since, outs, queued = 0 }: LeftStage): string[] {
  const lying: string[] = [];
  if (waiting > 0) lying.push(`${counted(waiting, 'record waits', 'records wait')} since ${since}`);
  if (queued > 0) lying.push(`${counted(queued, 'batch lies', 'batches lie')} in its queue`);
  if (outs > 0) lying.push(`${counted(outs, 'batch has', 'batches have')} left and not gone on`);
  return lying;
}

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

function hintFor(stage: string, lying: readonly string[], flows: readonly CompiledFlow[]): Fault {
  const [source, step] = stage.split('/') as [string, string?];
  const heir = flows.find(
    (flow): flow is InboundFlow => flow.direction === 'inbound' && flow.source === source,
  );
  const way = heir
    ? `put the step back into '${heir.name}', or ${nameFor(step ?? '')} of which it is the same`
    : `put the flow '${source}' back, or write 'source: ${source}' in the one that it has become`;
  return {
    code: 'STAGE_GONE',
    message: `no flow has the step '${stage}' any more, in which ${lying.join(', ')}`,
    todo: `${way}; 'stockbus waiting release ${stage}' parks what waits`,
    ...(heir ? { at: heir.fromAt } : {}),
  };
}

/** How the step is called again as it was. */
function nameFor(step: string): string {
  const [kind = '', ...called] = step.split('-');
  return called.length === 0
    ? `leave out 'name' in the ${kind}`
    : `write 'name: ${called.join('-')}' in the ${kind}`;
}
