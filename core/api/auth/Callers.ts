/** Tells who sends each request: by the token, a key, or a session; without any, programs of this machine. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { StockbusError } from '../../errors.ts';
import type { OidcConfig } from '../../flow/hubConfig.ts';
import type { Runtime } from '../../runtime.ts';
import { isFromPage, loopbackProblem, pageProblem } from '../access.ts';
import { accessLimits } from './accessLimits.ts';
import { type Caller, localCaller, tokenCaller } from './Caller.ts';
import { ConsoleLogin } from './ConsoleLogin.ts';
import { Cookies } from './Cookies.ts';
import { checkScopes, claimsOf } from './claimsOf.ts';
import { KeyRing } from './KeyRing.ts';
import { LoginThrottle } from './LoginThrottle.ts';
import { OidcProvider } from './OidcProvider.ts';
import { isCsrf, type SessionStore, Sessions } from './Sessions.ts';
import { grantedBy } from './scopes.ts';
import { USER, type User, Users } from './Users.ts';

export const SESSION_COOKIE = 'stockbus';
export const CSRF_HEADER = 'x-csrf-token';

export interface CallersParts {
  store: () => SessionStore;
  runtime: Runtime;
  token: string | undefined;
  oidc?: OidcConfig | undefined;
  /** Where browsers find the hub. */
  origin?: string | undefined;
}

/** Who sends a request, or what keeps it out. */
export type Identified = { caller: Caller } | { problem: unknown };

export class Callers {
  readonly keys: KeyRing;
  readonly sessions: Sessions;
  readonly cookies: Cookies;
  /** Undefined where people do not sign in at a provider. */
  readonly login: ConsoleLogin | undefined;
  readonly #provider: OidcProvider | undefined;
  readonly #parts: CallersParts;
  readonly #token: Buffer | undefined;
  readonly #throttle: LoginThrottle;
  readonly #told = new WeakMap<Request, Identified>();
  #anyUser: { readAt: number; is: boolean } | undefined;

  constructor(parts: CallersParts) {
    this.#parts = parts;
    this.cookies = new Cookies(parts.origin);
    this.#token = parts.token ? digest(parts.token) : undefined;
    const { oidc, origin } = parts;
    if (oidc) {
      checkScopes(oidc);
      this.#provider = new OidcProvider(oidc, parts.runtime);
      if (oidc.clientId) this.login = new ConsoleLogin(this.#provider, oidc.clientId, origin);
    }
    this.#throttle = new LoginThrottle(parts.runtime);
    this.keys = new KeyRing(parts.store, parts.runtime);
    this.sessions = new Sessions(parts.store, parts.runtime);
  }

  /** Throws SIGN_IN_FAILED, SIGN_IN_ELSEWHERE, HTTP_TOO_MANY, HUB_BUSY. */
  async userOf(name: string, password: string, address: string): Promise<User> {
    if (this.#provider)
      throw new StockbusError('SIGN_IN_ELSEWHERE', 'people sign in at their provider');
    const users = new Users(this.#parts.store(), this.#parts.runtime);
    const look = () => users.withPassword(name, password);
    const user = await this.#throttle.attempt(name, address, look);
    if (user) return user;
    const { log, metrics } = this.#parts.runtime;
    // Never whether there is such a user: the log is read by more people than may know it.
    log('warn', 'http.sign_in_failed', {
      address,
      name: name.slice(0, accessLimits.nameCharacters),
    });
    metrics.count('stockbus_sign_ins_failed_total');
    throw new StockbusError('SIGN_IN_FAILED', 'the name or the password is wrong');
  }

  /** How people do it here. */
  async signInBy(): Promise<'password' | 'provider' | 'none'> {
    if (this.#provider) return this.login ? 'provider' : 'none';
    return this.#token || (await this.#hasUsers()) ? 'password' : 'none';
  }

  /** Once for each request, before all else; it throws nothing. */
  async look(request: Request): Promise<void> {
    const told = await this.#callerOf(request).then(
      (caller) => ({ caller }),
      (problem: unknown) => ({ problem }),
    );
    this.#told.set(request, told);
  }

  /** Of a request that was looked at. */
  of(request: Request): Identified {
    const told = this.#told.get(request);
    if (told) return told;
    return { problem: new StockbusError('INTERNAL', 'nobody looked who sends the request') };
  }

  async #callerOf(request: Request): Promise<Caller> {
    const page = pageProblem(request, this.#parts.origin);
    if (page) throw page;
    const { authorization } = request.headers;
    const given = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (given?.startsWith('sb_')) return this.#ofKey(given);
    if (given !== undefined && this.#token && timingSafeEqual(digest(given), this.#token))
      return tokenCaller;
    if (given !== undefined && this.#provider && isJwt(given)) return this.#ofToken(given);
    const session = this.cookies.read(request, SESSION_COOKIE);
    if (authorization === undefined && session !== undefined) {
      const caller = await this.sessions.callerOf(session);
      if (caller) return withCsrf(request, session, caller);
    }
    if (this.#token || this.#provider) throw unauthorized(tokenProblem(authorization, given));
    return this.#local(request);
  }

  async #ofKey(given: string): Promise<Caller> {
    const caller = await this.keys.callerOf(given);
    if (caller) return caller;
    throw unauthorized('the key is wrong, has expired, or was revoked');
  }

  async #ofToken(given: string): Promise<Caller> {
    const { config } = this.#provider!;
    const claims = await this.#provider!.verify(given, config.audience);
    const { name, scopes } = claimsOf(claims, config);
    return { actor: `user:${name}`, scopes: grantedBy(scopes), source: 'api' };
  }

  async #local(request: Request): Promise<Caller> {
    const problem = loopbackProblem(request);
    if (problem) throw problem;
    if (isFromPage(request) && (await this.#hasUsers()))
      throw unauthorized('nobody is signed in, and the hub has users');
    return localCaller;
  }

  async #hasUsers(): Promise<boolean> {
    const now = this.#parts.runtime.monotonic();
    if (this.#anyUser && now - this.#anyUser.readAt < accessLimits.accessKeptMs)
      return this.#anyUser.is;
    const { rows } = await this.#parts.store().controlRows({ kind: USER }, { limit: 1 });
    this.#anyUser = { readAt: now, is: rows.length > 0 };
    return this.#anyUser.is;
  }
}

const isJwt = (given: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(given);

/** Digests have one length, so that the comparison tells nothing about the token's. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const unauthorized = (message: string): StockbusError =>
  new StockbusError('HTTP_UNAUTHORIZED', message);

/** What only looks needs none: no other page sees the answer. */
function withCsrf(request: Request, session: string, caller: Caller): Caller {
  const looks = ['GET', 'HEAD'].includes(request.method);
  if (looks || isCsrf(session, request.get(CSRF_HEADER))) return caller;
  throw new StockbusError('HTTP_CSRF', `the request has no ${CSRF_HEADER} of its session`);
}

/** What the header lacks; never what stands in it. */
function tokenProblem(header: string | undefined, given: string | undefined): string {
  if (given !== undefined) return 'the token is wrong';
  if (header === undefined) return 'the request has no Authorization header';
  return "the Authorization header does not say 'Bearer' and one token behind it";
}
