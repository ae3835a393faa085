import { brokers } from '../brokerKinds.ts';
import type { Broker, Store } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { stores } from '../storeKinds.ts';
import { backendOf } from './backendOf.ts';

export interface Backends {
  broker: Broker;
  store: Store;
  /** The pair, for people: `rabbitmq and mongodb`. */
  pair: string;
}

/** Both, or none is left open. Throws CONFIG_BAD_VALUE for an address of neither, and what opening one throws. */
export async function openBackends(
  addresses: { broker: string; store: string },
  runtime: Runtime,
): Promise<Backends> {
  const brokerKind = backendOf('broker', brokers, addresses.broker);
  const storeKind = backendOf('store', stores, addresses.store);
  const store = await storeKind.open(addresses.store, runtime);
  try {
    const broker = await brokerKind.open(addresses.broker, runtime);
    return { broker, store, pair: `${brokerKind.name} and ${storeKind.name}` };
  } catch (error) {
    await store.close();
    throw error;
  }
}
