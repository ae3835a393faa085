import { deepEqual, equal, match } from 'node:assert/strict';
import { load } from '../flow/hubFolder.ts';
import { type ApiRig, openApi } from './apiRig.ts';

const TOKEN = 's3cret';
const subscription = (name: string, to: string) =>
  `flow: ${name}\nfrom: stock.changed.v1\nwrite: json\nto: ${to}\n`;

describe('API: where flows send', () => {
  let rig: ApiRig;

  beforeEach(async () => {
    rig = await openApi({ token: TOKEN });
    const { flows } = await load({
      'flows/shop.yaml': subscription('shop', '{ http: webshop }'),
      'flows/both.yaml': subscription(
        'both',
        '\n  - { name: far, when: sku = "A", to: { http: webshop } }\n  - { name: near, to: { folder: outbox } }',
      ),
    });
    rig.hub.running = flows;
  });

  afterEach(() => rig.close());

  async function call(method: string, path: string, body?: unknown, token = TOKEN) {
    const response = await fetch(rig.url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
    const said = (text.startsWith('{') ? JSON.parse(text) : text) as any;
    return { status: response.status, said };
  }

  /** As a hub that sends keeps it. */
  async function failing(name: string): Promise<void> {
    const body = {
      ...{ v: 1, attempts: 3, failingSince: '2026-12-31T23:00:00.000Z' },
      head: { id: 'msg_1', attempts: 3 },
      lastAnswer: { at: '2026-12-31T23:59:00.000Z', code: 'WEBHOOK_FAILED', message: 'it is 503' },
    };
    const row = {
      ...{ state: 'backing-off', since: '2026-12-31T23:00:00.000Z', words: [name] },
      ...{ dueAt: '2027-01-01T00:10:00.000Z', body: JSON.stringify(body) },
    };
    const change = { kind: 'endpoint', id: name, expected: '', row };
    equal(await rig.store.changeControl(`row of ${name}`, [change]), 'done');
  }

  it('are listed by name, those too that always took what they were sent, and shown one by one', async () => {
    await failing('shop');
    const { status, said } = await call('GET', '/v1/endpoints');
    equal(status, 200);
    deepEqual(said.rows, [
      { name: 'both.far', flow: 'both', state: 'active', attempts: 0 },
      { name: 'both.near', flow: 'both', state: 'active', attempts: 0 },
      {
        ...{ name: 'shop', flow: 'shop', state: 'backing-off', attempts: 3 },
        ...{ since: '2026-12-31T23:00:00.000Z', failingSince: '2026-12-31T23:00:00.000Z' },
        nextProbe: '2027-01-01T00:10:00.000Z',
        lastAnswer: {
          ...{ at: '2026-12-31T23:59:00.000Z', code: 'WEBHOOK_FAILED', message: 'it is 503' },
        },
      },
    ]);
    deepEqual((await call('GET', '/v1/endpoints/shop')).said, said.rows[2]);
    const csv = await call('GET', '/v1/endpoints?format=csv');
    match(csv.said, /^name.*\r?\nboth\.far,both,active/);
    equal((await call('GET', '/v1/endpoints?format=pdf')).status, 400);
    const unknown = await call('GET', '/v1/endpoints/shap');
    deepEqual([unknown.status, unknown.said.code], [404, 'ENDPOINT_UNKNOWN']);
    match(unknown.said.todo, /did you mean 'shop'/);
  });

  it('are paused with a reason and by whom, asked, and resumed; the last answer stays', async () => {
    await failing('shop');
    const paused = await call('POST', '/v1/endpoints/shop/pause', {
      reason: 'it moves',
      by: 'eva',
    });
    equal(paused.status, 200);
    const { state, paused: why, nextProbe, lastAnswer, attempts } = paused.said;
    deepEqual(
      [state, why, nextProbe],
      ['paused', { by: 'token (eva)', reason: 'it moves' }, undefined],
    );
    deepEqual([lastAnswer.message, attempts], ['it is 503', 3]);
    const asked = await call('POST', '/v1/endpoints/shop/probe');
    deepEqual([asked.said.state, asked.said.isAsked], ['paused', true]);
    equal(asked.said.nextProbe, '2027-01-01T00:00:00.000Z');
    const resumed = await call('POST', '/v1/endpoints/shop/resume');
    deepEqual([resumed.said.state, resumed.said.attempts], ['active', 0]);
    deepEqual(resumed.said.lastAnswer, lastAnswer);
    deepEqual((await call('GET', '/v1/endpoints/shop')).said, resumed.said);
  });

  it('that take all they are sent are not asked, and nothing is written of them', async () => {
    for (const action of ['probe', 'resume']) {
      const { status, said } = await call('POST', `/v1/endpoints/both.far/${action}`);
      deepEqual([status, said.state], [200, 'active'], action);
    }
    deepEqual(await rig.store.control('endpoint', ['both.far']), []);
  });

  it('are nobody’s without the token, nor what is not there, or said badly; then nothing is changed', async () => {
    const [wrong, unknown, bad, moved] = [
      await call('POST', '/v1/endpoints/shop/pause', undefined, 'other'),
      await call('POST', '/v1/endpoints/both/pause'),
      await call('POST', '/v1/endpoints/shop/pause', { reason: 5 }),
      await call('POST', '/v1/endpoints/shop/remove'),
    ];
    deepEqual(
      [wrong, unknown, bad, moved].map(({ status, said }) => [status, said.code]),
      [
        [401, 'HTTP_UNAUTHORIZED'],
        [404, 'ENDPOINT_UNKNOWN'],
        [400, 'HTTP_BAD_REQUEST'],
        [404, 'HTTP_NOT_FOUND'],
      ],
    );
    equal(bad.said.at.field, 'reason');
    deepEqual(await rig.store.control('endpoint', ['shop', 'both']), []);
  });

  it('that others change all the time say that it may go a moment later', async () => {
    rig.store.changeControl = async () => 'conflict';
    const { status, said } = await call('POST', '/v1/endpoints/shop/pause');
    deepEqual([status, said.code], [503, 'ENDPOINT_CHANGED']);
  });

  it('say how they answered over two days, hour by hour; an hour that is over is counted once', async () => {
    const now = Date.UTC(2027, 0, 1);
    const called = (hoursAgo: number, code: string) => ({
      ...{ at: new Date(now - hoursAgo * 3_600_000).toISOString(), sink: 'shop', message: 'm' },
      ...{ call: 'c', records: 1, attempt: 1, ms: 1, code, answer: '' },
    });
    const deliveries = [called(60, ''), called(47, ''), called(2, 'WEBHOOK_FAILED'), called(2, '')];
    await rig.store.noteHistory({ payloads: [], snapshots: [], deliveries });
    const asked: string[] = [];
    const { callsByHour } = rig.store;
    rig.store.callsByHour = (since, before) => {
      asked.push(since);
      return callsByHour.call(rig.store, since, before);
    };
    for (let turn = 0; turn < 2; turn += 1) {
      const { said } = await call('GET', '/v1/attempts');
      deepEqual(said.rows, [
        { endpoint: 'shop', hour: '2026-12-30T01:00:00.000Z', took: 1, failed: 0 },
        { endpoint: 'shop', hour: '2026-12-31T22:00:00.000Z', took: 1, failed: 1 },
      ]);
    }
    equal(asked.length, 48);
  });
});
