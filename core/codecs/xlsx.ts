import type { Codec, CodecSpec } from '../ports.ts';
import { checked, either, integer, list, namedValues, optional, record, text } from '../spec.ts';
import { keptPattern } from './csvOptions.ts';
import { ENVELOPE, readsTitles } from './titleEnvelope.ts';
import { writeWorkbook, type XlsxWrite } from './xlsx/writeWorkbook.ts';
import { type XlsxRead, XlsxReader } from './xlsx/XlsxReader.ts';

const readFields = record('How a workbook is read.', {
  sheet: optional(
    either<string | number>('Which sheet is read.', [
      {
        when: (value) => typeof value === 'number',
        field: integer('The how manieth of the sheets that are not hidden.', {
          min: 1,
          max: 1_000,
        }),
      },
      {
        when: () => true,
        field: text(
          'Its name, or its number among those that are not hidden, from 1. The first when left out.',
        ),
      },
    ]),
  ),
  header: optional(
    integer(
      'The row that has the names of the columns. The first that is not empty when left out.',
      {
        min: 1,
        max: 10_000,
      },
    ),
  ),
  columns: optional(
    list('Names of the columns, from A. Without `header` the first row is data.', text('A name.'), {
      min: 1,
    }),
  ),
  optional: optional(
    list('Columns that may be absent, as of csv.', text('A name of a column.')),
    [],
  ),
  envelope: optional(
    namedValues(
      'What is kept of the rows above `header`, as of csv: patterns with one group each, held against the cells of a row with a blank between them (`{ day: "^As of (.+)$" }`). Each record has it as `#envelope`.',
      keptPattern,
    ),
    {},
  ),
});

const readOptions = checked(readFields, ({ header = 1, envelope }) =>
  readsTitles(envelope) && header === 1
    ? '`envelope` reads the rows above `header`, and there are none'
    : undefined,
);

const writeOptions = record('How a workbook is written.', {
  sheet: optional(
    text('Name of its sheet.', { pattern: /^[^[\]:*?/\\']{1,31}$/, shape: 'a name of a sheet' }),
    'Stockbus',
  ),
  columns: optional(
    list('Columns in the order in which they are written, as of csv.', text('A field.'), {
      min: 1,
    }),
  ),
  numbers: optional(
    list(
      'Columns whose cells are numbers, to be summed up, beside those of a report that are. One of more than 15 digits, which spreadsheets do not keep, stays text.',
      text('A field.'),
    ),
    [],
  ),
  dates: optional(
    list(
      'Columns whose cells are days (`2026-03-31`) or times in UTC (`2026-03-31T08:30:00Z`), beside those of a report that are.',
      text('A field.'),
    ),
    [],
  ),
});

const unread: XlsxRead = {
  ...{ sheet: undefined, header: undefined, columns: undefined, optional: [] },
  envelope: {},
};
const unwritten: XlsxWrite = {
  ...{ sheet: 'Stockbus', columns: undefined },
  ...{ numbers: [], dates: [] },
};

export const xlsx: CodecSpec<XlsxRead, XlsxWrite> = {
  name: 'xlsx',
  about:
    'Rows of one sheet of an Excel workbook (`.xlsx`, ISO/IEC 29500), one record each. Cells are text: a number as it is written, without an exponent (a fraction of more than 15 digits as spreadsheets show it), filled up with zeros where its format is `00000`; a date as 2026-03-31, or 2026-03-31T08:30:00 with its time, of both date systems; `true` and `false`; of a formula its result. A cell that is an error (`#N/A`), or a formula without a result, makes its row bad where the flow reads it. Empty rows say nothing; columns without a name are not read; of merged cells the first has the value. Other sheets are passed over, and the receipt says which. A workbook is spooled until it is whole, bounded as archives are; rejects come back as a workbook. Written, cells are text, which no spreadsheet runs as a formula, but for numbers and dates: those that a report knows, and those of `numbers` and `dates`. Macros are never run; `.xls` and `.xlsb` are not read.',
  contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  extension: 'xlsx',
  readOptions,
  writeOptions,
  examples: [
    'read: xlsx',
    'read: { xlsx: { sheet: Receipts, header: 3, envelope: { day: "^As of (.+)" } } }',
    'write: { xlsx: { sheet: Valuation, numbers: [onHand, value] } }',
  ],
  codec(read, write): Codec {
    const options = read ?? unread;
    const requiring = (required: readonly string[]): Codec => ({
      read: (chunks, context) => new XlsxReader(options, required, chunks, context),
      payload: (pages, fields, facts) => writeWorkbook(write ?? unwritten, pages, fields, facts),
      requireColumns: (names) => requiring(names.filter((name) => !mayLack(options, name))),
      lacksColumns: (names) =>
        names.filter(
          (name) => !mayLack(options, name) && options.columns?.includes(name) === false,
        ),
    });
    return requiring([]);
  },
};

/** No column of the sheet: what stands above its header, or what the flow says may be absent. */
const mayLack = ({ optional, envelope }: XlsxRead, name: string): boolean =>
  optional.includes(name) || (name === ENVELOPE && readsTitles(envelope));
