import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { StockbusError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import type { Payload } from '../../../core/ports.ts';
import { receiptOf, textOf } from '../../contract/connector/connectorContract.ts';
import { type ApiRig, openApi } from './apiRig.ts';

describe('the API over a hub of the test: POST /v1/flows/{flow}', () => {
  let rig: ApiRig;

  beforeEach(async () => {
    rig = await openApi();
  });

  afterEach(() => rig.close());

  const post = (
    flow: string,
    body: string | Uint8Array<ArrayBuffer> | ReadableStream,
    headers: Record<string, string> = {},
  ) =>
    fetch(`${rig.url}/v1/flows/${flow}`, {
      method: 'POST',
      body,
      headers,
      duplex: 'half',
    } as RequestInit);

  it('answers 202 with counts and the place to follow, once accept has resolved', async () => {
    const seen: { flow: string; text: string; payload: Payload }[] = [];
    rig.hub.accept = async (flow, payload) => {
      seen.push({ flow, text: await textOf(payload.body), payload });
      return { ...receiptOf(payload), records: 3, messages: 2, parked: 1 };
    };
    const response = await post('receipts', 'a;b\n1;2\n', { 'content-type': 'text/csv' });
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
    const body = (await response.json()) as any;
    assert.equal(response.status, 202);
    assert.deepEqual([body.records, body.messages, body.parked, body.faults], [3, 2, 1, []]);
    assert.equal(response.headers.get('location'), `/v1/messages/${body.intakeId}`);
    const { flow, text, payload } = seen[0]!;
    assert.deepEqual([flow, text], ['receipts', 'a;b\n1;2\n']);
    assert.equal(payload.origin.intakeId, body.intakeId);
    assert.deepEqual([payload.contentType, payload.sizeBytes], ['text/csv', 8]);
    const follow = await fetch(`${rig.url}/v1/messages/${body.intakeId}`);
    assert.equal(follow.status, 200);
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
    assert.equal(((await follow.json()) as any).done, false);
  });

  it('says of a payload that another process took in, or this one before a restart, that it is accepted', async () => {
    const payload = { intakeId: 'i1', flow: 'receipts', name: '/v1/flows/receipts' };
    const noted = { ...payload, at: '2026-12-31T23:59:00.000Z', digest: 'd', records: 3 };
    const notes = {
      payloads: [{ ...noted, messages: 3, parked: 0 }],
      deliveries: [],
      snapshots: [],
    };
    await rig.store.noteHistory(notes);
    const response = await fetch(`${rig.url}/v1/messages/i1`);
    assert.deepEqual([response.status, response.headers.get('retry-after')], [200, '1']);
    const said = (await response.json()) as Record<string, unknown>;
    assert.deepEqual(
      [said.state, said.flow, said.booked, said.firstAt, said.done],
      ['accepted', 'receipts', 0, noted.at, false],
    );
    assert.equal((await fetch(`${rig.url}/v1/messages/i2`)).status, 404);
  });

  it('tells at once what is known to keep the hub from taking anything, before it reads the body', async () => {
    let asked = 0;
    rig.hub.accept = async (_, payload) => {
      asked += 1;
      return receiptOf(payload);
    };
    rig.hub.refusal = new StockbusError(
      'BROKER_FULL',
      'RabbitMQ takes no messages now: low on memory',
    );
    const response = await post('receipts', 'a'.repeat(400_000));
    assert.deepEqual([response.status, asked], [503, 0]);
    assert.ok(Number(response.headers.get('retry-after')) >= 1);
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
    assert.equal(((await response.json()) as any).code, 'BROKER_FULL');
    delete rig.hub.refusal;
    assert.equal((await post('receipts', 'a')).status, 202);
  });

  it('takes the trace of the caller along, and nothing that is none', async () => {
    const traces: Payload['trace'][] = [];
    rig.hub.accept = async (_, payload) => {
      traces.push(payload.trace);
      return receiptOf(payload);
    };
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    for (const trace of [
      { traceparent, tracestate: 'vendor=1' },
      { traceparent, tracestate: 'x'.repeat(600) },
      { traceparent: 'nonsense', tracestate: 'vendor=1' },
      { tracestate: 'vendor=1' },
    ]) {
      await post('receipts', 'a;b', { 'content-type': 'text/csv', ...trace });
    }
    assert.deepEqual(traces, [
      { traceparent, tracestate: 'vendor=1' },
      { traceparent },
      undefined,
      undefined,
    ]);
  });

  it('answers what accept throws as a problem, with its status', async () => {
    rig.hub.accept = async () => {
      throw new StockbusError('FLOW_UNKNOWN', "there is no flow 'x'", undefined, { todo: 'look' });
    };
    const unknown = await post('x', 'a'.repeat(1_000_000));
    assert.equal(unknown.status, 404);
    assert.deepEqual(await unknown.json(), {
      type: '/v1/errors/FLOW_UNKNOWN',
      title: 'There is no flow of that name.',
      status: 404,
      detail: "there is no flow 'x'",
      code: 'FLOW_UNKNOWN',
      todo: 'look',
    });
    rig.hub.accept = async () => {
      throw new StockbusError('BROKER_UNREACHABLE', 'away');
    };
    const away = await post('receipts', 'a');
    assert.deepEqual([away.status, away.headers.get('retry-after')], [503, '1']);
  });

  it('keeps the message of a defect to the log', async () => {
    rig.hub.accept = async () => {
      throw new TypeError('password of x is 123');
    };
    const response = await post('receipts', 'a');
    const text = await response.text();
    assert.equal(response.status, 500);
    assert.doesNotMatch(text, /password/);
    const { instance } = JSON.parse(text);
    assert.ok(
      rig.logged.some((line) => line.event === 'http.defect' && line.instance === instance),
    );
  });

  it('refuses a body that is too large, whether or not its size is declared', async () => {
    rig.hub.accept = async (_flow, payload) => {
      await textOf(payload.body);
      return receiptOf(payload);
    };
    const declared = await post('receipts', new Uint8Array(limits.requestBytes + 1));
    assert.equal(declared.status, 413);
    const megabyte = new Uint8Array(1024 * 1024);
    let sent = 0;
    const stream = new ReadableStream({
      pull(controller) {
        if (sent > limits.requestBytes) return controller.close();
        sent += megabyte.length;
        controller.enqueue(megabyte);
      },
    });
    const streamed = await post('receipts', stream);
    assert.equal(streamed.status, 413);
  });

  it('refuses what is clearly another format, and tolerates what says nothing', async () => {
    rig.hub.accept = async (_flow, payload) => receiptOf(payload);
    const status = async (flow: string, type: string, more = {}) =>
      (await post(flow, 'a', { 'content-type': type, ...more })).status;
    assert.equal(await status('receipts', 'application/json'), 415);
    assert.equal(await status('returns', 'text/csv'), 415);
    assert.equal(await status('returns', 'application/xml'), 415);
    assert.equal(await status('receipts', 'multipart/form-data; boundary=x'), 415);
    assert.equal(await status('receipts', 'text/plain'), 202);
    assert.equal(await status('receipts', 'application/x-www-form-urlencoded'), 202);
    assert.equal(await status('returns', 'application/vnd.shop+json'), 202);
    assert.equal(await status('returns', 'application/x-ndjson'), 202);
  });

  it('undoes the compression that the sender states, within bounds', async () => {
    let text = '';
    rig.hub.accept = async (_flow, payload) => {
      text = await textOf(payload.body);
      return receiptOf(payload);
    };
    const send = async (coding: string, body: string | Uint8Array<ArrayBuffer>) => {
      const headers = { 'content-type': 'text/csv', 'content-encoding': coding };
      const response = await post('receipts', body, headers);
      const { code, detail } = (await response.json()) as Record<string, string>;
      return {
        status: response.status,
        code,
        detail,
        reads: response.headers.get('accept-encoding'),
      };
    };
    const said = 'a;b\n1;2\n';
    for (const [coding, bytes] of [
      ['gzip', gzipSync(said)],
      ['X-GZIP', gzipSync(said)],
      ['zstd', zstdCompressSync(said)],
      ['br', brotliCompressSync(said)],
      ['deflate', deflateSync(said)],
      ['identity', Buffer.from(said)],
    ] as const) {
      text = '';
      assert.equal((await send(coding, bytes)).status, 202, coding);
      assert.equal(text, said, coding);
    }
    const other = await send('compress', said);
    assert.deepEqual([other.status, other.reads], [415, 'gzip, zstd, br, deflate']);
    assert.equal((await send('gzip', gzipSync(said).subarray(0, -4))).code, 'PACKED_BROKEN');
    assert.equal((await send('gzip', said)).code, 'PACKED_BROKEN');
    const bomb = await send('gzip', gzipSync(Buffer.alloc(limits.unpackedFreeBytes * 2)));
    assert.deepEqual([bomb.status, bomb.code], [413, 'PACKED_TOO_LARGE']);
  });

  it('says of what curl -d sends how a file is sent whole', async () => {
    rig.hub.accept = async () => {
      throw new StockbusError('PAYLOAD_EMPTY', 'no record');
    };
    const todo = async (type: string): Promise<string> => {
      const response = await post('receipts', 'a;b1;2', { 'content-type': type });
      return ((await response.json()) as { todo: string }).todo;
    };
    assert.match(
      await todo('application/x-www-form-urlencoded'),
      /--data-binary @FILE -H 'content-/,
    );
    assert.doesNotMatch(await todo('text/csv'), /curl/);
  });

  it('fails an upload that breaks off', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    rig.hub.accept = async (_flow, payload) => {
      await textOf(payload.body).catch((error) => {
        resolve(error);
        throw error;
      });
      return receiptOf(payload);
    };
    const socket = connect(rig.port, '127.0.0.1');
    socket.write(
      'POST /v1/flows/receipts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf',
    );
    setTimeout(() => socket.destroy(), 50);
    const error = await promise;
    assert.ok(error instanceof StockbusError && error.code === 'HTTP_INCOMPLETE');
  });

  it('finishes what is in hand when it stops, and takes nothing new', async () => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    rig.hub.accept = async (_flow, payload) => {
      arrived.resolve();
      await release.promise;
      return receiptOf(payload);
    };
    const answer = post('receipts', 'a');
    await arrived.promise;
    const startedMs = performance.now();
    const stopped = rig.api.stop();
    await assert.rejects(fetch(`${rig.url}/healthz`));
    release.resolve();
    assert.equal((await answer).status, 202);
    await stopped;
    await rig.api.stop();
    assert.ok(
      performance.now() - startedMs < limits.idleConnectionMs,
      'it waited for idle connections',
    );
  });
});
