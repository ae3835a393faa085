/** One address of the API, as the table of routes and the OpenAPI document see it. */
import type { Request, Response } from 'express';
import type { ReloadReport } from '../deployment/ReloadReport.ts';
import type { Hub } from '../hub.ts';
import type { Runtime } from '../runtime.ts';
import type { HubStatus } from '../status/HubStatus.ts';
import type { Admission } from './Admission.ts';
import type { Caller } from './auth/Caller.ts';
import type { Callers } from './auth/Callers.ts';
import type { RouteScope } from './auth/scopes.ts';
import type { Writers } from './formats.ts';
import { type Parameter, readParameters, type Values } from './parameters.ts';
import type { RecentReceipts } from './recentReceipts.ts';

export interface ApiParts {
  hub: Hub;
  runtime: Runtime;
  writers: Writers;
  metricsText: () => Promise<string>;
  status: () => Promise<HubStatus>;
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

export interface Route {
  method: Method;
  /** As express writes paths: `/v1/stock/:sku`. */
  path: string;
  summary: string;
  /** What the caller needs. */
  scope: RouteScope;
  /** Name of its answer among the schemas of the OpenAPI document, or the type of a plain text. */
  answer: string;
  query?: readonly Parameter[];
  /** Status of its answer, where that is not 202 of what is posted, and 200 of all else. */
  success?: number;
  /** Statuses beside 200 or 202, 400 and those that every route can have. */
  statuses?: readonly number[];
  /** How the process does: what one without the role api answers, too. */
  isOfHealth?: true;
  handle(context: Context, request: Request, response: Response, values: Values): Promise<void>;
}

export const readValues = (route: Route, request: Request): Values =>
  readParameters(request.originalUrl, route.query ?? []);
