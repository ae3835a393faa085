import { RE2JS } from 're2js';
import { StockbusError } from '../errors.ts';
import { CsvFooter } from './CsvFooter.ts';
import type { FixedRead } from './fixedOptions.ts';

/** The lines around the records of one payload, which say that it is whole. */
export class FixedAround {
  readonly #header: RE2JS | undefined;
  readonly #footer: CsvFooter | undefined;
  readonly #file: string;
  #lines = 0;
  #stated: string | undefined;
  #isOfRejects = false;

  constructor({ header, footer }: FixedRead, file: string) {
    this.#file = file;
    if (header !== undefined) this.#header = RE2JS.compile(header);
    if (footer !== undefined) this.#footer = new CsvFooter(footer, file);
  }

  /** A file of rejects has neither. */
  ofRejects(): void {
    this.#isOfRejects = true;
  }

  count(): void {
    this.#lines += 1;
  }

  /** Whether the line is one of them. */
  takes(text: string, line: number, isFirst: boolean): boolean {
    if (this.#isOfRejects) return false;
    if (isFirst && this.#header) {
      const matcher = this.#header.matcher(text);
      if (!matcher.find()) throw this.#refusal('the first line is not the header', line);
      if (matcher.groupCount() > 0) this.#stated = matcher.group(1) ?? '';
      return true;
    }
    return this.#footer?.takes(text, line, this.#lines) ?? false;
  }

  end(line: number): void {
    if (this.#isOfRejects) return;
    this.#footer?.end(line);
    const stated = this.#stated;
    if (stated === undefined || (/^\d{1,15}$/.test(stated) && Number(stated) === this.#lines))
      return;
    const message = `the header states '${stated.slice(0, 40)}' as the number of lines, and ${this.#lines} stand behind it`;
    throw this.#refusal(message, line);
  }

  #refusal(message: string, line: number): StockbusError {
    const error = new StockbusError('FIXED_HEADER', message, { file: this.#file, line });
    error.ofPayload = true;
    return error;
  }
}
