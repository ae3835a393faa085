import type { Collection, Filter, FindOptions, WithId } from 'mongodb';
import { limits } from '../../limits.ts';
import { sideBySide, slicesOf } from '../../sideBySide.ts';
import type { Keyed } from './documents.ts';

const KEYS_PER_QUERY = 1_000;

export const ONLY_KEYS = { projection: { _id: 1 } };

/** Documents of these keys that fit, in no order; of many side by side, but one after another in a transaction. */
export async function findKeys<Row extends Keyed>(
  collection: Collection<Row>,
  keys: readonly string[],
  options: FindOptions = {},
  fits: Filter<Row> = {},
): Promise<WithId<Row>[]> {
  const most = options.session ? 1 : limits.readsAtOnce;
  const found = await sideBySide([...slicesOf(keys, KEYS_PER_QUERY)], most, (some) => {
    const filter = { ...fits, _id: { $in: some } } as Filter<Row>;
    return collection.find(filter, { ...options, batchSize: some.length + 1 }).toArray();
  });
  return found.flat();
}
