/** A thread that dies ends nothing else: it begins anew, and health says so meanwhile. */
import assert from 'node:assert/strict';
import { logProcessFaults } from '../../../core/hub/logProcessFaults.ts';
import { SupervisedBooking } from '../../../core/hub/SupervisedBooking.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

describe('the thread that books', () => {
  function thread(fails?: Error) {
    const died = Promise.withResolvers<never>();
    died.promise.catch(() => undefined);
    return {
      die: (message: string) => died.reject(new Error(message)),
      died: died.promise,
      started: async () => {
        if (fails) throw fails;
      },
      stop: async () => undefined,
      change: async () => undefined,
      health: async () => ({ ready: true, checks: { apply: 'ok' } }),
    };
  }

  it('begins anew when it dies, and again where that fails; health says why nothing is booked', async () => {
    const time = new SimulatedTime();
    const threads = [thread(), thread(new Error('no memory')), thread()];
    let made = 0;
    const booking = new SupervisedBooking(() => threads[made++]!, simulatedRuntime(time));
    await booking.started();
    assert.equal((await booking.health()).ready, true);
    threads[0]!.die('out of memory');
    await new Promise(setImmediate);
    const { ready, checks } = await booking.health();
    assert.equal(ready, false);
    assert.match(checks.booking!, /begins again: out of memory/);
    await time.advance(10_000);
    assert.equal(made, 3);
    assert.equal((await booking.health()).ready, true);
    await booking.stop();
    threads[2]!.die('stopped');
    await time.advance(10_000);
    assert.equal(made, 3);
  });

  it('that cannot begin at first is a failed start', async () => {
    const failing = thread(new Error('DATA_FOLDER_BUSY'));
    const booking = new SupervisedBooking(() => failing, simulatedRuntime(new SimulatedTime()));
    await assert.rejects(booking.started(), /DATA_FOLDER_BUSY/);
  });
});

describe('what Node says for itself', () => {
  it('becomes lines of the log, and takes the listeners of before back', async () => {
    const before = process.listeners('warning');
    const said: [event: string, message: unknown][] = [];
    const over = logProcessFaults((_, event, fields) => said.push([event, fields?.message]));
    process.emitWarning('a package is old', { type: 'DeprecationWarning', code: 'DEP0' });
    await new Promise(setImmediate);
    over();
    assert.deepEqual(said, [['process.warning', 'a package is old']]);
    assert.deepEqual(process.listeners('warning'), before);
  });
});
