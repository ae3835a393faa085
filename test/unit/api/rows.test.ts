import assert from 'node:assert/strict';
import type { RowFilter } from '../../../core/api/auth/Caller.ts';
import { KeyDesk } from '../../../core/api/auth/KeyDesk.ts';
import { scopeNames } from '../../../core/api/auth/scopes.ts';
import { routes } from '../../../core/api/rest/routes.ts';
import { seenPage } from '../../../core/api/rest/seenPage.ts';
import { seenRows } from '../../../core/api/rest/seenRows.ts';
import type { Books, RecordValue } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { type ApiRig, openApi, receive } from './apiRig.ts';

describe('keys that see only some rows', () => {
  let rig: ApiRig;
  before(async () => {
    rig = await openApi({ token: 'a-token-of-sixteen', requestsPerMinute: 1_000_000 });
    // All of it lies at WH-1, and is of no group.
    await receive(rig.store, 3);
  });
  after(() => rig.close());

  const keyOf = async (rows: RowFilter): Promise<string> => {
    const wish = { name: 'berlin', scopes: scopeNames, source: 'api', rows };
    return (await new KeyDesk(rig.store, systemRuntime()).create(wish, 'cli:root')).key;
  };
  const call = (key: string, path: string, method = 'GET') =>
    fetch(rig.url + path, { method, headers: { authorization: `Bearer ${key}` } });
  const rowsOf = async (key: string, path: string): Promise<unknown[]> =>
    ((await (await call(key, path)).json()) as { rows: unknown[] }).rows;

  it('are refused by each address that does not say how it keeps rows apart', async () => {
    const key = await keyOf({ locations: ['BER'] });
    const open: string[] = [];
    for (const route of routes) {
      const path = route.path.replace(/:\w+/g, 'x');
      const answer = await call(key, path, route.method.toUpperCase());
      const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream');
      if (isStream) await answer.body?.cancel();
      const problem = (await answer.json().catch(() => ({}))) as { code?: string };
      if (problem.code !== 'HTTP_ROWS') open.push(`${route.method} ${route.path}`);
      if (route.scope !== 'open' && route.rows === undefined)
        assert.equal(problem.code, 'HTTP_ROWS', `${route.method} ${route.path}`);
    }
    const reads = open.filter((one) => one.startsWith('get /v1/'));
    assert.deepEqual(reads.sort(), [
      'get /v1/errors/:code',
      'get /v1/events',
      'get /v1/items',
      'get /v1/items/:sku',
      'get /v1/ledger',
      'get /v1/openapi',
      'get /v1/orders',
      'get /v1/reservations',
      'get /v1/session',
      'get /v1/session/oidc',
      'get /v1/session/oidc/callback',
      'get /v1/stock',
      'get /v1/stock/:sku',
      'get /v1/unmatched-returns',
      'get /v1/unpriced',
    ]);
  });

  it('see their locations in lists, files, sums and one SKU, and nothing of others', async () => {
    const [own, other] = [
      await keyOf({ locations: ['WH-1'] }),
      await keyOf({ locations: ['BER'] }),
    ];
    for (const path of ['/v1/stock', '/v1/ledger', '/v1/stock/SKU-1']) {
      assert.ok((await rowsOf(own, path)).length > 0, path);
      assert.deepEqual(await rowsOf(other, path), [], path);
    }
    const file = (key: string) =>
      call(key, '/v1/stock?format=parquet').then((one) => one.arrayBuffer());
    const [full, empty] = [await file(own), await file(other)];
    assert.ok(full.byteLength > empty.byteLength);
    const csv = await (await call(other, '/v1/ledger?format=csv')).text();
    assert.equal(csv.trim().split('\n').length, 1, 'only the header');
    const period = '/v1/ledger?sku=SKU-1&since=2026-03-01&asOf=2026-03-31';
    const told = (await (await call(other, period)).json()) as Record<string, unknown>;
    assert.deepEqual([told.opening, told.closing, told.rows], [undefined, undefined, []]);
  });

  it('get page markers that tell of nobody, and that nobody else made', async () => {
    const [own, other] = [
      await keyOf({ locations: ['WH-1'] }),
      await keyOf({ locations: ['BER'] }),
    ];
    type Paged = { rows: { sku: string }[]; next?: string };
    const page = async (key: string, query: string) =>
      (await (await call(key, `/v1/stock?limit=1${query}`)).json()) as Paged;
    assert.deepEqual(await page(other, ''), { rows: [] }, 'it is read on to the end');
    const first = await page(own, '');
    assert.equal(first.rows.length, 1);
    const next = first.next ?? '';
    assert.doesNotMatch(Buffer.from(next, 'base64url').toString('latin1'), /SKU|WH-1/);
    assert.equal((await page(own, '')).next, next, 'the same page has the same marker');
    const second = await page(own, `&after=${next}`);
    assert.deepEqual([second.rows.length, second.rows[0]?.sku], [1, 'SKU-2']);
    const plain = Buffer.from('["SKU-1","WH-1","","available",""]').toString('base64url');
    for (const [key, path] of [
      [other, `/v1/stock?after=${next}`],
      [own, `/v1/ledger?after=${next}`],
      [own, `/v1/stock?after=${plain}`],
      [own, `/v1/stock?after=${next.slice(0, -2)}AA`],
      [own, '/v1/stock?after=AAAA'],
    ] as const) {
      const refused = (await (await call(key, path)).json()) as { code?: string };
      assert.equal(refused.code, 'CURSOR_INVALID', path);
    }
  });

  it('read on in growing steps to what they see, within a bound', async () => {
    const all = Array.from({ length: 60_000 }, (_, index) => ({ at: String(index) }));
    const read = async ({ after = '0', limit }: { after?: string; limit: number }) => {
      const end = Number(after) + limit;
      const rows = all.slice(Number(after), end);
      return end < all.length ? { rows, next: String(end) } : { rows };
    };
    const from = (own: (index: number) => boolean, after?: string) => {
      const seen = async (rows: RecordValue[]) => rows.filter(({ at }) => own(Number(at)));
      return seenPage(read, seen, { limit: 2, ...(after === undefined ? {} : { after }) });
    };
    let [after, found] = [undefined as string | undefined, [] as unknown[]];
    do {
      const { rows, next } = await from((index) => index >= 500 && index < 507, after);
      assert.ok(rows.length <= 2);
      [after, found] = [next, [...found, ...rows.map(({ at }) => at)]];
    } while (after !== undefined);
    assert.deepEqual(found, ['500', '501', '502', '503', '504', '505', '506']);
    const nothing = await from(() => false);
    assert.deepEqual(nothing.rows, []);
    assert.ok(Number(nothing.next) < 30_000, 'an empty page says where to go on');
  });

  it('see items of their groups, as they are now', async () => {
    const key = await keyOf({ itemGroups: ['tea'] });
    assert.deepEqual(await rowsOf(key, '/v1/stock'), []);
    assert.equal((await call(key, '/v1/stock/SKU-1')).status, 403);
    const groups: Record<string, string> = { A: 'tea', B: 'coffee' };
    const load = async ({ skus }: { skus: readonly string[] }) => ({
      skus: skus.map((sku) => ({ head: { sku, item: { group: groups[sku] } } })),
    });
    const store = { load } as unknown as Pick<Books, 'load'>;
    const rows = ['A', 'B', 'C'].flatMap((sku) =>
      ['BER', 'HAM'].map((location) => ({ sku, location })),
    );
    const seen = (filter: RowFilter) => seenRows(rows, ['location'], filter, store);
    assert.deepEqual(await seen({ itemGroups: ['tea'], locations: ['HAM'] }), [
      { sku: 'A', location: 'HAM' },
    ]);
    assert.equal((await seen({ itemGroups: ['tea', 'coffee'] })).length, 4);
    assert.deepEqual(await seenRows(rows, undefined, { locations: ['BER'] }, store), []);
  });
});
