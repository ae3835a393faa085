import { faultOf } from '../errors.ts';
import type { ProducerRow, SeenNumbers, Store } from '../ports.ts';
import type { Log } from '../runtime.ts';
import { type ProducerWord, wordFrom } from './ProducerWord.ts';

/** What was said after what was seen: nothing that was seen had not been said. One that cannot be read is told. */
export async function readProducers(
  store: Pick<Store, 'producers' | 'seenNumbers'>,
  log: Log,
): Promise<{ words: ProducerWord[]; seen: SeenNumbers[] }> {
  const rows = await store.producers();
  const seen = await store.seenNumbers();
  return { words: rows.flatMap((row) => read(row, log)), seen };
}

function read(row: ProducerRow, log: Log): ProducerWord[] {
  try {
    return [wordFrom(row)];
  } catch (error) {
    log('warn', 'producer.unread', { ...faultOf(error) });
    return [];
  }
}
