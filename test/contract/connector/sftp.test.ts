import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { FileSource } from '../../../connectors/files/FileSource.ts';
import { optionsOf } from '../../../connectors/files/fileFrom.ts';
import { fingerprintOf } from '../../../connectors/sftp/hostKey.ts';
import { SftpSession } from '../../../connectors/sftp/SftpSession.ts';
import type { SftpConfig } from '../../../connectors/sftp/sftpConfig.ts';
import { sftpTree } from '../../../connectors/sftp/sftpSource.ts';
import { sftp } from '../../../connectors/sftp.ts';
import { codes, StockbusError } from '../../../core/errors.ts';
import type { Accept, Source } from '../../../core/ports.ts';
import { type Log, systemRuntime } from '../../../core/runtime.ts';
import { generatedKeys, SftpServer } from '../../SftpServer.ts';
import { TcpProxy } from '../../TcpProxy.ts';
import {
  connectorContract,
  receiptOf,
  type SinkRig,
  type SourceRig,
  textOf,
  until,
} from './connectorContract.ts';
import { troublesOf } from './troublesOf.ts';

const events: { event: string; [field: string]: unknown }[] = [];
const log: Log = (_level, event, fields) => void events.push({ event, ...fields });
const runtime = { ...systemRuntime(), random: () => 0, log };
const about = { name: 'drop', flow: 'receipts', runtime };
const from = {
  pattern: '*.csv',
  ready: undefined,
  settle: 30,
  recheck: 60_000,
  rescan: 60,
  archive: 'archive',
};

describe('over SFTP', () => {
  let server: SftpServer;
  before(async () => {
    server = await SftpServer.start();
  });
  after(() => server.stop());

  const place = async (): Promise<SftpConfig> => ({
    ...server.config,
    path: await mkdtemp(join(server.root, 'drop-')),
  });

  async function filesIn(folder: string): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true }).catch(() => []);
    return entries.map((entry) => entry.replace(/^.*[\\/]/, ''));
  }

  async function sourceRig(): Promise<SourceRig> {
    const proxy = await TcpProxy.start(server.config.port);
    const config = { ...(await place()), port: proxy.port, timeout: 1_000 };
    const { path } = config;
    return {
      offersAtOnce: true,
      troubles: troublesOf(proxy),
      open: () => sftp.source!(config, from, about),
      arrive: (name, text) => writeFile(join(path, name), text),
      acknowledged: async (name) => (await filesIn(join(path, 'archive'))).includes(name),
      putAside: async (name) => {
        if (!(await filesIn(join(path, 'failed'))).includes(name)) return undefined;
        return readFile(join(path, 'failed', `${name}.error.txt`), 'utf8');
      },
      close: async () => {
        await proxy.stop();
        await rm(path, { recursive: true });
      },
    };
  }

  async function sinkRig(): Promise<SinkRig> {
    const config = await place();
    const { path } = config;
    const sink = sftp.sink!(config, { name: 'stock-{seq:3}.csv' }, { ...about, flow: 'stock-out' });
    return {
      sink,
      received: async () => {
        const names = (await readdir(path)).filter((name) => !name.startsWith('.'));
        return Promise.all(names.map((name) => readFile(join(path, name), 'utf8')));
      },
      // A file in the place of the folder.
      behave: async (how) => {
        await rm(path, { recursive: true });
        await (how === 'well' ? mkdir(path) : writeFile(path, ''));
      },
      close: async () => {
        await sink.close();
        await rm(path, { recursive: true });
      },
    };
  }

  connectorContract({
    name: 'sftp',
    source: sourceRig,
    sink: sinkRig,
    refusal: {
      reason: 'a server refuses no file for good: every fault of writing is passing',
      holds: async () => codes.FOLDER_WRITE_FAILED.retryable && codes.SFTP_UNREACHABLE.retryable,
    },
    lookup: {
      reason: 'what lies in files is a table of config/tables',
      holds: async () => sftp.lookup === undefined,
    },
  });

  describe('a connection', () => {
    let proxy: TcpProxy;
    let config: SftpConfig;
    let sources: Source[];
    let texts: string[];

    beforeEach(async () => {
      proxy = await TcpProxy.start(server.config.port);
      config = { ...(await place()), port: proxy.port, timeout: 3_000 };
      sources = [];
      texts = [];
      events.length = 0;
    });
    afterEach(async () => {
      await Promise.all(sources.map((source) => source.stop()));
      await proxy.stop();
    });

    const take: Accept = async (payload) => {
      texts.push(await textOf(payload.body));
      return receiptOf(payload);
    };
    const open = async (of: Partial<SftpConfig> = {}, options = {}, accept = take) => {
      const source = sftp.source!({ ...config, ...of }, { ...from, ...options }, about);
      sources.push(source);
      await source.start(accept);
      return source;
    };
    const put = (name: string, text: string | Buffer): Promise<void> =>
      writeFile(join(config.path, name), text);
    const archived = (): Promise<string[]> => filesIn(join(config.path, 'archive'));

    async function faultOf(attempt: Promise<unknown>): Promise<StockbusError> {
      const error: unknown = await attempt.then(
        () => undefined,
        (thrown) => thrown,
      );
      assert.ok(error instanceof StockbusError, `not one of ours: ${error}`);
      return error;
    }

    it('is not used where the server shows a key that is not written down', async () => {
      const shown = fingerprintOf(
        Buffer.from(String(server.config.hostKey).split(' ')[1]!, 'base64'),
      );
      const other = `SHA256:${'A'.repeat(43)}`;
      const { code, message, fault } = await faultOf(open({ hostKey: [other, other] }));
      assert.equal(code, 'SFTP_HOST_KEY_UNKNOWN');
      assert.ok(message.includes(`ssh-ed25519 ${shown}`), message);
      assert.match(String(fault.todo), /Ask its operator[\s\S]*ssh-keygen -lf/);
      await open({ hostKey: [other, shown] });
    });

    it('tells a refused login, shows no password, and asks no second time at once', async () => {
      const wrong = { ...config, privateKey: undefined, password: 'hunter2' };
      for (const _made of ['once', 'anew']) {
        const tree = sftpTree(wrong, 'drop', runtime);
        const { code, message } = await faultOf(tree.list(''));
        assert.equal(code, 'SFTP_LOGIN_REFUSED');
        assert.match(message, /the login of '\S+' by its password: the server refuses it/);
        assert.doesNotMatch(message, /hunter2/);
      }
      assert.equal(proxy.connections, 1);
      const key = sftpTree({ ...config, privateKey: 'no key' }, 'drop', runtime);
      assert.equal((await faultOf(key.list(''))).code, 'SFTP_LOGIN_REFUSED');
    });

    it('logs in by a password where the server asks for it as a question', async () => {
      const { private: own, public: hostKey } = generatedKeys();
      const asking = new ssh2.Server({ hostKeys: [own] }, (client) => {
        client.on('error', () => undefined);
        client.on('authentication', (context) => {
          if (context.method !== 'keyboard-interactive')
            return context.reject(['keyboard-interactive']);
          return context.prompt([{ prompt: 'Password:', echo: false }], ([answer]) =>
            answer === 'right' ? context.accept() : context.reject(),
          );
        });
        client.on('session', (accept) => accept().on('sftp', (sftp) => void sftp()));
      });
      asking.listen(0, '127.0.0.1');
      await once(asking, 'listening');
      const { port } = asking.address() as AddressInfo;
      const login = { ...config, port, hostKey, privateKey: undefined, password: 'right' };
      const session = await SftpSession.open(login, 'asking', runtime);
      session.close();
      await new Promise<void>((resolve) => asking.close(() => resolve()));
    });

    it('that breaks in the middle of a file is opened again, and the file goes on where it was', async () => {
      const large = Buffer.alloc(6_000_000, '0123456789;');
      await put('large.csv', large);
      proxy.cutAfterBytes = 2_500_000;
      await open();
      await until(() => texts.length === 1);
      assert.ok(large.equals(Buffer.from(texts[0]!)));
      const resumed = events.filter(({ event }) => event === 'sftp.read_resumed');
      assert.ok(resumed.length >= 2);
      assert.ok(resumed.every(({ readBytes }) => Number(readBytes) > 0));
      await until(async () => (await archived()).includes('large.csv'));
    });

    it('that breaks does not join two versions of a file', async () => {
      await put('large.csv', Buffer.alloc(3_000_000, 'a'));
      let cuts = 0;
      const accept: Accept = async (payload) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of payload.body) {
          chunks.push(chunk);
          if (cuts > 0) continue;
          cuts += 1;
          const claimed = await readdir(join(config.path, '.claimed'));
          await appendFile(join(config.path, '.claimed', claimed[0]!), 'more');
          proxy.cutAll();
        }
        texts.push(Buffer.concat(chunks).toString());
        return receiptOf(payload);
      };
      await open({}, {}, accept);
      await until(async () => (await archived()).includes('large.csv'));
      assert.deepEqual(
        texts.map((text) => text.slice(-5)),
        ['amore'],
      );
    });

    for (const how of ['silent', 'half closed'] as const) {
      it(`that falls ${how} is noticed, and another is opened`, async () => {
        await open({ timeout: 300 });
        await put('a.csv', 'a');
        await until(() => texts.length === 1);
        const before = proxy.connections;
        if (how === 'silent') proxy.isSilent = true;
        else proxy.halfCloseAll();
        await until(() => proxy.connections > before);
        proxy.isSilent = false;
        await put('b.csv', 'b');
        await until(async () => (await archived()).includes('b.csv'));
        assert.deepEqual(texts, ['a', 'b']);
      });
    }

    it('costs no more than its bytes: a look at many files is not a request for each', async () => {
      const names = Array.from({ length: 1_000 }, (_, index) => `${1_000 + index}.csv`);
      await Promise.all(names.map((name) => put(name, name)));
      const tree = sftpTree(config, 'drop', runtime);
      await tree.list('');
      proxy.sentBytes = 0;
      assert.equal((await tree.listWithStats(''))?.size, 1_000);
      assert.ok(proxy.sentBytes < 10_000, `${proxy.sentBytes} bytes were sent`);
      await tree.close();
    });

    it('takes as long as it needs for a folder of many files, while the server answers', async () => {
      const names = Array.from({ length: 1_000 }, (_, index) => `${1_000 + index}.csv`);
      await Promise.all(names.map((name) => put(name, '')));
      const tree = sftpTree({ ...config, timeout: 1_000 }, 'drop', runtime);
      await tree.list('');
      proxy.delayMs = 450;
      assert.equal((await tree.list(''))?.length, 1_000);
      proxy.delayMs = 0;
      await tree.close();
    });

    it('takes no file that grows until it stands still, and at once with its marker', async () => {
      await open({}, { settle: 300 });
      for (let line = 0; line < 8; line += 1) {
        await appendFile(join(config.path, 'slow.csv'), `${line};`);
        await new Promise((resolve) => setTimeout(resolve, 50));
        assert.deepEqual(texts, []);
      }
      await until(() => texts.length === 1);
      assert.match(texts[0]!, /^0;.*;7;$/);
      await sources.pop()!.stop();
      texts.length = 0;
      await open({}, { settle: 60_000, ready: '{name}.done' });
      await put('marked.csv', 'all of it');
      await put('marked.csv.done', '');
      await until(async () => (await archived()).includes('marked.csv'));
      assert.deepEqual(texts, ['all of it']);
      await until(async () => !(await readdir(config.path)).includes('marked.csv.done'));
    });

    it('to a server that is away holds nothing back for longer than the connection', async () => {
      await open();
      const { port } = proxy;
      await proxy.stop();
      await until(() => events.some(({ event }) => event === 'folder.unreadable'));
      const [told] = events.filter(({ event }) => event === 'folder.unreadable');
      assert.equal(told!.code, 'SFTP_UNREACHABLE');
      assert.match(String(told!.message), new RegExp(`127\\.0\\.0\\.1:${port}: `));
    });
  });

  it('says what to allow where the server forbids to rename', async () => {
    const strict = await SftpServer.start({ forbidden: 'rename,posix-rename' });
    try {
      const source = sftp.source!(strict.config, from, about);
      const error: unknown = await source
        .start(async (payload) => receiptOf(payload))
        .catch((e) => e);
      await source.stop();
      assert.ok(error instanceof StockbusError);
      assert.equal(error.code, 'FOLDER_UNUSABLE');
      assert.match(error.message, /cannot rename '\S+\.probe-\S+' to '\.probe-/);
      assert.match(String(error.fault.todo), /Let this user rename[\s\S]*posix-rename/);
      assert.deepEqual(
        (await readdir(strict.path)).filter((name) => name.startsWith('.probe')),
        [],
      );
    } finally {
      await strict.stop();
    }
  });

  it('takes many small files in their order, several on their way at once', async () => {
    const config = await place();
    const names = Array.from({ length: 120 }, (_, index) => `${1_000 + index}.csv`);
    for (const name of names) await writeFile(join(config.path, name), name);
    const texts: string[] = [];
    const tree = sftpTree(config, 'drop', runtime);
    const source = new FileSource(tree, { ...optionsOf(from), ahead: 16 }, about);
    await source.start(async (payload) => {
      texts.push(await textOf(payload.body));
      return receiptOf(payload);
    });
    await until(async () => (await filesIn(join(config.path, 'archive'))).length > names.length);
    await source.stop();
    assert.deepEqual(texts, names);
  });
});
