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
