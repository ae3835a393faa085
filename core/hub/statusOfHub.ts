import { brokerTopology } from '../brokerTopology.ts';
import { StockbusError } from '../errors.ts';
import type { Runtime } from '../runtime.ts';
import type { HubStatus } from '../status/HubStatus.ts';
import { lookAtBooks } from '../status/lookAtBooks.ts';
import { statusOf } from '../status/statusOf.ts';
import type { OpenHub } from './openHub.ts';

/** A hub whose broker and store may not be there yet. */
export type ServedHub = Pick<OpenHub, 'hub' | 'config'> &
  Partial<Pick<OpenHub, 'broker' | 'store'>>;

/** Of the hub of this process, and of what lies in its broker and its store. */
export function statusOfHub(
  { hub, broker, store, config }: ServedHub,
  runtime: Runtime,
): Promise<HubStatus> {
  const sources = {
    health: () => hub.health(),
    broker: async () => {
      if (!broker) throw notThere();
      const { queues } = brokerTopology(hub.running(), config.apply.partitions);
      return broker.look(queues);
    },
    store: async () => {
      if (!store) throw notThere();
      return lookAtBooks(store);
    },
  };
  return statusOf(sources, runtime);
}

const notThere = (): StockbusError => new StockbusError('HUB_STARTING', 'the hub is starting');
