import assert from 'node:assert/strict';
import { type ApiRig, openApi, receive } from '../../unit/api/apiRig.ts';

describe('API: what the books say', () => {
  let rig: ApiRig;

  before(async () => {
    rig = await openApi();
    await receive(rig.store, 25);
  });

  after(() => rig.close());

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(rig.url + path, { headers });
  const json = async (path: string) => {
    const response = await get(path);
    const { status, headers } = response;
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
    const body = (await response.json()) as any;
    return { status, headers, body };
  };

  it('shows quantities as decimals and values with the digits of the currency', async () => {
    const stock = await json('/v1/stock?sku=SKU-1');
    assert.deepEqual(stock.body.rows, [
      {
        sku: 'SKU-1',
        location: 'WH-1',
        lot: '',
        status: 'available',
        owner: '',
        expiresOn: '',
        onHand: '12.5',
        reserved: '0.5',
        available: '12',
        version: '1',
        expired: '',
      },
    ]);
    const valuation = await json('/v1/valuation?sku=SKU-1');
    assert.deepEqual(valuation.body.rows, [
      {
        sku: 'SKU-1',
        pool: 'main',
        location: '',
        quantity: '12.5',
        value: '25.00',
        currency: 'EUR',
        unitCost: '2',
        method: 'fifo',
      },
    ]);
    const ledger = await json('/v1/ledger?document=GR-SKU-2');
    assert.equal(ledger.body.rows.length, 1);
    assert.equal(ledger.body.rows[0].value, '25.00');
    assert.equal(ledger.body.rows[0].messageId, 'SKU-2');
  });

  it('takes a name as messages have it, and refuses one with a character that nobody sees', async () => {
    const spelt = encodeURIComponent('\u00a0SKU-1 ');
    for (const list of ['stock', 'ledger', 'valuation']) {
      assert.ok((await json(`/v1/${list}?sku=${spelt}`)).body.rows.length > 0, list);
      const unseen = await json(`/v1/${list}?sku=${encodeURIComponent('SKU\u200b-1')}`);
      assert.deepEqual([unseen.status, unseen.body.code], [400, 'HTTP_BAD_REQUEST'], list);
    }
    assert.equal((await json(`/v1/stock/${spelt}`)).body.sku, 'SKU-1');
    const one = await json(`/v1/stock/${encodeURIComponent('SKU\u200b-1')}`);
    assert.deepEqual([one.status, one.body.code], [422, 'NAME_BAD_CHARACTER']);
    assert.match(one.body.detail ?? one.body.title, /U\+200B/);
  });

  it('pages with next in the body and in the Link header, to the last row and no further', async () => {
    for (const list of ['stock', 'ledger', 'valuation']) {
      const skus = new Set<string>();
      let path: string | undefined = `/v1/${list}?limit=10`;
      let pages = 0;
      while (path !== undefined) {
        const { body, headers } = await json(path);
        for (const row of body.rows) skus.add(row.sku);
        pages += 1;
        path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
        assert.equal(path === undefined, body.next === undefined);
      }
      assert.deepEqual([list, skus.size, pages], [list, 25, 3]);
    }
  });

  it('answers as of a day and as of an instant', async () => {
    assert.equal((await json('/v1/stock?asOf=2026-03-31')).body.rows.length, 25);
    assert.equal((await json('/v1/stock?asOf=2026-03-30')).body.rows.length, 0);
    const before = await json('/v1/ledger?asOf=2026-03-31T07:59:59Z');
    assert.equal(before.body.rows.length, 0);
    const zoned = await json(`/v1/ledger?asOf=${encodeURIComponent('2026-03-31T10:00:00+02:00')}`);
    assert.equal(zoned.body.rows.length, 25);
  });

  it('gives CSV and XML by Accept or by format', async () => {
    const csv = await get('/v1/stock?sku=SKU-1', { accept: 'text/csv' });
    assert.match(csv.headers.get('content-type')!, /^text\/csv/);
    assert.match(csv.headers.get('vary')!, /accept/i);
    assert.match(
      await csv.text(),
      /^sku,location,.*\r?\nSKU-1,WH-1,,available,,,12\.5,0\.5,12,1,\r?\n$/,
    );
    const xml = await get('/v1/valuation?sku=SKU-1&format=xml', { accept: 'text/csv' });
    assert.match(xml.headers.get('content-type')!, /^application\/xml/);
    assert.match(await xml.text(), /<value>25\.00<\/value>/);
    assert.equal(
      (await get('/v1/stock', { accept: '*/*' })).headers.get('content-type'),
      'application/json; charset=utf-8',
    );
    const none = await get('/v1/stock', { accept: 'image/png' });
    assert.equal(none.status, 406);
  });

  it('shows one SKU, and says when there is none', async () => {
    const { body } = await json('/v1/stock/SKU-3');
    assert.deepEqual([body.sku, body.version, body.rows.length], ['SKU-3', '1', 1]);
    const { body: many } = await json('/v1/stock/SKU-1');
    assert.equal(many.version, many.rows[0].version, 'the version of the SKU is that of its rows');
    const none = await json('/v1/stock/A%2FB');
    assert.deepEqual([none.status, none.body.code], [404, 'HTTP_NOT_FOUND']);
    assert.match(none.body.detail, /A\/B/);
  });

  it('names the parameter that is wrong, and the nearest one', async () => {
    const cases: [path: string, detail: RegExp, todo?: RegExp][] = [
      ['/v1/stock?loction=WH-1', /'loction' is not a parameter/, /did you mean 'location'/],
      ['/v1/stock?limit=0', /'limit' is not a number from 1 to/],
      ['/v1/stock?limit=1e3', /'limit'/],
      ['/v1/stock?asOf=31.03.2026', /'asOf' is not a day such as/],
      ['/v1/stock?asOf=2026-02-30', /'asOf'/],
      ['/v1/stock?since=2026-02-01', /'since' is not a parameter/],
      ['/v1/abc?shares=1,2,3', /'shares' is not three percentages that sum to 100/],
      ['/v1/ageing?by=lot', /'by' is not one of range, slot/],
      ['/v1/available?asOf=2026-02-01', /'asOf' is not a parameter/],
      ['/v1/stock?sku=a&sku=b', /'sku' is given twice/],
      ['/v1/stock?after=nonsense', /page marker/],
      ['/v1/stock?format=pdf', /'format' is not one of json, csv, xml, xlsx, parquet/],
      ['/healthz?x=1', /'x' is not a parameter/],
    ];
    for (const [path, detail, todo] of cases) {
      const { status, headers, body } = await json(path);
      assert.equal(status, 400, path);
      assert.match(headers.get('content-type')!, /^application\/problem\+json/);
      assert.equal(body.code, /after=/.test(path) ? 'CURSOR_INVALID' : 'HTTP_BAD_REQUEST');
      assert.match(body.detail, detail);
      if (todo) assert.match(body.todo, todo);
    }
  });

  it('answers every other fault as a problem document too', async () => {
    const nothing = await json('/v2/stock');
    assert.deepEqual([nothing.status, nothing.body.type], [404, '/v1/errors/HTTP_NOT_FOUND']);
    const broken = await json('/v1/stock/%E0%A4%A');
    assert.deepEqual([broken.status, broken.body.code], [400, 'HTTP_BAD_REQUEST']);
    const method = await fetch(`${rig.url}/v1/stock`, { method: 'DELETE' });
    assert.deepEqual([method.status, method.headers.get('allow')], [405, 'GET, HEAD']);
    const message = await json('/v1/messages/none');
    assert.equal(message.status, 404);
  });

  it('lists parked records and shows one', async () => {
    const origin = { intakeId: 'i1', flow: 'receipts', name: 'r.csv' };
    const fault = { code: 'EXPR_NOT_DATE', message: "'x' is no date", at: { record: 3 } } as const;
    const parked = {
      id: 'p1',
      origin,
      stage: 'intake',
      faults: [fault],
      record: 3,
      content: '[{}]',
    } as const;
    await rig.store.commit({
      recordedAt: '2026-04-01T00:00:00.000Z',
      inbox: [],
      tallies: [],
      parked: [{ ...parked, faults: [fault] }],
      documents: [],
      packs: [],
      staleCheckpoints: [],
      checkpoints: [],
      locations: [],
      reservations: [],
      periodVersion: 0,
      openOrders: [],
      outbox: [],
    });
    const list = await json('/v1/parked?flow=receipts');
    assert.deepEqual([list.body.rows[0].id, list.body.rows[0].code], ['p1', 'EXPR_NOT_DATE']);
    assert.equal((await json('/v1/parked?flow=other')).body.rows.length, 0);
    const one = await json('/v1/parked/p1');
    assert.equal(one.body.content, '[{}]');
    assert.deepEqual(one.body.faults[0].at, { record: 3 });
    assert.ok(one.body.faults[0].todo);
  });

  it('lists steps of flows that wait, with how many records and for how long', async () => {
    const since = '2026-12-31T23:58:30.000Z';
    const row = { since, waiting: 2, body: '' };
    await rig.store.knowStages(['receipts/delay']);
    await rig.store.commitStage({
      ...{ id: 'x', stage: 'receipts/await-despatches' },
      rows: [{ key: 'D1', expected: '', row }],
      outs: [{ id: '1', body: '' }],
    });
    const { rows } = (await json('/v1/stages')).body;
    assert.deepEqual(rows, [
      { stage: 'receipts/await-despatches', records: '2', since, seconds: '90', left: '1' },
      { stage: 'receipts/delay', records: '0', since: '', seconds: '', left: '0' },
    ]);
    const csv = await (await get('/v1/stages?format=csv')).text();
    assert.match(csv, /^stage,records,since,seconds,left\r?\n/);
  });

  it('lists runs of reports', async () => {
    const row = { state: 'open', since: '2026-12-31T02:00:00.000Z', words: ['daily'] };
    const body = JSON.stringify({ v: 1, attempts: 0 });
    const change = { kind: 'run', id: 'r', expected: '', row: { ...row, body } };
    await rig.store.changeControl('x', [change]);
    const { rows } = (await json('/v1/runs?flow=daily&state=open')).body;
    assert.deepEqual([rows[0].flow, rows[0].due, rows[0].attempts], ['daily', row.since, '0']);
    assert.deepEqual((await json('/v1/runs?state=failed')).body.rows, []);
    assert.equal((await json('/v1/runs?state=lost')).status, 400);
  });

  it('shows what there is, its health and its metrics', async () => {
    const index = await json('/');
    assert.ok(
      index.body.addresses.some(({ path }: { path: string }) => path === '/v1/stock/{sku}'),
    );
    assert.equal(index.body.flows[0].href, '/v1/flows/receipts');
    assert.deepEqual((await json('/healthz')).body, { status: 'ok' });
    assert.deepEqual((await json('/readyz')).body.checks, { broker: 'ok', store: 'ok' });
    rig.hub.health = { ready: false, checks: { broker: 'connection refused', store: 'ok' } };
    assert.equal((await json('/readyz')).status, 503);
    rig.hub.health = { ready: true, checks: {} };
    const metrics = await (await get('/metrics')).text();
    assert.match(metrics, /^process_cpu_seconds_total /m);
    const line =
      /^stockbus_http_request_seconds_count\{method="GET",route="\/v1\/stock",status="200"\} \d+$/m;
    assert.match(metrics, line);
  });

  it('describes every address in its OpenAPI document, with references that lead somewhere', async () => {
    const { body } = await json('/openapi.json');
    assert.equal(body.openapi, '3.1.0');
    const { body: index } = await json('/');
    for (const { method, path } of index.addresses) {
      assert.ok(body.paths[path]?.[method.toLowerCase()], `${method} ${path}`);
    }
    for (const [, name] of JSON.stringify(body).matchAll(/#\/components\/schemas\/(\w+)/g)) {
      assert.ok(body.components.schemas[name!], name);
    }
    assert.doesNotMatch(JSON.stringify(body.paths), /null/);
  });
});
