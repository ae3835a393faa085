/** One connection to one folder of a mailbox, for one look. Nothing it waits for lasts for ever. */
import type { FetchMessageObject, ImapFlow, ImapFlowOptions } from 'imapflow';
import { StockbusError } from '../../core/errors.ts';
import type { Runtime } from '../../core/runtime.ts';
import { imapError } from './mailError.ts';
import type { MailLogin, MailServer } from './mailServer.ts';

export interface ImapParts {
  server: MailServer;
  login: MailLogin;
  folder: string;
  timeoutMs: number;
  /** Ends what is being read when it is aborted; what is being settled is brought to its end. */
  signal: AbortSignal;
  runtime: Pick<Runtime, 'after'>;
}

/** What is known of a mail before it is fetched. */
export interface MailHead {
  uid: number;
  bytes: number;
  from: readonly string[];
  subject: string;
  messageId: string | undefined;
  date: string;
  isRead: boolean;
  /** When it came, by the clock of the server; NaN where it does not say. */
  arrivedMs: number;
}

/** One command may take so many times the wait for a sign of life: a large mail comes slowly. */
const PATIENCE = 4;

export class ImapMailbox {
  readonly #client: ImapFlow;
  readonly #parts: ImapParts;
  readonly #where: string;
  #lost: unknown;
  validity = '';
  /** No mail of before has this number or a higher one. */
  uidNext = 1;

  private constructor(client: ImapFlow, parts: ImapParts) {
    this.#client = client;
    this.#parts = parts;
    this.#where = `${parts.server.host}, folder '${parts.folder}'`;
    client.on('error', (error: unknown) => {
      this.#lost = error;
    });
  }

  static async open(parts: ImapParts): Promise<ImapMailbox> {
    const { ImapFlow } = await import('imapflow');
    const mailbox = new ImapMailbox(new ImapFlow(optionsOf(parts)), parts);
    await mailbox.#reading(() => mailbox.#open());
    return mailbox;
  }

  async #open(): Promise<void> {
    await this.#client.connect();
    const { uidValidity, uidNext } = await this.#client.mailboxOpen(this.#parts.folder);
    this.validity = String(uidValidity);
    this.uidNext = uidNext;
  }

  /** In ascending order. */
  async find(above: number, isUnreadOnly: boolean): Promise<number[]> {
    const query = { uid: `${above + 1}:*`, ...(isUnreadOnly ? { seen: false } : {}) };
    const found = await this.#reading(() => this.#client.search(query, { uid: true }));
    if (!Array.isArray(found)) throw this.#refused('the search was refused');
    // `n:*` has the last mail, whatever its number.
    return found.filter((uid) => uid > above).sort((a, b) => a - b);
  }

  /** Those that are still there, in ascending order. */
  async heads(uids: readonly number[]): Promise<MailHead[]> {
    const query = { uid: true, size: true, envelope: true, internalDate: true, flags: true };
    const mails = await this.#reading(() =>
      this.#client.fetchAll(uids.join(','), query, { uid: true }),
    );
    return mails.map(headOf).sort((a, b) => a.uid - b.uid);
  }

  /** The mail as it is, or undefined where it is not there any more. */
  async source({ uid }: MailHead, mostBytes: number): Promise<Uint8Array | undefined> {
    const query = { uid: true, source: { maxLength: mostBytes } };
    const mail = await this.#reading(() =>
      this.#client.fetchOne(String(uid), query, { uid: true }),
    );
    return mail ? mail.source : undefined;
  }

  /** Marks it as read, or moves it; one that is not there any more is settled. */
  async settle(uid: number, folder: string | undefined): Promise<void> {
    await this.#guarded(async () => {
      const range = String(uid);
      const isThere = await this.#client.search({ uid: range }, { uid: true });
      if (Array.isArray(isThere) && isThere.length === 0) return;
      await this.#client.messageFlagsAdd(range, ['\\Seen'], { uid: true });
      if (folder === undefined) return;
      if (await this.#client.messageMove(range, folder, { uid: true })) return;
      await this.#client.mailboxCreate(folder);
      if (await this.#client.messageMove(range, folder, { uid: true })) return;
      throw this.#refused(`mails cannot be moved to '${folder}'`);
    });
  }

  async close(): Promise<void> {
    const timer = this.#parts.runtime.after(this.#parts.timeoutMs, () => this.#client.close());
    // A connection that is broken is closed.
    await this.#client.logout().catch(() => undefined);
    timer.stop();
    this.#client.close();
  }

  async #reading<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.#parts;
    const stop = (): void => this.#client.close();
    signal.addEventListener('abort', stop, { once: true });
    try {
      signal.throwIfAborted();
      return await this.#guarded(work);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    const { runtime, timeoutMs } = this.#parts;
    let isLate = false;
    const timer = runtime.after(PATIENCE * timeoutMs, () => {
      isLate = true;
      this.#client.close();
    });
    try {
      return await work();
    } catch (error) {
      this.#client.close();
      const late = `no end of an answer within ${PATIENCE * timeoutMs} ms`;
      throw imapError(isLate ? new Error(late) : (this.#lost ?? error), this.#where);
    } finally {
      timer.stop();
    }
  }

  #refused(what: string): StockbusError {
    return new StockbusError('MAIL_FOLDER_REFUSED', `${this.#where}: ${what}`);
  }
}

function optionsOf({ server, login, timeoutMs }: ImapParts): ImapFlowOptions {
  const { host, port, isSecure, isPlain } = server;
  const secret =
    login.token === undefined ? { pass: login.password ?? '' } : { accessToken: login.token };
  return {
    ...{ host, port, secure: isSecure },
    ...(isSecure ? {} : { doSTARTTLS: !isPlain }),
    auth: { user: login.user ?? '', ...secret },
    logger: false,
    disableAutoIdle: true,
    clientInfo: { name: 'Stockbus' },
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
  };
}

function headOf(mail: FetchMessageObject): MailHead {
  const { uid, size = 0, envelope, internalDate, flags } = mail;
  const from = (envelope?.from ?? []).map(({ address }) => address ?? '');
  return {
    ...{ uid, bytes: size, from, subject: envelope?.subject ?? '' },
    messageId: envelope?.messageId,
    date: new Date(envelope?.date ?? internalDate ?? 0).toString(),
    isRead: flags?.has('\\Seen') === true,
    arrivedMs: new Date(internalDate ?? Number.NaN).getTime(),
  };
}
