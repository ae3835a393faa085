/** What a decision round needs, all as of one moment: heads never run ahead of their balances. */
import type { ClientSession, MongoClient } from 'mongodb';
import type { CostLayer } from '../../ledger.ts';
import type { Loaded, LoadRequest } from '../../ports.ts';
import type { Collections } from './Collections.ts';
import { balanceFrom, balanceKey, headFrom, layerFrom, layerKey } from './documents.ts';
import { keyOf, under } from './keys.ts';

/** Pools whose layers are asked for in one query. */
const POOLS_PER_QUERY = 100;

export async function loadSnapshot(
  client: MongoClient,
  collections: Collections,
  request: LoadRequest,
): Promise<Loaded> {
  const session = client.startSession();
  try {
    session.startTransaction({ readConcern: { level: 'snapshot' }, readPreference: 'primary' });
    const loaded = {
      heads: await loadHeads(collections, request.skus, session),
      balances: await loadBalances(collections, request.balances, session),
      layers: await loadLayers(collections, request.layers, session),
    };
    await session.commitTransaction();
    return loaded;
  } finally {
    if (session.inTransaction()) await session.abortTransaction();
    await session.endSession();
  }
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

type Window = LoadRequest['layers'][number];

async function loadLayers(
  collections: Collections,
  windows: LoadRequest['layers'],
  session: ClientSession,
): Promise<CostLayer[]> {
  const layers: CostLayer[] = [];
  for (let first = 0; first < windows.length; first += POOLS_PER_QUERY) {
    const some = windows.slice(first, first + POOLS_PER_QUERY);
    layers.push(...(await loadWindows(collections, some, session)));
  }
  return layers;
}

/** Most pools have few layers, so one query takes all; one by one where that would be too many. */
async function loadWindows(
  { layers }: Collections,
  windows: readonly Window[],
  session: ClientSession,
): Promise<CostLayer[]> {
  const most = windows.reduce((sum, { count }) => sum + count, 0);
  const query = { $or: windows.map((window) => ({ _id: rangeOf(window) })) };
  const found = await layers
    .find(query, { session })
    .sort({ _id: 1 })
    .limit(most + 1)
    .toArray();
  if (found.length <= most) {
    const byPool = Map.groupBy(found.map(layerFrom), ({ sku, pool }) => keyOf(sku, pool));
    return windows.flatMap(({ sku, pool, count }) =>
      (byPool.get(keyOf(sku, pool)) ?? []).slice(0, count),
    );
  }
  const rows: CostLayer[] = [];
  for (const window of windows) {
    const some = layers.find({ _id: rangeOf(window) }, { session }).sort({ _id: 1 });
    rows.push(...(await some.limit(window.count).toArray()).map(layerFrom));
  }
  return rows;
}

function rangeOf({ sku, pool, after }: Window): { $gt: string; $lt: string } {
  const range = under(sku, pool);
  return after ? { ...range, $gt: layerKey({ sku, pool, ...after }) } : range;
}
