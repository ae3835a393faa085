import iconv from 'iconv-lite';
import { StockbusError } from '../errors.ts';
import type { Encoding } from './encodings.ts';
import type { DecodeOptions, FoundEncoding } from './findEncoding.ts';
import { findEncoding } from './findEncoding.ts';

/** Bytes looked at for a byte order mark or a declaration. */
const HEAD_BYTES = 256;

/**
 * Text of a payload, without its byte order mark, in pieces of about the size of the chunks. Throws
 * TEXT_BAD_ENCODING at the first byte that is not valid, after the text before it was given out.
 */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  options: DecodeOptions & { found?: (encoding: FoundEncoding) => void },
): AsyncGenerator<string> {
  const startDecoder = (): Decoder => {
    const found = findEncoding(head, options);
    options.found?.(found);
    return new Decoder(found, options.name);
  };
  let head: Uint8Array = new Uint8Array(0);
  let decoder: Decoder | undefined;
  for await (const chunk of chunks) {
    if (decoder) {
      yield* decoder.push(chunk);
      continue;
    }
    head = join(head, chunk);
    if (head.length < HEAD_BYTES) continue;
    decoder = startDecoder();
    yield* decoder.push(head);
  }
  if (!decoder) {
    decoder = startDecoder();
    yield* decoder.push(head);
  }
  decoder.end();
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

  constructor({ encoding, because, markBytes }: FoundEncoding, name: string) {
    this.#encoding = encoding;
    this.#because = because;
    this.#name = name;
    this.#skip = markBytes;
    this.#decode = decoderOf(encoding);
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
      { todo: todoFor(this.#encoding) },
    );
  }
}

/** Who writes 0x80 to 0x9F as ISO-8859 means the Windows encoding of the same letters. */
const WINDOWS: Partial<Record<Encoding, Encoding>> = {
  'iso-8859-1': 'windows-1252',
  'iso-8859-2': 'windows-1250',
  'iso-8859-5': 'windows-1251',
  'iso-8859-7': 'windows-1253',
  'iso-8859-9': 'windows-1254',
};

function todoFor(encoding: Encoding): string {
  const windows = WINDOWS[encoding];
  const likely = windows ? `most likely ${windows}` : 'often windows-1252';
  return `state the encoding that the sender uses as \`encoding\` under \`read\` (${likely}), or have the sender write UTF-8 and say so`;
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
  const invalid = encoding.startsWith('iso-8859') ? CONTROL_OR_UNDEFINED : UNDEFINED_BYTE;
  return (bytes) => {
    const text = iconv.decode(bytes, encoding);
    return invalid.test(text) ? undefined : text;
  };
}

/** What iconv-lite gives for a byte that the encoding does not define. */
const UNDEFINED_BYTE = /\ufffd/;
/** ISO-8859 has control characters from 0x80 to 0x9F, which no text has. */
const CONTROL_OR_UNDEFINED = /[\u0080-\u009f\ufffd]/;

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

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
