import type { Codec, CodecSpec } from '../ports.ts';
import type { CsvRead, CsvWrite } from './csvOptions.ts';
import { csvRead, csvWrite } from './csvOptions.ts';
import { CsvReader } from './csvReader.ts';
import { CsvWriter } from './csvWriter.ts';

export const csv: CodecSpec<CsvRead, CsvWrite> = {
  name: 'csv',
  about:
    'Rows of cells, one record each, separated and quoted as RFC 4180 says. Cells are text, exactly as the payload has them. Blank lines are passed over. A row that is ragged or has a broken quote is one bad record; the rows after it are read.',
  contentType: 'text/csv',
  extension: 'csv',
  readOptions: csvRead,
  writeOptions: csvWrite,
  examples: [
    'read: { csv: { delimiter: ";", encoding: windows-1252 } }',
    'read: { csv: { columns: [sku, quantity, location] } }',
    'write: { csv: { columns: [sku, onHand], delimiter: ";" } }',
  ],
  codec(read, write) {
    const options = read ?? (csvRead.read({}, [], () => undefined) as CsvRead);
    const requiring = (required: readonly string[]): Codec => ({
      read: (chunks, context) => new CsvReader(options, required, chunks, context).batches(),
      writer: () => new CsvWriter(write, read),
      requireColumns: (names) =>
        requiring(names.filter((name) => !options.optional.includes(name))),
    });
    return requiring([]);
  },
};
