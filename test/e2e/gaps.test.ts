/** What a broker loses of what it had taken is seen: by whom it was published, which of it, when, and of which payloads. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect } from 'amqplib';
import type { Role } from '../../core/flow/hubConfig.ts';
import { type OpenHub, openHub } from '../../core/hub/openHub.ts';
import type { Payload } from '../../core/ports.ts';
import { findGaps, type Gap } from '../../core/producers/findGaps.ts';
import { openIntake } from '../../core/producers/openIntake.ts';
import { readProducers } from '../../core/producers/readProducers.ts';
import { silentLog, systemRuntime } from '../../core/runtime.ts';
import { fasterRuntime } from '../fasterRuntime.ts';
import { until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';

const FIXTURE = 'test/fixtures/movements';
const QUEUE = 'stock.commands.g1.p00';
/** Everything within a few seconds; questions to a server still have half a second. */
const TIMES = 20;

describePairs('what the broker lost', (pair) => {
  let place: Workplace;
  let number = 0;
  const open = new Set<OpenHub>();

  beforeEach(async () => {
    place = await pair.workplace();
  });

  afterEach(async function () {
    this.timeout(60_000);
    for (const hub of open) await hub.close();
    open.clear();
    await place.remove([QUEUE, 'deliver.g1.changes']);
  });

  async function start(...roles: Role[]): Promise<OpenHub> {
    const hub = await openHub(FIXTURE, place.env, fasterRuntime(TIMES), { roles });
    open.add(hub);
    await hub.hub.start();
    return hub;
  }

  async function stop(hub: OpenHub): Promise<void> {
    open.delete(hub);
    await hub.close();
  }

  async function send(hub: OpenHub): Promise<string> {
    number += 1;
    const intakeId = systemRuntime().newId();
    const line = `R${number},1,2026-01-01T00:00:00Z,A,BER,1,receipt,1\n`;
    const payload: Payload = {
      origin: { intakeId, flow: 'movements', name: `m${number}.csv` },
      body: (async function* () {
        yield Buffer.from(`Document,Line,At,Item,Place,Quantity,Kind,Cost\n${line}`);
      })(),
    };
    await hub.hub.accept('movements', payload);
    return intakeId;
  }

  const booked = (hub: OpenHub, id: string) =>
    until('the payload', async () => (await hub.store.intake(id))?.done === true);

  /** Whatever waits in the queue is gone, as by an operator. */
  async function lose(how: 'purge' | 'delete'): Promise<void> {
    const { STOCKBUS_BROKER: address } = place.env;
    if (address === undefined) {
      const file = new DatabaseSync(join(place.data, 'broker.db'));
      file.exec(`DELETE FROM messages WHERE queue = '${QUEUE}'`);
      file.close();
      return;
    }
    const connection = await connect(address);
    const channel = await connection.createChannel();
    const name = `${new URL(address).searchParams.get('prefix')}${QUEUE}`;
    if (how === 'purge') await channel.purgeQueue(name);
    else await channel.deleteQueue(name);
    await connection.close();
  }

  const gapsIn = async ({ store }: OpenHub): Promise<Gap[]> => {
    const { words, seen } = await readProducers(store, silentLog);
    return findGaps(words, seen).gaps;
  };

  const said = (hub: OpenHub, count: number) =>
    until('the word of it', async () => {
      const { words } = await readProducers(hub.store, silentLog);
      return words.flatMap(({ queues }) => queues).some(({ settled }) => settled >= count);
    });

  for (const how of ['purge', 'delete'] as const) {
    it(`a ${how} of all that waited is told, with its payloads, though who took it in has ended`, async function () {
      this.timeout(60_000);
      const first = await start('api', 'intake');
      const ids = [await send(first), await send(first), await send(first)];
      await said(first, 3);
      assert.equal((await openIntake(first.store, ids[0]!))?.report.done, false);
      await lose(how);
      await stop(first);
      const second = await start('apply', 'relay');
      const told = await until('the gap to be told', async () => {
        const { ready, told } = await second.hub.health();
        return ready && told?.gaps;
      });
      assert.match(told, /3 accepted batches never came: numbers 1 to 3 of producer .* m\d+\.csv/);
      const [gap] = await gapsIn(second);
      assert.deepEqual(
        gap?.payloads.map(({ intakeId }) => intakeId),
        ids,
      );
      assert.equal((await openIntake(second.store, ids[0]!))?.isMissing, true);
    });
  }

  it('what is lost in between is told, and what comes before and after is booked', async function () {
    this.timeout(60_000);
    const first = await start('api', 'intake', 'apply');
    await booked(first, await send(first));
    await stop(first);
    const taking = await start('api', 'intake');
    const lost = await send(taking);
    await lose('purge');
    const kept = await send(taking);
    await said(taking, 2);
    const second = await start('apply');
    await booked(second, kept);
    const [gap, ...others] = await until('the gap', async () => {
      const gaps = await gapsIn(second);
      return gaps.length > 0 && gaps;
    });
    assert.deepEqual(others, []);
    assert.deepEqual([gap?.from, gap?.to, gap?.payloads[0]?.intakeId], [1, 1, lost]);
  });

  it('starts, ends and two that apply leave no gap, and nothing of who has ended is kept', async function () {
    this.timeout(60_000);
    for (let round = 0; round < 3; round += 1) {
      const hub = await start('api', 'intake', 'apply');
      const ids = [await send(hub), await send(hub)];
      for (const id of ids) await booked(hub, id);
      await stop(hub);
    }
    const last = await start('apply');
    await until('all to be forgotten', async () => {
      const { words, seen } = await readProducers(last.store, silentLog);
      assert.deepEqual(findGaps(words, seen).gaps, []);
      return words.length + seen.length === 0;
    });
  });

  if (pair.name !== 'embedded')
    it('two that apply, one after the other and again, see what the other has seen', async function () {
      this.timeout(120_000);
      const taking = await start('api', 'intake');
      let one = await start('apply');
      let other = await start('apply');
      for (let round = 0; round < 4; round += 1) {
        const ids = [await send(taking), await send(taking)];
        for (const id of ids) await booked(taking, id);
        // Whoever waits takes over from who ends, and knows nothing of what came meanwhile.
        await stop(one);
        const between = await send(taking);
        await booked(taking, between);
        [one, other] = [other, await start('apply')];
      }
      await said(taking, 12);
      const { words, seen } = await readProducers(taking.store, silentLog);
      assert.deepEqual(findGaps(words, seen).gaps, []);
      assert.deepEqual(
        seen.map(({ highest, holes }) => [highest, holes.length]),
        [[12, 0]],
      );
    });

  it('a payload that is read again under other numbers leaves no gap', async function () {
    this.timeout(60_000);
    const hub = await start('api', 'intake', 'apply');
    const intakeId = systemRuntime().newId();
    const again = (): Payload => ({
      origin: { intakeId, flow: 'movements', name: 'again.csv' },
      body: (async function* () {
        yield Buffer.from(
          'Document,Line,At,Item,Place,Quantity,Kind,Cost\nX,1,2026-01-01T00:00:00Z,A,BER,1,receipt,1\n',
        );
      })(),
    });
    await hub.hub.accept('movements', again());
    await booked(hub, intakeId);
    await hub.hub.accept('movements', again());
    const next = await send(hub);
    await booked(hub, next);
    await said(hub, 3);
    const { words, seen } = await readProducers(hub.store, silentLog);
    assert.deepEqual(findGaps(words, seen), { gaps: [], behind: [], ended: [], silent: [] });
    assert.deepEqual(
      seen.map(({ highest, holes }) => [highest, holes.length]),
      [[3, 0]],
    );
  });
});
