/** What is parked and dead, as answers show it. */
import { NamedSchema } from '../NamedSchema.ts';
import { faultSchema, problemSchema } from '../problem.ts';
import { extended, shape } from '../shape.ts';

const fieldChange = shape.object({ path: shape.text() }, shape.texts('from to'));

const log = shape.list(
  shape.object(shape.texts('at by did'), {
    ...shape.texts('to reason intakeId'),
    changes: shape.list(fieldChange, 'Fields as JSON text, before and after.'),
  }),
  'What was done about it, in the order of time, and by whom.',
);

const parkedRowSchema = new NamedSchema(
  'ParkedRow',
  shape.object(
    shape.texts(
      'id flow intakeId name record stage code message type source messageId settled parkedAt state assignee',
    ),
  ),
);
export const parkedListSchema = new NamedSchema('ParkedList', shape.page(parkedRowSchema));

export const parkedRecordSchema = new NamedSchema(
  'ParkedRecord',
  extended(
    parkedRowSchema,
    {
      faults: shape.list(problemSchema),
      content: shape.text('What was refused, as JSON text.'),
      log,
    },
    { corrected: shape.text('The same as it was corrected, where it was.') },
  ),
);

const trend = shape.text(
  'When they came: 24 counts, each of one part of the time in which all groups did.',
);

export const parkedGroupsSchema = new NamedSchema(
  'ParkedGroups',
  shape.page(
    new NamedSchema(
      'ParkedGroupRow',
      shape.object({ ...shape.texts('flow code field message count first last'), trend }),
    ),
  ),
);

const deadRowSchema = new NamedSchema(
  'DeadRow',
  shape.object(shape.texts('id deadAt to messageId code reason records bytes state assignee')),
);
export const deadListSchema = new NamedSchema('DeadList', shape.page(deadRowSchema));
export const deadGroupsSchema = new NamedSchema(
  'DeadGroups',
  shape.page(
    new NamedSchema(
      'DeadGroupRow',
      shape.object({ ...shape.texts('to code message count first last'), trend }),
    ),
  ),
);
export const deadLetterSchema = new NamedSchema(
  'DeadLetter',
  extended(deadRowSchema, {
    queue: shape.text(),
    content: shape.list({}, 'Events, records or messages in it.'),
    log,
  }),
);

/** What people did about one of them. */
export const caseSchema = new NamedSchema(
  'Case',
  shape.object({ ...shape.texts('id of state'), log }, shape.texts('since assignee intakeId')),
);

const tally = {
  done: shape.count('Those that it was done to.'),
  failed: shape.count('Those that refused it, for themselves.'),
  left: shape.count('Those that it did not come to: call again.'),
};
export const workedSchema = new NamedSchema(
  'Worked',
  shape.object(tally, { fault: problemSchema }),
);

const rehearsed = {
  messages: shape.list(
    shape.object({ ...shape.texts('type id'), data: {} }),
    'The first of the messages that would come of it.',
  ),
  booked: shape.count('Messages that would be booked.'),
  exists: shape.count('Those that were booked before.'),
  parked: shape.count('Records that would be parked again.'),
  faults: shape.list(faultSchema),
};
/** Of the books: each is left out for whoever may not read it. */
const rehearsedBooks = {
  stock: shape.list(
    shape.object(shape.texts('sku location lot status owner from to')),
    'Balances that would be others; with stock:read.',
  ),
  values: shape.list(
    shape.object(shape.texts('sku pool from to')),
    'Values that would be others, in the currency of the books; with ledger:read.',
  ),
  outgoing: shape.list(
    shape.object({
      to: shape.text('Endpoint that would be sent something.'),
      records: shape.count(),
      text: shape.text('The beginning of what it would be sent, as text.'),
      isCut: shape.flag('There is more of it.'),
      faults: shape.list(faultSchema, 'What its steps or its format refuse.'),
    }),
    'What would be sent to whom; with both.',
  ),
};
export const rehearsedSchema = new NamedSchema(
  'Rehearsed',
  shape.object(
    {
      ...rehearsed,
      changes: shape.list(fieldChange, 'What the corrections that were given change.'),
    },
    rehearsedBooks,
  ),
);
export const rehearsedAllSchema = new NamedSchema(
  'RehearsedAll',
  shape.object({ ...tally, ...rehearsed }, { ...rehearsedBooks, fault: problemSchema }),
);
