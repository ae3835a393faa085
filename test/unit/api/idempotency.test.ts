import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answeredOnce } from '../../../core/api/writes/IdempotentAnswers.ts';
import { isStockbusError } from '../../../core/errors.ts';
import type { Store } from '../../../core/ports.ts';
import { sqlite } from '../../../core/stores/sqlite.ts';
import { SimulatedTime, simulatedRuntime } from '../../SimulatedTime.ts';

describe('answers that are kept under an Idempotency-Key', () => {
  const time = new SimulatedTime();
  const runtime = simulatedRuntime(time);
  const asked = { scope: ['token', 'post', '/v1/items'], key: 'k1', asked: ['a'] };
  let folder: string;
  let store: Store;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stockbus-'));
    store = await sqlite.open(`file:${folder}`, runtime);
  });

  after(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const answer = (outcome: string, status = 201) => ({ status, headers: {}, body: { outcome } });
  const refused = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'answered',
      (error: unknown) => (isStockbusError(error) ? error.code : String(error)),
    );

  it('are given again for a day, to the same request of the same sender alone', async () => {
    let works = 0;
    const ask = (once: typeof asked) =>
      answeredOnce({ store, runtime }, once, async () => answer(`work ${++works}`));
    assert.deepEqual(
      [await ask(asked), works],
      [{ answer: answer('work 1'), isReplayed: false }, 1],
    );
    assert.deepEqual(
      [await ask(asked), works],
      [{ answer: answer('work 1'), isReplayed: true }, 1],
    );
    assert.equal(await refused(ask({ ...asked, asked: ['b'] })), 'IDEMPOTENCY_KEY_REUSED');
    const other = { ...asked, scope: ['key:x', 'post', '/v1/items'], asked: ['b'] };
    assert.equal((await ask(other)).answer.body.outcome, 'work 2');
    await time.advance(24 * 3_600_000);
    assert.equal((await ask({ ...asked, asked: ['b'] })).answer.body.outcome, 'work 3');
  });

  it('are waited for while the request lives, and are taken over under the same intake when it died', async () => {
    const once = { ...asked, key: 'k2' };
    const died = Promise.withResolvers<never>();
    const intakes: string[] = [];
    const first = answeredOnce({ store, runtime }, once, async (intakeId) => {
      intakes.push(intakeId);
      return died.promise;
    });
    first.catch(() => undefined);
    const again = (status?: number) =>
      answeredOnce({ store, runtime }, once, async (intakeId, isAccepted) => {
        intakes.push(`${intakeId} ${isAccepted}`);
        return answer('again', status);
      });
    while (intakes.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await refused(again()), 'IDEMPOTENCY_RUNNING');
    // Dead, as a killed process is: it says nothing of itself any more.
    const { changeControl } = store;
    store.changeControl = async () => 'conflict';
    await time.advance(5_000);
    store.changeControl = changeControl;
    assert.equal((await again(202)).isReplayed, false);
    assert.equal((await again()).isReplayed, true, 'what was only accepted is asked for anew');
    assert.equal((await again()).answer.body.outcome, 'again');
    const [intakeId] = intakes;
    assert.deepEqual(intakes, [intakeId, `${intakeId} false`, `${intakeId} true`]);
    died.reject(new Error('too late'));
    await assert.rejects(first, /too late/);
    assert.equal((await again()).answer.body.outcome, 'again', 'who died changes nothing');
  });

  it('are none of what failed, and none that are too large', async () => {
    const once = { ...asked, key: 'k3' };
    const fails = answeredOnce({ store, runtime }, once, async () => {
      throw new Error('the broker is away');
    });
    await assert.rejects(fails, /away/);
    const large = { ...answer('x'.repeat(300_000)) };
    const made = await answeredOnce({ store, runtime }, once, async () => large);
    assert.equal(made.isReplayed, false);
    const next = await answeredOnce({ store, runtime }, once, async () => answer('next'));
    assert.equal(next.answer.body.outcome, 'next');
  });
});
