/** What people do about what is parked and dead: about one, or about all that a filter finds. */

import type { Response } from 'express';
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { Case } from '../../parked/Cases.ts';
import type { Edits } from '../../parked/correction.ts';
import { overAll, type WorkPace } from '../../parked/overAll.ts';
import { actedBy } from '../auth/actedBy.ts';
import type { ApiScope } from '../auth/scopes.ts';
import type { Body } from '../jsonBody.ts';
import { NamedSchema } from '../NamedSchema.ts';
import type { Parameter, Values } from '../parameters.ts';
import { problemOf } from '../problem.ts';
import type { Context, Route } from '../Route.ts';
import { shape } from '../shape.ts';
import { askedOfDead, askedOfParked, ofDead, ofParked } from './deskFilters.ts';
import { caseSchema, workedSchema } from './deskSchemas.ts';
import { actorName, reasonedSchema, said, saidSchema } from './saidBodies.ts';

type Work = (context: Context, id: string) => Promise<Case | undefined>;

interface Verb {
  name: string;
  about: string;
  /** In which state they are, where the filter names none. */
  state?: string;
  /** What a caller says. */
  body: NamedSchema;
  asSaid(body: Body, by: string): Work;
}

const assignSchema = new NamedSchema(
  'Assigned',
  shape.body({ to: said('Who is to look at it.') }, { by: actorName }),
);

const correctSchema = new NamedSchema(
  'Correction',
  shape.body(
    {},
    {
      set: shape.map({ type: 'string' }, 'New texts of fields, by their paths.'),
      unset: shape.list({ type: 'string' }, 'Paths of fields that are to go.'),
      value: { description: 'In place of the whole record; of several rows, a list of them.' },
      by: actorName,
    },
  ),
);

const dismiss = (of: 'parked' | 'dead'): Verb => ({
  name: 'dismiss',
  about: 'Ticked off, with a `reason`.',
  body: reasonedSchema,
  asSaid(body, by) {
    const reason = String(body.reason);
    return ({ hub }, id) => hub.desk[of].dismiss(id, by, reason);
  },
});

const assign = (of: 'parked' | 'dead'): Verb => ({
  name: 'assign',
  about: 'Assigned `to` somebody.',
  body: assignSchema,
  asSaid(body, by) {
    const to = String(body.to);
    return ({ hub }, id) => hub.desk[of].assign(id, by, to);
  },
});

const onParked: readonly Verb[] = [
  {
    name: 'correct',
    about:
      'Corrected: `set` has fields by their paths, `unset` those that are to go, `value` the whole record.',
    body: correctSchema,
    asSaid(body, by) {
      const edits = editsOf(body);
      return ({ hub }, id) => hub.desk.parked.correct(id, by, edits);
    },
  },
  dismiss('parked'),
  assign('parked'),
  {
    name: 'reopen',
    about: 'Opened again.',
    body: saidSchema,
    state: 'dismissed',
    asSaid:
      (_body, by) =>
      ({ hub }, id) =>
        hub.desk.parked.reopen(id, by),
  },
];

/** One of them answers as a payload does (deskRoutes). */
const replayParked: Verb = {
  name: 'replay',
  about: 'Sent again, as it was corrected.',
  body: saidSchema,
  asSaid(_body, by) {
    return async ({ hub, recent, runtime }, id) => {
      const { record } = await hub.desk.parked.entry(id);
      recent.add(await hub.desk.replay.replay(record, by), runtime.now());
      return undefined;
    };
  },
};

const onDead: readonly Verb[] = [
  {
    name: 'replay',
    about: 'Sent again, to that subscriber alone.',
    body: saidSchema,
    asSaid:
      (_body, by) =>
      ({ hub }, id) =>
        hub.desk.dead.replay(id, by),
  },
  dismiss('dead'),
  assign('dead'),
];

const scopeOf = (verb: string): ApiScope =>
  verb === 'replay' ? 'parked:replay' : 'parked:correct';

/** Answers with the case as it is then. */
const workOnOne = (of: 'parked' | 'dead', { name, about, body, asSaid }: Verb): Route => ({
  ...{ method: 'post', path: `/v1/${of}/:id/${name}`, summary: about, answer: caseSchema },
  scope: scopeOf(name),
  success: 200,
  params: { id: 'Its id.' },
  body,
  errors: [404, 409, 422],
  handle: async (context, request, response, _values, said) => {
    const does = asSaid(said, actedBy(context.caller, said));
    response.json(caseFacts((await does(context, String(request.params.id)))!));
  },
});

const caseFacts = ({ id, of, state, since, assignee, intakeId, log }: Case): object => ({
  ...{ id, of, state, since, assignee, intakeId, log },
});

const whole = (name: 'rate' | 'most', about: string, more: object): Parameter => ({
  ...{ name, about, schema: { type: 'integer', minimum: 1, ...more } },
  problem: (value) =>
    /^[1-9]\d{0,6}$/.test(value) ? undefined : 'is not a whole number above zero',
});

const pacing: readonly Parameter[] = [
  whole('rate', 'So many a minute. Left out: one after another, at once.', {}),
  whole('most', 'No more than so many; the others are left for the next call.', {
    maximum: limits.workAtOnce,
    default: limits.workAtOnce,
  }),
  {
    name: 'all',
    about: 'All that wait, without any other filter.',
    schema: { const: 'true' },
    problem: (value) => (value === 'true' ? undefined : 'is not true'),
  },
];

/** Nothing of it is kept: whoever asks goes away, and the others are left; asked again it goes on with those. */
const workOnAll = (
  of: 'parked' | 'dead',
  { name, about, body, state = 'waiting', asSaid }: Verb,
): Route => ({
  ...{ method: 'post', path: `/v1/${of}/${name}`, answer: workedSchema, success: 200 },
  scope: scopeOf(name),
  summary: `All that the filter finds. ${about}`,
  query: [...(of === 'parked' ? ofParked : ofDead), ...pacing],
  body,
  errors: [422],
  handle: async (context, _request, response, said, words) => {
    const pace = paceOf(said);
    requireFilter(said);
    const does = asSaid(words, actedBy(context.caller, words));
    const values = { state, ...said };
    const { parked, dead } = context.hub.desk;
    const ids = of === 'parked' ? parked.ids(askedOfParked(values)) : dead.ids(askedOfDead(values));
    const onOne = (id: string): Promise<unknown> => does(context, id);
    const { fault, ...tally } = await overAll(
      ids,
      onOne,
      pace,
      context.runtime,
      goneWith(response),
    );
    response.json({ ...tally, ...(fault ? { fault: problemOf(fault) } : {}) });
  },
});

function goneWith(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}

/** Throws HTTP_BAD_REQUEST for what would take longer than a caller waits. */
function paceOf({ rate, most = String(limits.workAtOnce) }: Values): WorkPace & { most: number } {
  const pace = { most: Number(most), ...(rate === undefined ? {} : { rate: Number(rate) }) };
  const takesMs = pace.rate === undefined ? 0 : ((pace.most - 1) * 60_000) / pace.rate;
  if (pace.most > limits.workAtOnce) throw refused('most', `is more than ${limits.workAtOnce}`);
  if (takesMs <= limits.workMs) return pace;
  const atOnce = Math.floor((limits.workMs / 60_000) * pace.rate!);
  throw refused('most', `of so many that rate takes too long: at most ${atOnce}, again and again`);
}

/** So that nobody works on all that there is by leaving something out. */
function requireFilter({ rate: _, most: __, state: ___, ...filters }: Values): void {
  if (Object.keys(filters).length === 0) throw refused('all', 'or a filter is missing');
}

const refused = (field: string, message: string): StockbusError =>
  new StockbusError('HTTP_BAD_REQUEST', `'${field}' ${message}`, { field });

function editsOf({ set = {}, unset = [], value }: Body): Edits {
  const fields = Object.entries(set as Record<string, string>);
  const gone = (unset as string[]).map((path): [string, undefined] => [path, undefined]);
  return { set: [...fields, ...gone], ...(value === undefined ? {} : { value }) };
}

export const deskWorkRoutes: readonly Route[] = [
  ...[...onParked, replayParked].map((verb) => workOnAll('parked', verb)),
  ...onDead.map((verb) => workOnAll('dead', verb)),
  ...onParked.map((verb) => workOnOne('parked', verb)),
  ...onDead.map((verb) => workOnOne('dead', verb)),
];
