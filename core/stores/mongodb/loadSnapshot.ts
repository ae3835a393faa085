/** What a decision round needs, all as of one moment: reservations never run ahead of their SKUs. */
import type { ClientSession, MongoClient } from 'mongodb';
import { emptyHead } from '../../ledger.ts';
import type { SkuBooks } from '../../pack.ts';
import type { Loaded, LoadRequest } from '../../ports.ts';
import { booksFrom } from '../packs/PackLists.ts';
import type { Collections } from './Collections.ts';
import { inSnapshot } from './inSnapshot.ts';
import type { MongodbPacks } from './MongodbPacks.ts';
import { openOrderFrom, periodFrom, periodKey, reservationFrom } from './orderDocuments.ts';

export function loadSnapshot(
  client: MongoClient,
  collections: Collections,
  packs: MongodbPacks,
  request: LoadRequest,
): Promise<Loaded> {
  return inSnapshot(client, async (session) => {
    const current = await packs.current(request.skus, session);
    const books = current.map((some, index): SkuBooks => {
      if (some.length > 0) return booksFrom(some);
      return { head: emptyHead(request.skus[index]!), balances: [], layers: [] };
    });
    return {
      heads: books.map(({ head }) => head),
      balances: books.flatMap(({ balances }) => balances),
      layers: books.flatMap(({ layers }) => layers),
      reservations: await loadReservations(collections, request.reservations, session),
      openOrders: await loadOpenOrders(collections, request.openOrders, session),
      period: periodFrom(await collections.period.findOne({ _id: periodKey }, { session })),
    };
  });
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
