/** Fields of sample records with what stands in them. */
import type { RecordValue } from '../../ports.ts';
import { isObject } from '../../spec.ts';

export interface SampleField {
  /** As an expression reads it: `account.number`, `` `Item No` ``. */
  expression: string;
  /** Its own name, without those around it. */
  name: string;
  /** Values that are there, as text. */
  values: string[];
  /** Some are numbers of JSON, which are exact as they stand. */
  isNumber: boolean;
}

export interface SampleShape {
  fields: SampleField[];
  /** The list that looks like lines: each record has one, of objects. */
  lines?: { expression: string; fields: SampleField[] };
}

/** Objects inside of objects that are looked into. */
const DEPTH = 3;

export function sampleShape(records: readonly RecordValue[]): SampleShape {
  const fields = new Map<string, SampleField>();
  const lists = new Map<string, RecordValue[]>();
  for (const record of records) gather(record, '', fields, lists, DEPTH);
  const [list] = [...lists].sort(([, one], [, other]) => other.length - one.length);
  const shape: SampleShape = { fields: [...fields.values()] };
  if (!list) return shape;
  const ofLines = new Map<string, SampleField>();
  for (const line of list[1]) gather(line, '', ofLines, new Map(), DEPTH);
  return { ...shape, lines: { expression: list[0], fields: [...ofLines.values()] } };
}

function gather(
  value: RecordValue,
  prefix: string,
  fields: Map<string, SampleField>,
  lists: Map<string, RecordValue[]>,
  depth: number,
): void {
  for (const [name, one] of Object.entries(value)) {
    if (name === '#text') continue;
    const expression = prefix + written(name);
    if (Array.isArray(one)) {
      const objects = one.filter(isObject);
      if (objects.length > 0) lists.set(expression, [...(lists.get(expression) ?? []), ...objects]);
    } else if (isObject(one) && !('#text' in one)) {
      if (depth > 0) gather(one, `${expression}.`, fields, lists, depth - 1);
    } else {
      const text = isObject(one);
      const known = fields.get(expression) ?? {
        expression: text ? `$text(${expression})` : expression,
        ...{ name, values: [], isNumber: false },
      };
      const plain = text ? one['#text'] : one;
      if (plain !== undefined && plain !== null && plain !== '') known.values.push(String(plain));
      known.isNumber ||= typeof plain === 'number';
      fields.set(expression, known);
    }
  }
}

const written = (name: string): string =>
  /^[A-Za-z_\p{L}][\w\p{L}]*$/u.test(name) && !words.has(name) ? name : `\`${name}\``;

/** Of the language of expressions. */
const words = new Set(['and', 'or', 'in', 'true', 'false', 'null', 'function']);
