/** An address for each report of the books. */

import type { Request, Response } from 'express';
import { formatDecimal } from '../../decimal.ts';
import { StockbusError } from '../../errors.ts';
import { identifierOf } from '../../identifier.ts';
import type { Item } from '../../ledger.ts';
import type { Page, RecordValue } from '../../ports.ts';
import { openQuery, pagesOfRows, queryPage } from '../../query.ts';
import type { Query, QueryName } from '../../reports/Query.ts';
import { kindsOf, type ReportSpec } from '../../reports/ReportSpec.ts';
import { reportOf, reports } from '../../reports/reports.ts';
import { reservationFacts } from '../../reports/reservations.ts';
import { Totals } from '../../reports/Totals.ts';
import { type Caller, may } from '../auth/Caller.ts';
import type { ApiScope } from '../auth/scopes.ts';
import { formatFor, sendList, writerOf } from '../formats.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { pageOfValues, paging, parameterOf, type Values } from '../parameters.ts';
import type { Context, Route } from '../Route.ts';
import { sendFile } from '../sendFile.ts';
import { shape } from '../shape.ts';
import { sendVersion } from '../writes/expectedBy.ts';
import { markerSeal } from './markerSeal.ts';
import { listSchemaOf, reportFacts, rowSchemaOf } from './reportSchemas.ts';
import { seenPage } from './seenPage.ts';
import { requireSeenSku, rowsSeenBy, seenPages, showsOwnRows } from './seenRows.ts';

/** What a shop may see of the books; all others tell what things are worth, or who moved them. */
const ofStock: ReadonlySet<QueryName> = new Set([
  'stock',
  'available',
  'reservations',
  'orders',
  'items',
  'locations',
  'trace',
] as const);

function scopeOf({ name }: ReportSpec): ApiScope {
  if (name === 'audit-trail') return 'audit:read';
  return ofStock.has(name) ? 'stock:read' : 'ledger:read';
}

/** Asked again and again, and of what is booked now. */
const ofShops: ReadonlySet<QueryName> = new Set([
  'stock',
  'available',
  'reservations',
  'orders',
  'items',
  'locations',
] as const);

export const reportRoutes: readonly Route[] = reports.map((report) => ({
  method: 'get',
  path: `/v1/${report.name}`,
  scope: scopeOf(report),
  ...(showsOwnRows(report) ? { rows: 'own' as const } : {}),
  ...(ofShops.has(report.name) ? { cached: true as const } : {}),
  summary: report.about,
  answer: listSchemaOf(report),
  query: [...report.parameters.map(parameterOf), ...paging],
  errors: ['QUERY_BAD_PERIOD', 'QUERY_NO_VALUE'],
  example: report.parameters.some(({ name }) => name === 'sku') ? { query: { sku: 'SKU-1' } } : {},
  handle: (context, request, response, values) =>
    answerReport(context, request, response, values, report),
}));

const stock = reportOf('stock');

const skuSchema = new NamedSchema(
  'SkuStock',
  shape.page(
    rowSchemaOf('stock'),
    { sku: shape.text(), version: shape.text('Number of its latest entry.') },
    {
      ...reportFacts(stock),
      item: shape.map({}, 'The item, where one was sent.'),
    },
  ),
);

export const skuRoute: Route = {
  method: 'get',
  path: '/v1/stock/:sku',
  scope: 'stock:read',
  rows: 'own',
  cached: true,
  summary: 'One SKU and its stock.',
  params: { sku: 'The SKU.' },
  answer: skuSchema,
  query: [...stock.parameters.filter(({ key }) => key !== 'sku').map(parameterOf), ...paging],
  errors: ['HTTP_NOT_FOUND', 'NAME_BAD_CHARACTER'],
  example: { params: { sku: 'SKU-1' } },
  handle: async (context, request, response, values) => {
    const sku = identifierOf(String(request.params.sku), 'sku', 'sku');
    await requireSeenSku(sku, context.caller, context.hub.store);
    const facts = await skuFacts(context, sku);
    sendVersion(response, facts.version);
    await answerReport(context, request, response, { ...values, sku }, stock, { ...facts });
  },
};

export const reservationSchema = new NamedSchema(
  'Reservation',
  shape.object({
    id: shape.text(),
    version: shape.text('Grows by one with every change.'),
    state: shape.text(),
    at: shape.instant(),
    expiresAt: shape.text('From then on it holds nothing; empty: never.'),
    ...shape.texts('partner reference'),
    lines: shape.list(
      shape.object({
        ...shape.texts('line sku location pool lot'),
        quantity: shape.decimal(),
        committed: shape.decimal('Issued of it so far.'),
      }),
    ),
    log: shape.list(
      shape.object(shape.texts('action result source messageId actor recordedAt'), {
        reason: shape.text('What was short, or the reason that the message gave.'),
      }),
      'The message that made it, and the latest, with the code of each answer.',
    ),
  }),
);

export const reservationRoute: Route = {
  method: 'get',
  path: '/v1/reservations/:id',
  scope: 'stock:read',
  cached: true,
  summary: 'One reservation: what it holds, and how each message about it was answered.',
  params: { id: 'Its number.' },
  answer: reservationSchema,
  errors: ['HTTP_NOT_FOUND', 'NAME_BAD_CHARACTER'],
  handle: async ({ hub, runtime }, request, response) => {
    const id = identifierOf(String(request.params.id), 'reservation', 'id');
    const now = new Date(runtime.now()).toISOString();
    const facts = await reservationFacts(hub.store, id, now);
    if (!facts) throw new StockbusError('HTTP_NOT_FOUND', `there is no reservation '${id}'`);
    sendVersion(response, String(facts.version));
    response.json(facts);
  },
};

async function answerReport(
  { hub, writers, runtime, caller }: Context,
  request: Request,
  response: Response,
  values: Values,
  report: ReportSpec,
  facts: Record<string, unknown> = {},
): Promise<void> {
  const format = formatFor(request, values);
  const query = queryOf(report, values);
  const { policy } = hub;
  const costs = hiddenCosts(report, caller);
  const fields = report.columns.map(({ field }) => field).filter((field) => !costs.includes(field));
  const kinds = kindsOf(report);
  const { codec } = writers[format] ?? {};
  const seen = rowsSeenBy(caller, report, hub.store);
  if (codec?.payload && values.after === undefined && values.limit === undefined) {
    const open = await openQuery(hub.store, policy, query, runtime);
    if (open.known) response.set('Stockbus-Known-At', open.known.at);
    const body = codec.payload(seenPages(pagesOfRows(open), seen), fields, { kinds });
    return sendFile(request, response, writerOf(writers, format), body, runtime);
  }
  const markers = markerSeal(caller, report.name);
  const { after, limit } = pageOfValues(values);
  const asked = after === undefined ? { limit } : { limit, after: markers.open(after) };
  const read = (page: Page) => queryPage(hub.store, policy, query, page, runtime);
  const found = await (caller.rows ? seenPage(read, seen, asked) : read(asked));
  const { knownAt, balances, ...rest } = found;
  const page = rest.next === undefined ? rest : { ...rest, next: markers.seal(rest.next) };
  if (knownAt !== undefined) response.set('Stockbus-Known-At', knownAt);
  const isWhole = values.after === undefined && page.next === undefined;
  await sendList(
    request,
    response,
    format,
    { writers, runtime },
    {
      page: { ...page, rows: page.rows.map((row) => withoutFields(row, costs)) },
      facts: {
        ...facts,
        ...(knownAt === undefined ? {} : { knownAt }),
        // They are of all places.
        ...(caller.rows ? {} : balances),
        ...(isWhole ? totalsOf(report, page.rows, policy.minorDigits) : {}),
      },
      fields,
      kinds,
    },
  );
}

/** Columns that tell what stock is worth, to whoever may read but quantities. */
const hiddenCosts = ({ columns }: ReportSpec, caller: Caller): string[] =>
  may(caller, 'ledger:read') ? [] : columns.flatMap((one) => (one.isCost ? [one.field] : []));

const withoutFields = (row: RecordValue, fields: readonly string[]): RecordValue =>
  fields.length === 0 ? row : { ...row, ...Object.fromEntries(fields.map((field) => [field, ''])) };

function totalsOf(
  { totals: spec }: ReportSpec,
  rows: readonly RecordValue[],
  minorDigits: number,
): { totals?: RecordValue[] } {
  if (!spec) return {};
  const totals = new Totals(spec, minorDigits);
  totals.add(rows);
  return { totals: totals.rows() };
}

function queryOf({ name, parameters }: ReportSpec, values: Values): Query {
  const given = parameters.flatMap((parameter) => {
    const text = values[parameter.name];
    return text === undefined ? [] : [[parameter.key, parameter.read(text)]];
  });
  return { name, ...Object.fromEntries(given) };
}

interface SkuFacts {
  sku: string;
  version: string;
  item?: Record<string, unknown>;
}

async function skuFacts({ hub, caller }: Context, sku: string): Promise<SkuFacts> {
  const { skus } = await hub.store.load({
    ...{ skus: [sku], balances: [], balancesOf: [], reservations: [], openOrders: [] },
  });
  const head = skus[0]?.head;
  if (!head || (head.version === 0 && head.item === undefined)) {
    throw new StockbusError('HTTP_NOT_FOUND', `there is no SKU '${sku}'`);
  }
  const { seq, item } = head;
  return { sku, version: String(seq), ...(item ? { item: itemFacts(item, caller) } : {}) };
}

/** As it was sent: quantities and costs as decimals. */
export const itemFacts = (item: Item, caller: Caller): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => name !== 'standardCost' || may(caller, 'ledger:read'))
      .map(([name, value]) => [name, typeof value === 'bigint' ? formatDecimal(value) : value]),
  );
