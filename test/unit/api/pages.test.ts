import { deepEqual, equal, match, notEqual } from 'node:assert/strict';
import { LedgerRig } from '../../ledgerRig.ts';
import { type ApiRig, openApi } from './apiRig.ts';

describe('API: pages and what is known of them', () => {
  let rig: ApiRig;
  let books: LedgerRig;
  const receive = (document: string, ...skus: string[]) =>
    books.book('receive', {
      ...{ document, at: '2026-01-02T00:00:00.000Z' },
      lines: skus.map((sku) => ({ sku, location: 'BER', quantity: '5', unitCost: '1' })),
    });

  before(async () => {
    rig = await openApi();
    books = new LedgerRig({ store: rig.store, source: '/flows/f' });
    await receive('GR-1', 'A', 'B', 'C');
  });
  after(() => rig.close());

  const call = async (path: string, tag?: string) => {
    const response = await fetch(rig.url + path, tag ? { headers: { 'if-none-match': tag } } : {});
    const text = await response.text();
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
    return { response, body: (text === '' ? {} : JSON.parse(text)) as any };
  };

  it('are of the moment of the first, whatever is booked while they are read', async () => {
    const { body: first } = await call('/v1/ledger?limit=2');
    const { body: worth } = await call('/v1/valuation?limit=2');
    books.now = Date.UTC(2027, 0, 1) + 1_000;
    await receive('GR-2', 'C', 'D');
    const { body: last } = await call(`/v1/ledger?limit=9&after=${first.next}`);
    deepEqual(
      last.rows.map((row: { sku: string; document: string }) => [row.sku, row.document]),
      [['C', 'GR-1']],
    );
    const { body: rest } = await call(`/v1/valuation?limit=9&after=${worth.next}`);
    deepEqual(
      rest.rows.map((row: { sku: string; value: string }) => [row.sku, row.value]),
      [['C', '5.00']],
    );
    equal((await call('/v1/ledger')).body.rows.length, 5);
  });

  it('are refused where the marker is none that was given out', async () => {
    const markers = [
      ...[['2026-13-01', 'x'], ['2030-01-01T00:00:00.000Z', 'x'], ['x'], 7, { a: 1 }, [1, 2]],
      ...[
        [new Date(0).toISOString(), 'x'],
        ['2026-06-01T00:00:00.000Z', ''],
      ],
    ];
    for (const list of ['ledger', 'valuation', 'stock', 'documents', 'journal', 'items', 'abc']) {
      for (const marker of markers) {
        const after = Buffer.from(JSON.stringify(marker)).toString('base64url');
        const { response, body } = await call(`/v1/${list}?after=${after}`);
        deepEqual(
          [response.status, body.code],
          [400, 'CURSOR_INVALID'],
          `${list} ${JSON.stringify(marker)}`,
        );
      }
    }
  });

  it('bear a tag, and are not sent again to who has them', async () => {
    const { response } = await call('/v1/stock?sku=A');
    const tag = response.headers.get('etag')!;
    match(tag, /^"[\w-]{27}"$/);
    const again = await call('/v1/stock?sku=A', tag);
    deepEqual([again.response.status, again.response.headers.get('etag')], [304, tag]);
    equal((await call('/v1/stock?sku=A', `"x", ${tag}`)).response.status, 304);
    await receive('GR-3', 'A');
    const other = await call('/v1/stock?sku=A', tag);
    equal(other.response.status, 200);
    notEqual(other.response.headers.get('etag'), tag);
    const refused = await call('/v1/stock?limit=0');
    deepEqual([refused.response.status, refused.response.headers.get('etag')], [400, null]);
  });
});
