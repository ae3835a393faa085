import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { tokenCaller } from '../../../core/api/auth/Caller.ts';
import { LiveEvents } from '../../../core/api/events/LiveEvents.ts';
import type { OutboxRecord } from '../../../core/ledger.ts';
import type { Store } from '../../../core/ports.ts';
import { RelayBell } from '../../../core/relay/RelayBell.ts';
import { eventIds, type RelayedEvents } from '../../../core/relayedEvents.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { LedgerRig } from '../../ledgerRig.ts';
import { commitOf } from './fixtures.ts';
import type { StorePlace } from './storeContract.ts';
import { openAt, storeOfTest } from './withStore.ts';

const RELAYER = new URL('relayer.ts', import.meta.url).pathname;
const day = (number: number): string => `2025-03-0${number}T00:00:00.000Z`;

const moved = (id: string, count = 1): OutboxRecord => ({
  ...{ id, topic: 'stock.changed.v1', count },
  body: `{"moved":[["${id}",1,1,${count}]]}`,
});

/** All events of the store, read a few at a time; that numbers follow each other is made sure of. */
async function allEvents(store: Store): Promise<RelayedEvents[]> {
  const found: RelayedEvents[] = [];
  for (const { group, first, last } of await store.eventGroups()) {
    equal(first, 1);
    let cursor = 0;
    for (;;) {
      const some = await store.events({ group, after: cursor }, 3);
      if (some.length === 0) {
        equal(cursor, last);
        break;
      }
      for (const one of some) {
        equal(one.number, cursor + 1, 'without a gap and without a repeat');
        cursor = one.number + one.count - 1;
        found.push(one);
      }
    }
  }
  return found;
}

export function describeEvents(place: StorePlace): void {
  describe('events', function () {
    this.timeout(60_000);
    const at = storeOfTest(place);
    const commit = (...outbox: OutboxRecord[]) =>
      at.store.commit(commitOf({ outbox, partition: 0 }));
    const relay = async (store: Store, ids?: string[]): Promise<void> => {
      const waiting = (await store.outbox(100)).map(({ id }) => id);
      await store.published(ids ?? waiting, day(1));
    };

    it('are numbered as they are relayed, one after another, and are read from any number on', async () => {
      deepEqual(await at.store.eventGroups(), []);
      await commit(moved('a', 3), moved('b'), moved('c', 2));
      await relay(at.store);
      await commit(moved('d'), moved('e', 4));
      // One that is held lets the others pass.
      await relay(at.store, ['e']);
      await relay(at.store);
      const events = await allEvents(at.store);
      deepEqual(
        events.map(({ number, count, id }) => [number, count, id]),
        [
          [1, 3, 'a'],
          [4, 1, 'b'],
          [5, 2, 'c'],
          [7, 4, 'e'],
          [11, 1, 'd'],
        ],
      );
      deepEqual(events[0], { number: 1, ...moved('a', 3) });
      const [{ group } = { group: '' }] = await at.store.eventGroups();
      for (let after = 0; after <= 12; after += 1) {
        const found = await at.store.events({ group, after }, 2);
        const due = events.filter(({ number, count }) => number + count - 1 > after).slice(0, 2);
        deepEqual(found, due, `after ${after}`);
      }
      deepEqual(await at.store.events({ group: 'another', after: 0 }, 10), []);
    });

    it('are kept as they went out where no pack has them', async () => {
      const body = '{"v":1,"events":[{"id":"R#1","data":{}},{"id":"S#4","data":{}}]}';
      const rejected = '{"v":1,"events":[{"id":"p1","data":{}}]}';
      const [first, second] = ['reservation.changed.v1', 'stock.rejected.v1'] as const;
      await commit(
        { id: 'r', topic: first, count: 2, body },
        { id: 's', topic: second, count: 1, body: rejected },
      );
      await relay(at.store);
      const kept = await allEvents(at.store);
      deepEqual(
        kept.map(({ topic, body: text }) => [topic, text]),
        [
          [first, body],
          [second, rejected],
        ],
      );
      deepEqual(kept.map(eventIds), [['R#1', 'S#4'], ['p1']]);
    });

    it('have one number each, whoever relays them at the same time', async () => {
      const other = await openAt(at.address);
      for (let round = 0; round < 4; round += 1) {
        const ids = ['u', 'v', 'w', 'x'].map((name) => `${name}${round}`);
        await commit(...ids.map((id) => moved(id, 2)));
        // Both have given all of them to the broker, and one of them more than the other saw.
        const seen = (await other.outbox(100)).map(({ id }) => id);
        await commit(moved(`y${round}`));
        await Promise.all([relay(at.store), other.published(seen, day(2)), relay(other)]);
      }
      await other.close();
      const events = await allEvents(at.store);
      equal(events.length, 20);
      equal(new Set(events.map(({ id }) => id)).size, 20);
      deepEqual(await at.store.outbox(10), []);
    });

    it('are numbered once by who comes after one that was killed between broker and store', async () => {
      const names = Array.from({ length: 6 }, (_, index) => `k${index}`);
      for (const name of names) await commit(moved(name, 2));
      // Each gives three to the broker: the first two are taken off, then it is killed.
      for (let killed = 0; killed < 2; killed += 1) await killedRelayer(at.address);
      await relay(at.store);
      deepEqual(
        (await allEvents(at.store)).map(({ id }) => id),
        names,
      );
    });

    it('are told as they happen by another process, which relays nothing', async () => {
      const other = await openAt(at.address);
      const ended = new AbortController();
      const liveOver = (store: Store) =>
        new LiveEvents({ store, relayed: new RelayBell() }, systemRuntime(), ended.signal);
      const rig = new LedgerRig({ store: at.store });
      const { signal } = ended;
      const told: [id: string, sku: unknown][] = [];
      const stream = await liveOver(other).open(tokenCaller, {}, undefined, signal);
      const read = async (from: typeof stream, most: number) => {
        for await (const item of from.told) {
          if (item.kind !== 'event') continue;
          told.push([item.id, (item.event.envelope.data as { sku?: string }).sku]);
          if (told.length >= most) break;
        }
        from.close();
      };
      const reading = read(stream, 3);
      for (const sku of ['A', 'B', 'C', 'D', 'E']) {
        const lines = [{ sku, location: 'L', quantity: '1', unitCost: '1' }];
        await rig.book('receive', { document: sku, at: day(1), lines });
        await relay(at.store);
      }
      await reading;
      // It was cut there, and goes on with the one that relays.
      const after = { text: told.at(-1)![0], field: 'after' };
      await read(await liveOver(at.store).open(tokenCaller, {}, after, signal), 5);
      ended.abort();
      await other.close();
      deepEqual(
        told.map(([, sku]) => sku),
        ['A', 'B', 'C', 'D', 'E'],
      );
    });

    it('of long ago are forgotten, the oldest first, and their numbers are not given again', async () => {
      for (const number of [1, 2, 3, 4]) {
        await commit(moved(`f${number}`, 2));
        const [record] = await at.store.outbox(1);
        await at.store.published([record!.id], day(number));
      }
      const [{ group } = { group: '' }] = await at.store.eventGroups();
      const idsAfter = async (number: number) =>
        (await at.store.events({ group, after: number }, 10)).map(({ id }) => id);
      equal(await at.store.forgetEvents(day(1), 100), 0);
      deepEqual(await idsAfter(0), ['f1', 'f2', 'f3', 'f4']);
      equal(await at.store.forgetEvents(day(3), 100), 2);
      deepEqual(await idsAfter(4), ['f3', 'f4']);
      // Of f2, one event was read: the other can be told no more, and that is said.
      await rejects(idsAfter(3), {
        code: 'EVENTS_FORGOTTEN',
        message: `events 4 to 4 of group ${group} are kept no more`,
      });
      await at.store.forgetEvents(day(9), 100);
      await rejects(idsAfter(4), { code: 'EVENTS_FORGOTTEN' });
      await commit(moved('f5'));
      await relay(at.store);
      // Who was away for too long goes on after the newest.
      deepEqual(await at.store.eventGroups(), [{ group, first: 7, last: 9 }]);
      const [newest] = await at.store.events({ group, after: 8 }, 10);
      deepEqual([newest?.number, newest?.id], [9, 'f5']);
      deepEqual(await idsAfter(9), []);
    });
  });
}

/** One that relays record after record, until it has told of two and has the third in its hands. */
async function killedRelayer(address: string): Promise<void> {
  const relayer: ChildProcess = spawn(process.execPath, [RELAYER, address], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(relayer, 'exit');
  const told: string[] = [];
  for await (const line of createInterface({ input: relayer.stdout! })) {
    told.push(line);
    if (told.filter((one) => one.startsWith('sent')).length === 3) break;
  }
  relayer.kill('SIGKILL');
  await exited;
  ok(told.length >= 5, told.join());
}
