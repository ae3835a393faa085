/** People sign in at their provider: authorization code with PKCE. The browser sees no token of it. */
import type { Request, Response } from 'express';
import {
  type AuthorizationServer,
  authorizationCodeGrantRequest,
  type Client,
  ClientSecretBasic,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  None,
  processAuthorizationCodeResponse,
  validateAuthResponse,
} from 'oauth4webapi';
import { StockbusError } from '../../errors.ts';
import { accessLimits } from './accessLimits.ts';
import { Cookies } from './Cookies.ts';
import { type Claimed, claimsOf } from './claimsOf.ts';
import { badProvider, type OidcProvider } from './OidcProvider.ts';

/** What only this browser may bring back: state, nonce and verifier. */
const LOGIN_COOKIE = 'stockbus-login';
export const OIDC_PATH = '/v1/session/oidc';
export const CALLBACK_PATH = `${OIDC_PATH}/callback`;

export class ConsoleLogin {
  readonly #provider: OidcProvider;
  readonly #client: Client;
  /** Where browsers find the hub, where that is configured. */
  readonly #origin: string | undefined;
  readonly #cookies: Cookies;

  constructor(provider: OidcProvider, clientId: string, origin: string | undefined) {
    this.#provider = provider;
    this.#client = { client_id: clientId };
    this.#origin = origin;
    this.#cookies = new Cookies(origin);
  }

  /** To where the browser goes. Throws OIDC_UNREACHABLE. */
  async begin(request: Request, response: Response): Promise<string> {
    const { server } = await this.#provider.found();
    const { config } = this.#provider;
    const [state, nonce, verifier] = [
      generateRandomState(),
      generateRandomNonce(),
      generateRandomCodeVerifier(),
    ];
    const value = [state, nonce, verifier].join('~');
    this.#cookies.set(request, response, LOGIN_COOKIE, value, accessLimits.loginMs);
    if (server.authorization_endpoint === undefined)
      throw badProvider(new Error('it names no authorization_endpoint'));
    const url = new URL(server.authorization_endpoint);
    const asked: Record<string, string> = {
      client_id: this.#client.client_id,
      response_type: 'code',
      redirect_uri: this.#redirectOf(request),
      scope: ['openid', ...(config.claim === 'scope' ? Object.keys(config.scopes ?? {}) : [])].join(
        ' ',
      ),
      ...{ state, nonce },
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    };
    for (const [name, text] of Object.entries(asked)) url.searchParams.set(name, text);
    return url.href;
  }

  /** Who came back. Throws SIGN_IN_FAILED, OIDC_UNREACHABLE. */
  async end(request: Request, response: Response): Promise<Claimed> {
    const [state, nonce, verifier] = (this.#cookies.read(request, LOGIN_COOKIE) ?? '').split('~');
    this.#cookies.set(request, response, LOGIN_COOKIE, undefined);
    if (!state || !nonce || !verifier) throw failed('this browser did not begin to sign in');
    const { server } = await this.#provider.found();
    const url = new URL(request.originalUrl, this.#redirectOf(request));
    let params: URLSearchParams;
    try {
      params = validateAuthResponse(server, this.#client, url, state);
    } catch (cause) {
      throw failed('what the provider sent is not what this browser asked for', cause);
    }
    return this.#claimedBy(server, params, {
      nonce,
      verifier,
      redirect: this.#redirectOf(request),
    });
  }

  async #claimedBy(
    server: AuthorizationServer,
    params: URLSearchParams,
    { nonce, verifier, redirect }: { nonce: string; verifier: string; redirect: string },
  ): Promise<Claimed> {
    const { config } = this.#provider;
    const client = this.#client;
    const { id_token: idToken, scope } = await this.#provider
      .within(async (options) => {
        const answer = await authorizationCodeGrantRequest(
          ...([server, client, this.#authOf(server), params, redirect, verifier, options] as const),
        );
        const checks = { expectedNonce: nonce, requireIdToken: true };
        return processAuthorizationCodeResponse(server, client, answer, checks);
      })
      .catch((cause: unknown) => {
        throw failed('the provider did not confirm it', cause);
      });
    const claims = await this.#provider.verify(idToken ?? '', client.client_id);
    const granted = config.claim === 'scope' && scope !== undefined ? { scope } : {};
    return claimsOf({ ...granted, ...claims }, config);
  }

  #authOf({ token_endpoint_auth_methods_supported: methods }: AuthorizationServer) {
    const { clientSecret } = this.#provider.config;
    if (!clientSecret) return None();
    const isPost = methods && !methods.includes('client_secret_basic');
    return isPost ? ClientSecretPost(clientSecret) : ClientSecretBasic(clientSecret);
  }

  #redirectOf(request: Request): string {
    return `${this.#origin ?? `${request.protocol}://${request.host}`}${CALLBACK_PATH}`;
  }
}

const failed = (message: string, cause?: unknown): StockbusError =>
  new StockbusError('SIGN_IN_FAILED', message, undefined, { cause });
