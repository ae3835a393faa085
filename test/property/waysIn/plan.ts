/** One flow and one way to write what it reads: drawn together, so that they fit each other. */
import fc from 'fast-check';
import { canHold, type Encoding } from './encodings.ts';
import type { Column, Notation } from './truth.ts';

export type Format = 'csv' | 'json' | 'xml';

export interface Plan {
  format: Format;
  /** A message for each row; a document of rows; a record that has its lines inside. */
  shape: 'line' | 'group' | 'nested';
  mark: '.' | ',';
  date: Notation['date'];
  filter: boolean;
  encoding: Encoding;
  /** Who says so: the flow, a byte order mark, or nobody because it is UTF-8. */
  says: 'flow' | 'mark' | 'nobody';
  csv: CsvStyle;
  json: JsonStyle;
  xml: XmlStyle;
  /** Small decisions, one after another. */
  dice: number[];
}

export interface CsvStyle {
  delimiter: ';' | ',' | '\t' | '|';
  auto: boolean;
  quote: '"' | "'" | 'none';
  eol: '\n' | '\r\n' | '\r\r\n' | '\r' | 'mixed';
  lastEol: boolean;
  columns: number[];
  extra: 'none' | 'column' | 'unnamed';
  header: 'own' | 'none' | 'other case';
  skip: number;
  skipEnd: number;
  sep: boolean;
  ignore: boolean;
  ragged: number;
}

export interface JsonStyle {
  form: 'array' | 'path' | 'lines';
  indent: number;
  numbers: boolean;
  escaped: boolean;
  eol: '\n' | '\r\n';
  lastEol: boolean;
}

export interface XmlStyle {
  attributes: boolean;
  prefix: '' | 'n:' | 'a.b:';
  content: 'plain' | 'cdata' | 'numbers' | 'mixed';
  between: '' | '\n  ' | '<!-- <Row> & -->' | '<?pi x?>';
  declared: boolean;
  eol: '\n' | '\r\n';
}

export const plans: fc.Arbitrary<Plan> = fc
  .record({
    format: fc.constantFrom<Format[]>('csv', 'csv', 'json', 'xml') as fc.Arbitrary<Format>,
    shape: fc.constantFrom('line' as const, 'group' as const, 'nested' as const),
    mark: fc.constantFrom('.' as const, ',' as const),
    date: fc.constantFrom('iso' as const, 'dmy' as const, 'dmyhm' as const, 'ymd' as const),
    filter: fc.boolean(),
    encoding: fc.constantFrom<Encoding[]>(
      'utf-8',
      'utf-8',
      'utf-16le',
      'utf-16be',
      'windows-1252',
    ) as fc.Arbitrary<Encoding>,
    says: fc.constantFrom('flow' as const, 'mark' as const, 'nobody' as const),
    csv: fc.record({
      delimiter: fc.constantFrom(';' as const, ',' as const, '\t' as const, '|' as const),
      auto: fc.boolean(),
      quote: fc.constantFrom('"' as const, '"' as const, "'" as const, 'none' as const),
      eol: fc.constantFrom(
        '\n' as const,
        '\r\n' as const,
        '\r\r\n' as const,
        '\r' as const,
        'mixed' as const,
      ),
      lastEol: fc.boolean(),
      columns: fc.array(fc.nat({ max: 1_000 }), { minLength: 8, maxLength: 8 }),
      extra: fc.constantFrom(
        'none' as const,
        'none' as const,
        'column' as const,
        'unnamed' as const,
      ),
      header: fc.oneof(
        { weight: 10, arbitrary: fc.constant('own' as const) },
        { weight: 2, arbitrary: fc.constant('none' as const) },
        { weight: 1, arbitrary: fc.constant('other case' as const) },
      ),
      skip: fc.constantFrom(0, 0, 0, 2),
      skipEnd: fc.constantFrom(0, 0, 0, 1),
      sep: fc.constantFrom(false, false, true),
      ignore: fc.constantFrom(false, false, true),
      ragged: fc.nat({ max: 40 }),
    }),
    json: fc.record({
      form: fc.constantFrom('array' as const, 'path' as const, 'lines' as const),
      indent: fc.constantFrom(0, 0, 2),
      numbers: fc.boolean(),
      escaped: fc.boolean(),
      eol: fc.constantFrom('\n' as const, '\r\n' as const),
      lastEol: fc.boolean(),
    }),
    xml: fc.record({
      attributes: fc.boolean(),
      prefix: fc.constantFrom('' as const, 'n:' as const, 'a.b:' as const),
      content: fc.constantFrom(
        'plain' as const,
        'cdata' as const,
        'numbers' as const,
        'mixed' as const,
      ),
      between: fc.constantFrom(
        '' as const,
        '\n  ' as const,
        '<!-- <Row> & -->' as const,
        '<?pi x?>' as const,
      ),
      declared: fc.boolean(),
      eol: fc.constantFrom('\n' as const, '\r\n' as const),
    }),
    dice: fc.array(fc.nat({ max: 1_000 }), { minLength: 12, maxLength: 12 }),
  })
  .map(agreeing);

/** Without what contradicts itself. */
function agreeing(plan: Plan): Plan {
  const { format, shape, csv, json } = plan;
  if (format === 'csv' && shape === 'nested') plan.shape = 'group';
  if (plan.encoding === 'windows-1252') plan.says = 'flow';
  else if (plan.encoding !== 'utf-8' && plan.says === 'nobody') plan.says = 'mark';
  // A number of JSON has a point.
  if (json.numbers && format === 'json') plan.mark = '.';
  // Without quotes a delimiter is one, wherever it stands: in a number too.
  if (csv.quote === 'none' && csv.delimiter === ',') csv.delimiter = ';';
  if (csv.sep) csv.skip = 0;
  // Nobody can tell a header without names from no header, nor its delimiter from its letters.
  if (csv.header === 'none') Object.assign(csv, { extra: 'none', sep: false });
  if (csv.extra === 'unnamed') csv.skipEnd = 0;
  if (csv.skip > 0 || csv.quote !== '"') csv.auto = false;
  return plan;
}

/** Columns in the order of this sender. */
export function columnsOf({ csv, filter }: Plan): Column[] {
  const all: Column[] = ['Doc', 'Line', 'Sku', 'Loc', 'Qty', 'Lot', 'At'];
  if (filter) all.push('State');
  return all
    .map((name, index) => ({ name, rank: csv.columns[index]! }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ name }) => name);
}

/** Characters that the text of this plan cannot have become others. */
export function notationOf({ format, shape, encoding, mark, date, filter, csv }: Plan): Notation {
  const fits = (char: string): boolean => {
    if (!canHold(encoding, char)) return false;
    if (format === 'xml')
      return /[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.test(char);
    if (format === 'csv' && csv.eol === '\r' && char === '\n') return false;
    return format !== 'csv' || csv.quote !== 'none' || !NEEDS_QUOTES.test(char);
  };
  const { delimiter } = csv;
  const fitted = (text: string): string =>
    Array.from(text, (char) => {
      const other = format === 'csv' && csv.quote === 'none' && char === delimiter ? '_' : char;
      return fits(other) ? other : canHold(encoding, '·') ? '·' : '.';
    }).join('');
  return { mark, date, filter, once: shape === 'nested', fitted };
}

const NEEDS_QUOTES = /[\r\n\ufeff]/;

const PATTERNS: Record<Notation['date'], string> = {
  iso: '',
  dmy: ', "dd.MM.yyyy"',
  dmyhm: ', "dd.MM.yyyy HH:mm"',
  ymd: ', "yyyyMMdd"',
};

/** The flow as an author would write it. */
export function flowOf(plan: Plan): string {
  const { format, shape, mark, date, filter, xml } = plan;
  const at = (name: Column): string => (format === 'xml' && xml.attributes ? `\`@${name}\`` : name);
  const said = (expression: string): string =>
    expression.startsWith('`') ? JSON.stringify(expression) : expression;
  const line = [
    `line: ${said(at('Line'))}`,
    `sku: ${said(at('Sku'))}`,
    `location: ${said(at('Loc'))}`,
    `lot: ${said(at('Lot'))}`,
    `quantity: $decimal(${at('Qty')}, "${mark}")`,
  ];
  const head = [`document: ${said(at('Doc'))}`, `at: $date(${at('At')}${PATTERNS[date]})`];
  const lines = ['lines:', '  each: Items', '  map:', ...line.map((one) => `    ${one}`)];
  const fields = [...head, ...(shape === 'nested' ? lines : line)];
  return [
    'flow: way',
    'from: { folder: inbox }',
    `read: { ${format}: ${JSON.stringify(readOptions(plan))} }`,
    'allow: [COST_MISSING]',
    'steps:',
    ...(filter ? [`  - filter: ${said(`${at('State')} != "X"`)}`] : []),
    '  - map:',
    ...fields.map((field) => `      ${field}`),
    ...(shape === 'group' ? ['  - group: { by: document }'] : []),
    `key: ${said(shape === 'line' ? `${at('Doc')} & "/" & ${at('Line')}` : at('Doc'))}`,
    'to: stock.receive.v1',
    '',
  ].join('\n');
}

function readOptions(plan: Plan): Record<string, unknown> {
  const { format, csv, json, encoding, says } = plan;
  const stated = says === 'flow' ? { encoding } : {};
  if (format === 'xml') return { record: 'Row', ...stated };
  if (format === 'json') {
    const form = json.form === 'lines' ? 'lines' : 'document';
    return { format: form, ...(json.form === 'path' ? { records: 'data.rows' } : {}), ...stated };
  }
  return {
    ...(csv.auto ? {} : { delimiter: csv.delimiter === '\t' ? 'tab' : csv.delimiter }),
    ...(csv.quote === '"' ? {} : { quote: csv.quote }),
    ...(csv.header === 'none' ? { columns: columnsOf(plan) } : {}),
    ...(csv.skip > 0 ? { skip: csv.skip } : {}),
    ...(csv.skipEnd > 0 ? { skipEnd: csv.skipEnd } : {}),
    ...(csv.ignore ? { ignore: '^#! ' } : {}),
    ...stated,
  };
}
