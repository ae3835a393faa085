/** A Dovecot of a test: IMAP on a free port of loopback, its mails in a folder of its own, as a user who is not root. */
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { answering, end, started } from '../scripts/serverProcess.ts';
import { freePort } from '../scripts/servers.ts';

const PROGRAM = '/usr/sbin/dovecot';

export const password = 'letters-and-stamps';

export class DovecotServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'stockbus-dovecot-'));
  readonly #user = process.getuid?.() === 0 ? 'nobody' : String(process.getuid?.());
  #process: ReturnType<typeof started> = [];
  port = 0;

  static async start(): Promise<DovecotServer> {
    if (!existsSync(PROGRAM))
      throw new Error('Dovecot is not installed; run: bash .ci/install-servers');
    const server = new DovecotServer();
    server.port = await freePort();
    await server.begin();
    return server;
  }

  /** Again on its mails, after `kill`. */
  async begin(): Promise<void> {
    const id = (flag: string): number =>
      Number(execFileSync('id', [flag, this.#user], { encoding: 'utf8' }));
    const [uid, gid] = [id('-u'), id('-g')];
    const file = join(this.#folder, 'dovecot.conf');
    writeFileSync(file, configuration(this.#folder, this.port, uid, gid));
    for (const name of ['run', 'mail']) mkdirSync(join(this.#folder, name), { recursive: true });
    const isRoot = process.getuid?.() === 0;
    for (const path of [this.#folder, file, join(this.#folder, 'run'), join(this.#folder, 'mail')])
      if (isRoot) chownSync(path, uid, gid);
    const options = { cwd: this.#folder, stdio: 'ignore', detached: true } as const;
    const user = isRoot ? { uid, gid } : {};
    const child = spawn(PROGRAM, ['-F', '-c', file], { ...options, ...user });
    this.#process = started(child);
    await answering('Dovecot', this.port, child, this.#folder, Buffer.from('a NOOP\r\n'));
  }

  /** With all that it started, which would go on without it. */
  async kill(): Promise<void> {
    const pid = this.#process[0]!.pid;
    process.kill(-pid, 'SIGKILL');
    for (const each of this.#process) await end(each, 'SIGKILL');
    rmSync(join(this.#folder, 'run/master.pid'), { force: true });
  }

  get address(): string {
    return `imap://127.0.0.1:${this.port}`;
  }

  async asked<T>(user: string, work: (client: ImapFlow) => Promise<T>): Promise<T> {
    const client = new ImapFlow({
      ...{ host: '127.0.0.1', port: this.port, secure: false, doSTARTTLS: false },
      auth: { user, pass: password },
      logger: false,
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.logout().catch(() => undefined);
      client.close();
    }
  }

  async deliver(user: string, source: string, folder = 'INBOX'): Promise<void> {
    await this.asked(user, (client) => client.append(folder, source));
  }

  /** Subjects of the mails of a folder by their numbers, those that nobody has read marked. */
  async mails(user: string, folder = 'INBOX'): Promise<string[]> {
    return this.asked(user, async (client) => {
      await client.mailboxOpen(folder, { readOnly: true });
      const all = await client.search({ all: true }, { uid: true });
      if (!Array.isArray(all) || all.length === 0) return [];
      const query = { uid: true, envelope: true, flags: true };
      const mails = await client.fetchAll(all.join(','), query, { uid: true });
      return mails.map(
        ({ envelope, flags }) => `${envelope?.subject}${flags?.has('\\Seen') ? '' : ' (unread)'}`,
      );
    });
  }

  async stop(): Promise<void> {
    for (const each of this.#process) await end(each, 'SIGTERM');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** A mail with attachments by their names. */
export function mailSource(
  subject: string,
  from: string,
  attachments: Readonly<Record<string, string>>,
): string {
  const parts = Object.entries(attachments).map(([name, text]) =>
    [
      ...['--frontier', 'Content-Type: text/csv', 'Content-Transfer-Encoding: base64'],
      `Content-Disposition: attachment; filename="${name}"`,
      ...['', Buffer.from(text).toString('base64')],
    ].join('\r\n'),
  );
  return [
    ...[`From: ${from}`, 'To: stock@example.com', `Subject: ${subject}`],
    ...[`Message-ID: <${subject.replaceAll(' ', '.')}@example.com>`, 'MIME-Version: 1.0'],
    ...[
      'Date: Sat, 28 Nov 2026 10:00:00 +0000',
      'Content-Type: multipart/mixed; boundary=frontier',
    ],
    ...[
      '',
      '--frontier',
      'Content-Type: text/plain',
      '',
      'As agreed.',
      ...parts,
      '--frontier--',
      '',
    ],
  ].join('\r\n');
}

const configuration = (folder: string, port: number, uid: number, gid: number): string =>
  `
base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = #USER
default_internal_group = #GROUP
default_login_user = #USER
mail_location = maildir:${folder}/mail/%u
mail_fsync = never
first_valid_uid = 1
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=${uid} gid=${gid} home=${folder}/mail/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
`
    .replaceAll('#USER', nameOf('-un', uid))
    .replaceAll('#GROUP', groupOf(uid));

const nameOf = (flag: string, uid: number): string =>
  execFileSync('id', [flag, String(uid)], { encoding: 'utf8' }).trim();

const groupOf = (uid: number): string => nameOf('-gn', uid);
