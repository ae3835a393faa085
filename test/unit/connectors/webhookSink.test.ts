import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { http } from '../../../connectors/http.ts';
import { StockbusError } from '../../../core/errors.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import type { FaultSink } from '../../../core/spec.ts';
import { outgoing } from '../../contract/connector/connectorContract.ts';

describe('webhook sink', () => {
  let server: Server;
  let url: string;
  let calls: { headers: IncomingHttpHeaders; body: string; path: string }[];
  let answer: {
    status: number;
    headers?: Record<string, string>;
    /** Nothing is said; after the head of the answer, or its first half. */
    silent?: 'at all' | 'after the head' | 'in the middle';
    body?: string;
  };
  let connections: number;

  beforeEach(async () => {
    calls = [];
    connections = 0;
    answer = { status: 200 };
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        calls.push({ headers: request.headers, body, path: request.url ?? '' });
        if (answer.silent === 'at all') return;
        response.writeHead(answer.status, answer.headers);
        if (answer.silent === 'after the head') response.flushHeaders();
        else if (answer.silent === 'in the middle') response.write('tha');
        else response.end(answer.body ?? 'thanks');
      });
    });
    server.on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=private`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  interface Chosen {
    secret?: string | string[];
    timeout?: number;
    headers?: object;
    url?: string;
  }

  const sinkOf = (config: Chosen = {}) => {
    const runtime = { ...systemRuntime(), now: () => 1_800_000_000_000 };
    const full = { url, secret: undefined, timeout: 2_000, headers: {}, ...config };
    return http.sink!(full as never, {}, { name: 'shop', flow: 'feed', runtime });
  };

  const send = (config?: Chosen) => sinkOf(config).send(outgoing('msg_1', 'sku;qty\nA;1\n'));

  const faultOfSend = async (config: Chosen = {}) => {
    try {
      await send(config);
    } catch (error) {
      if (error instanceof StockbusError) return error.fault;
      throw error;
    }
    throw new Error('it was sent');
  };

  it('signs as Standard Webhooks describes', async () => {
    const key = Buffer.from('a key of at least twenty-four bytes');
    await send({ secret: `whsec_${key.toString('base64')}`, headers: { 'X-Tenant': '7' } });
    const { headers, body } = calls[0]!;
    assert.equal(body, 'sku;qty\nA;1\n');
    assert.equal(headers['webhook-id'], 'msg_1');
    assert.equal(headers['webhook-timestamp'], '1800000000');
    assert.equal(headers['content-type'], 'text/csv');
    assert.equal(headers['x-tenant'], '7');
    const mac = createHmac('sha256', key).update(`msg_1.1800000000.${body}`).digest('base64');
    assert.equal(headers['webhook-signature'], `v1,${mac}`);
  });

  it('sends no signature without a secret', async () => {
    await send();
    assert.equal(calls[0]!.headers['webhook-signature'], undefined);
  });

  it('honours Retry-After in seconds and as a date', async () => {
    answer = { status: 429, headers: { 'retry-after': '7' } };
    const { code, retryAfterMs } = await faultOfSend();
    assert.deepEqual([code, retryAfterMs], ['WEBHOOK_FAILED', 7_000]);
    answer.headers = { 'retry-after': new Date(1_800_000_030_000).toUTCString() };
    assert.equal((await faultOfSend()).retryAfterMs, 30_000);
    const dayMs = 86_400_000;
    for (const long of ['9'.repeat(12), new Date(1_800_000_000_000 + 3 * dayMs).toUTCString()]) {
      answer.headers = { 'retry-after': long };
      assert.equal((await faultOfSend()).retryAfterMs, dayMs, long);
    }
    for (const none of ['soon', '-5', '1.5', new Date(1_700_000_000_000).toUTCString()]) {
      answer.headers = { 'retry-after': none };
      assert.equal((await faultOfSend()).retryAfterMs, undefined, none);
    }
  });

  it('tells by the status what is about the endpoint, what about the call, and that it is gone', async () => {
    const passing = [302, 401, 403, 404, 405, 408, 409, 415, 425, 429, 500, 502, 503, 504];
    for (const status of passing) {
      answer = { status };
      assert.equal((await faultOfSend()).code, 'WEBHOOK_FAILED', String(status));
    }
    for (const status of [400, 413, 422]) {
      answer = { status };
      assert.equal((await faultOfSend()).code, 'WEBHOOK_REFUSED', String(status));
    }
    answer = { status: 410 };
    assert.equal((await faultOfSend()).code, 'WEBHOOK_GONE');
    answer = { status: 401 };
    assert.match((await faultOfSend()).todo!, /credentials/);
  });

  it('signs with both secrets while one is exchanged for the other', async () => {
    await send({ secret: ['new', 'old'] });
    const { headers, body } = calls[0]!;
    const macs = ['new', 'old'].map((key) =>
      createHmac('sha256', key).update(`msg_1.1800000000.${body}`).digest('base64'),
    );
    assert.equal(headers['webhook-signature'], `v1,${macs[0]} v1,${macs[1]}`);
  });

  it('does not follow redirects, and says what to do', async () => {
    answer = { status: 307, headers: { location: '/elsewhere' } };
    const fault = await faultOfSend();
    assert.equal(fault.code, 'WEBHOOK_FAILED');
    assert.match(fault.todo!, /redirects are not followed/);
    assert.equal(calls.length, 1);
  });

  it('names of its address no more than the first part of the path', async () => {
    answer = { status: 503 };
    const said = async (path: string) =>
      (await faultOfSend({ url: new URL(path, url).href })).message.replace(/:\d+/, ':1');
    const shown = (path: string) => `connector 'shop': http://127.0.0.1:1${path} answered 503`;
    assert.equal(await said('/services/T0/B0/x9Yz'), shown('/services/…'));
    assert.equal(await said('/hook?key=x9Yz'), shown('/hook'));
    assert.equal(await said('/'), shown('/'));
  });

  it('gives up after the timeout, and names neither query nor secret', async () => {
    for (const silent of ['at all', 'after the head', 'in the middle'] as const) {
      answer = { status: 200, silent };
      const fault = await faultOfSend({ timeout: 50, secret: 'hush' });
      assert.equal(fault.code, 'WEBHOOK_UNREACHABLE');
      assert.match(fault.message, /connector 'shop'.*\/hook: no answer within 50 ms/);
      assert.doesNotMatch(fault.message, /private|hush/);
    }
  });

  it('calls again over the connection that it has, and ends it when it is closed', async () => {
    const sink = sinkOf();
    const ended = new Promise((resolve) => {
      server.once('connection', (socket) => socket.once('close', resolve));
    });
    for (const id of ['msg_1', 'msg_2', 'msg_3']) await sink.send(outgoing(id, 'A;1\n'));
    assert.deepEqual([calls.length, connections], [3, 1]);
    await sink.close();
    await ended;
  });

  it('takes an answer without end for one, and does not read it', async () => {
    answer = { status: 200, body: 'x'.repeat(8 * 1024 * 1024) };
    const sink = sinkOf();
    const ended = new Promise((resolve) => {
      server.once('connection', (socket) => socket.once('close', resolve));
    });
    await sink.send(outgoing('msg_1', 'A;1\n'));
    await ended;
    answer = { status: 422 };
    const refused = sink.send(outgoing('msg_2', 'A;1\n'));
    await assert.rejects(refused, ({ code }: StockbusError) => code === 'WEBHOOK_REFUSED');
  });

  it('tells that the connection broke in the middle of an answer', async () => {
    answer = { status: 200, silent: 'in the middle' };
    server.once('request', (request) => request.on('end', () => setImmediate(breakOff)));
    const breakOff = (): void => server.closeAllConnections();
    assert.equal((await faultOfSend()).code, 'WEBHOOK_UNREACHABLE');
  });

  it('speaks TLS where the address is one of https', async () => {
    const first = new Promise<number>((resolve) => {
      server.once('connection', (socket) =>
        socket.prependOnceListener('data', ([byte]) => resolve(byte!)),
      );
    });
    const fault = await faultOfSend({ url: url.replace('http:', 'https:') });
    assert.equal(fault.code, 'WEBHOOK_UNREACHABLE');
    assert.equal(calls.length, 0);
    assert.equal(await first, 0x16);
  });

  it('tells an endpoint that is not there', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    assert.equal((await faultOfSend()).code, 'WEBHOOK_UNREACHABLE');
  });

  it('refuses a config that could never work', () => {
    const faultsOf = (config: object): string[] => {
      const found: string[] = [];
      const report: FaultSink = ({ path, message }) => found.push(`${path.join('.')} ${message}`);
      http.config.read(config, [], report);
      return found;
    };
    assert.deepEqual(faultsOf({ url: 'https://shop.example/hook', timeout: '5s' }), []);
    assert.match(faultsOf({ url: 'shop.example' })[0]!, /url .*is not an address/);
    assert.match(faultsOf({ url: 'ftp://shop.example' })[0]!, /is not an address/);
    assert.match(faultsOf({ url: 'http://a:b@shop.example' })[0]!, /no user and password/);
    assert.match(faultsOf({ url: 'http://a', secret: 'whsec_???' })[0]!, /not base64/);
    assert.deepEqual(faultsOf({ url: 'http://a', secret: ['new', 'old'] }), []);
    assert.match(faultsOf({ url: 'http://a', secret: ['a', 'whsec_?'] })[0]!, /1 .*not base64/);
    assert.match(faultsOf({ url: 'http://a', secret: ['a', 'b', 'c'] })[0]!, /one too many/);
    assert.match(
      faultsOf({ url: 'http://a', headers: { 'a b': 'c' } })[0]!,
      /'a b' is not a header/,
    );
    assert.match(faultsOf({ url: 'http://a', headers: { a: 'b\nc' } })[0]!, /'a' is not a header/);
  });
});
