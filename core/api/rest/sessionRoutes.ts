/** Who is signed in at the console: by a password of the hub, or by a provider of identities. */
import type { Request, Response } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import { StockbusError } from '../../errors.ts';
import { accessLimits } from '../auth/accessLimits.ts';
import { type Caller, nobody } from '../auth/Caller.ts';
import { SESSION_COOKIE } from '../auth/Callers.ts';
import { CALLBACK_PATH, OIDC_PATH } from '../auth/ConsoleLogin.ts';
import { csrfOf } from '../auth/Sessions.ts';
import { scopeNames } from '../auth/scopes.ts';
import { NamedSchema } from '../NamedSchema.ts';
import type { Context, Route } from '../Route.ts';
import { shape } from '../shape.ts';

const sessionSchema = new NamedSchema(
  'Session',
  shape.object(
    {
      actor: shape.text('As the ledger names the caller; `nobody`: not known.'),
      scopes: shape.list(shape.choice(scopeNames), 'What he may, with what that implies.'),
      signIn: shape.choice(
        ['password', 'provider', 'none'],
        'How people sign in: POST /v1/session, GET /v1/session/oidc, or not at all.',
      ),
    },
    {
      csrf: shape.text('To be sent as X-CSRF-Token with whatever changes something.'),
      rows: shape.object(
        {},
        { locations: shape.list(shape.text()), itemGroups: shape.list(shape.text()) },
      ),
    },
  ),
);
const signInSchema = new NamedSchema(
  'SignIn',
  shape.body({
    name: { type: 'string', maxLength: accessLimits.nameCharacters },
    password: { type: 'string', maxLength: 1_000 },
  }),
);

async function sendSession(
  { callers }: Context,
  response: Response,
  { actor, scopes, rows }: Caller,
  session: string | undefined,
): Promise<void> {
  response.setHeader('cache-control', 'no-store');
  response.json({
    ...{ actor, scopes: scopeNames.filter((scope) => scopes.has(scope)) },
    signIn: await callers.signInBy(),
    ...(rows ? { rows } : {}),
    ...(session === undefined ? {} : { csrf: csrfOf(session) }),
  });
}

/** What was open in this browser ends: whoever knew its id knows nothing of the new one. */
async function openSession(
  { callers }: Context,
  request: Request,
  response: Response,
  who: Parameters<Context['callers']['sessions']['open']>[0],
): Promise<string> {
  const before = callers.cookies.read(request, SESSION_COOKIE);
  if (before !== undefined) await callers.sessions.close(before);
  const session = await callers.sessions.open(who);
  callers.cookies.set(request, response, SESSION_COOKIE, session, accessLimits.sessionMs);
  return session;
}

export const sessionRoutes: readonly Route[] = [
  {
    method: 'get',
    path: '/v1/session',
    scope: 'open',
    rows: 'none',
    summary: 'Who calls, what he may, and how people sign in.',
    answer: sessionSchema,
    handle: async (context, request, response) => {
      const { caller } = context;
      const isSession = caller.actor.startsWith('user:') && !request.headers.authorization;
      const session = isSession ? context.callers.cookies.read(request, SESSION_COOKIE) : undefined;
      await sendSession(context, response, caller, session);
    },
  },
  {
    method: 'post',
    path: '/v1/session',
    scope: 'open',
    rows: 'none',
    summary: 'Signs somebody in by his name and password; the answer sets a cookie.',
    body: signInSchema,
    bodyBytes: accessLimits.signInBytes,
    answer: sessionSchema,
    success: 200,
    errors: ['SIGN_IN_FAILED', 'SIGN_IN_ELSEWHERE', 'HUB_BUSY'],
    handle: async (context, request, response, _values, { name, password }) => {
      // Of IPv6 a network: whoever has one has more addresses than anybody counts.
      const address = ipKeyGenerator(request.ip ?? '');
      const user = await context.callers.userOf(String(name), String(password), address);
      const session = await openSession(context, request, response, user);
      const caller = (await context.callers.sessions.callerOf(session)) ?? nobody;
      await sendSession(context, response, caller, session);
    },
  },
  {
    method: 'delete',
    path: '/v1/session',
    scope: 'known',
    rows: 'none',
    summary: 'Signs out.',
    answer: sessionSchema,
    handle: async (context, request, response) => {
      const session = context.callers.cookies.read(request, SESSION_COOKIE);
      if (session !== undefined) await context.callers.sessions.close(session);
      context.callers.cookies.set(request, response, SESSION_COOKIE, undefined);
      await sendSession(context, response, nobody, undefined);
    },
  },
  {
    method: 'get',
    path: OIDC_PATH,
    scope: 'open',
    rows: 'none',
    summary: 'Leads a browser to the provider of identities.',
    answer: 'text/plain',
    success: 303,
    errors: ['SIGN_IN_ELSEWHERE', 'OIDC_UNREACHABLE'],
    handle: async (context, request, response) => {
      response.redirect(303, await loginOf(context).begin(request, response));
    },
  },
  {
    method: 'get',
    path: CALLBACK_PATH,
    scope: 'open',
    rows: 'none',
    summary:
      'To where the provider leads the browser back: signs somebody in, and goes on to the console.',
    answer: 'text/plain',
    anyQuery: true,
    success: 303,
    errors: ['SIGN_IN_FAILED', 'SIGN_IN_ELSEWHERE', 'OIDC_UNREACHABLE'],
    handle: async (context, request, response) => {
      const who = await loginOf(context).end(request, response);
      await openSession(context, request, response, who);
      response.redirect(303, '/console');
    },
  },
];

function loginOf({ callers }: Context): NonNullable<Context['callers']['login']> {
  if (callers.login) return callers.login;
  throw new StockbusError('SIGN_IN_ELSEWHERE', 'no provider of identities is configured');
}
