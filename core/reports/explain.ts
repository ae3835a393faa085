import { formatDecimal, formatFixed } from '../decimal.ts';
import { StockbusError } from '../errors.ts';
import { entryOrigins } from '../history/entryOrigins.ts';
import type { StoryOrigin } from '../history/story.ts';
import { isOutside, type LedgerEntry } from '../ledger.ts';
import type { RecordValue } from '../ports.ts';
import { poolFinder, type StockPolicy } from '../stock/policy.ts';
import { businessDay } from './businessDay.ts';
import { changedPages } from './changedPages.ts';
import { momentBefore } from './instants.ts';
import { asOf, by, knownAt, location, ofLot, ofStatus, period, since, sku } from './parameters.ts';
import type { Query } from './Query.ts';
import type { ReportBooks, ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, hidden, inTime, onDay, rare } from './ReportSpec.ts';
import { allRows } from './skuPages.ts';

/** What an entry changes of the number that is explained; 0n: it is none of it. */
type ChangeOf = (entry: LedgerEntry) => bigint;

export const explain: ReportSpec = {
  name: 'explain',
  about:
    'Explains a quantity or a value: the entries that make it, one after another, with what there was after each, and the file and flow that it came by.',
  parameters: [
    { ...sku, about: 'The SKU; without one nothing is shown.' },
    {
      ...location,
      about: 'Only what lies there; of a value, what the cost pool of that location has.',
    },
    ofLot,
    ofStatus,
    by('Which number is explained.', ['quantity', 'value']),
    period,
    since,
    asOf,
    knownAt,
  ],
  columns: [
    hidden('sku'),
    decimal('seq', 'Seq', 'Number of the entry within its SKU, in which order they were booked.'),
    onDay(column('day', 'Day', 'Of the business time, in `stock.zone`.')),
    inTime(column('at', 'Business time')),
    column('kind', 'Kind', '`opening` and `closing` are no entries: what there was.'),
    column('from', 'From'),
    column('to', 'To'),
    rare('lot', 'Lot'),
    decimal('change', 'Change', 'Of the number that is explained.'),
    decimal('balance', 'Balance', 'After this entry, of all that were booked up to it.'),
    column('currency', '', 'Empty of a quantity.'),
    column('document', 'Document'),
    column('line', 'Line'),
    hidden('partner'),
    hidden('reference'),
    rare('reason', 'Reason'),
    rare('corrects', 'Corrects', 'Entry of the same SKU whose quantity or value it changes.'),
    hidden('by', 'Entry at whose business time the correction stands.'),
    column('flow', 'Flow', 'By which it came in.'),
    column('file', 'File', 'Name of the file, or path of the request.'),
    rare(
      'record',
      'Record',
      'First record of it that the message was made of, where that is known.',
    ),
    hidden('intakeId', 'Payload.'),
    hidden('source'),
    hidden('messageId', 'Key of its message.'),
    hidden('actor', 'Who booked it.'),
    inTime(hidden('recordedAt', 'When it was learnt.')),
  ],
  none: 'There are no entries that make it.',
  examples: [
    'stockbus explain ESP-1KG --location BER',
    'stockbus explain ESP-1KG --by value --since 2026-03-01 --as-of 2026-03-31',
  ],
  async balances(books, query) {
    if (query.sku === undefined) return undefined;
    const { policy } = books;
    const row = async (kind: string, at: string | undefined): Promise<RecordValue> => {
      const isNone = kind === 'opening' && at === undefined;
      const number = isNone ? 0n : await numberOf(books, query, at);
      const day = at === undefined ? '' : businessDay(policy, at);
      const asked = { sku: query.sku!, kind, day, at: at ?? '' };
      return {
        ...asked,
        balance: shown(query, policy, number),
        currency: currencyOf(query, policy),
      };
    };
    const before = query.since === undefined ? undefined : momentBefore(query.since);
    return { opening: await row('opening', before), closing: await row('closing', query.asOf) };
  },
  async *read(books, query, page) {
    if (query.sku === undefined) return yield { rows: [] };
    const { store, policy } = books;
    const filter = filterOf(query, 'sku', 'since', 'asOf', 'knownAt');
    const before = query.since === undefined ? undefined : momentBefore(query.since);
    const pages = changedPages(
      {
        fetch: (each) => store.ledger(filter, each),
        changeOf: changeIn(query, policy),
        opening: async () => (before === undefined ? 0n : numberOf(books, query, before)),
      },
      page,
    );
    for await (const { rows, ...rest } of pages) {
      const origins = await entryOrigins(
        store,
        rows.map(({ entry }) => entry),
      );
      const told = rows.map(({ entry, change, balance }, index) => {
        const numbers = {
          change: shown(query, policy, change),
          balance: shown(query, policy, balance),
        };
        return explainedRow(entry, numbers, origins[index], policy, currencyOf(query, policy));
      });
      yield { rows: told, ...rest };
    }
  },
};

const isOfValue = ({ by: of }: Query): boolean => of === 'value';
const currencyOf = (query: Query, { currency }: StockPolicy): string =>
  isOfValue(query) ? currency : '';
const shown = (query: Query, { minorDigits }: StockPolicy, number: bigint): string =>
  isOfValue(query) ? formatFixed(number, minorDigits) : formatDecimal(number);

/** The number as the lists have it, which is not made of the entries that are shown. */
async function numberOf(
  { store, policy }: ReportBooks,
  query: Query,
  until: string | undefined,
): Promise<bigint> {
  const filter = {
    ...filterOf(query, 'sku', 'knownAt'),
    ...(until === undefined ? {} : { asOf: until }),
  };
  if (isOfValue(query)) {
    const isAsked = poolsOf(query, policy);
    const pools = await allRows((page) => store.valuation(filter, page));
    return pools.reduce((sum, { pool, value }) => sum + (isAsked(pool) ? value : 0n), 0n);
  }
  const at = { ...filter, ...filterOf(query, 'place') };
  const { lot, status } = query;
  const balances = await allRows((page) => store.stock(at, page));
  return balances
    .filter((one) => (lot === undefined || one.lot === lot) && (!status || one.status === status))
    .reduce((sum, { onHand }) => sum + onHand, 0n);
}

/** Throws QUERY_NO_VALUE where a value is asked for by what has none of its own. */
function poolsOf({ place, lot, status }: Query, policy: StockPolicy): (pool: string) => boolean {
  const field = lot === undefined ? (status === undefined ? undefined : 'status') : 'lot';
  if (field !== undefined) {
    const message = `what a ${field} is worth is not kept: values are of a SKU and a cost pool`;
    throw new StockbusError('QUERY_NO_VALUE', message, { field });
  }
  if (place === undefined) return (pool) => pool !== '';
  const asked = poolFinder(policy)(place);
  return (pool) => pool === asked;
}

function changeIn(query: Query, policy: StockPolicy): ChangeOf {
  if (isOfValue(query)) {
    const isAsked = poolsOf(query, policy);
    return ({ fromPool, toPool, value }) =>
      (isAsked(toPool) ? value : 0n) - (isAsked(fromPool) ? value : 0n);
  }
  const { place, lot, status } = query;
  const isAsked = (where: string, as: string): boolean =>
    (place === undefined ? !isOutside(where) : where === place) && (!status || as === status);
  return (entry) => {
    if (lot !== undefined && entry.lot !== lot) return 0n;
    const came = isAsked(entry.to, entry.toStatus || entry.status) ? entry.quantity : 0n;
    return came - (isAsked(entry.from, entry.status) ? entry.quantity : 0n);
  };
}

function explainedRow(
  entry: LedgerEntry,
  numbers: { change: string; balance: string },
  origin: StoryOrigin | undefined,
  policy: StockPolicy,
  currency: string,
): RecordValue {
  const { sku: of, seq, at, kind, from, to, lot, document, line, partner, reference } = entry;
  return {
    ...{ sku: of, seq: String(seq), day: businessDay(policy, at), at, kind, from, to, lot },
    ...{ ...numbers, currency, document, line, partner, reference, reason: entry.reason },
    corrects: entry.corrects === undefined ? '' : String(entry.corrects),
    by: entry.by === undefined ? '' : String(entry.by),
    flow: origin?.flow ?? '',
    file: origin?.file ?? '',
    record: origin?.record === undefined ? '' : String(origin.record),
    intakeId: origin?.intakeId ?? '',
    ...{ source: entry.source, messageId: entry.messageId, actor: entry.actor },
    recordedAt: entry.recordedAt,
  };
}
