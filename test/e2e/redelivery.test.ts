/** What comes twice is booked once, however it comes twice. */
import assert from 'node:assert/strict';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { openHub } from '../../core/hub/openHub.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import type { BatchPart, CommandBatch } from '../../core/message.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { hashOfContent } from '../hashOfContent.ts';
import { until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';

const QUEUES = [commandQueue(0), sinkQueue('feed')];

function batch(index: number, documents: string[], batches?: number): CommandBatch {
  const part = {
    origin: { intakeId: 'intake-1', flow: 'movements', name: 'twice.csv' },
    index,
    records: documents.length,
    filtered: 0,
    parked: [],
    commands: documents.map((document, position) => {
      const type = 'stock.receive.v1';
      const at = '2026-01-01T00:00:00.000Z';
      const data = { document, at, lines: [{ sku: 'X', location: 'A', quantity: '1' }] };
      return {
        ...{ specversion: '1.0', id: document, source: '/flows/movements', type, time: at },
        datacontenttype: 'application/json',
        contenthash: hashOfContent(type, data),
        actor: 'flow:movements',
        record: position + 1,
        data,
      };
    }),
    ...(batches === undefined ? {} : { batches }),
  };
  return { v: 1, parts: [part as BatchPart] };
}

describePairs('what comes twice', (pair) => {
  let place: Workplace;
  beforeEach(async () => {
    place = await pair.workplace();
  });
  afterEach(() => place.remove(QUEUES));

  const cases: [string, CommandBatch[], { booked: number; exists: number; records: number }][] = [
    [
      'the same batch twice in one round',
      [batch(0, ['D1']), batch(0, ['D1']), batch(1, ['D2'], 2)],
      { booked: 2, exists: 0, records: 2 },
    ],
    [
      'the same document in two batches',
      [batch(0, ['D1']), batch(1, ['D1', 'D2'], 2)],
      { booked: 2, exists: 1, records: 3 },
    ],
    [
      'the same document twice in one batch',
      [batch(0, ['D1', 'D1'], 1)],
      { booked: 1, exists: 1, records: 2 },
    ],
  ];
  for (const [name, batches, expected] of cases) {
    it(`is booked once: ${name}`, async () => {
      const { hub, broker, store, close } = await openHub(
        'test/fixtures/movements',
        place.env,
        systemRuntime(),
        { roles: ['apply'] },
      );
      await broker.declare({ queues: [commandQueue(0)], subscriptions: [] });
      await broker.publish(
        batches.map((body, number) => ({
          id: String(number),
          to: { queue: commandQueue(0) },
          body: Buffer.from(JSON.stringify(body)),
          contentType: 'application/json',
        })),
      );
      await hub.start();
      const report = await until(
        'the report',
        async () => {
          const found = await store.intake('intake-1');
          return found?.done && found;
        },
        20_000,
      );
      const { rows } = await store.stock({ sku: 'X' }, { limit: 10 });
      await close();
      assert.deepEqual(
        { booked: report.booked, exists: report.exists, records: report.records },
        expected,
      );
      assert.equal(rows[0]?.onHand, (2_000_000n * BigInt(expected.booked)) / 2n);
    });
  }
});
