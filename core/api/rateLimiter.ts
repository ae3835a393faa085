/** How many requests a minute: each key, user and token has a budget, and so has each address without one. */
import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, MemoryStore, type RateLimitInfo, rateLimit } from 'express-rate-limit';
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Identified } from './auth/Callers.ts';

export interface RateBounds {
  requestsPerMinute?: number;
  strangerRequestsPerMinute?: number;
}

/**
 * Whoever is let in never pays for strangers, guesses and pages, which share the smaller budget of their
 * address. /healthz is free: it answers from nothing, and whoever restarts hubs must always hear it.
 */
export function rateLimiter(
  told: Look,
  bounds: RateBounds,
): { handler: RequestHandler; charge: Charge } {
  const used = new MemoryStore();
  const ofCallers = callerLimiter(told, bounds, used);
  const ofSenders = senderLimiter(bounds);
  const handler: RequestHandler = (request, response, next) =>
    (request.path.startsWith(SIGNED) ? ofSenders : ofCallers)(request, response, next);
  return { handler, charge: chargeOf(told, used) };
}

/** For a request that is worth several: it was counted as one when it came. */
export interface Charge {
  /** Throws HTTP_TOO_MANY where the budget has not so many, this one among them. */
  check(request: Request, requests: number): Promise<void>;
  take(request: Request, more: number): Promise<void>;
}

const chargeOf = (told: Look, used: MemoryStore): Charge => ({
  async check(request, requests) {
    const { limit, remaining } = (request as Request & { rateLimit: RateLimitInfo }).rateLimit;
    if (requests <= remaining + 1) return;
    const message = `it is worth ${requests} requests, and ${remaining + 1} of ${limit} a minute are left`;
    throw new StockbusError('HTTP_TOO_MANY', message);
  },
  async take(request, more) {
    const who = whoOf(request, told(request));
    for (let taken = 0; taken < more; taken += 1) await used.increment(who);
  },
});

type Look = (request: Request) => Identified;

/** Where deliveries come in that are signed: whether one is, is known when all of it has come. */
const SIGNED = '/v1/webhooks/';

/** Deliveries that are not let in share the smaller budget of their address; those that are cost nothing of it. */
function senderLimiter(bounds: RateBounds): RequestHandler {
  const most = bounds.strangerRequestsPerMinute ?? limits.strangerRequestsPerMinute;
  return rateLimit({
    windowMs: 60_000,
    limit: most,
    keyGenerator: ({ ip }) => `sender ${ipKeyGenerator(ip ?? '')}`,
    requestWasSuccessful: (_request, { statusCode }) => statusCode !== 401 && statusCode !== 404,
    skipSuccessfulRequests: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    validate: false,
    handler: () => {
      throw new StockbusError('HTTP_TOO_MANY', `more than ${most} refused deliveries a minute`);
    },
  });
}

function callerLimiter(look: Look, bounds: RateBounds, store: MemoryStore): RequestHandler {
  const known = bounds.requestsPerMinute ?? limits.requestsPerMinute;
  const strange = bounds.strangerRequestsPerMinute ?? limits.strangerRequestsPerMinute;
  const mostOf = (request: Request): number => {
    const told = look(request);
    return 'caller' in told ? (told.caller.requestsPerMinute ?? known) : strange;
  };
  return rateLimit({
    windowMs: 60_000,
    store,
    limit: mostOf,
    keyGenerator: (request) => whoOf(request, look(request)),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // It would tell of proxies in the log, in a form of its own; http.trustProxy is how they are declared.
    validate: false,
    skip: ({ path }) => path === '/healthz',
    handler: (request) => {
      throw new StockbusError('HTTP_TOO_MANY', `more than ${mostOf(request)} requests a minute`);
    },
  });
}

/** Whose budget it is: a name has one wherever it calls from. */
function whoOf({ ip }: Request, told: Identified): string {
  const address = ipKeyGenerator(ip ?? '');
  if (!('caller' in told)) return `stranger ${address}`;
  const { actor } = told.caller;
  return actor === 'local' ? `local ${address}` : actor;
}
