import iconv from 'iconv-lite';
import { StockbusError } from '../errors.ts';
import { type Encoding, isUnicode } from './encodings.ts';
import { shownChar } from './foreignFormat.ts';

/** Decoders give it for what they cannot read, and no encoding but those of Unicode has it. */
const REPLACEMENT = '\ufffd';

/**
 * Gives the bytes of text in one encoding. Refuses a character that it does not have, rather than to
 * write another, unless `replace` stands for it.
 */
export function textBytes(encoding: Encoding, replace?: string): (text: string) => Uint8Array {
  if (encoding === 'utf-8') return (text) => Buffer.from(text);
  if (encoding === 'utf-16le') return (text) => Buffer.from(text, 'utf16le');
  if (encoding === 'utf-16be') return (text) => Buffer.from(text, 'utf16le').swap16();
  return (text) => {
    const bytes = iconv.encode(text, encoding);
    if (isSame(bytes, text, encoding)) return bytes;
    const whole = text.replace(/[^\0-\x7f]/gu, (char) =>
      hasCharacter(encoding, char) ? char : (replace ?? refuse(char, text, encoding)),
    );
    return iconv.encode(whole, encoding);
  };
}

/** The text of such bytes, with a mark at its beginning where there is one. */
export function textOfBytes(bytes: Buffer, encoding: Encoding): string {
  if (encoding === 'utf-8') return bytes.toString('utf8');
  return iconv.decode(bytes, encoding, { stripBOM: false });
}

/** Whether an encoding has a character. */
export const hasCharacter = (encoding: Encoding, char: string): boolean =>
  isUnicode(encoding) || isSame(iconv.encode(char, encoding), char, encoding);

const isSame = (bytes: Buffer, text: string, encoding: Encoding): boolean =>
  !text.includes(REPLACEMENT) && iconv.decode(bytes, encoding, { stripBOM: false }) === text;

const SHOWN_CHARS = 20;

function refuse(char: string, text: string, encoding: Encoding): never {
  const at = text.indexOf(char);
  const around = text.slice(Math.max(0, at - SHOWN_CHARS), at + char.length + SHOWN_CHARS);
  const stands = around.replace(/\s+/g, ' ').trim();
  throw new StockbusError(
    'TEXT_NOT_ENCODABLE',
    `${encoding} does not have the character ${shownChar(char)}, which stands in '${stands}'`,
  );
}
