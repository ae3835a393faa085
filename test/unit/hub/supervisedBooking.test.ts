/** A thread that dies ends nothing else: it begins anew, and health says so meanwhile. */
import assert from 'node:assert/strict';
import { StockbusError } from '../../../core/errors.ts';
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
      await: () => undefined,
      leave: () => undefined,
      health: async () => ({ ready: true, checks: { apply: 'ok' } }),
    };
  }

  it('begins anew when it dies, and again where that fails; health says why nothing is booked', async () => {
    const time = new SimulatedTime();
    const threads = [thread(), thread(new Error('no memory')), undefined, thread()];
    let made = 0;
    const make = () => {
      const next = threads[made++];
      if (!next) throw new Error('no thread can be made');
      return next;
    };
    const booking = new SupervisedBooking(make, simulatedRuntime(time));
    await booking.started();
    assert.equal((await booking.health()).ready, true);
    threads[0]!.die('out of memory');
    await new Promise(setImmediate);
    const { ready, checks } = await booking.health();
    assert.equal(ready, false);
    assert.match(checks.booking!, /begins again: out of memory/);
    await time.advance(10_000);
    assert.equal(made, 4);
    assert.equal((await booking.health()).ready, true);
    await booking.stop();
    threads[3]!.die('stopped');
    await time.advance(10_000);
    assert.equal(made, 4);
    assert.equal(time.pending, 0);
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

  it('ends the process at a defect in a callback, and at nothing that the world or a promise did', () => {
    let [ends, said] = [0, 0];
    const over = logProcessFaults(
      () => {
        said += 1;
      },
      () => {
        ends += 1;
      },
    );
    const [thrown, rejected] = (['uncaughtException', 'unhandledRejection'] as const).map(
      (event) => process.listeners(event as 'uncaughtException').at(-1) as (error: unknown) => void,
    );
    const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    const ofDriver = Object.assign(new Error('not primary'), { code: 10107 });
    for (const error of [reset, ofDriver, new StockbusError('BROKER_CLOSED', 'closed')])
      thrown!(error);
    for (const error of [new TypeError('x'), 'a text']) rejected!(error);
    assert.deepEqual([ends, said], [0, 5]);
    const badRange = Object.assign(new RangeError('x'), { code: 'ERR_OUT_OF_RANGE' });
    const defects = [new TypeError('x'), badRange, new Error('x'), undefined, 'a text'];
    for (const error of [...defects, new StockbusError('INTERNAL', 'x')]) thrown!(error);
    over();
    assert.deepEqual([ends, said], [6, 11]);
  });
});
