import { type CompiledFlow, sinksOf, stagesOf } from './flow/compiledFlow.ts';
import { commandQueue } from './intake/publishBatches.ts';
import type { Topology } from './ports.ts';

/** All that a hub over these flows declares at the broker: of commands, of stages, of subscribers. */
export function brokerTopology(flows: readonly CompiledFlow[], partitions: number): Topology {
  const queues = Array.from({ length: partitions }, (_, index) => commandQueue(index));
  const subscriptions = flows.flatMap((flow) =>
    flow.direction === 'subscription'
      ? flow.sinks.flatMap(({ queue }) => flow.topics.map((topic) => ({ topic, queue })))
      : [],
  );
  const sinks = flows.flatMap(sinksOf).map(({ queue }) => queue);
  const staged = stagesOf(flows).map(({ queue }) => queue);
  return { queues: [...queues, ...staged, ...sinks], subscriptions };
}

/** What of it is not there any more: queues, and subscriptions of queues that stay. */
export function topologyLeft(before: Topology, after: Topology): Topology {
  const queues = before.queues.filter((queue) => !after.queues.includes(queue));
  const isThere = ({ topic, queue }: Topology['subscriptions'][number]): boolean =>
    after.subscriptions.some((one) => one.topic === topic && one.queue === queue);
  const subscriptions = before.subscriptions.filter(
    (one) => !queues.includes(one.queue) && !isThere(one),
  );
  return { queues, subscriptions };
}
