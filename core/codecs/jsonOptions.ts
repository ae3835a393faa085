import type { Value } from '../spec.ts';
import { checked, choice, either, integer, list, optional, record, text } from '../spec.ts';
import { encodingOption } from './encodings.ts';

const jsonReadFields = record('How JSON is read.', {
  format: optional(
    choice(
      '`document` is one value: an array, whose elements are the records, or an object, which is one record. `lines` has a record on every line (NDJSON, JSON Lines). `auto` tells by the first lines and by the name (.ndjson, .jsonl).',
      ['auto', 'document', 'lines'],
    ),
    'auto',
  ),
  records: optional(
    either<string | string[]>(
      'Where in the document the array of records is: names of members from the outside in, with dots between (`data.orders`). An object there is one record. What stands around it is passed over. A list of names (`[orders, order]`) is for senders that write one or the other around what they send, or neither: the first member that is called so has the records, and a document without one is a record itself, or the array of them.',
      [
        { when: Array.isArray, field: list('Names of members.', text('A member.'), { min: 1 }) },
        { when: () => true, field: text('Members from the outside in.') },
      ],
    ),
  ),
  envelope: optional(
    list(
      'What is kept of what stands around `records`: members of the objects that these lie in, with dots between (`[creationDate, epcisBody.queryName]` beside `records: epcisBody.eventList`). Each record has it as `#envelope`, at the same place. What stands behind the first record refuses the payload (ENVELOPE_LATE); it has 64 KiB at most.',
      text('A member, with the names of those that it lies in before it.'),
    ),
    [],
  ),
  encoding: encodingOption,
});

export const jsonRead = checked(jsonReadFields, ({ records, envelope }) => {
  if (envelope.length === 0) return undefined;
  if (typeof records !== 'string') return '`envelope` stands beside `records` of one path';
  const inner = envelope.find((path) => !isBeside(path.split('.'), records.split('.')));
  if (inner === undefined) return undefined;
  return `'${inner}' is no member of an object that \`records: ${records}\` lies in`;
});

function isBeside(path: readonly string[], records: readonly string[]): boolean {
  const last = path.length - 1;
  return (
    last < records.length && path.every((name, depth) => (name === records[depth]) === depth < last)
  );
}

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
