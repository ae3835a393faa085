/** What is parked and dead, and what people do about it: thin over core/parked, as the commands are. */
import type { Request, Response } from 'express';
import { StockbusError } from '../errors.ts';
import { type Case, caseStates } from '../parked/Cases.ts';
import type { Edits } from '../parked/correction.ts';
import type { DeadEntry } from '../parked/DeadDesk.ts';
import { thingsIn } from '../parked/keptLetter.ts';
import type { ParkedEntry } from '../parked/ParkedDesk.ts';
import type { RecordValue } from '../ports.ts';
import { isObject } from '../spec.ts';
import { formatFor, sendList } from './formats.ts';
import { callerOf, jsonBody, neededText } from './jsonBody.ts';
import { flow, type Parameter, pageOfValues, paging, type Values } from './parameters.ts';
import { problemOf } from './problem.ts';
import type { Context, Route } from './Route.ts';

const textFilter = (name: string, about: string): Parameter => ({
  ...{ name, about, schema: { type: 'string', minLength: 1, maxLength: 256 } },
  problem: (value) =>
    value.length >= 1 && value.length <= 256 ? undefined : 'is not 1 to 256 characters',
});

const moment = (name: string, about: string): Parameter => ({
  ...{ name, about, schema: { type: 'string', format: 'date-time' } },
  problem: (value) =>
    /^\d{4}-\d\d-\d\d(T.*)?$/.test(value) && !Number.isNaN(Date.parse(value))
      ? undefined
      : 'is no day and no moment',
});

const states = [...caseStates, 'waiting'];
const filters: readonly Parameter[] = [
  textFilter('code', 'Only what has this fault.'),
  textFilter('find', 'Only where this value stands in it: a business key, an order, a SKU.'),
  moment('since', 'Only from then on.'),
  moment('until', 'Only before.'),
  {
    name: 'state',
    about: 'Only in this state; waiting: open, assigned or on its way.',
    schema: { type: 'string', enum: states },
    problem: (value) => (states.includes(value) ? undefined : `is not ${states.join(', ')}`),
  },
];
const ofParked = [
  flow,
  textFilter('field', 'Only where this field is at fault.'),
  textFilter('name', 'Only of this file or path.'),
  ...filters,
];

/** What the values of a request ask for. */
function queryOf({ after, limit, format, flow: of, ...rest }: Values, flowName: 'flow' | 'to') {
  const query: Values = { ...rest, ...(of === undefined ? {} : { [flowName]: of }) };
  for (const name of ['since', 'until'] as const) {
    const at = query[name];
    if (at !== undefined) query[name] = new Date(at).toISOString();
  }
  return query as object;
}

export const deskRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/parked',
    summary: 'Records that a person must correct.',
    answer: 'ParkedList',
    query: [...ofParked, ...paging],
    statuses: [406],
    handle: async ({ hub, writers }, request, response, values) => {
      const format = formatFor(request, values);
      const { rows, ...rest } = await hub.desk.parked.page(
        queryOf(values, 'flow'),
        pageOfValues(values),
      );
      const page = { ...rest, rows: rows.map(parkedRow) };
      sendList(request, response, format, writers, { page });
    },
  },
  {
    method: 'get',
    path: '/v1/parked/groups',
    summary: 'What waits for a person, by its causes.',
    answer: 'ParkedGroups',
    query: [...ofParked, ...paging.filter(({ name }) => name === 'format')],
    statuses: [406],
    handle: async ({ hub, writers }, request, response, values) => {
      const format = formatFor(request, values);
      const groups = await hub.desk.parked.groups(queryOf(values, 'flow'));
      const rows = groups.map((one): RecordValue => ({ ...one, count: String(one.count) }));
      sendList(request, response, format, writers, { page: { rows } });
    },
  },
  {
    method: 'get',
    path: '/v1/parked/:id',
    summary: 'One parked record: what is wrong with it, what it was, and what was done about it.',
    answer: 'ParkedRecord',
    statuses: [404],
    handle: async ({ hub }, request, response) => {
      sendParked(response, await hub.desk.parked.entry(idOf(request)));
    },
  },
  work(
    'parked',
    'correct',
    'Corrects it: `set` has fields by their paths, `unset` those that are to go, `value` the whole record.',
    async ({ hub }, id, body) => hub.desk.parked.correct(id, callerOf(body), editsOf(body)),
  ),
  work('parked', 'dismiss', 'Ticks it off, with a `reason`.', ({ hub }, id, body) =>
    hub.desk.parked.dismiss(id, callerOf(body), neededText(body, 'reason')),
  ),
  work('parked', 'assign', 'Assigns it `to` somebody.', ({ hub }, id, body) =>
    hub.desk.parked.assign(id, callerOf(body), neededText(body, 'to')),
  ),
  work('parked', 'reopen', 'Opens it again.', ({ hub }, id, body) =>
    hub.desk.parked.reopen(id, callerOf(body)),
  ),
  {
    ...{ method: 'post', path: '/v1/parked/:id/rehearse', answer: 'Rehearsed', success: 200 },
    summary: 'What a replay would book, stock and value; nothing is written.',
    statuses: [404, 409],
    handle: async ({ hub }, request, response) => {
      const { receipt, outcome, stock, values } = await hub.desk.rehearse(idOf(request));
      const { booked, exists, parked } = outcome;
      response.json({ booked, exists, parked, faults: receipt.faults, stock, values });
    },
  },
  {
    ...{ method: 'post', path: '/v1/parked/:id/replay', answer: 'Accepted' },
    summary: 'Sends it again, as it was corrected; answers when all that came of it is durable.',
    statuses: [404, 409],
    handle: async ({ hub, runtime, recent }, request, response) => {
      const body = await jsonBody(request);
      const { record } = await hub.desk.parked.entry(idOf(request));
      const receipt = await hub.desk.replay.replay(record, callerOf(body));
      recent.add(receipt, runtime.now());
      const { origin, records, messages, parked, faults } = receipt;
      response.status(202).location(`/v1/messages/${origin.intakeId}`);
      response.json({ ...origin, records, messages, parked, faults });
    },
  },
  {
    method: 'get',
    path: '/v1/dead',
    summary: 'What could not be delivered, and is tried no more.',
    answer: 'DeadList',
    query: [flow, ...filters, ...paging],
    statuses: [406],
    handle: async ({ hub, writers }, request, response, values) => {
      const format = formatFor(request, values);
      const { rows, ...rest } = await hub.desk.dead.page(
        queryOf(values, 'to'),
        pageOfValues(values),
      );
      const page = { ...rest, rows: rows.map(deadRow) };
      sendList(request, response, format, writers, { page });
    },
  },
  {
    method: 'get',
    path: '/v1/dead/:id',
    summary:
      'One dead letter: for whom it was, why it died, what is in it, and what was done about it.',
    answer: 'DeadLetter',
    statuses: [404],
    handle: async ({ hub }, request, response) => {
      const entry = await hub.desk.dead.entry(idOf(request));
      const { queue, body } = entry.letter;
      const done = { log: entry.case.log };
      response.json({ ...deadRow(entry), queue, content: thingsIn(queue, body), ...done });
    },
  },
  work('dead', 'replay', 'Sends it again, to that subscriber alone.', ({ hub }, id, body) =>
    hub.desk.dead.replay(id, callerOf(body)),
  ),
  work('dead', 'dismiss', 'Ticks it off, with a `reason`.', ({ hub }, id, body) =>
    hub.desk.dead.dismiss(id, callerOf(body), neededText(body, 'reason')),
  ),
  work('dead', 'assign', 'Assigns it `to` somebody.', ({ hub }, id, body) =>
    hub.desk.dead.assign(id, callerOf(body), neededText(body, 'to')),
  ),
];

type Work = (context: Context, id: string, body: Record<string, unknown>) => Promise<Case>;

/** Answers with the case as it is then. */
function work(of: 'parked' | 'dead', name: string, summary: string, does: Work): Route {
  return {
    ...{ method: 'post', path: `/v1/${of}/:id/${name}`, summary, answer: 'Case', success: 200 },
    statuses: [404, 409, 422],
    handle: async (context, request, response) => {
      const { content: _, ...shown } = await does(context, idOf(request), await jsonBody(request));
      response.json(shown);
    },
  };
}

const idOf = (request: Request): string => String(request.params.id);

function editsOf({ set = {}, unset = [], value }: Record<string, unknown>): Edits {
  const isFit =
    isObject(set) &&
    Object.values(set).every((one) => typeof one === 'string') &&
    Array.isArray(unset) &&
    unset.every((one) => typeof one === 'string');
  if (!isFit) {
    const message = '`set` is an object of texts, `unset` a list of them';
    throw new StockbusError('HTTP_BAD_REQUEST', message);
  }
  const fields = Object.entries(set as Record<string, string>);
  const gone = (unset as string[]).map((path): [string, undefined] => [path, undefined]);
  return { set: [...fields, ...gone], ...(value === undefined ? {} : { value }) };
}

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
