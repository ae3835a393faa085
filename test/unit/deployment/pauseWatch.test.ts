import assert from 'node:assert/strict';
import { FlowRunner } from '../../../core/deployment/FlowRunner.ts';
import { PauseWatch } from '../../../core/deployment/PauseWatch.ts';
import type { FlowPart, PartSpec } from '../../../core/deployment/SupervisedPart.ts';
import { StockbusError } from '../../../core/errors.ts';
import type { CompiledFlow } from '../../../core/flow/compiledFlow.ts';
import { limits } from '../../../core/limits.ts';
import type { Books, ControlStore } from '../../../core/ports.ts';
import { MemoryControl } from '../../property/MemoryControl.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

describe('PauseWatch', () => {
  const said = { flow: 'receipts', by: 'cli:ops', reason: 'it doubles rows' };
  let time: SimulatedTime;
  let done: string[];
  let holdsStart: Promise<void> | undefined;
  let store: MemoryControl & Books & ControlStore;
  let runner: FlowRunner;
  let watch: PauseWatch;

  beforeEach(() => {
    time = new SimulatedTime();
    [done, holdsStart] = [[], undefined];
    store = new MemoryControl() as typeof store;
    store.serverNow = () => Date.parse('2026-03-01T08:00:00Z');
    const runtime = simulatedRuntime(time);
    const part = (name: string): FlowPart => ({
      start: async () => {
        done.push(`${name} starts`);
        await holdsStart;
      },
      stop: async () => {
        done.push(`${name} stops`);
      },
    });
    const specs: PartSpec[] = [
      { phase: 'out', name: 'sink', make: () => part('sink') },
      { phase: 'in', name: 'source', make: () => part('source') },
    ];
    const flow = { name: 'receipts', file: 'flows/receipts.yaml', direction: 'inbound' };
    const loaded = { flow: flow as CompiledFlow, digest: '', setup: {} };
    runner = new FlowRunner(loaded, specs, { runtime, isPatient: true });
    watch = new PauseWatch({ store, runtime, stays: true, runners: () => [runner] });
  });

  afterEach(() => watch.stop());

  it('keeps a flow paused over a start, until somebody else resumes it, and starts it once', async () => {
    await watch.pause(said);
    await watch.begin();
    await runner.start();
    // While the hub starts nothing overtakes it.
    await watch.resume('receipts', 'cli:ops');
    assert.deepEqual([runner.state, done], ['paused', []]);
    watch.start();
    await time.advance(0);
    assert.deepEqual([runner.state, done], ['running', ['sink starts', 'source starts']]);
  });

  it('hears within two seconds of what others say, in the order in which parts stop', async () => {
    await watch.begin();
    await runner.start();
    watch.start();
    await new PauseWatch({
      store,
      runtime: simulatedRuntime(time),
      stays: true,
      runners: () => [],
    }).pause(said);
    await time.advance(limits.pausePollMs);
    assert.deepEqual(done.slice(2), ['source stops', 'sink stops']);
    const { state, since, reason } = runner.status;
    assert.deepEqual([state, since], ['paused', '2026-03-01T08:00:00.000Z']);
    assert.match(reason!.message, /^by cli:ops since 2026-03-01T08:00:00.000Z: it doubles rows$/);
    assert.equal((await watch.pause({ ...said, by: 'other' })).by, 'cli:ops', 'the first stands');
  });

  it('starts no part of a flow any more that is paused while it starts', async () => {
    const held = Promise.withResolvers<void>();
    holdsStart = held.promise;
    watch.start();
    const starting = runner.start();
    await time.advance(0);
    await watch.pause(said);
    held.resolve();
    await starting;
    assert.equal(runner.state, 'paused');
    assert.ok(!done.includes('source starts'), done.join());
  });

  it('pauses by itself for a fault that is fatal, and for no other', async () => {
    await runner.start();
    watch.start();
    const failing = (code: 'ENRICH_FAILED' | 'ENRICH_DENIED') =>
      watch.guarded('receipts', Promise.reject(new StockbusError(code, 'answered so')));
    await assert.rejects(failing('ENRICH_FAILED'), { code: 'ENRICH_FAILED' });
    await time.advance(limits.pausePollMs);
    assert.equal(runner.state, 'running');
    await assert.rejects(failing('ENRICH_DENIED'), { code: 'ENRICH_DENIED' });
    await time.advance(limits.pausePollMs);
    assert.equal(runner.state, 'paused');
    assert.equal(runner.status.reason!.code, 'ENRICH_DENIED');
    assert.match(runner.status.reason!.message, /^by hub since \S+: answered so$/);
  });
});
