import PostalMime from 'postal-mime';
import { mail } from '../../../connectors/mail.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { DovecotServer, mailSource, password } from '../../DovecotServer.ts';
import { SmtpServer } from '../../SmtpServer.ts';
import { TcpProxy } from '../../TcpProxy.ts';
import { connectorContract, type SinkRig, type SourceRig, textOf } from './connectorContract.ts';
import { PolledRig } from './polledRig.ts';
import { troublesOf } from './troublesOf.ts';

const runtime = { ...systemRuntime(), random: () => 0 };
const settings = {
  ...{ imap: undefined, smtp: undefined, user: undefined, password: undefined, token: undefined },
  ...{ from: 'stock@example.com', timeout: 5_000, plain: true },
};

describe('Dovecot', () => {
  let server: DovecotServer;
  let users = 0;

  before(async function () {
    this.timeout(60_000);
    server = await DovecotServer.start();
  });
  after(() => server.stop());

  /** A mail with one attachment is what arrives; that it lies in another folder is how the sender's side sees it taken in. */
  async function sourceRig(): Promise<SourceRig> {
    users += 1;
    const user = `user${users}`;
    const from = {
      ...{ folder: 'INBOX', senders: ['*@example.com'], attachments: '*.csv', move: 'Done' },
      ...{ every: 50, largest: 100_000 },
    };
    const rig = new PolledRig(runtime, async (payload) => {
      rig.named(payload.origin.intakeId, payload.origin.name);
      return payload;
    });
    const proxy = await TcpProxy.start(server.port);
    const imap = `imap://127.0.0.1:${proxy.port}`;
    const config = { ...settings, imap, user, password, timeout: 1_000 };
    const about = { name: 'mailbox', flow: 'receipts', runtime };
    return {
      troubles: troublesOf(proxy),
      open: () => rig.open(mail.poller!(config, from, about)),
      arrive: (name, text) =>
        server.deliver(user, mailSource(name, 'erp@example.com', { [name]: text })),
      acknowledged: async (name) => !(await server.mails(user)).join().includes(name),
      putAside: async (name) => rig.putAside(name),
      close: () => proxy.stop(),
    };
  }

  async function sinkRig(): Promise<SinkRig> {
    const other = await SmtpServer.start();
    const to = {
      ...{ to: ['finance@example.com'], cc: [], subject: '{flow}', text: '{id}' },
      name: '{flow}.{extension}',
    };
    const config = { ...settings, smtp: other.address };
    const sink = mail.sink!(config, to, { name: 'mailbox', flow: 'stock-out', runtime });
    const answers = {
      ...{ well: '250 taken', 'passing failure': '451 later', 'final failure': '554 never' },
    };
    return {
      sink,
      received: async () => {
        const mails = await Promise.all(other.once.map((source) => PostalMime.parse(source)));
        return Promise.all(
          mails.map(async ({ attachments: [one] }) =>
            textOf(only(new Uint8Array(one!.content as ArrayBuffer))),
          ),
        );
      },
      behave: async (how) => {
        other.answer = answers[how];
      },
      close: async () => {
        await sink.close();
        await other.stop();
      },
    };
  }

  connectorContract({
    name: 'mail',
    source: sourceRig,
    sink: sinkRig,
    lookup: {
      reason: 'nobody answers a question by mail in time',
      holds: async () => mail.lookup === undefined,
    },
  });
});

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
