/** Canonical messages of a movement, as a sender of ours would write it. */
import type { CommandType, ItemUpsert, MessageData } from '../../../core/message.ts';
import type { Case, Movement, Part } from './Scenario.ts';

export type Message = {
  [Type in CommandType]: { type: Type; id: string; data: MessageData[Type] };
}[CommandType];

/** Where a movement names no place. */
export const home = 'WH';

/** Six decimals at most, as quantities and costs have them. */
const text = (number: number): string => number.toFixed(6).replace(/\.?0+$/, '');

const FIRST_DAY = Date.UTC(2026, 0, 20);
const DAY_MS = 86_400_000;

/** End of a day, counted from the first. */
export const endOfDay = (day: number): string =>
  new Date(FIRST_DAY + (day + 1) * DAY_MS - 1).toISOString();

export const skuOf = ({ name }: Case, item = 'item'): string => `${name}/${item}`;
export const documentOf = ({ name }: Case, seq: number): string => `${name}/${seq}`;

const METHODS: Readonly<Record<string, ItemUpsert['valuation']>> = {
  FIFO: 'fifo',
  LIFO: 'lifo',
  MOVING_AVERAGE: 'average',
  STANDARD: 'standard',
  BATCH: 'lot',
  LOT_AVERAGE: 'lot',
  SPECIFIC: 'lot',
  FIFO_AGEING: 'fifo',
  RESERVATION: 'fifo',
  ANY: 'fifo',
  fifo: 'fifo',
  avco: 'average',
  standard: 'standard',
};

/** The item that a scenario is about, before its first movement. */
export function itemOf(one: Case): Message {
  const { method, methods, policy, movements } = one;
  const data: ItemUpsert = { sku: skuOf(one), unit: 'EA' };
  const valuation = METHODS[methods?.from ?? method];
  if (valuation === undefined) throw new Error(`${one.id}: no method '${methods?.from ?? method}'`);
  data.valuation = valuation;
  if (method === 'SPECIFIC') data.tracking = 'serial';
  else if (valuation === 'lot') data.tracking = 'lot';
  const short = movements.find(({ type, qty }) => type === 'opening' && qty! < 0);
  const standard = policy.standardPrice ?? short?.unitCost;
  if (standard !== undefined) data.standardCost = text(standard as number);
  const units = /^1 (\w+) = (\d+) units$/.exec(String(policy.uom ?? ''));
  if (units) data.units = { [units[1]!]: units[2]! };
  if (policy.customerProvided !== undefined) data.valued = false;
  if (String(policy.negativeStock ?? '').startsWith('forbidden')) data.negative = 'deny';
  return { type: 'item.upsert.v1', id: data.sku, data };
}

/** Business time of a movement; those that state none come one after the other. */
export function timeOf(one: Case, movement: Movement): string {
  const { seq, date, day, time, of, type } = movement;
  // ERPNext's landed costs become part of their receipt, Odoo's count from their own day.
  if (type === 'landedCost' && one.way === 'erpnext') return timeOf(one, movementOf(one, of));
  if (time !== undefined) return new Date(FIRST_DAY + minutes(time) * 60_000).toISOString();
  const start = date === undefined ? FIRST_DAY + (day ?? 0) * DAY_MS : Date.parse(date);
  return new Date(start + DAY_MS / 2 + seq * 1_000).toISOString();
}

function minutes(time: string): number {
  const [hours, rest] = time.split(':');
  return Number(hours) * 60 + Number(rest);
}

export function movementOf({ id, movements }: Case, seq: number | undefined): Movement {
  const found = movements.find((movement) => movement.seq === seq);
  if (!found) throw new Error(`${id}: no movement ${seq}`);
  return found;
}

/** Messages of one movement, all of one document unless it stands for several. */
export function messagesOf(one: Case, movement: Movement): Message[] {
  const translate = translations[movement.type];
  if (!translate) throw new Error(`${one.id}: no translation for '${movement.type}'`);
  return translate(one, movement);
}

type Translation = (one: Case, movement: Movement) => Message[];

const translations: Readonly<Record<string, Translation>> = {
  receipt: (one, movement) => [receive(one, movement, linesOf(one, movement))],
  opening: (one, movement) =>
    movement.qty! < 0
      ? issues(one, { ...movement, qty: -movement.qty! })
      : [receive(one, movement, linesOf(one, movement))],
  issue: (one, movement) =>
    movement.rateHint === undefined
      ? issues(one, movement)
      : [giveBack(one, movement, 'supplier', { unitCost: text(movement.rateHint) })],
  dropship: (one, movement) => [
    receive(one, movement, linesOf(one, movement)),
    ...issues(one, movement),
  ],
  adjustIn: (one, movement) => [adjust(one, movement, 1)],
  adjustOut: (one, movement) => [adjust(one, movement, -1)],
  reconcile: (one, movement) => [
    message(one, movement, 'stock.count.v1', { lines: linesOf(one, movement) }),
  ],
  transfer: (one, movement) => [
    message(one, movement, 'stock.transfer.v1', {
      lines: linesOf(one, movement).map(({ location: _, ...line }) => ({
        ...line,
        from: movement.from ?? home,
        to: String(movement.to),
      })),
    }),
  ],
  repack: (one, movement) => [
    message(one, movement, 'stock.produce.v1', {
      ...(movement.additionalCost === undefined
        ? {}
        : { additionalCost: text(movement.additionalCost) }),
      components: partsOf(one, movement.consume),
      lines: partsOf(one, movement.produce),
    }),
  ],
  purchaseReturn: (one, movement) => [giveBack(one, movement, 'supplier')],
  salesReturn: (one, movement) => [giveBack(one, movement, 'customer')],
  landedCost: (one, movement) => [
    message(one, movement, 'stock.landed-cost.v1', {
      amount: text(movement.amount!),
      lines: [{ receipt: documentOf(one, movement.of!) }],
    }),
  ],
  editQty: (one, movement) => [editQuantity(one, movement)],
  cancel: (one, { seq, of }) => {
    const data = { document: documentOf(one, of!) };
    return [{ type: 'stock.cancel.v1', id: documentOf(one, seq), data }];
  },
  revalue: (one, movement) => [
    message(one, movement, 'stock.revalue.v1', {
      reason: 'scenario',
      lines: [{ sku: skuOf(one), amount: text(movement.amount!) }],
    }),
  ],
  setCost: (one, movement) => [
    message(one, movement, 'stock.revalue.v1', {
      reason: 'scenario',
      lines: [{ sku: skuOf(one), unitCost: text(movement.unitCost!) }],
    }),
  ],
  methodChange: (one, movement) => [
    message(one, movement, 'stock.method.v1', {
      lines: [{ sku: skuOf(one), valuation: METHODS[one.methods!.to]! }],
    }),
  ],
  reserve: (one, movement) => {
    const reservation = documentOf(one, movement.seq);
    const data = {
      reservation,
      at: timeOf(one, movement),
      timeoutSeconds: String(movement.timeoutSec),
      lines: [{ line: '1', sku: skuOf(one), location: home, quantity: text(movement.qty!) }],
    };
    return [{ type: 'reservation.create.v1', id: reservation, data }];
  },
  post: (one, movement) => {
    const data = { reservation: documentOf(one, movement.of!), at: timeOf(one, movement) };
    return [{ type: 'reservation.commit.v1', id: documentOf(one, movement.seq), data }];
  },
  /** Time goes by. */
  tick: () => [],
};

function message<Type extends CommandType>(
  one: Case,
  movement: Movement,
  type: Type,
  rest: Omit<MessageData[Type], 'document' | 'at'>,
): Message {
  const document = documentOf(one, movement.seq);
  const data = { document, at: timeOf(one, movement), ...rest };
  return { type, id: `${type}/${document}`, data } as Message;
}

type Line = MessageData['stock.receive.v1']['lines'][number];

function linesOf(one: Case, movement: Movement): Line[] {
  const { qty, unitCost, location = home, lots, lot, serial, owner, uom, note } = movement;
  const line: Line = { sku: skuOf(one), location, quantity: text(qty ?? 0) };
  if (unitCost !== undefined) line.unitCost = text(unitCost);
  if (lot !== undefined || serial !== undefined) line.lot = lot ?? serial!;
  if (owner !== undefined) line.owner = owner;
  if (uom !== undefined) line.unit = uom;
  if (lots) {
    return Object.entries(lots).map(([name, of]) => ({ ...line, quantity: text(of), lot: name }));
  }
  const rows = /^(\d+) rows of (\d+)(?: at (\d+),(\d+),.*)?$/.exec(note ?? '');
  if (!rows) return [line];
  const [, count, each, first, second] = rows;
  return Array.from({ length: Number(count) }, (_, index) => ({
    ...line,
    quantity: each!,
    ...(first === undefined ? {} : { unitCost: text(+first + index * (+second! - +first)) }),
  }));
}

const receive = (one: Case, movement: Movement, lines: Line[]): Message =>
  message(one, movement, 'stock.receive.v1', { lines });

const withoutCost = ({ unitCost: _, ...line }: Line) => line;

function issues(one: Case, movement: Movement): Message[] {
  const several = /^(\d+) issues of ([\d.]+)$/.exec(movement.note ?? '');
  if (!several) {
    const lines = linesOf(one, movement).map(withoutCost);
    return [message(one, movement, 'stock.issue.v1', { lines })];
  }
  return Array.from({ length: Number(several[1]) }, (_, index) => {
    const each = { ...movement, qty: Number(several[2]) };
    const whole = message(one, each, 'stock.issue.v1', { lines: linesOf(one, each) });
    const document = `${documentOf(one, movement.seq)}.${index + 1}`;
    return { ...whole, id: document, data: { ...whole.data, document } } as Message;
  });
}

function giveBack(
  one: Case,
  movement: Movement,
  party: 'customer' | 'supplier',
  cost: { unitCost?: string } = {},
): Message {
  const lines = linesOf(one, movement).map((line) => ({ ...withoutCost(line), ...cost }));
  const reference = movement.of === undefined ? {} : { reference: documentOf(one, movement.of) };
  return message(one, movement, 'stock.return.v1', { party, ...reference, lines });
}

function adjust(one: Case, movement: Movement, sign: 1 | -1): Message {
  const lines = linesOf(one, { ...movement, qty: movement.qty! * sign });
  return message(one, movement, 'stock.adjust.v1', { lines });
}

/** More: a further receipt under the same number. Less: the rest goes back to the supplier, as any issue. */
function editQuantity(one: Case, movement: Movement): Message {
  const original = movementOf(one, movement.of);
  const before = one.movements
    .filter(({ type, of, seq }) => type === 'editQty' && of === movement.of && seq < movement.seq)
    .reduce((quantity, { to }) => Number(to ?? quantity), original.qty!);
  const change = Number(movement.to) - before;
  if (change < 0) {
    const { of: _, ...less } = movement;
    return giveBack(one, { ...less, qty: -change }, 'supplier');
  }
  const { unitCost, uom, location } = original;
  const more = { ...movement, qty: change, ...strip({ unitCost, uom, location }) };
  const whole = receive(one, more, linesOf(one, more));
  return { ...whole, data: { ...whole.data, document: documentOf(one, movement.of!) } } as Message;
}

const strip = (
  fields: Record<'unitCost' | 'uom' | 'location', number | string | undefined>,
): Partial<Movement> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

const partsOf = (one: Case, parts: readonly Part[] | undefined): Line[] =>
  (parts ?? []).map(({ item, location, qty }) => ({
    sku: skuOf(one, item),
    location,
    quantity: text(qty),
  }));
