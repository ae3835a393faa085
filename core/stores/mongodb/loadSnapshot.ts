/** What a decision round needs, all as of one moment: heads never run ahead of their balances. */
import type { ClientSession, Filter, MongoClient } from 'mongodb';
import type { Loaded, LoadRequest } from '../../ports.ts';
import {
  type BalanceDocument,
  balanceFrom,
  balanceKey,
  headFrom,
  layerFrom,
} from './bookDocuments.ts';
import type { Collections } from './Collections.ts';
import { inSnapshot } from './inSnapshot.ts';
import { inKeyOrder, keyOf, under } from './keys.ts';
import { openOrderFrom, periodFrom, periodKey, reservationFrom } from './orderDocuments.ts';

/** Ranges asked for in one query. */
const RANGES_PER_QUERY = 20;

export function loadSnapshot(
  client: MongoClient,
  collections: Collections,
  request: LoadRequest,
): Promise<Loaded> {
  return inSnapshot(client, async (session) => ({
    heads: await loadHeads(collections, request.skus, session),
    balances: [
      ...(await loadBalances(collections, request.balances, session)),
      ...(await loadBalancesOf(collections, request.balancesOf, session)),
    ],
    layers: await loadLayers(collections, request.skus, session),
    reservations: await loadReservations(collections, request.reservations, session),
    openOrders: await loadOpenOrders(collections, request.openOrders, session),
    period: periodFrom(await collections.period.findOne({ _id: periodKey }, { session })),
  }));
}

async function loadHeads(
  { heads }: Collections,
  skus: LoadRequest['skus'],
  session: ClientSession,
): Promise<Loaded['heads']> {
  if (skus.length === 0) return [];
  const keys = skus.map((sku) => keyOf(sku));
  const found = await heads.find({ _id: { $in: keys } }, { session }).toArray();
  const byKey = new Map(found.map((head) => [head._id, head]));
  return skus.map((sku, index) => headFrom(sku, byKey.get(keys[index]!)));
}

async function loadBalances(
  { balances }: Collections,
  keys: LoadRequest['balances'],
  session: ClientSession,
): Promise<Loaded['balances']> {
  if (keys.length === 0) return [];
  const found = await balances.find({ _id: { $in: keys.map(balanceKey) } }, { session }).toArray();
  return found.map(balanceFrom);
}

async function loadBalancesOf(
  { balances }: Collections,
  asked: LoadRequest['balancesOf'],
  session: ClientSession,
): Promise<Loaded['balances']> {
  const ranges = asked.map(({ sku, place, lot }): Filter<BalanceDocument> => {
    const _id = place === undefined ? under(sku) : under(sku, place);
    return lot === undefined ? { _id } : { _id, lot };
  });
  const found: BalanceDocument[] = [];
  for (let first = 0; first < ranges.length; first += RANGES_PER_QUERY) {
    const $or = ranges.slice(first, first + RANGES_PER_QUERY);
    found.push(...(await balances.find({ $or }, { session }).toArray()));
  }
  return found.map(balanceFrom);
}

async function loadLayers(
  { layers }: Collections,
  skus: LoadRequest['skus'],
  session: ClientSession,
): Promise<Loaded['layers']> {
  if (skus.length === 0) return [];
  // Sorted here: asked for the order of `_id`, a server may walk through all layers there are.
  const found = await layers.find({ sku: { $in: [...skus] } }, { session }).toArray();
  return inKeyOrder(found, ({ _id }) => _id).map(layerFrom);
}

async function loadReservations(
  { reservations }: Collections,
  ids: LoadRequest['reservations'],
  session: ClientSession,
): Promise<Loaded['reservations']> {
  if (ids.length === 0) return [];
  const found = await reservations.find({ _id: { $in: [...ids] } }, { session }).toArray();
  const byId = new Map(found.map((row) => [row._id, reservationFrom(row)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

async function loadOpenOrders(
  { openOrders }: Collections,
  documents: LoadRequest['openOrders'],
  session: ClientSession,
): Promise<Loaded['openOrders']> {
  if (documents.length === 0) return [];
  const found = await openOrders.find({ document: { $in: [...documents] } }, { session }).toArray();
  return found.map(openOrderFrom);
}
