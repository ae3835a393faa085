/**
 * Query: what the books say, as flat records of text for people, files and other systems. Quantities
 * are plain decimals, values have the currency's decimals. What is asked with both dates is answered
 * by the same bytes for ever.
 */
import { StockbusError } from './errors.ts';
import { limits } from './limits.ts';
import type { Page, Paged, RecordValue, Store } from './ports.ts';
import { endOf, startOf } from './reports/instants.ts';
import type { Query } from './reports/Query.ts';
import { reportOf } from './reports/reports.ts';
import type { Time } from './runtime.ts';
import type { StockPolicy } from './stock/policy.ts';
import { type Calendar, calendarOf } from './zone.ts';

/** One page of a query, as records. Throws KNOWN_AT_FUTURE, QUERY_BAD_PERIOD, CURSOR_INVALID. */
export async function queryPage(
  store: Store,
  policy: StockPolicy,
  query: Query,
  page: Page,
  time: Pick<Time, 'now' | 'sleep'>,
): Promise<Paged<RecordValue>> {
  for await (const first of pagesOf(store, policy, query, page, time)) return first;
  throw new StockbusError('INTERNAL', `the report ${query.name} gave no page`);
}

/** All pages of a query, one after another, with bounded memory. */
export async function* queryRows(
  store: Store,
  policy: StockPolicy,
  query: Query,
  time: Pick<Time, 'now' | 'sleep'>,
): AsyncIterable<RecordValue[]> {
  const page = { limit: limits.pageRows };
  for await (const { rows } of pagesOf(store, policy, query, page, time)) yield rows;
}

async function* pagesOf(
  store: Store,
  policy: StockPolicy,
  query: Query,
  page: Page,
  time: Pick<Time, 'now' | 'sleep'>,
): AsyncIterable<Paged<RecordValue>> {
  const nowMs = time.now();
  const now = new Date(nowMs).toISOString();
  const dated = settled(query, now, calendarOf(policy.zone));
  await untilFinal(dated.knownAt, nowMs, time);
  yield* reportOf(query.name).read({ store, policy, now }, dated, page);
}

/**
 * What is known at a moment is final once no commit can be on its way any more that was recorded
 * before it: the same question then has the same answer for ever.
 */
async function untilFinal(
  knownAt: string | undefined,
  nowMs: number,
  time: Pick<Time, 'now' | 'sleep'>,
): Promise<void> {
  if (knownAt === undefined) return;
  const restMs = Date.parse(knownAt) + limits.commitSettleMs - nowMs;
  if (restMs > 0) await time.sleep(restMs);
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
