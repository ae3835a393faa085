/** OpenSSH's sshd for tests: on a free port of this machine, with keys of its own, for the user who runs the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import ssh2 from 'ssh2';
import type { SftpConfig } from '../connectors/sftp/sftpConfig.ts';
import { freePort } from '../scripts/servers.ts';

/** Where OpenSSH's server lies; undefined where it is not installed. */
export const sshdPath: string | undefined = [
  '/usr/sbin',
  ...(process.env.PATH ?? '').split(delimiter),
]
  .map((folder) => join(folder, 'sshd'))
  .find((path) => existsSync(path));

export const sshdMissing =
  'no sshd: install OpenSSH’s server (apt-get install openssh-server; .ci/install-servers does)';

/** What the server does not let its users do, as sftp-server -P names it. */
export interface SftpServerOptions {
  forbidden?: string;
}

const START_TIMEOUT_MS = 10_000;

export class SftpServer {
  /** Of the server, a folder for files, and all that it needs. */
  readonly root: string;
  /** The folder that a connector looks into. */
  readonly path: string;
  readonly config: SftpConfig;
  readonly #process: ChildProcess;

  private constructor(root: string, path: string, config: SftpConfig, process: ChildProcess) {
    this.root = root;
    this.path = path;
    this.config = config;
    this.#process = process;
  }

  static async start({ forbidden }: SftpServerOptions = {}): Promise<SftpServer> {
    if (sshdPath === undefined) throw new Error(sshdMissing);
    const root = await mkdtemp(join(tmpdir(), 'stockbus-sftp-'));
    const path = join(root, 'files');
    await mkdir(path);
    const [own, users] = [generatedKeys(), generatedKeys()];
    const port = await freePort();
    const only = { mode: 0o600 };
    await writeFile(join(root, 'host_key'), own.private, only);
    await writeFile(join(root, 'authorized_keys'), `${users.public}\n`, only);
    await writeFile(join(root, 'sshd_config'), configText(root, port, forbidden));
    // Where root starts it, it wants an empty folder for what it does before a login.
    if (process.getuid?.() === 0) await mkdir('/run/sshd', { recursive: true });
    const sshd = spawn(sshdPath, ['-D', '-e', '-f', join(root, 'sshd_config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    sshd.stderr.on('data', (data) => {
      said = (said + String(data)).slice(-2_000);
    });
    const config: SftpConfig = {
      host: '127.0.0.1',
      port,
      user: userInfo().username,
      password: undefined,
      privateKey: users.private,
      passphrase: undefined,
      hostKey: own.public,
      path,
      timeout: 5_000,
    };
    const server = new SftpServer(root, path, config, sshd);
    try {
      await answering(sshd, port, () => said);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Kills what serves the connections that are open; the server takes new ones. */
  async killSessions(): Promise<number> {
    const children = await childrenOf(this.#process.pid!);
    const below = (await Promise.all(children.map(childrenOf))).flat();
    let killed = 0;
    for (const pid of [...below, ...children]) {
      try {
        process.kill(pid, 'SIGKILL');
        killed += 1;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
    }
    return killed;
  }

  /** Takes nothing new; what is open goes on. */
  async stop(): Promise<void> {
    await this.killSessions();
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exited = once(this.#process, 'exit');
      this.#process.kill('SIGKILL');
      await exited;
    }
    await rm(this.root, { recursive: true, force: true });
  }
}

/** One in some hundred keys that ssh2 makes it cannot read itself. */
export function generatedKeys(): { private: string; public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

const configText = (root: string, port: number, forbidden: string | undefined): string =>
  [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${root}/host_key`,
    `AuthorizedKeysFile ${root}/authorized_keys`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication yes',
    'KbdInteractiveAuthentication no',
    'MaxStartups 100',
    'LogLevel ERROR',
    `Subsystem sftp internal-sftp${forbidden === undefined ? '' : ` -P ${forbidden}`}`,
    '',
  ].join('\n');

async function answering(sshd: ChildProcess, port: number, said: () => string): Promise<void> {
  const endMs = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(port))) {
    if (sshd.exitCode !== null) throw new Error(`sshd ended: ${said()}`);
    if (Date.now() > endMs) throw new Error(`sshd does not answer: ${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1');
  socket.once('data', () => resolve(true));
  for (const event of ['error', 'close']) socket.once(event, () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** As Linux tells it; elsewhere none are known. */
async function childrenOf(parent: number): Promise<number[]> {
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    }),
  );
  return pids.filter((_, index) => parents[index] === parent);
}
