/** CSV written by the rules of RFC 4180 and of docs/flows.md, by code that knows nothing of the reader. */
import fc from 'fast-check';
import { csv } from '../../core/codecs/csv.ts';
import type { RecordValue } from '../../core/ports.ts';
import type { PayloadCase } from './PayloadCase.ts';
import { encodable, encodingCases, textOf, WRONG } from './PayloadCase.ts';

const PIECES = ['a', 'B', '7', 'ü', '€', '語', '😀', ' ', '.', '-', '=', '\\', "'", '"', WRONG];
const SPECIAL = [',', ';', '|', '\t', '\n', '\r\n', '\r', '""', '\ufeff'];
const NAMES = ['sku', 'qty', 'a b', 'größe', "it's", '__proto__', 'constructor', '_code', 'x.y'];

interface Cell {
  text: string;
  /** How it is written where there is a choice. */
  form: 'plain' | 'quoted' | 'excel';
}

export const csvCase: fc.Arbitrary<PayloadCase> = fc
  .record({
    of: encodingCases,
    delimiter: fc.constantFrom(',', ';', '|', '\t', ':'),
    stated: fc.constantFrom('stated', 'sep', 'found'),
    quote: fc.constantFrom('"', '"', "'", ''),
    heading: fc.constantFrom('header', 'header', 'columns', 'both', 'positions'),
    eol: fc.constantFrom('\n', '\r\n', '\r', '\r\r\n'),
    skip: fc.nat(2),
    skipEnd: fc.nat(2),
    ignore: fc.boolean(),
    trim: fc.boolean(),
    spare: fc.nat(1),
    lastEnd: fc.boolean(),
    names: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 2, maxLength: 5 }),
  })
  .chain((shape) => {
    const pieces = encodable([...PIECES, ...SPECIAL], shape.of.encoding);
    const form = fc.constantFrom<Cell['form'][]>('plain', 'plain', 'quoted', 'excel');
    const cell: fc.Arbitrary<Cell> = fc.record({ text: textOf(pieces), form });
    const given = encodable(shape.names, shape.of.encoding);
    const names = given.length > 1 ? given : ['sku', 'qty'];
    const row = fc.tuple(...names.map(() => cell));
    return fc.array(row, { minLength: 1, maxLength: 6 }).map((rows) => written(shape, names, rows));
  });

type Shape = {
  of: { encoding: string; marked: boolean; stated: string };
  delimiter: string;
  stated: string;
  quote: string;
  heading: string;
  eol: string;
  skip: number;
  skipEnd: number;
  ignore: boolean;
  trim: boolean;
  spare: number;
  lastEnd: boolean;
};

function written(shape: Shape, names: readonly string[], rows: readonly Cell[][]): PayloadCase {
  const { delimiter, quote, eol, heading, skip, skipEnd } = shape;
  const hasHeader = heading === 'header' || heading === 'both';
  const spare = hasHeader ? delimiter.repeat(shape.spare) : '';
  const lines: string[] = Array.from({ length: skip }, (_, index) => ['Report', ''][index % 2]!);
  const sayable = shape.stated === 'sep';
  if (sayable) lines.push(`sep=${delimiter}`);
  const named = heading === 'both' ? names.map((_, index) => `old${index}`) : names;
  if (hasHeader)
    lines.push(named.map((name) => cellText(shape, name, 'plain')).join(delimiter) + spare);
  const values: RecordValue[] = [];
  for (const [index, row] of rows.entries()) {
    const cells = row.map((cell) => soundCell(shape, cell));
    if (shape.ignore && index % 2 === 1) lines.push(`# ${index}${delimiter}`);
    lines.push(cells.map(({ text, form }) => cellText(shape, text, form)).join(delimiter) + spare);
    const fields = heading === 'positions' ? names.map((_, at) => `c${at + 1}`) : names;
    const read = cells.map(({ text }) => (shape.trim ? text.trim() : text));
    values.push(Object.fromEntries(fields.map((field, at) => [field, read[at]])));
  }
  for (let index = 0; index < skipEnd; index += 1) lines.push(`Summe${delimiter}${index}`);
  const text = lines.join(eol) + (shape.lastEnd ? eol : '');
  const found = shape.stated === 'found' && [',', ';', '|', '\t'].includes(delimiter) && hasHeader;
  const options = {
    delimiter: found || sayable ? 'auto' : delimiter === '\t' ? 'tab' : delimiter,
    quote: quote === '' ? 'none' : quote,
    encoding: shape.of.stated,
    trim: shape.trim,
    skip,
    skipEnd,
    ...(shape.ignore ? { ignore: '^#' } : {}),
    ...(heading === 'columns' || heading === 'both' ? { columns: names } : {}),
    ...(heading === 'both' ? { header: true } : heading === 'positions' ? { header: false } : {}),
  };
  const { encoding, marked } = shape.of;
  return { spec: csv as never, options, name: 'case.csv', text, encoding, marked, values };
}

/** The cell as this payload can say it: by quotes nearly everything, without them no punctuation. */
function soundCell(shape: Shape, { text, form }: Cell): Cell {
  let said = text;
  // Which delimiter it is shows only where no other one stands in cells.
  if (shape.stated === 'found') said = said.replace(/[,;|\t]/g, '_');
  if (shape.quote === '')
    said = said.replaceAll(shape.delimiter, '_').replace(/[\r\n\ufeff]/g, '_');
  // Quotes and breaks that contradict each other tell nobody how lines end.
  if (shape.eol === '\r') said = said.replaceAll('\n', '_');
  else if (!/^[^\r]*$/.test(said) && shape.quote !== '') said = said.replace(/\r(?!\n)/g, '_');
  if (shape.quote === '"' && form !== 'excel' && /^\s*="/.test(said)) said = `x${said}`;
  const excel = form === 'excel' && shape.quote === '"' && !said.includes(shape.delimiter);
  return { text: said, form: form === 'excel' && !excel ? 'quoted' : form };
}

function cellText({ quote, delimiter, trim }: Shape, text: string, form: Cell['form']): string {
  if (quote === '') return text;
  const quoted = (inner: string): string =>
    `${quote}${inner.replaceAll(quote, quote + quote)}${quote}`;
  if (form === 'excel') return quoted(`="${(trim ? text.trim() : text).replaceAll('"', '""')}"`);
  const needs = /[\r\n\ufeff]/.test(text) || text.includes(delimiter) || text.includes(quote);
  return needs || form === 'quoted' ? quoted(text) : text;
}
