/** Where a field stands in a line of fixed width: characters, counted from 1. */
import type { Code } from '../errors.ts';
import { StockbusError } from '../errors.ts';

export interface FixedPlace {
  name: string;
  from: number;
  /** Of the last of it; Infinity up to the end of the line. */
  to: number;
  /** Digits behind a point that is not written; undefined of text. */
  decimals?: number | undefined;
  pad: string;
  align: 'left' | 'right';
}

export interface CellTrouble {
  code: Code;
  message: string;
  field: string;
}

/** The characters of a line. Most have one unit each. */
export const charactersOf = (line: string): string | readonly string[] =>
  /[\ud800-\udfff]/.test(line) ? [...line] : line;

/** What stands there, without what fills it up: text as it is, or a decimal with its point. */
export function cellAt(line: string | readonly string[], place: FixedPlace): string | CellTrouble {
  const { from, to, decimals, pad, align, name } = place;
  const part = line.slice(from - 1, to);
  const cell = (typeof part === 'string' ? part : part.join('')).trim();
  if (decimals === undefined) return pad === ' ' ? cell : unpadded(cell, pad, align);
  if (line.length >= from && line.length < to && to !== Number.POSITIVE_INFINITY) {
    const message = `the line ends at character ${line.length}, within '${name}', a number that goes on to ${to}`;
    return { code: 'FIXED_SHORT_ROW', message, field: name };
  }
  if (cell === '') return '';
  const decimal = impliedDecimal(cell, decimals);
  if (decimal !== undefined) return decimal;
  const message = `'${cell}' is not digits with at most one sign before or behind them, of which the last ${decimals} stand behind the point`;
  return { code: 'FIXED_BAD_NUMBER', message, field: name };
}

function unpadded(cell: string, pad: string, align: FixedPlace['align']): string {
  let [start, end] = [0, cell.length];
  if (align === 'right') while (start < end && cell[start] === pad) start += 1;
  else while (end > start && cell[end - 1] === pad) end -= 1;
  return cell.slice(start, end).trim();
}

/** `0012345` with two decimals is 123.45, exactly. */
function impliedDecimal(cell: string, decimals: number): string | undefined {
  const match = /^([+-]?) *(\d+)([+-]?)$/.exec(cell);
  if (!match || (match[1] && match[3])) return undefined;
  const digits = match[2]!.padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals).replace(/^0+(?=\d)/, '');
  const part = decimals === 0 ? '' : `.${digits.slice(-decimals)}`;
  const sign = (match[1] || match[3]) === '-' && /[1-9]/.test(digits) ? '-' : '';
  return `${sign}${whole}${part}`;
}

/** A line of these cells. Throws FIXED_DOES_NOT_FIT: nothing is ever cut off. */
export function lineOf(places: readonly FixedPlace[], textOf: (name: string) => string): string {
  const line: string[] = [];
  let rest = '';
  for (const place of places) {
    const text = textOf(place.name);
    if (place.to === Number.POSITIVE_INFINITY && place.decimals === undefined) {
      while (line.length < place.from - 1) line.push(' ');
      rest = text;
      continue;
    }
    const written = [...cellText(place, text)];
    while (line.length < place.to) line.push(' ');
    line.splice(place.from - 1, written.length, ...written);
  }
  return line.join('') + rest;
}

function cellText(place: FixedPlace, text: string): string {
  const { name, from, to, decimals, pad, align } = place;
  const width = to - from + 1;
  const said = decimals === undefined ? text : withoutPoint(text, decimals, place);
  const length = [...said].length;
  if (/[\r\n]/.test(said)) throw unfit(name, text, 'it has a line break');
  if (length > width)
    throw unfit(name, text, `it has ${length} characters, and ${width} have room`);
  // Nothing is no zero.
  const fill = (length === 0 ? ' ' : pad).repeat(width - length);
  if (align === 'left') return said + fill;
  // A sign stands before the zeros.
  return pad === '0' && said.startsWith('-') ? `-${fill}${said.slice(1)}` : fill + said;
}

function withoutPoint(text: string, decimals: number, { name }: FixedPlace): string {
  if (text === '') return '';
  const match = /^(-?)(\d+)(?:\.(\d*?)0*)?$/.exec(text);
  if (!match) throw unfit(name, text, 'it is no decimal');
  const [, sign = '', whole = '', part = ''] = match;
  if (part.length > decimals)
    throw unfit(
      name,
      text,
      `it has ${part.length} digits behind the point, and ${decimals} have room`,
    );
  return sign + (whole + part.padEnd(decimals, '0')).replace(/^0+(?=\d)/, '');
}

const unfit = (name: string, text: string, why: string): StockbusError =>
  new StockbusError(
    'FIXED_DOES_NOT_FIT',
    `'${text.slice(0, 60)}' does not fit into '${name}': ${why}`,
    {
      field: name,
    },
  );
