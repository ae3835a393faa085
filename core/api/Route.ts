/** One address of the API, as the table of routes and the OpenAPI document see it. */
import type { Request, Response } from 'express';
import type { ReloadReport } from '../deployment/ReloadReport.ts';
import type { Code } from '../errors.ts';
import type { ConfigSetting } from '../flow/configSettings.ts';
import type { Hub } from '../hub.ts';
import type { Runtime } from '../runtime.ts';
import type { HubStatus } from '../status/HubStatus.ts';
import type { Admission } from './Admission.ts';
import type { Caller } from './auth/Caller.ts';
import type { Callers } from './auth/Callers.ts';
import type { RouteRows } from './auth/refuseRows.ts';
import type { RouteScope } from './auth/scopes.ts';
import type { CachedReads } from './cache/CachedReads.ts';
import type { LiveEvents } from './events/LiveEvents.ts';
import type { Writers } from './formats.ts';
import type { Body } from './jsonBody.ts';
import type { NamedSchema } from './NamedSchema.ts';
import { type Parameter, readParameters, type Values } from './parameters.ts';
import type { Charge } from './rateLimiter.ts';
import type { RecentReceipts } from './recentReceipts.ts';

export interface ApiParts {
  hub: Hub;
  runtime: Runtime;
  writers: Writers;
  metricsText: () => Promise<string>;
  status: () => Promise<HubStatus>;
  /** What it runs by, value by value. */
  settings: () => readonly ConfigSetting[];
  /** Of Stockbus. */
  version: string;
  /** Reads the folder anew, for whoever says so. */
  reload: (by: string) => Promise<ReloadReport>;
}

/** What all requests share. */
export interface SharedContext extends ApiParts {
  recent: RecentReceipts;
  admission: Admission;
  /** For what is read before it is known who sends it: it keeps nobody else waiting. */
  strangers: Admission;
  /** Who sends which request; keys and sessions are looked up there. */
  callers: Callers;
  /** What a request takes of its caller's budget beside itself. */
  charge: Charge;
  /** Events as they happen. */
  live: LiveEvents;
  /** Undefined where nothing is kept. */
  reads: CachedReads | undefined;
  /** A token is asked for. */
  secured: boolean;
  /** Whether the request may see more than the open routes show to everybody. */
  trusted: (request: Request) => boolean;
}

/** What one request is handled with. */
export interface Context extends SharedContext {
  caller: Caller;
}

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** A body that is handed on as it comes: no JSON of it is read before the route does. */
export interface RawBody {
  about: string;
  /** Media types; any where the flow says which. */
  types: readonly string[];
  /** What is in it, for the document alone: who takes it in checks it. */
  schema?: NamedSchema;
}

/** One call that a test makes, and which the documents show with its answer. */
export interface RouteExample {
  /** In place of the parameters of the path. */
  params?: Readonly<Record<string, string>>;
  query?: Readonly<Record<string, string>>;
  body?: unknown;
}

export interface HeaderSpec {
  about: string;
  /** Of the values that it may have. */
  pattern: string;
}

export interface Route {
  method: Method;
  /** As express writes paths: `/v1/stock/:sku`. */
  path: string;
  summary: string;
  /** What the caller needs. */
  scope: RouteScope;
  /** Left out: whoever is limited to some locations or item groups is refused. */
  rows?: RouteRows;
  /** What it answers with: JSON of that schema, or the media type of a plain text. */
  answer: NamedSchema | `${string}/${string}`;
  /** What the parts of the path are, by their names. */
  params?: Readonly<Record<string, string>>;
  query?: readonly Parameter[];
  /** The query is the affair of another system, and read by the route alone. */
  anyQuery?: true;
  /** Checked before `handle` is called. */
  body?: NamedSchema | RawBody;
  /** It may have so many; left out: as many as a document. */
  bodyBytes?: number;
  /** By which a body of another form is refused; left out: HTTP_BAD_REQUEST. */
  bodyCode?: 'MESSAGE_INVALID';
  /** What it answers with 200 may be given again, to whoever may see the same, as `http.cache` allows. */
  cached?: true;
  /** Headers of the request that it minds, by their names. */
  headers?: Readonly<Record<string, string | HeaderSpec>>;
  /** Status of its answer, where that is not 202 of what is posted, and 200 of all else. */
  success?: number;
  /** Others that the same answer may have. */
  successes?: readonly number[];
  /** Codes of its refusals beside those that every route has; a number: any code of that status. */
  errors?: readonly (Code | number)[];
  example?: RouteExample;
  /** How the process does: what one without the role api answers, too. */
  isOfHealth?: true;
  /** `body`: what was said in JSON; empty where the route takes none. */
  handle(
    context: Context,
    request: Request,
    response: Response,
    values: Values,
    body: Body,
  ): Promise<void>;
}

/** Routes of one subject, as documents show them together. */
export interface Subject {
  name: string;
  about: string;
  routes: readonly Route[];
}

export const readValues = (route: Route, request: Request): Values =>
  route.anyQuery ? {} : readParameters(request.originalUrl, route.query ?? []);
