import { serversCommand } from '../test/notRun.ts';
import { embedded, type Pair, servers } from '../test/pairs.ts';

export interface ChosenPair {
  pair: Pair;
  /** Address of its broker; none for the embedded pair. */
  broker?: string;
}

/** The pairs that can be measured; `tell` hears why one is not. */
export function chosenPairs(
  wished: 'embedded' | 'servers' | undefined,
  tell: (text: string) => void,
): ChosenPair[] {
  const { STOCKBUS_TEST_BROKER: broker, STOCKBUS_TEST_STORE: store } = process.env;
  const pairs: ChosenPair[] = wished === 'servers' ? [] : [{ pair: embedded }];
  if (wished === 'embedded') return pairs;
  if (broker && store) pairs.push({ pair: servers(broker, store), broker });
  else {
    tell(
      `Not measured: RabbitMQ and MongoDB, since STOCKBUS_TEST_BROKER and STOCKBUS_TEST_STORE are not set. To measure them: ${serversCommand}.`,
    );
  }
  return pairs;
}
