import { formatDecimal, formatFixed, spreadBy, unitCostOf } from '../decimal.ts';
import type { Balance, ValuationMethod } from '../ledger.ts';
import type { RecordValue, ValuationRow } from '../ports.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { poolFinder } from '../stock/policy.ts';
import { methodOf, validChanges } from './methods.ts';
import { asOf, by, knownAt, sku } from './parameters.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, rare } from './ReportSpec.ts';
import { skuPages } from './skuPages.ts';
import { headSource, noRows, stockSource, valuationSource } from './sources.ts';

export const valuation: ReportSpec = {
  name: 'valuation',
  about: 'Shows what the stock is worth, by SKU and cost pool, or by place.',
  parameters: [
    sku,
    by('A row for each cost pool, or for each place with its share of the pool.', [
      'pool',
      'place',
    ]),
    asOf,
    knownAt,
  ],
  columns: [
    column('sku', 'SKU'),
    column('pool', 'Pool'),
    rare('location', 'Location', 'Only by place: a place has its share of the pool by quantity.'),
    decimal('quantity', 'Quantity', 'Our own stock; others’ is worth nothing to us.'),
    decimal('value', 'Value', 'Its value, in `currency`.'),
    column('currency', ''),
    decimal('unitCost', 'Unit cost', 'Value of one unit, rounded half away from zero.'),
    column('method', 'Method', 'How the pool is valued.'),
  ],
  totals: { amounts: ['value'], quantities: ['quantity'], by: 'pool' },
  none: 'There is nothing of value.',
  examples: [
    'stockbus valuation --as-of 2026-03-31 --known-at 2026-04-05',
    'stockbus valuation ESP-1KG --by place',
  ],
  read({ store, policy }, query, page) {
    const dates = filterOf(query, 'asOf', 'knownAt');
    const filter = { ...filterOf(query, 'sku'), ...dates };
    const isByPlace = query.by === 'place';
    const poolOf = poolFinder(policy);
    return skuPages(
      {
        sources: {
          pools: valuationSource(store, filter),
          heads: headSource(store, query.sku),
          balances: isByPlace ? stockSource(store, filter) : noRows<Balance>(),
        },
        async shape(of, { pools, heads, balances }) {
          if (pools.length === 0) return [];
          const valid = await validChanges(store, of, dates);
          return pools.flatMap((row) => {
            const method = methodOf(row.pool, valid, heads[0]?.opening);
            if (!isByPlace) return [worthRow(row, '', method, policy)];
            const held = balances.filter(({ place }) => poolOf(place) === row.pool);
            return placeShares(row, held).map(([place, share]) =>
              worthRow(share, place, method, policy),
            );
          });
        },
      },
      page,
    );
  },
};

/** The pool's value over its places with stock of our own, by quantity; the last takes the rest. */
function placeShares(
  row: ValuationRow,
  balances: readonly Balance[],
): [place: string, share: ValuationRow][] {
  const quantities = new Map<string, bigint>();
  for (const { place, owner, onHand } of balances) {
    if (owner === '') quantities.set(place, (quantities.get(place) ?? 0n) + onHand);
  }
  const places = [...quantities].filter(([, quantity]) => quantity !== 0n);
  if (places.length === 0) return [['', row]];
  const values = spreadBy(
    row.value,
    places.map(([, quantity]) => quantity),
  );
  return places.map(([place, quantity], index) => [
    place,
    { ...row, quantity, value: values[index]! },
  ]);
}

function worthRow(
  { sku: of, pool, quantity, value }: ValuationRow,
  place: string,
  method: ValuationMethod | '',
  { currency, minorDigits }: StockPolicy,
): RecordValue {
  return {
    sku: of,
    pool,
    location: place,
    quantity: formatDecimal(quantity),
    value: formatFixed(value, minorDigits),
    currency,
    unitCost: formatDecimal(unitCostOf(value, quantity, minorDigits)),
    method,
  };
}
