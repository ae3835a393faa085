/** Mail: attachments that come into a mailbox, and reports and exports that go out as attachments. */

import { StockbusError } from '../core/errors.ts';
import type { ConnectorSpec, Poller, SourceAbout, SourceUse } from '../core/ports.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Field } from '../core/spec.ts';
import {
  checked,
  duration,
  flag,
  integer,
  list,
  optional,
  record,
  secret,
  text,
} from '../core/spec.ts';
import { fileGlob, globFault } from './files/fileGlob.ts';
import { sendersField } from './mail/allowedSenders.ts';
import { ImapMailbox } from './mail/ImapMailbox.ts';
import { MailPoller } from './mail/MailPoller.ts';
import { mailBounds } from './mail/mailBounds.ts';
import { isOnThisMachine, type MailServer, mailServer, serverField } from './mail/mailServer.ts';
import { type MailTo, SmtpSink } from './mail/SmtpSink.ts';

export interface MailConfig {
  imap: string | undefined;
  smtp: string | undefined;
  user: string | undefined;
  password: string | undefined;
  token: string | undefined;
  from: string | undefined;
  timeout: number;
  plain: boolean;
}

export interface MailFrom {
  folder: string;
  senders: string | string[];
  attachments: string;
  move: string | undefined;
  every: number;
  largest: number;
}

const ADDRESS = /^(?:[^<>\r\n]*<)?[^@\s<>]+@[^@\s<>]+>?$/;

const addressField = (about: string): Field<string> =>
  text(about, { pattern: ADDRESS, shape: 'an address such as stock@example.com' });

const lineField = (about: string): Field<string> =>
  text(about, { pattern: /^[^\r\n]{1,200}$/, shape: 'one line of text' });

const config: Field<MailConfig> = checked(
  record('A mailbox, a server that sends, or both.', {
    imap: optional(
      serverField(
        'Server of the mailbox: imaps://host, or imap://host where TLS begins by STARTTLS, without which nothing is asked.',
        'imap',
      ),
    ),
    smtp: optional(
      serverField(
        'Server that sends: smtps://host, or smtp://host (port 587) where TLS begins by STARTTLS, without which nothing is sent.',
        'smtp',
      ),
    ),
    user: optional(text('Who logs in; left out: nobody does, as at a relay of the own network.')),
    password: optional(secret('Password. Take it from an environment variable.')),
    token: optional(
      secret(
        'Instead of a password: an access token of OAuth2 (XOAUTH2). It is read from its variable or file at each reload; who renews it writes the file and reloads.',
      ),
    ),
    from: optional(addressField('Who sends: an address, or Name <address>.')),
    timeout: optional(
      duration('Longest wait for a connection, and for a sign of life of a server.'),
      mailBounds.timeoutMs,
    ),
    plain: optional(flag('Goes without TLS, to a server on this machine only.'), false),
  }),
  ({ imap, smtp, user, password, token, plain }) => {
    if (imap === undefined && smtp === undefined) return 'one of `imap` and `smtp` is needed';
    if (password !== undefined && token !== undefined) return '`password` or `token`, not both';
    const hasSecret = password !== undefined || token !== undefined;
    if ((user !== undefined) !== hasSecret) return '`user` goes with `password` or `token`';
    if (imap !== undefined && user === undefined) return 'a mailbox needs `user`';
    const afar = [imap, smtp].filter((one) => one !== undefined && !isOnThisMachine(one));
    return plain && afar.length > 0 ? '`plain` is for servers on this machine' : undefined;
  },
);

const from: Field<MailFrom> = record('Which mails and attachments are taken in.', {
  folder: optional(text('Folder of the mailbox.'), 'INBOX'),
  senders: sendersField(
    'From whom mails are taken in: addresses, or *@ and a domain; `any` for everybody. What stands as sender in a mail can be forged: let the mail server refuse what fails SPF, DKIM or DMARC.',
  ),
  attachments: optional(
    checked(
      text('File names of attachments that are taken in, such as stock-*.csv or *.{csv,xlsx}.'),
      globFault,
    ),
    '*',
  ),
  move: optional(
    text(
      'Folder into which mails go that are done with; made when it is missing. Left out: they are marked as read.',
    ),
  ),
  every: optional(duration('So long after one look comes the next.'), 60_000),
  largest: optional(
    integer(
      'Bytes of a whole mail, at most: of a larger one nothing is fetched, and it is parked.',
      {
        min: 1_024,
        max: mailBounds.mailMostBytes,
      },
    ),
    mailBounds.mailBytes,
  ),
});

const to: Field<MailTo> = record('To whom, and what it is called.', {
  to: list('Who gets it.', addressField('An address.'), { min: 1 }),
  cc: optional(list('Who gets a copy.', addressField('An address.')), []),
  subject: optional(
    lineField('Subject: {date:yyyy-MM-dd} in UTC, {flow}, {id}.'),
    '{flow} {date:yyyy-MM-dd}',
  ),
  name: optional(
    lineField('Name of the attachment, with the same placeholders and {extension}.'),
    '{flow}-{date:yyyyMMdd-HHmmss}.{extension}',
  ),
  text: optional(
    text('Text of the mail, with the same placeholders.'),
    'Sent by Stockbus ({flow}).',
  ),
});

/**
 * In: a look searches what came since the last one, fetches mails of allowed senders that are no larger than they may be, and
 * offers each attachment that fits; when all of them are durable, the mail is marked as read or moved.
 *
 * Out: one mail for each outgoing, which is its attachment; its Message-ID is derived from the outgoing's id. 4xx is passing, 5xx final.
 */
export const mail: ConnectorSpec<MailConfig, MailFrom, MailTo> = {
  name: 'mail',
  about:
    'Takes in attachments of mails (IMAP), and sends reports and exports as attachments (SMTP).',
  config,
  from,
  to,
  examples: [
    'from: { mail: mailbox, senders: ["*@supplier.example"], attachments: "*.csv", move: Booked }',
    'to: { mail: mailbox, to: [finance@example.com], subject: "Valuation {date:yyyy-MM-dd}" }',
  ],
  overlap: (one, other) =>
    folderOf(one) === folderOf(other)
      ? `both look into ${folderOf(one)}, and what one has marked or moved the other may not see: have mails for each put into a folder of its own`
      : undefined,
  poller: pollerOf,
  sink: (config, to, about) => {
    const { user, password, token, timeout } = config;
    const parts = { login: { user, password, token }, from: senderOf(config), timeoutMs: timeout };
    return new SmtpSink({ ...parts, server: serverOf(config, 'smtp', about) }, to, about);
  },
};

const folderOf = ({ config: { imap = '', user }, from }: SourceUse<MailConfig, MailFrom>): string =>
  `${user}@${URL.canParse(imap) ? new URL(imap).hostname : imap}/${from.folder}`;

function pollerOf(
  config: MailConfig,
  from: MailFrom,
  about: SourceAbout<MailConfig, MailFrom>,
): Poller {
  const server = serverOf(config, 'imap', about);
  const { user, password, token, timeout } = config;
  const parts = { server, login: { user, password, token }, timeoutMs: timeout };
  const { folder, senders, attachments, move, every, largest } = from;
  const glob = fileGlob(attachments);
  const options = {
    ...{
      place: `imap://${user}@${server.host}:${server.port}/${folder} ${attachments}`,
      everyMs: every,
      senders,
    },
    ...{ fits: (name: string) => glob.matches(name), moveTo: move, mostBytes: largest },
  };
  const { name, flow, runtime } = about;
  const open = (signal: AbortSignal): Promise<ImapMailbox> =>
    ImapMailbox.open({ ...parts, folder, signal, runtime });
  return new MailPoller(options, {
    open,
    log: runtime.log,
    now: runtime.now,
    connector: name,
    flow,
  });
}

function serverOf(
  config: MailConfig,
  protocol: 'imap' | 'smtp',
  { name }: { name: string; runtime: Runtime },
): MailServer {
  const address = config[protocol];
  if (address !== undefined) return mailServer(address, config.plain);
  const way = protocol === 'imap' ? 'take in' : 'send';
  const message = `connector '${name}' has no '${protocol}', and a flow is to ${way} by it`;
  const todo = `Add ${protocol}: ${protocol}s://HOST to it in config/hub.yaml.`;
  throw new StockbusError('CONFIG_MISSING_FIELD', message, undefined, { todo });
}

/** The user is an address at most servers. */
const senderOf = ({ from, user }: MailConfig): string =>
  from ?? (user?.includes('@') ? user : `stockbus@localhost`);
