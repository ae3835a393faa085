/** What a status says of what it was told, and what stands in gauges. */
import assert from 'node:assert/strict';
import { limits } from '../../core/limits.ts';
import { StatusGauges } from '../../core/status/StatusGauges.ts';
import { type StatusSources, statusOf } from '../../core/status/statusOf.ts';
import { SimulatedTime, simulatedRuntime } from '../SimulatedTime.ts';

const queue = 'stock.commands.g1.p00';
/** Of a batch that was accepted on 1 March 2026 at 00:00. */
const oldest = '019ca6b1-dc00-7000-8000-000000000000/0';

const empty: StatusSources = {
  health: async () => ({ ready: true, checks: { hub: 'ok', broker: 'ok', store: 'ok' } }),
  broker: async () => ({ queues: [{ queue, ready: 0, waiting: 0 }], dead: 0 }),
  store: async () => ({
    ...{ backlog: { parked: [], dead: 0, outbox: 0 }, stages: [], endpoints: [], gaps: 0 },
    ...{ paused: [], gone: [] },
  }),
};

const lying: StatusSources = {
  ...empty,
  broker: async () => ({ queues: [{ queue, ready: 2, waiting: 3, oldest }], dead: 2 }),
  store: async () => ({
    backlog: {
      parked: [{ flow: 'receipts', records: 4, since: '2026-02-28T00:00:00.000Z' }],
      dead: 0,
      outbox: 7,
    },
    gaps: 1,
    paused: [{ flow: 'receipts', since: '2026-03-01T00:00:00.000Z', by: 'cli:ops', reason: 'no' }],
    gone: [
      {
        ...{ id: 'a till', version: '1', deployment: 'a', flow: 'till', file: 'flows/till.yaml' },
        ...{ direction: 'subscription', digest: '', state: 'gone', by: 'cli:ops' },
        ...{ since: '2026-03-01T00:00:00.000Z', queues: [], subscriptions: [], stages: [] },
      },
    ],
    endpoints: [{ endpoint: 'shop', state: 'paused', since: '2026-03-01T00:00:00.000Z' }],
    stages: [{ stage: 'a/await', waiting: 5, since: '2026-03-01T00:00:00.000Z', outs: 1 }],
  }),
};

const rig = () => {
  const time = new SimulatedTime(Date.UTC(2026, 2, 1, 0, 10));
  return { time, runtime: simulatedRuntime(time) };
};

describe('a status', () => {
  it('is well where nothing fails and nothing waits', async () => {
    const status = await statusOf(empty, rig().runtime);
    assert.equal(status.well, true);
    assert.deepEqual(status.troubles, []);
    assert.equal(status.unappliedSeconds, 0);
  });

  it('says what waits for a person, how old it is, and where to look', async () => {
    const status = await statusOf(lying, rig().runtime);
    assert.equal(status.well, false);
    assert.deepEqual(
      status.troubles.map(({ kind, what, see }) => [kind, what, see]),
      [
        ['down', 'gap', 'stockbus gaps'],
        ['down', 'unapplied', 'GET /readyz, and the log'],
        ['waits', 'paused', 'stockbus flows resume receipts'],
        ['waits', 'gone', 'stockbus flows retire till'],
        ['waits', 'endpoint', 'stockbus endpoints'],
        ['waits', 'parked', 'stockbus parked list --flow receipts'],
        ['waits', 'dead', 'stockbus dead list'],
      ],
    );
    const more = status.troubles.map(({ of, since, count, action }) => [
      ...[of, since?.slice(5, 16), count, action?.href],
    ]);
    assert.deepEqual(more, [
      [undefined, undefined, 1, undefined],
      [undefined, '03-01T00:00', undefined, undefined],
      ['receipts', '03-01T00:00', undefined, '/v1/flows/receipts/resume'],
      ['till', '03-01T00:00', undefined, undefined],
      ['shop', '03-01T00:00', undefined, '/v1/endpoints/shop/resume'],
      ['receipts', '02-28T00:00', 4, undefined],
      [undefined, undefined, 2, undefined],
    ]);
    assert.equal(status.unappliedSeconds, 600);
    assert.deepEqual(status.stages, [
      { stage: 'a/await', records: 5, left: 1, oldestSeconds: 600 },
    ]);
  });

  it('knows from a hub how old the oldest is where the broker does not tell, as RabbitMQ', async () => {
    const queue = { queue: 'stock.commands.g1.p00', ready: 244 };
    const broker = async () => ({ queues: [queue], dead: 0 });
    const sources = { broker, store: empty.store };
    const alone = await statusOf(sources, rig().runtime);
    assert.equal(alone.unappliedSeconds, null);
    const unappliedSince = async () => '2026-03-01T00:00:00.000Z';
    const { well, troubles } = await statusOf({ ...sources, unappliedSince }, rig().runtime);
    assert.deepEqual([well, troubles.map(({ what }) => what)], [false, ['unapplied']]);
  });

  it('answers within a bound where a database is frozen, and says which', async () => {
    const { time, runtime } = rig();
    const asked = statusOf({ ...empty, store: () => new Promise(() => undefined) }, runtime);
    await time.advance(limits.pingMs);
    const status = await asked;
    assert.match(status.checks.store!, /did not answer within/);
    assert.equal(status.parked, null);
    assert.equal(status.dead, 0);
    assert.equal(status.troubles[0]!.kind, 'down');
  });
});

describe('gauges of a status', () => {
  it('follow it, and are 0 for what is gone', async () => {
    const { time, runtime } = rig();
    const set: Record<string, number> = {};
    const gauge = (name: string, value: number, labels: Record<string, string> = {}): void => {
      set[[name, ...Object.values(labels)].join(' ')] = value;
    };
    let sources = lying;
    const metrics = { ...runtime.metrics, gauge };
    const gauges = new StatusGauges({
      status: () => statusOf(sources, runtime),
      runtime: { ...runtime, metrics },
      everyMs: 1_000,
    });
    await time.advance(1);
    assert.deepEqual(set, {
      'stockbus_checks_failing hub': 0,
      'stockbus_checks_failing broker': 0,
      'stockbus_checks_failing store': 0,
      [`stockbus_queue_messages ${queue}`]: 2,
      'stockbus_parked_records receipts': 4,
      stockbus_dead_letters: 2,
      stockbus_outbox_records: 7,
      stockbus_unapplied_oldest_seconds: 600,
    });
    sources = empty;
    await time.advance(1_000);
    assert.equal(set['stockbus_parked_records receipts'], 0);
    assert.equal(set.stockbus_dead_letters, 0);
    await gauges.stop();
    assert.equal(time.pending, 0);
  });
});
