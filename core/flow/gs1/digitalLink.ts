/** GS1 Digital Link: a key and its qualifiers as the path of a URL, other elements as its query. */
import { aiOf } from './aiTable.ts';
import type { Gs1Elements } from './epcUri.ts';

/** Names that older links have in place of numbers. */
const shortNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{ gtin: '01', itip: '8006', cpid: '8010', gln: '414', party: '417', gsrnp: '8017' },
    ...{ gsrn: '8018', gcn: '255', sscc: '00', gdti: '253', ginc: '401', gsin: '402' },
    ...{ grai: '8003', giai: '8004', cpv: '22', lot: '10', ser: '21' },
  }),
);

const numberOf = (segment: string): string => shortNames.get(segment) ?? segment;

const LINK = /^https?:\/\/[^/?#]+([^?#]*)(?:\?([^#]*))?/i;

export const isWebAddress = (text: string): boolean => /^https?:\/\//i.test(text);

/** What the link names, and its elements in the query; or what is wrong with it. */
export function readDigitalLink(link: string): Gs1Elements | string {
  const [whole, path = '', query = ''] = LINK.exec(link) ?? [];
  if (whole === undefined) return 'it is no web address';
  const segments = path.split('/').filter(Boolean);
  for (let start = 0; start < segments.length - 1; start += 1) {
    const elements = elementsAt(segments, start);
    if (elements) return { ...ofQuery(query), ...elements };
  }
  return 'its path names no key of GS1';
}

function elementsAt(segments: readonly string[], start: number): Gs1Elements | undefined {
  const key = numberOf(segments[start]!);
  const qualifiers = aiOf(key)?.qualifiers;
  if (!qualifiers || (segments.length - start) % 2 !== 0) return undefined;
  // Every key begins with a company prefix.
  if (!/^\d{4}/.test(segments[start + 1]!)) return undefined;
  const elements: Gs1Elements = {};
  for (let index = start; index < segments.length; index += 2) {
    const ai = numberOf(segments[index]!);
    if (index > start && !qualifiers.includes(ai)) return undefined;
    elements[ai] = index === start ? fullKey(ai, segments[index + 1]!) : segments[index + 1]!;
  }
  return elements;
}

/** A GTIN has 14 digits, also where a link has fewer. */
const fullKey = (ai: string, key: string): string =>
  ai === '01' && /^(\d{8}|\d{12,13})$/.test(key) ? key.padStart(14, '0') : key;

function ofQuery(query: string): Gs1Elements {
  const elements: Gs1Elements = {};
  for (const pair of query.split(/[&;]/)) {
    const at = pair.indexOf('=');
    const ai = pair.slice(0, at);
    if (at > 0 && aiOf(ai)) elements[ai] = pair.slice(at + 1);
  }
  return elements;
}

/** Primary keys, in the order in which one is looked for among elements that have several. */
const keys = [
  ...['01', '8006', '00', '414', '417', '8003', '8004', '253', '255', '401', '402', '8010'],
  ...['8017', '8018'],
];

/** Which of the elements is the key that the others qualify. */
export const primaryKeyOf = (elements: Gs1Elements): string | undefined =>
  keys.find((ai) => Object.hasOwn(elements, ai));

/** The canonical link of elements whose values are percent-encoded already. */
export function linkOf(elements: Gs1Elements, without: readonly string[] = []): string | undefined {
  const key = primaryKeyOf(elements);
  if (key === undefined) return undefined;
  let path = `/${key}/${elements[key]}`;
  for (const ai of aiOf(key)!.qualifiers!) {
    const value = elements[ai];
    if (value !== undefined && !without.includes(ai)) path += `/${ai}/${value}`;
  }
  return `https://id.gs1.org${path}`;
}

/** A value with whatever a path may not have written by number. */
export const encodedPart = (value: string): string =>
  encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The text of a percent-encoded value, or nothing where it is none. */
export function decodedPart(value: string): string | undefined {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
