import { RE2JS } from 're2js';
import type { Place } from '../errors.ts';
import { StockbusError } from '../errors.ts';

/** The lines at the end of a payload that say that it is whole, and may say how many rows it has. */
export class CsvFooter {
  readonly #pattern: RE2JS;
  readonly #file: string;
  #line: number | undefined;

  constructor(pattern: string, file: string) {
    this.#pattern = RE2JS.compile(pattern);
    this.#file = file;
  }

  /** Whether the line is one; it is held against the number of rows before it. */
  takes(text: string, line: number, rows: number): boolean {
    const matcher = this.#pattern.matcher(text);
    if (!matcher.find()) {
      if (this.#line !== undefined) {
        const message = `a row stands behind the footer of line ${this.#line}`;
        throw this.#refusal(message, { line });
      }
      return false;
    }
    this.#line = line;
    const stated = matcher.groupCount() > 0 ? matcher.group(1) : undefined;
    if (typeof stated === 'string' && (!/^\d{1,15}$/.test(stated) || Number(stated) !== rows)) {
      const message = `the footer states '${stated.slice(0, 40)}' as the number of rows, and ${rows} stand before it`;
      throw this.#refusal(message, { line });
    }
    return true;
  }

  /** The text is at its end. */
  end(line: number): void {
    if (this.#line === undefined)
      throw this.#refusal('the payload ends without its footer', { line });
  }

  /** It tells of all rows, so that none of them is taken. */
  #refusal(message: string, at: Place): StockbusError {
    const error = new StockbusError('CSV_FOOTER', message, { file: this.#file, ...at });
    error.ofPayload = true;
    return error;
  }
}
