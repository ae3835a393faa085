/** A PostgreSQL of a test: a free port of loopback, its data in a folder of its own, as a user who is not root. */
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { answering, end, started } from '../scripts/serverProcess.ts';
import { freePort } from '../scripts/servers.ts';

const PASSWORD = 'books and shelves';

/** The newest of Debian's, or the one on the path; undefined where there is none. */
function findPostgres(): string {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(root, version, 'bin')), '/usr/local/bin'];
  const found = folders.find((folder) => existsSync(join(folder, 'postgres')));
  if (!found) throw new Error('PostgreSQL is not installed; run: bash .ci/install-servers');
  return found;
}

/** It refuses to run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export class PostgresServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'stockbus-postgres-'));
  readonly #programs = findPostgres();
  readonly #user = unprivileged();
  #process: ReturnType<typeof started> = [];
  port = 0;

  static async start(): Promise<PostgresServer> {
    const server = new PostgresServer();
    server.port = await freePort();
    server.#init();
    await server.begin();
    return server;
  }

  /** For the superuser `partner`, who has to say a password. */
  get address(): string {
    return this.addressOf('partner', PASSWORD);
  }

  addressOf(user: string, password: string): string {
    return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${this.port}/postgres`;
  }

  #init(): void {
    const { uid, gid } = this.#user;
    const secret = join(this.#folder, 'password');
    writeFileSync(secret, PASSWORD);
    for (const path of [this.#folder, secret]) if (uid !== undefined) chownSync(path, uid, gid!);
    const flags = ['--no-sync', '-E', 'UTF8', '--locale=C', '-A', 'scram-sha-256'];
    const data = ['-D', join(this.#folder, 'data'), '-U', 'partner', `--pwfile=${secret}`];
    const options = { ...this.#user, stdio: 'pipe', cwd: this.#folder } as const;
    execFileSync(join(this.#programs, 'initdb'), [...data, ...flags], options);
  }

  /** Again on its data, after `kill`. */
  async begin(): Promise<void> {
    const settings = [
      ...['listen_addresses=127.0.0.1', `unix_socket_directories=${this.#folder}`],
      // Of a crash of the process, not of the machine, nothing is lost.
      ...['fsync=off', 'shared_buffers=16MB', 'max_connections=20', 'autovacuum=off'],
    ].flatMap((setting) => ['-c', setting]);
    const args = ['-D', join(this.#folder, 'data'), '-p', String(this.port), ...settings];
    const options = { ...this.#user, cwd: this.#folder, stdio: 'ignore', detached: true } as const;
    const child = spawn(join(this.#programs, 'postgres'), args, options);
    this.#process = started(child);
    await answering('PostgreSQL', this.port, child, this.#folder);
    await this.#accepting();
  }

  /** It listens before it has read its log after a crash. */
  async #accepting(): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const client = await this.client();
        await client.end();
        return;
      } catch (error) {
        if (attempt === 200) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** Its main process; what it forked ends when that is seen. */
  async kill(): Promise<void> {
    for (const each of this.#process) await end(each, 'SIGKILL');
  }

  async client(address = this.address): Promise<Client> {
    const client = new Client({ connectionString: address });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  async query(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const client = await this.client();
    try {
      return (await client.query(text, values)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}
