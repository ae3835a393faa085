/** What a careful person expects of rows, by the rules of the docs: which documents, and what is wrong. */

import { NOW } from './Doors.ts';
import type { Plan } from './plan.ts';
import type { Fields, Reading, ReadRow, Said } from './Reading.ts';
import { canonical, hasHidden, type Meant, type TruthRow, type Verdict } from './truth.ts';

/** `unsure`: the rules leave open whether this is right. Nothing that was written rightly is so. */
export type Judged = Verdict | { is: 'unsure'; document: string | undefined };

/** One record of the payload: a row, or a document with its lines. */
export interface JudgedRecord {
  parts: Judged[];
}

/** What comes of a payload, by key of its documents. */
export interface Expected {
  records: number;
  filtered: number;
  /** Numbers of the records that are not booked. */
  parked: Set<number>;
  /** Lines of each document that is booked whole. */
  booked: Map<string, Meant[]>;
  /** What else may be booked: right for itself, and parked only because its key comes again. */
  alone: Map<string, Meant[][]>;
  /** Numbers of documents of which nobody can be sure; '' where even that is not known. */
  unsure: Set<string>;
  refused: Reading['refused'];
  torn: boolean;
}

export const keyOf = (
  { shape }: Plan,
  { document, line }: Pick<Meant, 'document' | 'line'>,
): string => JSON.stringify(shape === 'line' ? [document, line] : [document]);

export const judgedOf = (reading: Reading, plan: Plan): JudgedRecord[] =>
  reading.rows.map((row) => ({
    parts: plan.shape === 'nested' ? nested(row, plan) : [flat(row, plan)],
  }));

/** What truth says of its own rows, in the order in which they are written. */
export const judgedTruth = (rows: readonly (readonly TruthRow[])[]): JudgedRecord[] =>
  rows.map((some) => ({ parts: some.map(({ verdict }) => verdict) }));

const PASSED: Judged = { is: 'filtered' };

function flat(row: ReadRow, plan: Plan): Judged {
  if (row.passedOver) return PASSED;
  const at = atOf(plan);
  const document = nameOf(row.fields.get(at('Doc')), 128).name;
  if (row.bad) return { is: 'bad', document, torn: true };
  if (plan.filter) {
    const state = row.fields.get(at('State'));
    if (state === 'X') return PASSED;
    if (state !== 'ok') return { is: 'unsure', document };
  }
  return lineOf(row.fields, headOf(row.fields, plan), plan);
}

function nested({ fields, bad, passedOver }: ReadRow, plan: Plan): Judged[] {
  if (passedOver) return [PASSED];
  const head = headOf(fields, plan);
  if (bad) return [{ is: 'bad', document: undefined }];
  const state = fields.get(atOf(plan)('State'));
  if (plan.filter && state === 'X') return [PASSED];
  if (plan.filter && state !== 'ok') return [{ is: 'unsure', document: head.document.name }];
  const items = fields.get('Items');
  if (items === undefined || items === null || typeof items === 'string')
    return [{ is: 'unsure', document: head.document.name }];
  const list = Array.isArray(items) ? items : [items];
  if (list.length === 0) return [{ is: 'unsure', document: head.document.name }];
  return list.map((item) =>
    item instanceof Map ? lineOf(item, head, plan) : { is: 'bad', document: head.document.name },
  );
}

const atOf =
  ({ format, xml }: Plan) =>
  (name: string): string =>
    format === 'xml' && xml.attributes ? `@${name}` : name;

interface Head {
  document: Name;
  at: { text: string } | 'bad' | 'unsure';
}

const headOf = (fields: Fields, plan: Plan): Head => ({
  document: nameOf(fields.get(atOf(plan)('Doc')), 128),
  at: instantOf(fields.get(atOf(plan)('At')), plan),
});

function lineOf(fields: Fields, { document, at }: Head, plan: Plan): Judged {
  const of = (name: string, most: number): Name => nameOf(fields.get(atOf(plan)(name)), most);
  const [line, sku, location, lot] = [
    of('Line', 32),
    of('Sku', 128),
    of('Loc', 128),
    of('Lot', 64),
  ];
  const quantity = quantityOf(fields.get(atOf(plan)('Qty')), plan);
  const all = [document, line, sku, location, lot];
  const needed =
    plan.shape === 'line' ? [document, sku, location, line] : [document, sku, location];
  const bad =
    all.some(({ is }) => is === 'bad') ||
    needed.some(({ name }) => name === '') ||
    at === 'bad' ||
    quantity === 'bad';
  if (bad) return { is: 'bad', document: document.name };
  if (all.some(({ is }) => is === 'unsure') || typeof at === 'string' || quantity === 'unsure')
    return { is: 'unsure', document: document.name };
  if (quantity === '0') return { is: 'bad', document: document.name, late: line.name! };
  const row = {
    document: document.name!,
    line: line.name!,
    sku: sku.name!,
    location: location.name!,
    lot: lot.name!,
  };
  return { is: 'good', row: { ...row, quantity, at: at.text } };
}

interface Name {
  name: string | undefined;
  is: 'fine' | 'bad' | 'unsure';
}

function nameOf(said: Said | undefined, most: number): Name {
  if (said === undefined || said === null) return { name: '', is: 'fine' };
  if (typeof said === 'string') {
    const name = canonical(said);
    return { name, is: hasHidden(name) || Array.from(name).length > most ? 'bad' : 'fine' };
  }
  if (said instanceof Map || Array.isArray(said)) return { name: undefined, is: 'unsure' };
  return { name: said.numeral, is: /^(0|[1-9]\d{0,14})$/.test(said.numeral) ? 'fine' : 'unsure' };
}

const NUMBER = {
  '.': /^(?:\d+|[1-9]\d{0,2}(?:(?<apart>[, '’\u00a0\u2009\u202f])\d{3})(?:\k<apart>\d{3})*)?(?:\.\d+)?$/,
  ',': /^(?:\d+|[1-9]\d{0,2}(?:(?<apart>[. '’\u00a0\u2009\u202f])\d{3})(?:\k<apart>\d{3})*)?(?:,\d+)?$/,
};

/** Plain decimal text, as the mark of the flow reads it. */
function quantityOf(said: Said | undefined, { mark }: Plan): string | 'bad' | 'unsure' {
  if (said === undefined || said === null) return 'bad';
  if (said instanceof Map || Array.isArray(said)) return 'bad';
  const isNumeral = typeof said !== 'string';
  if (isNumeral && /[eE]/.test(said.numeral)) return 'unsure';
  const own = isNumeral ? '.' : mark;
  if (isNumeral && mark === ',' && said.numeral.includes('.')) return 'unsure';
  const text = (isNumeral ? said.numeral : said).trim().replace(/^\+\s*/, '');
  if (!/\d/.test(text) || !NUMBER[own].test(text)) return 'bad';
  const [whole = '', fraction = ''] = text.split(own);
  const plain = whole.replace(/\D/g, '').replace(/^0+(?=\d)/, '') || '0';
  const decimals = fraction.replace(/0+$/, '');
  if (plain.length > 12 || decimals.length > 6) return 'bad';
  return decimals === '' ? plain : `${plain}.${decimals}`;
}

const DATES: Record<Plan['date'], RegExp> = {
  iso: /^(?<y>\d{4})-(?<m>\d\d)-(?<d>\d\d)T(?<h>\d\d):(?<n>\d\d):(?<s>\d\d)(?:\.(?<f>\d{3}))?(?<z>Z|[-+]\d\d:\d\d)$/,
  dmy: /^(?<d>\d\d)\.(?<m>\d\d)\.(?<y>\d{4})$/,
  dmyhm: /^(?<d>\d\d)\.(?<m>\d\d)\.(?<y>\d{4}) (?<h>\d\d):(?<n>\d\d)$/,
  ymd: /^(?<y>\d{4})(?<m>\d\d)(?<d>\d\d)$/,
};

/** Whether it is written as the flow says, but for how many digits there are. */
const NEARLY: Record<Plan['date'], RegExp> = {
  iso: /^[-+]?\d{4}.*\d|^\/Date/,
  dmy: /^\d{1,4}\.\d{1,4}\.\d{1,5}$/,
  dmyhm: /^\d{1,4}\.\d{1,4}\.\d{1,5}\s+\d{1,3}:\d{1,3}$/,
  ymd: /^\d+$/,
};

function isNearly(text: string, date: Plan['date']): boolean {
  const [, month, day] = /^\d{4}-?(\d\d)-?(\d\d)/.exec(text) ?? [];
  if (date === 'iso' && (Number(month) > 12 || Number(day) > 31)) return false;
  return NEARLY[date].test(text);
}

function instantOf(said: Said | undefined, { date, shape }: Plan): Head['at'] {
  // A row that leaves a field of its document empty agrees with the others.
  const nothing = shape === 'group' ? 'unsure' : 'bad';
  if (said === undefined || said === null) return nothing;
  if (typeof said !== 'string') return 'unsure';
  const text = said.trim();
  if (text === '') return nothing;
  const parts = DATES[date].exec(text)?.groups;
  if (!parts) return isNearly(text, date) ? 'unsure' : 'bad';
  const { y = '', m = '', d = '', h = '00', n = '00', s = '00', f = '000', z = 'Z' } = parts;
  const instant = new Date(`${y}-${m}-${d}T${h}:${n}:${s}.${f}${z}`);
  const [, days] = [h, new Date(Date.UTC(Number(y), Number(m), 0)).getUTCDate()];
  if (Number.isNaN(instant.getTime()) || Number(d) > days || Number(d) < 1) return 'bad';
  // Where it touches the bounds, zones decide.
  const latest = NOW + 365 * 86_400_000;
  if (
    Math.abs(instant.getTime() - latest) < 3 * 86_400_000 ||
    (y === '1990' && m === '01') ||
    y === '1989'
  )
    return 'unsure';
  if (Number(y) < 1990 || instant.getTime() > latest) return 'bad';
  return h === '24' || /[-+](?:1[4-9]|[2-9])/.test(z) ? 'unsure' : { text: instant.toISOString() };
}

/** What is to be booked of records, once all of them are known. */
export function expectedOf(
  records: readonly JudgedRecord[],
  plan: Plan,
  reading: Pick<Reading, 'refused' | 'torn'> = {},
): Expected {
  const expected: Expected = {
    records: records.length,
    filtered: 0,
    parked: new Set(),
    booked: new Map(),
    alone: new Map(),
    unsure: new Set(),
    refused: reading.refused,
    torn: reading.torn ?? false,
  };
  const documents = gathered(records, plan, expected);
  if (plan.shape === 'group') doubtBesideTorn(records, plan, documents, expected);
  if (expected.refused === 'whole') documents.clear();
  for (const [key, document] of documents) {
    const { pieces, isBad, numbers } = document;
    const lines = pieces.flat();
    // One document of rows that stand apart; but a key that comes twice is a fault of both.
    const repeated = plan.shape !== 'group' && pieces.length > 1;
    const differ = plan.shape === 'group' && new Set(lines.map(({ at }) => at)).size > 1;
    if (repeated) expected.alone.set(key, pieces);
    if (isBad || repeated || differ || (plan.shape === 'group' && hasCopies(lines)))
      for (const number of numbers) expected.parked.add(number);
    else expected.booked.set(key, lines);
  }
  return expected;
}

/**
 * A row that cannot be read, or does not name its document, may belong to the document before it or
 * after it; where rows of documents stand apart it may belong to any, and the payload is refused.
 */
function doubtBesideTorn(
  records: readonly JudgedRecord[],
  plan: Plan,
  documents: ReadonlyMap<string, Gathered>,
  expected: Expected,
): void {
  const rows = records.flatMap(({ parts: [part] }) => {
    if (!part || part.is === 'filtered') return [];
    const document = part.is === 'good' ? part.row.document : (part.document ?? '');
    // Without a name it is of no other document: also where nobody is sure that it is wanted.
    return [{ document, torn: document === '' || (part.is === 'bad' && part.torn === true) }];
  });
  const named = rows.filter(({ torn }) => !torn).map(({ document }) => document);
  if (named.length === rows.length) return;
  // Where each document is: neighbours are one place, and a torn row beside them too.
  const places = named.filter((document, index) => document !== named[index - 1]);
  for (const [index, { torn, document }] of rows.entries()) {
    if (!torn) continue;
    const before = rows.slice(0, index).findLast((row) => !row.torn)?.document;
    const after = rows.slice(index).find((row) => !row.torn)?.document;
    for (const beside of [before, after]) {
      const doubted = documents.get(keyOf(plan, { document: beside ?? '', line: '' }));
      if (doubted) doubted.isBad = true;
    }
    if (document !== '' && document !== before && document !== after) places.push(document);
  }
  if (new Set(places).size < places.length) expected.refused = 'whole';
}

/** A row was copied: a line has all that another has, its number included. */
const hasCopies = (lines: readonly Meant[]): boolean => {
  const numbered = lines.filter(({ line }) => line !== '').map((line) => JSON.stringify(line));
  return new Set(numbered).size < numbered.length;
};

interface Gathered {
  pieces: Meant[][];
  isBad: boolean;
  numbers: number[];
}

function gathered(
  records: readonly JudgedRecord[],
  plan: Plan,
  expected: Expected,
): Map<string, Gathered> {
  const documents = new Map<string, Gathered>();
  const byRow = plan.shape === 'group';
  for (const [index, { parts }] of records.entries()) {
    const number = index + 1;
    const wrong =
      parts.find((part) => part.is === 'bad' && part.late === undefined) ??
      parts.find(({ is }) => is === 'unsure') ??
      parts.find(({ is }) => is === 'bad');
    if (parts.every(({ is }) => is === 'filtered')) {
      expected.filtered += 1;
      continue;
    }
    if (wrong?.is === 'unsure') expected.unsure.add(wrong.document ?? '');
    if (wrong?.is === 'bad') {
      expected.parked.add(number);
    }
    // A record that says a line twice is bad for itself, and no document beside another of its key.
    if (!byRow && hasCopies(parts.flatMap((part) => (part.is === 'good' ? [part.row] : [])))) {
      expected.parked.add(number);
      continue;
    }
    if (parts.filter((part) => part.is === 'bad' && part.late !== undefined).length > 1)
      expected.unsure.add('');
    const of = wrong && 'document' in wrong ? wrong.document : undefined;
    // What only booking refuses has a key, which others may have too.
    const late = wrong?.is === 'bad' ? wrong.late : undefined;
    if (wrong && late === undefined && !(byRow && of)) continue;
    const lines = wrong ? [] : parts.flatMap((part) => (part.is === 'good' ? [part.row] : []));
    const key = keyOf(plan, lines[0] ?? { document: of!, line: late ?? '' });
    const document = documents.get(key) ?? { pieces: [], isBad: false, numbers: [] };
    documents.set(key, document);
    document.pieces.push(lines);
    document.isBad ||= wrong !== undefined;
    document.numbers.push(number);
  }
  return documents;
}
