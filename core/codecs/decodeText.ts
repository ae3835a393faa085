import iconv from 'iconv-lite';
import { StockbusError } from '../errors.ts';
import { choice, optional } from '../spec.ts';

/** Encodings that a flow can state. The single-byte ones are decoded by iconv-lite's tables. */
export const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-7',
  'iso-8859-9',
  'iso-8859-15',
  'windows-1250',
  'windows-1251',
  'windows-1253',
  'windows-1254',
  'cp437',
  'cp850',
  'us-ascii',
] as const;

export type Encoding = (typeof encodings)[number];

export const encodingOption = optional(
  choice(
    'How bytes become text. `auto` follows a byte order mark, then what the XML declaration says, and is UTF-8 otherwise. Bytes that are not valid are refused, never replaced.',
    ['auto', ...encodings],
  ),
  'auto',
);

export interface DecodeOptions {
  encoding: Encoding | 'auto';
  /** What to call the payload in faults. */
  name: string;
  /** The encoding that the text itself declares, from its first bytes read as Latin-1. */
  declared?: (start: string) => string | undefined;
}

/** Bytes looked at for a byte order mark or a declaration. */
const HEAD_BYTES = 256;

/**
 * Text of a payload, without its byte order mark, in pieces of about the size of the chunks. Throws
 * TEXT_BAD_ENCODING at the first byte that is not valid, after the text before it was given out.
 */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  options: DecodeOptions,
): AsyncGenerator<string> {
  let head: Uint8Array = new Uint8Array(0);
  let decoder: Decoder | undefined;
  for await (const chunk of chunks) {
    if (decoder) {
      yield* decoder.push(chunk);
      continue;
    }
    head = join(head, chunk);
    if (head.length < HEAD_BYTES) continue;
    decoder = startDecoder(head, options);
    yield* decoder.push(head);
  }
  if (!decoder) {
    decoder = startDecoder(head, options);
    yield* decoder.push(head);
  }
  decoder.end();
}

function startDecoder(head: Uint8Array, options: DecodeOptions): Decoder {
  const mark = byteOrderMark(head);
  const found: Found =
    options.encoding === 'auto'
      ? (mark ?? withoutMark(head, options))
      : { encoding: options.encoding, because: 'as the flow states' };
  if (mark && mark.encoding !== found.encoding) throw markRefusal(mark, found, options.name);
  const skip = mark?.bytes ?? 0;
  return new Decoder(found, skip, options.name);
}

/** Read as something else, the text would have wrong names of columns, and records without their fields. */
function markRefusal(mark: Found, stated: Found, name: string): StockbusError {
  return new StockbusError(
    'TEXT_BAD_ENCODING',
    `the byte order mark says ${mark.encoding}, and ${stated.encoding} is expected ${stated.because}`,
    { file: name },
    { todo: 'state `encoding: auto` under `read`, or have the sender write what the flow states' },
  );
}

interface Found {
  encoding: Encoding;
  /** Why it is taken, for faults. */
  because: string;
}

function byteOrderMark(head: Uint8Array): (Found & { bytes: number }) | undefined {
  const [first, second, third] = head;
  const because = 'as its byte order mark says';
  if (first === 0xef && second === 0xbb && third === 0xbf)
    return { encoding: 'utf-8', because, bytes: 3 };
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', because, bytes: 2 };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', because, bytes: 2 };
  return undefined;
}

/** No text begins with NUL after every other character, so that pattern tells UTF-16 by itself. */
function withoutMark(head: Uint8Array, options: DecodeOptions): Found {
  const [a, b, c, d] = head;
  const because = 'as its first bytes show';
  if (a && b === 0 && c && d === 0) return { encoding: 'utf-16le', because };
  if (a === 0 && b && c === 0 && d) return { encoding: 'utf-16be', because };
  const declared = options.declared?.(latin1(head));
  if (declared === undefined) return { encoding: 'utf-8', because: 'as nothing else is stated' };
  return { encoding: encodingNamed(declared, options.name), because: 'as its declaration says' };
}

const ALIASES: Readonly<Record<string, Encoding>> = {
  utf8: 'utf-8',
  ascii: 'us-ascii',
  latin1: 'iso-8859-1',
  'iso8859-1': 'iso-8859-1',
  'iso_8859-1': 'iso-8859-1',
  cp1252: 'windows-1252',
  ansi: 'windows-1252',
};

function encodingNamed(declared: string, name: string): Encoding {
  const lower = declared.toLowerCase();
  // UTF-16 without its mark would have been seen above: the text was converted and says so no more.
  if (lower.startsWith('utf-16')) return 'utf-8';
  const known = encodings.find((encoding) => encoding === lower) ?? ALIASES[lower];
  if (known) return known;
  throw new StockbusError(
    'TEXT_BAD_ENCODING',
    `the payload declares the encoding '${declared}', which is not among those known`,
    { file: name },
    { todo: `state one of these as \`encoding\`: ${encodings.join(', ')}` },
  );
}

/** Decodes a stream of chunks whose cuts may fall inside a character. */
class Decoder {
  readonly #encoding: Encoding;
  readonly #because: string;
  readonly #name: string;
  readonly #decode: (bytes: Uint8Array) => string | undefined;
  #skip: number;
  #held: Uint8Array = new Uint8Array(0);
  #offset = 0;

  constructor(found: Found, skip: number, name: string) {
    this.#encoding = found.encoding;
    this.#because = found.because;
    this.#name = name;
    this.#skip = skip;
    this.#decode = decoderOf(found.encoding);
  }

  *push(chunk: Uint8Array): Generator<string> {
    let bytes = this.#held.length > 0 ? join(this.#held, chunk) : chunk;
    if (this.#skip > 0) {
      bytes = bytes.subarray(this.#skip);
      this.#offset += this.#skip;
      this.#skip = 0;
    }
    const complete = bytes.length - incompleteBytes(bytes, this.#encoding);
    this.#held = complete === bytes.length ? new Uint8Array(0) : bytes.slice(complete);
    if (complete === 0) return;
    const text = this.#decode(bytes.subarray(0, complete));
    if (text === undefined) {
      const valid = validPrefix(bytes.subarray(0, complete), this.#encoding);
      if (valid > 0) yield this.#decode(bytes.subarray(0, valid)) ?? '';
      throw this.#refusal(bytes, valid);
    }
    this.#offset += complete;
    yield text;
  }

  end(): void {
    if (this.#held.length === 0) return;
    const refusal = this.#refusal(this.#held, 0);
    refusal.atEnd = true;
    throw refusal;
  }

  #refusal(bytes: Uint8Array, at: number): StockbusError {
    const byte = (bytes[at] ?? 0).toString(16).padStart(2, '0');
    return new StockbusError(
      'TEXT_BAD_ENCODING',
      `byte 0x${byte} at offset ${this.#offset + at} is not valid ${this.#encoding}, which is expected ${this.#because}`,
      { file: this.#name },
      {
        todo: 'state the encoding that the sender uses as `encoding` under `read` (often windows-1252 or iso-8859-1), or have the sender write UTF-8',
      },
    );
  }
}

/** Undefined where bytes are not valid. */
function decoderOf(encoding: Encoding): (bytes: Uint8Array) => string | undefined {
  if (encoding === 'utf-8' || encoding === 'utf-16le' || encoding === 'utf-16be') {
    const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    return (bytes) => {
      try {
        return decoder.decode(bytes);
      } catch {
        return undefined;
      }
    };
  }
  return (bytes) => {
    const text = iconv.decode(bytes, encoding);
    return text.includes(UNDEFINED_BYTE) ? undefined : text;
  };
}

/** What iconv-lite gives for a byte that the encoding does not define. */
const UNDEFINED_BYTE = '\ufffd';

/** Bytes at the end that belong to a character which the next chunk completes. */
function incompleteBytes(bytes: Uint8Array, encoding: Encoding): number {
  const length = bytes.length;
  if (encoding === 'utf-8') {
    for (let back = 1; back <= Math.min(3, length); back += 1) {
      const byte = bytes[length - back]!;
      if (byte < 0x80) return 0;
      if (byte < 0xc0) continue;
      const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return size > back ? back : 0;
    }
    return 0;
  }
  if (encoding !== 'utf-16le' && encoding !== 'utf-16be') return 0;
  const odd = length % 2;
  const lastUnit = length - odd - 2;
  if (lastUnit < 0) return odd;
  const high = bytes[encoding === 'utf-16le' ? lastUnit + 1 : lastUnit]!;
  return high >= 0xd8 && high <= 0xdb ? odd + 2 : odd;
}

/** Length of the longest valid beginning: by blocks first, then by single characters. */
function validPrefix(bytes: Uint8Array, encoding: Encoding): number {
  const decode = decoderOf(encoding);
  let good = 0;
  for (const step of [4096, 4, 3, 2, 1]) {
    while (good < bytes.length) {
      const part = bytes.subarray(good, good + step);
      const complete = part.length - incompleteBytes(part, encoding);
      if (complete === 0 || decode(part.subarray(0, complete)) === undefined) break;
      good += complete;
    }
  }
  return good;
}

function latin1(bytes: Uint8Array): string {
  return iconv.decode(bytes, 'iso-8859-1');
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
