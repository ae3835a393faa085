/** `stockbus keys` and `stockbus users`, on the store of a folder. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyRing } from '../../../core/api/auth/KeyRing.ts';
import { Users } from '../../../core/api/auth/Users.ts';
import { commandLine } from '../../../core/cli/commandLine.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { openAt } from '../../contract/store/withStore.ts';
import { RecordedTerminal } from '../../recordedTerminal.ts';

describe('keys and users by command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-'));
  const env: Record<string, string> = { STOCKBUS_DATA: join(folder, 'data') };

  before(() => {
    for (const name of ['config', 'flows']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'config/hub.yaml'), '{}\n');
  });
  after(() => rmSync(folder, { recursive: true }));

  async function call(...line: string[]): Promise<{ code: number; out: string; err: string }> {
    const { terminal, said } = new RecordedTerminal();
    const surroundings = { env, workingFolder: folder, enter: () => undefined, terminal };
    return { code: await commandLine(line, surroundings), ...said };
  }

  it('makes a key, shows it once, turns it over and revokes it', async () => {
    const rows = ['--locations', 'BER, HAM', '--item-groups', 'tea'];
    const made = await call('keys', 'create', 'shop', '--scopes', 'stock:read', ...rows);
    assert.equal(made.code, 0);
    const key = made.out.trim();
    const id = key.slice(3, 15);
    assert.match(made.err, new RegExp(`^The key 'shop' \\(${id}\\)\\. It is shown this once`));
    const turned = await call('keys', 'rotate', id, '--overlap', '1h', '--format', 'json');
    const said = JSON.parse(turned.out) as { key: string; overlapUntil: string; createdBy: string };
    assert.match(said.overlapUntil, /^\d{4}-/);
    assert.match(said.createdBy, /^cli:/);
    const store = await openAt(`file:${env.STOCKBUS_DATA}`);
    const ring = new KeyRing(() => store, systemRuntime());
    assert.deepEqual((await ring.callerOf(key))?.rows, {
      ...{ locations: ['BER', 'HAM'], itemGroups: ['tea'] },
    });
    assert.ok(await ring.callerOf(said.key));
    const listed = await call('keys');
    assert.match(listed.out, new RegExp(`${id} +shop +active .*stock:read; at BER, HAM; of tea`));
    assert.ok(!listed.out.includes(key.slice(16)));
    assert.match((await call('keys', 'revoke', id)).out, /revoked/);
    ring.forget(id);
    assert.equal(await ring.callerOf(said.key), undefined);
    await store.close();
  });

  it('says what is wrong with a key, and makes none', async () => {
    const wrong: [string[], RegExp][] = [
      [['x'], /a scope is missing/],
      [['x', '--scopes', 'stock:reed'], /did you mean 'stock:read'/],
      [['x', '--scopes', 'admin', '--expires', '2027-02-30'], /no day such as/],
      [['x', '--scopes', 'admin', '--limit', '0.5'], /whole number/],
      [['x', '--scopes', 'admin', '--locations', 'A,,B'], /one of the names is empty/],
      [['x', '--scopes', 'admin', '--source', 'a b'], /a source has/],
    ];
    for (const [line, told] of wrong) {
      const { code, err } = await call('keys', 'create', ...line);
      assert.equal(code, 1, line.join(' '));
      assert.match(err, told);
    }
    assert.match(
      (await call('keys', 'rotate', '000000000000', '--overlap', '25d')).err,
      /duration/,
    );
    assert.match((await call('keys', 'revoke', '000000000000')).err, /KEY_UNKNOWN/);
  });

  it('adds a user, whose password only he knows', async () => {
    const added = await call('users', 'add', 'eva', '--scopes', 'stock:read,parked:correct');
    assert.equal(added.code, 0, added.err);
    const password = added.out.trim();
    assert.ok(password.length >= 43);
    assert.match((await call('users', 'add', 'eva', '--scopes', 'admin')).err, /USER_EXISTS/);
    assert.match((await call('users', 'add', 'Eva!', '--scopes', 'admin')).err, /USER_BAD_NAME/);
    env.STOCKBUS_PASSWORD = 'eva-eva-eva-eva';
    assert.match((await call('users', 'password', 'eva')).err, /USER_WEAK_PASSWORD/);
    env.STOCKBUS_PASSWORD = 'correct horse battery';
    const changed = await call('users', 'password', 'eva', '--format', 'json');
    assert.equal(JSON.parse(changed.out).password, undefined);
    delete env.STOCKBUS_PASSWORD;
    const store = await openAt(`file:${env.STOCKBUS_DATA}`);
    const users = new Users(store, systemRuntime());
    assert.equal(await users.withPassword('eva', password), undefined);
    assert.equal((await users.withPassword('eva', 'correct horse battery'))?.name, 'eva');
    await store.close();
    assert.match((await call('users')).out, /eva .*stock:read, parked:correct/);
    assert.match((await call('users', 'remove', 'eva')).out, /'eva' is removed/);
    assert.match((await call('users', 'remove', 'eva')).err, /USER_UNKNOWN/);
  });
});
