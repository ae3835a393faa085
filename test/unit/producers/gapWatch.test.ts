/** Looking for gaps over a store that stands still: one look waits for it, and none is left behind. */
import { equal } from 'node:assert/strict';
import { limits } from '../../../core/limits.ts';
import { GapWatch } from '../../../core/producers/GapWatch.ts';
import { MemoryStore } from '../../property/MemoryStore.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

describe('the watch for gaps', () => {
  it('asks a store that stood still once more, and not once for each time that it was due', async () => {
    const time = new SimulatedTime();
    const store = new MemoryStore();
    const { producers } = store;
    const frozen = Promise.withResolvers<void>();
    let asked = 0;
    store.producers = async () => {
      asked += 1;
      await frozen.promise;
      return producers.call(store);
    };
    const broker = { publish: async () => undefined };
    const watch = new GapWatch({ broker, store, runtime: simulatedRuntime(time) });
    watch.start();
    await time.advance(100 * limits.gapLookMs);
    equal(asked, 1);
    frozen.resolve();
    await time.advance(0);
    equal(asked, 2);
    await time.advance(limits.gapLookMs);
    equal(asked, 3);
    await watch.stop();
    equal(time.pending, 0);
  });
});
