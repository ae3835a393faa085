import assert from 'node:assert/strict';
import { type FlowPart, SupervisedPart } from '../../../core/deployment/SupervisedPart.ts';
import { StockbusError } from '../../../core/errors.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

describe('a part of a flow that cannot start', () => {
  const time = new SimulatedTime();
  let logged: string[];
  let made: number;
  let stopped: number;

  beforeEach(() => {
    logged = [];
    made = 0;
    stopped = 0;
  });

  function part(fails: (attempt: number) => Error | undefined, isPatient = true): SupervisedPart {
    const runtime = simulatedRuntime(time, {
      log: (level, event, fields) => logged.push(`${level} ${event} ${String(fields?.part)}`),
    });
    const make = (): FlowPart => {
      made += 1;
      const failure = fails(made);
      return {
        start: () => (failure ? Promise.reject(failure) : Promise.resolve()),
        stop: async () => {
          stopped += 1;
        },
      };
    };
    return new SupervisedPart(
      { flow: 'receipts', runtime, isPatient },
      { phase: 'in', name: 'source', make },
    );
  }

  it('is made anew with growing waits until it starts, and is told at first and once a minute', async () => {
    const source = part((attempt) => (attempt < 8 ? new Error('no such folder') : undefined));
    await source.start();
    assert.equal(source.running, undefined);
    assert.equal(source.fault?.message, 'no such folder');
    await time.advance(10 * 60_000);
    assert.ok(source.running);
    assert.equal(source.fault, undefined);
    assert.equal(made, 8);
    assert.equal(stopped, 7, 'each that did not start gives back what it has');
    assert.equal(logged[0], 'error flow.start_failed source');
    assert.equal(logged.at(-1), 'info flow.start_succeeded source');
    assert.ok(logged.length < 5, logged.join('\n'));
    await source.stop();
    assert.equal(stopped, 8);
  });

  it('is tried no more once it is stopped', async () => {
    const source = part(() => new Error('no such folder'));
    await source.start();
    await source.stop();
    await time.advance(10 * 60_000);
    assert.equal(made, 1);
    assert.equal(source.fault, undefined);
  });

  it('ends the start where nobody is patient, and wherever another hub has the data folder', async () => {
    await assert.rejects(part(() => new Error('no such folder'), false).start(), /no such folder/);
    const busy = new StockbusError('DATA_FOLDER_BUSY', 'another hub works here');
    await assert.rejects(part(() => busy).start(), /another hub works here/);
  });

  it('that starts after it was stopped is stopped at once', async () => {
    const late = Promise.withResolvers<void>();
    let runs = false;
    const runtime = simulatedRuntime(time);
    const make = (): FlowPart => ({
      start: async () => {
        await late.promise;
        runs = true;
      },
      stop: async () => {
        runs = false;
      },
    });
    const about = { flow: 'receipts', runtime, isPatient: true };
    const source = new SupervisedPart(about, { phase: 'in', name: 'source', make });
    const starting = source.start();
    await source.stop();
    late.resolve();
    await starting;
    assert.equal(runs, false);
    assert.equal(source.running, undefined);
  });
});
