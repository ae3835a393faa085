import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Deployment } from '../../../core/deployment/Deployment.ts';
import { deployedRows } from '../../../core/deployment/deploymentRow.ts';
import { leftOf, retireFlow } from '../../../core/deployment/retireFlow.ts';
import type { CompiledFlow } from '../../../core/flow/compiledFlow.ts';
import type { LoadedFlow } from '../../../core/flow/loadedFlow.ts';
import type { Books, Broker, ControlStore, StageChapter } from '../../../core/ports.ts';
import type { Runtime } from '../../../core/runtime.ts';
import { MemoryControl } from '../../property/MemoryControl.ts';

/** One that is told of stock, by a queue for each of its sinks. */
const shop = (name: string, sinks: string[], topics = ['stock.changed.v1']): LoadedFlow => {
  const flow = { name, file: `flows/${name}.yaml`, direction: 'subscription', topics };
  const queues = sinks.map((sink) => ({ queue: `deliver.${name}.${sink}` }));
  const digest = JSON.stringify([sinks, topics]);
  return { flow: { ...flow, sinks: queues } as unknown as CompiledFlow, digest, setup: {} };
};

describe('Deployment', () => {
  const BY = 'cli:ops';
  let store: MemoryControl & Books & ControlStore & StageChapter;
  let ended: string[];
  let told: string[];
  let removed: string[];
  let waiting: number;

  beforeEach(() => {
    store = new MemoryControl() as typeof store;
    store.serverNow = () => Date.parse('2026-03-01T08:00:00Z');
    [ended, told, removed, waiting] = [[], [], [], 12];
  });

  const deployment = (name: string, by = BY, stays = true, partitions = 1): Deployment =>
    new Deployment({
      ...{ store, name, by, stays, partitions },
      broker: {
        undeclare: async ({ subscriptions }) => {
          ended.push(...subscriptions.map(({ topic, queue }) => `${topic} ${queue}`));
        },
        look: async (queues) => ({
          queues: queues.map((queue) => ({ queue, ready: 0, waiting })),
          dead: 0,
        }),
        remove: async (queue) => {
          removed.push(queue);
          return 0;
        },
      },
      runtime: {
        newId: () => randomUUID(),
        log: (_level, event, fields) => told.push(`${event} ${fields?.message}`),
      },
    });
  const whole = (...loaded: LoadedFlow[]) => ({ loaded, isWhole: true });
  const states = async () =>
    (await deployedRows(store))
      .filter(({ id }) => !/ apply\.partitions$/.test(id))
      .map(({ id, state, by }) => `${id}: ${state} by ${by}`)
      .sort();

  it('ends the subscription of what is gone, keeps its names, and tells it until it is back', async () => {
    const one = deployment('a');
    await one.note(whole(shop('web', ['w']), shop('till', ['t'])));
    assert.deepEqual(ended, []);
    for (let start = 0; start < 2; start += 1) await one.note(whole(shop('web', ['w'])), 'api');
    assert.deepEqual(ended, Array(2).fill('stock.changed.v1 deliver.till.t'));
    assert.deepEqual(told[0], told[1]);
    assert.equal(told.length, 2);
    assert.match(told[0]!, /^flow\.gone .*'till'.*'deliver\.till\.t' \(12 messages wait\)/);
    assert.deepEqual(await states(), ['a till: gone by api', 'a web: declared by cli:ops']);
    await one.note(whole(shop('web', ['w']), shop('till', ['t'])));
    assert.deepEqual(await states(), ['a till: declared by cli:ops', 'a web: declared by cli:ops']);
    assert.equal(told.length, 2);
  });

  it('sees what a flow that goes on has lost: a sink, a topic', async () => {
    const one = deployment('a');
    const topics = ['stock.changed.v1', 'stock.reserved.v1'];
    await one.note(whole(shop('web', ['w', 'x'], topics)));
    await one.note(whole(shop('web', ['w'])));
    assert.deepEqual(ended.sort(), [
      'stock.changed.v1 deliver.web.x',
      'stock.reserved.v1 deliver.web.w',
      'stock.reserved.v1 deliver.web.x',
    ]);
    assert.deepEqual(await states(), ['a web rest: gone by cli:ops', 'a web: declared by cli:ops']);
    assert.match(told.join('\n'), /^flow\.gone [^\n]*'deliver\.web\.x'[^\n]*$/);
    await one.note(whole(shop('web', ['w', 'x'])));
    assert.deepEqual(await states(), ['a web: declared by cli:ops']);
  });

  it('leaves alone what another deployment has, and what a file with faults may have', async () => {
    const [one, two] = [deployment('a'), deployment('b')];
    await one.note(whole(shop('web', ['w']), shop('till', ['t'])));
    await two.note(whole(shop('till', ['t']), shop('desk', ['d'])));
    await one.note(whole(shop('web', ['w'])));
    await two.note({ loaded: [shop('till', ['t'])], isWhole: false });
    assert.deepEqual([ended, told], [[], []]);
    assert.deepEqual(await states(), [
      'a web: declared by cli:ops',
      'b desk: declared by cli:ops',
      'b till: declared by cli:ops',
    ]);
    const left = two.others.left({
      queues: ['deliver.web.w', 'other'],
      subscriptions: [],
      stages: [],
    });
    assert.deepEqual(left.queues, ['other']);
  });

  it('changes nothing that is known for a hub that soon ends', async () => {
    const one = deployment('a');
    await one.note(whole(shop('web', ['w', 'x'])));
    await deployment('a', 'cli:else', false).note(whole(shop('web', ['w']), shop('new', ['n'])));
    assert.deepEqual(await states(), ['a new: declared by cli:else', 'a web: declared by cli:ops']);
    assert.deepEqual([ended, told], [[], []]);
  });

  it('does it again where another process was faster', async () => {
    const one = deployment('a');
    const { changeControl } = store;
    let isFirst = true;
    store.changeControl = async (...change) => {
      if (!isFirst) return changeControl.apply(store, change);
      isFirst = false;
      await deployment('a', 'cli:faster').note(whole(shop('web', ['w'])));
      return changeControl.apply(store, change);
    };
    await one.note(whole(shop('web', ['w'])));
    assert.deepEqual(await states(), ['a web: declared by cli:faster']);
  });

  it('tells a report that is gone, and forgets its runs with it, and those of no other', async () => {
    const report = (name: string): LoadedFlow => {
      const flow = { name, file: `flows/${name}.yaml`, direction: 'report' };
      return { flow: flow as unknown as CompiledFlow, digest: '', setup: {} };
    };
    const one = deployment('a');
    await one.note(whole(report('daily'), report('weekly')));
    const row = (kind: string, id: string, word: string) => ({
      ...{ kind, id, expected: '' },
      row: { state: 'open', since: '2026-03-01', words: [word], body: '{}' },
    });
    const rows = ['daily', 'weekly'].flatMap((name) => [
      ...[row('schedule', name, ''), row('run', `report_${name}`, name)],
      ...[row('run.piece', `report_${name}#0`, name), row('pause', name, name)],
    ]);
    assert.equal(await store.changeControl(randomUUID(), rows), 'done');
    await one.note(whole(report('weekly')));
    assert.match(told.join('\n'), /^flow\.gone .*'daily' has left: its runs$/);
    const [left] = await leftOf(store, 'daily');
    const runtime = { newId: randomUUID, log: () => undefined } as unknown as Runtime;
    const nothing = async () => ({ queues: [], dead: 0 });
    const broker = { undeclare: nothing, look: nothing } as unknown as Broker;
    await retireFlow({ store, broker, runtime }, left!, { choice: 'drain', by: BY });
    const kept: string[] = [];
    for (const kind of ['schedule', 'run', 'run.piece', 'pause']) {
      const { rows: found } = await store.controlRows({ kind }, { limit: 10 });
      kept.push(...found.map(({ id }) => id));
    }
    assert.deepEqual(kept, ['weekly', 'report_weekly', 'report_weekly#0', 'weekly']);
    assert.deepEqual(await states(), ['a weekly: declared by cli:ops']);
    await assert.rejects(leftOf(store, 'weekly'), { code: 'FLOW_NOT_GONE' });
  });

  it('tells what nobody books any more where there are fewer queues of commands, and removes them empty', async () => {
    await deployment('a', BY, true, 3).note(whole());
    for (const partitions of [1, 1]) await deployment('a', BY, true, partitions).note(whole());
    assert.equal(told.length, 2);
    assert.match(told[0]!, /'apply\.partitions' was larger.*p01' \(12 messages wait\), .*p02'/);
    await deployment('b', BY, true, 3).note(whole());
    await deployment('a').note(whole());
    assert.equal(told.length, 2, 'another deployment books them');
    await deployment('b').note(whole());
    waiting = 0;
    await deployment('b').note(whole());
    assert.deepEqual(removed, ['stock.commands.g1.p01', 'stock.commands.g1.p02']);
    assert.deepEqual(await states(), []);
  });
});
