/** `$gtin`, `$gln` and `$sscc`: a key in whatever form it comes, as its digits. */
import { elementText } from '../../steps/asText.ts';
import { decimalText } from '../expression/decimalText.ts';
import { checkDigitOf, hasCheckDigit } from './checkDigit.ts';
import type { Gs1Elements } from './epcUri.ts';
import { gs1Fault, shownText } from './gs1Fault.ts';
import { elementsIn, gtinOfDigits, scannedElements } from './scannedElements.ts';

/** The text of an argument, without blanks at its ends; nothing where it is blank. */
export function gs1Text(value: unknown): string | undefined {
  const text = typeof value === 'number' ? decimalText(value) : elementText(value);
  const trimmed = typeof text === 'string' ? text.trim() : undefined;
  return trimmed === '' ? undefined : trimmed;
}

interface KeyKind {
  name: string;
  lengths: string;
  /** The digits of the key that a text of digits is, without an AI that stands in front. */
  ofDigits(digits: string): string | undefined;
  /** From elements by AI, whichever of them has it. */
  ofElements(elements: Gs1Elements): string | undefined;
}

const gtinKind: KeyKind = {
  name: 'GTIN',
  lengths: '8, 12, 13 or 14',
  ofDigits: (digits) =>
    digits.length === 16 && digits.startsWith('01') ? digits.slice(2) : gtinOfDigits(digits),
  ofElements: (elements) => elements['01'] ?? elements['8006']?.slice(0, 14),
};

const locations = ['414', '417', '410', '411', '412', '413', '415', '416'];

const glnKind: KeyKind = {
  name: 'GLN',
  lengths: '13',
  ofDigits: (digits) =>
    digits.length === 16 && locations.includes(digits.slice(0, 3))
      ? digits.slice(3)
      : ofLength(digits, 13),
  ofElements: (elements) => {
    const ai = locations.find((one) => Object.hasOwn(elements, one));
    return ai === undefined ? undefined : elements[ai];
  },
};

const ssccKind: KeyKind = {
  name: 'SSCC',
  lengths: '18',
  ofDigits: (digits) =>
    digits.length === 20 && digits.startsWith('00') ? digits.slice(2) : ofLength(digits, 18),
  ofElements: (elements) => elements['00'],
};

const ofLength = (digits: string, length: number) =>
  digits.length === length ? digits : undefined;

const keyReader =
  (kind: KeyKind) =>
  // With a default, so that $map gives it each item alone.
  (value: unknown, check: unknown = undefined): string | undefined => {
    if (check !== undefined && check !== UNCHECKED) throw unknownCheck(check);
    const text = gs1Text(value);
    if (text === undefined) return undefined;
    const key = /^\d+$/.test(text) ? digitsOf(kind, text) : namedKey(kind, text);
    if (/^0+$/.test(key)) throw gs1Fault('GS1_BAD_KEY', `a ${kind.name} of zeros names nothing`);
    if (check === UNCHECKED || hasCheckDigit(key)) return key;
    throw gs1Fault(
      'GS1_CHECK_DIGIT',
      `the ${kind.name} ${shownText(text)} is wrong: its check digit is not ${key.slice(-1)} but ${checkDigitOf(key.slice(0, -1))}`,
    );
  };

/** Some partners number their own things with keys that are none. */
const UNCHECKED = 'unchecked';

const unknownCheck = (check: unknown): Error =>
  gs1Fault(
    'GS1_BAD_KEY',
    `${shownText(String(check))} is no way to read a key`,
    `write "${UNCHECKED}" to take check digits as they are, or nothing`,
  );

function digitsOf(kind: KeyKind, text: string): string {
  const key = kind.ofDigits(text) ?? scannedKey(kind, text);
  if (key !== undefined) return key;
  throw gs1Fault(
    'GS1_BAD_KEY',
    `${shownText(text)} has ${text.length} digits, and a ${kind.name} has ${kind.lengths}`,
    'where a spreadsheet took zeros from its front, have it sent as text',
  );
}

const PAIR = /^(\d{2,4})\/([^/]+)$/;

function namedKey(kind: KeyKind, text: string): string {
  const [, ai, value = ''] = PAIR.exec(text) ?? [];
  const elements = ai === undefined ? elementsOf(text, kind) : { [ai]: value };
  const key = kind.ofElements(elements);
  if (key === undefined) {
    const found = Object.keys(elements).map((one) => `(${one})`);
    throw gs1Fault(
      'GS1_BAD_KEY',
      `${shownText(text)} names no ${kind.name}, but ${found.join(', ')}`,
      'filter such ones out, or read them with $epc',
    );
  }
  if (/^\d+$/.test(key)) return digitsOf(kind, key);
  throw gs1Fault(
    'GS1_BAD_KEY',
    `${shownText(text)} names no ${kind.name}: ${shownText(key)} is no number`,
  );
}

/** The key in elements that no symbology identifier announces; undefined where the digits are no elements. */
function scannedKey(kind: KeyKind, digits: string): string | undefined {
  const key = kind.ofElements(elementsIn(digits) ?? {});
  return key === undefined ? undefined : kind.ofDigits(key);
}

/** What can be read only as elements without such an identifier may be no scan at all. */
function elementsOf(text: string, kind: KeyKind): Gs1Elements {
  if (/^(?:urn:epc:|https?:\/\/|\(|\]|\[\)>)/i.test(text)) return scannedElements(text);
  const elements = elementsIn(text);
  if (elements) return elements;
  throw gs1Fault(
    'GS1_BAD_KEY',
    `${shownText(text)} is no ${kind.name}: it is neither digits nor an EPC URI, a GS1 Digital Link or elements`,
  );
}

export const gtin = keyReader(gtinKind);
export const gln = keyReader(glnKind);
export const sscc = keyReader(ssccKind);
