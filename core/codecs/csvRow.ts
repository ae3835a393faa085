import type { Code } from '../errors.ts';

/** What the punctuation of a CSV text is. */
export interface CsvSyntax {
  /** One character. */
  delimiter: string;
  /** One character, or empty where quotes are plain text. */
  quote: string;
  /** `\n` ends lines, with any number of `\r` before it; `\r` only where the text has no `\n`. */
  eol: '\n' | '\r';
}

/** Begins a text; in the middle of one it shows that texts were joined. */
export const BYTE_ORDER_MARK = '\ufeff';

export interface CsvRow {
  cells: string[];
  /** Where the next row begins. */
  end: number;
  /** Physical lines that it takes. */
  lines: number;
  /** A line without anything: no row at all. Quotes around nothing are something. */
  blank: boolean;
  /** A byte order mark stands before it, which is no part of it. */
  marked: boolean;
  fault?: { code: Code; message: string; line: number };
}

/** `more`: the row is not complete in the text. `large`: it is longer than its bound. */
export type RowScan = CsvRow | 'more' | 'large';

/**
 * Reads the row that begins at `from`, with every quote looked at. A quote that goes wrong costs the
 * row up to the end of the line on which it was opened, and nothing after it.
 *
 * Linear even against thousands of open quotes: the search for the end of one stops at the next
 * quote that cannot be inside it, and every line that leaves a quote open has such a quote.
 */
export function scanRow(
  text: string,
  from: number,
  syntax: CsvSyntax,
  bounds: { final: boolean; chars: number },
): RowScan {
  const scan = new RowScanner(text, from, syntax, bounds);
  return scan.row();
}

class RowScanner {
  readonly #text: string;
  readonly #from: number;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #eol: number;
  /** Of CR and LF the one that ends no line by itself. */
  readonly #stray: number;
  readonly #marked: boolean;
  readonly #syntax: CsvSyntax;
  readonly #bounds: { final: boolean; chars: number };
  readonly #cells: string[] = [];
  #at: number;
  #hasQuotes = false;
  /** Line breaks inside quoted cells so far. */
  #breaks = 0;
  /** What stands outside of quotes and may not. */
  #fault: CsvRow['fault'];

  constructor(
    text: string,
    from: number,
    syntax: CsvSyntax,
    bounds: { final: boolean; chars: number },
  ) {
    this.#text = text;
    this.#from = from;
    this.#at = from;
    while (text.charCodeAt(this.#at) === MARK) this.#at += 1;
    this.#marked = this.#at > from;
    this.#syntax = syntax;
    this.#bounds = bounds;
    this.#delimiter = syntax.delimiter.charCodeAt(0);
    this.#quote = syntax.quote === '' ? -1 : syntax.quote.charCodeAt(0);
    this.#eol = syntax.eol.charCodeAt(0);
    this.#stray = this.#eol === LF ? CR : LF;
  }

  row(): RowScan {
    for (;;) {
      const quoted = this.#text.charCodeAt(this.#at) === this.#quote;
      const done = quoted ? this.#quotedCell() : this.#plainCell();
      if (done !== undefined) return done;
    }
  }

  /** Undefined where another cell follows. */
  #plainCell(): RowScan | undefined {
    const text = this.#text;
    let stray = -1;
    let at = this.#at;
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code === this.#delimiter) {
        this.#plain(at, stray);
        this.#at = at + 1;
        return undefined;
      }
      if (code === this.#eol) {
        this.#plain(this.#endBefore(at), stray);
        return this.#row(at + 1);
      }
      if (stray === -1 && (code === this.#stray || code === MARK)) stray = at;
    }
    if (!this.#bounds.final) return this.#incomplete();
    this.#plain(this.#endBefore(at), stray);
    return this.#row(text.length);
  }

  /** Where the cell ends whose line ends at `at`: before all carriage returns of CR CR LF. */
  #endBefore(at: number): number {
    let end = at;
    while (this.#eol === LF && end > this.#at && this.#text.charCodeAt(end - 1) === CR) end -= 1;
    return end;
  }

  #plain(end: number, stray: number): void {
    this.#cells.push(this.#text.slice(this.#at, end));
    if (stray === -1 || stray >= end || this.#fault) return;
    const what = STRAYS[this.#text.charCodeAt(stray)];
    const message = `${what} stands outside of quotes in cell ${this.#cells.length}`;
    this.#fault = { code: 'CSV_STRAY_CHARACTER', message, line: this.#breaks };
  }

  #quotedCell(): RowScan | undefined {
    const text = this.#text;
    this.#hasQuotes = true;
    const close = this.#closingQuote();
    if (close === -1) return this.#unclosed();
    let after = close + 1;
    while (isBlank(text.charCodeAt(after)) && text.charCodeAt(after) !== this.#delimiter)
      after += 1;
    // Whether it is the closing quote shows only in what follows it.
    let behind = after;
    while (text.charCodeAt(behind) === CR) behind += 1;
    if (behind >= text.length && !this.#bounds.final) return this.#incomplete();
    const end = this.#endOfLineAt(after);
    const delimited = after < text.length && text.charCodeAt(after) === this.#delimiter;
    if (end === -1 && !delimited) return this.#misplaced(close);
    const doubled = this.#syntax.quote.repeat(2);
    this.#cells.push(text.slice(this.#at + 1, close).replaceAll(doubled, this.#syntax.quote));
    this.#breaks += countOf(text, this.#eol, this.#at, close);
    if (end !== -1) return this.#row(end);
    this.#at = after + 1;
    return undefined;
  }

  /** -1 where there is none within the bound. */
  #closingQuote(): number {
    const text = this.#text;
    let at = text.indexOf(this.#syntax.quote, this.#at + 1);
    while (at !== -1 && text.charCodeAt(at + 1) === this.#quote) {
      at = text.indexOf(this.#syntax.quote, at + 2);
    }
    return at !== -1 && at - this.#from > this.#bounds.chars ? -1 : at;
  }

  /** Where the next line begins if a line ends at `at`, else -1. The end of the text ends a line. */
  #endOfLineAt(at: number): number {
    if (this.#text.charCodeAt(at) === this.#eol) return at + 1;
    let end = at;
    while (this.#eol === LF && this.#text.charCodeAt(end) === CR) end += 1;
    if (end >= this.#text.length) return end;
    return this.#text.charCodeAt(end) === this.#eol ? end + 1 : -1;
  }

  #unclosed(): RowScan {
    const long = this.#text.length - this.#from > this.#bounds.chars;
    if (!this.#bounds.final && !long) return 'more';
    const where = long ? `within ${this.#bounds.chars} characters` : 'up to the end';
    return this.#bad('CSV_OPEN_QUOTE', `a quote is opened and not closed ${where}`);
  }

  #misplaced(close: number): RowScan {
    const spansLines = countOf(this.#text, this.#eol, this.#at, close) > 0;
    return spansLines
      ? this.#bad('CSV_OPEN_QUOTE', 'a quote is opened and not closed in its line')
      : this.#bad(
          'CSV_BAD_QUOTE',
          `text follows the closing quote of cell ${this.#cells.length + 1}`,
        );
  }

  /** The row ends with the line in which its trouble began. */
  #bad(code: Code, message: string): RowScan {
    const lineEnd = this.#text.indexOf(this.#syntax.eol, this.#at);
    if (lineEnd === -1 && !this.#bounds.final) return this.#incomplete();
    const row = this.#row(lineEnd === -1 ? this.#text.length : lineEnd + 1);
    if (typeof row === 'object') row.fault = { code, message, line: this.#breaks };
    return row;
  }

  #row(end: number): RowScan {
    if (end - this.#from > this.#bounds.chars) return 'large';
    const blank = !this.#hasQuotes && isBlankRow(this.#cells);
    const row: CsvRow = {
      cells: this.#cells,
      end,
      lines: this.#breaks + 1,
      blank,
      marked: this.#marked,
    };
    if (this.#fault && !blank) row.fault = this.#fault;
    return row;
  }

  #incomplete(): RowScan {
    return this.#text.length - this.#from > this.#bounds.chars ? 'large' : 'more';
  }
}

/** What a line without anything looks like where there are no quotes. */
export const isBlankRow = (cells: readonly string[]): boolean =>
  cells.length === 1 && cells[0]!.trim() === '';

export const withoutLineEnd = (line: string): string =>
  withoutReturns(line.endsWith('\n') ? line.slice(0, -1) : line);

/** By a loop: a pattern would try anew at each of many carriage returns. */
export function withoutReturns(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === CR) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

const LF = 10;
const CR = 13;
const MARK = BYTE_ORDER_MARK.charCodeAt(0);

const STRAYS: Readonly<Record<number, string>> = {
  [LF]: 'a line feed',
  [CR]: 'a carriage return',
  [MARK]: 'a byte order mark',
};

const isBlank = (code: number): boolean => code === 32 || code === 9;

function countOf(text: string, code: number, from: number, to: number): number {
  const mark = code === LF ? '\n' : '\r';
  const part = text.slice(from, to);
  let count = 0;
  for (let at = part.indexOf(mark); at !== -1; at = part.indexOf(mark, at + 1)) count += 1;
  return count;
}
