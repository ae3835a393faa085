/** What columns of a Parquet file are, and what a cell is in them. */
import { StockbusError } from '../../errors.ts';
import { isDay } from '../../zone.ts';
import { textOf } from '../tableColumns.ts';

export const columnTypes = [
  'text',
  'decimal',
  'decimal18',
  'integer',
  'boolean',
  'day',
  'instant',
] as const;

export type ColumnType = (typeof columnTypes)[number];

/** As Parquet calls it. */
export interface Element {
  name: string;
  type: 'BYTE_ARRAY' | 'FIXED_LEN_BYTE_ARRAY' | 'INT64' | 'INT32' | 'BOOLEAN';
  repetition_type: 'OPTIONAL';
  [more: string]: unknown;
}

/** Digits behind the point: those of quantities and costs. */
const SCALE = 6;

const decimal = (precision: number): object => ({
  ...{ converted_type: 'DECIMAL', precision, scale: SCALE },
  logical_type: { type: 'DECIMAL', precision, scale: SCALE },
});

const elements: Readonly<Record<ColumnType, Pick<Element, 'type'> & Record<string, unknown>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
  decimal: { type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, ...decimal(38) },
  decimal18: { type: 'INT64', ...decimal(18) },
  integer: { type: 'INT64' },
  boolean: { type: 'BOOLEAN' },
  day: { type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } },
  instant: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MICROS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
  },
};

export const elementOf = (name: string, type: ColumnType): Element => ({
  ...{ name, repetition_type: 'OPTIONAL' },
  ...elements[type],
});

type Cell = string | bigint | number | boolean;

/** Undefined: not of the type; a number out of its bounds, with what they are. */
const readers: Readonly<
  Record<ColumnType, (text: string) => Cell | undefined | { bound: string }>
> = {
  text: (text) => text,
  decimal: (text) => units(text, 38),
  decimal18: (text) => units(text, 18),
  integer(text) {
    const value = /^-?\d{1,40}$/.test(text) ? BigInt(text) : undefined;
    const isKept = value === undefined || BigInt.asIntN(64, value) === value;
    return isKept ? value : { bound: 'an integer has 64 bits' };
  },
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : undefined),
  day(text) {
    return isDay(text) ? Date.parse(text) / 86_400_000 : undefined;
  },
  instant(text) {
    const [, whole = '', fraction = '', zone = ''] = INSTANT.exec(text) ?? [];
    const ms = isDay(whole.slice(0, 10)) ? Date.parse(whole + zone) : Number.NaN;
    return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000n + BigInt(fraction.padEnd(6, '0'));
  },
};

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)$/;
const DECIMAL = /^(-?)(\d{1,60})(?:\.(\d{1,60}?)0*)?$/;

/** In millionths; nothing is rounded. */
function units(text: string, precision: number): bigint | undefined | { bound: string } {
  const [all, sign, whole = '', fraction = ''] = DECIMAL.exec(text) ?? [];
  if (all === undefined) return undefined;
  const digits = fraction === '0' ? '' : fraction;
  if (digits.length > SCALE) return { bound: `it has ${SCALE} digits behind the point` };
  const value = BigInt(whole + digits.padEnd(SCALE, '0'));
  if (String(value).length > precision)
    return { bound: `it has ${precision - SCALE} digits before the point` };
  return sign === '-' ? -value : value;
}

/** As Parquet has it; nothing where the record has nothing, which for text is not the same as empty. */
export function cellOf(value: unknown, column: string, type: ColumnType): Cell | undefined {
  const text = textOf(value);
  if (value === undefined || value === null || (text === '' && type !== 'text')) return undefined;
  const cell = readers[type](text);
  if (cell !== undefined && typeof cell !== 'object') return cell;
  const why = cell === undefined ? '' : `: ${cell.bound}`;
  throw new StockbusError(
    'PARQUET_BAD_CELL',
    `'${text.slice(0, 40)}' is no ${type}${why}`,
    { field: column },
    { todo: `say what it is: \`write: { parquet: { columns: { ${column}: text } } }\`` },
  );
}
