/**
 * What a command means for the books: the only place that knows stock rules. Pure: it sees the
 * workspace, the policy and the time it is told, and either changes the workspace or leaves no trace.
 */
import { parseDecimal } from '../decimal.ts';
import type { Fault } from '../errors.ts';
import { StockbusError } from '../errors.ts';
import type { Item, Status } from '../ledger.ts';
import { isVirtual } from '../ledger.ts';
import type { Command, CommandType, ItemUpsert, LocationUpsert, MovementType } from '../message.ts';
import type { BookContext, Change, DocumentFacts, Movement } from './bookMovement.ts';
import { bookMovement } from './bookMovement.ts';

export type Decision =
  | { outcome: 'booked'; changes: Change[] }
  | { outcome: 'rejected'; fault: Fault };

/** What the lines of every movement document have in common, whatever its schema. */
export interface AnyLine {
  line?: string;
  sku: string;
  location?: string;
  from?: string;
  to?: string;
  quantity: string;
  unit?: string;
  lot?: string;
  status?: Status;
  unitCost?: string;
  reason?: string;
}

export interface AnyDocument {
  document: string;
  at: string;
  partner?: string;
  currency?: string;
  reference?: string;
  reason?: string;
  party?: 'customer' | 'supplier';
  lines: AnyLine[];
}

export const isMovement = (type: CommandType): type is MovementType =>
  type !== 'item.upsert.v1' && type !== 'location.upsert.v1';

/** Decides one command; a rejection undoes everything it did. Throws only LayersMissing and defects. */
export function decide(context: BookContext, command: Command): Decision {
  const { workspace } = context;
  try {
    const changes: Change[] = [];
    if (command.type === 'item.upsert.v1') upsertItem(context, command.data as ItemUpsert);
    else if (command.type === 'location.upsert.v1')
      upsertLocation(context, command.data as LocationUpsert);
    else bookDocument(context, command, command.data as unknown as AnyDocument, changes);
    workspace.keep();
    return { outcome: 'booked', changes };
  } catch (error) {
    workspace.rollback();
    if (error instanceof StockbusError) return { outcome: 'rejected', fault: error.fault };
    throw error;
  }
}

function bookDocument(
  context: BookContext,
  command: Command,
  data: AnyDocument,
  changes: Change[],
): void {
  if (data.currency !== undefined && data.currency !== context.policy.currency) {
    throw new StockbusError(
      'CURRENCY_MISMATCH',
      `costs are in ${data.currency}, stock is valued in ${context.policy.currency}`,
      { field: 'currency' },
    );
  }
  const facts: DocumentFacts = {
    document: data.document,
    partner: data.partner ?? '',
    reference: data.reference ?? '',
    at: new Date(data.at).toISOString(),
    source: command.source,
    messageId: command.id,
  };
  data.lines.forEach((line, index) => {
    try {
      refuseReserved(line);
      knowItem(context, line);
      const movement = toMovement(context, command.type as MovementType, data, line, index);
      bookMovement(context, facts, movement, changes);
    } catch (error) {
      if (!(error instanceof StockbusError)) throw error;
      const field = `lines[${index}]${error.fault.at?.field ? `.${error.fault.at.field}` : ''}`;
      throw new StockbusError(
        error.code,
        error.message,
        { ...error.fault.at, field },
        { cause: error },
      );
    }
  });
}

function knowItem({ workspace, policy }: BookContext, line: AnyLine): void {
  const head = workspace.head(line.sku);
  if (head.item) {
    if (line.unit === undefined || head.item.unit === '' || line.unit === head.item.unit) return;
    throw new StockbusError(
      'UNIT_MISMATCH',
      `${line.sku} is kept in ${head.item.unit}, the line is in ${line.unit}`,
      { field: 'unit' },
    );
  }
  if (policy.unknownSku === 'park') {
    throw new StockbusError('SKU_UNKNOWN', `there is no item ${line.sku}`, { field: 'sku' });
  }
  workspace.changeHead(head, { item: newItem(line.sku, line.unit ?? '', policy.valuation) });
}

function newItem(sku: string, unit: string, valuation: Item['valuation']): Item {
  return { sku, name: '', unit, valuation, barcode: '', group: '', attributes: {} };
}

function toMovement(
  context: BookContext,
  type: MovementType,
  data: AnyDocument,
  line: AnyLine,
  index: number,
): Movement {
  const quantity = decimal(line.quantity, 'quantity');
  const movement: Movement = {
    kind: 'receive',
    sku: line.sku,
    from: '',
    to: '',
    quantity: quantity < 0n ? -quantity : quantity,
    lot: line.lot ?? '',
    status: line.status ?? 'available',
    unitCost: line.unitCost === undefined ? undefined : decimal(line.unitCost, 'unitCost'),
    line: line.line ?? String(index + 1),
    reason: line.reason ?? data.reason ?? '',
  };
  route(context, type, data, line, quantity, movement);
  if (type !== 'stock.count.v1' && quantity === 0n) {
    throw new StockbusError('MESSAGE_INVALID', 'the quantity is zero', { field: 'quantity' });
  }
  return movement;
}

/** Which places a line moves between: one arm for each message type. */
function route(
  context: BookContext,
  messageType: MovementType,
  data: AnyDocument,
  line: AnyLine,
  quantity: bigint,
  movement: Movement,
): void {
  const location = line.location ?? '';
  switch (messageType) {
    case 'stock.receive.v1':
      Object.assign(movement, { kind: 'receive', from: 'supplier', to: location });
      break;
    case 'stock.issue.v1':
      Object.assign(movement, { kind: 'issue', from: location, to: 'customer' });
      break;
    case 'stock.return.v1':
      movement.kind = 'return';
      if (data.party === 'supplier') Object.assign(movement, { from: location, to: 'supplier' });
      else Object.assign(movement, { from: 'customer', to: location });
      break;
    case 'stock.transfer.v1':
      if (line.from === line.to) {
        throw new StockbusError('STOCK_SAME_PLACE', `from and to are both ${line.from}`, {
          field: 'to',
        });
      }
      Object.assign(movement, { kind: 'transfer', from: line.from, to: line.to });
      break;
    case 'stock.adjust.v1':
      movement.kind = 'adjust';
      if (quantity < 0n) Object.assign(movement, { from: location, to: 'adjustment' });
      else Object.assign(movement, { from: 'adjustment', to: location });
      break;
    case 'stock.count.v1': {
      const { onHand } = context.workspace.balance(
        line.sku,
        location,
        movement.lot,
        movement.status,
      );
      const found = quantity - onHand;
      movement.kind = 'count';
      movement.quantity = found < 0n ? -found : found;
      if (found < 0n) Object.assign(movement, { from: location, to: 'adjustment' });
      else Object.assign(movement, { from: 'adjustment', to: location });
      break;
    }
    default:
      messageType satisfies never;
  }
}

/** Places outside our walls are ours to use: goods cannot be conjured out of them. */
function refuseReserved(line: AnyLine): void {
  for (const field of ['location', 'from', 'to'] as const) {
    const place = line[field];
    if (place === undefined || !isVirtual(place)) continue;
    throw new StockbusError('PLACE_RESERVED', `'${place}' is a place outside, not one of ours`, {
      field,
    });
  }
}

function decimal(text: string, field: string): bigint {
  const value = parseDecimal(text);
  if (typeof value === 'bigint') return value;
  throw new StockbusError('MESSAGE_INVALID', `'${text}' is not a quantity (${value})`, { field });
}

function upsertItem({ workspace, policy }: BookContext, data: ItemUpsert): void {
  const head = workspace.head(data.sku);
  const item = head.item ?? newItem(data.sku, '', policy.valuation);
  if (head.seq > 0) {
    for (const field of ['unit', 'valuation'] as const) {
      if (data[field] === undefined || data[field] === item[field] || item[field] === '') continue;
      throw new StockbusError(
        'ITEM_LOCKED',
        `${data.sku} has stock, its ${field} stays '${item[field]}'`,
        { field },
      );
    }
  }
  workspace.changeHead(head, {
    item: { ...item, ...data, attributes: { ...item.attributes, ...data.attributes } },
  });
}

function upsertLocation({ workspace }: BookContext, data: LocationUpsert): void {
  workspace.addLocation({
    location: data.location,
    name: data.name ?? '',
    kind: data.kind ?? 'warehouse',
    parent: data.parent ?? '',
    attributes: data.attributes ?? {},
  });
}

/** The balances and pools that a command will look at, so that they are loaded before it is decided. */
export function balancesOf(
  command: Command,
): { sku: string; place: string; lot: string; status: string }[] {
  if (!isMovement(command.type)) return [];
  const data = command.data as unknown as AnyDocument;
  return data.lines.flatMap(({ sku, location, from, to, lot = '', status = 'available' }) =>
    [location, from, to]
      .filter((place) => place !== undefined)
      .map((place) => ({ sku, place, lot, status })),
  );
}

export function skusOf(command: Command): string[] {
  if (command.type === 'item.upsert.v1') return [(command.data as ItemUpsert).sku];
  if (!isMovement(command.type)) return [];
  return (command.data as unknown as AnyDocument).lines.map((line) => line.sku);
}
