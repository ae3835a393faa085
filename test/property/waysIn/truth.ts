/** What senders mean, before anybody writes it down: documents, their lines, and what goes wrong in them. */
import fc from 'fast-check';

/** One row as it is meant. `quantity` is plain decimal text, `at` an instant. */
export interface Meant {
  document: string;
  line: string;
  sku: string;
  location: string;
  quantity: string;
  lot: string;
  at: string;
}

/** What becomes of a row for itself; a document may spoil it yet. */
export type Verdict =
  | { is: 'good'; row: Meant }
  /** `late`: line of one that is right but for what only booking refuses. */
  | { is: 'bad'; document: string | undefined; late?: string; torn?: true }
  | { is: 'filtered'; document?: string };

export type Column = 'Doc' | 'Line' | 'Sku' | 'Loc' | 'Qty' | 'Lot' | 'At' | 'State';
/** A row as its sender puts it, before a format is put around it. */
export type Cells = Record<Column, string>;

export interface TruthRow {
  cells: Cells;
  verdict: Verdict;
}

/** How a sender writes numbers and dates, and what its text can hold. */
export interface Notation {
  mark: '.' | ',';
  date: 'iso' | 'dmy' | 'dmyhm' | 'ymd';
  /** What belongs to the document is said once, and not in each row. */
  once: boolean;
  /** Rows may be marked as none that the flow wants. */
  filter: boolean;
  /** The text without what the format or its encoding cannot hold. */
  fitted: (text: string) => string;
}

const PIECES = [
  ...[
    'A',
    'a',
    '0',
    '7',
    'x',
    '-',
    '/',
    '.',
    ' ',
    '  ',
    '_',
    '#',
    '%',
    '\\',
    "'",
    '"',
    '`',
    ',',
    ';',
    '|',
  ],
  ...[
    '=',
    '+',
    '@',
    '<',
    '&',
    '>',
    ']]>',
    '&amp;',
    '{',
    '}',
    '*',
    '$',
    '?',
    '()',
    '=1+1',
    '00',
    '1e3',
    'null',
  ],
  ...[
    'é',
    'ü',
    'Å',
    'ß',
    'İ',
    'ı',
    'ﬁ',
    '½',
    'µ',
    '€',
    '日',
    '本',
    'א',
    'ا',
    'Ａ',
    '‑',
    '😀',
    '𝔘',
    '\u0301',
  ],
  ...['e\u0323\u0302', '\u1e9b\u0323', '\ufe0f', '\u3099', '\u212b', '\uac00', '\u1100\u1161'],
];
const BLANKS = [
  ' ',
  '  ',
  '\u00a0',
  '\u3000',
  '\ufeff',
  '\u2003',
  '\t',
  '\n',
  '\u0085',
  '\u2028',
  '\r\n',
];
/** Inside of a name nobody sees these, or they break it. */
const HIDDEN = [
  '\u200b',
  '\u00ad',
  '\u202e',
  '\u0007',
  '\u2028',
  '\u00a0',
  '\ufffe',
  '\u0000',
  '\u2066',
  '\t',
  '\ufeff',
];

/** The name that such a text stands for, by the rule of the docs. */
export const canonical = (text: string): string =>
  text.normalize('NFC').replace(/^[\p{White_Space}\ufeff]+|[\p{White_Space}\ufeff]+$/gu, '');

export const hasHidden = (name: string): boolean =>
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u.test(name) ||
  /\p{Zs}/u.test(name.replaceAll(' ', ''));

const names = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 2 }) },
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((pieces) => pieces.join(''));

/** How one says a name: `disguise` changes nothing of what it means, `hidden` makes it bad. */
interface Saying {
  disguise: 'plain' | 'decomposed' | 'blanks';
  before: string;
  after: string;
}
const plainly: Saying = { disguise: 'plain', before: '', after: '' };
const sayings = fc.oneof(
  { weight: 4, arbitrary: fc.constant(plainly) },
  {
    weight: 2,
    arbitrary: fc.record({
      disguise: fc.constantFrom<Saying['disguise']>('decomposed', 'blanks'),
      before: fc.constantFrom('', ...BLANKS),
      after: fc.constantFrom('', ...BLANKS),
    }),
  },
);

const wrongs = [
  'qty',
  'zero',
  'minus',
  'date',
  'hidden',
  'noSku',
  'tooLong',
  'precise',
  'longago',
] as const;
type Wrong = (typeof wrongs)[number];

interface LineSeed {
  line: number;
  sku: number;
  location: number;
  lot: number;
  whole: string;
  fraction: string;
  number: number;
  sayings: Saying[];
  wrong: Wrong | undefined;
  hidden: string;
  filtered: boolean;
  again: boolean;
}

export interface TruthSeed {
  names: string[];
  documents: { name: number; minutes: number; lines: LineSeed[]; differs: boolean }[];
  order: number[];
}

const small = fc.nat({ max: 5 });
const maybe = (weight: number): fc.Arbitrary<boolean> =>
  fc.nat({ max: 99 }).map((n) => n >= 100 - weight);

const lineSeeds: fc.Arbitrary<LineSeed> = fc.record({
  line: small,
  sku: small,
  location: small,
  lot: small,
  whole: fc.oneof(
    fc.constantFrom('0', '1', '7', '12', '999', '1000', '1234', '999999', '123456789012'),
    fc.nat({ max: 2_000_000 }).map(String),
  ),
  fraction: fc.constantFrom('', '', '5', '05', '125', '000001', '123456', '999999'),
  number: fc.nat({ max: 7 }),
  sayings: fc.array(sayings, { minLength: 5, maxLength: 5 }),
  wrong: fc.oneof(
    { weight: 12, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom<Wrong[]>(...wrongs) as fc.Arbitrary<Wrong> },
  ),
  hidden: fc.constantFrom(...HIDDEN),
  filtered: maybe(7),
  again: maybe(4),
});

export const truthSeeds: fc.Arbitrary<TruthSeed> = fc.record({
  names: fc.array(names, { minLength: 6, maxLength: 6 }),
  documents: fc.array(
    fc.record({
      name: small,
      minutes: fc.nat({ max: 1_500_000 }),
      lines: fc.array(lineSeeds, { minLength: 1, maxLength: 4 }),
      differs: maybe(5),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  order: fc.array(fc.nat({ max: 1_000 }), { minLength: 16, maxLength: 16 }),
});

/** Names as the format can hold them: each stands for itself alone. */
function namesOf(seed: TruthSeed, { fitted }: Notation): string[] {
  const found: string[] = [];
  for (const [index, name] of seed.names.entries()) {
    const clean = Array.from(canonical(fitted(name)).slice(0, 24))
      .filter((char) => !hasHidden(char))
      .join('');
    const made = canonical(fitted(clean)) || 'X';
    found.push(found.includes(made) || hasHidden(made) ? `N${index}` : made);
  }
  return found;
}

function said(name: string, { disguise, before, after }: Saying, { fitted }: Notation): string {
  const other = disguise === 'decomposed' ? name.normalize('NFD') : name;
  const text = disguise === 'plain' ? name : before + other + after;
  // What the format cannot hold as it is must not change what it means.
  return canonical(fitted(text)) === name ? fitted(text) : name;
}

/** A plain decimal as people write it. */
function saidNumber(
  whole: string,
  fraction: string,
  form: number,
  { mark, fitted }: Notation,
): string {
  const grouping = mark === '.' ? [',', ' ', "'", '\u00a0'] : ['.', ' ', '’', '\u202f'];
  const wished = grouping[form % grouping.length]!;
  const apart = fitted(wished) === wished ? wished : ' ';
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, apart);
  const digits = form >= 4 && whole.length > 3 ? grouped : form === 3 ? `0${whole}` : whole;
  const tail = fraction === '' ? '' : mark + fraction;
  if (form === 1) return `+${digits}${tail}`;
  if (form === 2) return ` ${digits}${tail === '' ? `${mark}0` : `${tail}`} `;
  return digits + tail;
}

function saidDate(instant: Date, form: number, date: Notation['date']): string {
  const iso = instant.toISOString();
  const [year, month, day] = iso.slice(0, 10).split('-') as [string, string, string];
  if (date === 'ymd') return year + month + day;
  if (date === 'dmy') return `${day}.${month}.${year}`;
  if (date === 'dmyhm') return `${day}.${month}.${year} ${iso.slice(11, 16)}`;
  const there = new Date(instant.getTime() + 2 * 3_600_000).toISOString();
  return form % 3 === 0
    ? iso
    : form % 3 === 1
      ? `${there.slice(0, 19)}+02:00`
      : `${iso.slice(0, 19)}Z`;
}

/** The instant as far as the sender's way of writing dates tells it. */
function instantOf(minutes: number, date: Notation['date']): Date {
  const ms = Date.UTC(2023, 0, 1) + minutes * 60_000;
  return new Date(date === 'ymd' || date === 'dmy' ? ms - (ms % 86_400_000) : ms);
}

const WRONG_TEXTS: Record<'qty' | 'date', string[]> = {
  qty: ['a few', '', '1.2.3', '12,5,7', '0,500,', '12 EUR', '--5', '(5)', '1e'],
  date: ['soon', '-', '99.99.2026', '2026-13-45', '20261399', '31.02.2026 25:99'],
};

/** All rows of all documents, those of one document together. */
export function truthRows(seed: TruthSeed, notation: Notation): TruthRow[][] {
  const name = namesOf(seed, notation);
  const { once, date } = notation;
  return seed.documents.map(({ name: own, minutes, lines, differs }) =>
    lines.flatMap((seeded, index) => {
      const instant = instantOf(minutes + (differs && index === 1 && !once ? 1_440 : 0), date);
      const line = once && index > 0 ? besideHead(seeded, lines[0]!) : seeded;
      const row = rowOf(line, name[own]!, instant, name, notation);
      return line.again ? [row, row] : [row];
    }),
  );
}

/** A line of a document that says its date and its state once. */
function besideHead(line: LineSeed, { filtered }: LineSeed): LineSeed {
  const isOfHead = line.wrong === 'date' || line.wrong === 'longago';
  return { ...line, filtered, wrong: isOfHead ? undefined : line.wrong };
}

function rowOf(
  seed: LineSeed,
  document: string,
  instant: Date,
  name: string[],
  notation: Notation,
): TruthRow {
  const { wrong, sayings: says, number } = seed;
  const say = (text: string, index: number): string => said(text, says[index]!, notation);
  const whole = seed.whole === '0' && seed.fraction === '' ? '3' : seed.whole;
  const fraction = wrong === 'precise' ? '1234567' : seed.fraction;
  const [sku, location, line] = [name[seed.sku]!, name[seed.location]!, name[seed.line]!];
  const lot = seed.lot > 2 ? name[seed.lot]! : '';
  const cells: Cells = {
    Doc: say(document, 0),
    Line: say(line, 1),
    Sku: say(sku, 2),
    Loc: say(location, 3),
    Qty: saidNumber(whole, fraction, number, notation),
    Lot: lot === '' ? '' : say(lot, 4),
    At: saidDate(instant, number, notation.date),
    State: seed.filtered ? 'X' : 'ok',
  };
  if (wrong) spoil(cells, wrong, seed, notation);
  const quantity = fraction === '' ? whole : `${whole}.${fraction}`;
  const row: Meant = { document, line, sku, location, quantity, lot, at: instant.toISOString() };
  if (seed.filtered && notation.filter) return { cells, verdict: { is: 'filtered', document } };
  const late = wrong === 'zero' ? { late: line } : {};
  return { cells, verdict: wrong ? { is: 'bad', document, ...late } : { is: 'good', row } };
}

function spoil(
  cells: Cells,
  wrong: Wrong,
  { number, hidden }: LineSeed,
  { fitted, mark, date }: Notation,
): void {
  const pick = (texts: readonly string[]): string => texts[number % texts.length]!;
  if (wrong === 'qty') cells.Qty = fitted(pick(WRONG_TEXTS.qty));
  if (wrong === 'zero') cells.Qty = `0${mark}0`;
  if (wrong === 'minus') cells.Qty = pick(['-5', '5-', '-0,5'.replace(',', mark)]);
  if (wrong === 'date') cells.At = fitted(pick(WRONG_TEXTS.date));
  if (wrong === 'longago') cells.At = saidDate(new Date(Date.UTC(1899, 11, 31)), 0, date);
  if (wrong === 'hidden') {
    const inside = `a${hidden}b`;
    cells.Sku = fitted(inside) === inside ? inside : 'a\u00adb';
  }
  if (wrong === 'noSku') {
    const blank = pick(['', ' ', '\t']);
    // Without quotes a tab may be a delimiter, and would make another row of it.
    cells.Sku = fitted(blank) === blank ? blank : '';
  }
  if (wrong === 'tooLong') cells.Loc = 'L'.repeat(129);
}
