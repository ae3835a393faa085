import type { Collection, Filter } from 'mongodb';
import { compareUtf8 } from '../../order.ts';
import { type NameBooks, type NameKind, type NextName, namesFrom } from '../../ports.ts';
import type { Collections } from './Collections.ts';

/** Field and index of a collection; `isList`: each document has several. */
interface NameList {
  in: keyof Collections;
  field: string;
  /** Left out: there are few, and none of them is looked for by it. */
  index?: string;
  isList?: true;
  where?: object;
}

const LISTS: Readonly<Record<NameKind, readonly NameList[]>> = {
  sku: [{ in: 'skus', field: 'sku', index: 'sku' }],
  location: [
    { in: 'skus', field: 'places', index: 'places', isList: true },
    { in: 'locations', field: 'location' },
  ],
  lot: [{ in: 'packs', field: 'lots', index: 'lots', isList: true }],
  document: [{ in: 'documents', field: 'numbers', index: 'numbers', isList: true }],
  reference: [
    { in: 'documents', field: 'references', index: 'references', isList: true },
    {
      in: 'reservations',
      field: 'reference',
      index: 'reference',
      where: { reference: { $ne: '' } },
    },
  ],
  order: [{ in: 'log', field: 'name', index: 'line', where: { about: 'order' } }],
  reservation: [{ in: 'reservations', field: 'id', index: 'id' }],
  partner: [{ in: 'documents', field: 'partners', index: 'partners', isList: true }],
  file: [{ in: 'payloads', field: 'name', index: 'name', where: { name: { $not: /^\/v1\// } } }],
};

export const namesInDatabase = (collections: Collections): NameBooks => ({
  names: (kind, start, limit) =>
    namesFrom(
      start,
      limit,
      LISTS[kind].map((list) => nextIn(collections, list, start + LAST)),
    ),
});

/** No character sorts after it. */
const LAST = '\u{10ffff}';

function nextIn(collections: Collections, list: NameList, end: string): NextName {
  const { in: name, field, index, isList, where = {} } = list;
  const collection = collections[name] as unknown as Collection<Record<string, unknown>>;
  return async (from, isAfter) => {
    const range = { [isAfter ? '$gt' : '$gte']: from, $lt: end };
    const asked: Filter<Record<string, unknown>> = {
      // Of a list one and the same is to be between both ends.
      $and: [{ [field]: isList ? { $elemMatch: range } : range }, where],
    };
    const options = { projection: { _id: 0, [field]: 1 }, ...(index && { hint: index }) };
    const found = collection.find(asked, options).limit(1);
    // What has a list cannot be sorted by its index; it comes in the order of that one, of a cluster from some shard.
    const [first] = await (isList ? found : found.sort({ [field]: 1 })).toArray();
    if (!first) return undefined;
    const isWithin = (one: string): boolean => {
      const order = compareUtf8(one, from);
      return (isAfter ? order > 0 : order >= 0) && compareUtf8(one, end) < 0;
    };
    return [first[field] as string | string[]].flat().filter(isWithin).sort(compareUtf8)[0];
  };
}
