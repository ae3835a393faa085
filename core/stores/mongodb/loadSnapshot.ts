/** What a decision round needs, all as of one moment: reservations never run ahead of their SKUs. */
import type { FindOptions, MongoClient } from 'mongodb';
import type { PackText } from '../../pack.ts';
import type { Loaded, LoadRequest } from '../../ports.ts';
import { slicesOf } from '../../sideBySide.ts';
import { loadedFrom } from '../packs/PackLists.ts';
import type { Collections } from './Collections.ts';
import { findKeys } from './findKeys.ts';
import { inSnapshot } from './inSnapshot.ts';
import { nameKey, under } from './keys.ts';
import type { MongodbPacks } from './MongodbPacks.ts';
import { openOrderFrom, periodFrom, periodKey, reservationFrom } from './orderDocuments.ts';

/** Documents whose open orders are asked for in one query. */
const ORDERS_PER_QUERY = 100;

/**
 * SKUs alone need no transaction, unless they are written all the time: their packs never change, and a commit
 * that is late for them, or for the period, is a conflict.
 */
export async function loadSnapshot(
  client: MongoClient,
  collections: Collections,
  packs: MongodbPacks,
  request: LoadRequest,
): Promise<Loaded> {
  const { skus, reservations, openOrders } = request;
  const ids = reservations.map((id) => nameKey(id));
  const loaded = async (current: readonly PackText[][], within: FindOptions): Promise<Loaded> => ({
    skus: skus.map((sku, index) => loadedFrom(sku, current[index]!)),
    reservations: (await findKeys(collections.reservations, ids, within)).map(reservationFrom),
    openOrders: await loadOpenOrders(collections, openOrders, within),
    period: periodFrom(await collections.period.findOne({ _id: periodKey }, within)),
  });
  if (reservations.length + openOrders.length === 0) {
    const current = await packs.currentAtOnce(skus);
    if (current) return loaded(current, {});
  }
  return inSnapshot(client, async (session) =>
    loaded(await packs.current(skus, { session }), { session }),
  );
}

async function loadOpenOrders(
  { openOrders }: Collections,
  documents: LoadRequest['openOrders'],
  options: FindOptions,
): Promise<Loaded['openOrders']> {
  const found: Loaded['openOrders'] = [];
  for (const some of slicesOf(documents, ORDERS_PER_QUERY)) {
    const $or = some.map((document) => ({ _id: under(nameKey(document)) }));
    const rows = await openOrders.find({ $or }, options).toArray();
    found.push(...rows.map(openOrderFrom));
  }
  return found;
}
