/** What is looked after in the background: what was booked by other ways is closed, and what is closed is forgotten in time. */
import { deepEqual, equal } from 'node:assert/strict';
import { limits } from '../../../core/limits.ts';
import { CaseKeeper } from '../../../core/parked/CaseKeeper.ts';
import { Cases, casesOf, HUB } from '../../../core/parked/Cases.ts';
import { DeadDesk } from '../../../core/parked/DeadDesk.ts';
import { ParkedDesk, subjectOf } from '../../../core/parked/ParkedDesk.ts';
import type { ParkedReplay } from '../../../core/parked/ParkedReplay.ts';
import { type Keeping, Retention } from '../../../core/parked/Retention.ts';
import type { KeptLetter } from '../../../core/ports.ts';
import { CASE } from '../../../core/ports.ts';
import { commitOf, inboxOf, parkedOf } from '../../contract/store/fixtures.ts';
import { MemoryStore } from '../../property/MemoryStore.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

const DAY_MS = 86_400_000;

describe('what is looked after of parked records and dead letters', () => {
  let time: SimulatedTime;
  let store: MemoryStore;
  let cases: Cases;
  let parked: ParkedDesk;
  let dead: DeadDesk;
  let said: [event: string, fields: unknown][];

  beforeEach(() => {
    time = new SimulatedTime();
    store = new MemoryStore();
    store.serverTime = async () => new Date(time.now()).toISOString();
    said = [];
    cases = new Cases(store, runtimeOf());
    parked = new ParkedDesk({ store, cases });
    dead = new DeadDesk({ store, cases, broker, queues: () => ['deliver.webshop'] });
  });

  const runtimeOf = () =>
    simulatedRuntime(time, { log: (_level, event, fields) => void said.push([event, fields]) });
  let publish: () => Promise<void> = async () => undefined;
  const broker = { publish: () => publish() };

  const park = (...ids: string[]) =>
    store.commit(commitOf({ parked: ids.map((id) => parkedOf(id, { content: '[]' })) }));
  const stateOf = async (id: string) => (await casesOf(store, [id])).get(id)?.state;
  const retention = (keep: Partial<Keeping> = {}): Retention => {
    const kept = { keepMs: 30 * DAY_MS, most: 100, ...keep };
    const each = { parked: kept, dead: kept };
    return new Retention({ store, cases, runtime: runtimeOf(), parked, dead, keep: each });
  };
  const left = async () => (await store.parked()).rows.map(({ id }) => id).sort();
  const known = async () => (await store.controlRows({ kind: CASE }, { limit: 99 })).rows.length;
  const letter = (id: string): KeptLetter => ({
    ...{ id, queue: 'deliver.webshop', messageId: id, contentType: 'application/json', code: '' },
    ...{ reason: 'no', deadAt: '2026-03-01T00:00:00.000Z', records: 1, bytes: 2, words: [] },
    body: Buffer.from('{}'),
  });

  describe('closing', () => {
    const applied = parkedOf('p1', {
      ...{ stage: 'apply', source: '/flows/test', messageId: 'k1', content: '{"data":{}}' },
      faults: [{ code: 'STOCK_INSUFFICIENT', message: 'too little' }],
    });
    let looks: number;
    let keeper: CaseKeeper;

    beforeEach(async () => {
      looks = 0;
      await store.commit(commitOf({ parked: [applied] }));
      const look = async (): Promise<void> => {
        looks += 1;
      };
      const replay = { look } as unknown as ParkedReplay;
      const parts = { runtime: runtimeOf(), cases, desk: parked, replay, retention: retention() };
      keeper = new CaseKeeper(parts);
    });

    it('is for what was booked by another way, once, and leaves what a person closed', async () => {
      await keeper.settle();
      equal(await stateOf('p1'), undefined);
      await store.commit(commitOf({ inbox: [inboxOf('k1')] }));
      await keeper.settle();
      await keeper.settle();
      const one = (await casesOf(store, ['p1'])).get('p1')!;
      deepEqual([one.state, one.log.length, one.log[0]?.by], ['resolved', 1, HUB]);
    });

    it('leaves a replay that was cut short, and was booked, to whoever brings it to its end', async () => {
      const begun = { state: 'replaying', intakeId: 'i2', dueInMs: 1 } as const;
      const record = (await store.parkedRecord('p1'))!;
      await cases.change(subjectOf(record), 'cli:a', () => ({
        ...begun,
        line: { did: 'replayed' },
      }));
      await store.commit(commitOf({ inbox: [inboxOf('k1')] }));
      await keeper.settle();
      await time.advance(1);
      deepEqual(
        (await cases.due(9)).map(({ id, state }) => `${id} ${state}`),
        ['p1 replaying'],
      );
    });

    it('goes on after a failure, piles nothing up behind slow work, and leaves no timer', async () => {
      const slow = Promise.withResolvers<void>();
      const list = store.parked.bind(store);
      store.parked = async () => {
        await slow.promise;
        throw new Error('away');
      };
      keeper.start();
      await time.advance(limits.caseSweepMs);
      const before = looks;
      store.parked = list;
      slow.resolve();
      await time.advance(0);
      equal(looks, before + 1, 'one look stands for all that were due meanwhile');
      deepEqual(said, [['parked.keeper_failed', { code: 'INTERNAL', message: 'away' }]]);
      await keeper.stop();
      equal(time.pending, 0);
    });
  });

  describe('forgetting', () => {
    it('takes what was closed long enough ago, oldest first down to the number, never what waits', async () => {
      await park('a', 'b', 'c', 'd', 'e');
      for (const id of ['a', 'b', 'c']) {
        await parked.dismiss(id, 'cli:a', 'no');
        await time.advance(DAY_MS);
      }
      await retention({ keepMs: 2.5 * DAY_MS }).sweep();
      deepEqual(await left(), ['b', 'c', 'd', 'e']);
      await retention({ most: 3 }).sweep();
      deepEqual(await left(), ['c', 'd', 'e']);
      await retention({ most: 1, keepMs: 0 }).sweep();
      deepEqual(await left(), ['d', 'e']);
      equal(await known(), 0);
      const told = said.filter(([event]) => event === 'parked.quota');
      deepEqual(told.at(-1)?.[1], { what: 'parked', open: 2, kept: 2, most: 1 });
    });

    it('leaves what somebody opened again after it was listed', async () => {
      await park('a', 'b');
      for (const id of ['a', 'b']) await parked.dismiss(id, 'cli:a', 'no');
      await time.advance(DAY_MS);
      const noted = parked.noted.bind(parked);
      parked.noted = async function* () {
        yield* noted();
        await parked.reopen('a', 'cli:b');
      };
      await retention({ keepMs: 0 }).sweep();
      deepEqual(await left(), ['a']);
      equal(await stateOf('a'), 'open');
    });

    it('clears up a case that a crash left without its record, and no other', async () => {
      await park('a', 'b');
      await store.keepDead([letter('d1')]);
      await parked.dismiss('a', 'cli:a', 'no');
      await parked.dismiss('b', 'cli:a', 'no');
      await dead.dismiss('d1', 'cli:a', 'no');
      await store.forgetParked(['a']);
      equal(await known(), 3);
      await retention().sweep();
      equal(await known(), 2);
      deepEqual([await stateOf('b'), await stateOf('d1')], ['dismissed', 'dismissed']);
    });
  });

  describe('a dead letter that is sent again', () => {
    beforeEach(() => store.keepDead([letter('d1')]));

    it('is sent once where it is pressed twice, and once more where it was cut short', async () => {
      let sent = 0;
      const slow = Promise.withResolvers<void>();
      publish = async () => {
        sent += 1;
        if (sent === 2) slow.resolve();
        await slow.promise;
      };
      const first = dead.replay('d1', 'cli:a');
      const second = await dead.replay('d1', 'cli:b').catch((error) => error.code);
      equal(second, 'CASE_CLOSED');
      await time.advance(limits.caseResumeMs);
      const again = dead.replay('d1', 'cli:b');
      equal((await first).state, 'replayed');
      equal((await again).state, 'replayed');
      equal(sent, 2);
    });

    it('is open again where the broker does not take it, and says why, but not after another has sent it', async () => {
      publish = async () => {
        throw new Error('away');
      };
      await dead.replay('d1', 'cli:a').catch(() => undefined);
      const { state, log } = (await casesOf(store, ['d1'])).get('d1')!;
      equal(state, 'open');
      equal(log.at(-1)?.reason, 'INTERNAL away');
      publish = async () => {
        await cases.change({ id: 'd1', of: 'dead', words: [] }, 'cli:b', () => ({
          state: 'replayed',
        }));
        throw new Error('away');
      };
      await dead.replay('d1', 'cli:a').catch(() => undefined);
      equal(await stateOf('d1'), 'replayed');
    });
  });
});
