import type { Codec, JsonLines, RecordValue, RecordWriter, TypedFacts } from '../ports.ts';

/** Records as the bytes of one payload. */
export const payloadOf = (
  codec: Codec,
  records: readonly RecordValue[],
): Iterable<Uint8Array> | AsyncIterable<Uint8Array> =>
  codec.payload?.([records]) ?? writeRecords(codec, records);

/** The same of a format that is text. */
export function writeRecords(codec: Codec, records: readonly RecordValue[]): Uint8Array[] {
  const writer = codec.writer!();
  return [encoded(writer, writer.begin() + writer.write(records) + writer.end())];
}

const encoded = (writer: RecordWriter, text: string): Uint8Array =>
  writer.bytes?.(text) ?? Buffer.from(text);

/** The same of lines that stand in several places, for a codec that takes them. */
export function writeLines(
  codec: Codec,
  places: readonly JsonLines[],
  from: number,
  until: number,
): Uint8Array[] {
  const writer = codec.writer!();
  const bytes: Uint8Array[] = [Buffer.from(writer.begin())];
  let first = 0;
  for (const lines of places) {
    const count = lines.ends.length;
    const [start, end] = [Math.max(from - first, 0), Math.min(until - first, count)];
    if (start < end) bytes.push(writer.writeLines!(lines, start, end));
    first += count;
  }
  bytes.push(Buffer.from(writer.end()));
  return [Buffer.concat(bytes)];
}

/** Pages of records as the bytes of one payload that nobody holds whole; `fields` and `facts` as of a writer. */
export async function* writePages(
  codec: Codec,
  pages: AsyncIterable<readonly RecordValue[]>,
  fields?: readonly string[],
  facts?: TypedFacts,
): AsyncIterable<Uint8Array> {
  if (codec.payload) {
    yield* codec.payload(pages, fields, facts);
    return;
  }
  const writer = codec.writer!(fields, facts);
  yield encoded(writer, writer.begin());
  for await (const records of pages) yield encoded(writer, writer.write(records));
  yield encoded(writer, writer.end());
}
