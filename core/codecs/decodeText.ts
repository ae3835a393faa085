import iconv from 'iconv-lite';
import { type Code, StockbusError } from '../errors.ts';
import { incompleteBytes, joinBytes } from './byteChunks.ts';
import { bytesToText } from './bytesToText.ts';
import { bytesRemedy, restate } from './encodingRemedies.ts';
import { type Encoding, isUnicode } from './encodings.ts';
import type { DecodeOptions, FoundEncoding } from './findEncoding.ts';
import { findEncoding } from './findEncoding.ts';
import { Utf8Watch, type Utf8Word } from './Utf8Watch.ts';

/** Bytes looked at for a byte order mark or a declaration. */
const HEAD_BYTES = 256;

/** Of a payload that is read: its encoding, and whether it is another than anybody said. */
export interface ReadEncoding extends FoundEncoding {
  /** As far as it was read, all that is not ASCII is UTF-8, though a single-byte encoding is stated. */
  doubt(): StockbusError | undefined;
}

/**
 * Text of a payload, without its byte order mark, in pieces of about the size of the chunks. Throws
 * TEXT_BAD_ENCODING at the first byte that is not valid, after the text before it was given out, and
 * ENCODING_CONFLICT at the end of a text that was read byte by byte and is UTF-8.
 */
export async function* decodeText(
  chunks: AsyncIterable<Uint8Array>,
  options: DecodeOptions & { found?: (encoding: ReadEncoding) => void },
): AsyncGenerator<string> {
  const startDecoder = (): Decoder => {
    const found = findEncoding(head, options);
    const decoder = new Decoder(found, options);
    options.found?.({ ...found, doubt: () => decoder.doubt() });
    return decoder;
  };
  let head: Uint8Array = new Uint8Array(0);
  let decoder: Decoder | undefined;
  for await (const chunk of chunks) {
    if (decoder) {
      yield* decoder.push(chunk);
      continue;
    }
    head = joinBytes(head, chunk);
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

/** Faults that a name may have only because it was read in the wrong encoding. */
const OF_NAMES: readonly Code[] = [
  'CSV_MISSING_COLUMN',
  'JSON_NOT_RECORDS',
  'XML_NO_RECORDS',
  'XML_SYNTAX',
];

/** A name that is missed, or no name, may be one in another encoding. */
export function trueCause(error: unknown, read: ReadEncoding | undefined): unknown {
  const isOfNames = error instanceof StockbusError && OF_NAMES.includes(error.code);
  return isOfNames ? (read?.doubt() ?? error) : error;
}

/** Decodes a stream of chunks whose cuts may fall inside a character. */
class Decoder {
  readonly #found: FoundEncoding;
  readonly #encoding: Encoding;
  readonly #name: string;
  readonly #decode: (bytes: Uint8Array) => string | undefined;
  readonly #watch: Utf8Watch | undefined;
  #skip: number;
  #held: Uint8Array = new Uint8Array(0);
  #offset = 0;

  constructor(found: FoundEncoding, { name, asStated }: DecodeOptions) {
    const { encoding, markBytes } = found;
    this.#found = found;
    this.#encoding = encoding;
    this.#name = name;
    this.#skip = markBytes;
    this.#decode = bytesToText(encoding);
    this.#watch = isGuess(encoding) && !asStated ? new Utf8Watch() : undefined;
  }

  *push(chunk: Uint8Array): Generator<string> {
    this.#watch?.push(chunk);
    let bytes = this.#held.length > 0 ? joinBytes(this.#held, chunk) : chunk;
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
    const doubted = this.#watch?.foundAtEnd;
    if (doubted) throw ended(this.#conflict(doubted));
    if (this.#held.length > 0) throw ended(this.#refusal(this.#held, 0));
  }

  doubt(): StockbusError | undefined {
    const word = this.#watch?.found;
    return word && this.#conflict(word);
  }

  #conflict({ bytes, line }: Utf8Word): StockbusError {
    const { by, because } = this.#found;
    const read = (encoding: Encoding): string => `'${iconv.decode(bytes, encoding)}'`;
    const stated = read(this.#encoding);
    const error = new StockbusError(
      'ENCODING_CONFLICT',
      `${stated} would be read, in ${this.#encoding} ${because}; but all that is not ASCII is UTF-8, and in that it is ${read('utf-8')}`,
      { file: this.#name, line },
      {
        todo: `${restate(by, 'utf-8')}; where ${stated} is meant, write \`allow: [ENCODING_CONFLICT]\` in the flow`,
      },
    );
    error.ofPayload = true;
    return error;
  }

  /** What was read before in a single-byte encoding was as wrong, though it could be read. */
  #refusal(bytes: Uint8Array, at: number): StockbusError {
    const doubted = this.doubt();
    if (doubted) return doubted;
    const byte = (bytes[at] ?? 0).toString(16).padStart(2, '0');
    const { by, because } = this.#found;
    const error = new StockbusError(
      'TEXT_BAD_ENCODING',
      `byte 0x${byte} at offset ${this.#offset + at} is not valid ${this.#encoding}, which is expected ${because}`,
      { file: this.#name },
      { todo: bytesRemedy(this.#encoding, by, bytes, at) },
    );
    error.ofPayload = isGuess(this.#encoding);
    return error;
  }
}

/** Nothing in the bytes proves it: most texts can be read in most of these, each time as another. */
const isGuess = (encoding: Encoding): boolean => !isUnicode(encoding) && encoding !== 'us-ascii';

/** More of the text might have made it right. */
function ended(error: StockbusError): StockbusError {
  error.atEnd = true;
  return error;
}

/** Length of the longest valid beginning: by blocks first, then by single characters. */
function validPrefix(bytes: Uint8Array, encoding: Encoding): number {
  const decode = bytesToText(encoding);
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
