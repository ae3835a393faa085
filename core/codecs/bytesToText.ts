import iconv from 'iconv-lite';
import type { Encoding } from './encodings.ts';

/** Decodes whole characters. Undefined where bytes are not valid. */
export function bytesToText(encoding: Encoding): (bytes: Uint8Array) => string | undefined {
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
