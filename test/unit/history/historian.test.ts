/** What the story of a key has of what people and the hub did about it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Historian } from '../../../core/history/Historian.ts';
import { storyFacts } from '../../../core/history/storyFacts.ts';
import { Cases } from '../../../core/parked/Cases.ts';
import type { DeadRecord, Store } from '../../../core/ports.ts';
import { openAt } from '../../contract/store/withStore.ts';
import { LedgerRig } from '../../ledgerRig.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

describe('the story of a key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-'));
  let store: Store;
  before(async () => {
    store = await openAt(`file:${folder}`);
  });
  after(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it('has who did what about a parked document, and dead letters that name it', async () => {
    const rig = new LedgerRig({ store, source: '/flows/f' });
    await rig.refuse('cancel', { document: 'PO-1' });
    const { id } = (await store.parked({}, { limit: 1 })).rows[0]!;
    const cases = new Cases(store, simulatedRuntime(new SimulatedTime()));
    const subject = { id, of: 'parked', words: ['f'] } as const;
    await cases.change(subject, 'cli:anna', () => ({
      state: 'dismissed',
      line: { did: 'dismissed', reason: 'sent twice' },
    }));
    const letter: DeadRecord = {
      ...{ id: 'd1', queue: 'deliver.g1.shop', messageId: 'm1', contentType: 'application/json' },
      ...{ code: 'WEBHOOK_REFUSED', reason: 'WEBHOOK_REFUSED answered 400', records: 1, bytes: 1 },
      ...{ deadAt: '2026-01-01T00:00:00.000Z', words: ['PO-1'] },
    };
    await store.keepDead([{ ...letter, body: Buffer.from('x') }]);
    const { lines } = await new Historian({ store, policy: rig.policy }, 'PO-1').tell();
    const of = (what: string) => lines.find((line) => line.what === what)!;
    assert.match(of('parked').text, /DOCUMENT_UNKNOWN/);
    assert.equal(of('handled').text, `parked record ${id} was dismissed: sent twice, by cli:anna`);
    assert.match(of('dead').text, /^message m1 ended among the dead letters of deliver\.g1\.shop/);
    const { lines: others } = await new Historian({ store, policy: rig.policy }, 'PO-2').tell();
    assert.deepEqual(others, []);
  });

  it('tells programs who did what, what it came in by, and what waits since when and for what', async () => {
    const rig = new LedgerRig({ store, source: '/flows/h' });
    const tea = { sku: 'OOLONG', location: 'BER', quantity: '2', unitCost: '1' };
    const at = '2026-01-02T00:00:00.000Z';
    await rig.book('receive', { document: 'GR-2', at, lines: [tea] });
    await rig.refuse('cancel', { document: 'PO-3' });
    const failed = { sink: 'shop', message: 'm2', call: 'msg_2', records: 1, ms: 5 };
    const why = { code: 'WEBHOOK_FAILED', answer: 'it is 503' };
    const calls = [1, 2].map((attempt) => ({
      ...{ ...failed, ...why, attempt },
      at: `2026-01-02T00:0${attempt}:00.000Z`,
    }));
    const payload = { intakeId: 'i-9', flow: 'f', name: 'gr.csv', at, digest: 'd' };
    await store.noteHistory({
      payloads: [{ ...payload, records: 1, messages: 1, parked: 0 }],
      deliveries: calls.map((call) => ({ ...call, message: 'i-9' })),
      snapshots: [],
    });
    const endpoint = { v: 1, attempts: 2 };
    const row = {
      ...{ state: 'backing-off', since: at, words: ['shop'], dueAt: '2026-01-03T00:00:00.000Z' },
      body: JSON.stringify(endpoint),
    };
    await store.changeControl('row', [{ kind: 'endpoint', id: 'shop', expected: '', row }]);
    const told = async (key: string) => {
      const story = await new Historian({ store, policy: rig.policy }, key).tell();
      const { lines } = storyFacts(story) as { lines: Record<string, unknown>[] };
      return (what: string, of?: string) =>
        lines.find((line) => line.what === what && (of === undefined || line.for === of))!;
    };
    const booked = (await told('GR-2'))('booked');
    assert.equal(booked.actor, 'flow:test');
    assert.deepEqual(booked.links, {
      payload: `/v1/messages/${encodeURIComponent('/flows/h 1')}`,
      ...{ document: '/v1/documents/GR-2', sku: '/v1/stock/OOLONG' },
    });
    assert.deepEqual(booked.origin, { flow: 'test', file: 'test', intakeId: '/flows/h 1' });
    const untold = (await told('GR-2'))('waits', 'relay');
    assert.deepEqual([untold.at, untold.entries], [booked.at, ['OOLONG#1']]);
    const parked = await told('PO-3');
    assert.deepEqual(parked('parked').origin, {
      ...{ flow: 'test', file: 'test', intakeId: '/flows/h 2', record: 1 },
    });
    assert.equal(parked('waits', 'person').at, parked('parked').parkedAt ?? parked('parked').at);
    const away = (await told('i-9'))('waits', 'subscriber');
    assert.deepEqual(
      [away.at, away.sink, away.dueAt, away.links],
      [
        '2026-01-02T00:01:00.000Z',
        'shop',
        '2026-01-03T00:00:00.000Z',
        { endpoint: '/v1/endpoints/shop' },
      ],
    );
  });

  it('has what refers to a number: receipts of a purchase order, reservations of a sales order', async () => {
    const rig = new LedgerRig({ store, source: '/flows/g' });
    const ours = ['booked', 'answered'];
    const line = { sku: 'TEA', location: 'BER', quantity: '2' };
    const receipt = {
      document: 'GR-1',
      reference: 'PO-9',
      partner: 'V-1',
      at: '2026-01-02T00:00:00.000Z',
    };
    await rig.book('receive', { ...receipt, lines: [{ ...line, unitCost: '1' }] });
    const held = { reservation: 'H-1', reference: 'SO-9', at: '2026-01-03T00:00:00.000Z' };
    await rig.book('reservation.create.v1', { ...held, lines: [{ ...line, line: '1' }] });
    const told = async (key: string) => {
      const { found, lines } = await new Historian({ store, policy: rig.policy }, key).tell();
      const own = lines.filter(({ what }) => ours.includes(what));
      return [found, own.map(({ text }) => text.replace(/(?: line 1)?:.*/, ''))];
    };
    assert.deepEqual(await told('PO-9'), [['reference'], ['receive GR-1']]);
    assert.deepEqual(await told('V-1'), [['partner'], ['receive GR-1']]);
    assert.deepEqual(await told('SO-9'), [['reference'], ['reservation H-1']]);
    assert.deepEqual(await told('PO-'), [[], []]);
  });
});
