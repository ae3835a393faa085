/** How fine a unit of measure is counted: kilograms in grams, pieces whole. */
import { formatDecimal, MICRO_DIGITS, type Micro, mulDiv, powerOfTen } from './decimal.ts';
import type { Fault } from './errors.ts';

export interface UnitPrecision {
  /** 0 to 6. */
  decimals: number;
  /** Whether more of them are rounded instead of refused. */
  round: boolean;
}

/** By unit; six decimals where nothing is said. */
export type UnitPrecisions = ReadonlyMap<string, UnitPrecision>;

/** The quantity as the unit counts it, rounded where the unit says so, or what is wrong with it. */
export function asFineAs(units: UnitPrecisions, unit: string, quantity: Micro): Micro | Fault {
  const precision = units.get(unit);
  if (!precision) return quantity;
  const step = powerOfTen(MICRO_DIGITS - precision.decimals);
  if (quantity % step === 0n) return quantity;
  if (precision.round) return mulDiv(quantity, 1n, step) * step;
  const most = precision.decimals === 0 ? 'none' : `${precision.decimals}`;
  return {
    code: 'UNIT_PRECISION',
    message: `${formatDecimal(quantity)} ${unit} has more decimals than the unit, which has ${most}`,
  };
}
