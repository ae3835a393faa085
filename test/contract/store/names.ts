import { deepEqual } from 'node:assert/strict';
import { LedgerRig } from '../../ledgerRig.ts';
import type { StorePlace } from './storeContract.ts';
import { storeOfTest } from './withStore.ts';

export function describeNames(place: StorePlace): void {
  describe('names', () => {
    const at = storeOfTest(place);

    it('are found by their beginning, each once, in order, and no further than is asked', async () => {
      const { store } = at;
      const rig = new LedgerRig({ store });
      const line = { location: 'BER-1', quantity: '5', unitCost: '1' };
      for (const number of ['1', '10', '2']) {
        await rig.book('receive', {
          ...{ document: `GR-${number}`, reference: `PO-${number}`, partner: 'ACME GmbH' },
          at: '2026-01-02T00:00:00.000Z',
          lines: ['TEA', 'TEA-ü', 'T'].map((sku) => ({ ...line, sku, lot: `L${number}` })),
        });
      }
      const held = { reservation: 'R-1', reference: 'SO-1', at: '2026-01-03T00:00:00.000Z' };
      const some = { line: '1', sku: 'TEA', location: 'BER-1', lot: 'L1', quantity: '1' };
      await rig.book('reservation.create.v1', { ...held, lines: [some] });
      const due = { sku: 'TEA', location: 'BER-1', quantity: '7', due: '2026-02-01' };
      await rig.book('order.upsert.v1', {
        ...{ document: 'PO-9', kind: 'purchase' },
        lines: [{ ...due, line: '1' }],
      });
      const payload = { intakeId: 'i', flow: 'f', at: '2026-01-02T00:00:00.000Z', digest: '' };
      const counts = { records: 1, messages: 1, parked: 0 };
      await store.noteHistory({
        payloads: ['a.csv', 'b.csv', '/v1/flows/f', 'a.csv'].map((name, number) => {
          return { ...payload, ...counts, name, intakeId: `i${number}` };
        }),
        ...{ deliveries: [], snapshots: [] },
      });
      deepEqual(await store.names('document', 'GR-', 9), ['GR-1', 'GR-10', 'GR-2']);
      deepEqual(await store.names('document', 'GR-', 2), ['GR-1', 'GR-10']);
      deepEqual(await store.names('document', 'GR-10', 9), ['GR-10']);
      deepEqual(await store.names('document', 'GR-3', 9), []);
      deepEqual(await store.names('sku', 'TEA', 9), ['TEA', 'TEA-ü']);
      deepEqual(await store.names('sku', '', 9), ['T', 'TEA', 'TEA-ü']);
      deepEqual(await store.names('lot', 'L1', 9), ['L1', 'L10']);
      deepEqual(await store.names('reference', 'PO', 9), ['PO-1', 'PO-10', 'PO-2']);
      deepEqual(await store.names('reference', 'SO', 9), ['SO-1']);
      deepEqual(await store.names('reference', '', 9), ['PO-1', 'PO-10', 'PO-2', 'SO-1']);
      deepEqual(await store.names('partner', 'AC', 9), ['ACME GmbH']);
      deepEqual(await store.names('location', 'B', 9), ['BER-1']);
      deepEqual(await store.names('order', 'PO', 9), ['PO-9']);
      deepEqual(await store.names('reservation', 'R', 9), ['R-1']);
      deepEqual(await store.names('file', 'a', 9), ['a.csv']);
      deepEqual(await store.names('file', '/', 9), []);
    });
  });
}
