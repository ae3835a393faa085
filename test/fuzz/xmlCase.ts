/** XML written in the many ways in which the same can be said, by code that knows what it means. */
import fc from 'fast-check';
import { xml } from '../../core/codecs/xml.ts';
import type { RecordValue } from '../../core/ports.ts';
import type { PayloadCase } from './PayloadCase.ts';
import { encodable, encodingCases, textOf, WRONG } from './PayloadCase.ts';

const PIECES = ['a', '7', 'ü', '€', '😀', ' ', '<', '&', '>', '"', "'", ']]>', '--', '\n', WRONG];
const NAMES = ['sku', 'Line', 'größe', 'a.b', '__x', 'n-1', 'type'];
const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';

interface Said {
  markup: string;
  value: unknown;
}

interface Shape {
  of: { encoding: string; marked: boolean; stated: string };
  whole: boolean;
  keep: boolean;
  trim: boolean;
  lists: boolean;
  prefix: string;
  declared: boolean;
  between: string;
}

export const xmlCase: fc.Arbitrary<PayloadCase> = fc
  .record({
    of: encodingCases,
    whole: fc.boolean(),
    keep: fc.boolean(),
    trim: fc.boolean(),
    lists: fc.boolean(),
    prefix: fc.constantFrom('xsi', 'i', 'n1'),
    declared: fc.boolean(),
    between: fc.constantFrom('', '\n  ', '<!-- <Order> -->', '<?pi "?>'),
  })
  .chain((shape) => {
    const { encoding } = shape.of;
    const text = textOf(encodable(PIECES, encoding));
    const name = fc.constantFrom(...encodable(NAMES, encoding));
    const attributes = fc.dictionary(name, text, { maxKeys: 2 });
    const leaf = fc
      .tuple(attributes, text, fc.constantFrom('plain', 'cdata', 'numbers', 'cut', 'nil', 'typed'))
      .map(
        ([given, said, form]) =>
          (tag: string) =>
            leafOf(shape, tag, given, said, form),
      );
    type Make = (tag: string) => Said;
    const { element } = fc.letrec<{ element: Make }>((tie) => ({
      element: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc
          .tuple(
            attributes,
            fc.array(fc.tuple(name, tie('element')), { minLength: 1, maxLength: 3 }),
          )
          .map(
            ([given, children]) =>
              (tag: string) =>
                branchOf(shape, tag, given, children),
          ),
      ),
    }));
    const record = fc
      .tuple(attributes, fc.array(fc.tuple(name, element), { minLength: 1, maxLength: 4 }))
      .map(([given, children]) => branchOf(shape, shape.whole ? 'Doc' : 'Order', given, children));
    return fc
      .array(record, { minLength: 1, maxLength: shape.whole ? 1 : 4 })
      .map((records) => written(shape, records));
  });

function written(shape: Shape, records: Said[]): PayloadCase {
  const { of, whole, between } = shape;
  const encoding = of.encoding.startsWith('utf-16') ? 'UTF-16' : of.encoding;
  const declaration = shape.declared ? `<?xml version="1.0" encoding="${encoding}"?>` : '';
  const root = `r xmlns:${shape.prefix}="${INSTANCE}" x="a &amp; b"`;
  const body = records.map(({ markup }) => markup).join(between);
  const text = declaration + (whole ? body : `<${root}>${between}<h>x</h>${body}${between}</r>`);
  const options = {
    encoding: of.stated,
    namespaces: shape.keep ? 'keep' : 'strip',
    trim: shape.trim,
    ...(whole ? {} : { record: 'Order' }),
    ...(shape.lists ? { lists: ['Line'] } : {}),
  };
  const values = records.map(({ value }) => value as RecordValue);
  return {
    spec: xml as never,
    options,
    name: 'case.xml',
    text,
    encoding: of.encoding,
    marked: of.marked,
    values,
  };
}

function branchOf(
  shape: Shape,
  tag: string,
  attributes: Record<string, string>,
  children: [string, (tag: string) => Said][],
): Said {
  const fields = new Map<string, unknown>(attributeFields(attributes));
  let markup = `<${tag}${attributesText(attributes)}>`;
  for (const [name, make] of children) {
    const child = make(name);
    markup += shape.between + child.markup;
    const before = fields.get(name);
    if (Array.isArray(before)) before.push(child.value);
    else if (fields.has(name)) fields.set(name, [before, child.value]);
    else fields.set(name, shape.lists && name === 'Line' ? [child.value] : child.value);
  }
  return { markup: `${markup}${shape.between}</${tag}>`, value: Object.fromEntries(fields) };
}

function leafOf(
  shape: Shape,
  tag: string,
  attributes: Record<string, string>,
  said: string,
  form: string,
): Said {
  // In a whole document nothing around declares another prefix than the usual one.
  const prefix = shape.whole ? 'xsi' : shape.prefix;
  if (form === 'nil') return { markup: `<${tag} ${prefix}:nil=" 1 "/>`, value: null };
  const { markup, text } = content(shape, said, form);
  if (form === 'typed')
    return { markup: `<${tag} ${prefix}:type="t">${markup}</${tag}>`, value: text };
  const fields = [...attributeFields(attributes), ...(text === '' ? [] : [['#text', text]])];
  const value = Object.keys(attributes).length === 0 ? text : Object.fromEntries(fields);
  const tagged = `<${tag}${attributesText(attributes)}`;
  return { markup: markup === '' ? `${tagged}/>` : `${tagged}>${markup}</${tag}>`, value };
}

function content({ trim }: Shape, said: string, form: string): { markup: string; text: string } {
  if (form === 'cdata') {
    const text = said.replaceAll(']]>', '__');
    return { markup: `<![CDATA[${text}]]>`, text };
  }
  if (form === 'numbers') {
    const markup = Array.from(said, (char) => `&#x${char.codePointAt(0)!.toString(16)};`).join('');
    return { markup, text: said };
  }
  if (form === 'cut') return { markup: 'x<!-- c -->y', text: 'xy' };
  return { markup: escaped(said), text: trim ? said.trim() : said };
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const attributesText = (attributes: Record<string, string>): string =>
  Object.entries(attributes)
    .map(
      ([name, value]) =>
        ` ${name}="${escaped(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;')}"`,
    )
    .join('');

const attributeFields = (attributes: Record<string, string>): [string, unknown][] =>
  Object.entries(attributes).map(([name, value]) => [`@${name}`, value]);
