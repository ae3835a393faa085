import type { Codec, CodecSpec } from '../ports.ts';
import { statedColumns } from './CsvKinds.ts';
import type { CsvRead, CsvWrite } from './csvOptions.ts';
import { csvRead, csvWrite } from './csvOptions.ts';
import { CsvReader } from './csvReader.ts';
import { CsvWriter } from './csvWriter.ts';
import { ENVELOPE, readsTitles } from './titleEnvelope.ts';

export const csv: CodecSpec<CsvRead, CsvWrite> = {
  name: 'csv',
  about:
    'Rows of cells, one record each, separated and quoted as RFC 4180 says. Cells are text, exactly as the payload has them; only `="00123"`, which is how spreadsheets write text, is read as 00123. Lines end with LF and any number of CR before it, or with CR where that comes first and no LF stands outside of quotes (in the first 65,536 characters); any other CR, LF or byte order mark outside of quotes makes its row bad. A byte order mark at the start of a line begins an export that was joined: its header, which must be the same, is passed over. So are blank lines, and, counted as filtered, rows that repeat a header of several cells. A row that is ragged or has a broken quote is one bad record; the rows after it are read. What is rejected comes back in the same shape, with the columns `_record`, `_code`, `_reason` and `_raw` at the end, which are no fields when it is corrected and sent again. A row that could not be read stands there as it came, and is refused again until it is corrected.',
  contentType: 'text/csv',
  extension: 'csv',
  readOptions: csvRead,
  writeOptions: csvWrite,
  forPeople: { formulas: 'neutralise' },
  examples: [
    'read: { csv: { delimiter: ";", encoding: windows-1252 } }',
    'read: { csv: { columns: [sku, quantity, location] } }',
    'read: { csv: { skip: 2, ignore: "^Summe" } }',
    'read: { csv: { skip: 1, envelope: { day: "^Stock as of (.+)" } } }',
    'read: { csv: { fill: [Order, Date], footer: "^TRAILER;(\\\\d+)" } }',
    'read:\n  csv:\n    rows: [{ H: [document, date, supplier] }, { L: [line, sku, quantity] }]\n    footer: "^T;(\\\\d+)"',
    'write: { csv: { columns: [sku, onHand], delimiter: ";" } }',
    `write: { csv: { encoding: windows-1252, preamble: ['"STOCK";2'], trailer: ["TRAILER;{count}"] } }`,
  ],
  codec(read, write) {
    const options = read ?? (csvRead.read({}, [], () => undefined) as CsvRead);
    const writing = write ?? (csvWrite.read({}, [], () => undefined) as CsvWrite);
    const { encoding } = writing;
    const contentType = encoding === 'utf-8' ? undefined : `text/csv; charset=${encoding}`;
    const requiring = (required: readonly string[]): Codec => ({
      read: (chunks, context) => {
        const columns = [...new Set([...options.fill, ...required])];
        return new CsvReader(options, columns, chunks, context);
      },
      writer: (fields, facts) => new CsvWriter(writing, fields, facts),
      contentType,
      requireColumns: (names) => requiring(names.filter((name) => !mayLack(options, name))),
      lacksColumns: (names) =>
        names.filter((name) => !mayLack(options, name) && !mayHave(options, name)),
    });
    return requiring([]);
  },
};

/** No column of the payload: what stands around its rows, or what the flow says may be absent. */
const mayLack = ({ optional, envelope }: CsvRead, name: string): boolean =>
  optional.includes(name) || (name === ENVELOPE && readsTitles(envelope));

/** A header of the payload may have any name; the flow's own names are all that there are. */
function mayHave(options: CsvRead, name: string): boolean {
  const columns = statedColumns(options);
  if (columns) return columns.includes(name);
  return options.header !== false || /^c[1-9]\d*$/.test(name);
}
