/** What no flow has any more, with what waits in it: nothing becomes of that by itself, so it is told. */
import type { Fault } from '../errors.ts';
import type { Books, Broker } from '../ports.ts';
import { COMMANDS, type DeployedRow } from './deploymentRow.ts';

export interface GoneFlow
  extends Pick<DeployedRow, 'flow' | 'deployment' | 'state' | 'since' | 'by'> {
  /** With the messages that wait in each; one that is not there any more has none. */
  queues: { queue: string; waiting: number }[];
  /** With the records that wait in each. */
  stages: { stage: string; waiting: number }[];
}

export async function waitingIn(
  gone: readonly DeployedRow[],
  broker: Pick<Broker, 'look'>,
  store: Pick<Books, 'stages'>,
): Promise<GoneFlow[]> {
  if (gone.length === 0) return [];
  const { queues: found } = await broker.look(gone.flatMap(({ queues }) => queues));
  const messages = new Map(found.map(({ queue, ready, waiting }) => [queue, waiting ?? ready]));
  const kept = await store.stages();
  const records = new Map(kept.map(({ stage, waiting, outs }) => [stage, waiting + outs]));
  return gone.map(({ flow, deployment, state, since, by, queues, stages }) => ({
    ...{ flow, deployment, state, since, by },
    queues: queues.map((queue) => ({ queue, waiting: messages.get(queue) ?? 0 })),
    stages: stages.map((stage) => ({ stage, waiting: records.get(stage) ?? 0 })),
  }));
}

export function goneFault({ flow, queues, stages }: GoneFlow): Fault {
  const named = [
    ...queues.map(({ queue, waiting }) => `the queue '${queue}' (${counted(waiting, 'message')})`),
    ...stages.map(({ stage, waiting }) => `the step '${stage}' (${counted(waiting, 'record')})`),
  ];
  if (flow === COMMANDS) {
    return {
      code: 'FLOW_GONE',
      message: `'${COMMANDS}' was larger, and nobody books what lies in ${named.join(', ')}`,
      todo: `set it as it was until they are empty; the next start with fewer then removes them`,
    };
  }
  const what = named.length === 0 ? 'its runs' : named.join(', ');
  return {
    code: 'FLOW_GONE',
    message: `no flow has what '${flow}' has left: ${what}`,
    todo: `put it back, or 'stockbus flows retire ${flow}'`,
  };
}

const counted = (count: number, what: string): string =>
  `${count} ${count === 1 ? `${what} waits` : `${what}s wait`}`;
