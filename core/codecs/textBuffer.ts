import { StockbusError } from '../errors.ts';

/** Characters read ahead at once: large enough to be fast, small enough to hold many at a time. */
const FILL_CHARS = 64 * 1024;

/**
 * A window over streamed text. A codec reads `text` from `pos` on and moves on by `advance`; `fill`
 * drops what lies before and appends more. Each fill at least doubles what is unread, so that a codec
 * may begin a record anew after a fill and the work stays linear in the length of the text.
 */
export class TextBuffer {
  text = '';
  pos = 0;
  /** Line at `pos`, from 1. */
  line = 1;
  /** No more text will come. */
  ended = false;
  /** More text was asked for when none was left. */
  starved = false;
  readonly #pieces: AsyncIterator<string>;
  #failure: unknown;
  /** Where the next line break at or after `pos` stands; Infinity where there is none. */
  #lineBreak = -1;

  constructor(pieces: AsyncIterable<string>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /**
   * Appends more text. False at the end. What was unread when the pieces failed is given out first;
   * the next call throws the failure, with the line.
   */
  async fill(): Promise<boolean> {
    if (this.#failure !== undefined) throw this.#located(this.#failure);
    if (this.ended) return this.#starve();
    const got = await this.#append(Math.max(FILL_CHARS, this.text.length - this.pos));
    if (got > 0) return true;
    if (this.#failure !== undefined) throw this.#located(this.#failure);
    return this.#starve();
  }

  /** Has as much to look at as a fill gives, if there is so much. A failure is left for `fill` to tell. */
  async ahead(): Promise<void> {
    const missing = FILL_CHARS - (this.text.length - this.pos);
    if (missing > 0 && !this.ended && this.#failure === undefined) await this.#append(missing);
  }

  /** How much came. */
  async #append(wanted: number): Promise<number> {
    const rest = this.text.slice(this.pos);
    const parts = [rest];
    let got = 0;
    while (got < wanted) {
      const piece = await this.#next();
      if (piece === undefined) break;
      parts.push(piece);
      got += piece.length;
    }
    if (this.#lineBreak !== Number.POSITIVE_INFINITY) this.#lineBreak = -1;
    this.text = parts.join('');
    this.pos = 0;
    if (this.#lineBreak !== -1) this.#lineBreak = this.#findLineBreak(rest.length);
    return got;
  }

  #starve(): false {
    this.starved = true;
    return false;
  }

  /** Moves on to `to`, counting lines (or adding as many as were counted). */
  advance(to: number, lines?: number): void {
    if (lines !== undefined) {
      this.line += lines;
      this.#lineBreak = -1;
    } else {
      if (this.#lineBreak === -1) this.#lineBreak = this.#findLineBreak(this.pos);
      while (this.#lineBreak < to) {
        this.line += 1;
        this.#lineBreak = this.#findLineBreak(this.#lineBreak + 1);
      }
    }
    this.pos = to;
  }

  /** The line of a place that is not read yet; for faults. */
  lineAt(index: number): number {
    return this.line + this.text.slice(this.pos, index).split('\n').length - 1;
  }

  /** Lets the source of the pieces release what it holds. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  #findLineBreak(from: number): number {
    const at = this.text.indexOf('\n', from);
    return at === -1 ? Number.POSITIVE_INFINITY : at;
  }

  async #next(): Promise<string | undefined> {
    try {
      const step = await this.#pieces.next();
      if (!step.done) return step.value;
      this.ended = true;
    } catch (error) {
      this.#failure = error;
    }
    return undefined;
  }

  #located(error: unknown): unknown {
    if (error instanceof StockbusError && error.fault.at?.line === undefined) {
      error.fault.at = { ...error.fault.at, line: this.lineAt(this.text.length) };
    }
    return error;
  }
}
