import type { CodecSpec } from '../ports.ts';
import type { JsonRead, JsonWrite } from './jsonOptions.ts';
import { jsonRead, jsonWrite } from './jsonOptions.ts';
import { JsonReader } from './jsonReader.ts';
import { JsonWriter } from './jsonWriter.ts';

export const json: CodecSpec<JsonRead, JsonWrite> = {
  name: 'json',
  about:
    'Objects as records: the elements of an array, the lines of NDJSON, or one document. A number that a double cannot hold exactly as it is written (more than 15 digits, exponents that a double would show too, more than 64 characters) comes as text, so that no digit is lost; all others are numbers. An object may have 4096 fields. An element that is not well-formed costs itself alone where its strings and brackets show its end, and otherwise the rest of the document, as what is not well-formed between elements does. A document that is one record is refused whole. What is rejected comes back in the same shape, with the members `_record`, `_code`, `_reason` and `_raw` at the end, which are no fields when it is corrected and sent again. What could not be read is in `_raw` as it came; while nothing else stands beside it, it is refused again.',
  contentType: 'application/json',
  extension: 'json',
  readOptions: jsonRead,
  writeOptions: jsonWrite,
  examples: [
    'read: { json: { records: data.orders } }',
    'read: { json: { records: epcisBody.eventList, envelope: [creationDate] } }',
    'read: { json: { records: [orders, order] } }',
    'read: { json: { format: lines } }',
    'write: { json: { format: array, indent: 2 } }',
  ],
  codec(read, write) {
    const options = read ?? (jsonRead.read({}, [], () => undefined) as JsonRead);
    const writing = write ?? (jsonWrite.read({}, [], () => undefined) as JsonWrite);
    return {
      read: (chunks, context) => new JsonReader(options, chunks, context),
      writer: () => new JsonWriter(writing),
    };
  },
};
