/** What a text may stand for: as it was typed, in capitals, and, where it was scanned, what the symbol holds. */
import { elementsIn } from '../flow/gs1/scannedElements.ts';

/** A scan that cannot be a name: a symbology identifier, brackets, a link, or a separator inside. */
const SCAN = /^(?:\]|\(\d|https?:|urn:)/;
const isScan = (text: string): boolean =>
  SCAN.test(text) || ['\u001d', '^'].some((separator) => text.includes(separator));
const GTIN = /^\d{8,14}$/;
const GTIN_DIGITS = 14;
const SSCC_WITH_AI = /^00\d{18}$/;

export function searchTerms(text: string): string[] {
  const typed = text.trim();
  const elements = isScan(typed) ? Object.values(elementsIn(typed) ?? {}) : [];
  const terms = [typed, typed.toUpperCase(), ...elements].flatMap((term) => [
    term,
    ...(GTIN.test(term) ? gtins(term) : []),
    ...(SSCC_WITH_AI.test(term) ? [term.slice(2)] : []),
  ]);
  return [...new Set(terms)].filter((term) => term !== '');
}

/** The same article, with as many zeros before it as some write, and as few as others do. */
function gtins(digits: string): string[] {
  const short = digits.replace(/^0+/, '');
  return [13, 12, 8]
    .filter((length) => length >= short.length)
    .map((length) => short.padStart(length, '0'))
    .concat(short.padStart(GTIN_DIGITS, '0'));
}
