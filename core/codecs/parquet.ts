import { StockbusError } from '../errors.ts';
import type { CodecSpec } from '../ports.ts';
import { choice, namedValues, optional, record } from '../spec.ts';
import { columnTypes } from './parquet/parquetColumns.ts';
import { type ParquetWrite, writeParquet } from './parquet/writeParquet.ts';

const writeOptions = record('How a Parquet file is written.', {
  columns: optional(
    namedValues(
      'Columns in the order in which they are written, each with its type. Left out: all fields of the first records; those of a report have the types that the report knows, all others are text. `decimal` is exact with 32 digits before the point and 6 behind it (DECIMAL(38,6)), `decimal18` with 12 and 6 in 64 bits, `integer` of 64 bits, `day` a DATE, `instant` a TIMESTAMP in UTC to the microsecond.',
      choice('A type.', columnTypes),
    ),
  ),
});

const unread =
  'nothing comes in as Parquet: it is a format of columns, of which no record is known before the last byte; have rows sent as CSV or NDJSON';

export const parquet: CodecSpec<never, ParquetWrite> = {
  name: 'parquet',
  about:
    'Apache Parquet 2, for whoever loads rows into a warehouse or a data frame: exact decimals (never doubles), days, times in UTC, and text as it is (`00123`), compressed by Snappy, in groups of 10,000 rows. Every column may be empty; empty text stays empty text. A cell that is not of the type of its column refuses the payload, and a decimal of more digits than the type has is never rounded. It is written, and not read.',
  contentType: 'application/vnd.apache.parquet',
  extension: 'parquet',
  unread,
  readOptions: record('It is not read.', {}) as never,
  writeOptions,
  examples: [
    'write: parquet',
    'write: { parquet: { columns: { sku: text, quantity: decimal, day: day } } }',
  ],
  codec: (_, write) => ({
    read() {
      throw new StockbusError('INTERNAL', unread);
    },
    payload: (pages, fields, facts) =>
      writeParquet(write ?? { columns: undefined }, pages, fields, facts),
  }),
};
