import { deployedRows } from '../../deployment/deploymentRow.ts';
import { formatFor, sendList } from '../formats.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { paging } from '../parameters.ts';
import type { Route } from '../Route.ts';
import { shape } from '../shape.ts';

const rowSchema = new NamedSchema(
  'DeploymentRow',
  shape.object({
    ...shape.texts('deployment flow file direction digest'),
    state: shape.choice(
      ['declared', 'gone', 'kept'],
      '`gone`: no file has it any more; `kept`: the same, and what waits for it is to stay.',
    ),
    since: shape.instant('In that state, or, of what is declared, with that digest.'),
    by: shape.text('Who did it.'),
    source: shape.text('Under which it books; empty where it does not.'),
  }),
);

export const deploymentsRoute: Route = {
  method: 'get',
  path: '/v1/deployments',
  scope: 'flows:read',
  summary:
    'Flows that hubs over this store were given to run: since when, by whom, and what is left of those that are gone.',
  answer: new NamedSchema('DeploymentList', shape.page(rowSchema)),
  query: paging.filter(({ name }) => name === 'format'),
  example: {},
  handle: async ({ hub, writers, runtime }, request, response, values) => {
    const format = formatFor(request, values);
    const rows = (await deployedRows(hub.store)).map(
      ({ deployment, flow, file, direction, digest, state, since, by, source = '' }) => {
        return { deployment, flow, file, direction, digest, state, since, by, source };
      },
    );
    await sendList(request, response, format, { writers, runtime }, { page: { rows } });
  },
};
