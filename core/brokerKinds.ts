import { embedded } from './brokers/embedded.ts';
import { rabbitmq } from './brokers/rabbitmq.ts';
import type { BrokerSpec } from './ports.ts';

/** Apart from the other components, for a thread that books and needs none of them. */
export const brokers: readonly BrokerSpec[] = [embedded, rabbitmq];
