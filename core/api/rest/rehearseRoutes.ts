/** What replays would book, before anybody presses the button: decided on the books as they are, and nothing of it written. */
import { problemOf } from '../problem.ts';
import type { Route } from '../Route.ts';
import { correctionSchema, wishedEdits } from './correctionBody.ts';
import { askedOfParked, ofParked } from './deskFilters.ts';
import { rehearsedAllSchema, rehearsedSchema } from './deskSchemas.ts';
import { goneWith, pacedBy, pacing, refuseUnfiltered } from './pacing.ts';
import { seenRehearsal } from './seenRehearsal.ts';

export const rehearseRoutes: readonly Route[] = [
  {
    method: 'post',
    path: '/v1/parked/:id/rehearse',
    scope: 'parked:read',
    summary:
      'What a replay would book and send to whom, as the record was corrected last and with the corrections that are given; nothing is written.',
    answer: rehearsedSchema,
    success: 200,
    params: { id: 'Its id.' },
    body: correctionSchema,
    errors: ['PARKED_UNKNOWN', 'CASE_CLOSED', 'CORRECTION_UNFIT', 'FLOW_UNKNOWN', 409, 422],
    handle: async ({ hub, caller }, request, response, _values, body) => {
      const rehearsed = await hub.desk.rehearse(String(request.params.id), wishedEdits(body));
      response.json({ ...seenRehearsal(rehearsed, caller), changes: rehearsed.changes });
    },
  },
  {
    method: 'post',
    path: '/v1/parked/rehearse',
    scope: 'parked:read',
    summary:
      'The same of all that the filter finds, each on top of those before it; nothing is written.',
    answer: rehearsedAllSchema,
    success: 200,
    query: [...ofParked, ...pacing.filter(({ name }) => name !== 'rate')],
    body: correctionSchema,
    errors: [422],
    handle: async ({ hub, caller }, _request, response, said, body) => {
      const pace = pacedBy(said);
      refuseUnfiltered(said);
      const ids = hub.desk.parked.ids(askedOfParked({ state: 'waiting', ...said }));
      const signal = goneWith(response);
      const rehearsed = await hub.desk.rehearseAll(ids, wishedEdits(body), pace, signal);
      const { done, failed, left, fault } = rehearsed;
      const tally = { done, failed, left, ...(fault ? { fault: problemOf(fault) } : {}) };
      response.json({ ...tally, ...seenRehearsal(rehearsed, caller) });
    },
  },
];
