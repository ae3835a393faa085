/** How many requests a minute: each token has a budget, and so has each address without one. */
import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Guard } from './access.ts';

export interface RateBounds {
  requestsPerMinute?: number;
  strangerRequestsPerMinute?: number;
}

/**
 * Whoever is let in never pays for strangers, guesses and pages, which share the smaller budget of their
 * address. /healthz is free: it answers from nothing, and whoever restarts hubs must always hear it.
 */
export function rateLimiter(guard: Guard, bounds: RateBounds): RequestHandler {
  const ofCallers = callerLimiter(guard, bounds);
  const ofSenders = senderLimiter(bounds);
  return (request, response, next) =>
    (request.path.startsWith(SIGNED) ? ofSenders : ofCallers)(request, response, next);
}

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

function callerLimiter(guard: Guard, bounds: RateBounds): RequestHandler {
  const known = bounds.requestsPerMinute ?? limits.requestsPerMinute;
  const strange = bounds.strangerRequestsPerMinute ?? limits.strangerRequestsPerMinute;
  return rateLimit({
    windowMs: 60_000,
    limit: (request) => (guard(request) ? strange : known),
    keyGenerator: (request) => {
      if (guard(request) === undefined && request.headers.authorization) return 'token';
      const who = guard(request) ? 'stranger' : 'local';
      return `${who} ${ipKeyGenerator(request.ip ?? '')}`;
    },
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // It would tell of proxies in the log, in a form of its own; http.trustProxy is how they are declared.
    validate: false,
    skip: ({ path }) => path === '/healthz',
    handler: (request) => {
      const most = guard(request) ? strange : known;
      throw new StockbusError('HTTP_TOO_MANY', `more than ${most} requests a minute`);
    },
  });
}
