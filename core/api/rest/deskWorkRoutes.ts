/** What people do about what is parked and dead: about one, or about all that a filter finds. */

import type { Code } from '../../errors.ts';
import type { Case } from '../../parked/Cases.ts';
import { overAll } from '../../parked/overAll.ts';
import { actedBy } from '../auth/actedBy.ts';
import type { ApiScope } from '../auth/scopes.ts';
import type { Body } from '../jsonBody.ts';
import { NamedSchema } from '../NamedSchema.ts';
import { problemOf } from '../problem.ts';
import type { Context, Route } from '../Route.ts';
import { shape } from '../shape.ts';
import { correctionSchema, editsOf } from './correctionBody.ts';
import { askedOfDead, askedOfParked, ofDead, ofParked } from './deskFilters.ts';
import { caseSchema, workedSchema } from './deskSchemas.ts';
import { goneWith, pacedBy, pacing, refuseUnfiltered } from './pacing.ts';
import { actorName, reasonedSchema, said, saidSchema } from './saidBodies.ts';

type Work = (context: Context, id: string) => Promise<Case | undefined>;

interface Verb {
  name: string;
  about: string;
  /** Of its refusals, beside those of all. */
  errors?: readonly Code[];
  /** Of one of them. */
  example?: { id: string; body?: object };
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

const dismiss = (of: 'parked' | 'dead'): Verb => ({
  name: 'dismiss',
  about: 'Ticked off, with a `reason`.',
  body: reasonedSchema,
  example: { id: of === 'parked' ? 'p2' : 'd1', body: { reason: 'came twice', by: 'anna' } },
  asSaid(body, by) {
    const reason = String(body.reason);
    return ({ hub }, id) => hub.desk[of].dismiss(id, by, reason);
  },
});

const assign = (of: 'parked' | 'dead'): Verb => ({
  name: 'assign',
  about: 'Assigned `to` somebody.',
  body: assignSchema,
  ...(of === 'parked' ? { example: { id: 'p1', body: { to: 'anna' } } } : {}),
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
    body: correctionSchema,
    errors: ['CORRECTION_UNFIT'],
    example: { id: 'p1', body: { set: { Qty: '12' }, by: 'anna' } },
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
    example: { id: 'p2' },
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
    errors: ['DEAD_QUEUE_GONE', 'CASE_FOUR_EYES'],
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
const workOnOne = (
  of: 'parked' | 'dead',
  { name, about, body, example, errors = [], asSaid }: Verb,
): Route => ({
  ...{ method: 'post', path: `/v1/${of}/:id/${name}`, summary: about, answer: caseSchema },
  scope: scopeOf(name),
  success: 200,
  params: { id: 'Its id.' },
  body,
  ...(example ? { example: { params: { id: example.id }, body: example.body } } : {}),
  errors: [of === 'parked' ? 'PARKED_UNKNOWN' : 'DEAD_UNKNOWN', 'CASE_CLOSED', ...errors],
  handle: async (context, request, response, _values, said) => {
    const does = asSaid(said, actedBy(context.caller, said));
    response.json(caseFacts((await does(context, String(request.params.id)))!));
  },
});

const caseFacts = ({ id, of, state, since, assignee, intakeId, log }: Case): object => ({
  ...{ id, of, state, since, assignee, intakeId, log },
});

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
  handle: async (context, _request, response, said, words) => {
    const pace = pacedBy(said);
    refuseUnfiltered(said);
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

export const deskWorkRoutes: readonly Route[] = [
  ...[...onParked, replayParked].map((verb) => workOnAll('parked', verb)),
  ...onDead.map((verb) => workOnAll('dead', verb)),
  ...onParked.map((verb) => workOnOne('parked', verb)),
  ...onDead.map((verb) => workOnOne('dead', verb)),
];
