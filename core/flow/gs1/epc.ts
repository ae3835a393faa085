/** `$epc`, `$digitalLink` and `$epcUrn`: what one object or class is called, in three forms. */
import { aiOf } from './aiTable.ts';
import { encodedPart, linkOf, primaryKeyOf } from './digitalLink.ts';
import { elementValue } from './elementValue.ts';
import type { Gs1Elements } from './epcUri.ts';
import { gs1Fault, shownText } from './gs1Fault.ts';
import { gs1Text, gtin, sscc } from './gs1Keys.ts';
import { elementsIn, gtinOfDigits, scannedElements } from './scannedElements.ts';

/** What a key is called: its scheme as EPC URIs have it, and names for its parts. */
type Named = Record<string, string>;

/** Qualifiers by name. */
const qualifiers: readonly (readonly [string, string])[] = [
  ['10', 'lot'],
  ['21', 'serial'],
  ['22', 'variant'],
  ['235', 'tpx'],
  ['254', 'extension'],
  ['8011', 'serial'],
];

/** Keys of one part. */
const single: Readonly<Record<string, readonly [scheme: string, name: string]>> = {
  '00': ['sscc', 'sscc'],
  '414': ['sgln', 'gln'],
  '417': ['pgln', 'gln'],
  '8004': ['giai', 'giai'],
  '401': ['ginc', 'ginc'],
  '402': ['gsin', 'gsin'],
  '8010': ['cpi', 'cpid'],
  '8017': ['gsrnp', 'gsrn'],
  '8018': ['gsrn', 'gsrn'],
};

/** Keys whose serial number follows within the element, behind so many digits. */
const serialized: Readonly<Record<string, readonly [scheme: string, name: string, from: number]>> =
  {
    '8003': ['grai', 'grai', 14],
    '253': ['gdti', 'gdti', 13],
    '255': ['sgcn', 'gcn', 13],
  };

function keyParts(ai: string, value: string, elements: Gs1Elements): Named {
  if (ai === '01') {
    const scheme = ['21', '235', '10'].find((one) => Object.hasOwn(elements, one));
    const of = { '21': 'sgtin', '235': 'upui', '10': 'lgtin' } as const;
    return { scheme: scheme ? of[scheme as keyof typeof of] : 'gtin', gtin: value };
  }
  if (ai === '8006') {
    const [piece, total] = [value.slice(14, 16), value.slice(16)];
    return { scheme: 'itip', gtin: value.slice(0, 14), piece, total };
  }
  const withSerial = serialized[ai];
  if (!withSerial) return { scheme: single[ai]![0], [single[ai]![1]]: value };
  const [scheme, name, from] = withSerial;
  const serial = value.slice(from);
  return { scheme, [name]: value.slice(0, from), ...(serial !== '' && { serial }) };
}

/** A key alone, or else elements that no symbology identifier announces, such as `00` and an SSCC. */
function ofDigits(digits: string): Gs1Elements {
  if (digits.length === 18) return { '00': sscc(digits)! };
  const elements = gtinOfDigits(digits) === undefined ? elementsIn(digits) : undefined;
  return elements && primaryKeyOf(elements) ? elements : { '01': gtin(digits)! };
}

/** The checked elements that a text names, at least a key among them. */
function namedElements(text: string): { key: string; elements: Gs1Elements } {
  const elements = /^\d+$/.test(text) ? ofDigits(text) : scannedElements(text);
  const key = primaryKeyOf(elements);
  if (key === undefined) throw gs1Fault('GS1_BAD_KEY', `${shownText(text)} names no key of GS1`);
  for (const [ai, value] of Object.entries(elements)) elementValue(aiOf(ai)!, value);
  return { key, elements };
}

export function epc(value: unknown): Named | undefined {
  const text = gs1Text(value);
  if (text === undefined) return undefined;
  const { key, elements } = namedElements(text);
  const named = keyParts(key, elements[key]!, elements);
  for (const [ai, name] of qualifiers) {
    const found = elements[ai];
    if (found !== undefined && aiOf(key)!.qualifiers!.includes(ai)) named[name] = found;
  }
  return named;
}

export function digitalLink(value: unknown): string | undefined {
  const text = gs1Text(value);
  if (text === undefined) return undefined;
  const { elements } = namedElements(text);
  const encoded = Object.entries(elements).map(([ai, part]) => [ai, encodedPart(part)]);
  return linkOf(Object.fromEntries(encoded));
}

/** Where the item reference begins with the digit that stands in front of the company prefix. */
const ledBy = (key: string, company: number): string =>
  `${key.slice(1, company + 1)}.${key[0]}${key.slice(company + 1, -1)}`;
const after = (key: string, company: number): string =>
  `${key.slice(0, company)}.${key.slice(company, -1)}`;

/** Characters that EPC URIs have written by number. */
const inUri = (value: string): string => value.replace(/["%&/<>?#]/g, encodeURIComponent);

export function epcUrn(value: unknown, length: unknown): string | undefined {
  const text = gs1Text(value);
  if (text === undefined) return undefined;
  const company = Number(length);
  if (!Number.isInteger(company) || company < 6 || company > 12) {
    throw gs1Fault(
      'GS1_BAD_KEY',
      `a company prefix has 6 to 12 digits, and not ${shownText(String(length))}`,
      'write the length of the company prefix as second argument: no key says it by itself',
    );
  }
  const { key, elements } = namedElements(text);
  const { scheme = '', gtin: item = '', sscc: unit = '', gln = '', ...rest } = epc(text)!;
  switch (scheme) {
    case 'sgtin':
    case 'upui':
      return `urn:epc:id:${scheme}:${ledBy(item, company)}.${inUri(rest.serial ?? rest.tpx ?? '')}`;
    case 'lgtin':
      return `urn:epc:class:lgtin:${ledBy(item, company)}.${inUri(rest.lot ?? '')}`;
    case 'gtin':
      return `urn:epc:idpat:sgtin:${ledBy(item, company)}.*`;
    case 'sscc':
      return `urn:epc:id:sscc:${ledBy(unit, company)}`;
    case 'sgln':
      return `urn:epc:id:sgln:${after(gln, company)}.${inUri(rest.extension ?? '0')}`;
    case 'pgln':
      return `urn:epc:id:pgln:${after(gln, company)}`;
    default:
      throw gs1Fault(
        'GS1_BAD_KEY',
        `$epcUrn writes GTIN, SSCC and GLN, and not (${key}) ${shownText(elements[key]!)}`,
      );
  }
}
