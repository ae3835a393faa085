/** Documents whose lines move stock: receipts, issues, returns, transfers, adjustments, status. */
import { type FactKind, type Item, isOutside, type LedgerEntry } from '../../ledger.ts';
import type { Command, MessageData, MovementType } from '../../message.ts';
import { bookMovement } from '../bookMovement.ts';
import type { BookContext, DocumentFacts, Terms } from '../context.ts';
import { refusal } from '../refusal.ts';
import { type Exchange, exchangeOf, quantityOf, statedAmount, statedCost } from '../units.ts';
import { businessTime } from './businessTime.ts';
import { knowItem } from './knowItem.ts';
import { withLots } from './lots.ts';
import { forEachLine } from './onLine.ts';
import { fulfil } from './openOrders.ts';
import { refuseReserved } from './refuseReserved.ts';

/** What any of some types may say. */
type AnyOf<Some> = {
  [Field in Some extends unknown ? keyof Some : never]?: NonNullable<ValueOf<Some, Field>>;
};
type ValueOf<Some, Field> = Some extends unknown ? Some[Field & keyof Some] : never;

type Movement = MessageData[MovementType];
type DocumentOf<Line> = { document: string; at: string; lines: Line[] };
/** Lines of movement documents, and these themselves, whatever the schema. */
export type AnyLine = AnyOf<Movement['lines'][number]> & { sku: string; quantity: string };
export type AnyDocument = Omit<AnyOf<Movement>, 'lines'> & DocumentOf<AnyLine>;

type LineType = Exclude<MovementType, 'stock.count.v1' | 'stock.produce.v1'>;

/** What the lines of one document share while they are read. */
export interface Reading {
  facts: DocumentFacts;
  exchange: Exchange | undefined;
  /** Reason of lines that give none. */
  reason: string;
  /** Added to every reason. */
  note: string;
  /** When it was, where that lies in a closed period. */
  dated: string | undefined;
}

export function readDocument(context: BookContext, command: Command, data: AnyDocument): Reading {
  const { at, note, dated } = businessTime(context, data.at);
  const { document, partner = '', reference = '', reason = '' } = data;
  const { source, id: messageId, actor } = command;
  const facts = { document, partner, reference, at, source, messageId, actor };
  return { facts, exchange: exchangeOf(context.policy, data), reason, note, dated };
}

/** What was stated, and what else is to be known of it. */
export function reasonOf(reading: Reading, reason: string | undefined, note = ''): string {
  const stated = reason ?? reading.reason;
  if (reading.note === '' && note === '') return stated;
  return [stated, reading.note, note].filter((text) => text !== '').join('; ');
}

export function bookLines(context: BookContext, command: Command, data: AnyDocument): void {
  const reading = readDocument(context, command, data);
  const type = command.type as LineType;
  forEachLine(data.lines, (line, index) => {
    const { item, entry } = readLine(context, reading, line, index, aboutOurs.includes(type));
    if (type === 'stock.receive.v1') tellNoCost(context, item, line, entry);
    route(type, data, line, entry);
    refuseNothing(entry);
    if (line.amount !== undefined && (line.unitCost !== undefined || isOutside(entry.to))) {
      const message = 'an amount stands in place of a unitCost, and on what comes in';
      throw refusal('MESSAGE_INVALID', message, 'amount');
    }
    bookWithLots(context, item, entry);
    fulfil(context, entry, entry.quantity);
  });
}

/**
 * An entry as a line states it; which way it goes, and what it does there, is still to be said. What may come
 * to it later has its place: entries of one shape are read faster.
 */
export const entryOf = (
  facts: DocumentFacts,
  line: Partial<AnyLine> & { sku: string },
  index: number,
  quantity: bigint,
  reason: string,
): LedgerEntry => ({
  sku: line.sku,
  seq: 0,
  kind: 'receive',
  from: '',
  to: '',
  quantity,
  value: 0n,
  fromPool: '',
  toPool: '',
  lot: line.lot ?? '',
  status: line.status ?? 'available',
  owner: line.owner ?? '',
  document: facts.document,
  line: line.line ?? String(index + 1),
  partner: facts.partner,
  reason,
  reference: facts.reference,
  at: facts.at,
  rank: '',
  recordedAt: '',
  source: facts.source,
  messageId: facts.messageId,
  actor: facts.actor,
  pack: 0,
  input: undefined,
  fromAfter: undefined,
  toAfter: undefined,
});

/** Books an entry between the cost pools of its places, once for each lot that it turns out to be of. */
export function bookWithLots(
  context: BookContext,
  item: Item,
  entry: LedgerEntry,
  terms?: Terms,
): LedgerEntry[] {
  if (entry.owner === '' && item.valued) {
    entry.fromPool = poolAt(context, entry.from);
    entry.toPool = poolAt(context, entry.to);
  }
  const entries = withLots(context, item, entry, terms);
  for (const one of entries) bookMovement(context, one, terms);
  return entries;
}

const poolAt = (context: BookContext, place: string): string =>
  place === '' || isOutside(place) ? '' : context.poolOf(place);

/** What a line says of how much and at what cost; which way it goes is still to be said. */
export function readLine(
  context: BookContext,
  reading: Reading,
  line: AnyLine,
  index: number,
  movesOurs = false,
): { item: Item; entry: LedgerEntry } {
  refuseReserved(line, movesOurs);
  const item = knowItem(context, line.sku, line.unit);
  const { inUnit, base, factor, note } = quantityOf(context.policy, item, line.quantity, line.unit);
  const size = inUnit < 0n ? -inUnit : inUnit;
  const reason = reasonOf(reading, line.reason, note);
  const entry = entryOf(reading.facts, line, index, base < 0n ? -base : base, reason);
  const { unitCost, amount } = line;
  const hasCost = entry.owner === '' && item.valued;
  if (hasCost && unitCost !== undefined)
    entry.input = statedCost(context.policy, size, unitCost, factor, reading.exchange);
  else if (hasCost && amount !== undefined)
    entry.input = statedAmount(context.policy, amount, reading.exchange);
  if (line.expiresOn !== undefined) entry.input = { ...entry.input, expiresOn: line.expiresOn };
  if (reading.dated !== undefined) entry.input = { ...entry.input, dated: reading.dated };
  return { item, entry };
}

export function refuseNothing({ quantity }: LedgerEntry): void {
  if (quantity !== 0n) return;
  throw refusal('MESSAGE_INVALID', 'the quantity is zero', 'quantity');
}

/** Where nobody states a cost, or, where the owner of the stock wants no guess, refuses that; a standard is none. */
function tellNoCost({ policy }: BookContext, item: Item, line: AnyLine, entry: LedgerEntry): void {
  const { unitCost = line.amount, owner } = line;
  if (unitCost !== undefined || owner !== undefined || !item.valued) return;
  entry.reason += entry.reason === '' ? 'cost guessed' : '; cost guessed';
  if (policy.costs === 'tell' || item.valuation === 'standard') return;
  throw refusal('COST_MISSING', `the receipt of ${item.sku} states no cost`, 'unitCost');
}

/** Which places a line moves between: one arm for each message type. */
function route(messageType: LineType, data: AnyDocument, line: AnyLine, entry: LedgerEntry): void {
  const location = line.location ?? '';
  switch (messageType) {
    case 'stock.receive.v1':
      setWay(entry, 'receive', 'supplier', location);
      break;
    case 'stock.issue.v1':
      setWay(entry, 'issue', location, 'customer');
      break;
    case 'stock.return.v1':
      if (line.referenceLine !== undefined) nameLine(data, line.referenceLine, entry);
      if (data.party === 'supplier') setWay(entry, 'return', location, 'supplier');
      else setWay(entry, 'return', 'customer', location);
      break;
    case 'stock.transfer.v1':
      refuseSame(line.from, line.to, 'to');
      setWay(entry, 'transfer', line.from!, line.to!);
      break;
    case 'stock.adjust.v1':
      if (line.quantity.startsWith('-')) setWay(entry, 'adjust', location, line.to ?? 'adjustment');
      else if (line.to === undefined) setWay(entry, 'adjust', 'adjustment', location);
      else throw refusal('MESSAGE_INVALID', 'what is found does not go to scrap', 'to');
      break;
    case 'stock.status.v1':
      refuseSame(entry.status, line.toStatus, 'toStatus');
      entry.toStatus = line.toStatus!;
      setWay(entry, 'status', location, location);
      break;
    default:
      messageType satisfies never;
  }
}

function nameLine({ reference }: AnyDocument, ofLine: string, entry: LedgerEntry): void {
  const message = 'a line is named, and no document that it is of';
  if (reference === undefined) throw refusal('MESSAGE_INVALID', message, 'referenceLine');
  entry.input = { ...entry.input, ofLine };
}

export function setWay(entry: LedgerEntry, kind: FactKind, from: string, to: string): void {
  entry.kind = kind;
  entry.from = from;
  entry.to = to;
}

function refuseSame(from: string | undefined, to: string | undefined, field: string): void {
  if (from !== to) return;
  throw refusal('STOCK_SAME_PLACE', `from and to are both ${from}`, field);
}

/** Of what is ours, which also is under way, and may be scrapped. */
const aboutOurs: readonly LineType[] = ['stock.transfer.v1', 'stock.adjust.v1'];
