/** Sends each outgoing as the attachment of a mail, whose Message-ID is the same at every attempt. */

import { createHash } from 'node:crypto';
import type { Transporter } from 'nodemailer';
import { StockbusError } from '../../core/errors.ts';
import { instantText } from '../../core/instantText.ts';
import { limits } from '../../core/limits.ts';
import type { Outgoing, Sink } from '../../core/ports.ts';
import type { Runtime } from '../../core/runtime.ts';
import { mailBounds } from './mailBounds.ts';
import { smtpError } from './mailError.ts';
import type { MailLogin, MailServer } from './mailServer.ts';

export interface SmtpConfig {
  server: MailServer;
  login: MailLogin;
  from: string;
  timeoutMs: number;
}

export interface MailTo {
  to: string[];
  cc: string[];
  subject: string;
  /** Of the attachment. */
  name: string;
  text: string;
}

const PLACEHOLDER = /\{(date|flow|id|extension)(?::([^{}]*))?\}/g;
const LETTERS = /yyyy|MM|dd|HH|mm|ss/g;

export class SmtpSink implements Sink {
  readonly #config: SmtpConfig;
  readonly #to: MailTo;
  readonly #about: { name: string; runtime: Runtime };
  readonly #where: string;
  #transport: Promise<Transporter> | undefined;

  constructor(config: SmtpConfig, to: MailTo, about: { name: string; runtime: Runtime }) {
    this.#config = config;
    this.#to = to;
    this.#about = about;
    this.#where = `connector '${about.name}': ${config.server.host}`;
  }

  async send(outgoing: Outgoing): Promise<void> {
    const content = await collected(outgoing);
    this.#transport ??= transportOf(this.#config);
    const transport = await this.#transport;
    const { to, cc, subject, name, text } = this.#to;
    const fill = (pattern: string): string => filled(pattern, outgoing, this.#about.runtime.now());
    let sent: SentMail;
    try {
      sent = (await transport.sendMail({
        ...{ from: this.#config.from, to, cc, subject: fill(subject), text: fill(text) },
        messageId: messageIdOf(outgoing.id, this.#config.from),
        headers: { 'Auto-Submitted': 'auto-generated' },
        attachments: [{ filename: fill(name), content, contentType: outgoing.contentType }],
      })) as SentMail;
    } catch (error) {
      throw smtpError(error, this.#where);
    }
    this.#judge(sent);
  }

  async close(): Promise<void> {
    (await this.#transport)?.close();
  }

  /** Some have it. Whoever is to have it later makes it go to all again, who drop it by its Message-ID. */
  #judge({ rejectedErrors = [] }: SentMail): void {
    const later = rejectedErrors.find(({ responseCode = 0 }) => responseCode < 500);
    if (later) throw smtpError(later, this.#where);
    for (const { recipient, response } of rejectedErrors) {
      const { name, runtime } = this.#about;
      const reason = response?.slice(0, limits.reasonCharacters);
      runtime.log('warn', 'mail.recipient_refused', { connector: name, recipient, reason });
    }
  }
}

interface SentMail {
  rejectedErrors?: { recipient?: string; response?: string; responseCode?: number }[];
}

async function transportOf({ server, login, timeoutMs }: SmtpConfig): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  const { host, port, isSecure, isPlain } = server;
  const { user, password, token } = login;
  const auth =
    token === undefined
      ? { user, pass: password }
      : { type: 'OAuth2' as const, user, accessToken: token };
  return createTransport({
    ...{ host, port, secure: isSecure, requireTLS: !isSecure && !isPlain, ignoreTLS: isPlain },
    ...(user === undefined ? {} : { auth: auth as never }),
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, dnsTimeout: timeoutMs },
    socketTimeout: timeoutMs,
    ...{ disableFileAccess: true, disableUrlAccess: true, logger: false },
  });
}

async function collected(outgoing: Outgoing): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of outgoing.body) {
    bytes += chunk.byteLength;
    if (bytes > mailBounds.attachmentBytes) {
      const message = `an attachment is larger than ${mailBounds.attachmentBytes} bytes`;
      const todo = 'Lower `batch` in the flow, pack it (`write: pack`), or send it by SFTP.';
      throw new StockbusError('PAYLOAD_TOO_LARGE', message, undefined, { todo });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** No two are ever the same, and no id breaks a header. */
function messageIdOf(id: string, from: string): string {
  const domain = /@([^@\s>]+)>?\s*$/.exec(from)?.[1] ?? 'stockbus.invalid';
  return `<${createHash('sha256').update(id).digest('hex').slice(0, 40)}@${domain}>`;
}

function filled(pattern: string, { flow, id, extension }: Outgoing, nowMs: number): string {
  return pattern.replace(PLACEHOLDER, (_all, name: string, option?: string) => {
    if (name === 'date') return instantText(new Date(nowMs), option ?? 'yyyy-MM-dd', LETTERS);
    return { flow, id, extension }[name]!;
  });
}
