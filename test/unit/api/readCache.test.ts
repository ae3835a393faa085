import assert from 'node:assert/strict';
import { KeyDesk } from '../../../core/api/auth/KeyDesk.ts';
import { forgetBooked } from '../../../core/api/cache/forgetBooked.ts';
import { ReadCache } from '../../../core/api/cache/ReadCache.ts';
import { streamBounds } from '../../../core/api/events/bounds.ts';
import { LiveEvents } from '../../../core/api/events/LiveEvents.ts';
import type { Hub } from '../../../core/hub.ts';
import { RelayBell } from '../../../core/relay/RelayBell.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { day, LedgerRig } from '../../ledgerRig.ts';
import { MemoryStore } from '../../property/MemoryStore.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';
import { type ApiRig, openApi } from './apiRig.ts';

const bounds = { maxAgeMs: 1_000, entries: 3, bytes: 1_048_576 };
const answerOf = (body: string) => ({ etag: `"${body}"`, headers: [], body, bytes: body.length });

async function receive(books: LedgerRig, document: string, ...skus: string[]): Promise<void> {
  const lines = skus.map((sku, index) => {
    return { line: String(index + 1), sku, location: 'BER', quantity: '5', unitCost: '2' };
  });
  await books.book('receive', { document, at: day(1), lines });
}

describe('how old a kept answer can be', () => {
  /** Another process books and relays: nobody rings here. */
  async function elsewhere() {
    const time = new SimulatedTime();
    const runtime = simulatedRuntime(time);
    const cache = new ReadCache(bounds, runtime);
    const store = new MemoryStore();
    const books = new LedgerRig({ store });
    const relayed = new RelayBell();
    const live = new LiveEvents(
      { store, relayed } as unknown as Hub,
      runtime,
      new AbortController().signal,
    );
    const ended = new AbortController();
    const begun = Promise.withResolvers<void>();
    const followed = forgetBooked(cache, live.source, ended.signal, begun.resolve);
    await begun.promise;
    const keep = (...keys: [key: string, sku?: string][]): void => {
      for (const [key, sku] of keys) cache.begin(key, sku).keep(answerOf(key));
    };
    const kept = (...keys: string[]): string[] => keys.filter((key) => cache.find(key));
    const relay = async (): Promise<void> => {
      const ids = (await store.outbox(100)).map(({ id }) => id);
      await store.published(ids, day(1));
    };
    const end = async (): Promise<void> => {
      ended.abort();
      await followed;
      assert.equal(time.pending, 0, 'it looks no more');
    };
    return { time, cache, books, relayed, keep, kept, relay, end };
  }

  it('is the time until the next look, once the event has its number; no time where this process relays', async () => {
    const { time, books, relayed, keep, kept, relay, end } = await elsewhere();
    keep(['A', 'A'], ['B', 'B'], ['all']);
    await receive(books, 'GR-1', 'A');
    await relay();
    await time.advance(streamBounds.lookMs);
    assert.deepEqual(kept('A', 'B', 'all'), ['B'], 'what is of another SKU stays');
    keep(['B', 'B'], ['C', 'C']);
    const held = {
      reservation: 'R-1',
      at: day(2),
      lines: [{ line: '1', sku: 'C', location: 'BER', quantity: '1' }],
    };
    await receive(books, 'GR-2', 'C');
    await books.book('reservation.create.v1', held);
    await relay();
    relayed.ring();
    await time.advance(0);
    assert.deepEqual(kept('B', 'C'), ['B']);
    await end();
  });

  it('is maxAge, where no event comes: it waits for a broker that is away', async () => {
    const { time, books, keep, kept, end } = await elsewhere();
    keep(['A', 'A']);
    await receive(books, 'GR-1', 'A');
    await time.advance(bounds.maxAgeMs);
    assert.deepEqual(kept('A'), ['A']);
    await time.advance(1);
    assert.deepEqual(kept('A'), []);
    await end();
  });

  it('counts from before it was read: what was booked while it was read is not kept', async () => {
    const { time, cache, books, kept, relay, end } = await elsewhere();
    const [a, b] = [cache.begin('A', 'A'), cache.begin('B', 'B')];
    await receive(books, 'GR-1', 'A');
    await relay();
    await time.advance(streamBounds.lookMs);
    a.keep(answerOf('A'));
    b.keep(answerOf('B'));
    assert.deepEqual(kept('A', 'B'), ['B']);
    await time.advance(bounds.maxAgeMs - streamBounds.lookMs + 1);
    assert.deepEqual(kept('B'), []);
    await end();
  });

  it('drops all where more was booked at once than it looks at', async () => {
    const { time, books, keep, kept, relay, end } = await elsewhere();
    keep(['B', 'B']);
    const skus = Array.from({ length: 600 }, (_, index) => `S-${index}`);
    await receive(books, 'GR-1', ...skus);
    await relay();
    await time.advance(streamBounds.lookMs);
    assert.deepEqual(kept('B'), []);
    await end();
  });

  it('is bounded in entries and in bytes: the oldest go', async () => {
    const { cache, keep, kept, end } = await elsewhere();
    keep(['A', 'A'], ['B', 'B'], ['C', 'C'], ['D', 'D']);
    assert.deepEqual(kept('A', 'B', 'C', 'D'), ['B', 'C', 'D']);
    cache.begin('large', 'A').keep(answerOf('x'.repeat(bounds.bytes / 4)));
    assert.deepEqual(kept('large'), [], 'nobody takes the room of all');
    await end();
  });
});

describe('GET of what is kept', () => {
  let rig: ApiRig;
  let books: LedgerRig;
  const token = 'a-token-of-16-characters';

  before(async () => {
    rig = await openApi({ token, cache: { maxAgeMs: 60_000, entries: 100, bytes: 1_048_576 } });
    books = new LedgerRig({ store: rig.store });
    await books.book('item.upsert.v1', { sku: 'A', name: 'A', standardCost: '7', group: 'FOOD' });
    await receive(books, 'GR-1', 'A');
    // It follows the events from its first read on.
    await read('/v1/stock/A');
  });

  after(() => rig.close());

  const read = async (path: string, headers = {}, key = token) => {
    const asked = { headers: { authorization: `Bearer ${key}`, ...headers } };
    const response = await fetch(`${rig.url}${path}`, asked);
    const { status } = response;
    return {
      status,
      hit: response.headers.get('stockbus-cache'),
      headers: response.headers,
      text: await response.text(),
    };
  };

  it('is what was answered, byte by byte, with its tag; or 304', async () => {
    const first = await read('/v1/stock/A');
    const again = await read('/v1/stock/A');
    assert.deepEqual([first.hit, again.hit, again.headers.get('age')], [null, 'hit', '0']);
    assert.equal(again.text, first.text);
    for (const name of ['etag', 'content-type', 'stockbus-version', 'cache-control', 'vary']) {
      assert.equal(again.headers.get(name), first.headers.get(name), name);
    }
    const known = await read('/v1/stock/A', { 'if-none-match': first.headers.get('etag') });
    assert.deepEqual([known.status, known.hit, known.text], [304, 'hit', '']);
    assert.equal((await read('/v1/stock/A', { accept: 'text/csv' })).hit, null);
    assert.equal((await read('/v1/ledger?sku=A')).hit, null);
    assert.equal((await read('/v1/ledger?sku=A')).hit, null, 'who moved what is read each time');
    assert.match(
      (await read('/metrics')).text,
      /stockbus_read_cache_reads_total\{outcome="hit"\} [2-9]/,
    );
  });

  it('is shared by those who may see the same, and by nobody else', async () => {
    const desk = new KeyDesk(rig.store, systemRuntime());
    const made = async (name: string, more: object) =>
      (await desk.create({ name, scopes: ['stock:read'], source: 'api', ...more }, 'token')).key;
    const path = '/v1/items/A';
    const all = await read(path);
    assert.match(all.text, /standardCost/);
    const [shop, other] = [await made('shop', {}), await made('other', {})];
    const seen = await read(path, {}, shop);
    assert.equal(seen.hit, null);
    assert.doesNotMatch(seen.text, /standardCost/);
    assert.equal((await read(path, {}, other)).hit, 'hit');
    const narrow = await made('narrow', { rows: { itemGroups: ['TABLE'] } });
    assert.equal((await read(path, {}, narrow)).status, 403);
    assert.equal((await read(path)).hit, 'hit');
  });
});
