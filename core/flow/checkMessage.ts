/** What a message that its schema allows may still be told of, or refused for, by the policy of the hub. */
import { formatDecimal, parseDecimal } from '../decimal.ts';
import type { CommandType } from '../message.ts';
import type { RecordValue } from '../ports.ts';
import { reservedField } from '../reservedField.ts';
import type { UnitPrecisions } from '../unitPrecision.ts';
import { asFineAs } from '../unitPrecision.ts';
import type { Findings } from './canonicalField.ts';
import type { DateBounds } from './DateBounds.ts';

export interface MessageChecks {
  dates: DateBounds;
  units: UnitPrecisions;
  /** Whether a receipt without a cost is only told here; where it is parked, booking decides. */
  tellsCosts: boolean;
  /** That of the valuation; undefined without a configuration. */
  currency: string | undefined;
}

interface AnyRow {
  quantity?: string;
  unit?: string;
  unitCost?: string;
  amount?: string;
  owner?: string;
}

export function checkMessage(
  type: CommandType,
  data: RecordValue,
  { units, tellsCosts, currency }: MessageChecks,
  found: Findings,
): void {
  const reserved = reservedField(type, data);
  if (reserved) found.faults.push(reserved);
  const lines = (data.lines ?? []) as AnyRow[];
  if (type === 'stock.receive.v1' && tellsCosts) tellCosts(lines, found);
  if (data.rate !== undefined) tellRate(data.currency, currency, found);
  if (units.size === 0) return;
  checkUnits('lines', lines, units, found);
  checkUnits('components', (data.components ?? []) as AnyRow[], units, found);
}

/** Costs that are in the currency of the valuation already have no rate. */
function tellRate(given: unknown, valuation: string | undefined, { told }: Findings): void {
  if (given !== undefined && given !== valuation) return;
  const why =
    given === undefined ? 'the currency is missing' : `${String(given)} is that of the valuation`;
  told.push({ code: 'RATE_IGNORED', message: `rate is given, and ${why}`, at: { field: 'rate' } });
}

/** What nobody paid for has the cost 0; what is not ours has none. */
function tellCosts(lines: readonly AnyRow[], { told }: Findings): void {
  const index = lines.findIndex(
    ({ unitCost, amount, owner }) => (unitCost ?? amount ?? owner) === undefined,
  );
  if (index < 0) return;
  const field = `lines[${index}].unitCost`;
  told.push({ code: 'COST_MISSING', message: `${field} is missing`, at: { field } });
}

/** The base unit of an item is known when it is booked: there the same is asked of all lines. */
function checkUnits(
  list: string,
  rows: readonly AnyRow[],
  units: UnitPrecisions,
  { faults, told }: Findings,
): void {
  rows.forEach(({ quantity = '', unit = '' }, index) => {
    const stated = unit === '' ? undefined : parseDecimal(quantity);
    if (typeof stated !== 'bigint') return;
    const field = `${list}[${index}].quantity`;
    const fitted = asFineAs(units, unit, stated);
    if (typeof fitted === 'object') faults.push({ ...fitted, at: { field } });
    else if (fitted !== stated) {
      const message = `${field} is ${quantity} ${unit}, rounded to ${formatDecimal(fitted)}`;
      told.push({ code: 'UNIT_ROUNDED', message, at: { field } });
    }
  });
}
