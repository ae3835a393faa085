import assert from 'node:assert/strict';
import { nobody, tokenCaller } from '../../../core/api/auth/Caller.ts';
import type { ApiScope } from '../../../core/api/auth/scopes.ts';
import { outcomeAnswer } from '../../../core/api/writes/commandAnswer.ts';
import { OutcomeWatch } from '../../../core/api/writes/OutcomeWatch.ts';
import { requireRows } from '../../../core/api/writes/requireRows.ts';
import { AwaitedIntakes } from '../../../core/apply/AwaitedIntakes.ts';
import { isStockbusError } from '../../../core/errors.ts';
import type { InboundMessage } from '../../../core/flow/compiledFlow.ts';
import type { Hub } from '../../../core/hub.ts';
import type { IntakeReport } from '../../../core/message.ts';
import type { KeptParked } from '../../../core/ports.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

const message = {
  id: 'M1',
  type: 'stock.receive.v1',
  data: { lines: [] },
} as unknown as InboundMessage;

describe('what became of a command', () => {
  const counts = { booked: 0, exists: 0, parked: 0, answers: {} };

  /** Another process books: nobody here hears of it. */
  function elsewhere(
    report: () => Partial<IntakeReport> | undefined,
    parked: Partial<KeptParked>[] = [],
  ) {
    const time = new SimulatedTime();
    const asked: object[] = [];
    const store = {
      intake: async () => report() && { ...counts, ...report() },
      parked: async (filter: object) => {
        asked.push(filter);
        return { rows: 'intakeId' in filter ? [] : parked };
      },
    };
    const hub = { applied: new AwaitedIntakes(), store } as unknown as Hub;
    const watch = new OutcomeWatch(hub, simulatedRuntime(time), 'i1');
    return { time, watch, asked };
  }

  it('is heard of at once where this process books, and is looked for where another does', async () => {
    let report: Partial<IntakeReport> | undefined;
    const { time, watch } = elsewhere(() => report);
    const found = watch.within(10_000, message, 'api', new AbortController().signal);
    await time.advance(500);
    report = { exists: 1 };
    await time.advance(300);
    assert.deepEqual(await found, { outcome: 'exists' });
    assert.equal(time.pending, 0);
  });

  it('is not known when the time is over, or nobody waits any more', async () => {
    const { time, watch } = elsewhere(() => undefined);
    const late = watch.within(1_000, message, 'api', new AbortController().signal);
    await time.advance(1_000);
    assert.equal(await late, undefined);
    const gone = new AbortController();
    const left = watch.within(60_000, message, 'api', gone.signal);
    await time.advance(100);
    gone.abort();
    assert.equal(await left, undefined);
    assert.equal(time.pending, 0);
  });

  it('is what was parked last under its key, where it was refused as it was before', async () => {
    const of = { source: '/flows/api', messageId: 'M1' };
    const fault = (code: string) => ({ faults: [{ code, message: '' }] as KeptParked['faults'] });
    const { time, watch, asked } = elsewhere(
      () => ({ parked: 1 }),
      [
        { ...of, id: 'p1', parkedAt: '2026-03-01', ...fault('STOCK_INSUFFICIENT') },
        { ...of, id: 'p2', parkedAt: '2026-03-02', ...fault('PERIOD_CLOSED') },
        { ...of, source: '/flows/erp', id: 'p3', parkedAt: '2026-03-03', ...fault('SKU_UNKNOWN') },
      ],
    );
    const found = watch.within(1_000, message, 'api', new AbortController().signal);
    await time.advance(50);
    const outcome = await found;
    assert.ok(outcome?.outcome === 'refused');
    assert.deepEqual([outcome.parkedId, outcome.fault.code], ['p2', 'PERIOD_CLOSED']);
    assert.deepEqual(asked.at(-1), { word: 'm1' }, 'as words are kept');
  });
});

describe('the answer of a command', () => {
  it('tells how things are now only to whoever may read stock', async () => {
    const store = {
      load: async () => ({ skus: [{ head: { sku: 'MUG', seq: 7 } }] }),
    };
    const hub = { store } as unknown as Parameters<typeof outcomeAnswer>[0];
    const answerTo = (...scopes: ApiScope[]) => {
      const said = { ...message, data: { document: 'GR-1', lines: [{ sku: 'MUG' }] } };
      const caller = { ...nobody, scopes: new Set(scopes) };
      const about = { message: said, intakeId: 'i1', source: 'api', told: [], makes: true, caller };
      return outcomeAnswer(hub, about, { outcome: 'booked' }, '2026-03-31T08:00:00.000Z');
    };
    const known = await answerTo('stock:write', 'stock:read');
    assert.equal(known.headers.etag, '"7"');
    assert.deepEqual(known.body.versions, { MUG: '7' });
    const blind = await answerTo('stock:write');
    assert.deepEqual(blind.headers, { location: '/v1/documents/GR-1' });
    assert.deepEqual(Object.keys(blind.body), ['outcome', 'id', 'type', 'source', 'intakeId']);
  });
});

describe('a key that writes at some places, or about some items only', () => {
  const groups: Record<string, string> = { MUG: 'TABLE', TEA: 'FOOD' };
  const held = [{ sku: 'MUG', place: 'HAM', pool: '' }];
  const headOf = (sku: string): object => {
    if (sku === 'MOVED') return { sku, seq: 3 };
    if (sku === 'PLAIN') return { sku, seq: 0, item: {} };
    return { sku, seq: 0, ...(groups[sku] ? { item: { group: groups[sku] } } : {}) };
  };
  const store = {
    load: async (asked: Record<'skus' | 'reservations' | 'openOrders', string[]>) => ({
      skus: asked.skus.map((sku) => ({ head: headOf(sku) })),
      reservations: asked.reservations.filter((id) => id === 'R1').map(() => ({ lines: held })),
      openOrders: asked.openOrders.filter((id) => id === 'PO-1').flatMap(() => held),
    }),
  };
  const ruled = async (rows: object, type: string, data: object): Promise<string> => {
    const one = { ...message, type, data } as unknown as InboundMessage;
    try {
      await requireRows({ store } as unknown as Hub, { ...tokenCaller, rows }, one);
      return 'may';
    } catch (error) {
      return isStockbusError(error) ? error.code : String(error);
    }
  };
  const line = { sku: 'MUG', location: 'BER', quantity: '1' };

  it('is refused for what is about others, and for what is about all', async () => {
    const places = { locations: ['BER'] };
    const said: [string, string, object, string][] = [
      ['may', 'stock.receive.v1', { lines: [line] }, 'its own place'],
      ['HTTP_ROWS', 'stock.receive.v1', { lines: [line, { ...line, location: 'HAM' }] }, 'another'],
      [
        'HTTP_ROWS',
        'stock.transfer.v1',
        { lines: [{ sku: 'MUG', from: 'BER', to: 'HAM' }] },
        'from there',
      ],
      [
        'may',
        'stock.transfer.v1',
        { lines: [{ sku: 'MUG', from: 'BER', to: 'transit' }] },
        'under way',
      ],
      ['HTTP_ROWS', 'stock.revalue.v1', { lines: [line, { sku: 'MUG' }] }, 'a line of all places'],
      ['HTTP_ROWS', 'stock.cancel.v1', { document: 'GR-1' }, 'a document of whatever place'],
      ['HTTP_ROWS', 'reservation.create.v1', { lines: [{ sku: 'MUG', pool: 'main' }] }, 'a pool'],
      ['HTTP_ROWS', 'reservation.commit.v1', { reservation: 'R1' }, 'what is held elsewhere'],
      ['HTTP_ROWS', 'reservation.create.v1', { reservation: 'R1', lines: [line] }, 'is told of it'],
      ['may', 'reservation.create.v1', { reservation: 'R2', lines: [line] }, 'a new one'],
      ['HTTP_ROWS', 'order.upsert.v1', { document: 'PO-1', lines: [line] }, 'an order of others'],
      ['may', 'order.upsert.v1', { document: 'PO-2', lines: [line] }, 'a new order'],
    ];
    for (const [code, type, data, why] of said)
      assert.equal(await ruled(places, type, data), code, why);
    const items = { itemGroups: ['TABLE'] };
    assert.equal(await ruled(items, 'stock.receive.v1', { lines: [line] }), 'may');
    for (const sku of ['TEA', 'NEW'])
      assert.equal(
        await ruled(items, 'stock.receive.v1', { lines: [{ ...line, sku }] }),
        'HTTP_ROWS',
      );
    assert.equal(await ruled(items, 'item.upsert.v1', { sku: 'NEW', group: 'TABLE' }), 'may');
    assert.equal(await ruled(items, 'item.upsert.v1', { sku: 'MUG', group: 'FOOD' }), 'HTTP_ROWS');
    for (const sku of ['MOVED', 'PLAIN'])
      assert.equal(await ruled(items, 'item.upsert.v1', { sku, group: 'TABLE' }), 'HTTP_ROWS', sku);
    assert.equal(await ruled(items, 'period.close.v1', { through: '2026-01-31' }), 'HTTP_ROWS');
  });
});
