/** Flows that change while records wait in them: what waits is found again, or is told and can be released. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stages as kinds } from '../../core/catalog.ts';
import { formatDecimal } from '../../core/decimal.ts';
import type { RecordValue, StageSpec } from '../../core/ports.ts';
import { uuidV7 } from '../../core/runtime.ts';
import { type HubRun, startHubIn, until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';
import { spawnHub } from '../spawnHub.ts';

const AT = '2026-01-05T08:00:00Z';
const HUB = `stock: { currency: EUR, negative: allow, unknownSku: create, valuation: fifo }
connectors:
  inbox: { folder: { path: "\${STOCKBUS_DATA}/in" } }
`;
const from = (name: string) => `from: { folder: inbox, pattern: "${name}-*.json", settle: 100ms }`;
const orders = (name: string) => `${from(name)}
read: json
steps:
  - map:
      document: number
      const: { kind: purchase }
      lines: { each: lines, map: { line: line, sku: sku, quantity: quantity, const: { location: A, due: 2026-02-01 } } }
key: number
to: order.upsert.v1
`;
const AWAIT = '{ key: despatch, flow: despatches, match: document, within: 1h, as: sent }';
const receipts = (...before: string[]) => `${from('receipts')}
read: json
steps:
${before.map((step) => `  - ${step}\n`).join('')}  - await: ${AWAIT}
  - map:
      document: number
      at: $date(at)
      lines: { each: sent.lines, map: { line: line, sku: sku, quantity: quantity, const: { location: A } } }
key: number
to: stock.receive.v1
`;
const QUEUES = ['stock.commands.g1.p00'].concat(
  [
    'receipts.await-despatches',
    'receipts.await-notices',
    'receipts.delay',
    'goods.await-despatches',
  ].map((name) => `stage.g1.${name}.p00`),
);

async function* bytes(value: unknown): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify(value));
}

describePairs('flows with stages that change', (pair) => {
  let place: Workplace;
  let folder: string;
  let run: HubRun | undefined;

  const write = (name: string, text: string) => writeFile(join(folder, 'flows', name), text);
  const flow = (name: string, text: string) => write(`${name}.yaml`, text);
  beforeEach(async () => {
    place = await pair.workplace();
    folder = await mkdtemp(join(tmpdir(), 'stockbus-flows-'));
    for (const name of ['config', 'flows']) await mkdir(join(folder, name));
    await mkdir(join(place.data, 'in'));
    await writeFile(join(folder, 'config', 'hub.yaml'), HUB);
    await flow('despatches', orders('despatches'));
    await flow('notices', orders('notices'));
    await flow('receipts', receipts());
  });
  afterEach(async () => {
    await stop();
    await place.remove(QUEUES);
    await rm(folder, { recursive: true });
  });

  const start = async (): Promise<HubRun> => {
    run = await startHubIn(folder, place);
    return run;
  };
  async function stop(): Promise<void> {
    await run?.close();
    run = undefined;
  }
  const send = (hub: HubRun, name: string, record: RecordValue) => {
    const origin = { intakeId: uuidV7(Date.now()), flow: name, name: `/${name}` };
    return hub.hub.accept(name, { origin, body: bytes([record]) });
  };
  const receipt = (number: string) => ({ number, despatch: 'D1', at: AT });
  const order = (number: string) => ({
    number,
    lines: [{ line: '1', sku: 'TEA', quantity: '5' }],
  });
  const waiting = (hub: HubRun, count: number) =>
    until(`${count} records that wait`, async () => {
      const kept = await hub.store.stages();
      return kept.reduce((sum, one) => sum + one.waiting, 0) === count;
    });
  const onHand = (hub: HubRun, quantity: string) =>
    until(`${quantity} of TEA`, async () => {
      const { rows } = await hub.store.stock({}, { limit: 9 });
      return rows.some((row) => formatDecimal(row.onHand) === quantity);
    });
  const gone = (hub: HubRun) =>
    hub.lines.filter(({ event }) => event === 'stage.gone').map(({ fields }) => fields);
  const kindOf = (name: string): StageSpec => kinds.find((kind) => kind.name === name)!;

  it('give what waits to the step in which it waited, when others are put before it', async () => {
    await writeFile(join(place.data, 'in', '.r'), JSON.stringify([receipt('R1'), receipt('R2')]));
    await rename(join(place.data, 'in', '.r'), join(place.data, 'in', 'receipts-1.json'));
    const killed = await spawnHub({
      ...{ config: folder, roles: 'intake,apply,relay,deliver', env: place.env, said: [] },
    });
    const looking = await startHubIn(folder, place, []);
    await waiting(looking, 2);
    await looking.close();
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    await flow(
      'receipts',
      receipts(
        'await: { key: number, flow: notices, match: document, within: 1h, as: told }',
        'delay: { for: 1ms }',
      ),
    );
    const hub = await start();
    assert.deepEqual(gone(hub), []);
    await send(hub, 'despatches', order('D1'));
    await onHand(hub, '10');
    await send(hub, 'receipts', receipt('R3'));
    await send(hub, 'notices', order('R3'));
    await onHand(hub, '15');
    assert.deepEqual((await hub.store.parked({}, { limit: 9 })).rows, []);
  });

  it('are told of when they were renamed, and go on as soon as they say what they were', async () => {
    let hub = await start();
    await send(hub, 'receipts', receipt('R1'));
    await waiting(hub, 1);
    await stop();
    await rename(join(folder, 'flows/receipts.yaml'), join(folder, 'flows/goods.yaml'));
    hub = await start();
    const [told, ...others] = gone(hub);
    assert.deepEqual(others, []);
    assert.match(
      String(told!.message),
      /^no flow has the step 'receipts\/await-despatches' any more, in which 1 record waits since 20\S+Z$/,
    );
    assert.match(String(told!.todo), /write 'source: receipts' in the one that it has become; /);
    await stop();
    await flow('goods', `source: receipts\n${receipts()}`);
    hub = await start();
    assert.deepEqual(gone(hub), []);
    await send(hub, 'despatches', order('D1'));
    await onHand(hub, '5');
  });

  it('park what waited in a step that is gone, in store and queue, when it is released', async () => {
    let hub = await start();
    await send(hub, 'receipts', receipt('R1'));
    await waiting(hub, 1);
    await stop();
    // Nobody takes it out of its queue.
    const beside = await startHubIn(folder, place, []);
    await send(beside, 'receipts', receipt('R2'));
    await beside.close();
    await rm(join(folder, 'flows/receipts.yaml'));
    hub = await start();
    assert.match(
      String(gone(hub)[0]?.message),
      /1 record waits since \S+Z, 1 batch lies in its queue$/,
    );
    const stage = 'receipts/await-despatches';
    const released = await hub.hub.release(stage, kindOf('await'));
    assert.deepEqual([released.parked, released.queued, released.unread], [2, 0, []]);
    const parked = await until('what is parked', async () => {
      const { rows } = await hub.store.parked({}, { limit: 9 });
      return rows.length === 2 && rows;
    });
    assert.deepEqual(
      parked
        .map(({ faults, origin, content }) => {
          const [{ value }] = JSON.parse(content);
          return [faults[0]!.code, origin.flow, origin.name, value.number];
        })
        .sort(),
      ['R1', 'R2'].map((number) => ['STAGE_RELEASED', 'receipts', '/receipts', number]),
    );
    assert.ok(!(await hub.store.stages()).some((one) => one.stage === stage));
    await stop();
    hub = await start();
    assert.deepEqual(gone(hub), []);
    await stop();
    await flow('receipts', receipts());
    hub = await start();
    await send(hub, 'receipts', receipt('R1'));
    await send(hub, 'despatches', order('D1'));
    await onHand(hub, '5');
  });
});
