import { NamedSchema } from '../NamedSchema.ts';
import { faultSchema } from '../problem.ts';
import type { Route } from '../Route.ts';
import { reservationSchema } from '../rest/reportRoutes.ts';
import { shape } from '../shape.ts';
import { acceptCommand } from './acceptCommand.ts';
import { commandAddresses } from './commandAddresses.ts';
import { commandBody } from './commandBody.ts';
import { isCompared } from './expectedBy.ts';

export const commandAnswerSchema = new NamedSchema(
  'CommandAnswer',
  shape.object(
    {
      outcome: shape.choice(
        ['accepted', 'booked', 'exists', 'answered'],
        'Durable, and not booked in the time that was waited; booked; booked before, with the same content; or a reservation said no, by `result`, and booked nothing.',
      ),
      id: shape.text('The business key.'),
      type: shape.text('The message that it is.'),
      source: shape.text('With `id` it is what the message is known by when it comes again.'),
      intakeId: shape.text('What became of it stands at /v1/messages/{intakeId}.'),
    },
    {
      result: shape.text('How the reservation answered: `created`, `insufficient`, …'),
      reservation: reservationSchema,
      versions: shape.map(
        shape.text(),
        'Of each SKU (of an item: of what is known of it), as If-Match takes it.',
      ),
      told: shape.list(faultSchema, 'Hints.'),
    },
  ),
);

const prefer =
  '`wait=N`: waits for up to N seconds, 30 at most, and answers with what became of it.';
const once = {
  about:
    'A string of yours, up to 255 characters: the same request with it gets the answer that was kept, for 24 hours.',
  pattern: '^("([ !#-[\\]-~]|\\\\["\\\\]){1,255}"|[!#-+\\--:<-[\\]-~]{1,255})$',
};
const ifMatch = {
  about:
    'ETag of what the command is to change: compared in the commit, and refused (412) where it is another by then.',
  pattern: '^"[0-9]{1,15}(-[A-Za-z0-9_]+)?"$',
};

/** Each type of message has an address that takes one of it. */
export const commandRoutes: readonly Route[] = commandAddresses.map((address) => {
  const { method, path, summary, scope, makes, from, type } = address;
  return {
    // Each command is held against them: requireRows.
    rows: 'own',
    ...{ method, path, summary, scope, body: commandBody(address), bodyCode: 'MESSAGE_INVALID' },
    ...(from ? { params: { id: 'Id of the reservation.' } } : {}),
    headers: {
      prefer,
      'idempotency-key': once,
      ...(isCompared(type) ? { 'if-match': ifMatch } : {}),
    },
    answer: commandAnswerSchema,
    success: 202,
    successes: makes ? [200, 201] : [200],
    errors: [409, 412, 422],
    handle: (context, request, response, _values, said) =>
      acceptCommand(context, { request, response, address, said }),
  };
});
