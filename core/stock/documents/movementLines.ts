/** Documents whose lines move stock: receipts, issues, returns, transfers, adjustments, counts, status. */
import type { EntryInput, Item, LedgerEntry, Status } from '../../ledger.ts';
import type { Command, MovementType } from '../../message.ts';
import { bookMovement } from '../bookMovement.ts';
import type { BookContext, DocumentFacts, Movement } from '../context.ts';
import { refusal } from '../refusal.ts';
import { onHandAt } from '../timeline.ts';
import type { Exchange } from '../units.ts';
import { exchangeOf, quantityOf, statedCost } from '../units.ts';
import { businessTime } from './businessTime.ts';
import { knowItem } from './knowItem.ts';
import { withLots } from './lots.ts';
import { forEachLine } from './onLine.ts';
import { fulfil } from './openOrders.ts';
import { refuseReserved } from './refuseReserved.ts';

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
  expiresOn?: string;
  status?: Status;
  toStatus?: Status;
  owner?: string;
  unitCost?: string;
  reason?: string;
}

export interface AnyDocument {
  document: string;
  at: string;
  partner?: string;
  currency?: string;
  rate?: string;
  reference?: string;
  reason?: string;
  party?: 'customer' | 'supplier';
  lines: AnyLine[];
}

/** What the lines of one document share while they are read. */
export interface Reading {
  facts: DocumentFacts;
  exchange: Exchange | undefined;
  /** Reason of lines that give none. */
  reason: string;
  /** Added to every reason. */
  note: string;
}

export function readDocument(context: BookContext, command: Command, data: AnyDocument): Reading {
  const { at, note } = businessTime(context, data.at);
  return {
    facts: {
      document: data.document,
      partner: data.partner ?? '',
      reference: data.reference ?? '',
      at,
      source: command.source,
      messageId: command.id,
      actor: command.actor,
    },
    exchange: exchangeOf(context.policy, data),
    reason: data.reason ?? '',
    note,
  };
}

/** What was stated, and what else is to be known of it. */
export function reasonOf(reading: Reading, reason: string | undefined, note = ''): string {
  const stated = reason ?? reading.reason;
  if (reading.note === '' && note === '') return stated;
  return [stated, reading.note, note].filter((text) => text !== '').join('; ');
}

export function bookLines(context: BookContext, command: Command, data: AnyDocument): void {
  const reading = readDocument(context, command, data);
  const type = command.type as MovementType;
  refuseNoParty(type, data);
  forEachLine(data.lines, (line, index) => {
    refuseReserved(line, aboutTransit.includes(type));
    const item = knowItem(context, line.sku, line.unit);
    const movement = readLine(context, reading, type, data, line, index, item);
    bookWithLots(context, reading.facts, item, movement);
    fulfil(context, reading.facts.reference, movement);
  });
}

/** A line of a document, of which it is still to be said which way it goes. */
export const movementOf = (
  line: Partial<AnyLine> & { sku: string },
  index: number,
  quantity: bigint,
  reason: string,
): Movement => ({
  kind: 'receive',
  sku: line.sku,
  from: '',
  to: '',
  quantity,
  lot: line.lot ?? '',
  status: line.status ?? 'available',
  owner: line.owner ?? '',
  line: line.line ?? String(index + 1),
  reason,
});

/** Books a movement, of each lot that it turns out to be of. */
export const bookWithLots = (
  context: BookContext,
  facts: DocumentFacts,
  item: Item,
  movement: Movement,
): LedgerEntry[] =>
  withLots(context, item, movement, facts.at).map((one) => bookMovement(context, facts, one));

function readLine(
  context: BookContext,
  reading: Reading,
  type: MovementType,
  data: AnyDocument,
  line: AnyLine,
  index: number,
  item: Item,
): Movement {
  const { inUnit, base, factor, note } = quantityOf(context.policy, item, line.quantity, line.unit);
  const size = inUnit < 0n ? -inUnit : inUnit;
  const reason = reasonOf(reading, line.reason, note);
  const movement = movementOf(line, index, base < 0n ? -base : base, reason);
  if (type === 'stock.receive.v1') refuseNoCost(context, item, line);
  const input: EntryInput = {};
  if (line.unitCost !== undefined && movement.owner === '' && item.valued) {
    Object.assign(input, statedCost(context.policy, size, line.unitCost, factor, reading.exchange));
  }
  if (line.expiresOn !== undefined) input.expiresOn = line.expiresOn;
  if (type === 'stock.count.v1') routeCount(context, reading, line, movement, input);
  else route(type, data, line, inUnit < 0n, movement);
  if (Object.keys(input).length > 0) movement.input = input;
  if (type !== 'stock.count.v1' && movement.quantity === 0n) {
    throw refusal('MESSAGE_INVALID', 'the quantity is zero', 'quantity');
  }
  return movement;
}

/** Where the owner of the stock wants no guess; what a standard values needs none. */
function refuseNoCost({ policy }: BookContext, item: Item, line: AnyLine): void {
  if (policy.costs === 'tell' || line.unitCost !== undefined || line.owner !== undefined) return;
  if (!item.valued || item.valuation === 'standard') return;
  throw refusal('COST_MISSING', `the receipt of ${item.sku} states no cost`, 'unitCost');
}

/** Which places a line moves between: one arm for each message type. */
function route(
  messageType: Exclude<MovementType, 'stock.count.v1'>,
  data: AnyDocument,
  line: AnyLine,
  isNegative: boolean,
  movement: Movement,
): void {
  const location = line.location ?? '';
  switch (messageType) {
    case 'stock.receive.v1':
      setWay(movement, 'receive', 'supplier', location);
      break;
    case 'stock.issue.v1':
      setWay(movement, 'issue', location, 'customer');
      break;
    case 'stock.return.v1':
      if (data.party === 'supplier') setWay(movement, 'return', location, 'supplier');
      else setWay(movement, 'return', 'customer', location);
      break;
    case 'stock.transfer.v1':
      refuseSame(line.from, line.to, 'to');
      setWay(movement, 'transfer', line.from!, line.to!);
      break;
    case 'stock.adjust.v1':
      if (isNegative) setWay(movement, 'adjust', location, 'adjustment');
      else setWay(movement, 'adjust', 'adjustment', location);
      break;
    case 'stock.status.v1':
      refuseSame(movement.status, line.toStatus, 'toStatus');
      movement.toStatus = line.toStatus!;
      setWay(movement, 'status', location, location);
      break;
    case 'stock.produce.v1':
      setWay(movement, 'produce', 'production', location);
      break;
    default:
      messageType satisfies never;
  }
}

export function setWay(movement: Movement, kind: Movement['kind'], from: string, to: string): void {
  movement.kind = kind;
  movement.from = from;
  movement.to = to;
}

/** Who returns or takes back decides the sign: nobody guesses it. */
function refuseNoParty(type: MovementType, { party }: AnyDocument): void {
  if (type !== 'stock.return.v1' || party !== undefined) return;
  throw refusal('MESSAGE_INVALID', 'party is missing', 'party');
}

/** The difference between what was counted and what the books have at that time. */
function routeCount(
  { workspace }: BookContext,
  { facts }: Reading,
  { location = '', sku }: AnyLine,
  movement: Movement,
  input: EntryInput,
): void {
  const state = workspace.sku(sku);
  const balance = state.balance(location, movement.lot, movement.status, movement.owner);
  const position = { at: facts.at, seq: state.seq + 1 };
  const found = movement.quantity - onHandAt(state, balance, position);
  input.counted = movement.quantity;
  delete input.amount;
  movement.quantity = found < 0n ? -found : found;
  if (found < 0n) setWay(movement, 'count', location, 'adjustment');
  else setWay(movement, 'count', 'adjustment', location);
}

function refuseSame(from: string | undefined, to: string | undefined, field: string): void {
  if (from !== to) return;
  throw refusal('STOCK_SAME_PLACE', `from and to are both ${from}`, field);
}

/** What is under way is shipped, arrives, is counted or lost. */
const aboutTransit: readonly MovementType[] = [
  'stock.transfer.v1',
  'stock.adjust.v1',
  'stock.count.v1',
];
