/** A partner's API: pages, what was asked before, who we are there, and answers that lead astray. */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { AccessTokens } from '../../../connectors/rest/AccessTokens.ts';
import { rest } from '../../../connectors/rest.ts';
import { isStockbusError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import type { OfferedPayload, PollTurn } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { textOf } from '../../contract/connector/connectorContract.ts';

type Handle = (request: IncomingMessage, response: ServerResponse) => void;

const runtime = systemRuntime();
const refused = ({ message }: { message: string }) => assert.fail(message);

describe('a partner’s API', () => {
  let server: Server;
  let port: number;
  let handle: Handle;
  let asked: string[];
  let heads: IncomingMessage['headers'][];
  let state: Map<string, string>;
  let offered: { id: string; name: string; place?: string; text: string }[];
  /** What taking in does; a test may let it fail. */
  let take: () => Promise<void>;
  const sockets = new Set<Socket>();

  beforeEach(async () => {
    [asked, heads, offered, state] = [[], [], [], new Map()];
    take = async () => undefined;
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      heads.push(request.headers);
      response.setHeader('date', 'Sat, 28 Nov 2026 02:00:00 GMT');
      handle(request, response);
    });
    server.on('connection', (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const configOf = (more: object = {}) =>
    rest.config.read(
      { url: `http://127.0.0.1:${port}/api`, private: true, timeout: '2s', ...more },
      [],
      refused,
    )!;
  const claimed = new Map<string, string>();

  /** One look, over what earlier ones remember. */
  async function look(
    from: object,
    config: object = {},
    signal = new AbortController().signal,
  ): Promise<boolean> {
    const about = { name: 'partner', flow: 'orders', runtime };
    const read = rest.from!.read({ path: 'orders', ...from }, [], refused)!;
    const poller = rest.poller!(configOf(config), read, about);
    const turn: PollTurn = {
      signal,
      state: {
        read: async (names) =>
          new Map(names.flatMap((name) => (state.has(name) ? [[name, state.get(name)!]] : []))),
        write: async (entries) => {
          for (const [name, text] of entries)
            text === undefined ? state.delete(name) : state.set(name, text);
        },
        names: async function* () {
          yield* state.keys();
        },
      },
      claim: async (keys) =>
        new Map(
          keys.map((key) => {
            if (!claimed.has(key)) claimed.set(key, `id-${claimed.size}`);
            return [key, claimed.get(key)!];
          }),
        ),
      offer: async (payload: OfferedPayload) => {
        await take();
        offered.push({
          id: payload.intakeId,
          name: payload.name,
          ...(payload.place === undefined ? {} : { place: payload.place }),
          text: await textOf(payload.body),
        });
        return undefined;
      },
    };
    try {
      return await poller.poll(turn);
    } finally {
      await poller.close();
    }
  }

  const failing = async (work: Promise<unknown>) => {
    const error: unknown = await work.then(
      () => assert.fail('it went well'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof Error && 'fault' in error, String(error));
    return error as Error & { fault: { code: string; message: string; retryAfterMs?: number } };
  };

  const json = (response: ServerResponse, value: unknown) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(value));

  it('goes from page to page, as each of the ways says, to the last', async () => {
    const ways: [unknown, (response: ServerResponse, next: string | undefined) => void][] = [
      [
        'link',
        (response, next) => {
          const first = '<http://elsewhere.example/x>; rel="first"';
          if (next) response.setHeader('link', `${first}, </api/orders?page=${next}>; rel="next"`);
          json(response, [next ?? 'end']);
        },
      ],
      [
        { url: '/@odata.nextLink' },
        (response, next) =>
          json(response, next ? { '@odata.nextLink': `orders?page=${next}`, of: next } : {}),
      ],
      [
        { cursor: '/paging/next', parameter: 'page' },
        (response, next) => json(response, { paging: { next: next ?? null } }),
      ],
    ];
    for (const [next, answer] of ways) {
      [asked, offered] = [[], []];
      state.clear();
      handle = ({ url }, response) => {
        const page = Number(new URL(url!, 'http://x').searchParams.get('page') ?? 1);
        answer(response, page < 3 ? String(page + 1) : undefined);
      };
      assert.equal(await look({ next }), false);
      assert.deepEqual(
        [asked, offered.map(({ name }) => name)],
        [
          ['GET /api/orders', 'GET /api/orders?page=2', 'GET /api/orders?page=3'],
          ['orders, page 1', 'orders, page 2', 'orders, page 3'],
        ],
      );
    }
  });

  it('asks for what came since it last asked, by the other side’s clock, and goes on after a crash where it was', async () => {
    const from = {
      ...{ path: 'orders?since={since}', overlap: '10m', start: '2026-01-01', next: 'link' },
    };
    handle = ({ url }, response) => {
      if (!url!.includes('page=2')) response.setHeader('link', '</api/orders?page=2>; rel=next');
      json(response, { url });
    };
    let takes = 0;
    take = async () => {
      takes += 1;
      if (takes === 2) throw new Error('killed');
    };
    await assert.rejects(look(from), { message: 'killed' });
    assert.equal(await look(from), false);
    assert.equal(await look(from), false);
    assert.deepEqual(asked, [
      'GET /api/orders?since=2026-01-01',
      'GET /api/orders?page=2',
      'GET /api/orders?page=2',
      'GET /api/orders?since=2026-11-28T01%3A50%3A00Z',
      'GET /api/orders?page=2',
    ]);
    assert.equal(new Set(offered.map(({ id }) => id)).size, 4, 'each page of each look is one');
  });

  it('takes an answer that did not change once', async () => {
    handle = ({ headers }, response) => {
      if (headers['if-none-match'] === '"a"') response.writeHead(304).end();
      else response.setHeader('etag', '"a"').end('[]');
    };
    await look({});
    await look({});
    await look({});
    assert.equal(offered.length, 1);
  });

  it('asks for all pages each time, for the first says nothing of what is new on the others', async () => {
    let last = ['b'];
    handle = ({ url, headers }, response) => {
      response.setHeader('last-modified', 'Sat, 28 Nov 2026 01:00:00 GMT');
      if (headers['if-modified-since'] !== undefined) return response.writeHead(304).end();
      if (url!.includes('page=2')) return json(response, last);
      response.setHeader('link', '</api/orders?page=2>; title="a, b"; rel="next"');
      json(response, ['a']);
    };
    await look({ next: 'link' });
    last = ['b', 'c'];
    await look({ next: 'link' });
    assert.deepEqual(
      offered.map(({ text }) => text),
      ['["a"]', '["b"]', '["a"]', '["b","c"]'],
    );
  });

  it('shows nothing of the path of its address, which may be a secret, in what becomes of a page', async () => {
    const places: unknown[] = [];
    handle = (_, response) => response.end('[]');
    for (const path of ['orders/new?key=k', '?key=k']) {
      await look({ path }, { url: `http://127.0.0.1:${port}/T0/s3cret` });
      state.clear();
      places.push(offered.at(-1));
    }
    assert.deepEqual(asked, ['GET /T0/s3cret/orders/new?key=k', 'GET /T0/s3cret/?key=k']);
    assert.doesNotMatch(JSON.stringify(places), /s3cret|key=/);
    assert.match(JSON.stringify(places), /"new, page 1".*"\/…\/orders\/new".*"…, page 1"/);
  });

  it('begins anew where the connector has another origin than the page that was next', async () => {
    const progress = { v: 1, looks: 3, since: '2026-11-28T02:00:00Z' };
    const walk = { began: progress.since, next: 'http://old.example/api/orders?page=2', page: 2 };
    state.set('progress', JSON.stringify({ ...progress, walk, cursor: walk.next }));
    handle = (_, response) => response.end('[]');
    await look({}, { headers: { 'X-Token': 'secret' } });
    assert.deepEqual(asked, ['GET /api/orders']);
  });

  it('goes on in a feed behind the last cursor, and ends a look where that stays', async () => {
    handle = ({ url }, response) => {
      const after = Number(new URL(url!, 'http://x').searchParams.get('after') ?? 0);
      json(response, { next: Math.min(after + 1, 2) });
    };
    const next = { cursor: '/next', parameter: 'after', keep: true };
    await look({ next });
    await look({ next });
    assert.equal(offered.length, 2);
    assert.deepEqual(asked.slice(-1), ['GET /api/orders?after=2']);
  });

  it('has its credentials go nowhere but to the origin of its address', async () => {
    let strangers = 0;
    const elsewhere = createServer((_request, response) => {
      strangers += 1;
      response.end('[]');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const there = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/orders`;
    const astray: [Handle, object][] = [
      [(_, response) => response.writeHead(302, { location: there }).end(), {}],
      [
        (_, response) => response.setHeader('link', `<${there}>; rel=next`).end('[]'),
        { next: 'link' },
      ],
      [(_, response) => json(response, { next: there }), { next: { url: '/next' } }],
      [
        (_, response) => json(response, { next: 'http://user@127.0.0.1:1/' }),
        { next: { url: '/next' } },
      ],
    ];
    try {
      for (const [answer, from] of astray) {
        handle = answer;
        const { fault } = await failing(look(from, { headers: { 'X-Token': 'secret' } }));
        assert.equal(fault.code, 'REST_FAILED');
        assert.match(fault.message, /where our credentials do not go/);
      }
      assert.equal(strangers, 0);
      await assert.rejects(look({ path: '//elsewhere.example/orders' }), { code: 'REST_FAILED' });
    } finally {
      await new Promise((resolve) => elsewhere.close(resolve));
    }
  });

  it('follows a redirect within the origin, but not in circles', async () => {
    handle = ({ url }, response) => {
      if (url === '/api/orders') response.writeHead(308, { location: '/api/v2/orders' }).end();
      else response.end('[]');
    };
    await look({});
    assert.equal(offered.length, 1);
    handle = (_, response) => response.writeHead(302, { location: '/api/orders' }).end();
    assert.match((await failing(look({}))).message, /redirects more than 5 times/);
  });

  it('calls no private address unless it may, whatever name leads there', async () => {
    handle = (_, response) => response.end('[]');
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:7f00:1]', '2130706433']) {
      const url = `http://${host}:${port}/api`;
      const { fault } = await failing(look({}, { url, private: false }));
      assert.equal(fault.code, 'REST_UNREACHABLE', host);
      assert.match(fault.message, /of this machine or of a private network/, host);
    }
    assert.equal(asked.length, 0);
  });

  it('stops while it waits for an answer, of a page or about a token', async () => {
    const token = { url: `http://127.0.0.1:${port}/token`, id: 'i', secret: 's' };
    for (const config of [{}, { oauth2: token }]) {
      const stop = new AbortController();
      handle = () => stop.abort();
      const { fault } = await failing(look({}, { ...config, timeout: '1h' }, stop.signal));
      assert.equal(fault.code, 'REST_UNREACHABLE');
    }
    assert.deepEqual(asked, ['GET /api/orders', 'POST /token']);
  });

  it('tells what is denied, passing, too large or broken off, and offers nothing of it', async () => {
    const answers: [Handle, string, RegExp][] = [
      [(_, response) => response.writeHead(401).end(), 'REST_DENIED', /answered 401/],
      [(_, response) => response.writeHead(403).end(), 'REST_DENIED', /answered 403/],
      [(_, response) => response.writeHead(500).end(), 'REST_FAILED', /answered 500/],
      [(_, response) => response.writeHead(404).end(), 'REST_FAILED', /answered 404/],
      [
        (_, response) => response.setHeader('content-encoding', 'br').end('x'),
        'REST_FAILED',
        /answered with 'br'/,
      ],
      [
        (_, response) => {
          response.writeHead(200, { 'content-length': 100 }).write('{"half":');
          setImmediate(() => response.destroy());
        },
        'REST_UNREACHABLE',
        /aborted|hang up|reset/,
      ],
      [(_, response) => response.destroy(), 'REST_UNREACHABLE', /hang up|reset/],
      [
        (_, response) => response.end(Buffer.alloc(limits.restAnswerBytes + 1)),
        'REST_FAILED',
        /more than 33554432 bytes/,
      ],
      [
        (_, response) => response.setHeader('link', '</api/orders>; rel=next').end('[]'),
        'REST_FAILED',
        /next page is the same again/,
      ],
    ];
    for (const [answer, code, said] of answers) {
      handle = answer;
      const { fault } = await failing(look({ next: 'link' }));
      assert.equal(fault.code, code, fault.message);
      assert.match(fault.message, said);
      assert.match(fault.message, /^connector 'partner': http:\/\/127\.0\.0\.1:\d+\/…\/orders: /);
    }
    handle = () => undefined;
    assert.match((await failing(look({}, { timeout: '50ms' }))).message, /no answer within 50 ms/);
    handle = (_, response) => response.writeHead(429, { 'retry-after': '7' }).end();
    assert.equal((await failing(look({}))).fault.retryAfterMs, 7_000);
    assert.equal(offered.length, 0);
  });

  it('asks for a token once, for another where that is not taken any more, and says who denies one', async () => {
    let tokens = 0;
    let valid = 'token-1';
    handle = (request, response) => {
      if (request.url !== '/token') {
        const isKnown = request.headers.authorization === `Bearer ${valid}`;
        response.writeHead(isKnown ? 200 : 401).end('[]');
        return;
      }
      tokens += 1;
      json(response, { access_token: `token-${tokens}`, token_type: 'Bearer', expires_in: 3600 });
    };
    const about = { name: 'partner', runtime, timeoutMs: 2_000, onlyPublic: false };
    const url = `http://127.0.0.1:${port}/token`;
    const client = { url, id: 'a b', secret: 's:1', scope: 'orders', audience: undefined };
    const own = new AccessTokens({ ...client, by: 'header' }, about);
    assert.deepEqual(
      await Promise.all([own.get(), own.get(), own.get()]),
      Array(3).fill('token-1'),
    );
    assert.equal(heads[0]!.authorization, `Basic ${btoa('a+b:s%3A1')}`);
    own.close();
    const oauth2 = { url, id: 'a', secret: 's', by: 'body' };
    [tokens, valid] = [0, 'token-2'];
    asked = [];
    await look({}, { oauth2 });
    assert.deepEqual(asked, ['POST /token', 'GET /api/orders', 'POST /token', 'GET /api/orders']);
    valid = 'never';
    const denied = await failing(look({}, { oauth2 }));
    assert.ok(isStockbusError(denied, 'REST_DENIED'), denied.message);
    handle = (_, response) => {
      response.statusCode = 400;
      json(response, { error: 'invalid_client' });
    };
    const { fault } = await failing(look({}, { oauth2 }));
    assert.match(fault.message, /\/token: answered 400 invalid_client and gave no token/);
    assert.equal(fault.code, 'REST_DENIED');
  });

  it('is told what has changed, under one key, and what it answers is kept', async () => {
    handle = (_, response) => {
      response.statusCode = 201;
      json(response, { order: { id: 4711, note: 'a\nb' } });
    };
    const to = rest.to!.read(
      { path: 'orders', answer: { order: '/order/id', note: '/order/note', none: '/none' } },
      [],
      refused,
    )!;
    const sink = rest.sink!(configOf(), to, { name: 'partner', flow: 'out', runtime });
    const said: string[] = [];
    const outgoing = {
      id: 'call-1',
      contentType: 'application/json',
      extension: 'json',
      flow: 'out',
    };
    const body = () => [Buffer.from('[1]')];
    await sink.send({ ...outgoing, body: body(), answered: (answer) => said.push(answer) });
    assert.deepEqual(said, ['201, order 4711, note a b']);
    assert.deepEqual(
      [asked[0], heads[0]!['idempotency-key'], heads[0]!['content-type']],
      ['POST /api/orders', 'call-1', 'application/json'],
    );
    handle = (_, response) => response.writeHead(422).end('no such\nSKU');
    const { fault } = await failing(sink.send({ ...outgoing, body: body() }));
    assert.deepEqual(
      [fault.code, /answered 422: no such SKU$/.test(fault.message)],
      ['REST_REFUSED', true],
    );
    await sink.close();
  });

  it('refuses a path with braces that stand for nothing', () => {
    const said: string[] = [];
    const report = ({ message }: { message: string }) => said.push(message);
    rest.from!.read({ path: 'orders?since={sinc}' }, [], report);
    rest.from!.read({ path: 'orders?since={since}' }, [], report);
    rest.to!.read({ path: 'orders/{id}' }, [], report);
    assert.deepEqual(said, [
      "'{sinc}' stands for nothing here: write {since}, or %7B and %7D for the braces themselves",
      "'{id}' stands for nothing here: write %7B and %7D for the braces themselves",
    ]);
  });
});
