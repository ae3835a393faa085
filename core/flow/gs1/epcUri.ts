/** EPC URIs: `urn:epc:id:…`, `urn:epc:class:…`, `urn:epc:idpat:…` and `urn:epc:tag:…`. */
import { checkDigitOf } from './checkDigit.ts';

/** Values by AI, percent-encoded as they stood. */
export type Gs1Elements = Record<string, string>;

interface EpcScheme {
  /** How many digits the company prefix and what follows it have together, where that is fixed. */
  digits?: number;
  /** Into how many parts the dots cut it; the last keeps its own. */
  parts: number;
  elements(prefix: string, reference: string, rest: readonly string[]): Gs1Elements;
}

const withCheck = (digits: string): string => digits + checkDigitOf(digits);
/** The first digit of the reference stands in front of the company prefix. */
const led = (prefix: string, reference: string): string =>
  withCheck(reference.slice(0, 1) + prefix + reference.slice(1));
const plain = (prefix: string, reference: string): string => withCheck(prefix + reference);
const named = (ai: string, text = ''): Gs1Elements => (text === '' ? {} : { [ai]: text });

const ofTradeItem = (qualifier: string): EpcScheme => ({
  digits: 13,
  parts: 3,
  elements: (prefix, reference, [text]) => ({
    '01': led(prefix, reference),
    ...named(qualifier, text),
  }),
});

/** A key with its check digit, and maybe a serial number behind it in one element. */
const ofKey = (ai: string, digits: number, parts: 2 | 3, front = ''): EpcScheme => ({
  digits,
  parts,
  elements: (prefix, reference, [serial]) => ({
    [ai]: front + plain(prefix, reference) + (serial ?? ''),
  }),
});

const ofText = (ai: string): EpcScheme => ({
  parts: 2,
  elements: (prefix, reference) => ({ [ai]: prefix + reference }),
});

const schemes: ReadonlyMap<string, EpcScheme> = new Map(
  Object.entries({
    sgtin: ofTradeItem('21'),
    lgtin: ofTradeItem('10'),
    upui: ofTradeItem('235'),
    sscc: {
      digits: 17,
      parts: 2,
      elements: (prefix: string, reference: string) => ({ '00': led(prefix, reference) }),
    },
    sgln: {
      digits: 12,
      parts: 3,
      elements: (prefix: string, reference: string, [extension]: readonly string[]) => ({
        '414': plain(prefix, reference),
        ...(extension === '0' ? {} : named('254', extension)),
      }),
    },
    pgln: ofKey('417', 12, 2),
    grai: ofKey('8003', 12, 3, '0'),
    gdti: ofKey('253', 12, 3),
    sgcn: ofKey('255', 12, 3),
    gsrn: ofKey('8018', 17, 2),
    gsrnp: ofKey('8017', 17, 2),
    gsin: ofKey('402', 16, 2),
    giai: ofText('8004'),
    ginc: ofText('401'),
    cpi: {
      parts: 3,
      elements: (prefix: string, reference: string, [serial]: readonly string[]) => ({
        '8010': prefix + reference,
        ...named('8011', serial),
      }),
    },
    itip: {
      digits: 13,
      parts: 5,
      elements: (prefix: string, reference: string, [piece, total, serial]: readonly string[]) => ({
        '8006': led(prefix, reference) + (piece ?? '') + (total ?? ''),
        ...named('21', serial),
      }),
    },
  } satisfies Record<string, EpcScheme>),
);

const URI = /^urn:epc:(id|class|idpat|tag):([a-z]+)(?:-\d+\+?)?:(.+)$/s;

/** What the URI names, or what is wrong with it. */
export function readEpcUri(uri: string): Gs1Elements | string {
  const [, kind, name = '', body = ''] = URI.exec(uri) ?? [];
  if (kind === undefined) return 'it is no EPC URI';
  const scheme = schemes.get(name);
  if (!scheme) return `its scheme '${name}' has no key of GS1`;
  // In front of the company prefix, a tag has the filter value of readers.
  const own = kind === 'tag' ? body.slice(body.indexOf('.') + 1) : body;
  const [prefix = '', reference, ...rest] = cut(own, scheme.parts);
  if (!/^\d{6,12}$/.test(prefix)) return 'its company prefix has not 6 to 12 digits';
  if (reference === undefined) return 'nothing follows its company prefix';
  if (reference === '*') return 'it names every item of a company and not one';
  if (scheme.digits !== undefined) {
    if (!/^\d*$/.test(reference)) return `'${reference}' is no number`;
    const digits = prefix.length + reference.length;
    if (digits !== scheme.digits)
      return `its key has ${digits} digits before the check digit, and ${name} has ${scheme.digits}`;
  }
  // In a class, `*` stands for each of its lots or serial numbers.
  const isClass = kind === 'idpat' || kind === 'class';
  return scheme.elements(
    prefix,
    reference,
    rest.map((part) => (isClass && part === '*' ? '' : part)),
  );
}

function cut(text: string, parts: number): string[] {
  const found = text.split('.');
  return found.length <= parts
    ? found
    : [...found.slice(0, parts - 1), found.slice(parts - 1).join('.')];
}
