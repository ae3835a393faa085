import { formatDecimal } from '../decimal.ts';
import type { SkuHead } from '../ledger.ts';
import type { RecordValue } from '../ports.ts';
import { sku } from './parameters.ts';
import type { ReportSpec } from './ReportSpec.ts';
import { column, decimal, filterOf, hidden, inTime, rare } from './ReportSpec.ts';
import { skuPages } from './skuPages.ts';
import { headSource } from './sources.ts';

export const items: ReportSpec = {
  name: 'items',
  about: 'Shows every item that the books know: what was said of it, and how it is valued.',
  parameters: [sku],
  columns: [
    column('sku', 'SKU'),
    column('name', 'Name'),
    column('unit', 'Unit', 'The base unit; empty where nobody named one.'),
    column('valuation', 'Valuation'),
    rare('tracking', 'Tracking', '`lot` or `serial`; empty where it is not tracked.'),
    rare('group', 'Group'),
    rare('barcode', 'Barcode'),
    hidden('units', 'Other units: how many base units one is, as `CTN=12 PAL=480`.'),
    {
      ...hidden('standardCost', 'Cost of one base unit, where that is the method.'),
      isCost: true,
    },
    hidden('picking', 'Which lot goes first when nobody names one.'),
    hidden('negative', 'Whether it may go below zero; empty: as the place or the hub says.'),
    hidden('valued', '`false`: it is counted and worth nothing.'),
    decimal('entries', 'Entries', 'Of the ledger.'),
    inTime(
      column('recordedAt', 'Recorded', 'When it was last booked, or something was said of it.'),
    ),
  ],
  none: 'The books know no item of that kind.',
  examples: ['stockbus items', 'stockbus items ESP-1KG --format json'],
  read({ store }, query, page) {
    const { sku: only } = filterOf(query, 'sku');
    const sources = { heads: headSource(store, only) };
    return skuPages({ sources, shape: (_, { heads }) => heads.map(itemRow) }, page);
  },
};

function itemRow({ sku: of, item, opening, seq, recordedAt }: SkuHead): RecordValue {
  const { tracking = 'none', units = {}, standardCost = opening.standardCost } = item ?? {};
  return {
    sku: of,
    name: item?.name ?? '',
    unit: item?.unit ?? '',
    valuation: item?.valuation ?? opening.valuation,
    tracking: tracking === 'none' ? '' : tracking,
    group: item?.group ?? '',
    barcode: item?.barcode ?? '',
    units: Object.entries(units)
      .map(([unit, factor]) => `${unit}=${factor}`)
      .join(' '),
    standardCost: standardCost === 0n ? '' : formatDecimal(standardCost),
    picking: item?.picking ?? '',
    negative: item?.negative ?? '',
    valued: String(item?.valued ?? true),
    entries: String(seq),
    recordedAt,
  };
}
