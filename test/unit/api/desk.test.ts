/** What is parked and dead, over HTTP: found, corrected, sent again, ticked off, one by one and by a filter. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { deskRoutes } from '../../../core/api/rest/deskRoutes.ts';
import { sinkQueue } from '../../../core/deliver/sinkQueue.ts';
import { type Fault, StockbusError } from '../../../core/errors.ts';
import type { TakingFlow } from '../../../core/flow/compiledFlow.ts';
import { limits } from '../../../core/limits.ts';
import type { KeptLetter, Payload } from '../../../core/ports.ts';
import { receiptOf, textOf } from '../../contract/connector/connectorContract.ts';
import { commitOf, parkedOf } from '../../contract/store/fixtures.ts';
import { type ApiRig, openApi } from './apiRig.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
type Answer = any;

const QUEUE = sinkQueue('webshop');
const codeOf: Record<string, Fault['code']> = {
  Qty: 'DECIMAL_INVALID',
  Whse: 'LOOKUP_NOT_FOUND',
  Old: 'OF_ANOTHER_VERSION' as Fault['code'],
};

describe('the API over a hub of the test: /v1/parked and /v1/dead', () => {
  let rig: ApiRig;
  let sent: string[];

  beforeEach(async () => {
    rig = await openApi();
    sent = [];
    rig.hub.flowOf = (name) =>
      name === 'receipts'
        ? ({ name, source: name, readsOfPayload: new Set() } as unknown as TakingFlow)
        : undefined;
    rig.hub.take = async (_leg, payload: Payload) => {
      sent.push(`${payload.actor} ${await textOf(payload.body)}`);
      return { ...receiptOf(payload), records: 1, messages: 1 };
    };
    await rig.store.commit(commitOf({ parked: [row('p1', 'PO-1', 'Qty')] }));
    await rig.store.commit(commitOf({ parked: [row('p2', 'PO-2', 'Whse')] }));
    await rig.store.commit(
      commitOf({ parked: [row('p3', 'PO-3', 'Whse'), row('p4', 'PO-4', 'Qty', 'returns')] }),
    );
    await rig.store.keepDead([letter('d1', 'SKU-1'), letter('d2', 'SKU-2')]);
  });

  afterEach(() => rig.close());

  const row = (id: string, order: string, field: string, flow = 'receipts') =>
    parkedOf(id, {
      origin: { intakeId: `i-${id}`, flow, name: `${flow}.csv` },
      faults: [{ code: codeOf[field]!, message: `no ${field}`, at: { field } }],
      content: JSON.stringify([{ record: 1, value: { PO: order, Qty: 'x', Whse: '?' } }]),
    });
  const letter = (id: string, sku: string): KeptLetter => ({
    ...{ id, queue: QUEUE, messageId: `m-${id}`, contentType: 'application/json' },
    ...{ code: 'HTTP_REFUSED', reason: 'HTTP_REFUSED 422', deadAt: '2026-05-01T00:00:00.000Z' },
    ...{ records: 1, bytes: 2, words: [sku.toLowerCase()], body: Buffer.from(`{"sku":"${sku}"}`) },
  });

  async function get(path: string, status = 200): Promise<Answer> {
    const answer = await fetch(rig.url + path);
    const text = await answer.text();
    equal(answer.status, status, text);
    return JSON.parse(text);
  }
  async function post(path: string, body: unknown = {}, status = 200): Promise<Answer> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(rig.url + path, { method: 'POST', body: text });
    const said = await answer.text();
    equal(answer.status, status, said);
    return JSON.parse(said);
  }
  const ids = async (path: string): Promise<string> =>
    (await get(path)).rows.map(({ id }: Answer) => id).join(' ');
  const stateOf = async (path: string): Promise<string> => (await get(path)).state;

  it('is shown and worked on by nobody without the token, and by no page', async () => {
    const secured = await openApi({ token: 'secret' });
    try {
      ok(deskRoutes.length > 15);
      for (const { method, path } of deskRoutes) {
        const url = secured.url + path.replace(':id', 'p1');
        const without = await fetch(url, { method });
        const page = await fetch(url, {
          method,
          headers: { authorization: 'Bearer secret', origin: 'https://evil.example' },
        });
        deepEqual([without.status, page.status], [401, 403], `${method} ${path}`);
      }
    } finally {
      await secured.close();
    }
  });

  it('is found by each filter, in pages, and refuses what is no filter', async () => {
    equal(await ids('/v1/parked'), 'p1 p2 p3 p4');
    for (const [query, found] of [
      ['flow=returns', 'p4'],
      ['code=DECIMAL_INVALID', 'p1 p4'],
      ['field=Whse', 'p2 p3'],
      ['name=receipts.csv&code=LOOKUP_NOT_FOUND', 'p2 p3'],
      ['find=po-3', 'p3'],
      ['find=nothing', ''],
      ['state=dismissed', ''],
      ['since=2099-01-01', ''],
      ['until=2099-01-01T00:00:00Z&find=PO-1', 'p1'],
    ] as const)
      equal(await ids(`/v1/parked?${query}`), found, query);
    const first = await get('/v1/parked?limit=3');
    equal(await ids(`/v1/parked?limit=3&after=${encodeURIComponent(first.next)}`), 'p4');
    const csv = await fetch(`${rig.url}/v1/parked?format=csv&find=PO-1`);
    match(await csv.text(), /^id,flow.*\r\np1,receipts,/);
    for (const bad of [
      'state=lost',
      'since=soon',
      `find=${'x'.repeat(257)}`,
      'limit=0',
      'sku=A',
      'after=x&after=y',
    ])
      equal((await get(`/v1/parked?${bad}`, 400)).code, 'HTTP_BAD_REQUEST', bad);
  });

  it('is grouped by cause, most first, without what is closed', async () => {
    await post('/v1/parked/p1/dismiss', { reason: 'footer' });
    const { rows } = await get('/v1/parked/groups');
    deepEqual(
      rows.map(({ flow, code, count }: Answer) => [flow, code, count]),
      [
        ['receipts', 'LOOKUP_NOT_FOUND', '2'],
        ['returns', 'DECIMAL_INVALID', '1'],
      ],
    );
    // p2 is the first of them, p3 the last; p4 came with it.
    deepEqual(
      rows.map(({ trend }: Answer) => trend.replaceAll(/( 0)+ /g, ' … ')),
      ['1 … 1', '0 … 1'],
    );
    const dead = await get('/v1/dead/groups');
    deepEqual(
      dead.rows.map(({ to, code, count }: Answer) => [to, code, count]),
      [['webshop', 'HTTP_REFUSED', '2']],
    );
    equal((await get('/v1/parked/groups?flow=returns')).rows.length, 1);
  });

  it('is corrected, assigned, ticked off and opened again, by whom and why', async () => {
    await post('/v1/parked/p1/assign', { to: 'bert', by: 'anna' });
    await post('/v1/parked/p1/correct', { set: { Qty: '12' }, unset: ['Whse'], by: 'bert' });
    const shown = await get('/v1/parked/p1');
    deepEqual([shown.state, shown.assignee], ['assigned', 'bert']);
    deepEqual(JSON.parse(shown.corrected)[0].value, { PO: 'PO-1', Qty: '12' });
    match(shown.content, /"Qty":"x"/);
    equal(shown.faults[0].code, 'DECIMAL_INVALID');
    const done = await post('/v1/parked/p1/dismiss', { reason: 'told by phone' });
    equal(done.content, undefined, 'a case has no copy of the record');
    await post('/v1/parked/p1/dismiss', { reason: 'again' }, 409);
    await post('/v1/parked/p1/reopen', { by: 'anna' });
    await post('/v1/parked/p1/reopen', {}, 409);
    deepEqual(
      (await get('/v1/parked/p1')).log.map(({ by, did, to, reason, changes }: Answer) =>
        [by, did, to ?? reason ?? changes?.length].filter(Boolean).join(' '),
      ),
      [
        'local (anna) assigned bert',
        'local (bert) corrected 2',
        'local dismissed told by phone',
        'local (anna) reopened',
      ],
    );
  });

  it('refuses what is not said, said wrong, too long or not there, and notes nothing', async () => {
    for (const [path, body, status] of [
      ['p1/dismiss', {}, 400],
      ['p1/dismiss', { reason: ' ' }, 400],
      ['p1/dismiss', { reason: 'x'.repeat(limits.reasonCharacters + 1) }, 400],
      ['p1/dismiss', { reason: 7 }, 400],
      ['p1/dismiss', '["no object"]', 400],
      ['p1/dismiss', '{', 400],
      ['p1/assign', { to: '' }, 400],
      ['p1/correct', { set: { Qty: 1 } }, 400],
      ['p1/correct', { unset: 'Qty' }, 400],
      ['p1/correct', { set: { 'a b c[': '1' } }, 422],
      ['p1/correct', {}, 422],
      ['p1/correct', { set: { Qty: 'x'.repeat(limits.documentBytes) } }, 422],
      ['p1/correct', ' '.repeat(2 * limits.documentBytes + 1), 413],
      ['p1/reopen', { by: '' }, 400],
      ['no/dismiss', { reason: 'x' }, 404],
      ['no/replay', {}, 404],
      ['no/rehearse', {}, 404],
    ] as const)
      ok(await post(`/v1/parked/${path}`, body, status), path);
    deepEqual((await get('/v1/parked/p1')).log, []);
    await get('/v1/parked/no', 404);
    await rig.store.commit(commitOf({ parked: [row('p5', 'PO-5', 'Old')] }));
    equal((await get('/v1/parked/p5')).faults[0].code, 'OF_ANOTHER_VERSION');
    await get('/v1/dead/no', 404);
  });

  it('is sent again as it was corrected, once, and can be followed', async () => {
    await post('/v1/parked/p2/correct', { set: { Whse: 'BER' } });
    const accepted = await post('/v1/parked/p2/replay', { by: 'anna' }, 202);
    equal(sent.length, 1);
    match(sent[0]!, /^local \(anna\) .*"Whse":"BER"/);
    equal((await get(`/v1/messages/${accepted.intakeId}`)).state, 'accepted');
    await post('/v1/parked/p2/replay', {}, 409);
    equal(sent.length, 1);
    await post('/v1/parked/p4/replay', {}, 409);
    equal(await stateOf('/v1/parked/p4'), 'open', 'its flow is gone');
    rig.hub.take = async () => {
      throw new StockbusError('BROKER_UNREACHABLE', 'away');
    };
    await post('/v1/parked/p1/replay', {}, 503);
    equal(await stateOf('/v1/parked/p1'), 'replaying');
  });

  it('is worked on by a filter: what fits and waits, up to a number, each by itself', async () => {
    const reason = { reason: 'wrong table', by: 'anna' };
    deepEqual(await post('/v1/parked/dismiss?field=Whse&most=1', reason), {
      ...{ done: 1, failed: 0, left: 1 },
    });
    deepEqual(await post('/v1/parked/dismiss?field=Whse', reason), { done: 1, failed: 0, left: 0 });
    equal(await ids('/v1/parked?state=dismissed'), 'p2 p3');
    deepEqual(await post('/v1/parked/reopen?find=PO-3'), { done: 1, failed: 0, left: 0 });
    deepEqual(await post('/v1/parked/assign?all=true', { to: 'bert' }), {
      ...{ done: 3, failed: 0, left: 0 },
    });
    equal(await ids('/v1/parked?state=assigned'), 'p1 p3 p4');
    await post('/v1/parked/correct?flow=receipts', { set: { Whse: 'BER' } });
    const { done, failed, fault } = await post('/v1/parked/replay?all=true&rate=60000');
    deepEqual([done, failed, fault.code], [2, 1, 'REPLAY_UNFIT']);
    equal(sent.filter((line) => line.includes('"Whse":"BER"')).length, 2);
  });

  it('keeps the pace that is asked for, and refuses what would take longer than a caller waits', async () => {
    const began = performance.now();
    await post('/v1/parked/assign?flow=receipts&rate=600&most=3', { to: 'bert' });
    ok(performance.now() - began >= 195, 'the third begins 200 ms after the first');
    for (const [query, why] of [
      ['', /'all' or a filter/],
      ['?most=5', /'all' or a filter/],
      ['?state=open', /'all' or a filter/],
      ['?all=false', /'all' is not true/],
      ['?all=true&rate=1', /at most 1,/],
      ['?all=true&rate=60&most=200', /at most 60,/],
      [`?all=true&most=${limits.workAtOnce + 1}`, /more than 1000/],
      ['?all=true&most=0', /whole number/],
      ['?all=true&limit=5', /not a parameter/],
    ] as const)
      match((await post(`/v1/parked/dismiss${query}`, { reason: 'x' }, 400)).detail, why);
    await post('/v1/parked/dismiss?all=true', {}, 400);
    equal(await ids('/v1/parked?state=dismissed'), '');
  });

  it('leaves the rest where the caller goes away', async () => {
    const second = Promise.withResolvers<void>();
    const going = new AbortController();
    rig.hub.take = async (_leg, payload) => {
      sent.push('');
      if (sent.length > 1) await second.promise;
      return receiptOf(payload);
    };
    await post('/v1/parked/dismiss?flow=returns', { reason: 'x' });
    const asked = fetch(`${rig.url}/v1/parked/replay?all=true`, {
      method: 'POST',
      signal: going.signal,
    }).catch(() => undefined);
    while (sent.length < 2) await new Promise(setImmediate);
    going.abort();
    await asked;
    // Behind the end of that connection.
    for (let turns = 0; turns < 5; turns += 1) await get('/v1/parked');
    second.resolve();
    while ((await stateOf('/v1/parked/p2')) !== 'replayed');
    equal(sent.length, 2);
    equal(await stateOf('/v1/parked/p3'), 'open');
  });

  it('of a dead letter: found, shown with what is in it, sent to its queue alone, ticked off', async () => {
    equal(await ids('/v1/dead'), 'd1 d2');
    equal(await ids('/v1/dead?flow=webshop&find=sku-2'), 'd2');
    equal(await ids('/v1/dead?flow=other'), '');
    const shown = await get('/v1/dead/d1');
    deepEqual([shown.to, shown.queue, shown.code], ['webshop', QUEUE, 'HTTP_REFUSED']);
    ok(Array.isArray(shown.content));
    equal((await post('/v1/dead/d1/replay', { by: 'anna' })).state, 'replayed');
    deepEqual(
      rig.hub.published.map(({ id, to }) => [id, to]),
      [['m-d1', { queue: QUEUE }]],
    );
    await post('/v1/dead/d1/replay', {}, 409);
    await post('/v1/dead/d1/assign', { to: 'bert' }, 409);
    deepEqual(await post('/v1/dead/replay?flow=webshop'), { done: 1, failed: 0, left: 0 });
    equal(rig.hub.published.length, 2);
    await rig.store.keepDead([letter('d3', 'SKU-3')]);
    await post('/v1/dead/dismiss?code=HTTP_REFUSED', { reason: 'old' });
    equal(await ids('/v1/dead?state=dismissed'), 'd3');
  });
});
