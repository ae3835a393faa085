import iconv from 'iconv-lite';
import type { Encoding } from './encodings.ts';
import type { FoundEncoding } from './findEncoding.ts';

/** Text as bytes of the encoding that a payload came in, with its byte order mark where it had one. */
export class TextEncoding {
  readonly encoding: Encoding;
  #mark: boolean;

  /** UTF-16 that nobody states needs a mark, to be known again. */
  constructor({ encoding, markBytes }: FoundEncoding, stated: boolean) {
    this.encoding = encoding;
    this.#mark = markBytes > 0 || (!stated && encoding.startsWith('utf-16'));
  }

  /** Characters that the encoding does not have become question marks. */
  bytes(text: string): Uint8Array {
    const marked = this.#mark ? `\ufeff${text}` : text;
    this.#mark = false;
    if (this.encoding === 'utf-8') return Buffer.from(marked);
    if (!this.encoding.startsWith('utf-16')) return iconv.encode(marked, this.encoding);
    const bytes = Buffer.from(marked, 'utf16le');
    return this.encoding === 'utf-16be' ? bytes.swap16() : bytes;
  }
}
