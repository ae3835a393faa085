/** What is parked and dead, and what people do about it: thin over core/parked, as the commands are. */

import type { Request, Response } from 'express';
import type { DeadEntry, DeadGroup } from '../../parked/DeadDesk.ts';
import { thingsIn } from '../../parked/keptLetter.ts';
import type { ParkedEntry, ParkedGroup } from '../../parked/ParkedDesk.ts';
import type { RecordValue } from '../../ports.ts';
import { actedBy } from '../auth/actedBy.ts';
import { formatFor, sendList } from '../formats.ts';
import { pageOfValues, paging } from '../parameters.ts';
import { problemOf } from '../problem.ts';
import type { Route } from '../Route.ts';
import { askedOfDead, askedOfParked, ofDead, ofParked } from './deskFilters.ts';
import {
  deadGroupsSchema,
  deadLetterSchema,
  deadListSchema,
  parkedGroupsSchema,
  parkedListSchema,
  parkedRecordSchema,
} from './deskSchemas.ts';
import { deskWorkRoutes } from './deskWorkRoutes.ts';
import { acceptedSchema } from './intakeRoutes.ts';
import { rehearseRoutes } from './rehearseRoutes.ts';
import { saidSchema } from './saidBodies.ts';

const params = { id: 'Its id.' };

export const deskRoutes: readonly Route[] = [
  ...deskWorkRoutes,
  ...rehearseRoutes,
  {
    method: 'get',
    path: '/v1/parked',
    scope: 'parked:read',
    summary: 'Records that a person must correct.',
    answer: parkedListSchema,
    example: {},
    query: [...ofParked, ...paging],
    handle: async ({ hub, writers, runtime }, request, response, values) => {
      const format = formatFor(request, values);
      const { rows, ...rest } = await hub.desk.parked.page(
        askedOfParked(values),
        pageOfValues(values),
      );
      const page = { ...rest, rows: rows.map(parkedRow) };
      await sendList(request, response, format, { writers, runtime }, { page });
    },
  },
  {
    method: 'get',
    path: '/v1/parked/groups',
    scope: 'parked:read',
    summary: 'What waits for a person, by its causes.',
    answer: parkedGroupsSchema,
    example: {},
    query: [...ofParked, ...paging.filter(({ name }) => name === 'format')],
    handle: async ({ hub, writers, runtime }, request, response, values) => {
      const format = formatFor(request, values);
      const rows = (await hub.desk.parked.groups(askedOfParked(values))).map(groupRow);
      await sendList(request, response, format, { writers, runtime }, { page: { rows } });
    },
  },
  {
    method: 'get',
    path: '/v1/parked/:id',
    scope: 'parked:read',
    summary: 'One parked record: what is wrong with it, what it was, and what was done about it.',
    answer: parkedRecordSchema,
    example: { params: { id: 'p1' } },
    params,
    errors: ['PARKED_UNKNOWN'],
    handle: async ({ hub }, request, response) => {
      sendParked(response, await hub.desk.parked.entry(idOf(request)));
    },
  },
  {
    ...{ method: 'post', path: '/v1/parked/:id/replay', answer: acceptedSchema },
    scope: 'parked:replay',
    summary: 'Sends it again, as it was corrected; answers when all that came of it is durable.',
    params,
    body: saidSchema,
    errors: ['PARKED_UNKNOWN', 'CASE_CLOSED', 'CASE_FOUR_EYES', 'FLOW_UNKNOWN', 409, 422],
    handle: async ({ hub, runtime, recent, caller }, request, response, _values, body) => {
      const { record } = await hub.desk.parked.entry(idOf(request));
      const receipt = await hub.desk.replay.replay(record, actedBy(caller, body));
      recent.add(receipt, runtime.now());
      const { origin, records, messages, parked, faults } = receipt;
      response.status(202).location(`/v1/messages/${origin.intakeId}`);
      response.json({ ...origin, records, messages, parked, faults });
    },
  },
  {
    method: 'get',
    path: '/v1/dead',
    scope: 'parked:read',
    summary: 'What could not be delivered, and is tried no more.',
    answer: deadListSchema,
    example: {},
    query: [...ofDead, ...paging],
    handle: async ({ hub, writers, runtime }, request, response, values) => {
      const format = formatFor(request, values);
      const { rows, ...rest } = await hub.desk.dead.page(askedOfDead(values), pageOfValues(values));
      const page = { ...rest, rows: rows.map(deadRow) };
      await sendList(request, response, format, { writers, runtime }, { page });
    },
  },
  {
    method: 'get',
    path: '/v1/dead/groups',
    scope: 'parked:read',
    summary: 'What could not be delivered, by subscriber and cause.',
    answer: deadGroupsSchema,
    example: {},
    query: [...ofDead, ...paging.filter(({ name }) => name === 'format')],
    handle: async ({ hub, writers, runtime }, request, response, values) => {
      const format = formatFor(request, values);
      const rows = (await hub.desk.dead.groups(askedOfDead(values))).map(groupRow);
      await sendList(request, response, format, { writers, runtime }, { page: { rows } });
    },
  },
  {
    method: 'get',
    path: '/v1/dead/:id',
    scope: 'parked:read',
    summary:
      'One dead letter: for whom it was, why it died, what is in it, and what was done about it.',
    answer: deadLetterSchema,
    example: { params: { id: 'd1' } },
    params,
    errors: ['DEAD_UNKNOWN'],
    handle: async ({ hub }, request, response) => {
      const entry = await hub.desk.dead.entry(idOf(request));
      const { queue, body } = entry.letter;
      const done = { log: entry.case.log };
      response.json({ ...deadRow(entry), queue, content: thingsIn(queue, body), ...done });
    },
  },
];

const groupRow = (one: ParkedGroup | DeadGroup): RecordValue => ({
  ...one,
  count: String(one.count),
  trend: one.trend.join(' '),
});

const idOf = (request: Request): string => String(request.params.id);

function sendParked(response: Response, entry: ParkedEntry): void {
  const { content, faults } = entry.record;
  const { content: corrected, log } = entry.case;
  response.json({
    ...parkedRow(entry),
    ...{ faults: faults.map(problemOf), content, log },
    ...(corrected === undefined ? {} : { corrected }),
  });
}

/** What a list shows of a parked record; its first fault stands for all. */
function parkedRow({ record: parked, case: one }: ParkedEntry): RecordValue {
  const { id, origin, stage, record, faults, type, source, messageId, parkedAt } = parked;
  const [first] = faults;
  return {
    id,
    flow: origin.flow,
    intakeId: origin.intakeId,
    name: origin.name,
    record: String(record),
    stage,
    code: first?.code ?? '',
    message: first?.message ?? '',
    type: type ?? '',
    source: source ?? '',
    messageId: messageId ?? '',
    settled: String(one.state === 'resolved'),
    parkedAt,
    state: one.state,
    assignee: one.assignee ?? '',
  };
}

function deadRow({ letter, to, case: one }: DeadEntry): RecordValue {
  const { id, deadAt, messageId, code, reason, records, bytes } = letter;
  return {
    ...{ id, deadAt, to, messageId, code, reason },
    ...{ records: String(records), bytes: String(bytes) },
    ...{ state: one.state, assignee: one.assignee ?? '' },
  };
}
