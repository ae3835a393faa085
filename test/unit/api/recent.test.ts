import { deepEqual, equal } from 'node:assert/strict';
import { LedgerRig } from '../../ledgerRig.ts';
import { type ApiRig, openApi } from './apiRig.ts';

describe('API: what came in, and what is to be posted', () => {
  let rig: ApiRig;
  let books: LedgerRig;
  beforeEach(async () => {
    rig = await openApi();
    books = new LedgerRig({ store: rig.store, source: '/flows/f' });
  });
  afterEach(() => rig.close());

  const receive = (document: string) =>
    books.book('receive', {
      ...{ document, at: '2026-01-02T00:00:00.000Z' },
      lines: [{ sku: 'A', location: 'BER', quantity: '5', unitCost: '1' }],
    });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  const json = async (path: string): Promise<any> => (await fetch(rig.url + path)).json();

  it('lists payloads with the newest first, and what became of each', async () => {
    await receive('GR-1');
    const payload = { name: 'a.csv', records: 5, messages: 4, parked: 1, digest: 'd' };
    const minute = (number: number) => `2026-12-01T00:0${number}:00.000Z`;
    await rig.store.noteHistory({
      payloads: [
        { ...payload, intakeId: '/flows/f 1', flow: 'test', at: minute(1) },
        { ...payload, intakeId: 'i2', flow: 'other', at: minute(2) },
        { ...payload, intakeId: 'i3', flow: 'test', at: minute(3) },
      ],
      ...{ deliveries: [], snapshots: [] },
    });
    const { rows, next } = await json('/v1/messages?limit=2');
    const shown = (some: Record<string, string>[]) =>
      some.map(({ intakeId, state, booked, parked }) => [intakeId, state, booked, parked]);
    deepEqual(shown(rows), [
      ['i3', 'accepted', '0', '1'],
      ['i2', 'accepted', '0', '1'],
    ]);
    const rest = await json(`/v1/messages?limit=2&after=${next}`);
    deepEqual(shown(rest.rows), [['/flows/f 1', 'done', '1', '0']]);
    deepEqual(shown((await json('/v1/messages?flow=other')).rows), [['i2', 'accepted', '0', '1']]);
  });

  it('gives postings in batches without a gap, each the same whenever it is asked for', async () => {
    await receive('GR-1');
    const first = await json('/v1/journal/batches');
    const documents = async ({ href }: { href: string }): Promise<string[]> =>
      [
        ...new Set((await json(href)).rows.map((row: { document: string }) => row.document)),
      ] as string[];
    deepEqual(await documents(first), ['GR-1']);
    const none = await json(`/v1/journal/batches?after=${first.batch}`);
    deepEqual([none.isEmpty, none.batch], [true, first.batch]);
    await receive('GR-2');
    const second = await json(`/v1/journal/batches?after=${first.batch}`);
    deepEqual([second.isEmpty, await documents(second)], [false, ['GR-2']]);
    await receive('GR-3');
    deepEqual([await documents(first), await documents(second)], [['GR-1'], ['GR-2']]);
    const forged = Buffer.from('["x","y"]').toString('base64url');
    equal((await json(`/v1/journal/batches?after=${forged}`)).code, 'CURSOR_INVALID');
  });
});
