/** Reservations through rounds, against a store that counts what it is asked. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expireReservations } from '../../../core/apply/expireReservations.ts';
import type { ReceivedBatch } from '../../../core/apply/round.ts';
import { Round } from '../../../core/apply/round.ts';
import { formatDecimal } from '../../../core/decimal.ts';
import type { Command, CommandType } from '../../../core/message.ts';
import type { Store } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import type { StockPolicy } from '../../../core/stock/policy.ts';
import { Workspace } from '../../../core/stock/workspace.ts';
import { sqlite } from '../../../core/stores/sqlite.ts';

type Message = [type: CommandType, data: object];

const AT = '2026-01-01T00:00:00.000Z';
const policy: StockPolicy = {
  ...{ currency: 'EUR', minorDigits: 2, negative: 'deny', negativePlaces: {} },
  ...{
    unknownSku: 'create',
    valuation: 'fifo',
    pools: {},
    rates: {},
    zone: 'UTC',
    closedPeriod: 'refuse',
    dates: { from: '1990-01-01', to: undefined, future: 'tell' },
    costs: 'tell',
    units: new Map(),
  },
  accounts: {
    ...{ inventory: '1', inventoryByPool: {}, transit: '2', received: '3', costOfSales: '4' },
    ...{ adjustment: '5', variance: '6', production: '7', scrap: '8', landedCost: '9' },
    ...{ opening: '10', payable: '11', exchange: '12', conversion: '13', writeDown: '14' },
  },
};

const receive = (sku: string, quantity: string): Message => [
  'stock.receive.v1',
  { document: `GR-${sku}`, at: AT, lines: [{ sku, location: 'A', quantity, unitCost: '1' }] },
];
const issue = (document: string, sku: string, quantity: string): Message => [
  'stock.issue.v1',
  { document, at: AT, lines: [{ sku, location: 'A', quantity }] },
];
const reserve = (reservation: string, sku: string, quantity: string, more = {}): Message => [
  'reservation.create.v1',
  { reservation, at: AT, lines: [{ sku, location: 'A', quantity }], ...more },
];
const ship = (reservation: string): Message => ['reservation.commit.v1', { reservation }];

describe('rounds with reservations', () => {
  let folder: string;
  let store: Store;
  let loads: number;
  let now: number;
  let messages: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stockbus-'));
    const opened = await sqlite.open(`file:${folder}`, systemRuntime());
    loads = 0;
    store = new Proxy(opened, {
      get(target, name) {
        if (name === 'load') loads += 1;
        const value = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    now = Date.parse(AT);
    messages = 0;
  });
  afterEach(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const parts = () => ({ store, policy, runtime: { ...systemRuntime(), now: () => now } });

  /** One round over one batch, on what a loop has in memory; `true` once it is committed. */
  async function round(workspace: Workspace, batch: Message[]): Promise<boolean> {
    messages += 1;
    const intakeId = `i${messages}`;
    const commands = batch.map(([type, data], index) => {
      const id = `${intakeId}/${index}`;
      return {
        id,
        source: '/flows/t',
        type,
        contenthash: id,
        actor: 'flow:t',
        record: 1,
        data,
      } as unknown as Command;
    });
    const received: ReceivedBatch = {
      ...{ origin: { intakeId, flow: 't', name: 't' }, index: 0, records: batch.length },
      ...{ filtered: 0, batches: 1, commands, parked: [], digest: 'd', redelivered: false },
    };
    const committed = await new Round(parts(), workspace, [received], { careful: false }).commit();
    if (committed === undefined) workspace.forgetAll();
    else workspace.committed();
    return committed !== undefined;
  }

  const states = async (): Promise<string[]> => {
    const { rows } = await store.reservations({}, { limit: 1000 });
    return rows.map(({ id, state }) => `${id} ${state}`);
  };
  /** `on hand / reserved` of a SKU. */
  const stock = async (sku: string): Promise<string> => {
    const { rows } = await store.stock({ sku }, { limit: 10 });
    return rows
      .map(({ onHand, reserved }) => `${formatDecimal(onHand)} / ${formatDecimal(reserved)}`)
      .join();
  };

  it('keep what was held in a round when another document of it is refused', async () => {
    const workspace = new Workspace(policy);
    await round(workspace, [receive('X', '10'), receive('Y', '1')]);
    assert.ok(
      await round(workspace, [
        reserve('R-1', 'X', '10'),
        issue('SO-1', 'X', '5'),
        issue('SO-2', 'X', '5'),
        reserve('R-2', 'X', '1'),
      ]),
    );
    assert.deepEqual(await states(), ['R-1 pending', 'R-2 failed']);
    assert.equal(await stock('X'), '10 / 10');
    assert.equal((await store.parked({}, { limit: 10 })).rows.length, 2);
  });

  it('promise nothing on what another loop has changed, and refuse nothing on it either', async () => {
    const one = new Workspace(policy);
    const other = new Workspace(policy);
    await round(one, [receive('X', '10')]);
    assert.ok(await round(other, [reserve('R-1', 'X', '10')]));
    assert.equal(await round(one, [reserve('R-2', 'X', '10')]), false);
    assert.ok(await round(one, [reserve('R-2', 'X', '10')]));
    assert.ok(await round(one, [ship('R-1'), receive('X', '3')] as Message[]));
    assert.equal(await round(other, [reserve('R-3', 'X', '4')]), false);
    assert.ok(await round(other, [reserve('R-3', 'X', '3')]));
    assert.deepEqual(await states(), ['R-1 committed', 'R-2 failed', 'R-3 pending']);
    assert.equal(await stock('X'), '3 / 3');
  });

  it('free what is over for those who ask, and load it all in a few questions', async () => {
    const skus = Array.from({ length: 50 }, (_, index) => `X${index}`);
    await round(
      new Workspace(policy),
      skus.map((sku) => receive(sku, '10')),
    );
    const hour = { timeoutSeconds: '3600' };
    loads = 0;
    await round(
      new Workspace(policy),
      skus.map((sku) => reserve(`R-${sku}`, sku, '10', hour)),
    );
    assert.ok(loads <= 3, `${loads} questions`);
    now += 3_600_000;
    loads = 0;
    await round(new Workspace(policy), [
      ...skus.slice(0, 25).map((sku) => reserve(`S-${sku}`, sku, '10')),
      ...skus.slice(25).map((sku) => ship(`R-${sku}`)),
    ]);
    assert.ok(loads <= 3, `${loads} questions`);
    const { rows } = await store.reservations({}, { limit: 1000 });
    const counts = Map.groupBy(rows, ({ state }) => state);
    assert.deepEqual([...counts].map(([state, all]) => [state, all.length]).sort(), [
      ['expired', 50],
      ['pending', 25],
    ]);
    assert.deepEqual([await stock('X0'), await stock('X49')], ['10 / 10', '10 / 0']);
  });

  it('are expired together by the sweep, in a few questions and one commit', async () => {
    const skus = Array.from({ length: 50 }, (_, index) => `X${index}`);
    const hour = { timeoutSeconds: '3600' };
    await round(
      new Workspace(policy),
      skus.flatMap((sku) => [receive(sku, '10'), reserve(`R-${sku}`, sku, '10', hour)]),
    );
    now += 3_599_999;
    const ids = skus.map((sku) => `R-${sku}`);
    assert.equal(await expireReservations(parts(), ids), 0);
    now += 1;
    loads = 0;
    assert.equal(await expireReservations(parts(), ids), 50);
    assert.ok(loads <= 3, `${loads} questions`);
    assert.equal(await expireReservations(parts(), ids), 0);
    assert.equal(await stock('X7'), '10 / 0');
  });

  it('beyond their time are in the way of no issue, whether the sweep came by or not', async () => {
    for (const isSwept of [false, true]) {
      const sku = `X${isSwept}`;
      const workspace = new Workspace(policy);
      const came = (lot: string, expiresOn: string) => ({
        ...{ sku, location: 'A', quantity: '5', unitCost: '1', lot, expiresOn },
      });
      const lines = [came('OLD', '2026-05-01'), came('NEW', '2026-09-01')];
      const held = { ...{ sku, location: 'A', quantity: '5' }, lot: 'OLD' };
      const data = { reservation: `R-${sku}`, at: AT, lines: [held], timeoutSeconds: '3600' };
      await round(workspace, [
        ['item.upsert.v1', { sku, tracking: 'lot', picking: 'fefo' }],
        ['stock.receive.v1', { document: `GR-${sku}`, at: AT, lines }],
        ['reservation.create.v1', data],
        issue(`SO-1-${sku}`, sku, '1'),
      ]);
      now += 3_600_000;
      if (isSwept) await expireReservations(parts(), [`R-${sku}`]);
      await round(new Workspace(policy), [issue(`SO-2-${sku}`, sku, '3')]);
      const { rows } = await store.ledger({ sku }, { limit: 100 });
      const taken = rows.filter(({ kind }) => kind === 'issue');
      assert.deepEqual(
        taken.map(({ lot, quantity }) => `${lot} ${formatDecimal(quantity)}`),
        ['NEW 1', 'OLD 3'],
      );
      await round(new Workspace(policy), [issue(`SO-3-${sku}`, sku, '6')]);
      assert.equal((await store.parked({}, { limit: 10 })).rows.length, 0);
    }
    const { rows } = await store.reservations({}, { limit: 10 });
    assert.deepEqual(
      rows.map(({ log }) => log.map(({ action }) => action).join()),
      ['create,expire', 'create,expire'],
    );
  });

  it('beyond their time hold no place and no pool against an issue either', async () => {
    const workspace = new Workspace(policy);
    const pool = { lines: [{ sku: 'Y', pool: 'main', quantity: '4' }], timeoutSeconds: '3600' };
    await round(workspace, [
      receive('X', '10'),
      receive('Y', '4'),
      reserve('R-X', 'X', '10', { timeoutSeconds: '3600' }),
      reserve('R-Y', 'Y', '4', pool),
    ]);
    await round(workspace, [issue('SO-1', 'X', '5'), issue('SO-2', 'Y', '1')]);
    assert.equal((await store.parked({}, { limit: 10 })).rows.length, 2);
    now += 3_600_000;
    await round(workspace, [issue('SO-3', 'X', '5'), issue('SO-4', 'Y', '1')]);
    assert.equal((await store.parked({}, { limit: 10 })).rows.length, 2);
    assert.deepEqual(await states(), ['R-X expired', 'R-Y expired']);
    assert.deepEqual([await stock('X'), await stock('Y')], ['5 / 0', '3 / 0']);
  });
});
