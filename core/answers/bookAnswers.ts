/** What the books answer to the step `enrich`, each kind from one look at them. */
import { formatDecimal } from '../decimal.ts';
import { StockbusError } from '../errors.ts';
import { identifierOf } from '../identifier.ts';
import { heldOf, type Item, type LedgerEntry, type Reservation } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { Books, RecordValue } from '../ports.ts';
import { allRows } from '../reports/skuPages.ts';
import { sideBySide } from '../sideBySide.ts';
import { isObject } from '../spec.ts';
import { asText } from '../steps/asText.ts';
import { isDue } from '../stock/reservations/release.ts';
import type { AskedBooks } from './AskedBooks.ts';
import { stockAnswers } from './stockAnswers.ts';

/** Answers of one kind, by name; what the books do not know has none. */
type Find = (
  books: AskedBooks,
  names: readonly string[],
  now: string,
) => Promise<ReadonlyMap<string, RecordValue>>;

const finders: Readonly<Record<string, Find>> = {
  item: findItems,
  document: findDocuments,
  reservation: findReservations,
  order: findOrders,
};

/** Kinds of questions that the books answer. */
export const bookPorts: readonly string[] = ['stock', ...Object.keys(finders)];

/** In the order of the questions; one that names nothing has no answer, and one that cannot be a name is a fault. */
export async function bookAnswers(
  port: string,
  books: AskedBooks,
  questions: readonly unknown[],
  now: string,
): Promise<unknown[]> {
  const read = questions.map((question) => attempt(() => namesOf(port, question)));
  const good = read.filter((one) => isObject(one) && one.sku !== '');
  if (port === 'stock') {
    const answers = await stockAnswers(books, good as never, now);
    const byQuestion = new Map(good.map((one, index) => [one, answers[index]]));
    return read.map((one) => (one instanceof StockbusError ? one : byQuestion.get(one)));
  }
  const names = new Set(read.filter((one) => typeof one === 'string' && one !== ''));
  const found = await finders[port]!(books, [...names] as string[], now);
  return read.map((one) => (one instanceof StockbusError ? one : found.get(one as string)));
}

function namesOf(port: string, question: unknown): unknown {
  if (port !== 'stock') return nameOf(question, `the ${port} that enrich asks for`);
  const { sku, location, lot } = question as RecordValue;
  return {
    sku: nameOf(sku, 'the SKU that enrich asks for'),
    location: nameOf(location, 'the location that enrich asks for'),
    lot: nameOf(lot, 'the lot that enrich asks for'),
  };
}

const nameOf = (value: unknown, what: string): string => identifierOf(asText(value, what), what);

function attempt(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof StockbusError) return error;
    throw error;
  }
}

/** What nobody said is left out. */
const told = (value: RecordValue): RecordValue =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== '' && one !== undefined));

async function findItems({ store }: AskedBooks, skus: readonly string[]) {
  const loaded = await store.load({ skus, reservations: [], openOrders: [] });
  return new Map(
    loaded.skus.flatMap(({ head: { item } }) => (item ? [[item.sku, itemFields(item)]] : [])),
  ) as ReadonlyMap<string, RecordValue>;
}

/** As item.upsert.v1 has them. */
const itemFields = ({ standardCost, weight, changed: _, ...item }: Item): RecordValue =>
  told({
    ...item,
    ...(standardCost === 0n ? {} : { standardCost: formatDecimal(standardCost) }),
    ...(weight === 0n ? {} : { weight: formatDecimal(weight) }),
  });

async function findReservations({ store }: AskedBooks, ids: readonly string[], now: string) {
  const { reservations } = await store.load({ skus: [], reservations: ids, openOrders: [] });
  return new Map(reservations.map((one) => [one.id, reservationFields(one, now)]));
}

function reservationFields(of: Reservation, now: string): RecordValue {
  const { id: reservation, at, expiresAt, partner, reference } = of;
  const state = isDue(of, now) ? 'expired' : of.state;
  const lines = of.lines.map((one) => {
    const { line, sku, place: location, pool, lot } = one;
    return told({
      ...{ line, sku, location, pool, lot, quantity: formatDecimal(one.quantity) },
      committed: formatDecimal(one.committed),
      held: formatDecimal(state === 'pending' ? heldOf(one) : 0n),
    });
  });
  return told({ reservation, state, at, expiresAt, partner, reference, lines });
}

async function findOrders({ store }: AskedBooks, documents: readonly string[]) {
  const { openOrders } = await store.load({ skus: [], reservations: [], openOrders: documents });
  const lines = Map.groupBy(openOrders, ({ document }) => document);
  return new Map(
    [...lines].map(([document, open]): [string, RecordValue] => [
      document,
      {
        document,
        lines: open.map(({ line, kind, sku, place, due, quantity }) =>
          told({ line, kind, sku, location: place, due, quantity: formatDecimal(quantity) }),
        ),
      },
    ]),
  );
}

/** A document lies with each of its SKUs: one is found by its number, some side by side. */
async function findDocuments({ store }: AskedBooks, documents: readonly string[]) {
  const found = await sideBySide(documents, limits.readsAtOnce, (one) =>
    documentFields(store, one),
  );
  return new Map(
    documents.flatMap((document, index) => {
      const fields = found[index];
      return fields ? [[document, fields] as const] : [];
    }),
  );
}

async function documentFields(store: Books, document: string): Promise<RecordValue | undefined> {
  const entries = await allRows((page) => store.ledger({ document }, page));
  const keyOf = (sku: string, seq: number): string => `${seq} ${sku}`;
  const cancelled = new Set(
    entries.filter(({ kind }) => kind === 'cancel').map((one) => keyOf(one.sku, one.corrects!)),
  );
  const facts = entries.filter(
    ({ corrects, sku, seq }) => corrects === undefined && !cancelled.has(keyOf(sku, seq)),
  );
  const [first] = facts;
  if (!first) return undefined;
  const { kind, at, partner, reference } = first;
  return told({ document, kind, at, partner, reference, lines: facts.map(lineFields) });
}

const lineFields = (entry: LedgerEntry): RecordValue => {
  const { line, sku, lot, from, to, reference } = entry;
  return told({ line, sku, lot, from, to, quantity: formatDecimal(entry.quantity), reference });
};
