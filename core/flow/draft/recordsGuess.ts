/** Of a document that is one record: where in it the records are. */
import type { RecordValue } from '../../ports.ts';
import { isObject } from '../../spec.ts';
import { hasWords, namesOfFields, plainName, wordsOf } from './fieldNames.ts';
import { isDateText } from './guessDate.ts';
import { vagueNames } from './nameKinds.ts';

/** What the records of a document are called, and what stands beside them. */
export interface RecordsGuess {
  found: string | undefined;
  beside: string[];
  /** Names on the way to them, from the inside out. */
  called: string[];
}

/** Of a document that is one record, the path to the list that has the records. */
export function listOfRecords(text: string): RecordsGuess {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A record in each line, or nothing that can be read: the codec says what.
    return { found: undefined, beside: [], called: [] };
  }
  const path: string[] = [];
  const beside: string[] = [];
  while (isObject(value)) {
    const lists = Object.entries(value).filter(([, one]) => isListOfObjects(one));
    const objects = Object.entries(value).filter(([, one]) => isObject(one));
    const others = Object.keys(value).filter(
      (name) => ![...lists, ...objects].some(([known]) => known === name),
    );
    // What has fields of its own is a document, and its list has the lines; or documents, if these have lines.
    if (others.length > 2 || others.some(isOfDocument)) {
      const inside = documentsIn(value);
      if (inside) path.push(...inside);
      break;
    }
    const [found] = lists.length > 0 ? lists : objects.length === 1 ? objects : [];
    if (!found) break;
    path.push(found[0]);
    beside.push(...Object.keys(value).filter((name) => name !== found[0]));
    value = found[1];
  }
  const found = path.length === 0 ? undefined : path.join('.');
  return { found, beside, called: path.reverse() };
}

const isListOfObjects = (value: unknown): value is RecordValue[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject);

/** Names of what counts records, and is no number of a document. */
const ofLists = new Set(['count', 'number', 'no', 'nr', 'time', 'timestamp', 'source']);

const isOfDocument = (name: string): boolean => {
  const plain = plainName(name);
  const { document, at, location } = namesOfFields;
  return [document, at, location].some((names) => names!.includes(plain)) && !ofLists.has(plain);
};

/**
 * Where documents lie in what is none, though it has a number and a date: a list of what has days of its own,
 * where no lines stand beside it; or, where nothing at all is counted, the outermost list.
 */
function documentsIn(value: RecordValue): string[] | undefined {
  if (!hasLines(value, LOOKED_INTO)) {
    const inside =
      countTexts(value) > OF_ANSWER
        ? undefined
        : listIn(value, (row) => countTexts(row) > 1, LOOKED_INTO);
    return inside && wordsOf(inside.at(-1)!).at(-1)?.startsWith('line') ? undefined : inside;
  }
  const lists = Object.values(value).filter(isListOfObjects);
  const hasOwnLines = lists.some((rows) =>
    rows.some((row) => !isDated(row) && (hasQuantity(row) || hasLines(row, 1))),
  );
  const isDocument = (row: RecordValue): boolean => isDated(row) && !hasQuantity(row);
  return hasOwnLines ? undefined : listIn(value, isDocument, LOOKED_INTO);
}

/** The way to the outermost list that has such a row. */
function listIn(
  value: RecordValue,
  test: (row: RecordValue) => boolean,
  depth: number,
): string[] | undefined {
  for (const [name, one] of Object.entries(value)) {
    if (isListOfObjects(one) && one.some(test)) return [name];
  }
  for (const [name, one] of Object.entries(value)) {
    const inside = depth > 0 && isObject(one) ? listIn(one, test, depth - 1) : undefined;
    if (inside) return [name, ...inside];
  }
  return undefined;
}

/** What has a day of its own is no line. */
const isDated = (row: RecordValue): boolean =>
  Object.values(row).some((one) => typeof one === 'string' && isDateText(one));

const hasLines = (row: RecordValue, depth: number): boolean =>
  Object.values(row)
    .flat()
    .filter(isObject)
    .some((one) => hasQuantity(one) || (depth > 0 && hasLines(one, depth - 1)));

const hasQuantity = (row: RecordValue): boolean =>
  Object.entries(row).some(([name, value]) => {
    if (Array.isArray(value) || (isObject(value) && !('#text' in value))) return false;
    const words = wordsOf(name);
    return namesOfFields.quantity!.some((one) => !vagueNames.has(one) && hasWords(words, one));
  });

/** Elements of one level, of which one that repeats is the record. */
const BESIDE_LISTS = 3;
const LOOKED_INTO = 4;
/** Fields of an answer around a list: what has more is a thing itself, and its lists belong to it. */
const OF_ANSWER = 6;

const hasList = (value: unknown, depth: number): boolean =>
  isListOfObjects(value) ||
  (depth > 0 && isObject(value) && Object.values(value).some((one) => hasList(one, depth - 1)));

type Part = [name: string, value: unknown];

/**
 * Of things side by side, the one that is a document itself, with fields and lines of its own; else the body of
 * an envelope, or the only one with a list, where no other says a number or a date: those are parts of one document.
 */
function partWithRecords(parts: readonly Part[]): Part | undefined {
  if (parts.length === 1) return parts[0];
  const things = parts.filter(
    (part): part is [string, RecordValue] =>
      isObject(part[1]) && countTexts(part[1]) > 1 && !hasQuantity(part[1]),
  );
  const withLines = things.filter(([, one]) => hasLines(one, 3));
  if (withLines.length === 1) return withLines[0];
  const isCounted = parts.some(([, one]) => isObject(one) && hasLines({ one }, 4));
  const others = isCounted ? [] : things.filter(([, one]) => hasList(one, LOOKED_INTO));
  if (others.length === 1) return others[0];
  const body = parts.filter(([name]) => /body$/i.test(name));
  if (body.length === 1) return body[0];
  const withLists = parts.filter(([, one]) => hasList(one, LOOKED_INTO));
  const isHead = ([name, one]: Part): boolean =>
    !withLists.some(([known]) => known === name) &&
    isObject(one) &&
    Object.keys(one).some(isOfDocument);
  return withLists.length === 1 && !parts.some(isHead) ? withLists[0] : undefined;
}

const countTexts = (value: RecordValue): number =>
  Object.entries(value).filter(([name, one]) => !/^[@#]/.test(name) && typeof one !== 'object')
    .length;

/** The outermost element that comes several times; where none does, the outermost with fields of its own. */
export function repeatedElement([document]: readonly RecordValue[]): RecordsGuess {
  let value: unknown = document;
  let name: string | undefined;
  const beside: string[] = [];
  const called: string[] = [];
  while (isObject(value)) {
    const fields = Object.entries(value).filter(([field]) => !/^[@#]/.test(field));
    const list = fields.find(([, one]) => isListOfObjects(one));
    const isText = (one: unknown): boolean =>
      !isListOfObjects(one) && (!isObject(one) || '#text' in one);
    const texts = fields.filter(([, one]) => isText(one));
    if (texts.length > 1 || texts.some(([field]) => isOfDocument(field))) {
      const documents = documentsIn(value);
      if (!documents) break;
      return { found: documents.at(-1), beside, called: [...documents.reverse(), ...called] };
    }
    const objects = fields.filter(([, one]) => isObject(one));
    const only = partWithRecords(objects);
    const inside = list && fields.length <= BESIDE_LISTS ? list : list ? undefined : only;
    if (!inside) break;
    beside.push(...fields.filter((field) => field !== inside).map(([field]) => field));
    called.unshift(inside[0]);
    if (list) return { found: list[0], beside, called };
    [name, value] = inside;
  }
  return { found: name, beside, called };
}
