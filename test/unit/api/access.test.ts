import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { codes, isStockbusError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import { receiptOf } from '../../contract/connector/connectorContract.ts';
import { type ApiRig, openApi } from './apiRig.ts';

describe('API: who may call', () => {
  let rig: ApiRig | undefined;

  afterEach(async () => {
    await rig?.close();
    rig = undefined;
  });

  /** `fetch` forbids to set Host and Origin. */
  const get = (port: number, path: string, headers: Record<string, string>, method = 'GET') =>
    new Promise<number>((resolve, reject) => {
      const call = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        resolve(response.statusCode ?? 0);
        // A stream of events never ends by itself.
        response.destroy();
      });
      call.on('error', reject).end();
    });

  it('listens on loopback only without a token', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.0.1', 'example.com']) {
      await assert.rejects(openApi({ host }), (error) =>
        isStockbusError(error, 'CONFIG_UNSAFE_LISTEN'),
      );
    }
    assert.match(codes.CONFIG_UNSAFE_LISTEN.todo, /STOCKBUS_TOKEN .*http\.token/);
    rig = await openApi({ host: 'localhost' });
  });

  it('without a token refuses other host names', async () => {
    rig = await openApi();
    const { port } = rig;
    assert.equal(await get(port, '/v1/stock', { host: `localhost:${port}` }), 200);
    assert.equal(await get(port, '/v1/stock', { host: '[::1]:1' }), 200);
    assert.equal(await get(port, '/v1/stock', { host: 'evil.example' }), 403);
    assert.equal(await get(port, '/v1/stock', { host: 'localhost.evil.example' }), 403);
  });

  it('refuses pages of other sites, with a token and without, and answers its own', async () => {
    for (const token of [undefined, 's3cret']) {
      rig = await openApi({ token });
      const { port } = rig;
      const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
      const status = (more: Record<string, string>, path = '/v1/stock') =>
        get(port, path, { ...headers, ...more });
      const origins = ['https://evil.example', 'null', 'http://localhost:3000', ''];
      const odd = [
        `http://localhost:${port}`,
        'moz-extension://localhost',
        `ftp://127.0.0.1:${port}`,
      ];
      for (const origin of [...origins, ...odd]) {
        for (const path of ['/', '/v1/stock', '/healthz', '/readyz', '/metrics', '/nowhere']) {
          assert.equal(await status({ origin }, path), 403, `${origin} ${path}`);
        }
        assert.equal(await get(port, '/v1/flows/x', { ...headers, origin }, 'POST'), 403);
        assert.equal(await get(port, '/v1/flows/x', { ...headers, origin }, 'OPTIONS'), 403);
      }
      for (const site of ['cross-site', 'same-site', 'nonsense']) {
        assert.equal(await status({ 'sec-fetch-site': site }), 403, site);
      }
      for (const site of ['none', 'same-origin']) {
        assert.equal(await status({ 'sec-fetch-site': site }), 200, site);
      }
      const own = { origin: `http://127.0.0.1:${port}` };
      assert.equal(await status({ ...own, 'sec-fetch-site': 'same-origin' }), 200);
      assert.equal(await status({ ...own, 'sec-fetch-site': 'cross-site' }), 403);
      const link = {
        ...{ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
        'sec-fetch-dest': 'document',
      };
      assert.notEqual(await status(link, '/console'), 403, 'a link to the console');
      assert.equal(await status(link), 403, 'a link to what it answers');
      assert.match(codes.HTTP_FORBIDDEN.todo, /STOCKBUS_TOKEN .*http\.token/);
      await rig.close();
      rig = undefined;
    }
  });

  it('with a token wants it everywhere but for health', async () => {
    rig = await openApi({ token: 's3cret' });
    const { port } = rig;
    const withToken = (authorization: string) => get(port, '/v1/stock', { authorization });
    assert.equal(await withToken('Bearer s3cret'), 200);
    assert.equal(await withToken('bearer s3cret'), 200);
    assert.equal(await withToken('Bearer s3cre'), 401);
    assert.equal(await withToken('Basic s3cret'), 401);
    for (const path of ['/', '/metrics', '/openapi.json', '/v1/parked', '/v1/messages/x']) {
      assert.equal(await get(port, path, {}), 401, path);
    }
    assert.equal(await get(port, '/v1/flows/x', {}, 'POST'), 401);
    assert.equal(await get(port, '/healthz', {}), 200);
    assert.deepEqual(await (await fetch(`${rig.url}/readyz`)).json(), { ready: true });
    const said = async (authorization: string) =>
      (await fetch(`${rig!.url}/v1/stock`, { headers: { authorization } })).text();
    for (const header of ['s3cret', 'Basic s3cret', 'Bearer', 'Token s3cret']) {
      const text = await said(header);
      assert.match(text, /does not say 'Bearer' and one token behind it/, header);
      assert.doesNotMatch(text, /s3cret/);
    }
    assert.match(await said('Bearer other'), /the token is wrong/);
    const refused = await fetch(`${rig.url}/v1/stock`);
    assert.equal(refused.headers.get('www-authenticate'), 'Bearer');
  });

  it('is what the OpenAPI document says: a token where one is asked for, and nowhere else', async () => {
    interface Document {
      paths: Record<string, Record<string, { security?: object[] }>>;
      components: { securitySchemes?: { token: { scheme: string } } };
      security: object[];
    }
    for (const token of [undefined, 's3cret']) {
      rig = await openApi({ token });
      const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
      const answer = await fetch(`${rig.url}/openapi.json`, { headers });
      const { paths, components, security } = (await answer.json()) as Document;
      assert.equal(components.securitySchemes?.token.scheme, token && 'bearer');
      for (const [template, operations] of Object.entries(paths)) {
        const path = template.replace(/\{\w+\}/g, 'x');
        for (const [method, operation] of Object.entries(operations)) {
          const said = (operation.security ?? security).length > 0;
          const status = await get(rig.port, path, {}, method.toUpperCase());
          assert.equal(said, status === 401, `${method} ${template} answers ${status}`);
        }
      }
      await rig.close();
      rig = undefined;
    }
  });

  it('listens anywhere with a token', async () => {
    rig = await openApi({ token: 's3cret', host: '0.0.0.0' });
    assert.equal(await get(rig.port, '/healthz', { host: 'anything.example' }), 200);
  });

  it('says that the port is taken, and what to do', async () => {
    rig = await openApi();
    await assert.rejects(openApi({ port: rig.port }), (error) => {
      assert.ok(isStockbusError(error, 'HTTP_PORT_TAKEN'));
      assert.match(error.message, new RegExp(`port ${rig!.port} on 127\\.0\\.0\\.1 is taken`));
      return true;
    });
  });

  it('bounds the number of requests, and says when to come again', async () => {
    rig = await openApi({ requestsPerMinute: 3 });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1)
      statuses.push((await fetch(`${rig.url}/v1/stock`)).status);
    assert.deepEqual(statuses, [200, 200, 200, 429]);
    const refused = await fetch(`${rig.url}/v1/stock`);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.equal((await fetch(`${rig.url}/healthz`)).status, 200);
  });

  it('counts guesses wherever they are made, and lets nobody else pay for them', async () => {
    rig = await openApi({ token: 's3cret', strangerRequestsPerMinute: 3, requestsPerMinute: 5 });
    const { port, logged } = rig;
    const right = { authorization: 'Bearer s3cret' };
    for (const path of ['/metrics', '/readyz', '/v1/stock']) {
      const guess = { authorization: 'Bearer guess' };
      assert.equal(await get(port, path, guess), path === '/readyz' ? 200 : 401, path);
    }
    for (const path of ['/metrics', '/readyz', '/', '/v1/flows/x', '/nowhere']) {
      assert.equal(await get(port, path, { authorization: 'Bearer other' }), 429, path);
      assert.equal(await get(port, path, {}), 429, path);
      assert.equal(await get(port, path, { origin: 'http://x.example', ...right }), 429, path);
    }
    assert.equal(await get(port, '/healthz', {}), 200);
    for (let call = 0; call < 5; call += 1) assert.equal(await get(port, '/v1/stock', right), 200);
    assert.equal(await get(port, '/v1/stock', right), 429);
    assert.deepEqual(logged, []);
  });

  it('tells callers behind a proxy apart where it is declared, and believes nobody else', async () => {
    const forwarded = (...by: string[]) => ({ 'x-forwarded-for': by.join(', ') });
    rig = await openApi({ token: 's3cret', strangerRequestsPerMinute: 1, trustProxy: 1 });
    const { port, logged } = rig;
    assert.equal(await get(port, '/', forwarded('10.0.0.1')), 401);
    assert.equal(await get(port, '/', forwarded('10.0.0.2')), 401);
    assert.equal(
      await get(port, '/', forwarded('10.9.9.9', '10.0.0.2')),
      429,
      'only its last entry',
    );
    assert.deepEqual(logged, []);
    await rig.close();
    rig = await openApi({ token: 's3cret', strangerRequestsPerMinute: 1 });
    assert.equal(await get(rig.port, '/', forwarded('10.0.0.1')), 401);
    assert.equal(await get(rig.port, '/', forwarded('10.0.0.2')), 429);
    assert.deepEqual(rig.logged, []);
  });

  /** A connection that says only this, and never closes its half. */
  const silent = async (port: number, text: string): Promise<Socket> => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    if (text !== '') socket.write(text);
    return socket;
  };

  it('answers a request while more connections than it takes say nothing', async () => {
    rig = await openApi({ bounds: { connections: 10 } });
    const { port } = rig;
    const sockets: Socket[] = [];
    let closed = 0;
    for (let number = 0; number < 40; number += 1) {
      const text = ['', 'GET / HTTP/1.1\r\n', 'GET / HTTP/1.1\r\nHost: localhost\r\n'][number % 3]!;
      const socket = await silent(port, text);
      socket.resume().on('end', () => {
        closed += 1;
      });
      sockets.push(socket);
      assert.equal(await get(port, '/v1/stock', {}), 200);
    }
    assert.ok(closed >= 30, `${closed} were closed`);
    for (const socket of sockets) socket.destroy();
  });

  it('keeps requests in hand while connections that say nothing are closed', async () => {
    rig = await openApi({ bounds: { connections: 3 } });
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    rig.hub.accept = async (_flow, payload) => {
      arrived.resolve();
      await release.promise;
      return receiptOf(payload);
    };
    const answer = fetch(`${rig.url}/v1/flows/receipts`, { method: 'POST', body: 'a' });
    await arrived.promise;
    const sockets: Socket[] = [];
    const ended: Promise<unknown>[] = [];
    for (let number = 0; number < 9; number += 1) {
      const socket = await silent(rig.port, '');
      ended.push(once(socket.resume(), 'end'));
      sockets.push(socket);
    }
    await Promise.all(ended.slice(0, 6));
    release.resolve();
    assert.equal((await answer).status, 202);
    for (const socket of sockets) socket.destroy();
  });

  it('forgets a connection that was refused and does not close its half', async () => {
    rig = await openApi({ bounds: { headersTimeoutMs: 50, idleConnectionMs: 20 } });
    const socket = await silent(rig.port, 'GET / HTTP/1.1\r\n');
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    await once(socket, 'end');
    assert.match(answer, /^HTTP\/1\.1 408 [\s\S]*HTTP_TIMEOUT/);
    // Only a connection that the other side has given up answers with a reset.
    const reset = new Promise((resolve) => socket.once('error', resolve));
    const writing = setInterval(() => socket.write('x'), 20);
    await reset;
    clearInterval(writing);
  });

  it('answers headers that are too large and what is no HTTP with a problem document', async () => {
    rig = await openApi();
    const { port } = rig;
    const raw = (text: string) =>
      new Promise<string>((resolve, reject) => {
        let answer = '';
        const socket = connect(port, '127.0.0.1', () => socket.write(text));
        socket.on('data', (chunk) => {
          answer += chunk;
        });
        socket.on('close', () => resolve(answer)).on('error', reject);
      });
    const huge = 'a'.repeat(limits.requestHeaderBytes + 1);
    const large = await raw(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${huge}\r\n\r\n`);
    assert.match(large, /^HTTP\/1\.1 431 [\s\S]*HTTP_HEADERS_TOO_LARGE/);
    assert.match(await raw('nonsense\r\n\r\n'), /^HTTP\/1\.1 400 [\s\S]*HTTP_BAD_REQUEST/);
  });
});
