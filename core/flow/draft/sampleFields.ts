/** Fields of sample records with what stands in them. */
import type { RecordValue } from '../../ports.ts';
import { isObject } from '../../spec.ts';
import { hasWords, namesOfFields, plainName, wordsOf } from './fieldNames.ts';
import { vagueNames } from './nameKinds.ts';

export interface SampleField {
  /** As an expression reads it: `account.number`, `` `Item No` ``. */
  expression: string;
  /** Its names from the record on; the last is its own. */
  path: readonly string[];
  /** Values that are there, as text. */
  values: string[];
  /** Some are numbers of JSON, which are exact as they stand. */
  isNumber: boolean;
  /** Of an XML element that has a text beside them. */
  attributes: SampleField[];
}

export const ownName = ({ path }: SampleField): string => path.at(-1)!;

export interface SampleShape {
  fields: SampleField[];
  /** The list that looks like lines: each record has one, of objects. */
  lines?: SampleLines;
  /** Other lists of objects, as expressions. */
  lists: string[];
}

export interface SampleLines {
  expression: string;
  fields: SampleField[];
  /** It came once in each record, so that only its name says that it may come more often. */
  isOnce: boolean;
  /** Others that look as much like lines. */
  others: string[];
}

/** Objects inside of objects that are looked into. */
const DEPTH = 3;

interface Gathered {
  fields: Map<string, SampleField>;
  lists: Map<string, RecordValue[]>;
  /** By the expression of objects that came alone. */
  objects: Map<string, RecordValue[]>;
}

/** `mayBeLists`: an object may be a list that has one element, as in XML. */
export function sampleShape(records: readonly RecordValue[], mayBeLists: boolean): SampleShape {
  const all = gathered(records);
  for (const [expression, rows] of all.objects) {
    const list = all.lists.get(expression);
    if (list) list.push(...rows);
  }
  const once = new Set<string>();
  const isLine = ([expression, rows]: [string, RecordValue[]]): boolean =>
    likeness(fieldsOf(rows)) > (isCalledLine(expression) ? 0 : 2);
  if (mayBeLists && ![...all.lists].some(isLine)) {
    const found = [...all.objects].find(isLine);
    if (found) {
      all.lists.set(...found);
      once.add(found[0]);
    }
  }
  const fields = [...all.fields].filter(
    ([expression]) => ![...all.lists.keys()].some((list) => expression.startsWith(`${list}.`)),
  );
  const ranked = [...all.lists]
    .map(([expression, rows]) => ({ expression, rows, fields: fieldsOf(rows) }))
    .map((list) => ({
      ...list,
      likeness: likeness(list.fields),
      depth: list.expression.split('.').length,
    }))
    .sort(
      (one, other) =>
        other.likeness - one.likeness ||
        one.depth - other.depth ||
        other.rows.length - one.rows.length,
    );
  const [best, ...rest] = ranked;
  const shape: SampleShape = {
    fields: fields.map(([, field]) => field),
    lists: rest.map(({ expression }) => expression),
  };
  if (!best) return shape;
  const others = rest
    .filter((list) => list.likeness === best.likeness)
    .map(({ expression }) => expression);
  const { expression } = best;
  return {
    ...shape,
    lines: { expression, fields: best.fields, isOnce: once.has(expression), others },
  };
}

const fieldsOf = (rows: readonly RecordValue[]): SampleField[] => [
  ...gathered(rows).fields.values(),
];

/** How much fields look like those of lines: a quantity says more than an item does. */
function likeness(fields: readonly SampleField[]): number {
  const has = (name: string): boolean =>
    fields.some(({ path }) => {
      const words = wordsOf(path.join('.'));
      return namesOfFields[name]!.some((one) => !vagueNames.has(one) && hasWords(words, one));
    });
  return (has('quantity') ? 2 : 0) + (has('sku') ? 1 : 0);
}

const lineWords =
  /^(lines?|items?|pos|positions?|position\w*|rows?|details?|entry|entries|zeilen?|articles?|artikel|products?)$/;

const isCalledLine = (expression: string): boolean =>
  lineWords.test(wordsOf(expression).at(-1) ?? '') || plainName(expression).endsWith('line');

function gathered(records: readonly RecordValue[]): Gathered {
  const all: Gathered = { fields: new Map(), lists: new Map(), objects: new Map() };
  for (const record of records) gather(record, [], '', all);
  return all;
}

/** Attributes that say where a schema lies, and how a file is written. */
const ofSyntax = /^@(xmlns|.*schemaLocation$)/i;

function gather(value: RecordValue, path: readonly string[], prefix: string, all: Gathered): void {
  for (const [name, one] of Object.entries(value)) {
    if (name === '#text' || ofSyntax.test(name)) continue;
    const expression = prefix + written(name);
    const inside = [...path, name];
    if (Array.isArray(one)) {
      const objects = one.filter(isObject);
      if (objects.length > 0) add(all.lists, expression, objects);
      addInner(objects, expression, all.lists);
    } else if (isObject(one) && !('#text' in one)) {
      add(all.objects, expression, [one]);
      if (path.length < DEPTH) gather(one, inside, `${expression}.`, all);
    } else see(one, expression, inside, all.fields);
  }
}

/** Lists of what is in a list, which a path reads as one: `cartons.items`. */
function addInner(
  rows: readonly RecordValue[],
  expression: string,
  lists: Map<string, RecordValue[]>,
): void {
  for (const row of rows)
    for (const [name, one] of Object.entries(row)) {
      const inner = Array.isArray(one) ? one.filter(isObject) : [];
      if (inner.length > 0) add(lists, `${expression}.${written(name)}`, inner);
    }
}

function see(
  one: unknown,
  expression: string,
  path: readonly string[],
  fields: Map<string, SampleField>,
): void {
  const element = isObject(one) ? one : undefined;
  const known = fields.get(expression) ?? {
    ...{ expression, path, values: [], isNumber: false, attributes: [] },
  };
  if (element) known.expression = `$text(${expression})`;
  const plain = element ? element['#text'] : one;
  if (plain !== undefined && plain !== null && plain !== '') known.values.push(String(plain));
  known.isNumber ||= typeof plain === 'number';
  fields.set(expression, known);
  for (const [name, text] of Object.entries(element ?? {})) {
    if (name === '#text' || isObject(text) || Array.isArray(text)) continue;
    const read = `${expression}.${written(name)}`;
    let attribute = known.attributes.find((other) => other.expression === read);
    if (!attribute) {
      attribute = {
        ...{ expression: read, path: [...path, name], values: [], isNumber: false, attributes: [] },
      };
      known.attributes.push(attribute);
    }
    attribute.values.push(String(text));
  }
}

const add = (lists: Map<string, RecordValue[]>, name: string, rows: RecordValue[]): void => {
  lists.set(name, [...(lists.get(name) ?? []), ...rows]);
};

const written = (name: string): string =>
  /^[A-Za-z_\p{L}][\w\p{L}]*$/u.test(name) && !words.has(name) ? name : `\`${name}\``;

/** Of the language of expressions. */
const words = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function']);
