import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import {
  type AuthorizationServer,
  allowInsecureRequests,
  discoveryRequest,
  processDiscoveryResponse,
} from 'oauth4webapi';
import { StockbusError } from '../../errors.ts';
import type { OidcConfig } from '../../flow/hubConfig.ts';
import type { Runtime } from '../../runtime.ts';
import { accessLimits } from './accessLimits.ts';

type Keys = ReturnType<typeof createRemoteJWKSet>;

/** A provider as its own documents say, and its keys; both are asked for again now and then. */
export interface FoundProvider {
  server: AuthorizationServer;
  keys: Keys;
}

/** Signed by a key of the provider: never by a secret that both sides have, and never by nothing. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

export class OidcProvider {
  readonly config: OidcConfig;
  readonly #runtime: Runtime;
  #found: { at: number; answer: Promise<FoundProvider> } | undefined;

  constructor(config: OidcConfig, runtime: Runtime) {
    this.config = config;
    this.#runtime = runtime;
  }

  /** Throws OIDC_UNREACHABLE; asked again at once it is the same for a moment. */
  async found(): Promise<FoundProvider> {
    const now = this.#runtime.monotonic();
    if (this.#found && now < this.#found.at) return this.#found.answer;
    const answer = this.#discover();
    const asked = { at: now + accessLimits.providerAskedMs, answer };
    this.#found = asked;
    answer.catch(() => {
      asked.at = now + accessLimits.providerFailedMs;
    });
    return answer;
  }

  /** What a token says, if this provider made it for `audience`. Throws HTTP_UNAUTHORIZED, OIDC_UNREACHABLE. */
  async verify(token: string, audience: string): Promise<JWTPayload> {
    const { keys } = await this.found();
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        ...{ issuer: this.config.issuer, audience, algorithms: ALGORITHMS },
        ...{ clockTolerance: '60s', requiredClaims: ['exp', 'sub'] },
        currentDate: new Date(this.#runtime.now()),
      });
      if (!isTokenType(protectedHeader.typ)) throw new errors.JWTInvalid('typ');
      return payload;
    } catch (error) {
      throw problemOfToken(error);
    }
  }

  /** A signal that is aborted when the provider has had its time. */
  async within<Result>(ask: (options: CallOptions) => Promise<Result>): Promise<Result> {
    const late = new AbortController();
    const timer = this.#runtime.after(accessLimits.providerTimeoutMs, () => late.abort());
    try {
      return await ask({ signal: late.signal, ...this.#insecure });
    } finally {
      timer.stop();
    }
  }

  /** The configuration lets only a provider of this machine be without TLS. */
  get #insecure(): { [allowInsecureRequests]?: boolean } {
    return this.config.issuer.startsWith('http:') ? { [allowInsecureRequests]: true } : {};
  }

  async #discover(): Promise<FoundProvider> {
    const issuer = new URL(this.config.issuer);
    try {
      const server = await this.within(async (options) =>
        processDiscoveryResponse(issuer, await discoveryRequest(issuer, options)),
      );
      if (server.jwks_uri === undefined) throw new Error('it names no jwks_uri');
      return { server, keys: createRemoteJWKSet(new URL(server.jwks_uri)) };
    } catch (cause) {
      throw badProvider(cause);
    }
  }
}

export interface CallOptions {
  signal: AbortSignal;
  [allowInsecureRequests]?: boolean;
}

/** RFC 9068 wants `at+jwt`; many providers still write the older one, or nothing. */
const isTokenType = (typ: string | undefined): boolean =>
  typ === undefined || /^(application\/)?(at\+jwt|jwt)$/i.test(typ);

export function badProvider(cause: unknown): StockbusError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `the provider of identities does not answer as it should: ${why.slice(0, 200)}`;
  return new StockbusError('OIDC_UNREACHABLE', message, undefined, { cause });
}

/** Says in which way it is wrong, and nothing that stands in it. */
function problemOfToken(error: unknown): StockbusError {
  const refused = (message: string) => new StockbusError('HTTP_UNAUTHORIZED', message);
  if (error instanceof errors.JWTExpired) return refused('the token has expired');
  if (error instanceof errors.JWTClaimValidationFailed)
    return refused(`the claim '${error.claim}' of the token is not for this hub`);
  const isWrong =
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys;
  return isWrong ? refused('the token is not signed by the provider') : badProvider(error);
}
