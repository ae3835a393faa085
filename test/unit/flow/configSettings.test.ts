/** What a hub runs by: each value with the line, the variable or the default that says so, and no secret in it. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectors } from '../../../core/catalog.ts';
import type { Fault } from '../../../core/errors.ts';
import { HIDDEN } from '../../../core/flow/configSettings.ts';
import { loadConfig } from '../../../core/flow/loadConfig.ts';

const CONFIG = `broker: amqp://hub:hush1@mq:5672
http:
  port: \${PORT:-8081}
  token: hush2-9f27c1e4b80a63d5
connectors:
  erp:
    sftp: { host: erp.example, user: hub, password: "\${ERP}", hostKey: SHA256:0123456789012345678901234567890123456789012 }
  shop:
    http: { url: https://shop.example/in, secret: whsec_aHVzaDRodXNoNGh1c2g0aHVzaDQ=, headers: { x-key: hush5 } }
`;

describe('settings of the configuration', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-settings-'));
    mkdirSync(join(folder, 'config'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are told with what says so, and secrets are not', async () => {
    writeFileSync(join(folder, 'config/hub.yaml'), CONFIG);
    const faults: Fault[] = [];
    const env = { STOCKBUS_STORE: 'mongodb://u:hush6@db/stockbus', ERP: 'hush3' };
    const read = await loadConfig(folder, env, connectors, faults);
    assert.deepEqual(faults, []);
    const of = (name: string) => read!.settings.find((one) => one.name === name);
    const at = (line: number, column: number) => ({ file: 'config/hub.yaml', line, column });
    assert.deepEqual(of('http.port'), {
      ...{ name: 'http.port', value: '8081', from: 'file', at: at(3, 9) },
    });
    assert.deepEqual(of('store'), {
      ...{ name: 'store', value: HIDDEN, from: 'environment', variable: 'STOCKBUS_STORE' },
    });
    assert.deepEqual(of('stock.zone'), { name: 'stock.zone', value: 'UTC', from: 'default' });
    assert.deepEqual(of('connectors.erp.sftp.host'), {
      ...{ name: 'connectors.erp.sftp.host', value: 'erp.example', from: 'file', at: at(7, 19) },
    });
    for (const name of ['broker', 'http.token', 'connectors.erp.sftp.password']) {
      assert.equal(of(name)?.value, HIDDEN, name);
    }
    assert.doesNotMatch(JSON.stringify(read!.settings), /hush\d|aHVzaD/);
  });
});
