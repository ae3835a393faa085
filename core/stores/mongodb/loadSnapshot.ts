/** What a decision round needs, all as of one moment: reservations never run ahead of their SKUs. */
import type { ClientSession, MongoClient } from 'mongodb';
import type { Loaded, LoadRequest } from '../../ports.ts';
import { loadedFrom } from '../packs/PackLists.ts';
import type { Collections } from './Collections.ts';
import { inSnapshot } from './inSnapshot.ts';
import { nameKey, underName } from './keys.ts';
import type { MongodbPacks } from './MongodbPacks.ts';
import { openOrderFrom, periodFrom, periodKey, reservationFrom } from './orderDocuments.ts';

/** Documents whose open orders are asked for in one query. */
const ORDERS_PER_QUERY = 100;

/**
 * A single SKU, or none, is whole without a transaction: its packs never change, and a commit that is late for
 * it, or for the period, is a conflict.
 */
export function loadSnapshot(
  client: MongoClient,
  collections: Collections,
  packs: MongodbPacks,
  request: LoadRequest,
): Promise<Loaded> {
  const load = (session?: ClientSession) => loadAll(collections, packs, request, session);
  const { skus, reservations, openOrders } = request;
  const isWhole = skus.length <= 1 && reservations.length + openOrders.length === 0;
  return isWhole ? load() : inSnapshot(client, load);
}

async function loadAll(
  collections: Collections,
  packs: MongodbPacks,
  request: LoadRequest,
  session?: ClientSession,
): Promise<Loaded> {
  const current = await packs.current(request.skus, session);
  const options = session ? { session } : {};
  return {
    ...loadedFrom(request.skus, current),
    reservations: await loadReservations(collections, request.reservations, options),
    openOrders: await loadOpenOrders(collections, request.openOrders, options),
    period: periodFrom(await collections.period.findOne({ _id: periodKey }, options)),
  };
}

type Reading = { session?: ClientSession };

async function loadReservations(
  { reservations }: Collections,
  ids: LoadRequest['reservations'],
  options: Reading,
): Promise<Loaded['reservations']> {
  if (ids.length === 0) return [];
  const keys = ids.map((id) => nameKey(id));
  const found = await reservations.find({ _id: { $in: keys } }, options).toArray();
  const byId = new Map(found.map((row) => [row.id, reservationFrom(row)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

async function loadOpenOrders(
  { openOrders }: Collections,
  documents: LoadRequest['openOrders'],
  options: Reading,
): Promise<Loaded['openOrders']> {
  const found: Loaded['openOrders'] = [];
  for (let from = 0; from < documents.length; from += ORDERS_PER_QUERY) {
    const some = documents.slice(from, from + ORDERS_PER_QUERY);
    const $or = some.map((document) => ({ _id: underName(document) }));
    const rows = await openOrders.find({ $or }, options).toArray();
    found.push(...rows.map(openOrderFrom));
  }
  return found;
}
