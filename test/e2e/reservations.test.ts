/** Orders reserve over HTTP, many at once: nothing is promised twice, and nothing after its time. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Api } from '../../core/api/createApi.ts';
import { apiOf, httpAddress } from '../../core/cli/apiOf.ts';
import { formatDecimal } from '../../core/decimal.ts';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { type OpenHub, openHub } from '../../core/hub/openHub.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import type { Balance, Reservation } from '../../core/ledger.ts';
import type { ReservationChanged } from '../../core/message.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';

const QUEUES = [0, 1, 2, 3].map(commandQueue).concat(sinkQueue('answers'));
const AT = '2026-01-05T08:00:00.000Z';

type Line = { line?: string; place?: string; pool?: string; quantity: string };

/** A hub with its HTTP interface, and a clock that a test can put forward. */
class Shop {
  readonly #place: Workplace;
  #open: OpenHub | undefined;
  #api: Api | undefined;
  #url = '';
  #aheadMs = 0;
  #calls = 0;

  constructor(place: Workplace) {
    this.#place = place;
  }

  async start(): Promise<void> {
    const runtime = { ...systemRuntime(), now: () => Date.now() + this.#aheadMs };
    const open = await openHub('test/fixtures/reservations', this.#place.env, runtime);
    this.#open = open;
    await open.hub.start();
    this.#api = await apiOf(open, runtime, async () => '');
    const { port } = await this.#api.start();
    this.#url = httpAddress('127.0.0.1', port);
  }

  async stop(): Promise<void> {
    await this.#api?.stop();
    await this.#open?.close();
    this.#api = undefined;
    this.#open = undefined;
  }

  putForward(seconds: number): void {
    this.#aheadMs += seconds * 1000;
  }

  async #post(flow: string, body: object): Promise<void> {
    const response = await fetch(`${this.#url}/v1/flows/${flow}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    assert.equal(response.status, 202, text);
    assert.deepEqual(JSON.parse(text).faults, []);
  }

  async receive(place: string, quantity: string): Promise<void> {
    this.#calls += 1;
    const lines = [{ sku: 'X', place, quantity, cost: '2' }];
    await this.#post('receipts', { document: `GR-${this.#calls}`, at: AT, lines });
    await until(`the receipt at ${place}`, async () => (await this.balance(place)).onHand > 0n);
  }

  /** What a message about an order was answered, as the subscriber was told. */
  async ask(
    event: 'reserve' | 'ship' | 'release',
    order: string,
    lines?: Line[],
    timeout?: string,
  ): Promise<ReservationChanged> {
    this.#calls += 1;
    const call = String(this.#calls);
    const at = event === 'reserve' ? { at: AT } : {};
    const named = lines?.map((line) => (event === 'reserve' ? { sku: 'X', ...line } : line));
    await this.#post('orders', { order, event, call, ...at, timeout, lines: named });
    const id = `${order}/${event}/${call}`;
    return until(`an answer to ${id}`, async () => {
      const told = await this.answers();
      return told.find(({ messageId }) => messageId === id);
    });
  }

  async reserve(order: string, lines: Line[], timeout?: string): Promise<string> {
    return (await this.ask('reserve', order, lines, timeout)).result;
  }

  async ship(order: string, lines?: Line[]): Promise<string> {
    return (await this.ask('ship', order, lines)).result;
  }

  /** All that the subscriber was told, each once. */
  async answers(): Promise<ReservationChanged[]> {
    const folder = join(this.#place.data, 'out');
    const files = await readdir(folder).catch(() => []);
    const told = new Map<string, ReservationChanged>();
    for (const file of files.filter((name) => name.endsWith('.ndjson'))) {
      const text = await readFile(join(folder, file), 'utf8');
      for (const line of text.split('\n').filter((each) => each !== ''))
        told.set(line, JSON.parse(line));
    }
    return [...told.values()];
  }

  async balance(place: string): Promise<{ onHand: bigint; reserved: bigint }> {
    const { rows } = await this.#store.stock({ sku: 'X', place }, { limit: 10 });
    const sum = (field: (row: Balance) => bigint) =>
      rows.reduce((total, row) => total + field(row), 0n);
    return { onHand: sum((row) => row.onHand), reserved: sum((row) => row.reserved) };
  }

  /** `on hand / reserved` at a place. */
  async at(place: string): Promise<string> {
    const { onHand, reserved } = await this.balance(place);
    return `${formatDecimal(onHand)} / ${formatDecimal(reserved)}`;
  }

  async reservation(id: string): Promise<Reservation> {
    const { rows } = await this.#store.reservations({}, { limit: 1000 });
    return rows.find((row) => row.id === id)!;
  }

  get #store() {
    return this.#open!.store;
  }
}

const one = (place: string): Line[] => [{ place, quantity: '1' }];
const anyOf = (pool: string): Line[] => [{ pool, quantity: '1' }];
const orders = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `SO-${index}`);
const count = (answers: string[]): Record<string, number> =>
  Object.fromEntries(
    [...Map.groupBy(answers, (each) => each)].map(([each, all]) => [each, all.length]),
  );

describePairs('reservations', (pair) => {
  let place: Workplace;
  let shop: Shop;

  beforeEach(async () => {
    place = await pair.workplace();
    shop = new Shop(place);
    await shop.start();
  });
  afterEach(async () => {
    await shop.stop();
    await place.remove(QUEUES);
  });

  it('promise 10 units to 10 of 30 orders that come at once, at a place or in its pool', async () => {
    await shop.receive('S1', '6');
    await shop.receive('S2', '4');
    const answers = await Promise.all(
      orders(30).map((order, index) =>
        shop.reserve(order, index % 3 === 0 ? one('S1') : anyOf('south')),
      ),
    );
    assert.deepEqual(count(answers), { created: 10, insufficient: 20 });
    const got = orders(30).filter((_, index) => answers[index] === 'created');
    const shipped = await Promise.all(got.map((order) => shop.ship(order)));
    assert.deepEqual(count(shipped), { committed: 10 });
    assert.deepEqual([await shop.at('S1'), await shop.at('S2')], ['0 / 0', '0 / 0']);
  });

  it('answer the same request with exists, and ship once, however often both come', async () => {
    await shop.receive('A', '10');
    const held = [{ line: '1', place: 'A', quantity: '5' }];
    const asked = await Promise.all(orders(5).map(() => shop.reserve('SO-1', held, '600')));
    assert.deepEqual(count(asked), { created: 1, exists: 4 });
    assert.equal(
      await shop.reserve('SO-1', [{ line: '1', place: 'A', quantity: '6' }], '600'),
      'exists_with_different_lines[0].quantity',
    );
    const part = [{ line: '1', quantity: '3' }];
    const shipped = await Promise.all(orders(5).map(() => shop.ship('SO-1', part)));
    assert.deepEqual(count(shipped), { committed: 1, already_committed: 4 });
    assert.equal(await shop.at('A'), '7 / 0');
  });

  it('are over at their time, whether or not a sweep came by', async () => {
    await shop.receive('A', '10');
    assert.equal(await shop.reserve('SO-1', [{ place: 'A', quantity: '10' }], '3600'), 'created');
    assert.equal(await shop.reserve('SO-2', one('A')), 'insufficient');
    shop.putForward(3600);
    const [late, next] = await Promise.all([shop.ship('SO-1'), shop.reserve('SO-3', one('A'))]);
    assert.deepEqual([late, next], ['expired', 'created']);
    assert.equal(await shop.at('A'), '10 / 1');
    const { state, log } = await shop.reservation('SO-1');
    assert.equal(state, 'expired');
    assert.equal(log.filter(({ action }) => action === 'expire').length, 1);
  });

  it('are given back by the sweep, also those whose time was over while no hub ran', async () => {
    await shop.receive('A', '10');
    await shop.reserve('SO-1', [{ place: 'A', quantity: '4' }], '60');
    await shop.reserve('SO-2', [{ pool: 'main', quantity: '5' }], '120');
    await shop.stop();
    shop.putForward(60);
    await shop.start();
    const told = (order: string) =>
      until(`word that ${order} expired`, async () =>
        (await shop.answers()).find(
          ({ reservation, action }) => reservation === order && action === 'expire',
        ),
      );
    assert.equal((await told('SO-1')).state, 'expired');
    assert.equal(await shop.at('A'), '10 / 0');
    assert.equal((await shop.reservation('SO-2')).state, 'pending');
    shop.putForward(60);
    await told('SO-2');
    assert.equal(await shop.ship('SO-2'), 'expired');
    assert.equal(await shop.reserve('SO-3', [{ pool: 'main', quantity: '10' }]), 'created');
  });
});
