import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquet } from '../../../core/codecs/parquet.ts';
import { xlsx } from '../../../core/codecs/xlsx.ts';
import type { RecordValue } from '../../../core/ports.ts';
import { queryNames } from '../../../core/reports/Query.ts';
import { codecWith, readAll, values } from '../../contract/codec/readAll.ts';
import type { Books } from '../../property/Books.ts';
import { readParquet } from '../../pyarrow.ts';
import { type ApiRig, openApi } from '../../unit/api/apiRig.ts';
import { openShop } from '../../unit/reports/shop.ts';

describe('API: reports', () => {
  let rig: ApiRig;
  let shop: Books;

  before(async () => {
    rig = await openApi();
    shop = await openShop(rig.store);
  });

  after(() => rig.close());

  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  const json = async (path: string): Promise<{ status: number; body: any }> => {
    const response = await fetch(rig.url + path);
    return { status: response.status, body: await response.json() };
  };
  const rows = async (path: string) => (await json(path)).body.rows;

  it('answer at an address of their own, with the fields that the document describes', async () => {
    const { body: document } = await json('/openapi.json');
    for (const name of queryNames) {
      const { status, body } = await json(`/v1/${name}`);
      assert.equal(status, 200, name);
      const answer = document.paths[`/v1/${name}`].get.responses[200].content['application/json'];
      const list = document.components.schemas[answer.schema.$ref.split('/').at(-1)];
      const row = document.components.schemas[list.properties.rows.items.$ref.split('/').at(-1)];
      for (const each of body.rows) {
        assert.deepEqual(Object.keys(each), Object.keys(row.properties), name);
        for (const [field, value] of Object.entries(each)) {
          assert.match(String(value), new RegExp(row.properties[field].pattern ?? ''), field);
        }
      }
    }
  });

  it('come as files with types: all rows of a report, under its name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stockbus-files-'));
    try {
      const all = await rows('/v1/ledger');
      const get = async (path: string, accept?: string) => {
        const response = await fetch(rig.url + path, accept ? { headers: { accept } } : {});
        const { status, headers } = response;
        const { 'content-type': type, 'content-disposition': named } = Object.fromEntries(headers);
        return { status, type, named, body: Buffer.from(await response.arrayBuffer()) };
      };
      const book = await get('/v1/ledger?format=xlsx');
      assert.deepEqual(
        [book.status, book.type, book.named],
        [...[200, xlsx.contentType, 'attachment; filename="ledger.xlsx"']],
      );
      const read = values(await readAll(codecWith(xlsx), book.body)) as RecordValue[];
      assert.deepEqual(
        read.map((row) => [row.sku, row.seq, row.at]),
        all.map((row: RecordValue) => [row.sku, row.seq, String(row.at).replace(/(\.000)?Z$/, '')]),
      );
      const table = await get('/v1/ledger', parquet.contentType);
      assert.equal(table.type, parquet.contentType);
      assert.equal(table.named, 'attachment; filename="ledger.parquet"');
      const file = join(folder, 'ledger.parquet');
      writeFileSync(file, table.body);
      const arrow = await readParquet(file);
      assert.deepEqual(
        ['quantity', 'value', 'day', 'at', 'sku'].map((name) => arrow.types[name]),
        [
          'decimal128(38, 6)',
          'decimal128(38, 6)',
          'date32[day]',
          'timestamp[us, tz=UTC]',
          'string',
        ],
      );
      assert.deepEqual(
        arrow.rows.map(({ sku, value, day }) => [sku, Number(value), day]),
        all.map(({ sku, value, day }: RecordValue) => [sku, Number(value), day]),
      );
      const page = await get('/v1/ledger?format=xlsx&limit=2');
      assert.equal(values(await readAll(codecWith(xlsx), page.body)).length, 2);
      const refused = await get('/v1/ledger?format=parquet&knownAt=2027-01-01');
      assert.deepEqual([refused.status, refused.type], [400, 'application/problem+json']);
      const { status, headers } = await fetch(`${rig.url}/v1/stock/A?format=xlsx`, {
        method: 'HEAD',
      });
      assert.deepEqual([status, headers.get('content-type')], [200, xlsx.contentType]);
      const flows = await get('/v1/flows?format=xlsx');
      assert.equal(flows.named, 'attachment; filename="flows.xlsx"');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('take both dates, and refuse what is not known yet', async () => {
    const value = async (clocks: string) =>
      (await rows(`/v1/valuation?sku=A${clocks}`)).map((row: { value: string }) => row.value);
    assert.deepEqual(await value(''), ['132.00', '16.00']);
    assert.deepEqual(await value('&knownAt=2026-06-19'), ['40.00', '20.00']);
    assert.deepEqual(await value('&asOf=2026-06-10&knownAt=2026-06-19'), ['60.00']);
    const { status, body } = await json('/v1/journal?knownAt=2027-01-01');
    assert.deepEqual([status, body.code], [400, 'KNOWN_AT_FUTURE']);
    assert.match(body.todo, /Leave knownAt out/);
  });

  it('page through what was read side by side, row by row, to the same whole', async () => {
    for (const name of [
      'valuation',
      'journal',
      'statement',
      'available',
      'ageing?by=slot',
      'trial',
    ]) {
      const glue = name.includes('?') ? '&' : '?';
      const whole = await rows(`/v1/${name}`);
      const paged: unknown[] = [];
      let after = '';
      do {
        const { body } = await json(`/v1/${name}${glue}limit=1${after}`);
        assert.equal(body.rows.length, 1, name);
        paged.push(...body.rows);
        after = body.next === undefined ? '' : `&after=${body.next}`;
      } while (after !== '');
      assert.deepEqual(paged, whole, name);
      assert.ok(whole.length > 2, name);
    }
  });

  it('say their totals where they have all rows', async () => {
    const { totals } = (await json('/v1/valuation')).body;
    assert.deepEqual(totals, [
      { pool: 'main', value: '152.00', currency: 'EUR' },
      { pool: 'north', quantity: '2', value: '16.00', currency: 'EUR' },
      { value: '168.00', currency: 'EUR' },
    ]);
    assert.deepEqual((await json('/v1/trial')).body.totals, [
      { debit: '276.00', credit: '276.00', balance: '0.00', currency: 'EUR' },
    ]);
    assert.deepEqual((await json('/v1/trial?sku=NOPE')).body.totals, []);
    const { next, totals: none } = (await json('/v1/valuation?limit=1')).body;
    assert.equal(none, undefined);
    assert.equal((await json(`/v1/valuation?after=${next}`)).body.totals, undefined);
    assert.equal((await json('/v1/stock')).body.totals, undefined);
  });

  it('say with the ledger of a SKU what there was before and after, on each page', async () => {
    const period = '/v1/ledger?sku=A&since=2026-06-10&asOf=2026-06-14&limit=1';
    const { opening, closing, next } = (await json(period)).body;
    const amounts = ({ quantity, value, currency }: Record<string, string>) =>
      `${quantity} ${value} ${currency}`;
    assert.deepEqual([amounts(opening), amounts(closing)], ['20 180.00 EUR', '16 148.00 EUR']);
    const other = (await json(`${period}&after=${next}`)).body;
    assert.deepEqual([other.opening, other.closing], [opening, closing]);
    assert.equal((await json('/v1/ledger?sku=A')).body.opening, undefined);
    assert.equal((await json('/v1/ledger?since=2026-06-10')).body.opening, undefined);
  });

  it('come as CSV and XML too', async () => {
    const csv = await (await fetch(`${rig.url}/v1/trial?format=csv`)).text();
    assert.match(
      csv,
      /^account,group,reason,partner,opening,debit,credit,balance,closing,currency\r?\n1400,,,,,214\.00,62\.00,152\.00,,EUR/,
    );
    const xml = await (await fetch(`${rig.url}/v1/slow-movers?days=1&format=xml`)).text();
    assert.match(xml, /<sku>B<\/sku><quantity>4<\/quantity>/);
  });

  it('show one reservation in full, or say that there is none', async () => {
    const { body } = await json('/v1/reservations/RES-1');
    assert.deepEqual(
      [body.state, body.lines[0].quantity, body.lines[0].location],
      ['pending', '3', 'BER'],
    );
    assert.deepEqual([body.log[0].action, body.log[0].result], ['create', 'created']);
    const none = await json('/v1/reservations/RES-2');
    assert.deepEqual([none.status, none.body.code], [404, 'HTTP_NOT_FOUND']);
  });

  it('refuse a page marker of another list', async () => {
    const { body } = await json('/v1/journal?limit=1');
    const { status, body: problem } = await json(`/v1/stock?after=${body.next}`);
    assert.deepEqual([status, problem.code], [400, 'CURSOR_INVALID']);
  });

  it('are of one moment of knowledge on all pages, and say which, whatever is booked between them', async () => {
    const asked = '/v1/ledger?limit=3&knownAt=2026-11-01';
    const response = await fetch(rig.url + asked);
    const {
      rows: first,
      next,
      knownAt,
    } = (await response.json()) as {
      rows: { recordedAt: string }[];
      next: string;
      knownAt: string;
    };
    assert.equal(response.headers.get('stockbus-known-at'), knownAt);
    const { rows: whole } = (await json(`/v1/ledger?knownAt=${knownAt}`)).body;
    assert.ok(whole.length > 3 && knownAt < '2026-07', 'nothing was recorded after it so far');
    const recordedAt = '2026-07-03T00:00:00.000Z';
    const lines = [{ line: '1', sku: 'A', location: 'BER', quantity: '1', unitCost: '1' }];
    const data = { document: 'Z1', at: '2026-06-30T00:00:00.000Z', lines };
    assert.deepEqual(await shop.send({ type: 'stock.receive.v1', recordedAt, data }), ['booked']);
    const rest: unknown[] = [];
    let mark = next;
    for (let page = await json(`${asked}&after=${mark}`); ; ) {
      assert.equal(page.body.knownAt, knownAt);
      rest.push(...page.body.rows);
      mark = page.body.next;
      if (mark === undefined) break;
      page = await json(`${asked}&after=${mark}`);
    }
    assert.deepEqual([...first, ...rest], whole);
    assert.deepEqual((await json(`/v1/ledger?knownAt=${knownAt}`)).body.rows, whole);
    assert.ok((await json('/v1/ledger?knownAt=2026-11-01')).body.knownAt >= recordedAt);
  });
});
