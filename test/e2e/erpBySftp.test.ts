/** The demo of examples/erp-by-sftp: its README's commands, with a port that is free. */
import { deepEqual, equal } from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../scripts/servers.ts';
import { until } from '../hubRun.ts';
import { spawnHub } from '../spawnHub.ts';

const run = promisify(execFile);
const EXAMPLE = 'examples/erp-by-sftp';

describe('an ERP that drops receipts by SFTP', () => {
  let folder: string;
  let server: ChildProcess;
  let hub: ChildProcess | undefined;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-erp-'));
    cpSync(EXAMPLE, folder, { recursive: true });
  });
  after(async () => {
    hub?.kill('SIGKILL');
    server.kill('SIGTERM');
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
    rmSync(folder, { recursive: true, force: true });
  });

  it('has them booked, and finds there what lies on the shelf', async function () {
    this.timeout(120_000);
    const [port, hubPort] = [await freePort(), await freePort()];
    const blocks = [
      ...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/```sh\n(.*?)```/gs),
    ];
    const [serve, start, drop, look] = blocks.map(([, text]) =>
      text!.replaceAll('2222', `${port}`),
    );
    const env = { ...process.env, ERP_SFTP_PORT: String(port) };
    server = spawn('sh', ['-c', `exec ${serve}`], { cwd: folder, env, stdio: 'inherit' });
    const filesIn = (path: string): string[] => readdirSync(join(folder, 'server', path)).sort();
    await until('the server', () =>
      run('sh', ['-c', drop!.replace(/put[\s\S]*done\n/, 'pwd\n')], { cwd: folder }).then(
        () => true,
        () => false,
      ),
    );

    const variables = await run('sh', ['-c', `${start!.split('\n')[0]}; env`], { cwd: folder });
    const named = variables.stdout.split('\n').filter((line) => line.startsWith('ERP_SFTP_'));
    hub = await spawnHub({
      config: folder,
      roles: 'intake,apply,relay,deliver,api',
      env: {
        ...Object.fromEntries(
          named.map((line) => [line.split('=')[0]!, line.slice(line.indexOf('=') + 1)]),
        ),
        ERP_SFTP_PORT: String(port),
        STOCKBUS_DATA: join(folder, 'data'),
        STOCKBUS_PORT: String(hubPort),
      },
    });
    await run('sh', ['-c', drop!], { cwd: folder });
    const told = (): string =>
      filesIn('levels')
        .filter((name) => !name.startsWith('.'))
        .map((name) => readFileSync(join(folder, 'server/levels', name), 'utf8'))
        .join('');
    await until('three levels', () => told().match(/^[A-Z]+-\w+;/gm)?.length === 3);
    deepEqual(
      told()
        .split(/\r?\n/)
        .filter((line) => /;\d/.test(line))
        .sort(),
      ['CUP-S;SOUTH;144', 'POT-1L;NORTH;12', 'TEA-100;NORTH;40'],
    );
    const [day] = filesIn('receipts/archive');
    deepEqual(filesIn(`receipts/archive/${day}`), ['receipts-0815.csv']);
    const answer = await fetch(/http\S+/.exec(look!)![0].replace('8080', String(hubPort)));
    equal(answer.status, 200);
    hub.kill('SIGTERM');
    deepEqual(await once(hub, 'exit'), [0, null]);
  });
});
