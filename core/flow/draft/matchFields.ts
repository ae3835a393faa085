/** Which field of a sample is meant by which field of a message. */
import type { FieldShape } from '../messageShape.ts';
import { isDecimalColumn } from './decimalMark.ts';
import { isDated, isIdentifying, isMoney } from './fieldKinds.ts';
import { endsWithName, hasWords, namesOfFields, plainName, wordsOf } from './fieldNames.ts';
import { guessDate } from './guessDate.ts';
import { numberWords, tellingWords, vagueNames } from './nameKinds.ts';
import type { SampleField } from './sampleFields.ts';

export interface Match {
  field: SampleField;
  /** Its own name says it, where no other field is around it. */
  isSaid: boolean;
  /** Expressions of fields that could be meant as well. */
  others: string[];
}

/** Which field of the message says who the record is, and what records are called in the sample. */
export interface RecordName {
  field: string;
  called: readonly string[];
}

/** By the field of the message. */
export type Matches = Map<string, Match>;

/**
 * Those of which a name says it and whose values fit, the surest first; each field of the sample once. A
 * date is taken by what stands in it where no name tells. What a message does not need is taken only where
 * a name says it whole.
 */
export function matchFields(
  targets: readonly FieldShape[],
  fields: readonly SampleField[],
  required: ReadonlySet<string>,
  name: RecordName,
): Matches {
  const candidates = targets.flatMap((target) =>
    fields
      .map((field) => ({ target, field, score: scoreOf(target, field, name) }))
      .filter(({ score }) => score > leastOf(target, required)),
  );
  candidates.sort((one, other) => other.score - one.score);
  const matches: Matches = new Map();
  const scores = new Map<string, number>();
  const used = new Set<SampleField>();
  for (const { target, field, score } of candidates) {
    if (matches.has(target.name) || used.has(field)) continue;
    matches.set(target.name, { field, isSaid: isSaid(target, field, score), others: [] });
    scores.set(target.name, score);
    used.add(field);
  }
  for (const { target, field, score } of candidates) {
    const match = matches.get(target.name);
    if (!match || used.has(field) || score < scores.get(target.name)! - NAMES) continue;
    match.others.push(field.expression);
  }
  return matches;
}

/** What a message does not need is taken where a name says it whole; what tells little, only by itself. */
function leastOf({ name }: FieldShape, required: ReadonlySet<string>): number {
  if (required.has(name)) return 0;
  return ['line', 'reason', 'reference'].includes(name) ? WHOLE - NAMES : NESTED - NAMES;
}

/** Its whole name says it, or its last words do where nothing is around it. */
function isSaid(target: FieldShape, { path }: SampleField, score: number): boolean {
  const own = path.at(-1)!;
  if (path.length > 1 || vagueNames.has(plainName(own))) return false;
  if (score > WHOLE) return true;
  const words = wordsOf(own);
  return (namesOfFields[target.name] ?? []).some(
    (name) => !vagueNames.has(name) && endsWithName(words, name),
  );
}

/** How a name says what a field is, less the place of the name in its list. */
const OWN = 1_000;
const WHOLE = 800;
const NESTED = 600;
const WORDS = 400;
const BEGINS = 200;
const BY_VALUE = 1;
/** More than any list of names has, and less than what lies between two ways to say it. */
const NAMES = 60;
/** What a number of something is worth above all else about it. */
const NUMBER = 50;
/** Letters of a name that are enough to know it at the beginning of a word. */
const LETTERS = 6;
/** Of documents: what is deep inside is the number of something else. */
const DEEP = 350;
/** Of a number of its own, where nothing says what the record is. */
const NUMBERED = 500;

function scoreOf(target: FieldShape, field: SampleField, record: RecordName): number {
  if (!fits(target, field)) return 0;
  // `LineItem.ID` is the number of a line, and no item.
  if (target.name === 'sku' && hasWords(wordsOf(field.path.join('.')), 'lineitemid')) return 0;
  const { path } = field;
  const own = plainName(path.at(-1)!);
  const whole = plainName(path.join(''));
  const words = wordsOf(path.join('.'));
  const last = numberWords.has(words.at(-1) ?? '') ? NUMBER : 0;
  while (words.length > 1 && numberWords.has(words.at(-1)!)) words.pop();
  const isDeep = target.name === 'document' && path.length > 1;
  let best = target.name === 'at' ? BY_VALUE : 0;
  if (target.name === record.field) best = ownNumber(field, record.called);
  for (const [index, name] of (namesOfFields[target.name] ?? []).entries()) {
    const score = () => {
      if (path.length === 1 && own === name) return OWN;
      if (whole === name) return WHOLE;
      if (own === name && !(isDeep && vagueNames.has(own))) return NESTED;
      // `vehicleAxleCount` is no quantity of goods.
      if (target.name === 'quantity' && vagueNames.has(name)) return 0;
      if (endsWithName(words, name)) return WORDS + last;
      return name.length >= LETTERS && (words.at(-1) ?? '').startsWith(name) ? BEGINS + last : 0;
    };
    const found = score();
    if (found > 0) best = Math.max(best, found - index - (isDeep ? DEEP : 0) - path.length);
  }
  return Math.max(0, best);
}

/** `Id`, `DocNumber`, or `InvoiceNumber` of what is called an invoice; what people say goes before what machines do. */
function ownNumber({ path }: SampleField, called: readonly string[]): number {
  const words = wordsOf(path.join('.'));
  const last = words.at(-1) ?? '';
  if (!numberWords.has(last)) return 0;
  const rest = words.filter((word) => !numberWords.has(word) && !fillers.has(word)).join('');
  const machine = ['id', 'key', 'ref'].includes(last) ? 3 : 0;
  const isBeside = path.length === 1 || (path.length === 2 && heads.has(plainName(path[0]!)));
  if (rest === '' && isBeside) return called.length === 0 ? NUMBERED - machine : OWN - 2 - machine;
  const names = called.map((one) => wordsOf(one).join(''));
  const isOwn = rest !== '' && names.some((one) => one.replace(/s$/, '').endsWith(rest));
  return isOwn ? OWN - path.length - machine : 0;
}

/** Words that say nothing of whose number it is. */
const heads: ReadonlySet<string> = new Set(['head', 'header', 'kopf']);
const fillers: ReadonlySet<string> = new Set(['entity', 'doc', 'document', 'record', ...heads]);

function fits(target: FieldShape, field: SampleField): boolean {
  const { values } = field;
  if (values.length === 0) return false;
  if (target.date) return guessDate(field) !== undefined;
  if (target.values) return values.every((value) => target.values!.includes(value));
  if (target.currency) return values.every((value) => /^[A-Z]{3}$/.test(value));
  if (target.decimal)
    return isDecimalColumn(field) && (target.name !== 'quantity' || !isMoney(field));
  return target.identifier ? isName(field) && isIdentifying(field) : !isDated(field);
}

/** Whether something can be called so: by no address of the web, by no sentence. */
function isName({ path, values }: SampleField): boolean {
  const words = wordsOf(path.at(-1)!);
  const last = words.at(-1) ?? '';
  if (words.some((word) => ofWeb.has(word))) return false;
  if (tellingWords.has(last) || longTelling.some((word) => last.endsWith(word))) return false;
  return values.every((value) => !/^[a-z]+:\/\//i.test(value) && value.split(/\s+/).length < 5);
}

/** Words of pages, such as `landing_site`. */
const ofWeb: ReadonlySet<string> = new Set(['landing', 'referring', 'web', 'website']);

/** That end a word of several, such as `artikelbezeichnung`. */
const longTelling = [...tellingWords].filter((word) => word.length > 3);
