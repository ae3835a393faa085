/** Many commands at once, and what became of them: the payload that they came in, as a job. */
import { StockbusError } from '../../errors.ts';
import type { KeptParked, RecordValue } from '../../ports.ts';
import { payloadStatus } from '../../status/payloadStatus.ts';
import { formatFor, sendList } from '../formats.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { pageOfValues, paging } from '../parameters.ts';
import { faultSchema, problemSchema } from '../problem.ts';
import type { Context, Route } from '../Route.ts';
import { shape } from '../shape.ts';
import { acceptBulk } from './acceptBulk.ts';

const jobSchema = new NamedSchema(
  'Job',
  shape.object(
    {
      id: shape.text('Also the `intakeId` of /v1/messages/{id}.'),
      type: shape.text('The message that each record is.'),
      state: shape.choice(
        ['accepted', 'booking', 'done', 'missing'],
        'All of it durable and nothing booked yet; some of it booked; all of it booked or parked; or some of it never came out of the broker (send it again).',
      ),
      records: shape.count('Records so far.'),
      accepted: shape.count('Of these, commands on their way or booked.'),
      booked: shape.count('Of these, booked.'),
      exists: shape.count('Of these, booked before with the same content.'),
      parked: shape.count('Records and commands that are parked: /v1/jobs/{id}/parked says why.'),
      answers: shape.map(
        shape.count(),
        'Commands about reservations that were answered and booked nothing, by the code of the answer.',
      ),
      done: shape.flag('All of it has been applied.'),
    },
    {
      faults: shape.list(faultSchema, 'Right after it came: the first faults.'),
      told: shape.list(faultSchema, 'Hints, each code once.'),
      refused: problemSchema,
    },
  ),
);

const parkedListSchema = new NamedSchema(
  'JobParkedList',
  shape.page(
    new NamedSchema(
      'JobParkedRow',
      shape.object(shape.texts('record id code message field parkedId')),
    ),
  ),
);

const params = { id: '`id` of the job.' };

async function jobOf({ hub, recent }: Context, id: string) {
  const known = await payloadStatus(hub.store, id);
  const report = known?.report ?? recent.get(id);
  const { flow = '' } = report?.origin ?? {};
  if (!report || !flow.includes('/'))
    throw new StockbusError('HTTP_NOT_FOUND', `there is no job '${id.slice(0, 100)}'`);
  return { report, state: known?.state ?? 'accepted', type: flow.slice(flow.lastIndexOf('/') + 1) };
}

const parkedRow = ({ record, id, messageId = '', faults: [fault] }: KeptParked): RecordValue => ({
  ...{ record: String(record), id: messageId, code: fault!.code, message: fault!.message },
  ...{ field: fault!.at?.field ?? '', parkedId: id },
});

export const bulkRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/v1/bulk/:type',
    scope: 'stock:write',
    summary: 'Takes many commands of one type; answers when all that came of them is durable.',
    params: { type: 'Type of the message: `stock.receive.v1`.' },
    body: {
      about:
        'A command a record, its business key in `id`: NDJSON, an array in JSON, or CSV whose rows are documents of one line.',
      types: ['application/x-ndjson', 'application/json', 'text/csv'],
    },
    answer: jobSchema,
    errors: ['HTTP_NOT_FOUND', 409, 413, 415, 422, 'HTTP_INCOMPLETE'],
    handle: (context, request, response) => acceptBulk(context, request, response),
  },
  {
    method: 'get',
    path: '/v1/jobs/:id',
    scope: 'known',
    summary: 'What became of many commands that came at once.',
    params,
    answer: jobSchema,
    errors: ['HTTP_NOT_FOUND'],
    handle: async (context, request, response) => {
      const id = String(request.params.id);
      const { report, state, type } = await jobOf(context, id);
      const { records, messages: accepted, booked, exists, parked, answers, done } = report;
      if (!done) response.setHeader('retry-after', 1);
      response.json({
        ...{ id, type, state, records, accepted, booked, exists, parked, answers, done },
      });
    },
  },
  {
    method: 'get',
    path: '/v1/jobs/:id/parked',
    scope: 'parked:read',
    summary: 'What of them is parked, and why.',
    params,
    answer: parkedListSchema,
    query: paging,
    errors: ['HTTP_NOT_FOUND'],
    handle: async (context, request, response, values) => {
      const { hub, writers, runtime } = context;
      const id = String(request.params.id);
      await jobOf(context, id);
      const format = formatFor(request, values);
      const { rows, ...rest } = await hub.store.parked({ intakeId: id }, pageOfValues(values));
      const page = { ...rest, rows: rows.map(parkedRow) };
      await sendList(request, response, format, { writers, runtime }, { page });
    },
  },
];
