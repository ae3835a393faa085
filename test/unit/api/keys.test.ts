import assert from 'node:assert/strict';
import { KEY } from '../../../core/api/auth/ApiKey.ts';
import { accessLimits } from '../../../core/api/auth/accessLimits.ts';
import { tokenCaller } from '../../../core/api/auth/Caller.ts';
import { KeyDesk, type KeyWish } from '../../../core/api/auth/KeyDesk.ts';
import { KeyRing } from '../../../core/api/auth/KeyRing.ts';
import { refuseEscalation } from '../../../core/api/auth/refuseEscalation.ts';
import { auditEntries } from '../../../core/auditTrail.ts';
import { isStockbusError, StockbusError } from '../../../core/errors.ts';
import type { Payload, Store } from '../../../core/ports.ts';
import { type Runtime, systemRuntime } from '../../../core/runtime.ts';
import { receiptOf } from '../../contract/connector/connectorContract.ts';
import { type ApiRig, openApi } from './apiRig.ts';

const wish: KeyWish = { name: 'shop', scopes: ['stock:read'], source: 'shop' };

describe('API keys', () => {
  let rig: ApiRig;
  let desk: KeyDesk;
  let runtime: Runtime;
  /** Of the rings' clocks. */
  let clock = 0;

  beforeEach(async () => {
    rig = await openApi({ token: 's3cret', requestsPerMinute: 50 });
    clock = 0;
    const now = () => Date.UTC(2027, 0, 1) + clock;
    runtime = { ...systemRuntime(), now, monotonic: () => clock };
    desk = new KeyDesk(rig.store, runtime);
  });
  afterEach(() => rig.close());

  const call = (key: string, path = '/v1/stock', more: RequestInit = {}) =>
    fetch(rig.url + path, {
      ...more,
      headers: { authorization: `Bearer ${key}`, ...more.headers },
    });
  const status = async (key: string, path?: string, more?: RequestInit) =>
    (await call(key, path, more)).status;
  const ringOf = (store: Pick<Store, 'control'> = rig.store) =>
    new KeyRing(() => ({ ...bound(rig.store), ...store }), runtime);
  const bound = (store: Store) => ({
    control: store.control.bind(store),
    controlRows: store.controlRows.bind(store),
    changeControl: store.changeControl.bind(store),
    serverTime: store.serverTime.bind(store),
  });

  it('opens what its scopes say, and names the scope that it lacks', async () => {
    const { key, id } = await desk.create(wish, 'cli:root');
    assert.match(key, /^sb_[0-9a-f]{12}_[\w-]{43}$/);
    assert.equal(await status(key), 200);
    const refused = await call(key, '/v1/reload', { method: 'POST' });
    assert.equal(refused.status, 403);
    const problem = (await refused.json()) as { code: string; detail: string };
    assert.equal(problem.code, 'HTTP_SCOPE');
    assert.equal(problem.detail, `'key:${id}' lacks the scope admin, which this address wants`);
    assert.equal(await status('s3cret'), 200, 'the token stays what it is');
  });

  it('is nowhere kept, only its hash is, and it stands in no log', async () => {
    const { key, id } = await desk.create(wish, 'cli:root');
    await status(key);
    await status(`${key.slice(0, -1)}x`);
    const secret = key.slice(16);
    const kept = JSON.stringify(await rig.store.control(KEY, [id]));
    const shown = JSON.stringify(await desk.list());
    for (const text of [kept, shown, JSON.stringify(rig.logged)])
      assert.ok(!text.includes(secret), text);
    assert.ok(!/secrets|hash/.test(shown), shown);
  });

  it('stands in what it sends, and is handed to no flow', async () => {
    const { key, id } = await desk.create({ ...wish, scopes: ['stock:write'] }, 'cli:root');
    let sent: Payload | undefined;
    rig.hub.accept = async (_flow, payload) => {
      sent = payload;
      return receiptOf(payload);
    };
    const headers = { cookie: 'stockbus=x', 'x-tenant': 'a' };
    assert.equal(
      await status(key, '/v1/flows/receipts', { method: 'POST', body: 'a', headers }),
      202,
    );
    assert.equal(sent?.actor, `key:${id}`);
    const { authorization, cookie, ...rest } = sent?.headers ?? {};
    assert.deepEqual([authorization, cookie, rest['x-tenant']], [undefined, undefined, 'a']);
  });

  it('answers every guess alike', async () => {
    const { key, id } = await desk.create(wish, 'cli:root');
    const other = await desk.create(wish, 'cli:root');
    const gone = await desk.create({ ...wish, expiresAt: '2026-12-31T23:59:59.999Z' }, 'cli:root');
    await desk.revoke(other.id, 'cli:root');
    const guesses = [
      `sb_${id}_${'A'.repeat(43)}`,
      `sb_${'0'.repeat(12)}_${key.slice(16)}`,
      `sb_${id}_${other.key.slice(16)}`,
      ...[key.slice(0, 30), `${key}A`, `sb_${id}`, 'sb_', `SB${key.slice(2)}`],
      ...[gone.key, other.key],
    ];
    const said = new Set<string>();
    for (const guess of guesses) {
      const answer = await call(guess);
      assert.equal(answer.status, 401, guess);
      if (guess.startsWith('sb_')) said.add(((await answer.json()) as { detail: string }).detail);
    }
    assert.deepEqual([...said], ['the key is wrong, has expired, or was revoked']);
  });

  it('is turned over: the old secret opens until the overlap is over', async () => {
    const ring = ringOf();
    const first = await desk.create(wish, 'cli:root');
    const second = await desk.rotate(first.id, 3_600_000, 'cli:root');
    assert.equal(second.id, first.id);
    const opens = async (key: string) => (await ring.callerOf(key))?.actor === `key:${first.id}`;
    assert.deepEqual([await opens(first.key), await opens(second.key)], [true, true]);
    const third = await desk.rotate(first.id, 3_600_000, 'cli:root');
    ring.forget(first.id);
    assert.deepEqual(
      [await opens(first.key), await opens(second.key), await opens(third.key)],
      [false, true, true],
    );
    clock += 3_600_001;
    assert.deepEqual([await opens(second.key), await opens(third.key)], [false, true]);
    const fourth = await desk.rotate(first.id, 0, 'cli:root');
    ring.forget(first.id);
    assert.deepEqual([await opens(third.key), await opens(fourth.key)], [false, true]);
    assert.equal((await desk.list())[0]?.overlapUntil, undefined);
    const { rows } = await auditEntries(rig.store, { word: first.id }, { limit: 10 });
    assert.deepEqual(
      rows.map(({ actor, did }) => `${actor} ${did}`),
      ['created', 'rotated', 'rotated', 'rotated'].map((did) => `cli:root key.${did}`),
    );
    const text = JSON.stringify(rows);
    for (const { key } of [first, second, third, fourth]) assert.ok(!text.includes(key.slice(16)));
  });

  it('opens nothing within seconds once another process revoked it', async () => {
    const ring = ringOf();
    const { key, id } = await desk.create(wish, 'cli:root');
    assert.ok(await ring.callerOf(key));
    const shown = await desk.revoke(id, 'user:eva');
    assert.equal(shown.state, 'revoked');
    assert.equal(shown.revoked?.by, 'user:eva');
    clock += accessLimits.accessKeptMs;
    assert.equal(await ring.callerOf(key), undefined);
    await assert.rejects(desk.rotate(id, 0, 'cli:root'), (error) =>
      isStockbusError(error, 'KEY_REVOKED'),
    );
    await assert.rejects(desk.revoke('0'.repeat(12), 'x'), (error) =>
      isStockbusError(error, 'KEY_UNKNOWN'),
    );
  });

  it('outlives its store for a minute, and no longer', async () => {
    const away = new StockbusError('STORE_UNREACHABLE', 'the store is away');
    let isAway = false;
    let reads = 0;
    const ring = ringOf({
      control: async (kind, ids) => {
        reads += 1;
        if (isAway) throw away;
        return rig.store.control(kind, ids);
      },
    });
    const { key } = await desk.create(wish, 'cli:root');
    for (let time = 0; time < 20; time += 1) assert.ok(await ring.callerOf(key));
    assert.equal(reads, 2, 'once to look it up, once to note its use');
    isAway = true;
    clock += accessLimits.accessStaleMs - 1;
    assert.ok(await ring.callerOf(key));
    clock += 1;
    await assert.rejects(ring.callerOf(key), away);
    isAway = false;
    assert.ok(await ring.callerOf(key));
  });

  it('notes when it was used last, once a minute, beside the answer', async () => {
    const noted: string[] = [];
    const writes = Promise.withResolvers<void>();
    const store = {
      ...bound(rig.store),
      changeControl: async (...change: Parameters<Store['changeControl']>) => {
        noted.push(change[1][0]!.id);
        const done = await rig.store.changeControl(...change);
        writes.resolve();
        return done;
      },
    };
    const ring = new KeyRing(() => store, runtime);
    const { key, id } = await desk.create(wish, 'cli:root');
    for (const ms of [0, 1_000, 58_999]) {
      clock += ms;
      assert.ok(await ring.callerOf(key));
    }
    await writes.promise;
    assert.deepEqual(noted, [id]);
    assert.equal((await desk.list())[0]?.lastUsedAt, '2027-01-01T00:00:00.000Z');
  });

  it('keeps nobody from hearing that the process lives, while the store hangs', async () => {
    const { key } = await desk.create(wish, 'cli:root');
    const { control } = rig.store;
    const hangs = Promise.withResolvers<never>();
    rig.store.control = () => hangs.promise;
    assert.equal(await status(key, '/healthz'), 200);
    rig.store.control = control;
  });

  it('has a budget of its own', async () => {
    const [one, other] = [
      await desk.create({ ...wish, requestsPerMinute: 2 }, 'cli:root'),
      await desk.create(wish, 'cli:root'),
    ];
    const first = await call(one.key);
    assert.match(first.headers.get('ratelimit-policy') ?? '', /q=2;/);
    assert.deepEqual([await status(one.key), await status(one.key)], [200, 429]);
    assert.equal(await status(other.key), 200);
  });

  it('hands out nothing that its holder does not have', () => {
    const scopes = new Set(['admin', 'stock:read'] as const);
    const caller = { ...tokenCaller, scopes };
    refuseEscalation(caller, { scopes: ['stock:read'] });
    assert.throws(
      () => refuseEscalation(caller, { scopes: ['stock:read', 'ledger:read'] }),
      (error) => isStockbusError(error, 'HTTP_SCOPE'),
    );
  });

  it('makes none that lives longer or has more requests, and the trail tells what it made', async () => {
    const expiresAt = '2027-02-01T00:00:00.000Z';
    const bounds = { expiresAt, requestsPerMinute: 40 };
    const made = await desk.create({ ...wish, scopes: ['admin'], ...bounds }, 'cli:root');
    const free = await desk.create(wish, 'cli:root');
    const ask = async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const more = { method: 'POST', headers, body: JSON.stringify(body) };
      const answer = await call(made.key, `/v1/keys${path}`, more);
      return (await answer.json()) as Record<string, unknown>;
    };
    const said = { name: 'shop', scopes: ['stock:read'] };
    for (const more of [{ expires: '2027-06-30' }, { requestsPerMinute: 41 }])
      assert.equal((await ask('', { ...said, ...more })).code, 'ACCESS_UNFIT');
    assert.equal((await ask(`/${free.id}/rotate`, {})).code, 'ACCESS_UNFIT');
    const child = await ask('', { ...said, locations: ['BER', 'HAM'], itemGroups: ['tea'] });
    assert.deepEqual([child.expiresAt, child.requestsPerMinute], [expiresAt, 40]);
    const trail = await auditEntries(rig.store, { word: String(child.id) }, { limit: 10 });
    assert.deepEqual(trail.rows[0]?.facts, {
      ...{ name: 'shop', scopes: 'stock:read', source: 'api' },
      ...{ locations: 'BER HAM', itemGroups: 'tea', expiresAt, requestsPerMinute: '40' },
    });
  });
});
