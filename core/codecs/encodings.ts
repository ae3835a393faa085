import { choice, optional } from '../spec.ts';

/** Encodings that a flow can state. The single-byte ones are decoded by iconv-lite's tables. */
export const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1252',
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-7',
  'iso-8859-9',
  'iso-8859-15',
  'windows-1250',
  'windows-1251',
  'windows-1253',
  'windows-1254',
  'cp437',
  'cp850',
  'us-ascii',
] as const;

export type Encoding = (typeof encodings)[number];

export const encodingOption = optional(
  choice(
    'How bytes become text. Whatever says something must agree: this option, a byte order mark, the XML declaration, and `charset=` of the content type; a contradiction is refused (ENCODING_CONFLICT). So is a text of a single-byte encoding whose bytes beyond ASCII are all UTF-8; a flow that means it says `allow: [ENCODING_CONFLICT]`. With `auto` and without any of them it is UTF-8. Bytes that are not valid are refused, never replaced; in a single-byte encoding, with all of the payload.',
    ['auto', ...encodings],
  ),
  'auto',
);

export const isUnicode = (encoding: Encoding): boolean => encoding.startsWith('utf-');

const NAMES: Readonly<Record<string, Encoding>> = {
  ...Object.fromEntries(encodings.map((encoding) => [bare(encoding), encoding])),
  ascii: 'us-ascii',
  ansi: 'windows-1252',
  latin1: 'iso-8859-1',
  l1: 'iso-8859-1',
  latin2: 'iso-8859-2',
  l2: 'iso-8859-2',
  latin5: 'iso-8859-9',
  latin9: 'iso-8859-15',
  cp1250: 'windows-1250',
  cp1251: 'windows-1251',
  cp1252: 'windows-1252',
  cp1253: 'windows-1253',
  cp1254: 'windows-1254',
  ibm437: 'cp437',
  ibm850: 'cp850',
};

/** The encoding of that name, in any of its spellings; `utf-16` leaves open which of the two. */
export function encodingNamed(name: string): Encoding | 'utf-16' | undefined {
  const key = bare(name);
  if (key === 'utf16' || key === 'ucs2') return 'utf-16';
  return Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z\d]/g, '');
}

/** What a content type says after `charset=`; of two that differ, both, which is no encoding. */
export function charsetOf(contentType: string | undefined): string | undefined {
  const stated = (contentType ?? '').matchAll(/;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]+))/gi);
  const names = Array.from(stated, ([, quoted, plain]) => quoted ?? plain ?? '');
  const different = new Map(names.map((name) => [name.toLowerCase(), name]));
  return names.length === 0 ? undefined : [...different.values()].join(' and ');
}
