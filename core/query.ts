/**
 * Query: what the books say, as flat records of text for people, files and other systems. Quantities
 * are plain decimals, values have the currency's decimals. What is asked as known at a moment is
 * answered by the same bytes for ever, from the answer on that says that moment.
 */
import { readCursor, writeCursor } from './cursor.ts';
import { StockbusError } from './errors.ts';
import { limits } from './limits.ts';
import type { Books, Page, Paged, RecordValue } from './ports.ts';
import { endOf, startOf } from './reports/instants.ts';
import type { Query } from './reports/Query.ts';
import { reportOf } from './reports/reports.ts';
import type { Time } from './runtime.ts';
import type { StockPolicy } from './stock/policy.ts';
import { type Calendar, calendarOf } from './zone.ts';

/** The moment of knowledge of an answer: whoever asks for it later is answered the same. */
export interface Known {
  at: string;
  /** Something may yet be recorded up to the moment that was asked for. */
  isEarlier: boolean;
}

interface OpenQuery {
  /** Where one was asked for. */
  known?: Known;
  pages(page: Page): AsyncIterable<Paged<RecordValue>>;
}

async function openQuery(
  store: Books,
  policy: StockPolicy,
  query: Query,
  time: Pick<Time, 'now'>,
): Promise<OpenQuery> {
  const now = new Date(time.now()).toISOString();
  const dated = settled(query, now, calendarOf(policy.zone));
  const report = reportOf(query.name);
  if (dated.knownAt === undefined) {
    return { pages: (page) => report.read({ store, policy, now }, dated, page) };
  }
  const knownAt = await store.finalUntil(dated.knownAt);
  // As it would have been given then, also where the business date is left out.
  const books = { store, policy, now: knownAt };
  return {
    known: { at: knownAt, isEarlier: knownAt !== dated.knownAt },
    pages: (page) => report.read(books, { ...dated, knownAt }, page),
  };
}

/**
 * One page of a query, as records; those that follow are of the moment of the first. Throws
 * KNOWN_AT_FUTURE, QUERY_BAD_PERIOD, CURSOR_INVALID.
 */
export async function queryPage(
  store: Books,
  policy: StockPolicy,
  query: Query,
  page: Page,
  time: Pick<Time, 'now'>,
): Promise<Paged<RecordValue> & { knownAt?: string }> {
  if (query.knownAt === undefined) return first(await openQuery(store, policy, query, time), page);
  const { after, limit } = page;
  const [knownAt, inner] = (readCursor(after, ['string', 'string']) ?? []) as [string?, string?];
  const asked = knownAt === undefined ? query : { ...query, knownAt };
  const open = await openQuery(store, policy, asked, time);
  const from = inner === undefined ? { limit } : { after: inner, limit };
  const { rows, next } = await first(open, from);
  const said = open.known!.at;
  return {
    rows,
    knownAt: said,
    ...(next === undefined ? {} : { next: writeCursor([said, next]) }),
  };
}

async function first({ pages }: OpenQuery, page: Page): Promise<Paged<RecordValue>> {
  for await (const one of pages(page)) return one;
  throw new StockbusError('INTERNAL', 'a report gave no page');
}

/** All rows of a query, with bounded memory; `tell` hears of which moment of knowledge they are. */
export async function* queryRows(
  store: Books,
  policy: StockPolicy,
  query: Query,
  time: Pick<Time, 'now'>,
  tell: (known: Known) => void = () => undefined,
): AsyncIterable<RecordValue[]> {
  const { known, pages } = await openQuery(store, policy, query, time);
  if (known) tell(known);
  for await (const { rows } of pages({ limit: limits.reportRows })) yield rows;
}

/** The query with its dates as instants. */
function settled(query: Query, now: string, calendar: Calendar): Query {
  const { since, asOf, knownAt } = query;
  const dated: Query = {
    ...query,
    ...(since === undefined ? {} : { since: startOf(since, calendar) }),
    ...(asOf === undefined ? {} : { asOf: endOf(asOf, calendar) }),
    ...(knownAt === undefined ? {} : { knownAt: endOf(knownAt, calendar) }),
  };
  if (dated.knownAt !== undefined && dated.knownAt > now) {
    throw new StockbusError(
      'KNOWN_AT_FUTURE',
      `what is known at ${dated.knownAt} is not known yet`,
      {
        field: 'knownAt',
      },
    );
  }
  if (dated.since !== undefined && dated.asOf !== undefined && dated.since > dated.asOf) {
    throw badPeriod(`the period ends (${dated.asOf}) before it begins (${dated.since})`);
  }
  if (since !== undefined && query.days !== undefined) {
    throw badPeriod('the period has two beginnings: since, and days');
  }
  return dated;
}

const badPeriod = (message: string): StockbusError =>
  new StockbusError('QUERY_BAD_PERIOD', message, { field: 'since' });
