import type { Doc, Line, Setting } from '../documents.ts';
import { read, write } from './exact.ts';
import type { BaseLine } from './inBase.ts';

/** One line of a document that is neither cancelled nor late: what the oracle works off in order. */
export interface Fact {
  /** `document/line`. */
  id: string;
  type: string;
  at: string;
  document: string;
  reference: string;
  party: string;
  line: BaseLine;
  doc: Doc;
}

/** What a landed cost bears on. */
export interface ReceiptLine {
  id: string;
  sku: string;
  line: BaseLine;
  stands: boolean;
}

const movements = new Set([
  'stock.opening.v1',
  'stock.receive.v1',
  'stock.issue.v1',
  'stock.return.v1',
  'stock.transfer.v1',
  'stock.adjust.v1',
  'stock.count.v1',
  'stock.status.v1',
  'stock.produce.v1',
  'stock.landed-cost.v1',
  'stock.invoice.v1',
  'stock.revalue.v1',
  'stock.method.v1',
  'reservation.commit.v1',
]);

export const numberOf = ({ data }: Doc): string => data.document ?? data.reservation ?? '';

/** Documents that count: not cancelled by a later one, and with something to book. */
export function standing(docs: readonly Doc[]): Doc[] {
  return docs.filter(
    (doc, index) =>
      movements.has(doc.type) &&
      !docs.some(
        ({ type, data }, later) =>
          later > index && type === 'stock.cancel.v1' && data.document === numberOf(doc),
      ),
  );
}

const instant = [
  ['opening', 'receive', 'arrival'],
  ['produce'],
  ['return'],
  ['landed-cost', 'invoice'],
  ['transfer', 'status', 'adjust'],
  ['arrival that names'],
  ['issue', 'commit'],
  ['return that names'],
  ['count', 'revalue'],
  ['method'],
];

/** What comes before what at one instant. */
function rankOf({ type, data }: Doc): number {
  const isArrival = type === 'stock.transfer.v1' && data.lines?.[0]?.from === 'transit';
  const own = isArrival ? 'arrival' : type.split('.')[1]!;
  // A shipment, or an issue, counts before what names it.
  const isAfter = data.reference && (isArrival || data.party === 'customer');
  const kind = isAfter ? `${own} that names` : own;
  return instant.findIndex((kinds) => kinds.includes(kind));
}

/** In the order in which they were, whenever they count. */
export const asTheyWere = (docs: readonly Doc[]): Doc[] =>
  chronological(docs, undefined, (doc) => doc.data.dated ?? timeOf(doc, docs));

/** The documents by business time, at one instant by kind and number; a document's lines in their order. */
export function chronological(
  docs: readonly Doc[],
  asOf?: string,
  time = (doc: Doc): string => timeOf(doc, docs),
): Doc[] {
  return standing(docs)
    .map((doc, arrival) => ({ doc, arrival, at: time(doc) }))
    .filter(({ at }) => asOf === undefined || at <= asOf)
    .sort((one, other) => {
      if (one.at !== other.at) return one.at < other.at ? -1 : 1;
      const byRank = rankOf(one.doc) - rankOf(other.doc);
      if (byRank !== 0) return byRank;
      const [number, than] = [numberOf(one.doc), numberOf(other.doc)];
      if (number !== than) return number < than ? -1 : 1;
      return one.arrival - other.arrival;
    })
    .map(({ doc }) => doc);
}

/** A landed cost never counts before what it is a cost of. */
export function timeOf({ type, data, recordedAt }: Doc, all: readonly Doc[]): string {
  const at = data.at ?? recordedAt;
  if (type !== 'stock.landed-cost.v1') return at;
  const receipts = (data.lines ?? []).map(({ receipt }) => receipt);
  const times = all
    .filter((doc) => doc.type === 'stock.receive.v1' && receipts.includes(doc.data.document))
    .map((doc) => doc.data.at!);
  return [at, ...times].sort().at(-1)!;
}

export function factsOf(doc: Doc, all: readonly Doc[]): Fact[] {
  const lines = doc.type === 'reservation.commit.v1' ? committed(doc, all) : (doc.data.lines ?? []);
  const facts = lines.map((line, index) => ({
    id: `${numberOf(doc)}/${line.line ?? index + 1}`,
    type: doc.type === 'reservation.commit.v1' ? 'stock.issue.v1' : doc.type,
    at: timeOf(doc, all),
    document: numberOf(doc),
    reference: doc.data.reference ?? '',
    party: doc.data.party ?? '',
    line,
    doc,
  }));
  return doc.type === 'stock.count.v1' ? addedUp(facts) : facts;
}

/** Lines that count the same stock are one: the sum of what they found, as the first of them. */
function addedUp(facts: readonly Fact[]): Fact[] {
  const ofOne = Map.groupBy(facts, ({ line: { sku, location, lot, status, owner } }) =>
    JSON.stringify([sku, location, lot, status ?? 'available', owner]),
  );
  return [...ofOne.values()].map((same) => {
    const sum = same.reduce((total, { line }) => total + read(line.quantity!), 0n);
    return { ...same[0]!, line: { ...same[0]!.line, quantity: write(sum) } };
  });
}

/** Issues of a commit: what is left of the lines of its reservation, those named with their own quantity. */
function committed(doc: Doc, all: readonly Doc[]): Line[] {
  const { reservation, lines } = doc.data;
  const before = all.slice(0, all.indexOf(doc));
  const held = new Map<string, Line>();
  const gone = new Map<string, bigint>();
  for (const { type, data } of before.filter((other) => other.data.reservation === reservation)) {
    for (const [index, named] of (data.lines ?? []).entries()) {
      const line = named.line ?? String(index + 1);
      if (type === 'reservation.commit.v1')
        gone.set(line, (gone.get(line) ?? 0n) + read(named.quantity!));
      else held.set(line, { ...held.get(line), ...named, line });
    }
  }
  const asked =
    lines ??
    [...held.values()].map((line) => {
      return { ...line, quantity: write(read(line.quantity!) - (gone.get(line.line!) ?? 0n)) };
    });
  return asked.flatMap((named) => {
    const line = held.get(named.line!);
    return line && Number(named.quantity) > 0 ? [{ ...line, ...named }] : [];
  });
}

/** Lines of the receipts that a line of a landed cost names, as they stand: the last takes the residue. */
export function receiptLines(line: Line, all: readonly Doc[]): ReceiptLine[] {
  const stand = new Set(standing(all).map(numberOf));
  return all
    .filter((doc) => doc.type === 'stock.receive.v1' && numberOf(doc) === line.receipt)
    .flatMap((doc) => factsOf(doc, all))
    .filter((fact) => line.sku === undefined || fact.line.sku === line.sku)
    .filter((fact) => line.line === undefined || fact.id.endsWith(`/${line.line}`))
    .map(({ id, line: of }) => ({
      id,
      sku: of.sku!,
      line: { unitCost: '0', ...of },
      stands: stand.has(line.receipt!),
    }));
}

export const isOutside = (place: string): boolean =>
  [
    'supplier',
    'customer',
    'adjustment',
    'production',
    'scrap',
    'opening',
    'payable',
    'exchange',
    'conversion',
    'writedown',
  ].includes(place);

export function poolOfPlace({ pools }: Setting, place: string): string {
  if (place === 'transit') return 'transit';
  if (isOutside(place)) return '';
  return Object.keys(pools).find((pool) => pools[pool]!.includes(place)) ?? 'main';
}
