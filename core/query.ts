/**
 * Query: what the books say, as flat records of text for people, files and other systems. Quantities
 * are plain decimals, values have the currency's decimals. What is asked as known at a moment is
 * answered by the same bytes for ever, from the answer on that says that moment.
 */
import { nextMonth } from './closing.ts';
import { invalidCursor, readCursor, writeCursor } from './cursor.ts';
import { StockbusError } from './errors.ts';
import { limits } from './limits.ts';
import type { Books, Page, Paged, RecordValue } from './ports.ts';
import { endOf, startOf } from './reports/instants.ts';
import type { Query } from './reports/Query.ts';
import type { ReportBalances, ReportBooks } from './reports/ReportSpec.ts';
import { reportOf } from './reports/reports.ts';
import type { Time } from './runtime.ts';
import type { StockPolicy } from './stock/policy.ts';
import { type Calendar, calendarOf, daysAfter } from './zone.ts';

/** The moment of knowledge of an answer: whoever asks for it later is answered the same. */
export interface Known {
  at: string;
  /** Something may yet be recorded up to the moment that was asked for. */
  isEarlier: boolean;
}

/** A query whose moment of knowledge is settled: all that is read of it is of that one. */
export interface OpenQuery {
  /** Where one was asked for. */
  known?: Known;
  pages(page: Page): AsyncIterable<Paged<RecordValue>>;
  balances(): Promise<ReportBalances | undefined>;
}

/** `pinned`: moment at which it is asked, where its first page was asked at that one. Throws KNOWN_AT_FUTURE, QUERY_BAD_PERIOD. */
export async function openQuery(
  store: Books,
  policy: StockPolicy,
  query: Query,
  time: Pick<Time, 'now'>,
  pinned?: string,
): Promise<OpenQuery> {
  const now = new Date(time.now()).toISOString();
  const dated = settled(query, now, calendarOf(policy.zone));
  const report = reportOf(query.name);
  const read = (books: ReportBooks, asked: Query): OpenQuery => ({
    pages: (page) => report.read(books, asked, page),
    balances: async () => report.balances?.(books, asked),
  });
  if (dated.knownAt === undefined) return read({ store, policy, now }, dated);
  const knownAt = await store.finalUntil(dated.knownAt);
  return {
    known: { at: knownAt, isEarlier: knownAt !== dated.knownAt },
    // As it would have been given then, also where the business date is left out.
    ...read({ store, policy, now: pinned ?? knownAt }, knownBy(dated, knownAt)),
  };
}

/**
 * One page of a query, as records; those that follow are of the moment of the first, where a report can be asked as it was
 * known then. Throws
 * KNOWN_AT_FUTURE, QUERY_BAD_PERIOD, CURSOR_INVALID.
 */
export async function queryPage(
  store: Books,
  policy: StockPolicy,
  query: Query,
  page: Page,
  time: Pick<Time, 'now'>,
): Promise<Paged<RecordValue> & { knownAt?: string; balances?: ReportBalances }> {
  const isAsked = query.knownAt !== undefined;
  if (!isAsked && !isPinned(query)) return first(await openQuery(store, policy, query, time), page);
  const { after, limit } = page;
  const now = new Date(time.now()).toISOString();
  const [pinned, inner] = (readCursor(after, ['string', 'string']) ?? []) as [string?, string?];
  const asked = pinned === undefined ? query : { ...query, knownAt: pinnedAt(pinned, now) };
  const open = await openQuery(store, policy, asked, time, isAsked ? undefined : asked.knownAt);
  const from = inner === undefined ? { limit } : { after: inner, limit };
  const { next, ...found } = await first(open, from);
  const said = open.known?.at ?? now;
  return {
    ...found,
    ...(isAsked ? { knownAt: said } : {}),
    ...(next === undefined ? {} : { next: writeCursor([said, next]) }),
  };
}

/** Whether pages after the first are as it was known when that was read: so they agree while booking goes on. */
function isPinned({ name }: Query): boolean {
  const { parameters, isOfNow } = reportOf(name);
  return !isOfNow && parameters.some(({ key }) => key === 'knownAt');
}

/** Clocks of two processes may differ by so much. */
const CLOCKS_MS = 60_000;

/** Throws CURSOR_INVALID. */
function pinnedAt(moment: string, now: string): string {
  const ms = Date.parse(moment);
  const isInstant = !Number.isNaN(ms) && new Date(ms).toISOString() === moment;
  if (!isInstant || ms > Date.parse(now) + CLOCKS_MS) throw invalidCursor();
  return moment > now ? now : moment;
}

async function first(
  open: OpenQuery,
  page: Page,
): Promise<Paged<RecordValue> & { balances?: ReportBalances }> {
  const balances = await open.balances();
  for await (const one of open.pages(page)) return { ...one, ...(balances ? { balances } : {}) };
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
  const open = await openQuery(store, policy, query, time);
  if (open.known) tell(open.known);
  yield* pagesOfRows(open);
}

export async function* pagesOfRows({ pages }: OpenQuery): AsyncIterable<RecordValue[]> {
  for await (const { rows } of pages({ limit: limits.reportRows })) yield rows;
}

/** Of what is not known yet, nothing was recorded after it. */
function knownBy(query: Query, knownAt: string): Query {
  const { recordedAfter } = query;
  const isLater = recordedAfter !== undefined && recordedAfter > knownAt;
  return { ...query, knownAt, ...(isLater ? { recordedAfter: knownAt } : {}) };
}

/** The query with its dates as instants. */
function settled(query: Query, now: string, calendar: Calendar): Query {
  const { period, knownAt, recordedAfter } = query;
  const { since, asOf } = period === undefined ? query : daysOf(period, query);
  const dated: Query = {
    ...query,
    ...(since === undefined ? {} : { since: startOf(since, calendar) }),
    ...(asOf === undefined ? {} : { asOf: endOf(asOf, calendar) }),
    ...(knownAt === undefined ? {} : { knownAt: endOf(knownAt, calendar) }),
    ...(recordedAfter === undefined ? {} : { recordedAfter: endOf(recordedAfter, calendar) }),
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
  const [last, first] = [dated.knownAt, dated.recordedAfter];
  if (last !== undefined && first !== undefined && first > last) {
    throw badPeriod(
      `nothing is known at ${last} that was recorded after ${first}`,
      'recordedAfter',
    );
  }
  return dated;
}

function daysOf(month: string, { since, asOf }: Query): { since: string; asOf: string } {
  if (asOf !== undefined) throw badPeriod('the period has two ends: period, and asOf', 'asOf');
  if (since !== undefined) throw badPeriod('the period has two beginnings: period, and since');
  return { since: `${month}-01`, asOf: daysAfter(`${nextMonth(month)}-01`, -1) };
}

const badPeriod = (message: string, field = 'since'): StockbusError =>
  new StockbusError('QUERY_BAD_PERIOD', message, { field });
