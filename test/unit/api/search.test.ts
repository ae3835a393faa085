import { deepEqual, equal, match } from 'node:assert/strict';
import { LedgerRig } from '../../ledgerRig.ts';
import { type ApiRig, openApi } from './apiRig.ts';

const NOON = '2026-01-02T12:00:00.000Z';

describe('API: what people look for', () => {
  let rig: ApiRig;

  before(async () => {
    rig = await openApi();
    const books = new LedgerRig({ store: rig.store, source: '/flows/f' });
    await books.book('item.upsert.v1', { sku: 'TEA-1', name: 'Green tea', tracking: 'lot' });
    const line = { location: 'BER-1', quantity: '5', unitCost: '1' };
    for (const number of ['7', '70', '71', '72']) {
      await books.book('receive', {
        ...{ document: `GR-${number}`, reference: `PO-${number}`, partner: 'ACME', at: NOON },
        lines: [{ ...line, sku: number === '7' ? 'TEA-1' : '04012345678901', lot: `L-${number}` }],
      });
    }
    await books.refuse('cancel', { document: 'GR-9' });
    const payload = { intakeId: 'i-1', flow: 'f', name: 'gr.csv', at: NOON, digest: 'd' };
    await rig.store.noteHistory({
      payloads: [{ ...payload, records: 1, messages: 1, parked: 0 }],
      ...{ deliveries: [], snapshots: [] },
    });
  });
  after(() => rig.close());

  async function found(query: string): Promise<Record<string, string[]>> {
    const response = await fetch(`${rig.url}/v1/search?${query}`);
    equal(response.status, 200);
    const { groups } = (await response.json()) as {
      groups: {
        kind: string;
        more: boolean;
        hits: { key: string; match: string; label: string }[];
      }[];
    };
    return Object.fromEntries(
      groups.map(({ kind, hits, more }) => [
        kind,
        [
          ...hits.map((hit) => `${hit.match} ${hit.key} ${hit.label}`.trim()),
          ...(more ? ['…'] : []),
        ],
      ]),
    );
  }

  it('is found by its name and by its beginning, exact ones first, in small letters too', async () => {
    deepEqual(await found('q=gr-7&limit=3'), {
      document: ['exact GR-7 ACME', 'prefix GR-70 ACME', 'prefix GR-71 ACME', '…'],
    });
    deepEqual(await found('q=TEA'), { sku: ['prefix TEA-1 Green tea'] });
    deepEqual(await found('q=PO-70'), { reference: ['exact PO-70 GR-70'] });
    deepEqual(await found('q=L-7&kinds=lot&limit=1'), { lot: ['exact L-7 TEA-1', '…'] });
    deepEqual(await found('q=BER'), { location: ['prefix BER-1'] });
    deepEqual(await found('q=gr.csv'), { file: ['exact gr.csv f'] });
    deepEqual(await found('q=i-1'), { payload: ['exact i-1 f'] });
    deepEqual(await found('q=nothing'), {});
  });

  it('is found by what a scanner reads, and by what is parked', async () => {
    const scanned = encodeURIComponent(']d20104012345678901\u001d10L-71');
    deepEqual(await found(`q=${scanned}`), {
      sku: ['exact 04012345678901'],
      lot: ['exact L-71 04012345678901'],
    });
    deepEqual(await found('q=4012345678901&kinds=sku'), { sku: ['exact 04012345678901'] });
    match((await found('q=GR-9')).parked![0]!, /^exact \S+ test$/);
  });

  it('needs something to look for', async () => {
    for (const query of ['', '?q=', '?q=%20', '?q=a&kinds=b', '?q=a&limit=51']) {
      equal((await fetch(`${rig.url}/v1/search${query}`)).status, 400);
    }
  });
});
