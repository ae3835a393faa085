import type { Rejected, RejectsFormat } from '../ports.ts';
import type { TextEncoding } from './encodeText.ts';
import { type FixedKind, fixedKinds } from './FixedRows.ts';
import type { FixedRead } from './fixedOptions.ts';
import { placeOf } from './fixedOptions.ts';
import { type FixedPlace, lineOf } from './fixedPlaces.ts';
import { rejectFields } from './rejectColumns.ts';

/** Begins each line that says why the next was rejected; a payload that begins with one is a file of rejects. */
export const REJECTED_LINE = '#_rejected ';

/** Rejected lines as they came, each behind a line that says why, and below the lines of the kinds above it. */
export class FixedRejects implements RejectsFormat {
  readonly #encoding: TextEncoding;
  readonly #kinds: readonly FixedKind[];
  readonly #kindAt: FixedPlace | undefined;
  #heads: string[] = [];
  #isBegun = false;

  constructor(options: FixedRead, encoding: TextEncoding) {
    this.#encoding = encoding;
    this.#kinds = fixedKinds(options);
    if (options.kind !== undefined) this.#kindAt = placeOf('kind', options.kind);
  }

  write(rejected: readonly Rejected[]): Uint8Array {
    const begin = this.#isBegun
      ? ''
      : `${REJECTED_LINE}lines of a payload; this line stays when they are corrected and sent again\r\n`;
    this.#isBegun = true;
    return this.#encoding.bytes(begin + rejected.map((one) => this.#lines(one)).join(''));
  }

  end(): Uint8Array {
    return new Uint8Array(0);
  }

  #lines(one: Rejected): string {
    const { _record, _code, _reason } = rejectFields(one);
    const why = `${REJECTED_LINE}${_record} ${_code}: ${_reason}`.replace(/\s+/g, ' ');
    const { value, raw, fault } = one.record;
    const text = (name: string): string => (Object.hasOwn(value, name) ? String(value[name]) : '');
    const all = this.#kinds.map((kind) => this.#line(kind, text));
    const own = all.pop() ?? '';
    const isBad = fault !== undefined && raw !== undefined;
    // What is of no kind stands below nothing.
    const heads = isBad && Object.keys(value).length === 0 ? [] : this.#newHeads(all);
    const unread = isBad && fault.code === 'PAYLOAD_TOO_LARGE' ? '' : raw;
    return [why, ...heads, isBad ? unread : own]
      .filter(Boolean)
      .map((line) => `${line}\r\n`)
      .join('');
  }

  /** Those that no longer hold. */
  #newHeads(all: string[]): string[] {
    const from = all.findIndex((line, level) => line !== this.#heads[level]);
    this.#heads = all;
    return from < 0 ? [] : all.slice(from);
  }

  #line({ mark, places }: FixedKind, text: (name: string) => string): string {
    const at = this.#kindAt;
    if (!at) return lineOf(places, text);
    const all = [at, ...places].sort((one, other) => one.from - other.from);
    return lineOf(all, (name) => (name === at.name ? mark : text(name)));
  }
}
