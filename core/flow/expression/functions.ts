/** The functions that Stockbus adds to JSONata. All are exact, and none waits. */
import { hash } from 'node:crypto';
import { formatDecimal, MICRO_ONE, mulDiv, parseDecimal } from '../../decimal.ts';
import { nearestName, StockbusError } from '../../errors.ts';
import { cleanText, identifierOf } from '../../identifier.ts';
import type { LookupTable } from '../../ports.ts';
import { asText, elementText } from '../../steps/asText.ts';
import { gs1Functions } from '../gs1/gs1Functions.ts';
import type { Turns } from '../Turns.ts';
import type { UnitTable } from '../unitTable.ts';
import { notLiteral } from './ast.ts';
import { type DateReader, dateReader } from './dateText.ts';
import { type DecimalMark, decimalText, isBlank } from './decimalText.ts';
import { failed, show } from './operators.ts';

/** What the functions read besides their arguments. */
export interface FunctionContext {
  tables: ReadonlyMap<string, LookupTable>;
  units: UnitTable;
  /** Zone of dates that name none. */
  zone: string;
  now(): number;
  /** Gives way while expressions run in the library. */
  turns: Turns;
}

export type Call = (...inputs: unknown[]) => unknown;

export interface FunctionSpec {
  about: string;
  example: string;
  /** Least and most number of arguments. */
  arity: readonly [number, number];
  /** Makes the function once for each place it is called; literals are known then. */
  make(context: FunctionContext, literals: readonly unknown[]): Call;
}

const textArgument = (name: string, what: string, value: unknown): string => {
  if (typeof value === 'string') return value;
  throw failed(`$${name} takes ${what} as text, not ${show(value)}`);
};

/** What is looked up is an identifier, as the keys of tables and the names of units are. */
function keyText(value: unknown, what: string): string | undefined {
  if (isBlank(value)) return undefined;
  if (typeof value === 'object') return identifierOf(asText(value, what), what) || undefined;
  if (typeof value !== 'string') return String(value);
  return identifierOf(value, what) || undefined;
}

const markOf = (value: unknown): DecimalMark | undefined => {
  if (value === undefined || value === '.' || value === ',') return value;
  throw failed(`${show(value)} is not a decimal mark`, 'write "." or ","');
};

function readDate(
  pattern: unknown,
  zone: unknown,
  own: string,
  gives: 'instant' | 'day' = 'instant',
): DateReader {
  const patterns = Array.isArray(pattern) ? pattern : [pattern ?? ''];
  const reader = dateReader(
    patterns.map((one) => textArgument('date', 'patterns', one)),
    zone === undefined ? own : textArgument('date', 'a zone', zone),
    gives,
  );
  if (typeof reader === 'function') return reader;
  throw failed(`$date: ${reader.message}`);
}

function lookUp(table: LookupTable, key: unknown, column: unknown): unknown {
  const text = keyText(key, `the key of the table ${table.name}`);
  if (text === undefined) return undefined;
  const row = table.rows.get(text);
  if (!row)
    throw new StockbusError(
      'LOOKUP_NOT_FOUND',
      `the table ${table.name} has no row '${text.slice(0, 60)}'`,
    );
  const name = column === undefined ? (table.columns[1] ?? table.columns[0]!) : String(column);
  const cell = row[name];
  if (cell === undefined) throw failed(`the table ${table.name} has no column '${name}'`);
  return cell === '' ? undefined : cell;
}

function tableOf(context: FunctionContext, name: unknown): LookupTable {
  const table = context.tables.get(String(name));
  if (table) return table;
  const near = nearestName(String(name), context.tables.keys());
  throw failed(`there is no table '${String(name)}'`, near ? `did you mean '${near}'?` : undefined);
}

/** JSONata's own `$lookup(object, key)` keeps working beside tables. */
function lookUpAnywhere(
  context: FunctionContext,
  where: unknown,
  key: unknown,
  column: unknown,
): unknown {
  if (typeof where === 'string') return lookUp(tableOf(context, where), key, column);
  if (Array.isArray(where))
    return where
      .map((item) => lookUpAnywhere(context, item, key, column))
      .find((found) => found !== undefined);
  if (typeof where !== 'object' || where === null || typeof key !== 'string') return undefined;
  return Object.hasOwn(where, key) ? (where as Record<string, unknown>)[key] : undefined;
}

/** A decimal in 10⁻⁶, or nothing. */
function micro(value: unknown): bigint | undefined {
  const text = decimalText(value);
  if (text === undefined) return undefined;
  const units = parseDecimal(text);
  if (typeof units === 'bigint') return units;
  throw new StockbusError(
    'EXPR_NOT_DECIMAL',
    `"${text}" has more than six decimals or is too large`,
  );
}

/** A function of two decimals, which is nothing when one of them is. */
const ofTwo = (combine: (a: bigint, b: bigint) => unknown) => (): Call => (left, right) => {
  const a = micro(left);
  const b = micro(right);
  return a === undefined || b === undefined ? undefined : combine(a, b);
};

function divide(a: bigint, b: bigint): string {
  if (b === 0n) throw failed('$divide cannot divide by zero');
  return formatDecimal(mulDiv(a, MICRO_ONE, b));
}

function absolute(value: unknown): unknown {
  if (typeof value === 'number') return Math.abs(value);
  const text = decimalText(value);
  return text?.startsWith('-') ? text.slice(1) : text;
}

function negate(value: unknown): string | undefined {
  const text = decimalText(value);
  if (text === undefined || text === '0') return text;
  return text.startsWith('-') ? text.slice(1) : `-${text}`;
}

/** JSON tells the arguments apart; null stands for nothing. */
function hashOf(...values: readonly unknown[]): string | undefined {
  const texts = values.map((value) => {
    if (value === undefined || value === null || value === '') return null;
    return Array.isArray(value) ? value.map((item) => asText(item)) : asText(value);
  });
  return texts.every((text) => text === null) ? undefined : hash('sha256', JSON.stringify(texts));
}

/** The bounds of what `now` may be called for: the hub's own clock, as text. */
const makeNow = (context: FunctionContext) => (): string => new Date(context.now()).toISOString();

export const functions: Readonly<Record<string, FunctionSpec>> = {
  decimal: {
    about:
      'A number as exact decimal text. The second argument is the decimal mark, "." or ","; with it, grouping marks (`,` `.` `\'` `’` or spaces) are read too, between groups of three digits of which the first begins with no zero: `0.500` with the mark "," is refused, and not 500. A minus may stand first or last. Empty stays empty.',
    example: '$decimal("1.234,50", ",")',
    arity: [1, 2],
    make(_context, [, mark]) {
      if (mark === '.' || mark === ',' || mark === undefined)
        return (value) => decimalText(value, mark);
      return (value, given) => decimalText(value, markOf(given));
    },
  },
  date: {
    about:
      'A date as RFC 3339 in UTC. The second argument is its pattern, or a list of patterns; the third the time zone of texts that name none: `stock.zone` when left out. Without a pattern it reads ISO 8601 (`2026-03-31`, `20260331T101500Z`, `t` and `z` too, `T24:00:00`), dates of XML Schema with a zone (`2026-03-31+01:00`) and `/Date(1774944900000)/`.',
    example: '$date("31.03.2026", "dd.MM.yyyy", "Europe/Berlin")',
    arity: [1, 3],
    make({ zone: own }, [, pattern, zone]) {
      if (pattern !== notLiteral && zone !== notLiteral) return readDate(pattern, zone, own);
      return (value, givenPattern, givenZone) => readDate(givenPattern, givenZone, own)(value);
    },
  },
  clean: {
    about:
      'A text for names that many hands wrote: Unicode compatibility forms are folded (NFKC: full-width letters, ligatures, ², ½), every dash becomes `-` (U+2011 too), every run of blanks one space, invisible characters (control, format, zero-width, variation selectors) are left out, and both ends are trimmed. Nothing where nothing is left. Case stays. Identifiers (`sku`, `location`, `lot`, `document` …) need it only where they shall be folded like that: they are taken in NFC and trimmed anyway, and one with an invisible character inside is parked.',
    example: '$clean(" A\u00ad‑100\u200b ")',
    arity: [1, 1],
    make: () => (value) => {
      if (value === undefined || value === null) return undefined;
      const text = typeof value === 'number' ? decimalText(value) : value;
      return cleanText(textArgument('clean', 'a text', text)) || undefined;
    },
  },
  text: {
    about:
      'The text of an XML element, whether its sender writes attributes or not: a text is itself, a number or a boolean becomes its text, of an element with attributes it is the text, and an element that has attributes alone gives nothing, as nothing does. A list of several, or an object that is no such element, parks the record (`EXPR_NOT_TEXT`). `` Item.`#text` `` is the text in both cases, too, and of an element that has elements beside it.',
    example: '$text(Item)',
    arity: [1, 1],
    make: () => elementText,
  },
  day: {
    about:
      'The day of a date, for fields such as `due`, `expiresOn` and `through`: read as $date reads it, `YYYY-MM-DD` in the zone (`stock.zone` when left out). Of a text without a time it is the day that stands there, whatever zone follows: `2025-01-19+05:30` is 2025-01-19, though $date gives the instant at which that day began there.',
    example: '$day("31.03.2026", "dd.MM.yyyy")',
    arity: [1, 3],
    make({ zone: own }, [, pattern, zone]) {
      if (pattern !== notLiteral && zone !== notLiteral) return readDate(pattern, zone, own, 'day');
      return (value, givenPattern, givenZone) =>
        readDate(givenPattern, givenZone, own, 'day')(value);
    },
  },
  lookup: {
    about:
      'The cell of a table in config/tables: table, key, and the column (the second when left out). A key that is missing parks the record.',
    example: '$lookup("sku-xref", Item)',
    arity: [2, 3],
    make(context, [name, , column]) {
      const table = typeof name === 'string' ? context.tables.get(name) : undefined;
      if (table && column === undefined) return (_name, key) => lookUp(table, key, undefined);
      return (where, key, given) => lookUpAnywhere(context, where, key, given);
    },
  },
  uom: {
    about:
      'A quantity in another unit of measure, by the factors of config/tables/uom.csv (columns `unit`, `base`, `factor`, and `decimals` and `round` for how fine the unit is counted).',
    example: '$uom("2", "DZ", "EA")',
    arity: [3, 3],
    make: (context) => (quantity, from, to) => {
      const text = decimalText(quantity);
      const source = keyText(from, 'the unit of $uom');
      const target = keyText(to, 'the unit of $uom');
      if (text === undefined) return undefined;
      if (source === undefined || target === undefined) throw failed('$uom needs both units');
      return context.units.convert(text, source, target);
    },
  },
  hash: {
    about:
      'The SHA-256, in hex, of what its arguments say, up to twelve: texts, numbers, and lists of these. It tells where one ends and the next begins, and which of them gives nothing; where all do, it gives nothing. A name for what has none, as a part of `key`: two records that say the same have one, so that only what tells them apart in truth (such as `$row`) makes two of them.',
    example: '$hash("2026-03-31", "A1")',
    arity: [1, 12],
    make: () => hashOf,
  },
  now: {
    about:
      'The time of the hub, RFC 3339 in UTC. In flows into stock no key, filter, rule or route may read it, and a document that holds it is parked when it comes again.',
    example: '$now()',
    arity: [0, 0],
    make: makeNow,
  },
  abs: {
    about: 'A decimal without its sign.',
    example: '$abs("-2.5")',
    arity: [1, 1],
    make: () => absolute,
  },
  negate: {
    about: 'A decimal with the other sign.',
    example: '$negate("2.5")',
    arity: [1, 1],
    make: () => negate,
  },
  isNegative: {
    about: 'Whether a decimal is below zero.',
    example: '$isNegative("-2")',
    arity: [1, 1],
    make: () => (value) => decimalText(value)?.startsWith('-'),
  },
  compare: {
    about: 'Compares two decimals: -1, 0 or 1.',
    example: '$compare("10", "9.5")',
    arity: [2, 2],
    make: ofTwo((a, b) => (a < b ? -1 : Number(a > b))),
  },
  add: {
    about: 'The exact sum of two decimals.',
    example: '$add("0.1", "0.2")',
    arity: [2, 2],
    make: ofTwo((a, b) => formatDecimal(a + b)),
  },
  subtract: {
    about: 'The exact difference of two decimals.',
    example: '$subtract("1", "0.9")',
    arity: [2, 2],
    make: ofTwo((a, b) => formatDecimal(a - b)),
  },
  multiply: {
    about: 'The product of two decimals, rounded half away from zero at six decimals.',
    example: '$multiply("1.5", "3")',
    arity: [2, 2],
    make: ofTwo((a, b) => formatDecimal(mulDiv(a, b, MICRO_ONE))),
  },
  divide: {
    about: 'The quotient of two decimals, rounded half away from zero at six decimals.',
    example: '$divide("10", "4")',
    arity: [2, 2],
    make: ofTwo(divide),
  },
  ...gs1Functions,
};
