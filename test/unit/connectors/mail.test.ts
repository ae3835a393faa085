/** What taking in and sending mails promises: against a real Dovecot, and a small SMTP server of the test. */
import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict';
import type { ImapFlow } from 'imapflow';
import PostalMime from 'postal-mime';
import { mail } from '../../../connectors/mail.ts';
import { type Code, StockbusError } from '../../../core/errors.ts';
import type { Poller } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { outgoing } from '../../contract/connector/connectorContract.ts';
import { DovecotServer, mailSource, password } from '../../DovecotServer.ts';
import { PolledMemory } from '../../PolledMemory.ts';
import { SmtpServer } from '../../SmtpServer.ts';
import { TcpProxy } from '../../TcpProxy.ts';

type Json = Record<string, unknown>;

const logged: Json[] = [];
const runtime = {
  ...systemRuntime(),
  log: (_level: string, event: string, fields = {}) => void logged.push({ event, ...fields }),
};
const failing = ({ message }: { message: string }): never => {
  throw new Error(message);
};
const configOf = (config: Json) =>
  mail.config.read({ plain: true, timeout: '2s', ...config }, [], failing)!;
const codeOf = async (work: Promise<unknown>): Promise<[Code, string]> => {
  const error: unknown = await work.catch((thrown) => thrown);
  ok(error instanceof StockbusError, String(error));
  return [error.code, error.message];
};

describe('mails that come in', () => {
  let server: DovecotServer;
  let memory: PolledMemory;
  let user: string;
  let users = 0;

  const pollerOf = (from: Json = {}, config: Json = {}): Poller => {
    const use = { senders: ['*@partner.example'], attachments: '*.csv', ...from };
    const read = mail.from!.read(use, [], failing)!;
    const about = { name: 'mailbox', flow: 'orders', runtime };
    return mail.poller!(configOf({ imap: server.address, user, password, ...config }), read, about);
  };
  const look = (from: Json = {}, config: Json = {}): Promise<boolean> =>
    pollerOf(from, config).poll(memory.turn());
  const deliver = (
    subject: string,
    files: Readonly<Record<string, string>>,
    from = 'erp@partner.example',
  ) => server.deliver(user, mailSource(subject, from, files));
  const names = (): string[] =>
    memory.offered.splice(0).map(({ name, text }) => `${name}: ${text}`);

  before(async function () {
    this.timeout(60_000);
    server = await DovecotServer.start();
  });
  after(() => server.stop());
  beforeEach(() => {
    memory = new PolledMemory();
    users += 1;
    user = `partner${users}`;
    logged.length = 0;
  });

  it('gives each attachment that fits, and marks the mail once all are durable', async () => {
    await deliver('Two files', { 'a.csv': 'one', 'logo.png': 'x', 'b.csv': 'two' });
    memory.durable = async (number) => {
      deepEqual(await server.mails(user), ['Two files (unread)']);
      if (number === 1) throw new StockbusError('BROKER_UNREACHABLE', 'away');
    };
    await rejects(look(), { code: 'BROKER_UNREACHABLE' });
    const [first] = memory.offered;
    memory.durable = async () => undefined;
    await look();
    deepEqual(memory.offered[1], first, 'the same file under the same id');
    deepEqual(names(), ['a.csv: one', 'a.csv: one', 'b.csv: two']);
    deepEqual(first!.headers, {
      ...{ subject: 'Two files', from: 'erp@partner.example' },
      ...{ date: first!.headers!.date, 'message-id': '<Two.files@example.com>' },
    });
    deepEqual(await server.mails(user), ['Two files']);
    await look();
    deepEqual(names(), []);
  });

  it('takes what is unread at first, and later whatever is new, though somebody has read it', async () => {
    await deliver('Old', { 'old.csv': 'old' });
    await server.asked(user, async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageFlagsAdd('1:*', ['\\Seen']);
    });
    await deliver('New', { 'new.csv': 'new' });
    await look();
    await deliver('Read', { 'read.csv': 'read' });
    await server.asked(user, async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageFlagsAdd('1:*', ['\\Seen']);
    });
    await look();
    deepEqual(names(), ['new.csv: new', 'read.csv: read']);
  });

  it('tells of mails that it passes over: strangers stay, what has no such file is done with', async () => {
    await deliver('Offer', { 'a.csv': 'x' }, 'mallory@evil.example');
    await deliver('Hello', { 'hello.txt': 'x' });
    await deliver('Sub', { 'a.csv': 'x' }, 'erp@notpartner.example');
    await look({ move: 'Done' });
    deepEqual(names(), []);
    deepEqual(await server.mails(user), ['Offer (unread)', 'Sub (unread)']);
    deepEqual(await server.mails(user, 'Done'), ['Hello']);
    const told = logged.map(({ event, subject, reason }) => [event, subject, reason]);
    deepEqual(told, [
      ['mail.passed_over', 'Offer', 'its sender is not among `senders`'],
      ['mail.passed_over', 'Hello', 'it has no attachment of that name'],
      ['mail.passed_over', 'Sub', 'its sender is not among `senders`'],
    ]);
    await look({ move: 'Done' });
    equal(logged.length, 3, 'once');
    await deliver('Any', { 'b.csv': 'y' }, 'mallory@evil.example');
    await look({ senders: 'any' });
    deepEqual(names(), ['b.csv: y']);
  });

  it('moves what was durable when it could not be moved, and offers it no more', async () => {
    await deliver('Large', { 'a.csv': 'x' });
    const stop = new AbortController();
    // The server dies between: what is settling comes to its end with the next look.
    memory.durable = async () => {
      await server.kill();
    };
    const [code] = await codeOf(pollerOf({ move: 'Done' }).poll(memory.turn(stop.signal)));
    equal(code, 'MAIL_UNREACHABLE');
    await server.begin();
    memory.durable = async () => undefined;
    await look({ move: 'Done' });
    deepEqual(names(), ['a.csv: x']);
    deepEqual([await server.mails(user), await server.mails(user, 'Done')], [[], ['Large']]);
  });

  it('knows mails again when all their numbers are new', async () => {
    const sources = ['One', 'Two', 'Three'].map((subject) =>
      mailSource(subject, 'erp@partner.example', { [`${subject}.csv`]: subject }),
    );
    const older = mailSource('Older', 'erp@partner.example', { 'older.csv': 'Older' });
    const append = (client: ImapFlow) =>
      client.append('Orders', older, ['\\Seen'], new Date('2020-01-01'));
    await server.asked(user, async (client) => {
      await client.mailboxCreate('Orders');
      await append(client);
    });
    for (const source of sources.slice(0, 2)) await server.deliver(user, source, 'Orders');
    await look({ folder: 'Orders' });
    deepEqual(names(), ['One.csv: One', 'Two.csv: Two']);
    await server.asked(user, async (client) => {
      await client.mailboxDelete('Orders');
      await client.mailboxCreate('Orders');
      for (const source of [sources[2]!, sources[1]!, sources[0]!])
        await client.append('Orders', source, ['\\Seen']);
      await append(client);
    });
    await look({ folder: 'Orders' });
    await look({ folder: 'Orders' });
    deepEqual(names(), ['Three.csv: Three']);
  });

  it('fetches nothing that is too large, parks it, and goes on after what is no mail', async () => {
    await deliver('Huge', { 'a.csv': 'x'.repeat(200_000) });
    await server.deliver(
      user,
      'From: erp@partner.example\r\nSubject: Rubbish\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\0\xff',
    );
    const files = Array.from({ length: 501 }, (_, index) => [`${index}.csv`, '']);
    await deliver('Many', Object.fromEntries(files));
    await deliver('Good', { 'b.csv': 'y', [`${'c'.repeat(250)}.csv`]: 'z' });
    await look({ largest: 100_000 });
    deepEqual(names(), ['b.csv: y', `${'c'.repeat(200)}: z`]);
    deepEqual(
      memory.parked.map(([name, { code }]) => [name, code]),
      [
        ['Huge', 'PAYLOAD_TOO_LARGE'],
        ['Many', 'PAYLOAD_TOO_LARGE'],
      ],
    );
    deepEqual(await server.mails(user), ['Huge', 'Rubbish', 'Many', 'Good']);
  });

  it('lets no two flows look into one folder', () => {
    const config = configOf({ imap: server.address, user, password });
    const use = (folder: string, attachments: string) => ({
      config,
      from: mail.from!.read({ senders: 'any', folder, attachments }, [], failing)!,
    });
    match(
      mail.overlap!(use('A', '*.csv'), use('A', '*.xml'))!,
      /^both look into .*@127.0.0.1\/A, /,
    );
    equal(mail.overlap!(use('A', '*'), use('B', '*')), undefined);
  });

  it('says of each failure whose it is, and within its time', async () => {
    await deliver('One', { 'a.csv': 'x' });
    const proxy = await TcpProxy.start(server.port);
    const imap = `imap://127.0.0.1:${proxy.port}`;
    const faults = [
      await codeOf(look({ folder: 'Nowhere' })),
      await codeOf(look({}, { imap: 'imap://127.0.0.1:1' })),
      await codeOf(look({}, { plain: false })),
      await codeOf(look({}, { imap: `imaps://127.0.0.1:${server.port}` })),
    ];
    proxy.cutAfterBytes = 1_500;
    faults.push(await codeOf(look({}, { imap })));
    proxy.cutAfterBytes = Infinity;
    proxy.isSilent = true;
    faults.push(await codeOf(look({}, { imap, timeout: '200ms' })));
    proxy.isSilent = false;
    await look({}, { imap });
    deepEqual(names(), ['a.csv: x']);
    await proxy.stop();
    // The last, for Dovecot is slow to answer who was just refused.
    faults.push(await codeOf(look({}, { password: 'wrong word' })));
    deepEqual(
      faults.map(([code]) => code),
      [
        ...['MAIL_FOLDER_REFUSED', 'MAIL_UNREACHABLE', 'MAIL_UNREACHABLE'],
        ...['MAIL_UNREACHABLE', 'MAIL_UNREACHABLE', 'MAIL_UNREACHABLE', 'MAIL_DENIED'],
      ],
    );
    ok(!faults.some(([, message]) => message.includes('wrong word')));
  }).timeout(20_000);
});

describe('mails that go out', () => {
  let server: SmtpServer;
  const to = { to: ['finance@example.com', 'cfo@example.com'], cc: ['audit@example.com'] };
  const sinkOf = (use: Json = {}, config: Json = {}) =>
    mail.sink!(
      configOf({ smtp: server.address, from: 'Stock <stock@example.com>', ...config }),
      mail.to!.read({ ...to, ...use }, [], failing)!,
      { name: 'mailbox', flow: 'valuation', runtime },
    );

  beforeEach(async () => {
    server = await SmtpServer.start();
    logged.length = 0;
  });
  afterEach(() => server.stop());

  it('has the export as attachment, and one Message-ID for all attempts', async () => {
    const sink = sinkOf({ subject: 'Stock {date:yyyy} of {flow}', name: 'stock-{id}.{extension}' });
    await sink.send(outgoing('m-1', 'sku;quantity\nA;1.50\n'));
    await sink.send(outgoing('m-1', 'sku;quantity\nA;1.50\n'));
    await sink.send(outgoing('m-2\r\nBcc: x@y', 'z'));
    await sink.close();
    const mails = await Promise.all(server.mails.map((source) => PostalMime.parse(source)));
    const [one, again, other] = mails;
    equal(one!.subject, `Stock ${new Date().getUTCFullYear()} of stock-out`);
    deepEqual(
      [one!.from?.address, one!.cc?.[0]?.address],
      ['stock@example.com', 'audit@example.com'],
    );
    const [attachment] = one!.attachments;
    equal(attachment!.filename, 'stock-m-1.csv');
    equal(Buffer.from(attachment!.content as ArrayBuffer).toString(), 'sku;quantity\nA;1.50\n');
    match(one!.messageId!, /^<[0-9a-f]{40}@example\.com>$/);
    equal(again!.messageId, one!.messageId);
    ok(other!.messageId !== one!.messageId);
    deepEqual(other!.bcc ?? [], []);
  });

  it('tells passing failures from final ones', async () => {
    const codes: Code[] = [];
    const attempt = async (use: Json = {}, config: Json = {}): Promise<void> => {
      const sink = sinkOf(use, { timeout: '300ms', ...config });
      codes.push((await codeOf(sink.send(outgoing('m', 'x'))))[0]);
      await sink.close();
    };
    server.answer = '451 later';
    await attempt();
    server.answer = '554 never';
    await attempt();
    server.answer = '250 taken';
    server.login = '535 no';
    await attempt({}, { user: 'u', password: 'p' });
    server.recipients = { 'cfo@example.com': '450 busy' };
    await attempt();
    server.recipients = {
      'finance@example.com': '550 nobody',
      'cfo@': '550 no',
      'audit@': '550 no',
    };
    await attempt();
    await attempt({}, { plain: false });
    server.recipients = { 'MAIL FROM': '530 log in first' };
    await attempt();
    server.greeting = '554 no service for you today';
    await attempt();
    server.isSilent = true;
    await attempt();
    deepEqual(codes, [
      ...['MAIL_FAILED', 'MAIL_REFUSED', 'MAIL_DENIED', 'MAIL_FAILED', 'MAIL_REFUSED'],
      ...['MAIL_UNREACHABLE', 'MAIL_DENIED', 'MAIL_FAILED', 'MAIL_UNREACHABLE'],
    ]);
  });

  it('goes to those who take it, and tells of those who never will', async () => {
    server.recipients = { 'cfo@example.com': '550 nobody of that name' };
    await sinkOf().send(outgoing('m', 'x'));
    equal(server.once.length, 1);
    deepEqual(
      logged.map(({ event, recipient }) => [event, recipient]),
      [['mail.recipient_refused', 'cfo@example.com']],
    );
  });

  it('refuses what is too large, and settings that would send in the clear', async () => {
    const body = Array.from({ length: 21 }, () => Buffer.alloc(1024 * 1024));
    await rejects(sinkOf().send({ ...outgoing('m', ''), body }), { code: 'PAYLOAD_TOO_LARGE' });
    const settings: Json[] = [
      { smtp: 'smtp://mail.example.com', plain: true },
      { imap: 'imaps://mail.example.com' },
      { smtp: 'smtp://u:p@mail.example.com' },
      { smtp: 'smtp://mail.example.com', user: 'u' },
      { smtp: 'smtp://mail.example.com', user: 'u', password: 'p', token: 't' },
      {},
    ];
    for (const setting of settings) {
      const faults: string[] = [];
      mail.config.read(setting, [], ({ message }) => faults.push(message));
      equal(faults.length, 1, JSON.stringify(setting));
    }
  });
});
