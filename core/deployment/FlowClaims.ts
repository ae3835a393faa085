/** What flows that are declared have for themselves: none of it is gone, whoever else knows it no more. */
import type { FlowBelongings } from './deploymentRow.ts';

type Subscription = FlowBelongings['subscriptions'][number];

const subscriptionKey = ({ topic, queue }: Subscription): string => `${topic} ${queue}`;

export class FlowClaims {
  readonly #queues = new Set<string>();
  readonly #subscriptions = new Set<string>();
  readonly #stages = new Set<string>();
  readonly #sources = new Set<string>();

  constructor(all: Iterable<FlowBelongings>) {
    for (const { queues, subscriptions, stages, source } of all) {
      for (const queue of queues) this.#queues.add(queue);
      for (const one of subscriptions) this.#subscriptions.add(subscriptionKey(one));
      for (const stage of stages) this.#stages.add(stage);
      if (source !== undefined) this.#sources.add(source);
    }
  }

  /** What of it nobody has. */
  left({ queues, subscriptions, stages }: FlowBelongings): FlowBelongings {
    return {
      queues: queues.filter((queue) => !this.#queues.has(queue)),
      subscriptions: subscriptions.filter((one) => !this.#subscriptions.has(subscriptionKey(one))),
      stages: this.stagesLeft(stages.map((stage) => ({ stage }))).map(({ stage }) => stage),
    };
  }

  stagesLeft<T extends { stage: string }>(stages: readonly T[]): T[] {
    return stages.filter(({ stage }) => !this.#stages.has(stage));
  }

  sourcesLeft(sources: readonly string[]): string[] {
    return sources.filter((source) => !this.#sources.has(source));
  }
}
