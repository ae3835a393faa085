import { reportRunsPage, runStates } from '../../jobs/reportRunsPage.ts';
import type { RecordValue } from '../../ports.ts';
import { formatFor, sendList } from '../formats.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { flow, type Parameter, pageOfValues, paging } from '../parameters.ts';
import type { Route } from '../Route.ts';
import { shape } from '../shape.ts';

const state: Parameter = {
  name: 'state',
  about: 'Only runs in this state.',
  schema: { type: 'string', enum: [...runStates] },
  problem: (value) =>
    runStates.some((known) => known === value) ? undefined : `is none of ${runStates.join(', ')}`,
};

const runSchema = new NamedSchema(
  'RunRow',
  shape.object(shape.texts('flow due state sha256 bytes writtenAt attempts code message')),
);
const runListSchema = new NamedSchema('RunList', shape.page(runSchema));

export const runsRoute: Route = {
  method: 'get',
  path: '/v1/runs',
  scope: 'flows:read',
  summary: 'Runs of reports by their schedules: which were written, failed, or are open.',
  answer: runListSchema,
  example: {},
  query: [{ ...flow, about: 'Only runs of this report.' }, state, ...paging],
  handle: async ({ hub, writers, runtime }, request, response, values) => {
    const format = formatFor(request, values);
    const { rows, ...rest } = await reportRunsPage(hub.store, values, pageOfValues(values));
    const page = { rows: rows.map((row): RecordValue => ({ ...row })), ...rest };
    await sendList(request, response, format, { writers, runtime }, { page });
  },
};
