import { brokerTopology } from '../brokerTopology.ts';
import type { Runtime } from '../runtime.ts';
import type { HubStatus } from '../status/HubStatus.ts';
import { statusOf } from '../status/statusOf.ts';
import type { OpenHub } from './openHub.ts';

/** Of the hub of this process, and of what lies in its broker and its store. */
export function statusOfHub(
  {
    hub,
    broker,
    store,
    flows,
    config,
  }: Pick<OpenHub, 'hub' | 'broker' | 'store' | 'flows' | 'config'>,
  runtime: Runtime,
): Promise<HubStatus> {
  const { queues } = brokerTopology(flows, config.apply.partitions);
  const look = async () => {
    const [backlog, stages] = await Promise.all([store.backlog(), store.stages()]);
    return { backlog, stages };
  };
  const sources = { health: () => hub.health(), broker: () => broker.look(queues), store: look };
  return statusOf(sources, runtime);
}
