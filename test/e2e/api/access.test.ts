import assert from 'node:assert/strict';
import { request } from 'node:http';
import { connect } from 'node:net';
import { codes, isStockbusError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
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
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
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

  it('without a token refuses other host names and pages of other sites', async () => {
    rig = await openApi();
    const { port } = rig;
    assert.equal(await get(port, '/v1/stock', { host: `localhost:${port}` }), 200);
    assert.equal(await get(port, '/v1/stock', { host: '[::1]:1' }), 200);
    assert.equal(await get(port, '/v1/stock', { host: 'evil.example' }), 403);
    assert.equal(await get(port, '/v1/stock', { host: 'localhost.evil.example' }), 403);
    const origin = (value: string) => get(port, '/v1/flows/x', { origin: value }, 'POST');
    assert.equal(await origin('https://evil.example'), 403);
    assert.equal(await origin('null'), 403);
    assert.equal(await get(port, '/', { 'sec-fetch-site': 'cross-site' }), 403);
    assert.equal(await get(port, '/', { origin: 'http://localhost:3000' }), 200);
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
    const refused = await fetch(`${rig.url}/v1/stock`);
    assert.equal(refused.headers.get('www-authenticate'), 'Bearer');
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
