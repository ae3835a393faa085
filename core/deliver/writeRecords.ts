import type { Codec, RecordValue } from '../ports.ts';

/** Records as the bytes of one payload. */
export function writeRecords(codec: Codec, records: readonly RecordValue[]): Uint8Array[] {
  const writer = codec.writer();
  return [Buffer.from(writer.begin() + writer.write(records) + writer.end())];
}

/** Pages of records as the bytes of one payload that nobody holds whole; `fields` as of a writer. */
export async function* writePages(
  codec: Codec,
  pages: AsyncIterable<readonly RecordValue[]>,
  fields?: readonly string[],
): AsyncIterable<Uint8Array> {
  const writer = codec.writer(fields);
  yield Buffer.from(writer.begin());
  for await (const records of pages) yield Buffer.from(writer.write(records));
  yield Buffer.from(writer.end());
}
