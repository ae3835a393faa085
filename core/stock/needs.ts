import type { Command } from '../message.ts';
import { movementTypes } from '../message.ts';
import type { BalanceKey } from '../ports.ts';
import type { AnyDocument, AnyLine } from './documents/movementLines.ts';

/** What a command will surely look at: loaded for all commands of a round at once. */
export interface Needs {
  skus: string[];
  balances: BalanceKey[];
  /** All balances of a SKU, at one place where it is named. */
  balancesOf: { sku: string; place?: string }[];
  reservations: string[];
  openOrders: string[];
  documents: string[];
}

export function needsOf(command: Command): Needs {
  const data = command.data as unknown as Partial<AnyDocument> & {
    sku?: string;
    reservation?: string;
    components?: AnyLine[];
    lines?: (Partial<AnyLine> & { receipt?: string })[];
  };
  const lines = [...(data.lines ?? []), ...(data.components ?? [])];
  const named = lines.flatMap(({ sku }) => sku ?? []);
  return {
    skus: data.sku === undefined ? named : [data.sku],
    balances: isMovement(command) ? lines.flatMap((line) => balancesOf(line as AnyLine)) : [],
    balancesOf: command.type === 'reservation.create.v1' ? lines.flatMap(heldOf) : [],
    reservations: data.reservation === undefined ? [] : [data.reservation],
    openOrders: openOrdersOf(command, data),
    documents: documentsOf(command, data),
  };
}

const isMovement = ({ type }: Command): boolean =>
  (movementTypes as readonly string[]).includes(type);

function balancesOf(line: AnyLine): BalanceKey[] {
  const { sku, location, from, to, lot = '', status = 'available', toStatus, owner = '' } = line;
  const places = [location, from, to].filter((place) => place !== undefined);
  const statuses = toStatus === undefined ? [status] : [status, toStatus];
  return places.flatMap((place) => statuses.map((of) => ({ sku, place, lot, status: of, owner })));
}

/** Where a reservation looks at what is free: at a place, or in all places of a pool. */
export const heldOf = ({
  sku,
  location: place,
}: {
  sku?: string;
  location?: string;
}): { sku: string; place?: string }[] =>
  sku === undefined ? [] : [place ? { sku, place } : { sku }];

function openOrdersOf({ type }: Command, { document, reference }: Partial<AnyDocument>): string[] {
  if (type === 'order.upsert.v1') return [document!];
  const fulfils =
    type === 'stock.receive.v1' || type === 'stock.issue.v1' || type === 'stock.transfer.v1';
  return fulfils && reference ? [reference] : [];
}

function documentsOf(
  { type }: Command,
  data: { document?: string; reference?: string; lines?: { receipt?: string }[] },
): string[] {
  if (type === 'stock.cancel.v1') return [data.document!];
  if (type === 'stock.return.v1') return data.reference ? [data.reference] : [];
  if (type === 'stock.landed-cost.v1') return data.lines!.flatMap(({ receipt }) => receipt ?? []);
  return [];
}
