import { formatDecimal, formatFixed } from '../decimal.ts';
import type { CostLayer, LedgerEntry, SkuHead } from '../ledger.ts';
import type { RecordValue } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { calendarOf, daysBetween } from '../zone.ts';
import { businessDay } from './businessDay.ts';
import type { AgedPool, AgedSlot, AgeRange } from './figures/ageing.ts';
import { agedPools, ageRanges, slotsOf } from './figures/ageing.ts';
import { asOf, by, knownAt, ranges, sku } from './parameters.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, hidden, inTime, onDay, rare } from './ReportSpec.ts';
import { allRows, skuPages } from './skuPages.ts';
import { headSource, layerSource, ledgerSource, noRows } from './sources.ts';

const DEFAULT_RANGES = [30, 60, 90];

export const ageing: ReportSpec = {
  name: 'ageing',
  about:
    'Shows how old the stock is and what it is worth, by the day on which it came from outside.',
  parameters: [
    sku,
    ranges,
    by('A row for each range of ages, or for each slot: what came at one time.', ['range', 'slot']),
    asOf,
    knownAt,
  ],
  columns: [
    column('sku', 'SKU'),
    column('pool', 'Pool'),
    rare('lot', 'Lot', 'Only by slot, and only where lots are valued by themselves.'),
    column('age', 'Days', '`0-30`, `91+`, or the days of a slot; `short`: taken before it came.'),
    decimal('quantity', 'Quantity', 'Our own stock.'),
    decimal('value', 'Value', 'Its value, in `currency`; sums to the valuation.'),
    column('currency', ''),
    onDay(column('day', 'Oldest', 'Day on which the oldest part came, in `stock.zone`.')),
    inTime(hidden('since', 'Business time at which it came.')),
  ],
  totals: { amounts: ['value'], quantities: ['quantity'] },
  isOfNow: true,
  none: 'There is no stock of that kind.',
  examples: [
    'stockbus ageing --ranges 30,60,90,180',
    'stockbus ageing ESP-1KG --by slot --as-of 2026-03-31',
  ],
  read({ store, policy, now }, query, page) {
    const { asOf: until, knownAt: known, ranges: bounds = DEFAULT_RANGES } = query;
    const isNow = until === undefined && known === undefined;
    const filter = filterOf(query, 'sku', 'asOf', 'knownAt');
    return skuPages(
      {
        sources: {
          heads: headSource(store, query.sku),
          layers: isNow ? layerSource(store, query.sku) : noRows<CostLayer>(),
          entries: isNow ? noRows<LedgerEntry>() : ledgerSource(store, filter),
        },
        async shape(of, { heads: [head], layers, entries }) {
          if (!head) return [];
          const isShort = isNow && head.pools.some(({ manyShort }) => manyShort);
          const told = isShort ? await allRows((each) => store.ledger({ sku: of }, each)) : entries;
          const pools =
            isNow && !isShort
              ? poolsNow(head, layers)
              : agedPools(of, told, head.opening, policy.minorDigits);
          const rows = query.by === 'slot' ? slotRows : rangeRows;
          return pools.flatMap((pool) => rows(of, pool, bounds, until ?? now, policy));
        },
      },
      page,
    );
  },
};

function poolsNow({ pools }: SkuHead, layers: readonly CostLayer[]): AgedPool[] {
  return [...pools]
    .sort((one, other) => (one.pool < other.pool ? -1 : 1))
    .map(({ pool, value }) => ({
      pool,
      slots: slotsOf(
        layers.filter((layer) => layer.pool === pool),
        value,
      ),
    }));
}

type Rows = (
  of: string,
  pool: AgedPool,
  bounds: readonly number[],
  until: string,
  policy: StockPolicy,
) => RecordValue[];

const rangeRows: Rows = (of, { pool, slots }, bounds, until, policy) =>
  ageRanges(slots, bounds, until, calendarOf(policy.zone)).map((range) =>
    ageRow(of, pool, { ...range, lot: '' }, rangeText(range), policy),
  );

const slotRows: Rows = (of, { pool, slots }, _, until, policy) =>
  slots.map((slot) => {
    const days = daysBetween(slot.since, until, calendarOf(policy.zone));
    const age = slot.quantity < 0n ? 'short' : String(days);
    return ageRow(of, pool, slot, age, policy);
  });

function rangeText({ from, upTo }: AgeRange): string {
  if (from === undefined) return 'short';
  return upTo === undefined ? `${from}+` : `${from}-${upTo}`;
}

const ageRow = (
  of: string,
  pool: string,
  { lot, quantity, value, since }: AgedSlot,
  age: string,
  policy: StockPolicy,
): RecordValue => ({
  sku: of,
  pool,
  lot,
  age,
  quantity: formatDecimal(quantity),
  value: formatFixed(value, policy.minorDigits),
  currency: policy.currency,
  day: businessDay(policy, since),
  since,
});
