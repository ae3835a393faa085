/** What a scanner sent, as GS1 elements: element strings, plain keys, links, texts in parentheses. */
import { isStockbusError } from '../../errors.ts';
import { aiAt, aiOf } from './aiTable.ts';
import { hasCheckDigit } from './checkDigit.ts';
import { decodedPart, isWebAddress, readDigitalLink } from './digitalLink.ts';
import { type Gs1Elements, readEpcUri } from './epcUri.ts';
import { gs1Fault, shownText } from './gs1Fault.ts';

/** Symbols whose data are an element string; of the second kind are those that are one key. */
const ELEMENTS = /^\](?:C1|e\d|d2|Q3|J1)/;
const ONE_KEY = /^\](?:E[0-4]|I[0-2])/;
const GS = '\u001d';
const RS = '\u001e';
const EOT = '\u0004';
/** How some software writes GS, with characters that no element may have. */
const SHOWN_GS = ['[FNC1]', '{GS}', '\u241d', '^'];
/** A QR code of the largest kind has 7,089 digits. */
const MOST_SCANNED = 8_000;

/** Values by AI as they stand in the scan, decoded and unchecked. Throws what cannot be read. */
export function scannedElements(text: string): Gs1Elements {
  if (text.length > MOST_SCANNED) {
    throw badScan(text, `it has ${text.length} characters, more than any symbol holds`);
  }
  if (isWebAddress(text)) return decoded(text, readDigitalLink(text));
  if (text.startsWith('urn:')) return decoded(text, readEpcUri(text));
  if (text.startsWith(']')) return ofSymbol(text);
  if (text.startsWith('(')) return ofBrackets(text);
  if (text.startsWith('[)>')) return ofEnvelope(text);
  return ofPlain(text) ?? ofElementString(text, text);
}

/** The same, or undefined for what cannot be read. */
export function elementsIn(text: string): Gs1Elements | undefined {
  try {
    return scannedElements(text);
  } catch (error) {
    if (isStockbusError(error)) return undefined;
    throw error;
  }
}

function decoded(text: string, read: Gs1Elements | string): Gs1Elements {
  if (typeof read === 'string')
    throw gs1Fault('GS1_BAD_KEY', `${shownText(text)} cannot be read: ${read}`);
  const elements: Gs1Elements = {};
  for (const [ai, value] of Object.entries(read)) {
    const plain = decodedPart(value);
    if (plain === undefined) throw badScan(text, `(${ai}) is not percent-encoded as it should be`);
    elements[ai] = plain;
  }
  return elements;
}

/** A symbology identifier stands in front, and of a composite symbol a second one inside. */
function ofSymbol(text: string): Gs1Elements {
  const data = text.slice(3);
  if (ELEMENTS.test(text)) return ofElementString(data, text);
  if (isWebAddress(data)) return scannedElements(data);
  if (!ONE_KEY.test(text)) {
    throw badScan(text, `symbols of the kind ${text.slice(0, 3)} have no GS1 elements`);
  }
  const at = data.indexOf('|]e0');
  const key = withoutAddOn(at < 0 ? data : data.slice(0, at));
  const gtin = gtinOfDigits(key);
  if (gtin === undefined) throw badScan(text, `${shownText(key)} is no GTIN`);
  return { '01': gtin, ...(at < 0 ? {} : ofElementString(data.slice(at + 4), text)) };
}

/** The key of an EAN-8, UPC-A, EAN-13 or ITF-14, which has no AI in front. */
function ofPlain(text: string): Gs1Elements | undefined {
  const gtin = gtinOfDigits(aiAt(text, 0) ? text : withoutAddOn(text));
  return gtin !== undefined && hasCheckDigit(gtin) ? { '01': gtin } : undefined;
}

/** An EAN-13 may have two or five digits beside it, of magazines and books. */
const withoutAddOn = (text: string): string => text.replace(/^(\d{13})(?:\d{2}|\d{5})$/, '$1');

/** 14 digits for 8, 12, 13 or 14 of them. */
export const gtinOfDigits = (text: string): string | undefined =>
  /^(\d{8}|\d{12,14})$/.test(text) ? text.padStart(14, '0') : undefined;

function ofElementString(data: string, scan: string): Gs1Elements {
  const text = SHOWN_GS.reduce((whole, shown) => whole.replaceAll(shown, GS), data);
  const elements: Gs1Elements = {};
  let at = text.startsWith(GS) ? 1 : 0;
  if (at === text.length) throw badScan(scan, 'it has no elements');
  while (at < text.length) {
    const row = aiAt(text, at);
    if (!row) throw badScan(scan, `no AI begins with ${shownText(text.slice(at, at + 4))}`);
    at += row.ai.length;
    const separator = text.indexOf(GS, at);
    const rest = separator < 0 ? text.length : separator;
    const end = row.isFixed ? Math.min(at + row.parts[0]!.most, rest) : rest;
    put(elements, row.ai, text.slice(at, end), scan);
    at = text[end] === GS ? end + 1 : end;
  }
  return elements;
}

/** As people read it: `(01)09506000134352(10)AB-1`. A parenthesis inside a value is written `\(`. */
function ofBrackets(text: string): Gs1Elements {
  const elements: Gs1Elements = {};
  const pieces = text.slice(1).split(/(?<!\\)\(/);
  for (const piece of pieces) {
    const [, ai = '', value = ''] = /^(\d+)\)(.*)$/s.exec(piece) ?? [];
    if (!aiOf(ai)) throw badScan(text, `no AI stands at ${shownText(`(${piece.slice(0, 6)}`)}`);
    put(elements, ai, value.replaceAll('\\(', '('), text);
  }
  return elements;
}

/** An envelope of ISO/IEC 15434; format 05 has GS1 elements. */
function ofEnvelope(text: string): Gs1Elements {
  const front = `[)>${RS}05${GS}`;
  if (!text.startsWith(front)) {
    throw badScan(text, 'its envelope is none of format 05, which GS1 has');
  }
  const end = [RS + EOT, EOT, RS].find((one) => text.endsWith(one)) ?? '';
  return ofElementString(text.slice(front.length, text.length - end.length), text);
}

function put(elements: Gs1Elements, ai: string, value: string, scan: string): void {
  if (value === '') throw badScan(scan, `(${ai}) is empty`);
  if (Object.hasOwn(elements, ai) && elements[ai] !== value)
    throw badScan(scan, `(${ai}) stands there twice, with two values`);
  elements[ai] = value;
}

const badScan = (scan: string, why: string): Error =>
  gs1Fault('GS1_BAD_ELEMENT', `the scan ${shownText(scan)} cannot be read: ${why}`);
