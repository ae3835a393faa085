import { RE2JS } from 're2js';
import type { Value } from '../spec.ts';
import {
  checked,
  choice,
  flag,
  integer,
  list,
  namedValues,
  optional,
  record,
  text,
} from '../spec.ts';
import { encodingOption, encodings, isUnicode } from './encodings.ts';

const DELIMITER = /^(auto|tab|[^"\r\n])$/;
const SHAPE = 'one character, `tab`, or `auto`';

/** Whether lines are passed over as `ignore` says: in time that is linear in the line. */
export function lineTest(ignore: string | undefined): (line: string) => boolean {
  if (ignore === undefined) return () => false;
  const pattern = RE2JS.compile(ignore);
  return (line) => pattern.matcher(line).find();
}

function patternFault(pattern: string): string | undefined {
  try {
    lineTest(pattern);
    return undefined;
  } catch (error) {
    return `the pattern cannot be used: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function groupFault(pattern: string): string | undefined {
  return RE2JS.compile(pattern).groupCount() === 1
    ? undefined
    : 'the pattern has to have one group, ( and ), which is what is kept';
}

/** A regular expression that lines are held against. */
export const linePattern = (about: string) => checked(text(about), patternFault);

/** One that keeps a part of the line in which it is found. */
export const keptPattern = checked(
  linePattern('A pattern with one group, which is what is kept.'),
  groupFault,
);

const csvReadFields = record('How CSV is read.', {
  delimiter: optional(
    text(
      'What separates cells: one character, or `tab`. `auto` takes the one of `,` `;` `|` and tab under which the header has the columns that the flow reads or, with `columns`, most of the first 20 rows have at least as many cells as there are names; where that leaves it open, the one that cuts those rows most evenly. A first line `sep=;` is followed, and refused where the flow states another.',
      { pattern: DELIMITER, shape: SHAPE },
    ),
    'auto',
  ),
  header: optional(
    flag(
      'Whether the first row has the names of the columns. True unless `columns` is given; with both, `columns` replaces the names. With `header: false` and no `columns`, columns are called c1, c2, c3 and so on. A header may end in columns without a name where every row leaves them empty, or all rows leave them out.',
    ),
  ),
  columns: optional(
    list(
      'Names of the columns, from the left. Without `header: true` the first row is data.',
      text('A name of a column.'),
      {
        min: 1,
      },
    ),
  ),
  optional: optional(
    list(
      'Columns that may be absent. A payload that lacks any other column that the expressions of the flow read is refused as a whole.',
      text('A name of a column.'),
    ),
    [],
  ),
  skip: optional(
    integer('Lines before the header or the first row that are no rows: titles, blank lines.', {
      min: 0,
      max: 10_000,
    }),
    0,
  ),
  envelope: optional(
    namedValues(
      'What is kept of the lines that `skip` passes over, by names of your own: regular expressions with one group each, held against one line after another (`{ day: "^As of (.+)$" }`). Each record has it as `#envelope`, what the first line says in which the pattern is found; where it is in none, there is no such field. A header that has a column `#envelope` is refused.',
      keptPattern,
    ),
    {},
  ),
  skipEnd: optional(
    integer(
      'Rows at the end that are no records: totals, a count of rows. They are counted as filtered. Where the footer may be missing, `ignore` is the safer choice.',
      { min: 0, max: 100 },
    ),
    0,
  ),
  ignore: optional(
    checked(
      text(
        'A regular expression: lines in which it is found are no records and are counted as filtered (`^Summe`, say), but for those before the header or the first row. It is held against the line as it stands, quotes included; look-around and back references are refused.',
      ),
      patternFault,
    ),
  ),
  footer: optional(
    checked(
      text(
        'A regular expression for the line that ends the payload, which is no record and is counted as filtered (`^TRAILER;`). It is held against the line as it stands. A payload without it was cut short and is refused (CSV_FOOTER), as is one with rows behind it. A group in it is the number of rows before it, and must agree: `^TRAILER;(\\d+)`.',
      ),
      patternFault,
    ),
  ),
  fill: optional(
    list(
      'Columns whose empty cells have the value of the row before, from the outermost in: head data of a document that stand in its first row alone (`[Order, Date]`), values of merged cells. A cell is filled where it is empty and all those before it in the list are, so that a row which begins a document takes nothing of the one before it.',
      text('A name of a column.'),
    ),
    [],
  ),
  rows: optional(
    list(
      'Rows of several kinds, told by their first cell, from the outermost in, each with the columns behind it: `[{ H: [document, date] }, { L: [sku, quantity] }]`. A row of the last kind is a record, which has the cells of the rows above it, too; a row above that none of the last follows is one with empty cells for those. Any other row is bad, and so are those behind it up to the next of the first kind: name what is no row under `ignore` or `footer`.',
      checked(
        namedValues(
          'One kind: what its first cell has, and its columns.',
          list('Names of the columns behind the first cell.', text('A name of a column.')),
        ),
        (kind) =>
          Object.keys(kind).length === 1 ? undefined : 'name one kind of rows in each entry',
      ),
      { min: 2 },
    ),
  ),
  quote: optional(
    text(
      'The character around cells that hold a delimiter or a line break; doubled, it stands for itself. `none` where quotes are plain text (inch marks, say).',
      { pattern: /^(none|[^\r\n])$/, shape: 'one character, or `none`' },
    ),
    '"',
  ),
  trim: optional(flag('Takes blanks from both ends of every cell.'), false),
  encoding: encodingOption,
});

/** What would say again, or otherwise, what rows of several kinds have. */
const notWithRows = ['columns', 'header', 'skipEnd', 'fill'] as const;

export const csvRead = checked(csvReadFields, (options) => {
  if (Object.keys(options.envelope).length > 0 && options.skip === 0)
    return '`envelope` reads the lines that `skip` passes over, and it passes over none';
  const kinds = options.rows?.flatMap((kind) => Object.entries(kind)) ?? [];
  if (kinds.length === 0) return undefined;
  const other = notWithRows.find((name) => {
    const given = options[name];
    return Array.isArray(given) ? given.length > 0 : Boolean(given);
  });
  if (other !== undefined) return `\`rows\` and \`${other}\` cannot stand beside each other`;
  const names = [...kinds.map(([mark]) => mark), ...kinds.flatMap(([, columns]) => columns)];
  const twice = names.find((name, index) => names.indexOf(name) < index);
  return twice === undefined ? undefined : `'${twice}' stands twice under \`rows\``;
});

export type CsvRead = Value<typeof csvReadFields>;

export const lines = (about: string) =>
  list(
    about,
    text('A line as it stands, without its end.', { pattern: /^[^\r\n]*$/, shape: 'one line' }),
  );

const csvWriteFields = record('How CSV is written.', {
  delimiter: optional(
    text('What separates cells: one character, or `tab`.', {
      pattern: /^(tab|[^"\r\n])$/,
      shape: 'one character, or `tab`',
    }),
    ',',
  ),
  header: optional(flag('Whether the first row has the names of the columns.'), true),
  columns: optional(
    list(
      'Columns in the order in which they are written; other fields are left out. Without it, the fields of the first batch of records in the order in which they occur; a field that shows up later is then a fault. A report without rows has the header of its fields.',
      text('A field of the record.'),
      { min: 1 },
    ),
  ),
  quoting: optional(
    choice(
      '`needed` quotes cells that hold a delimiter, quote or line break; `all` quotes every cell.',
      ['needed', 'all'],
    ),
    'needed',
  ),
  eol: optional(choice('How lines end. RFC 4180 says `crlf`.', ['crlf', 'lf']), 'crlf'),
  bom: optional(
    flag('Begins with a byte order mark, without which Excel takes UTF-8 for something else.'),
    false,
  ),
  encoding: optional(
    choice(
      'How text becomes bytes. A character that it does not have is refused (TEXT_NOT_ENCODABLE), unless `replace` says what stands for it.',
      encodings,
    ),
    'utf-8',
  ),
  replace: optional(
    text('Stands for each character that the encoding does not have (`?`, say).', {
      pattern: /^[ -~]$/,
      shape: 'one character of ASCII',
    }),
  ),
  preamble: optional(
    lines(
      'Lines before the header, written as they stand: what a program wants to know of the file (`"EXTF";700;21;"Buchungsstapel";13;{date:yyyyMMddHHmmssSSS}`). A report knows `{date:yyyyMMdd}`, when it is written, in UTC, and of its query `{since:yyyyMMdd}` and `{asOf:yyyyMMdd}`, with the letters yyyy yy MM dd HH mm ss SSS.',
    ),
    [],
  ),
  trailer: optional(
    lines(
      'Lines behind the last row, which know `{count}` too, the number of rows: `TRAILER;{count}`, or `{count:6}` for six digits at least.',
    ),
    [],
  ),
  formulas: optional(
    choice(
      'Text that a spreadsheet would run as a formula (it begins with = + - or @, full-width too, also behind a delimiter or line break inside of the cell, and is no number): `keep` writes it as it is, for machines; `neutralise` puts an apostrophe before it, for files that people open. The command line neutralises what it exports; HTTP does not.',
      ['keep', 'neutralise'],
    ),
    'keep',
  ),
});

export const csvWrite = checked(csvWriteFields, ({ bom, encoding }) =>
  bom && !isUnicode(encoding)
    ? `\`bom: true\` is for UTF-8 and UTF-16: ${encoding} has no byte order mark`
    : undefined,
);

export type CsvWrite = Value<typeof csvWrite>;

/** The character that a `delimiter` option means; undefined for `auto`. */
export function delimiterChar(option: string): string | undefined {
  if (option === 'auto') return undefined;
  return option === 'tab' ? '\t' : option;
}

/** The character that a `quote` option means; empty for `none`. */
export const quoteChar = (option: string): string => (option === 'none' ? '' : option);

/** A regular expression that matches exactly this character. */
export const charPattern = (char: string): string =>
  `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
