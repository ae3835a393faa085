/**
 * A message of an older version of its type, which the tests alone know: `stock.receive.v0` says `qty` and `at` as a day. It
 * waits in the queue, or comes again, after the program was brought up to date.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBatch } from '../../../core/apply/readBatch.ts';
import { type Upcaster, upcasters } from '../../../core/apply/upcast.ts';
import { schemas } from '../../../core/catalog.ts';
import { commandCheck } from '../../../core/flow/commandCheck.ts';
import { messageSchemas } from '../../../core/flow/messageSchemas.ts';
import { openAt } from '../../contract/store/withStore.ts';
import { hashOfContent } from '../../hashOfContent.ts';
import { LedgerRig } from '../../ledgerRig.ts';

const OLD = 'stock.receive.v0';
const known = upcasters as Map<string, Upcaster>;
const receipt: Upcaster = {
  type: 'stock.receive.v1',
  up: ({ day, qty, ...data }) => ({
    ...data,
    at: `${day}T00:00:00.000Z`,
    lines: [{ sku: 'X', location: 'W', quantity: qty, unitCost: '2' }],
  }),
};
const oldSchema = {
  type: 'object',
  required: ['document', 'day', 'qty'],
  properties: { qty: { type: 'string', pattern: '^[0-9]+$' } },
};

describe('a message of an older version', () => {
  const check = commandCheck({ ajv: messageSchemas({ ...schemas, [OLD]: oldSchema }) });
  let rig: LedgerRig;
  let batches = 0;

  let folder: string;

  beforeEach(async () => {
    known.set(OLD, receipt);
    folder = mkdtempSync(join(tmpdir(), 'stockbus-upcast-'));
    rig = new LedgerRig({ store: await openAt(`file:${folder}`) });
  });
  afterEach(async () => {
    known.delete(OLD);
    await rig.store.close();
    rmSync(folder, { recursive: true });
  });

  /** As it comes from the broker. */
  async function send(document: string, qty: string, alter = {}): Promise<void> {
    batches += 1;
    const data = { document, day: '2026-01-05', qty };
    const command = {
      ...{ id: document, source: '/flows/t', type: OLD, time: '2026-01-05T09:00:00.000Z' },
      ...{ contenthash: hashOfContent(OLD, data), actor: 'flow:t', record: 1, data },
      ...alter,
    };
    const origin = { intakeId: `i${batches}`, flow: 't', name: 't' };
    const counts = { index: 0, records: 1, filtered: 0, batches: 1 };
    const body = JSON.stringify({
      v: 1,
      parts: [{ origin, ...counts, commands: [command], parked: [] }],
    });
    const delivery = { body: Buffer.from(body), redeliveries: 0 };
    const [batch] = readBatch(delivery as never, check).batches;
    rig.now += 1_000;
    while (!(await rig.attempt(batch!)));
  }

  const lastTally = async () => {
    const { booked, exists, parked } = (await rig.store.intake(`i${batches}`))!;
    return { booked, exists, parked };
  };

  it('is booked as the newest, and known again by what was sent', async () => {
    await send('R1', '5');
    assert.deepEqual(await lastTally(), { booked: 1, exists: 0, parked: 0 });
    const { rows } = await rig.store.ledger({}, { limit: 9 });
    assert.deepEqual(
      rows.map(({ document, quantity, at }) => [document, quantity, at]),
      [['R1', 5_000_000n, '2026-01-05T00:00:00.000Z']],
    );
    await send('R1', '5');
    assert.deepEqual(await lastTally(), { booked: 0, exists: 1, parked: 0 });
    const [booked] = await rig.store.inbox([{ source: '/flows/t', id: 'R1' }]);
    const sent = { document: 'R1', day: '2026-01-05', qty: '5' };
    assert.equal(booked!.contenthash, hashOfContent(OLD, sent));
  });

  it('that was booked before the program was brought up to date is booked before', async () => {
    const data = { document: 'R1', day: '2026-01-05', qty: '5' };
    const recordedAt = new Date(rig.now).toISOString();
    const contenthash = hashOfContent(OLD, data);
    const row = { source: '/flows/t', id: 'R1', contenthash, intakeId: 'old', recordedAt };
    const nothing = { tallies: [], parked: [], staleCheckpoints: [], checkpoints: [] };
    const rest = { locations: [], reservations: [], periodVersion: 0, openOrders: [], outbox: [] };
    await rig.store.commit({
      recordedAt,
      inbox: [row],
      packs: [],
      documents: [],
      ...nothing,
      ...rest,
    });
    await send('R1', '5');
    assert.deepEqual(await lastTally(), { booked: 0, exists: 1, parked: 0 });
  });

  it('is parked as it was sent, where the rules refuse it', async () => {
    await send('R1', '5');
    await send('R1', '6');
    assert.deepEqual(await lastTally(), { booked: 0, exists: 0, parked: 1 });
    const [parked] = (await rig.store.parked({}, { limit: 9 })).rows;
    assert.equal(parked!.type, OLD);
    const { type, data, sent } = JSON.parse(parked!.content);
    assert.deepEqual(
      [type, data, sent],
      [OLD, { document: 'R1', day: '2026-01-05', qty: '6' }, undefined],
    );
  });

  it('is checked by its own schema and hash before', async () => {
    await send('R1', 'five');
    await send('R2', '5', { contenthash: 'x' });
    const { rows } = await rig.store.parked({}, { limit: 9 });
    assert.deepEqual(rows.map(({ faults, messageId }) => [messageId, faults[0]!.code]).toSorted(), [
      ['R1', 'MESSAGE_INVALID'],
      ['R2', 'CONTENT_ALTERED'],
    ]);
  });
});
