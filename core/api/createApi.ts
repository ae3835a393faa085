/** The HTTP interface: an express app over the table of routes, and the server around it. */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Code } from '../errors.ts';
import { isStockbusError, StockbusError } from '../errors.ts';
import type { OidcConfig } from '../flow/hubConfig.ts';
import { limits } from '../limits.ts';
import type { Time } from '../runtime.ts';
import { Admission } from './Admission.ts';
import { assertSafeListen, pageProblem } from './access.ts';
import { type Caller, nobody, requireScope } from './auth/Caller.ts';
import { Callers } from './auth/Callers.ts';
import { refuseRows } from './auth/refuseRows.ts';
import { Connections } from './Connections.ts';
import { CachedReads } from './cache/CachedReads.ts';
import type { CacheBounds } from './cache/ReadCache.ts';
import { serveConsole } from './console/serveConsole.ts';
import { LiveEvents } from './events/LiveEvents.ts';
import { jsonBody } from './jsonBody.ts';
import { NamedSchema } from './NamedSchema.ts';
import { problemOf, sendProblem } from './problem.ts';
import { type ApiParts, type Method, type Route, readValues, type SharedContext } from './Route.ts';
import { type RateBounds, rateLimiter } from './rateLimiter.ts';
import { RecentReceipts } from './recentReceipts.ts';
import { routes } from './rest/routes.ts';
import { giveCertificate, type ReadTls, serverOf } from './serverOf.ts';
import { tagged } from './tagged.ts';

export interface ApiConfig extends RateBounds {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Without one, the API listens on loopback only and answers programs of this machine only. */
  token?: string | undefined;
  /** A provider of identities, whose tokens are taken and where people sign in. */
  oidc?: OidcConfig | undefined;
  /** Where browsers find the hub; left out: as their requests say. */
  origin?: string | undefined;
  /** Left out: HTTP, behind a proxy that has TLS. */
  tls?: ReadTls | undefined;
  /** Reverse proxies in front: so many entries of X-Forwarded-For are believed, from its end. */
  trustProxy?: number;
  /** Left out: every answer is read when it is asked for. */
  cache?: CacheBounds | undefined;
  /** Nothing but how the process does. */
  onlyHealth?: boolean;
  /** Left out: those of limits. */
  bounds?: Partial<ConnectionBounds>;
}

export type ConnectionBounds = Record<
  'connections' | 'headersTimeoutMs' | 'requestTimeoutMs' | 'idleConnectionMs',
  number
>;

export interface Api {
  /** Throws CONFIG_UNSAFE_LISTEN, TLS_UNUSABLE, HTTP_PORT_TAKEN, HTTP_CANNOT_LISTEN. */
  start(): Promise<{ port: number }>;
  /** Reads certificate and key anew, where it has TLS. Throws TLS_UNUSABLE: then it goes on with those it has. */
  renew(): Promise<void>;
  /** Takes no new request, lets those in hand finish within limits.drainTimeoutMs. Idempotent. */
  stop(): Promise<void>;
}

export function createApi(parts: ApiParts & { config: ApiConfig }): Api {
  return new ListeningApi(parts);
}

class ListeningApi implements Api {
  readonly #config: ApiConfig;
  readonly #server: Server;
  readonly #time: Time;
  /** Answers that go on until somebody ends them. */
  readonly #closing = new AbortController();
  #stopping: Promise<void> | undefined;

  constructor(parts: ApiParts & { config: ApiConfig }) {
    this.#config = parts.config;
    this.#time = parts.runtime;
    const app = appOf(parts, this.#closing.signal);
    const bounds: ConnectionBounds = { ...limits, ...parts.config.bounds };
    this.#server = serverOf(
      {
        maxHeaderSize: limits.requestHeaderBytes,
        headersTimeout: bounds.headersTimeoutMs,
        requestTimeout: bounds.requestTimeoutMs,
        keepAliveTimeout: bounds.idleConnectionMs,
        connectionsCheckingInterval: bounds.idleConnectionMs,
      },
      app,
      parts.config.tls,
    );
    new Connections(this.#server, bounds.connections);
    this.#server.on('clientError', (error, socket) =>
      refuseConnection(error, socket as Socket, this.#time),
    );
    // An expectation that nobody has is no reason to refuse; node's own refusal says nothing.
    this.#server.on('checkExpectation', app);
    // A connection whose last answer came after the stop began would stay open until it times out.
    this.#server.on('request', (_request, response) => {
      response.once('finish', () => {
        if (this.#stopping) setImmediate(() => this.#server.closeIdleConnections());
      });
    });
  }

  async start(): Promise<{ port: number }> {
    const { host, port, token, oidc } = this.#config;
    assertSafeListen(host, Boolean(token || oidc));
    await this.renew();
    await new Promise<void>((resolve, reject) => {
      const failed = (error: NodeJS.ErrnoException) => reject(listenError(error, host, port));
      this.#server.once('error', failed);
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', failed);
        resolve();
      });
    });
    const address = this.#server.address();
    return { port: typeof address === 'object' && address ? address.port : port };
  }

  async renew(): Promise<void> {
    const { tls } = this.#config;
    if (tls) await giveCertificate(this.#server, tls);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#closing.abort();
    if (!this.#server.listening) return;
    const closeAll = (): void => this.#server.closeAllConnections();
    const timer = this.#time.after(limits.drainTimeoutMs, closeAll);
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
    timer.stop();
  }
}

function appOf(parts: ApiParts & { config: ApiConfig }, closing: AbortSignal): express.Express {
  const { token, oidc, origin, cache } = parts.config;
  const { runtime } = parts;
  const live = new LiveEvents(parts.hub, runtime, closing);
  const callers = new Callers({ store: () => parts.hub.store, runtime, token, oidc, origin });
  const rate = rateLimiter((request) => callers.of(request), parts.config);
  const context: SharedContext = {
    ...parts,
    recent: new RecentReceipts(),
    admission: new Admission(parts.runtime),
    strangers: new Admission(parts.runtime),
    callers,
    live,
    reads: cache && new CachedReads(cache, live, runtime),
    charge: rate.charge,
    secured: Boolean(token || oidc),
    trusted: (request) => 'caller' in callers.of(request),
  };
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', false);
  app.set('case sensitive routing', true);
  app.set('trust proxy', parts.config.trustProxy ?? 0);
  app.use(helmet());
  app.use((_request, response, next) => {
    if (closing.aborted) response.setHeader('connection', 'close');
    next();
  });
  if (!parts.config.onlyHealth) app.use('/console', serveConsole());
  app.use(async (request: Request, _response, next) => {
    // Whoever restarts hubs must hear it, whatever he sends along and however the store does.
    if (request.path !== '/healthz') await callers.look(request);
    next();
  });
  app.use(rate.handler);
  app.use((request: Request, _response, next) => next(pageProblem(request, origin)));
  const offered = routes.filter(({ isOfHealth }) => isOfHealth || !parts.config.onlyHealth);
  for (const route of offered.toSorted(literalFirst)) register(app, route, context);
  for (const [path, methods] of methodsByPath(offered)) noteMethods(app, path, methods);
  app.use((request: Request, response: Response) => {
    refuseMethod(request, response, callers);
    throw new StockbusError('HTTP_NOT_FOUND', `there is nothing at ${request.path.slice(0, 200)}`);
  });
  app.use(async (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    await sendProblem(request, response, error, parts.runtime);
  });
  return app;
}

/** `/v1/parked/groups` before `/v1/parked/:id`, wherever they are declared. */
const literalFirst = (one: Route, other: Route): number =>
  rankOf(one) < rankOf(other) ? -1 : rankOf(one) > rankOf(other) ? 1 : 0;
const rankOf = ({ path }: Route): string =>
  path
    .replace(/[^/:]+/g, '')
    .replaceAll('/:', '1')
    .replaceAll('/', '0');

/** Throws what keeps the request out. */
function letIn(callers: Callers, request: Request, response: Response): Caller {
  const told = callers.of(request);
  if ('caller' in told) return told.caller;
  if (isStockbusError(told.problem, 'HTTP_UNAUTHORIZED'))
    response.setHeader('www-authenticate', 'Bearer');
  throw told.problem;
}

function register(app: express.Express, route: Route, shared: SharedContext): void {
  const { method, path, scope, body, cached } = route;
  app[method](path, async (request, response) => {
    observe(route, request, response, shared);
    tagged(request, response);
    const caller = callerFor(route, request, response, shared);
    requireScope(caller, scope);
    refuseRows(caller, route.rows);
    if (cached && shared.reads?.sent(request, response, caller)) return;
    const values = readValues(route, request);
    const said = body instanceof NamedSchema ? await jsonBody(request, body, route) : {};
    await route.handle({ ...shared, caller }, request, response, values, said);
  });
}

/** An open address answers whoever it is, and knows him where he says so. */
function callerFor(
  { scope }: Route,
  request: Request,
  response: Response,
  { callers }: SharedContext,
): Caller {
  if (scope !== 'open') return letIn(callers, request, response);
  const told = callers.of(request);
  return 'caller' in told ? told.caller : nobody;
}

const methodsByPath = (offered: readonly Route[]): [string, Method[]][] =>
  [...Map.groupBy(offered.toSorted(literalFirst), ({ path }) => path)].map(([path, of]) => [
    path,
    of.map(({ method }) => method),
  ]);

/** Of a request that no route took: what its address takes, by the path that it fits best. */
function noteMethods(app: express.Express, path: string, methods: readonly Method[]): void {
  const names = methods.flatMap((method) =>
    method === 'get' ? ['GET', 'HEAD'] : method.toUpperCase(),
  );
  app.all(path, (_request, response, next) => {
    response.locals.allow ??= names;
    next();
  });
}

/** Throws HTTP_NOT_ALLOWED where the address takes other methods, to whoever may know it. */
function refuseMethod(request: Request, response: Response, callers: Callers): void {
  const allow: string[] | undefined = response.locals.allow;
  if (!allow) return;
  letIn(callers, request, response);
  response.setHeader('allow', allow.join(', '));
  throw new StockbusError('HTTP_NOT_ALLOWED', `${request.path} does not take ${request.method}`);
}

function observe(
  route: Route,
  request: Request,
  response: Response,
  { runtime }: SharedContext,
): void {
  const startedMs = runtime.monotonic();
  response.once('finish', () => {
    const seconds = (runtime.monotonic() - startedMs) / 1_000;
    const { method } = request;
    const labels = { method, route: route.path, status: String(response.statusCode) };
    runtime.metrics.observe('stockbus_http_request_seconds', seconds, labels);
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): StockbusError {
  const at = `${host}:${port}`;
  if (error.code === 'EADDRINUSE') {
    return new StockbusError('HTTP_PORT_TAKEN', `port ${port} on ${host} is taken`, undefined, {
      cause: error,
    });
  }
  const message = `cannot listen on ${at}: ${error.message}`;
  return new StockbusError('HTTP_CANNOT_LISTEN', message, undefined, { cause: error });
}

/** What never became a request: no express, no response object, only the socket. */
function refuseConnection(error: NodeJS.ErrnoException, socket: Socket, time: Time): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const codeOf: Record<string, [Code, string]> = {
    ERR_HTTP_REQUEST_TIMEOUT: ['HTTP_TIMEOUT', 'the request did not come in time'],
    HPE_HEADER_OVERFLOW: ['HTTP_HEADERS_TOO_LARGE', 'the headers are too large'],
  };
  const [code, message] = codeOf[error.code ?? ''] ?? ['HTTP_BAD_REQUEST', 'this is not HTTP'];
  const problem = problemOf({ code, message });
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} Refused`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  // Whoever does not close his half would keep it for ever; what he still sends is dropped until then.
  const closing = time.after(limits.refusedBodyTimeoutMs, () => socket.destroy());
  socket.once('close', () => closing.stop()).resume();
}
