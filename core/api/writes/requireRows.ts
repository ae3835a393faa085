/** Of a caller who may write at some places, or about some items only: that a command is about those alone. */
import { StockbusError } from '../../errors.ts';
import type { InboundMessage } from '../../flow/compiledFlow.ts';
import type { Hub } from '../../hub.ts';
import { isVirtual } from '../../ledger.ts';
import { isAboutReservation } from '../../stock/reservations/contract.ts';
import type { Caller } from '../auth/Caller.ts';

interface Named {
  sku?: string;
  location?: string;
  from?: string;
  to?: string;
  group?: string;
  pool?: string;
}

interface AnyData extends Named {
  reservation?: string;
  document?: string;
  lines?: readonly Named[];
  components?: readonly Named[];
}

/** Throws HTTP_ROWS. What a command is about is what it names; one that names none of it is about all. */
export async function requireRows(
  { store }: Pick<Hub, 'store'>,
  { actor, rows }: Caller,
  message: InboundMessage,
): Promise<void> {
  if (!rows) return;
  const refuse = (what: string): never => {
    throw new StockbusError('HTTP_ROWS', `'${actor}' may not write about ${what}`);
  };
  const { type } = message;
  const data = message.data as AnyData;
  const parts: Named[] = [data, ...(data.lines ?? []), ...(data.components ?? [])];
  // One that is to be made may be there already: the answer says what it holds.
  if (data.reservation !== undefined && isAboutReservation(type))
    parts.push(...(await heldBy(store, data.reservation)));
  if (data.document !== undefined && type === 'order.upsert.v1')
    parts.push(...(await orderedBy(store, data.document)));
  if (rows.locations) {
    if (parts.some(({ pool }) => pool)) refuse('a pool of places');
    // Of what a reservation holds, it says where that is.
    const mustName = isAboutReservation(type) ? [] : (data.lines ?? []);
    if (mustName.some((line) => placesOf([line]).length === 0)) refuse('lines of no place');
    requireAll(rows.locations, placesOf(parts), 'a place', refuse);
  }
  if (!rows.itemGroups) return;
  const skus = [...new Set(parts.flatMap(({ sku }) => sku ?? []))];
  if (skus.length === 0) refuse('what names no item');
  const loaded = await store.load({
    ...{ skus, balances: [], balancesOf: [], reservations: [], openOrders: [] },
  });
  const heads = new Map(loaded.skus.map(({ head }) => [head.sku, head]));
  // Nobody takes into his group what is there without one.
  const groupNow = (sku: string): string => {
    const { item, seq = 0 } = heads.get(sku) ?? {};
    const isNew = type === 'item.upsert.v1' && item === undefined && seq === 0;
    return item?.group ?? (isNew ? data.group : undefined) ?? '';
  };
  const groups = skus.map(groupNow);
  const said = type === 'item.upsert.v1' && data.group !== undefined ? [data.group] : [];
  requireAll(rows.itemGroups, [...groups, ...said], 'an item', refuse);
}

const placesOf = (parts: readonly Named[]): string[] =>
  parts
    .flatMap(({ location, from, to }) => [location, from, to])
    .filter((place) => place !== undefined && !isVirtual(place)) as string[];

async function heldBy(store: Hub['store'], id: string): Promise<Named[]> {
  const { reservations } = await store.load({
    ...{ skus: [], balances: [], balancesOf: [], openOrders: [], reservations: [id] },
  });
  return reservations.flatMap(({ lines }) =>
    lines.map(({ sku, place, pool }) => ({
      sku,
      pool,
      ...(place === '' ? {} : { location: place }),
    })),
  );
}

/** An order is said anew as a whole: what it was about goes with it. */
async function orderedBy(store: Hub['store'], document: string): Promise<Named[]> {
  const { openOrders } = await store.load({
    ...{ skus: [], balances: [], balancesOf: [], openOrders: [document], reservations: [] },
  });
  return openOrders.map(({ sku, place }) => ({ sku, location: place }));
}

function requireAll(
  allowed: readonly string[],
  named: readonly string[],
  what: string,
  refuse: (what: string) => never,
): void {
  if (named.length === 0) refuse(`what names no ${what.split(' ')[1]}`);
  const other = named.find((one) => !allowed.includes(one));
  if (other !== undefined) refuse(`${what} that is none of ${allowed.join(', ')}`);
}
