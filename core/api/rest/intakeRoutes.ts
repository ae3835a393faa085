/** Payloads in, and what became of them. */
import { StockbusError } from '../../errors.ts';
import { payloadStatus } from '../../status/payloadStatus.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { faultSchema, problemSchema } from '../problem.ts';
import type { Route } from '../Route.ts';
import { shape } from '../shape.ts';
import { acceptDelivery } from './acceptDelivery.ts';
import { acceptPayload } from './acceptPayload.ts';

export const acceptedSchema = new NamedSchema(
  'Accepted',
  shape.object(
    {
      ...shape.texts('intakeId flow'),
      records: shape.count('Records of the payload.'),
      messages: shape.count('Canonical messages made of them.'),
      parked: shape.count('Records that a person must correct.'),
    },
    {
      name: shape.text('Of what is sent again: file or path that it came as.'),
      handed: shape.count(
        'Records that were handed on to where else the flow sends them, if any were.',
      ),
      filtered: shape.count('Records that a filter dropped on purpose.'),
      droppedParts: shape.count(
        'Parts of records that were split, and lines of records, which a step dropped.',
      ),
      passedOver: shape.map(
        shape.count(),
        'What stood beside the records and is none of them, such as elements of XML.',
      ),
      faults: shape.list(faultSchema, 'The first faults.'),
      told: shape.list(faultSchema, 'Hints, each code once: its first place, and the count.'),
      refused: problemSchema,
    },
  ),
);

const messageSchema = new NamedSchema(
  'Message',
  shape.object(
    {
      ...shape.texts('intakeId flow name'),
      state: shape.choice(
        ['accepted', 'booking', 'done', 'missing'],
        'Accepted, and nothing of it booked yet; some of it booked; all of it booked or parked; or some of it never came out of the broker (send it again).',
      ),
      firstAt: shape.instant(),
      lastAt: shape.instant(),
      records: shape.count('Records applied so far.'),
      filtered: shape.count('Of these, dropped on purpose.'),
      messages: shape.count('Messages applied so far.'),
      booked: shape.count('Of these, booked.'),
      exists: shape.count('Of these, booked before with the same content.'),
      parked: shape.count('Records and messages that are parked.'),
      answers: shape.map(
        shape.count(),
        'Messages about reservations that were answered and booked nothing, by the code of the answer.',
      ),
      appliedBatches: shape.count('Batches applied so far.'),
      done: shape.flag('All of it has been applied.'),
    },
    { batches: shape.count('Batches that there are, once that is known.') },
  ),
);

export const intakeRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/v1/flows/:flow',
    scope: 'stock:write',
    summary: 'Takes one payload into a flow; answers when all that came of it is durable.',
    params: { flow: 'Name of the flow.' },
    body: {
      about: 'The raw payload, in the format that the flow reads.',
      types: ['*/*'],
    },
    answer: acceptedSchema,
    errors: [404, 409, 413, 415, 422, 'HTTP_INCOMPLETE'],
    handle: ({ hub, runtime, recent, admission, caller }, request, response) =>
      acceptPayload(request, response, {
        ...{ hub, runtime, admission, caller },
        accepted: (receipt) => recent.add(receipt, runtime.now()),
      }),
  },
  {
    method: 'post',
    path: '/v1/webhooks/:flow',
    scope: 'open',
    summary:
      'Takes what another system posts and signs; answers when all that came of it is durable. No token: the signature says who it is.',
    params: { flow: 'Name of the flow.' },
    body: { about: 'What the other system sends, byte by byte as it signed it.', types: ['*/*'] },
    answer: acceptedSchema,
    errors: [401, 403, 404, 413, 415, 503, 'HTTP_INCOMPLETE'],
    handle: ({ hub, runtime, recent, admission, strangers }, request, response) =>
      acceptDelivery(request, response, {
        ...{ hub, runtime, admission, strangers },
        accepted: (receipt) => recent.add(receipt, runtime.now()),
      }),
  },
  {
    method: 'get',
    path: '/v1/messages/:id',
    scope: 'known',
    summary: 'What became of one payload, by the intakeId of its 202.',
    params: { id: '`intakeId` of the payload.' },
    answer: messageSchema,
    errors: ['HTTP_NOT_FOUND'],
    handle: async ({ hub, recent }, request, response) => {
      const id = String(request.params.id);
      const known = await payloadStatus(hub.store, id);
      const report = known?.report ?? recent.get(id);
      if (!report) {
        throw new StockbusError('HTTP_NOT_FOUND', `nobody has heard of a payload '${id}' here`);
      }
      const { origin, ...rest } = report;
      if (!report.done) response.setHeader('retry-after', 1);
      const state = known?.state ?? 'accepted';
      response.json({ ...origin, state, ...rest });
    },
  },
];
