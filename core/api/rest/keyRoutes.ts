/** Keys of programs, over the API: as `stockbus keys` has them. */
import type { Response } from 'express';
import type { ApiKey } from '../auth/ApiKey.ts';
import { accessLimits } from '../auth/accessLimits.ts';
import { KeyDesk } from '../auth/KeyDesk.ts';
import { keyWishOf, overlapOf, type SaidOfKey } from '../auth/keyWishOf.ts';
import { refuseEscalation, withinCaller } from '../auth/refuseEscalation.ts';
import { scopeNames } from '../auth/scopes.ts';
import { NamedSchema } from '../NamedSchema.ts';
import type { Context, Route } from '../Route.ts';
import { shape } from '../shape.ts';

const rowFilter = shape.object(
  {},
  {
    locations: shape.list(shape.text(), 'It sees and writes only these.'),
    itemGroups: shape.list(shape.text(), 'It sees and writes only items of these.'),
  },
);

const needed = {
  ...shape.texts('id name'),
  state: shape.choice(['active', 'expired', 'revoked']),
  scopes: shape.list(shape.choice(scopeNames)),
  source: shape.text('The source of commands that are sent with it.'),
  createdAt: shape.text(),
  createdBy: shape.text(),
};
const optional = {
  rows: rowFilter,
  requestsPerMinute: shape.count('Left out: what every caller has.'),
  expiresAt: shape.text('From when on it opens nothing.'),
  lastUsedAt: shape.text('To the minute.'),
  overlapUntil: shape.text('Until when the secret before opens, too.'),
  revoked: shape.object(shape.texts('at by')),
};
const keySchema = new NamedSchema('Key', shape.object(needed, optional));
const keyListSchema = new NamedSchema('KeyList', shape.page(keySchema));
const madeKeySchema = new NamedSchema(
  'MadeKey',
  shape.object(
    { ...needed, key: shape.text('Shown this once: the hub keeps only its hash.') },
    optional,
  ),
);

const wishSchema = new NamedSchema(
  'KeyWish',
  shape.body(
    {
      name: shape.text('For people: whose it is.'),
      scopes: shape.list(shape.choice(scopeNames), 'What it may.'),
    },
    {
      locations: shape.list(shape.text(), 'It sees and writes only these. Left out: all.'),
      itemGroups: shape.list(shape.text(), 'And only items of these. Left out: all.'),
      source: shape.text(
        'The source of commands that are sent with it; `api` where it is left out.',
      ),
      expires: shape.text('The last day on which it opens, or an instant. Left out: it stays.'),
      requestsPerMinute: shape.count('Left out: what every caller has.'),
    },
  ),
);
const rotationSchema = new NamedSchema(
  'KeyRotation',
  shape.body(
    {},
    { overlap: shape.text('For how long the secret before opens, too, such as `48h`; `24h`.') },
  ),
);

const deskOf = ({ hub, runtime }: Context): KeyDesk => new KeyDesk(hub.store, runtime);
const params = { id: 'Its public id.' };

/** No cache between here and there keeps it. */
const sendSecret = (response: Response, status: number, made: object): void =>
  void response.status(status).setHeader('cache-control', 'no-store').json(made);

export const keyRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/keys',
    scope: 'admin',
    summary: 'Keys of programs: what each may, since when, and when it was used last.',
    answer: keyListSchema,
    handle: async (context, _request, response) => {
      response.json({ rows: await deskOf(context).list() });
    },
  },
  {
    method: 'post',
    path: '/v1/keys',
    scope: 'admin',
    summary:
      'Makes a key, and shows it this once. It may no more than the caller, lives no longer, and has no more requests a minute.',
    body: wishSchema,
    answer: madeKeySchema,
    success: 201,
    errors: ['ACCESS_UNFIT', 'KEY_CHANGED'],
    handle: async (context, _request, response, _values, body) => {
      const wish = keyWishOf(body as SaidOfKey);
      const bounded = withinCaller(context.caller, wish);
      sendSecret(response, 201, await deskOf(context).create(bounded, context.caller.actor));
    },
  },
  {
    method: 'post',
    path: '/v1/keys/:id/rotate',
    scope: 'admin',
    summary: `Another secret for a key, shown this once; the one before opens for a while more, up to ${accessLimits.keyOverlapMs / 86_400_000} days.`,
    params,
    body: rotationSchema,
    answer: madeKeySchema,
    success: 200,
    errors: ['ACCESS_UNFIT', 'KEY_UNKNOWN', 'KEY_REVOKED', 'KEY_CHANGED'],
    handle: async (context, request, response, _values, { overlap = '24h' }) => {
      const id = String(request.params.id);
      const allow = (key: ApiKey) => refuseEscalation(context.caller, key);
      const made = await deskOf(context).rotate(
        id,
        overlapOf(String(overlap)),
        context.caller.actor,
        allow,
      );
      context.callers.keys.forget(id);
      sendSecret(response, 200, made);
    },
  },
  {
    method: 'delete',
    path: '/v1/keys/:id',
    scope: 'admin',
    summary: `Revokes a key: it opens nothing any more, in other processes within ${accessLimits.accessKeptMs / 1_000} seconds.`,
    params,
    answer: keySchema,
    errors: ['KEY_UNKNOWN', 'KEY_CHANGED'],
    handle: async (context, request, response) => {
      const id = String(request.params.id);
      const revoked = await deskOf(context).revoke(id, context.caller.actor);
      context.callers.keys.forget(id);
      response.json(revoked);
    },
  },
];
