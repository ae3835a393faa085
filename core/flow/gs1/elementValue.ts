/** Checks the value of a GS1 element by the standard, and says it as flows read it. */
import type { Ai, AiPart } from './aiTable.ts';
import { checkDigitOf, hasCheckDigit } from './checkDigit.ts';
import { gs1Date, isTime } from './gs1Date.ts';
import { gs1Fault, shownText } from './gs1Fault.ts';

const characters: Readonly<Record<AiPart['type'], RegExp>> = {
  N: /^\d*$/,
  X: /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*$/,
  Y: /^[#\-/0-9A-Z]*$/,
  Z: /^[-_0-9A-Za-z=]*$/,
};

const kinds: Readonly<Record<AiPart['type'], string>> = {
  N: 'digits',
  X: 'characters of CSET 82 (letters, digits and !"%&\'()*+,-./:;<=>?_)',
  Y: 'capitals, digits and # - /',
  Z: 'characters of base64url',
};

/** The name of an element in a fault: `(17) USE BY or EXPIRY`. */
export const aiName = ({ ai, title }: Ai): string =>
  title === '' ? `(${ai})` : `(${ai}) ${title}`;

const dates = ['yymmd0', 'yymmdd', 'yyyymmdd'];

/** The value as text: dates as `YYYY-MM-DD`, all else as it is. Throws what is wrong. */
export function elementValue(row: Ai, value: string): string {
  const pieces = piecesOf(row, value);
  for (const [part, piece] of pieces) {
    if (!characters[part.type].test(piece)) {
      throw bad(row, value, `it may have only ${kinds[part.type]}`);
    }
    for (const check of part.checks) checkPiece(row, value, piece, check);
  }
  const isDate = row.parts[0]!.checks.some((check) => dates.includes(check));
  return isDate ? dateOf(row, value, pieces) : value;
}

function piecesOf(row: Ai, value: string): [AiPart, string][] {
  const pieces: [AiPart, string][] = [];
  let at = 0;
  for (const part of row.parts) {
    if (part.optional && at === value.length) break;
    const piece = value.slice(at, at + part.most);
    if (piece.length < part.least) throw wrongLength(row, value);
    pieces.push([part, piece]);
    at += piece.length;
  }
  if (at < value.length) throw wrongLength(row, value);
  return pieces;
}

function wrongLength(row: Ai, value: string): Error {
  const least = row.parts.reduce((sum, part) => sum + (part.optional ? 0 : part.least), 0);
  const most = row.parts.reduce((sum, part) => sum + part.most, 0);
  const wanted = least === most ? `${most}` : `${least} to ${most}`;
  return bad(
    row,
    value,
    `its length is ${value.length} and not ${wanted}`,
    row.isFixed
      ? undefined
      : 'where elements run into each other, have the scanner send FNC1 as GS (U+001D)',
  );
}

function checkPiece(row: Ai, value: string, piece: string, check: string): void {
  if (check === 'csum') {
    if (hasCheckDigit(piece)) return;
    throw gs1Fault(
      'GS1_CHECK_DIGIT',
      `${aiName(row)} is ${shownText(value)}: its check digit is not ${piece.slice(-1)} but ${checkDigitOf(piece.slice(0, -1))}`,
    );
  }
  const wrong = Object.hasOwn(rules, check) ? rules[check]!(piece) : undefined;
  if (wrong !== undefined) throw bad(row, value, wrong);
}

const must = (holds: boolean, otherwise: string) => (holds ? undefined : otherwise);

/** The standard's checks that need no list of others; the rest are not made. */
const rules: Readonly<Record<string, (piece: string) => string | undefined>> = {
  yymmd0: (piece) => must(gs1Date(piece, true) !== undefined, 'it is no date'),
  yymmdd: (piece) => must(gs1Date(piece, false) !== undefined, 'it is no date'),
  yyyymmdd: (piece) => must(gs1Date(piece, false) !== undefined, 'it is no date'),
  hhmi: (piece) => must(piece === '9999' || isTime(piece), 'it is no time'),
  hh: (piece) => must(isTime(piece), 'it is no time'),
  mi: (piece) => must(isTime(`00${piece}`), 'it is no time'),
  ss: (piece) => must(isTime(`00${piece}`), 'it is no time'),
  zero: (piece) => must(/^0+$/.test(piece), 'it begins with another digit than 0'),
  nonzero: (piece) => must(!/^0+$/.test(piece), 'a part of it is zero'),
  nozeroprefix: (piece) => must(piece === '0' || !piece.startsWith('0'), 'it begins with 0'),
  yesno: (piece) => must(/^[01]$/.test(piece), 'it is neither 0 nor 1'),
  hyphen: (piece) => must(/^-?$/.test(piece), 'it ends with another character than -'),
  hasnondigit: (piece) => must(/\D/.test(piece), 'it has digits alone'),
  pieceoftotal: (piece) => {
    const [one, all] = [piece.slice(0, 2), piece.slice(2)];
    return must(one !== '00' && all !== '00' && one <= all, 'its piece is none of its total');
  },
};

/** A date, with its time or the date of its end behind it. */
function dateOf(row: Ai, value: string, [first, ...rest]: readonly [AiPart, string][]): string {
  const day = gs1Date(first![1], first![0].checks.includes('yymmd0'))!;
  const end = rest.find(([part]) => part.checks.includes('yymmdd'));
  if (end) return `${day}/${gs1Date(end[1], false)}`;
  const time = value.slice(first![1].length);
  if (time === '' || time === '9999') return day;
  if (!/^(\d{2}){1,3}$/.test(time)) throw bad(row, value, 'it is no time');
  const clock = (time.length === 2 ? `${time}00` : time).match(/../g)!.join(':');
  return `${day}T${clock}`;
}

function bad(row: Ai, value: string, why: string, todo?: string): Error {
  return gs1Fault('GS1_BAD_ELEMENT', `${aiName(row)} is ${shownText(value)}: ${why}`, todo);
}
