/** Units of measure with exact factors, from config/tables/uom.csv. */
import { formatDecimal, mulDiv, parseDecimal } from '../decimal.ts';
import { nearestName, StockbusError } from '../errors.ts';
import { badCharacterFault, readIdentifier } from '../identifier.ts';
import type { LookupTable } from '../ports.ts';
import type { UnitPrecision, UnitPrecisions } from '../unitPrecision.ts';

type Row = Readonly<Record<string, string>>;

/** `factor` of the unit's base unit, as a fraction. */
interface Unit {
  base: string;
  numerator: bigint;
  denominator: bigint;
}

export interface UnitTable {
  /** Of the units whose decimals the table says. */
  precisions: UnitPrecisions;
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

/** Undefined where the table says nothing of the unit. */
function readPrecision({ decimals = '', round = '' }: Row): UnitPrecision | 'bad' | undefined {
  if (decimals === '') return round === '' || round === 'false' ? undefined : 'bad';
  if (!/^[0-6]$/.test(decimals) || !['', 'true', 'false'].includes(round)) return 'bad';
  return { decimals: parseInt(decimals, 10), round: round === 'true' };
}

/** Others may stand beside them, for look-ups; one that is nearly one of these would say nothing. */
const COLUMNS = ['base', 'factor', 'decimals', 'round'];

/** What cannot be read goes to `refuse`. */
export function unitTable(
  table: LookupTable | undefined,
  refuse: (message: string, todo: string) => void,
): UnitTable {
  const units = new Map<string, Unit>();
  const precisions = new Map<string, UnitPrecision>();
  for (const column of table?.columns.slice(1) ?? []) {
    const meant = nearestName(column, COLUMNS);
    if (meant === undefined || meant === column || table?.columns.includes(meant)) continue;
    refuse(`'${column}' is not a column that says something of a unit`, `Write '${meant}'.`);
  }
  for (const [name, row] of table?.rows ?? []) {
    const base = readIdentifier(row.base || name);
    const factor = parseFactor(row.factor ?? '');
    const precision = readPrecision(row);
    if (!factor) {
      const message = `'${row.factor ?? ''}' is not the factor of the unit '${name}'`;
      refuse(message, 'Write a decimal or a fraction, such as 12, 0.45359237 or 1/3.');
    } else if (typeof base === 'object') {
      refuse(badCharacterFault(`the base of ${name}`, row.base!, base).message, 'Take it out.');
    } else if (precision === 'bad') {
      const message = `'${row.decimals ?? ''}' and '${row.round ?? ''}' do not say how fine the unit '${name}' is`;
      refuse(message, 'Write 0 to 6 under decimals, and true, false or nothing under round.');
    } else {
      units.set(name, { base, ...factor });
      if (precision) precisions.set(name, precision);
    }
  }
  const unit = (name: string): Unit => {
    const known = units.get(name);
    if (known) return known;
    throw new StockbusError('UOM_UNKNOWN', `the unit '${name}' is not in config/tables/uom.csv`);
  };
  return {
    precisions,
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
