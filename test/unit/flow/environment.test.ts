/** The variables of the README, whatever hub.yaml says. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { FaultList } from '../../../core/errors.ts';
import { overrides } from '../../../core/flow/environment.ts';
import type { HubConfig } from '../../../core/flow/hubConfig.ts';
import { load } from './hubFolder.ts';

const token = '9f86d081884c7d659a2feaa0c55ad015';
const other = 'Kx7_q-Zt.4mV2/pL+w8=';
const said = `name: said
data: said
broker: amqp://said
store: mongodb://said
http: { port: 1, token: ${token} }
`;

/** For each variable a value, and where it is to be found. */
const set: Record<string, [string, (config: HubConfig) => unknown, unknown]> = {
  STOCKBUS_NAME: ['other', ({ name }) => name, 'other'],
  STOCKBUS_DATA: ['/elsewhere', ({ dataFolder }) => basename(dataFolder), 'elsewhere'],
  STOCKBUS_BROKER: ['amqp://other', ({ broker }) => broker, 'amqp://other'],
  STOCKBUS_STORE: ['mongodb://other', ({ store }) => store, 'mongodb://other'],
  STOCKBUS_PORT: ['7', ({ http }) => http.port, 7],
  STOCKBUS_HEALTH_PORT: ['8', ({ http }) => http.healthPort, 8],
  STOCKBUS_ORIGIN: ['https://hub.example', ({ http }) => http.origin, 'https://hub.example'],
  STOCKBUS_TOKEN: [other, ({ http }) => http.token, other],
};

const configOf = async (hub: string, env: Record<string, string>): Promise<HubConfig> =>
  (await load({ 'config/hub.yaml': hub, 'flows/.keep': '' }, env)).config;

describe('the environment', () => {
  for (const [variable, [value, read, expected]] of Object.entries(set)) {
    it(`overrides hub.yaml by ${variable}, whether it has the field or not`, async () => {
      for (const hub of [said, '', 'http:\n', 'http: {}\n']) {
        assert.equal(read(await configOf(hub, { [variable]: value })), expected, hub);
      }
      assert.notEqual(read(await configOf(said, {})), expected);
      const empty = read(await configOf(said, { [variable]: '' }));
      assert.equal(empty, read(await configOf(said, {})), 'empty is not set');
    });
  }

  it('is told by the name of the variable where it is wrong', async () => {
    const faults = async (env: Record<string, string>): Promise<string> => {
      const error: unknown = await configOf(said, env).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof FaultList);
      return error.message;
    };
    assert.match(
      await faults({ STOCKBUS_PORT: 'many' }),
      /^CONFIG_WRONG_TYPE STOCKBUS_PORT: "many"/,
    );
    assert.match(
      await faults({ STOCKBUS_PORT: '65536' }),
      /^CONFIG_BAD_VALUE STOCKBUS_PORT: 65536/,
    );
    assert.match(
      await faults({ STOCKBUS_TOKEN: 'x' }),
      /^CONFIG_WEAK_TOKEN STOCKBUS_TOKEN: the tok/,
    );
    assert.match(
      await faults({ STOCKBUS_STORE: 'x' }),
      /^CONFIG_BAD_VALUE STOCKBUS_STORE: this is/,
    );
  });

  it('lies in a file where NAME_FILE says so', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'stockbus-env-'));
    const file = join(folder, 'token');
    writeFileSync(file, `${other}\n`);
    const tokenOf = async (env: Record<string, string>, hub = said) =>
      (await configOf(hub, env)).http.token;
    const asked = 'http: { token: "${SECRET}" }';
    assert.equal(await tokenOf({ STOCKBUS_TOKEN_FILE: file }), other);
    assert.equal(await tokenOf({ SECRET_FILE: file }, asked), other);
    writeFileSync(file, `${token}\r\n`);
    assert.equal(await tokenOf({ SECRET_FILE: file }, asked), token, 'it is read each time');
    assert.equal(await tokenOf({ UNRELATED_FILE: join(folder, 'gone') }), token);
    const refused: [Record<string, string>, RegExp][] = [
      [{ SECRET_FILE: join(folder, 'gone') }, /^CONFIG_UNREADABLE SECRET_FILE: .*no such file/],
      [{ SECRET_FILE: 'token' }, /^CONFIG_UNREADABLE SECRET_FILE: token: the path is relative/],
      [{ SECRET_FILE: file, SECRET: 'x' }, /^CONFIG_BAD_VALUE SECRET and SECRET_FILE are both set/],
    ];
    for (const [env, said] of refused)
      await assert.rejects(configOf(asked, env), { message: said });
    rmSync(folder, { recursive: true });
  });

  it('has in the README what it overrides', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8');
    const table = readme.slice(readme.indexOf('override whatever'));
    for (const { variable } of overrides)
      assert.match(table, new RegExp(`^\\| \`${variable}\``, 'm'));
    assert.deepEqual(Object.keys(set).sort(), overrides.map(({ variable }) => variable).sort());
  });
});
