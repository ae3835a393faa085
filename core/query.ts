/**
 * Query: what the books say, as flat records of text for people, files and other systems. Quantities
 * are plain decimals, values have the currency's decimals.
 */
import { formatDecimal, formatFixed, unitCostOf } from './decimal.ts';
import type { Query } from './flow/compiledFlow.ts';
import type { Balance, LedgerEntry } from './ledger.ts';
import { isVirtual } from './ledger.ts';
import { limits } from './limits.ts';
import type { Page, Paged, RecordValue, Store, ValuationRow } from './ports.ts';
import type { StockPolicy } from './stock/policy.ts';

/** One page of a query, as records. */
export async function queryPage(
  store: Store,
  policy: StockPolicy,
  query: Query,
  page: Page,
): Promise<Paged<RecordValue>> {
  const { sku, document } = query;
  const asOf = query.asOf === undefined ? undefined : endOf(query.asOf);
  const common = { ...(sku === undefined ? {} : { sku }), ...(asOf === undefined ? {} : { asOf }) };
  if (query.name === 'ledger') {
    const filter = { ...common, ...(document === undefined ? {} : { document }) };
    return mapPage(await store.ledger(filter, page), (entry) => ledgerRow(entry, policy));
  }
  if (query.name === 'valuation') {
    return mapPage(await store.valuation(common, page), (row) => valuationRow(row, policy));
  }
  const { place } = query;
  // Places outside have no stored balance: theirs is the sum of the ledger up to now.
  const everything =
    place !== undefined && isVirtual(place) && asOf === undefined
      ? { asOf: '9999-12-31T23:59:59.999Z' }
      : {};
  const filter = { ...common, ...everything, ...(place === undefined ? {} : { place }) };
  return mapPage(await store.stock(filter, page), stockRow);
}

/** All pages of a query, one after another, with bounded memory. */
export async function* queryRows(
  store: Store,
  policy: StockPolicy,
  query: Query,
): AsyncIterable<RecordValue[]> {
  let after: string | undefined;
  do {
    const page: Page = { limit: limits.pageRows, ...(after === undefined ? {} : { after }) };
    const { rows, next } = await queryPage(store, policy, query, page);
    yield rows;
    after = next;
  } while (after !== undefined);
}

/** A date alone means the whole day, UTC; anything else is brought to milliseconds UTC. */
export function endOf(asOf: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(asOf)) return `${asOf}T23:59:59.999Z`;
  return new Date(asOf).toISOString();
}

function mapPage<A, B>(page: Paged<A>, shape: (row: A) => B): Paged<B> {
  return { rows: page.rows.map(shape), ...(page.next === undefined ? {} : { next: page.next }) };
}

export function stockRow(balance: Balance): RecordValue {
  const free = balance.status === 'available' ? balance.onHand - balance.reserved : 0n;
  return {
    sku: balance.sku,
    location: balance.place,
    lot: balance.lot,
    status: balance.status,
    onHand: formatDecimal(balance.onHand),
    reserved: formatDecimal(balance.reserved),
    available: formatDecimal(free),
    version: String(balance.version),
  };
}

export function ledgerRow(entry: LedgerEntry, policy: StockPolicy): RecordValue {
  return {
    sku: entry.sku,
    seq: String(entry.seq),
    at: entry.at,
    kind: entry.kind,
    from: entry.from,
    to: entry.to,
    quantity: formatDecimal(entry.quantity),
    value: formatFixed(entry.value, policy.minorDigits),
    currency: policy.currency,
    fromPool: entry.fromPool,
    toPool: entry.toPool,
    lot: entry.lot,
    status: entry.status,
    document: entry.document,
    line: entry.line,
    partner: entry.partner,
    reference: entry.reference,
    reason: entry.reason,
    corrects: entry.corrects === undefined ? '' : String(entry.corrects),
    source: entry.source,
    messageId: entry.messageId,
    recordedAt: entry.recordedAt,
  };
}

export function valuationRow(row: ValuationRow, policy: StockPolicy): RecordValue {
  return {
    sku: row.sku,
    pool: row.pool,
    quantity: formatDecimal(row.quantity),
    value: formatFixed(row.value, policy.minorDigits),
    currency: policy.currency,
    unitCost: formatDecimal(unitCostOf(row.value, row.quantity, policy.minorDigits)),
  };
}
