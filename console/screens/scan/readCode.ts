/** What a scanner read, a camera saw or somebody typed: the code of an item, and what GS1 says beside it. */

export interface ReadCode {
  /** 14 digits of a GTIN, or the text as it is. */
  code: string;
  lot?: string;
  serial?: string;
  /** `YYYY-MM-DD` */
  expiresOn?: string;
  /** Whole pieces, (30) or (37). */
  quantity?: string;
}

const GS = '\u001d';
/** Of the symbols whose data are an element string. */
const ELEMENTS = /^\](?:C1|e\d|d2|Q3|J1)/;
const LINK = /^https?:\/\/[^?#]*?(\/01\/\d{8,14}(?:\/[^?#]*)?)(?:\?([^#]*))?/i;

/** Lengths of values whose end nothing marks, by the first two digits of the AI. */
const fixed: Readonly<Record<string, number>> = {
  ...{ '00': 18, '01': 14, '02': 14, '03': 14, '04': 16, '20': 2, '41': 13 },
  ...{ '11': 6, '12': 6, '13': 6, '14': 6, '15': 6, '16': 6, '17': 6, '18': 6, '19': 6 },
  ...{ '31': 6, '32': 6, '33': 6, '34': 6, '35': 6, '36': 6 },
};

export function readCode(scanned: string): ReadCode {
  const text = scanned.trim();
  const elements = elementsOf(text);
  const gtin = elements?.['01'] ?? elements?.['02'];
  if (elements && gtin) return codeOf(gtin.padStart(14, '0'), elements);
  const plain = text.replace(/^\][A-Za-z]\d/, '');
  return { code: isGtin(plain) ? plain.padStart(14, '0') : plain };
}

type Elements = Record<string, string>;

function elementsOf(text: string): Elements | undefined {
  const data = text.replace(/^\][A-Za-z]\d/, '');
  const [, path = '', query = ''] = LINK.exec(data) ?? [];
  if (path) return ofLink(path, query);
  if (data.startsWith('(')) return ofBrackets(data);
  const isSaid = ELEMENTS.test(text) || data.startsWith(GS) || data.includes(GS);
  // A scanner that names no symbology: a GTIN with its AI in front, and its check digit right.
  const isLikely = /^01\d{14}/.test(data) && isGtin(data.slice(2, 16));
  return isSaid || isLikely ? ofString(data) : undefined;
}

function ofLink(path: string, query: string): Elements {
  const [, ...parts] = path.split('/');
  const pairs = parts.flatMap((ai, at) => (at % 2 === 0 ? [[ai, parts[at + 1] ?? '']] : []));
  const behind = [...new URLSearchParams(query)];
  return Object.fromEntries([
    ...pairs.map(([ai = '', value = '']) => [ai, decoded(value)]),
    ...behind,
  ]);
}

/** A link that is not encoded as it should be is read as it stands. */
function decoded(text: string): string {
  return /%(?![\da-f]{2})/i.test(text) ? text : decodeURIComponent(text);
}

const ofBrackets = (text: string): Elements =>
  Object.fromEntries(
    [...text.matchAll(/\((\d{2,4})\)([^(]*)/g)].map(([, ai = '', value = '']) => [ai, value]),
  );

const unmarked = (text: string): string => (text.startsWith(GS) ? text.slice(1) : text);

/** Undefined where it is none: a rest that has no AI is no guess of ours. */
function ofString(data: string): Elements | undefined {
  const found: Elements = {};
  let rest = unmarked(data);
  while (rest !== '') {
    const ai = rest.slice(0, lengthOfAi(rest));
    if (!/^\d{2,4}$/.test(ai)) return undefined;
    const end = rest.indexOf(GS);
    const length = fixed[ai.slice(0, 2)];
    const stop = length === undefined ? (end < 0 ? rest.length : end) : ai.length + length;
    found[ai] = rest.slice(ai.length, stop);
    if (found[ai] === '' || (length && found[ai].length < length)) return undefined;
    rest = unmarked(rest.slice(stop));
  }
  return found;
}

function lengthOfAi(text: string): number {
  if (/^(?:2[345]|4[012])/.test(text)) return 3;
  return /^(?:3[1-69]|43|7|8)/.test(text) ? 4 : 2;
}

function codeOf(code: string, elements: Elements): ReadCode {
  const expiresOn = dayOf(elements['17'] ?? '');
  const pieces = elements['30'] ?? elements['37'];
  return {
    code,
    ...(elements['10'] ? { lot: elements['10'] } : {}),
    ...(elements['21'] ? { serial: elements['21'] } : {}),
    ...(expiresOn ? { expiresOn } : {}),
    ...(pieces && /^\d{1,8}$/.test(pieces) ? { quantity: pieces.replace(/^0+(?=\d)/, '') } : {}),
  };
}

/** `YYMMDD`; 00 for the day is the last of its month. Years from 77 on are of the last century, as the hub has it. */
function dayOf(text: string): string | undefined {
  const [, year = '', month = '', day = ''] = /^(\d\d)(\d\d)(\d\d)$/.exec(text) ?? [];
  if (!year || month < '01' || month > '12') return undefined;
  const full = `${year <= '76' ? '20' : '19'}${year}`;
  const last = String(new Date(Date.UTC(Number(full), Number(month), 0)).getUTCDate());
  if (day > last) return undefined;
  return `${full}-${month}-${day === '00' ? last : day}`;
}

/** 8, 12, 13 or 14 digits, the last of which checks the others. */
export function isGtin(text: string): boolean {
  if (!/^(?:\d{8}|\d{12,14})$/.test(text)) return false;
  const sum = [...text.padStart(14, '0')].reduce(
    (all, digit, at) => all + Number(digit) * (at % 2 === 0 ? 3 : 1),
    0,
  );
  return sum % 10 === 0;
}
