import assert from 'node:assert/strict';
import { createHmac, type webcrypto } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { exportSPKI, importJWK } from 'jose';
import { OAuth2Server } from 'oauth2-mock-server';
import { claimsOf } from '../../../core/api/auth/claimsOf.ts';
import type { OidcConfig } from '../../../core/flow/hubConfig.ts';
import { type ApiRig, openApi } from './apiRig.ts';

/** The rig's clock stands there. */
const NOW = Date.UTC(2027, 0, 1) / 1_000;

describe('a provider of identities', () => {
  let provider: OAuth2Server;
  let config: OidcConfig;
  let rig: ApiRig;

  before(async () => {
    provider = new OAuth2Server();
    await provider.issuer.keys.generate('RS256');
    await provider.start(0, '127.0.0.1');
    config = {
      issuer: provider.issuer.url!,
      audience: 'stockbus',
      claim: 'roles',
      scopes: { clerk: ['stock:read'], night: ['parked:replay'] },
      name: 'sub',
      clientId: 'console',
      clientSecret: undefined,
    };
    rig = await openApi({ oidc: config });
  });
  after(async () => {
    await rig.close();
    await provider.stop();
  });

  const claims = { sub: 'ann', aud: 'stockbus', roles: ['clerk', 'other'], exp: NOW + 300 };
  const tokenOf = (more: object = {}, header: object = {}): Promise<string> =>
    provider.issuer.buildToken({
      scopesOrTransform: (head, payload) => {
        Object.assign(head, header);
        Object.assign(payload, { ...claims, iat: NOW, nbf: NOW, ...more });
      },
    });
  const call = (token: string, path = '/v1/stock') =>
    fetch(rig.url + path, { headers: { authorization: `Bearer ${token}` } });
  const refusal = async (token: string): Promise<string> => {
    const answer = await call(token);
    assert.equal(answer.status, 401, await answer.clone().text());
    const { detail } = (await answer.json()) as { detail: string };
    assert.ok(!detail.includes(token));
    return detail;
  };

  it('opens what the map of its roles allows, under the name that it says', async () => {
    const token = await tokenOf();
    assert.equal((await call(token)).status, 200);
    const session = (await (await call(token, '/v1/session')).json()) as object;
    assert.deepEqual(session, {
      ...{ actor: 'user:ann', scopes: ['stock:read'], signIn: 'provider' },
    });
    assert.equal((await call(token, '/v1/ledger')).status, 403);
    assert.equal((await call(await tokenOf({}, { typ: 'at+jwt' }))).status, 200);
    assert.equal((await call(await tokenOf({ roles: [] }))).status, 403);
    assert.equal((await fetch(`${rig.url}/v1/stock`)).status, 401, 'nobody is local any more');
  });

  it('refuses tokens that are old, for others, of others, or of nobody', async () => {
    assert.equal((await call(await tokenOf({ exp: NOW - 59 }))).status, 200, 'clocks differ');
    const wrong: [object, RegExp][] = [
      [{ exp: NOW - 61 }, /has expired/],
      [{ nbf: NOW + 61 }, /'nbf'/],
      [{ aud: 'another' }, /'aud'/],
      [{ aud: undefined }, /'aud'/],
      [{ iss: 'https://evil.example' }, /'iss'/],
      [{ exp: undefined }, /'exp'/],
      [{ sub: '' }, /names nobody/],
      [{ sub: 'a\nb' }, /names nobody/],
      [{ sub: undefined }, /'sub'/],
    ];
    for (const [more, told] of wrong) assert.match(await refusal(await tokenOf(more)), told);
    assert.match(await refusal(await tokenOf({}, { typ: 'logout+jwt' })), /not signed/);
  });

  it('takes no signature by nothing, by a public key as a secret, or by a key of another', async () => {
    const [head, payload, signature] = (await tokenOf()).split('.') as [string, string, string];
    const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string };
    const unsigned = `${encoded({ alg: 'none', kid })}.${payload}.`;
    const jwk = provider.issuer.keys.toJSON()[0]!;
    const pem = await exportSPKI((await importJWK(jwk, 'RS256')) as webcrypto.CryptoKey);
    const forgedHead = encoded({ alg: 'HS256', kid, typ: 'JWT' });
    const mac = createHmac('sha256', pem).update(`${forgedHead}.${payload}`).digest('base64url');
    const changed = encoded({ ...claims, sub: 'boss', iss: config.issuer, iat: NOW });
    const stranger = new OAuth2Server();
    await stranger.issuer.keys.generate('RS256');
    stranger.issuer.url = config.issuer;
    const foreign = await stranger.issuer.buildToken({
      scopesOrTransform: (_head, body) => void Object.assign(body, claims),
    });
    const forged = [
      unsigned,
      `${forgedHead}.${payload}.${mac}`,
      `${head}.${changed}.${signature}`,
      `${head}.${payload}.${signature.slice(0, -4)}AAAA`,
      foreign,
      `${encoded({ alg: 'RS256', kid, jwk })}.${changed}.${signature}`,
      `${head}.${payload}`.replace('.', '..'),
    ];
    for (const token of forged) assert.match(await refusal(token), /not signed|the token is/);
  });

  it('signs people in by code and PKCE, and only whom it led away', async () => {
    const asked = await fetch(`${rig.url}/v1/session/oidc`, { redirect: 'manual' });
    assert.equal(asked.status, 303);
    const url = new URL(asked.headers.get('location')!);
    assert.equal(url.searchParams.get('code_challenge_method'), 'S256');
    assert.equal(url.searchParams.get('redirect_uri'), `${rig.url}/v1/session/oidc/callback`);
    const [login = ''] = asked.headers.getSetCookie();
    assert.match(login, /HttpOnly; SameSite=Lax; Max-Age=600/);
    const cookie = login.split(';')[0]!;
    const back = await fetch(url, { redirect: 'manual' });
    const location = new URL(back.headers.get('location')!);
    /** As a browser that another site leads here; `fetch` does not let itself be one. */
    const come = (headers: Record<string, string>, to = location.href) =>
      new Promise<IncomingMessage>((resolve, reject) => {
        const navigates = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
        const more = { 'sec-fetch-dest': 'document', ...headers };
        request(to, { headers: { ...navigates, ...more } }, (answer) => resolve(answer.resume()))
          .on('error', reject)
          .end();
      });
    const statusOf = async (...args: Parameters<typeof come>) => (await come(...args)).statusCode;
    assert.equal(await statusOf({}), 401, 'another browser');
    const forged = new URL(location);
    forged.searchParams.set('state', 'another');
    assert.equal(await statusOf({ cookie }, forged.href), 401);
    provider.service.on('beforeTokenSigning', (token) => {
      Object.assign(token.payload, {
        ...claims,
        iat: NOW,
        ...(token.payload.nonce ? { aud: 'console' } : {}),
      });
    });
    const signedIn = await come({ cookie });
    assert.equal(signedIn.statusCode, 303);
    assert.equal(signedIn.headers.location, '/console');
    const session = signedIn.headers['set-cookie']!.find((line) => line.startsWith('stockbus='))!;
    const me = await fetch(`${rig.url}/v1/session`, {
      headers: { cookie: session.split(';')[0]! },
    });
    const { actor, scopes, csrf } = (await me.json()) as Record<string, unknown>;
    assert.deepEqual([actor, scopes, typeof csrf], ['user:ann', ['stock:read'], 'string']);
    assert.equal(await statusOf({ cookie }), 401, 'a code opens once');
    const byPassword = await fetch(`${rig.url}/v1/session`, {
      ...{ method: 'POST', body: JSON.stringify({ name: 'ann', password: 'x' }) },
    });
    assert.equal(((await byPassword.json()) as { code: string }).code, 'SIGN_IN_ELSEWHERE');
  });

  it('is told apart from a token that is wrong where it does not answer', async () => {
    const away = await openApi({ oidc: { ...config, issuer: 'http://127.0.0.1:9/' } });
    try {
      const answer = await fetch(`${away.url}/v1/stock`, {
        headers: { authorization: `Bearer ${await tokenOf()}` },
      });
      assert.equal(answer.status, 503);
      assert.equal(((await answer.json()) as { code: string }).code, 'OIDC_UNREACHABLE');
    } finally {
      await away.close();
    }
  });

  it('reads claims in the ways that providers write them', () => {
    const scopes = (said: object, more: Partial<OidcConfig>) =>
      claimsOf({ sub: 'a', ...said }, { ...config, ...more }).scopes;
    const nested = { realm_access: { roles: ['night', 'clerk'] } };
    assert.deepEqual(scopes(nested, { claim: 'realm_access.roles' }), [
      ...['parked:replay', 'stock:read'],
    ]);
    assert.deepEqual(scopes({ scope: 'openid clerk' }, { claim: 'scope' }), ['stock:read']);
    const plain = { claim: 'scope', scopes: undefined };
    assert.deepEqual(scopes({ scope: 'stock:read admin:x' }, plain), ['stock:read']);
    assert.deepEqual(scopes({ 'https://a/roles': ['clerk'] }, { claim: 'https://a/roles' }), [
      'stock:read',
    ]);
    assert.deepEqual(scopes({ roles: ['constructor', '__proto__', 7] }, {}), []);
  });
});
