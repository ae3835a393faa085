import { deepEqual, equal } from 'node:assert/strict';
import type { SeenNumbers, Store } from '../../../core/ports.ts';
import { commitOf } from './fixtures.ts';

const AT = '2026-01-01T00:00:00.000Z';
const seenOf = (
  producer: string,
  version: number,
  more: Partial<SeenNumbers> = {},
): SeenNumbers => ({
  ...{ producer, partition: 0, version, highest: version, holes: [], lastAt: AT },
  ...more,
});

export function describeProducers(current: () => Store): void {
  let producer = '';
  let count = 0;

  beforeEach(() => {
    count += 1;
    producer = `producer-${count}`;
  });

  const seen = async (partition?: number): Promise<SeenNumbers[]> =>
    (await current().seenNumbers(partition)).filter((row) => row.producer === producer);

  it('what each says last is kept, each for itself, until it is forgotten', async () => {
    const store = current();
    const rows = async () => (await store.producers()).filter((row) => row.producer === producer);
    await store.sayProducer({ producer, saidAt: AT, body: '{"ä":1}' });
    await store.sayProducer({ producer, saidAt: AT, body: '{"ä":2}' });
    deepEqual(await rows(), [{ producer, saidAt: AT, body: '{"ä":2}' }]);
    equal(await store.changeSeen(seenOf(producer, 1)), true);
    await store.forgetProducer(producer);
    deepEqual(await rows(), []);
    deepEqual(await seen(), []);
  });

  it('what is seen is written by the commit that sees it, all or nothing', async () => {
    const store = current();
    const holes = [{ from: 2, to: 2 ** 40, after: '', noticedAt: AT }];
    const first = seenOf(producer, 1, { holes, highest: 2 ** 40 + 1, partition: 3 });
    equal((await store.commit(commitOf({ seen: [first], partition: 3 }))).outcome, 'committed');
    deepEqual(await seen(3), [first]);
    deepEqual(await seen(2), []);
    const late = commitOf({ seen: [{ ...first, highest: 9 }], partition: 3 });
    equal((await store.commit(late)).outcome, 'conflict');
    const other = commitOf({ seen: [{ ...first, version: 3 }], partition: 3 });
    equal((await store.commit(other)).outcome, 'conflict');
    const next = { ...first, version: 2, holes: [] };
    equal((await store.commit(commitOf({ seen: [next], partition: 3 }))).outcome, 'committed');
    deepEqual(await seen(), [next]);
  });

  it('is changed beside commits where it has the version before', async () => {
    const store = current();
    equal(await store.changeSeen(seenOf(producer, 1)), true);
    equal(await store.changeSeen(seenOf(producer, 1)), false);
    equal(await store.changeSeen(seenOf(producer, 2)), true);
    equal(await store.changeSeen(seenOf(producer, 4)), false);
    deepEqual(await seen(), [seenOf(producer, 2)]);
  });
}
