/** Cells as a workbook has them. */
import type { FieldKind } from '../../ports.ts';
import { isDay } from '../../zone.ts';

/** Digits that a spreadsheet keeps of a number. */
const SHOWN_DIGITS = 15;
const DAY_MS = 86_400_000;
/** Day 0, as all count who know that 1900 was no leap year. */
const DAY_ZERO_MS = Date.UTC(1899, 11, 30);
/** The first day on which all spreadsheets agree: 1 March 1900. */
const FIRST_SERIAL = 61;

/** By number: plain, a day, a time. */
export const stylesXml = (main: string): string =>
  `<styleSheet xmlns="${main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts><fonts count="1"><font/></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="3"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/></cellXfs></styleSheet>`;

/** Text in each cell, which no spreadsheet runs as a formula; what is of a kind, as that where it can be. */
export function rowXml(
  cells: readonly string[],
  kindOf: (column: number) => FieldKind | undefined = () => undefined,
): string {
  const xml = cells.map((cell, column) => {
    if (cell === '') return '<c/>';
    const kind = kindOf(column);
    const typed = kind && (kind === 'decimal' ? numberXml(cell) : dateXml(cell));
    return typed ?? `<c t="inlineStr"><is><t xml:space="preserve">${escaped(cell)}</t></is></c>`;
  });
  return `<row>${xml.join('')}</row>`;
}

/** Undefined where it would not be the same any more. */
const numberXml = (cell: string): string | undefined =>
  isKeptWhole(cell) ? `<c><v>${cell}</v></c>` : undefined;

/** A day or a time, whichever it is. */
function dateXml(cell: string): string | undefined {
  if (!isDay(cell.slice(0, 10)) || !/^.{10}(?:T[\d:.]+Z)?$/.test(cell)) return undefined;
  const serial = (Date.parse(cell) - DAY_ZERO_MS) / DAY_MS;
  return serial >= FIRST_SERIAL
    ? `<c s="${cell.length === 10 ? 1 : 2}"><v>${serial}</v></c>`
    : undefined;
}

const isKeptWhole = (cell: string): boolean =>
  /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(cell) &&
  cell.replace(/^-?[0.]*|\./g, '').length <= SHOWN_DIGITS;

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
};

/** Characters that XML does not have, and what looks like one that is escaped, are written as workbooks do. */
export const escaped = (text: string): string =>
  text
    .replace(/_(?=x[\da-fA-F]{4}_)/g, '_x005F_')
    .replace(/[\p{Cc}\ufffe\uffff]/gu, (char) =>
      char === '\t' || char === '\n'
        ? char
        : `_x${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    )
    .replace(/[<>&"]/g, (char) => ESCAPES[char]!);
