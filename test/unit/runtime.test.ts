import assert from 'node:assert/strict';
import { Backoff, backoffMs } from '../../core/backoff.ts';
import { systemTime, type Time } from '../../core/runtime.ts';
import { SimulatedTime, simulatedRuntime } from '../SimulatedTime.ts';

/** What every kind of time promises; `pass` lets so many milliseconds go by. */
function promisesOfTime(make: () => { time: Time; pass(ms: number): Promise<void> }): void {
  it('runs what is due in the order of the moments, each once', async () => {
    const { time, pass } = make();
    const ran: string[] = [];
    time.after(40, () => ran.push('late'));
    time.after(5, () => ran.push('soon'));
    time.after(5, () => ran.push('never')).stop();
    await pass(80);
    assert.deepEqual(ran, ['soon', 'late']);
  });

  it('runs again and again until it is stopped', async () => {
    const { time, pass } = make();
    let runs = 0;
    const timer = time.every(5, () => {
      runs += 1;
      if (runs === 3) timer.stop();
    });
    await pass(80);
    assert.equal(runs, 3);
  });

  it('sleeps until the moment, and its clocks agree', async () => {
    const { time, pass } = make();
    const began = [time.monotonic(), time.now()] as const;
    const slept = time.sleep(20).then(() => [time.monotonic(), time.now()] as const);
    await pass(30);
    const ended = await slept;
    assert.ok(ended[0] - began[0] >= 19 && ended[1] - began[1] >= 18, String([began, ended]));
  });

  it('gives up a sleep with the reason of the signal, before or while it sleeps', async () => {
    const { time } = make();
    const stop = new AbortController();
    const reason = new Error('enough');
    const slept = assert.rejects(time.sleep(60_000, stop.signal), reason);
    stop.abort(reason);
    await slept;
    await assert.rejects(time.sleep(60_000, stop.signal), reason);
  });
}

describe('the time of the system', () => {
  promisesOfTime(() => ({ time: systemTime, pass: (ms) => systemTime.sleep(ms) }));

  it('does not fire at once what lies further ahead than a timer can wait', async () => {
    let fired = false;
    const timer = systemTime.after(2 ** 40, () => {
      fired = true;
    });
    await systemTime.sleep(5);
    timer.stop();
    assert.equal(fired, false);
  });
});

describe('simulated time', () => {
  promisesOfTime(() => {
    const time = new SimulatedTime();
    return { time, pass: (ms) => time.advance(ms) };
  });

  it('stands still until it is moved, and shows who still waits', async () => {
    const time = new SimulatedTime(1_000);
    time.after(50, () => undefined);
    assert.deepEqual([time.now(), time.pending, time.nextMs], [1_000, 1, 50]);
    await time.advance(49);
    assert.deepEqual([time.now(), time.pending, time.nextMs], [1_049, 1, 1]);
    await time.advance(1);
    assert.deepEqual([time.now(), time.pending, time.nextMs], [1_050, 0, undefined]);
  });

  it('lets one timer set off the next within one advance', async () => {
    const time = new SimulatedTime(0);
    const at: number[] = [];
    const chain = async (): Promise<void> => {
      for (let round = 0; round < 3; round += 1) {
        await time.sleep(10);
        at.push(time.now());
      }
    };
    const done = chain();
    await time.advance(1_000);
    await done;
    assert.deepEqual(at, [10, 20, 30]);
  });
});

describe('the backoff', () => {
  it('doubles from the first wait to the longest, and begins again after a success', () => {
    const runtime = simulatedRuntime(new SimulatedTime(), { random: () => 1 });
    const backoff = new Backoff(runtime, { firstMs: 100, maxMs: 500 });
    assert.deepEqual(
      [1, 2, 3, 4, 5].map(() => backoff.nextMs()),
      [100, 200, 400, 500, 500],
    );
    assert.equal(backoff.attempts, 5);
    backoff.reset();
    assert.equal(backoff.nextMs(), 100);
  });

  it('waits at least half of it, so that many do not come back at once', () => {
    const bounds = { firstMs: 100, maxMs: 500 };
    assert.deepEqual(
      [0, 0.5, 1].map((random) => backoffMs(2, bounds, random)),
      [100, 150, 200],
    );
  });

  it('waits as long as it says', async () => {
    const time = new SimulatedTime(0);
    const backoff = new Backoff(simulatedRuntime(time, { random: () => 1 }), {
      firstMs: 100,
      maxMs: 500,
    });
    let over = false;
    const waited = backoff.wait().then(() => {
      over = true;
    });
    await time.advance(99);
    assert.equal(over, false);
    await time.advance(1);
    await waited;
    assert.equal(over, true);
  });
});
