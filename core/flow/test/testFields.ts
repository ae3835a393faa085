/** What a `<name>.test.yaml` may say, declared once: read here, shown in the reference and to editors. */
import { codes } from '../../errors.ts';
import {
  checked,
  duration,
  type Field,
  integer,
  isObject,
  type JsonSchema,
  list,
  namedValues,
  optional,
  raw,
  record,
  text,
  type Value,
} from '../../spec.ts';
import { isDay } from '../../zone.ts';
import { custom } from '../namedField.ts';
import type { ConnectorAnswer } from './GivenAnswers.ts';

/** A number may stand for the text of its digits. */
function word(about: string, kind: string, pattern: RegExp): Field<string> {
  return custom({
    about,
    kind,
    schema: { type: ['string', 'number'] },
    read(value, path, report) {
      const given = typeof value === 'number' ? String(value) : value;
      if (typeof given === 'string' && pattern.test(given)) return given;
      const message = `${JSON.stringify(value)} is not ${kind}`;
      report({ path, code: 'CONFIG_WRONG_TYPE', message, todo: `write ${kind}` });
      return undefined;
    },
  });
}

const name = (about: string) => word(about, 'text', /./s);
const decimal = (about: string) => word(about, 'a decimal number', /^-?\d+(\.\d+)?$/);
const time = (about: string) =>
  checked(text(about), (value) =>
    isDay(value.slice(0, 10)) && !Number.isNaN(Date.parse(value))
      ? undefined
      : `'${value}' is not a time such as 2026-03-31T08:30:00Z`,
  );
const anything = (about: string, properties: JsonSchema = {}) =>
  raw(about, 'as it is', { properties });

/** Only for editors: what else stands there is told by the comparison. */
const shownMessage = {
  id: { type: ['string', 'number'], description: 'Its key.' },
  type: { type: 'string', description: 'Its type, such as stock.receive.v1.' },
  data: { type: 'object', description: 'Its data.' },
};
const shownParked = {
  record: { type: 'integer', description: 'Number of the record in its payload.' },
  code: { enum: Object.keys(codes), description: 'Code of its first fault.' },
};

/** What a connector would answer. */
const connectorAnswers: Field<ConnectorAnswer> = custom({
  about: 'By path what it answers, null where it has nothing; or `fails`.',
  kind: 'paths, each with an answer, or fails',
  schema: { anyOf: [{ type: 'object' }, { type: 'string', enum: ['fails'] }] },
  read(value, path, report) {
    if (value === 'fails' || isObject(value)) return value;
    const message = `${JSON.stringify(value) ?? 'nothing'} is not what a connector answers`;
    const todo = 'write { /items/A: { name: … } }, null for a path that has nothing, or fails';
    report({ path, code: 'CONFIG_WRONG_TYPE', message, todo });
    return undefined;
  },
});

/** By the name of a connector. */
export const answersField = namedValues(
  'By the name of a connector what it answers to `enrich`, by path: `pim: { /items/TEA-100: { name: Tea } }`; null where it has nothing. What is asked and not given fails the test. The books answer from `stock` and `booked`.',
  connectorAnswers,
);

const place = {
  sku: name('SKU of the item.'),
  location: name('Where it lies.'),
  lot: optional(name('Its lot.')),
  status: optional(name('available, when left out.')),
};

const expectField = record(
  'What comes of it. What is not named is not compared, but for `parked`.',
  {
    filtered: optional(integer('Records that filters drop.', { min: 0, max: 1_000_000_000 })),
    messages: optional(
      list(
        'All messages that are made, in order: `id`, `type` and `data`.',
        anything('A message.', shownMessage),
      ),
    ),
    parked: optional(
      list(
        'All that is parked, in order: its `record` and the `code` of its first fault. None when left out. Of what a subscription under `sent` refuses it is the `flow`, the number of the event as `record`, and the `code`; without `record` its format refuses all that it sends.',
        anything('A record.', shownParked),
      ),
    ),
    refused: optional(
      text(
        'Code of the fault that refuses the payload, or the rest of it; of a flow out of the hub, what is to be sent.',
      ),
    ),
    stock: optional(
      list(
        'All that lies at our places of the items that were booked, after it, in any order.',
        record('A balance.', {
          ...place,
          owner: optional(name('Whose it is, where it is not ours.')),
          onHand: decimal('What lies there.'),
          reserved: optional(decimal('Part of it that is reserved; 0 when left out.')),
        }),
      ),
    ),
    sent: optional(
      namedValues(
        'By the name of a subscription, the text that it sends of what was booked; by `FLOW.NAME`, what a connector among several targets is sent.',
        text('A text.'),
      ),
    ),
    text: optional(text('Of a flow out of the hub: the text that is sent.')),
  },
);

const comesField = record('A payload, or time that passes, or a payload after that time.', {
  after: optional(duration('How much time passes before it.')),
  flow: optional(text('The flow that takes it; this one when left out.')),
  input: optional(text('File with the payload, from the folder of the test.')),
  payload: optional(text('The payload itself.')),
  name: optional(text('What it is called; the name of its file when left out.')),
  headers: optional(namedValues('Headers of its request.', text('A header.'))),
  modified: optional(time('When its file was last changed.')),
});

const caseFields = {
  about: optional(text('What it shows, in a sentence.'), ''),
  input: optional(text('File with the payload, from the folder of the test.')),
  payload: optional(text('The payload itself, in the place of a file.')),
  name: optional(text('What the payload is called; the name of its file when left out.')),
  headers: optional(
    namedValues('Headers of the request, where it came by HTTP.', text('A header.')),
  ),
  modified: optional(time('When its file was last changed, as `$payload.modified` says.')),
  comes: optional(
    list(
      'For flows that wait: several payloads one after another, of this flow and of others, and time that passes. What is expected is of this flow alone.',
      comesField,
      { min: 1 },
    ),
  ),
  events: optional(list('For a subscription: the events that come.', anything('An event.'))),
  rows: optional(list('For a report: the rows of its query.', anything('A row.'))),
  now: optional(time('What the clock says, such as 2026-03-31T08:30:00Z.')),
  stock: optional(
    list(
      'What lies there before. With it, or with `booked`, what the flow makes is booked, and `stock` and `sent` can be expected.',
      record('A balance.', {
        ...place,
        onHand: decimal('What lies there.'),
        unitCost: optional(decimal('What one of it cost.'), '0'),
      }),
    ),
  ),
  booked: optional(
    list(
      'Messages that were booked before, such as orders, items and reservations.',
      record('A message.', {
        type: text('Its type, such as reservation.create.v1.'),
        id: optional(name('Its id.')),
        data: raw('Its data.', 'fields', { type: 'object' }),
      }),
    ),
  ),
  answers: optional(answersField, {}),
  expect: optional(expectField),
};

const caseField = record('A test.', caseFields);
export type FlowCase = Value<typeof caseField>;
export type Expectation = Value<typeof expectField>;

/** A file has one test, or a list of them. */
export const flowTestField = record('Tests of a flow.', {
  flow: text('Name of the flow.'),
  tables: optional(
    namedValues('Tables in the place of those of config/tables, as CSV.', text('A table as CSV.')),
    {},
  ),
  tests: optional(list('Several tests, each with the fields of one.', caseField, { min: 1 })),
  ...caseFields,
});
