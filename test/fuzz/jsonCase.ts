/** JSON written by JSON.stringify, in every shape in which records come. */
import fc from 'fast-check';
import { json } from '../../core/codecs/json.ts';
import type { RecordValue } from '../../core/ports.ts';
import type { PayloadCase } from './PayloadCase.ts';
import { encodable, encodingCases, textOf, WRONG } from './PayloadCase.ts';

const PIECES = [
  'a',
  '7',
  'ü',
  '€',
  '😀',
  ' ',
  '"',
  '\\',
  '\n',
  '\u2028',
  '\u0000',
  '/',
  '{',
  WRONG,
];
const NAMES = ['sku', '', '__proto__', 'a b', '7', '_code', '_raw', 'größe', 'constructor'];

export const jsonCase: fc.Arbitrary<PayloadCase> = fc
  .record({
    of: encodingCases,
    form: fc.constantFrom('array', 'document', 'lines', 'named lines', 'found lines', 'path'),
    indent: fc.constantFrom(0, 2),
    escaped: fc.boolean(),
  })
  .chain((shape) => {
    const { encoding } = shape.of;
    const text = textOf(encodable(PIECES, encoding));
    const leaf = fc.oneof(
      text,
      fc.integer(),
      fc.constantFrom(0.5, -12.25, 1e3, true, false, null, '007', '1e400'),
    );
    const name = fc.constantFrom(...encodable(NAMES, encoding));
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(name, tie('value'), { maxKeys: 3 }),
      ),
    }));
    const record = fc.dictionary(name, value, { maxKeys: 5 });
    const most = shape.form === 'document' ? 1 : 5;
    const least = shape.form === 'found lines' ? 2 : 1;
    return fc
      .array(record as fc.Arbitrary<RecordValue>, { minLength: least, maxLength: most })
      .map((values) => written(shape, values));
  });

interface Shape {
  of: { encoding: string; marked: boolean; stated: string };
  form: string;
  indent: number;
  escaped: boolean;
}

function written({ of, form, indent, escaped }: Shape, given: RecordValue[]): PayloadCase {
  // As JSON says them: no prototypes, no -0.
  const values = JSON.parse(JSON.stringify(given)) as RecordValue[];
  const lines = form.includes('lines');
  const path = form === 'path' ? 'data.rows' : undefined;
  const all = path ? { x: [{}], data: { n: 1, rows: values }, y: null } : values;
  let text = lines
    ? `${values.map((value) => JSON.stringify(value)).join('\n')}\n`
    : JSON.stringify(form === 'document' ? values[0] : all, undefined, indent);
  if (escaped) text = text.replace(/[\u007f-\uffff]/g, byNumber);
  const options = {
    encoding: of.stated,
    format: form === 'lines' ? 'lines' : form === 'array' ? 'document' : 'auto',
    ...(path ? { records: path } : {}),
  };
  const name = form === 'named lines' ? 'case.ndjson' : 'case.json';
  return {
    spec: json as never,
    options,
    name,
    text,
    encoding: of.encoding,
    marked: of.marked,
    values,
  };
}

const byNumber = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
