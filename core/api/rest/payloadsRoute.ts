import { recentPayloads } from '../../history/recentPayloads.ts';
import type { RecordValue } from '../../ports.ts';
import { formatFor, sendList } from '../formats.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { flow, pageOfValues, paging } from '../parameters.ts';
import type { Route } from '../Route.ts';
import { shape } from '../shape.ts';

const rowSchema = new NamedSchema(
  'PayloadRow',
  shape.object({
    ...shape.texts('intakeId flow name'),
    at: shape.instant('When all that came of it was durable.'),
    state: shape.choice(['accepted', 'booking', 'done', 'missing']),
    records: shape.text('Its records.'),
    messages: shape.text('Messages made of them.'),
    booked: shape.text('Of these, booked so far.'),
    exists: shape.text('Of these, booked before with the same content.'),
    parked: shape.text('Records and messages of it that were parked so far.'),
    digest: shape.text('SHA-256 of its bytes as they came.'),
  }),
);

export const payloadsRoute: Route = {
  method: 'get',
  path: '/v1/messages',
  scope: 'flows:read',
  summary: 'Payloads that came in, the newest first, and what became of each.',
  answer: new NamedSchema('PayloadList', shape.page(rowSchema)),
  query: [
    { ...flow, about: 'Only payloads of this flow; a page may have few of them.' },
    ...paging,
  ],
  example: {},
  handle: async ({ hub, writers, runtime }, request, response, values) => {
    const format = formatFor(request, values);
    const asked = values.flow === undefined ? {} : { flow: values.flow };
    const { rows, ...rest } = await recentPayloads(hub.store, asked, pageOfValues(values));
    const shown = rows.map((one): RecordValue => {
      const { intakeId, flow: of, name, at, state, records, messages, digest } = one;
      const counts = { records, messages, booked: one.booked, exists: one.exists };
      const texts = Object.entries({ ...counts, parked: one.waiting });
      return {
        ...{ intakeId, flow: of, name, at, state },
        ...Object.fromEntries(texts.map(([field, count]) => [field, String(count)])),
        digest,
      };
    });
    const page = { rows: shown, ...rest };
    await sendList(request, response, format, { writers, runtime }, { page });
  },
};
