import type { Value } from '../spec.ts';
import { choice, integer, optional, record, text } from '../spec.ts';
import { encodingOption } from './encodings.ts';

export const jsonRead = record('How JSON is read.', {
  format: optional(
    choice(
      '`document` is one value: an array, whose elements are the records, or an object, which is one record. `lines` has a record on every line (NDJSON, JSON Lines). `auto` tells by the first lines and by the name (.ndjson, .jsonl).',
      ['auto', 'document', 'lines'],
    ),
    'auto',
  ),
  records: optional(
    text(
      'Where in the document the array of records is: names of members from the outside in, with dots between (`data.orders`). An object there is one record. What stands around it is passed over.',
    ),
  ),
  encoding: encodingOption,
});

export type JsonRead = Value<typeof jsonRead>;

export const jsonWrite = record('How JSON is written.', {
  format: optional(
    choice('`array` is one array of all records; `lines` is a record on every line (NDJSON).', [
      'array',
      'lines',
    ]),
    'array',
  ),
  records: optional(
    text(
      'Members to put around the array, from the outside in, with dots between: `data.orders` writes `{"data":{"orders":[...]}}`.',
    ),
  ),
  indent: optional(
    integer('Blanks for each level of nesting, for people to read; only for `array`.', {
      min: 0,
      max: 8,
    }),
    0,
  ),
});

export type JsonWrite = Value<typeof jsonWrite>;
