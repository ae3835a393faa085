/** The CRM of examples/crm, as its README has it. */
import { deepEqual, equal } from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { freePort } from '../../scripts/servers.ts';
import { HubProcess } from '../HubProcess.ts';
import { until } from '../hubRun.ts';
import { embedded, type Workplace } from '../pairs.ts';

const EXAMPLE = 'examples/crm';
const readme = readFileSync(join(EXAMPLE, 'README.md'), 'utf8');

describe('a CRM whose orders come in, and which is told what can be had', () => {
  let place: Workplace;
  let hub: HubProcess;
  let crm: ChildProcess | undefined;

  before(async () => {
    place = await embedded.workplace();
  });
  after(async () => {
    await hub?.end('SIGKILL');
    crm?.kill('SIGKILL');
    await place.remove([]);
  });

  it('knows what its README says', async () => {
    const ports = { hub: await freePort(), crm: await freePort() };
    const url = `http://127.0.0.1:${ports.crm}`;
    const env = { STOCKBUS_PORT: String(ports.hub), CRM_URL: url };
    hub = await HubProcess.start({ path: EXAMPLE, data: place.data } as never, [], [], env);
    const rows = /printf '([^']*)'/.exec(readme)![1]!.replaceAll('\\n', '\n');
    equal((await hub.post('stock', rows, 'text/csv')).status, 202);
    const isTold = async () => JSON.stringify(await (await fetch(`${hub.url}/readyz`)).json());
    await until('the hub to say that the CRM is away', async () =>
      (await isTold()).includes('"flow orders":"failed'),
    );
    const play = { ...process.env, PORT: String(ports.crm) };
    crm = spawn('node', ['crm.mjs'], {
      cwd: EXAMPLE,
      env: play,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const expected = JSON.parse(/```json\n([\s\S]*?)```/.exec(readme)![1]!);
    const told = async () => (await fetch(`${url}/told`)).json();
    await once(crm.stdout!, 'data');
    await until('the CRM to know', async () => isDeepStrictEqual(await told(), expected));
    deepEqual(await told(), expected);
  }).timeout(90_000);
});
