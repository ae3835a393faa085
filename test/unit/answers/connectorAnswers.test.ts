/** A system that is asked: how often, for how long an answer holds, and what becomes of it when it fails. */
import assert from 'node:assert/strict';
import { ConnectorAnswers } from '../../../core/answers/ConnectorAnswers.ts';
import { StockbusError } from '../../../core/errors.ts';
import { limits } from '../../../core/limits.ts';
import type { Lookup } from '../../../core/ports.ts';
import { noMetrics, type Runtime } from '../../../core/runtime.ts';
import { SimulatedTime } from '../../SimulatedTime.ts';

const failed = () => new StockbusError('ENRICH_FAILED', 'connector: answered 503');
const json = (value: unknown) => Buffer.from(JSON.stringify(value));

class World implements Lookup {
  readonly asked: string[] = [];
  answer: (path: string) => Promise<Uint8Array | undefined> = async (path) => json({ path });

  find(path: string): Promise<Uint8Array | undefined> {
    this.asked.push(path);
    return this.answer(path);
  }

  close(): void {
    this.asked.splice(0);
  }
}

describe('what a connector answers', () => {
  let time: SimulatedTime;
  let world: World;
  let pim: ConnectorAnswers;
  let told: string[];
  let failures: string[];

  const ask = (paths: readonly unknown[], cacheMs = 0) =>
    pim.answers(paths, { cacheMs, timeoutMs: 1_000 });

  /** What became of it, with time passing as it waits. */
  async function settled(asking: Promise<unknown>): Promise<unknown> {
    const end = asking.then(
      (value) => ({ value }),
      (error: StockbusError) => ({ code: error.code, retryAfterMs: error.fault.retryAfterMs }),
    );
    for (let step = 0; step < 20; step += 1) await time.advance(100);
    return end;
  }

  beforeEach(() => {
    time = new SimulatedTime();
    world = new World();
    told = [];
    failures = [];
    const runtime: Runtime = {
      now: time.now,
      monotonic: time.monotonic,
      sleep: time.sleep,
      after: time.after,
      every: time.every,
      newId: () => '',
      random: () => 0.5,
      log: (_level, event, fields) => {
        if (event === 'enrich.failed') failures.push(String(fields?.code));
        else told.push(`${event} ${String(fields?.state)}`);
      },
      metrics: {
        ...noMetrics,
        gauge: (name, value) => told.push(`${name} ${value}`),
      },
    };
    pim = new ConnectorAnswers('pim', world, runtime);
  });

  afterEach(() => assert.equal(time.pending, 0));

  it('is asked once for each question of a batch, and again by the next', async () => {
    assert.deepEqual(await ask(['/a', '/b', '/a', undefined]), [
      { path: '/a' },
      { path: '/b' },
      { path: '/a' },
      undefined,
    ]);
    assert.deepEqual(world.asked, ['/a', '/b']);
    await ask(['/a']);
    assert.deepEqual(world.asked, ['/a', '/b', '/a']);
  });

  it('holds for its time, and that there is none for a shorter one', async () => {
    world.answer = async (path) => (path === '/none' ? undefined : json(1));
    const minute = 60_000;
    assert.deepEqual(await ask(['/a', '/none'], minute), [1, undefined]);
    await time.advance(5_000);
    assert.deepEqual(await ask(['/a', '/none'], minute), [1, undefined]);
    assert.deepEqual(world.asked, ['/a', '/none']);
    await time.advance(1_000);
    await ask(['/a', '/none'], minute);
    assert.deepEqual(world.asked, ['/a', '/none', '/none']);
    await time.advance(54_000);
    await ask(['/a'], minute);
    assert.deepEqual(world.asked.slice(3), ['/a']);
  });

  it('is shared by nobody: what one record does to it no other sees', async () => {
    const [one, other] = (await ask(['/a', '/a'])) as [{ path: string }, { path: string }];
    one.path = 'changed';
    assert.equal(other.path, '/a');
  });

  it('keeps its numbers as they are written', async () => {
    world.answer = async () => Buffer.from('{"price":12345678901234567.10,"pieces":3}');
    assert.deepEqual(await ask(['/a']), [{ price: '12345678901234567.10', pieces: 3 }]);
  });

  it('is bounded in what is asked at once, whoever asks', async () => {
    const waiting: (() => void)[] = [];
    let most = 0;
    let now = 0;
    world.answer = async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise<void>((resolve) => waiting.push(resolve));
      now -= 1;
      return json(1);
    };
    const paths = Array.from({ length: 30 }, (_, index) => `/${index}`);
    const asking = Promise.all([ask(paths), ask(paths.map((path) => `${path}/x`))]);
    while (world.asked.length < 60 || waiting.length > 0) {
      await time.advance(1);
      for (const go of waiting.splice(0)) go();
    }
    await asking;
    assert.equal(most, limits.enrichAtOnce);
  });

  it('is of no use for one record, where it is no JSON or the question is refused', async () => {
    world.answer = async (path) => {
      if (path === '/html') return Buffer.from('<html>');
      if (path === '/bad') throw new StockbusError('ENRICH_REFUSED', 'answered 400');
      return json(1);
    };
    const answers = await ask(['/html', '/bad', '/a', ['/a', '/b']]);
    assert.deepEqual(
      answers.map((answer) => (answer instanceof StockbusError ? answer.code : answer)),
      ['ENRICH_REFUSED', 'ENRICH_REFUSED', 1, 'EXPR_NOT_TEXT'],
    );
  });

  it('is asked for again where it fails, and then the batch has it all the same', async () => {
    const failures = [failed(), failed()];
    world.answer = async () => {
      const failure = failures.pop();
      if (failure) throw failure;
      return json(1);
    };
    assert.deepEqual(await settled(ask(['/a'])), { value: [1] });
    assert.equal(world.asked.length, 3);
    assert.deepEqual([told, failures], [[], []]);
  });

  it('is not given up for one batch while another waits for it', async () => {
    const { promise, resolve } = Promise.withResolvers<Buffer>();
    let fails = 0;
    world.answer = async (path) => {
      if (path !== '/bad') return promise;
      fails += 1;
      throw new StockbusError('ENRICH_FAILED', 'down', undefined, { retryAfterMs: 60_000 });
    };
    const slow = Array.from({ length: limits.enrichAtOnce }, (_, index) => `/${index}`);
    const first = settled(ask(['/bad', ...slow, '/shared']));
    const second = ask(['/shared']);
    await time.advance(1);
    resolve(json('there'));
    assert.deepEqual(await first, { code: 'ENRICH_FAILED', retryAfterMs: 60_000 });
    assert.deepEqual(await second, ['there']);
    assert.equal(fails, 1);
  });

  it('waits no longer than is good for a batch', async () => {
    world.answer = async () => {
      throw new StockbusError('ENRICH_FAILED', 'answered 429', undefined, { retryAfterMs: 60_000 });
    };
    assert.deepEqual(await settled(ask(['/a'])), { code: 'ENRICH_FAILED', retryAfterMs: 60_000 });
    assert.equal(world.asked.length, 1);
  });

  it('is left alone after some failures, tried by one question, and asked again once it is well', async () => {
    world.answer = async () => {
      throw failed();
    };
    await settled(ask(['/a']));
    await settled(ask(['/a']));
    assert.equal(world.asked.length, limits.enrichFailures);
    assert.deepEqual(failures, ['ENRICH_FAILED', 'ENRICH_PAUSED']);
    assert.deepEqual(told, ['stockbus_enrich_circuit 2', 'enrich.circuit open']);
    assert.match(JSON.stringify(await settled(ask(['/a']))), /ENRICH_PAUSED/);
    assert.equal(world.asked.length, limits.enrichFailures, 'while it is open nobody asks');

    await time.advance(limits.enrichPauseMs);
    const { promise, resolve } = Promise.withResolvers<Buffer>();
    world.answer = () => promise;
    const probe = ask(['/a']);
    await time.advance(1);
    assert.match(JSON.stringify(await settled(ask(['/b']))), /ENRICH_PAUSED/);
    assert.equal(world.asked.length, limits.enrichFailures + 1, 'one question finds out');
    resolve(json('well'));
    assert.deepEqual(await probe, ['well']);
    assert.deepEqual(told.slice(2), [
      'stockbus_enrich_circuit 1',
      'enrich.circuit half-open',
      'stockbus_enrich_circuit 0',
      'enrich.circuit closed',
    ]);
    await ask(['/b', '/c']);
    assert.equal(world.asked.length, limits.enrichFailures + 3);
  });

  it('is left alone for longer each time that it is still not well', async () => {
    world.answer = async () => {
      throw failed();
    };
    await settled(ask(['/a']));
    await settled(ask(['/a']));
    await time.advance(limits.enrichPauseMs);
    await settled(ask(['/a']));
    assert.equal(world.asked.length, limits.enrichFailures + 1);
    await time.advance(limits.enrichPauseMs);
    await settled(ask(['/a']));
    assert.equal(world.asked.length, limits.enrichFailures + 1, 'the second pause is longer');
    await time.advance(limits.enrichPauseMs);
    await settled(ask(['/a']));
    assert.equal(world.asked.length, limits.enrichFailures + 2);
  });
});
