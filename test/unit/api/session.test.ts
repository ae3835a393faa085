import assert from 'node:assert/strict';
import type { Request } from 'express';
import { accessLimits } from '../../../core/api/auth/accessLimits.ts';
import { Cookies } from '../../../core/api/auth/Cookies.ts';
import { LoginThrottle } from '../../../core/api/auth/LoginThrottle.ts';
import { Sessions } from '../../../core/api/auth/Sessions.ts';
import { Users } from '../../../core/api/auth/Users.ts';
import { auditEntries } from '../../../core/auditTrail.ts';
import { isStockbusError } from '../../../core/errors.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { type ApiRig, openApi } from './apiRig.ts';

const PASSWORD = 'correct horse battery';

interface Session {
  actor: string;
  scopes: string[];
  signIn: string;
  csrf?: string;
}

/** A browser as far as it matters: it keeps cookies, and says where its page is from. */
class Browser {
  readonly url: string;
  readonly cookies = new Map<string, string>();
  said: string[] = [];

  constructor(url: string) {
    this.url = url;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = {
      'sec-fetch-site': 'same-origin',
      ...(init.method === undefined ? {} : { origin: this.url }),
      ...(cookie ? { cookie } : {}),
      ...init.headers,
    };
    const answer = await fetch(this.url + path, { redirect: 'manual', ...init, headers });
    this.said = answer.headers.getSetCookie();
    for (const line of this.said) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  async session(init?: RequestInit): Promise<Session> {
    return (await (await this.fetch('/v1/session', init)).json()) as Session;
  }

  signIn(name: string, password: string): Promise<Response> {
    return this.fetch('/v1/session', { method: 'POST', body: JSON.stringify({ name, password }) });
  }
}

describe('signing in at the console', () => {
  let rig: ApiRig;
  let users: Users;
  let browser: Browser;

  before(async () => {
    rig = await openApi({ token: 'a token of the hub' });
    users = new Users(rig.store, systemRuntime());
    await users.add('eva', PASSWORD, ['stock:read', 'parked:correct'], 'cli:root');
  });
  after(() => rig.close());
  beforeEach(() => {
    browser = new Browser(rig.url);
  });

  const code = async (answer: Response): Promise<string> =>
    ((await answer.json()) as { code: string }).code;

  it('opens a session, says who it is, and ends it', async () => {
    const { actor, scopes, signIn } = await browser.session();
    assert.deepEqual([actor, scopes, signIn], ['nobody', [], 'password']);
    assert.equal((await browser.fetch('/v1/stock')).status, 401);
    const answer = await browser.signIn('eva', PASSWORD);
    assert.equal(answer.status, 200);
    assert.match(
      browser.said.join(),
      /^stockbus=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=43200$/,
    );
    const mine = (await answer.json()) as Session;
    assert.equal(mine.actor, 'user:eva');
    assert.deepEqual(mine.scopes, ['stock:read', 'parked:read', 'parked:correct']);
    assert.deepEqual(await browser.session(), mine);
    assert.equal((await browser.fetch('/v1/stock')).status, 200);
    assert.equal(await code(await browser.fetch('/v1/ledger')), 'HTTP_SCOPE');
    const [[, session] = ['', '']] = browser.cookies;
    await browser.fetch('/v1/session', {
      method: 'DELETE',
      headers: { 'x-csrf-token': mine.csrf! },
    });
    assert.equal(browser.cookies.size, 0);
    browser.cookies.set('stockbus', session);
    assert.equal((await browser.fetch('/v1/stock')).status, 401, 'the cookie opens nothing more');
    const { rows } = await auditEntries(rig.store, { word: 'eva' }, { limit: 10 });
    const did = rows.map((one) => `${one.actor} ${one.did} ${one.id}`);
    const acts = ['user.signed-in', 'user.signed-out'].map((one) => `user:eva ${one} eva`);
    for (const act of acts) assert.ok(did.includes(act), did.join());
    const kept = JSON.stringify(await rig.store.controlRows({ kind: 'session' }, { limit: 10 }));
    assert.ok(!kept.includes(session) && !JSON.stringify(rig.logged).includes(session));
  });

  it('that fails is told in the log, alike whether there is such a user, and large bodies are refused', async () => {
    for (const name of ['eva', 'nobody-here']) {
      const before = rig.logged.length;
      assert.equal(await code(await browser.signIn(name, 'wrong password 0')), 'SIGN_IN_FAILED');
      const told = rig.logged.slice(before).filter(({ event }) => event === 'http.sign_in_failed');
      const said = { level: 'warn', event: 'http.sign_in_failed', address: '127.0.0.1', name };
      assert.deepEqual(told, [said]);
    }
    assert.equal((await browser.signIn('e'.repeat(65), PASSWORD)).status, 400);
    assert.equal((await browser.signIn('eva', 'x'.repeat(20_000))).status, 413);
  });

  it('is by a Secure cookie wherever browsers speak TLS, whatever is said of a request', () => {
    const saidBy = (origin: string | undefined, secure: boolean): string => {
      let said = '';
      const append = (_: string, text: string): void => {
        said = text;
      };
      const response = { append };
      const request = { secure } as Request;
      new Cookies(origin).set(request, response as never, 'stockbus', 'x');
      return said;
    };
    const secured = '__Host-stockbus=x; Path=/; HttpOnly; SameSite=Lax; Secure';
    assert.equal(saidBy('https://hub.example', false), secured);
    assert.equal(saidBy(undefined, true), secured);
    assert.equal(saidBy('http://hub.example', false), 'stockbus=x; Path=/; HttpOnly; SameSite=Lax');
    const request = { secure: false, headers: { cookie: 'stockbus=a; __Host-stockbus=b' } };
    assert.equal(new Cookies('https://hub.example').read(request as Request, 'stockbus'), 'b');
  });

  it('wants the token of the session for whatever changes something', async () => {
    await browser.signIn('eva', PASSWORD);
    const { csrf = '' } = await browser.session();
    const other = new Browser(rig.url);
    await other.signIn('eva', PASSWORD);
    const { csrf: foreign = '' } = await other.session();
    const post = (headers: Record<string, string>) =>
      browser.fetch('/v1/parked/p1/reopen', { method: 'POST', headers });
    for (const headers of [{}, { 'x-csrf-token': '' }, { 'x-csrf-token': foreign }])
      assert.equal(await code(await post(headers as Record<string, string>)), 'HTTP_CSRF');
    assert.equal((await post({ 'x-csrf-token': csrf })).status, 404, 'and then it is looked for');
    const right = { 'x-csrf-token': csrf };
    for (const from of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'same-site' }])
      assert.equal(await code(await post({ ...right, ...(from as object) })), 'HTTP_FORBIDDEN');
  });

  it('takes no cookie that was made elsewhere, and none from before signing in', async () => {
    for (const forged of ['x', 'A'.repeat(43), '../../x', 'a'.repeat(5_000)]) {
      browser.cookies.set('stockbus', forged);
      assert.equal((await browser.fetch('/v1/stock')).status, 401, forged.slice(0, 50));
    }
    const planted = 'B'.repeat(43);
    browser.cookies.set('stockbus', planted);
    await browser.signIn('eva', PASSWORD);
    const first = browser.cookies.get('stockbus')!;
    assert.notEqual(first, planted);
    await browser.signIn('eva', PASSWORD);
    assert.notEqual(browser.cookies.get('stockbus'), first);
    browser.cookies.set('stockbus', first);
    assert.equal((await browser.fetch('/v1/stock')).status, 401, 'the one before is over');
  });

  it('says the same of a wrong password and of nobody, in the same time', async () => {
    const took = { eva: [] as number[], nobody: [] as number[] };
    const said = new Set<string>();
    for (let turn = 0; turn < 2; turn += 1) {
      for (const name of ['eva', 'nobody'] as const) {
        const since = process.cpuUsage();
        const answer = await browser.signIn(name, 'wrong password 1');
        const { user, system } = process.cpuUsage(since);
        took[name].push(user + system);
        assert.equal(answer.status, 401);
        said.add(await answer.text());
      }
    }
    assert.equal(said.size, 1, [...said].join('\n'));
    const [eva, nobody] = [Math.min(...took.eva), Math.min(...took.nobody)];
    assert.ok(nobody > eva / 2 && eva > nobody / 2, JSON.stringify(took));
  });

  it('bounds guesses, and not those who know their password', async () => {
    let clock = 0;
    const throttle = new LoginThrottle({ monotonic: () => clock });
    const wrong = async () => undefined;
    const right = async () => 'eva';
    for (let time = 0; time < 50; time += 1) await throttle.attempt('eva', 'a', right);
    for (let time = 0; time < accessLimits.loginsOfBoth; time += 1)
      await throttle.attempt('eva', 'a', wrong);
    const refused = (attempt: Promise<unknown>) =>
      assert.rejects(attempt, (error) => isStockbusError(error, 'HTTP_TOO_MANY'));
    await refused(throttle.attempt('eva', 'a', right));
    assert.equal(await throttle.attempt('eva', 'b', right), 'eva', 'from another address');
    for (let name = accessLimits.loginsOfBoth; name < accessLimits.loginsOfAddress; name += 1)
      await throttle.attempt(`user ${name}`, 'a', wrong);
    await refused(throttle.attempt('bert', 'a', right));
    clock += 60_000;
    assert.equal(await throttle.attempt('eva', 'a', right), 'eva');
    // Of a name that nobody can have only its beginning is kept.
    for (let time = 0; time < accessLimits.loginsOfBoth; time += 1)
      await throttle.attempt(`${'x'.repeat(1_000)}${time}`, 'e', wrong);
    await refused(throttle.attempt('x'.repeat(2_000), 'e', right));
    const hang = Promise.withResolvers<undefined>();
    const looking = [1, 2].map(() => throttle.attempt('eva', 'c', () => hang.promise));
    await assert.rejects(throttle.attempt('eva', 'd', right), (error) =>
      isStockbusError(error, 'HUB_BUSY'),
    );
    hang.resolve(undefined);
    await Promise.all(looking);
  });

  it('is over after an hour without use, after half a day, and with another password', async () => {
    let clock = 0;
    const began = Date.parse(await rig.store.serverTime());
    const times = { now: () => began + clock, monotonic: () => clock };
    const runtime = { ...systemRuntime(), ...times };
    let sessions = new Sessions(() => rig.store, runtime);
    const bert = await users.add('bert', PASSWORD, ['admin'], 'cli:root');
    const [idle, used] = [await sessions.open(bert), await sessions.open(bert)];
    const opens = async (session: string) => (await sessions.callerOf(session)) !== undefined;
    /** So that what was noted beside the last answer is there. */
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    for (let past = 0; past < accessLimits.sessionMs; past += accessLimits.sessionIdleMs / 2) {
      assert.ok(await opens(used), `after ${past / 60_000} minutes`);
      await settled();
      clock += accessLimits.sessionIdleMs / 2;
    }
    assert.deepEqual([await opens(idle), await opens(used)], [false, false]);
    clock = 0;
    sessions = new Sessions(() => rig.store, runtime);
    const again = await sessions.open(bert);
    assert.ok(await opens(again));
    const store = rig.store;
    const tomorrow = new Users(
      {
        control: store.control.bind(store),
        controlRows: store.controlRows.bind(store),
        changeControl: store.changeControl.bind(store),
        serverTime: async () => '2027-01-02T00:00:00.000Z',
      },
      runtime,
    );
    await tomorrow.setPassword('bert', 'another horse battery', 'cli:root');
    clock += accessLimits.accessKeptMs;
    assert.equal(await opens(again), false);
    const byProvider = await sessions.open({ name: 'ann', scopes: ['stock:read'] });
    const caller = await sessions.callerOf(byProvider);
    assert.deepEqual([caller?.actor, [...caller!.scopes]], ['user:ann', ['stock:read']]);
  });

  it('needs nobody to sign in on a machine of one, until there is a user', async () => {
    for (const isAlone of [true, false]) {
      const alone = await openApi();
      const page = new Browser(alone.url);
      if (!isAlone)
        await new Users(alone.store, systemRuntime()).add('eva', PASSWORD, ['admin'], 'cli:root');
      const { actor, signIn } = await page.session();
      assert.deepEqual([actor, signIn], isAlone ? ['local', 'none'] : ['nobody', 'password']);
      assert.equal((await page.fetch('/v1/stock')).status, isAlone ? 200 : 401);
      assert.equal((await fetch(`${alone.url}/v1/stock`)).status, 200, 'a program of this machine');
      await alone.close();
    }
  });
});
