/** Units of measure with exact factors, from config/tables/uom.csv. */
import { formatDecimal, mulDiv, parseDecimal } from '../decimal.ts';
import { StockbusError } from '../errors.ts';
import { identifierOf } from '../identifier.ts';
import type { LookupTable } from '../ports.ts';

/** `factor` of the unit's base unit, as a fraction. */
interface Unit {
  base: string;
  numerator: bigint;
  denominator: bigint;
}

export interface UnitTable {
  /** Decimal text of the quantity in the other unit; the last of six decimals is rounded half away from zero. */
  convert(quantity: string, from: string, to: string): string;
  has(unit: string): boolean;
}

const FACTOR = /^(\d{1,15})(?:\.(\d{1,12}))?(?:\s*\/\s*(\d{1,15}))?$/;

/** `12`, `0.45359237` or `1/1000` as a fraction; undefined when it is none of these, or zero. */
export function parseFactor(text: string): { numerator: bigint; denominator: bigint } | undefined {
  const match = FACTOR.exec(text.trim());
  if (!match) return undefined;
  const decimals = match[2] ?? '';
  const numerator = BigInt(match[1]! + decimals);
  const denominator = 10n ** BigInt(decimals.length) * BigInt(match[3] ?? '1');
  return numerator === 0n || denominator === 0n ? undefined : { numerator, denominator };
}

/** Rows whose factor cannot be read go to `refuse`. */
export function unitTable(
  table: LookupTable | undefined,
  refuse: (unit: string, factor: string) => void,
): UnitTable {
  const units = new Map<string, Unit>();
  for (const [name, row] of table?.rows ?? []) {
    const factor = parseFactor(row.factor ?? '');
    if (factor)
      units.set(name, { base: identifierOf(row.base || name, 'the base of a unit'), ...factor });
    else refuse(name, row.factor ?? '');
  }
  const unit = (name: string): Unit => {
    const known = units.get(name);
    if (known) return known;
    throw new StockbusError('UOM_UNKNOWN', `the unit '${name}' is not in config/tables/uom.csv`);
  };
  return {
    has: (name) => units.has(name),
    convert(quantity, from, to) {
      if (from === to) return quantity;
      const source = unit(from);
      const target = unit(to);
      if (source.base !== target.base) {
        throw new StockbusError(
          'UOM_UNKNOWN',
          `'${from}' is measured in ${source.base} and '${to}' in ${target.base}`,
        );
      }
      const units = parseDecimal(quantity);
      if (typeof units !== 'bigint') {
        throw new StockbusError(
          'EXPR_NOT_DECIMAL',
          `"${quantity.slice(0, 60)}" is not a quantity of at most six decimals`,
        );
      }
      const numerator = source.numerator * target.denominator;
      return formatDecimal(mulDiv(units, numerator, source.denominator * target.numerator));
    },
  };
}
