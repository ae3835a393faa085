import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import { KeyDesk } from '../../../core/api/auth/KeyDesk.ts';
import { streamBounds } from '../../../core/api/events/bounds.ts';
import { SseResponse } from '../../../core/api/events/SseResponse.ts';
import { StockbusError } from '../../../core/errors.ts';
import type { OutboxRecord } from '../../../core/ledger.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { commitOf } from '../../contract/store/fixtures.ts';
import { EventStream } from '../../EventStream.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';
import { type ApiRig, openApi } from './apiRig.ts';

const said = ({ event, data = '' }: Record<string, string>): string => {
  const { data: about } = JSON.parse(data);
  return `${event} ${about.sku ?? about.reservation ?? about.document}`;
};

describe('GET /v1/events', () => {
  let rig: ApiRig;
  let books: LedgerRig;

  before(async () => {
    rig = await openApi();
    books = new LedgerRig({ store: rig.store });
  });

  after(() => rig.close());

  async function relay(at = day(1)): Promise<void> {
    const ids = (await rig.store.outbox(100)).map(({ id }) => id);
    await rig.store.published(ids, at);
  }

  const lines = (sku: string, quantity = '5') => [
    { line: '1', sku, location: 'BER', quantity, unitCost: '2' },
  ];

  async function receive(...skus: string[]): Promise<void> {
    for (const sku of skus) {
      await books.book('receive', { document: `GR-${sku}`, at: day(1), lines: lines(sku) });
    }
  }

  it('tells what happens as CloudEvents, and goes on after a cut where it was', async () => {
    const url = `${rig.url}/v1/events`;
    const stream = await EventStream.open(url);
    assert.deepEqual([stream.status, stream.type], [200, 'text/event-stream; charset=utf-8']);
    const begin = await stream.next();
    assert.deepEqual(begin, { retry: '2000', id: '0' });
    await receive('A', 'B');
    const [line] = lines('A', '1');
    const { unitCost: _, ...held } = line!;
    const hold = { reservation: 'R-1', at: day(2), lines: [held] };
    await books.book('reservation.create.v1', hold);
    const [over] = await books.send([
      ['issue', { document: 'SO-1', at: day(2), lines: [{ ...held, quantity: '99' }] }],
    ]);
    assert.equal(over?.code, 'STOCK_INSUFFICIENT');
    await relay();
    const all = await stream.events(4);
    assert.deepEqual(all.map(said), [
      'stock.changed.v1 A',
      'stock.changed.v1 B',
      'reservation.changed.v1 R-1',
      'stock.rejected.v1 SO-1',
    ]);
    assert.deepEqual(
      all.map(({ id }) => id),
      ['00-1', '00-2', '00-3', '00-4'],
    );
    const { data: told } = JSON.parse(all[2]!.data!);
    assert.equal(told.lines[0].available, '4', 'what only the answer itself said');
    stream.cut();

    const again = await EventStream.open(url, { 'last-event-id': all[1]!.id! });
    assert.deepEqual(
      (await again.events(2)).map(({ id }) => id),
      ['00-3', '00-4'],
    );
    again.cut();
    const some = await EventStream.open(
      `${url}?after=0&sku=A&types=stock.changed.v1,reservation.changed.v1`,
    );
    assert.deepEqual((await some.events(2)).map(said), [
      'stock.changed.v1 A',
      'reservation.changed.v1 R-1',
    ]);
    await receive('C', 'A2');
    await relay();
    some.cut();
    const elsewhere = await EventStream.open(`${url}?after=0&location=HAM,NOWHERE`);
    assert.equal((await elsewhere.next()).id, '00-0');
    elsewhere.cut();
  });

  it('says where it goes on when what was asked for is kept no more, or was given anew', async () => {
    const [, last] = (await rig.store.eventGroups()).map((one) => one.last);
    assert.equal(last, undefined);
    await receive('F');
    await relay(day(20));
    await rig.store.forgetEvents(day(10), 100);
    const stream = await EventStream.open(`${rig.url}/v1/events?after=00-2`);
    const [gap, first] = await stream.events(2);
    const { code, after: before, next } = JSON.parse(gap!.data!);
    assert.deepEqual([gap!.event, code, before], ['gap', 'EVENTS_FORGOTTEN', 2]);
    assert.equal(first!.id, `00-${next}`);
    assert.equal(said(first!), 'stock.changed.v1 F');
    stream.cut();
    const ahead = await EventStream.open(`${rig.url}/v1/events?after=00-900`);
    const [backward] = await ahead.events(1);
    assert.equal(JSON.parse(backward!.data!).next, next + 1);
    assert.equal(backward!.id, `00-${next}`);
    ahead.cut();
    // As 0.4.0 left them.
    const id = 'of-before';
    const body = '{"v":1,"ids":["reservation/R-0#1"]}';
    const recordedAt = '2026-12-01T00:00:00.000Z';
    const outbox: OutboxRecord[] = [{ id, topic: 'reservation.changed.v1', count: 1, body }];
    const done = await rig.store.commit(commitOf({ outbox, recordedAt, partition: 0 }));
    assert.equal(done.outcome, 'committed');
    await relay(day(21));
    const old = await EventStream.open(`${rig.url}/v1/events?after=00-${next}`);
    const [untold] = await old.events(1);
    assert.deepEqual([untold!.event, untold!.id], ['gap', `00-${next + 1}`]);
    old.cut();
  });

  it('refuses what it does not know, and says nothing to HEAD but what it is', async () => {
    for (const [query, code] of [
      ['after=x', 'CURSOR_INVALID'],
      ['types=stock.gone.v1', 'HTTP_BAD_REQUEST'],
      ['sku=A,,B', 'HTTP_BAD_REQUEST'],
      [`sku=${'A,'.repeat(100)}A`, 'HTTP_BAD_REQUEST'],
    ]) {
      const answer = await fetch(`${rig.url}/v1/events?${query}`);
      assert.equal(answer.status, 400);
      assert.equal(((await answer.json()) as { code: string }).code, code);
    }
    const head = await fetch(`${rig.url}/v1/events`, { method: 'HEAD' });
    assert.equal(head.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  });

  it('tells a key no more than its scopes, and has so many streams for each', async () => {
    const desk = new KeyDesk(rig.store, systemRuntime());
    const wish = { name: 'shop', scopes: ['stock:read'] as const, source: 'shop' };
    const { key, id } = await desk.create({ ...wish, scopes: [...wish.scopes] }, 'test');
    const some = await desk.create(
      { ...wish, scopes: ['admin'], rows: { locations: ['HAM'] } },
      'test',
    );
    const as = (one: string) => ({ authorization: `Bearer ${one}` });
    const code = async (query: string, one: string) => {
      const answer = await fetch(`${rig.url}/v1/events${query}`, { headers: as(one) });
      return ((await answer.json()) as { code: string }).code;
    };
    assert.equal(await code('?types=stock.rejected.v1', key), 'HTTP_SCOPE');
    const streams = await Promise.all(
      Array.from({ length: streamBounds.ofCaller }, () =>
        EventStream.open(`${rig.url}/v1/events?after=0`, as(key)),
      ),
    );
    assert.equal(await code('', key), 'EVENT_STREAMS_TOO_MANY');
    const [event] = await streams[0]!.events(1);
    const { data } = JSON.parse(event!.data!);
    assert.deepEqual([data.onHand, data.value, data.currency], ['5', undefined, undefined]);
    for (const one of streams) one.cut();
    await desk.revoke(id, 'test');
    const [at] = lines('H');
    const there = { document: 'GR-H', at: day(3), lines: [{ ...at!, location: 'HAM' }] };
    await books.book('receive', there);
    await relay(day(25));
    const changes = `${rig.url}/v1/events?after=0&types=stock.changed.v1`;
    const limited = await EventStream.open(changes, as(some.key));
    assert.deepEqual((await limited.events(1)).map(said), ['stock.changed.v1 H']);
    limited.cut();
  });

  it('ends with the process, so that readers go on with another one', async () => {
    const other = await openApi();
    const stream = await EventStream.open(`${other.url}/v1/events`);
    await stream.next();
    await Promise.all([other.api.stop(), stream.next()]);
    await other.close();
  });
});

/** An answer that nobody takes. */
class Stuck extends EventEmitter {
  readonly written: string[] = [];
  writableNeedDrain = true;
  writableLength = 70_000;
  isDestroyed = false;
  status = () => this;
  set = () => this;
  flushHeaders = () => undefined;
  write = (text: string) => this.written.push(text) < 0;
  end = (text: string) => void this.written.push(text);
  destroy = () => {
    this.isDestroyed = true;
    this.emit('close');
  };
}

describe('a reader of events', () => {
  it('is told when he is let in no more, and hears nothing else', async () => {
    const time = new SimulatedTime();
    const answer = Object.assign(new Stuck(), { writableNeedDrain: false });
    const sse = new SseResponse(
      Object.assign(new EventEmitter(), { path: '/v1/events' }) as unknown as Request,
      answer as unknown as Response,
      simulatedRuntime(time),
    );
    let isRevoked = false;
    sse.begin(async () => {
      if (isRevoked) throw new StockbusError('HTTP_UNAUTHORIZED', 'the key was revoked');
      return ': here\n\n';
    });
    await time.advance(streamBounds.commentMs);
    isRevoked = true;
    await time.advance(streamBounds.commentMs);
    assert.deepEqual(answer.written[0], ': here\n\n');
    assert.match(answer.written[1]!, /^event: fault\ndata: .*HTTP_UNAUTHORIZED/);
    assert.deepEqual([answer.written.length, sse.ended.aborted, time.pending], [2, true, 0]);
  });
});

describe('a reader of events who takes nothing', () => {
  it('has little waiting for him, and is cut with the reason', async () => {
    const time = new SimulatedTime();
    const logged: string[] = [];
    const runtime = simulatedRuntime(time, { log: (_level, event) => logged.push(event) });
    const stuck = new Stuck();
    const sse = new SseResponse(
      Object.assign(new EventEmitter(), { path: '/v1/events' }) as unknown as Request,
      stuck as unknown as Response,
      runtime,
    );
    sse.begin(async () => ': here\n\n');
    let written = 0;
    const writing = (async () => {
      for (; !sse.ended.aborted && written < 1_000; written += 1)
        await sse.write('x'.repeat(1_024));
    })();
    await time.advance(streamBounds.stalledMs - 1);
    assert.equal(written, 63, 'no more is taken for him than waitingBytes');
    assert.equal(sse.ended.aborted, false);
    await time.advance(1);
    await writing;
    assert.match(stuck.written.at(-1)!, /^event: cut\ndata: .*EVENTS_READER_SLOW/);
    assert.deepEqual(logged, ['events.reader_cut']);
    await time.advance(streamBounds.partingMs);
    assert.equal(stuck.isDestroyed, true);
    assert.equal(time.pending, 0);
  });
});
