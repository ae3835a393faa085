/** Attachments of mails, by looking into a folder of a mailbox. */

import type { Attachment } from 'postal-mime';
import { StockbusError } from '../../core/errors.ts';
import type { OfferedPayload, Poller, PollTurn } from '../../core/ports.ts';
import type { Log } from '../../core/runtime.ts';
import { isAllowed } from './allowedSenders.ts';
import { HandledMails } from './HandledMails.ts';
import type { ImapMailbox, MailHead } from './ImapMailbox.ts';
import { mailBounds } from './mailBounds.ts';

export interface MailOptions {
  place: string;
  everyMs: number;
  senders: string | readonly string[];
  /** Whether an attachment of that name is taken in. */
  fits: (name: string) => boolean;
  /** Where mails go that are done with; left out: they are marked as read. */
  moveTo: string | undefined;
  mostBytes: number;
}

export interface MailParts {
  open(signal: AbortSignal): Promise<ImapMailbox>;
  log: Log;
  now: () => number;
  connector: string;
  flow: string;
}

type Part = Pick<OfferedPayload, 'name' | 'contentType' | 'sizeBytes' | 'body'>;

export class MailPoller implements Poller {
  readonly place: string;
  readonly everyMs: number;
  readonly #options: MailOptions;
  readonly #parts: MailParts;

  constructor(options: MailOptions, parts: MailParts) {
    this.place = options.place;
    this.everyMs = options.everyMs;
    this.#options = options;
    this.#parts = parts;
  }

  /** A connection for each look: one that was kept is dead without anybody being told. */
  async poll(turn: PollTurn): Promise<boolean> {
    const mailbox = await this.#parts.open(turn.signal);
    try {
      const handled = await HandledMails.load(turn.state, mailbox.validity, this.#parts.now());
      if (handled.settling !== undefined) {
        await mailbox.settle(handled.settling, this.#options.moveTo);
        await handled.settled();
      }
      const found = await mailbox.find(handled.upTo, handled.isUnreadOnly);
      for (let at = 0; at < found.length; at += mailBounds.heads) {
        const heads = await mailbox.heads(found.slice(at, at + mailBounds.heads));
        for (const head of heads) {
          if (turn.signal.aborted) return false;
          await this.#take(turn, mailbox, handled, head);
        }
      }
      await handled.caughtUp(mailbox.uidNext - 1);
      return false;
    } finally {
      await mailbox.close();
    }
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  async #take(
    turn: PollTurn,
    mailbox: ImapMailbox,
    handled: HandledMails,
    head: MailHead,
  ): Promise<void> {
    if (handled.has(head)) return handled.keep(head, false);
    if (handled.isOld(head)) return;
    if (!isAllowed(this.#options.senders, head.from)) {
      this.#passOver(head, 'its sender is not among `senders`');
      return handled.keep(head, false);
    }
    const mail = await this.#read(mailbox, head);
    if (mail === undefined) return handled.keep(head, false);
    if (mail.length === 0) this.#passOver(head, 'it has no attachment of that name');
    const keys = mail.map((_one, index) => `${mailbox.validity} ${head.uid} ${index}`);
    const ids = await turn.claim(keys);
    for (const [index, part] of mail.entries())
      await turn.offer({ intakeId: ids.get(keys[index]!)!, ...this.#about(head), ...part });
    // Where this ends here, the next look marks or moves it.
    await handled.keep(head, true);
    await mailbox.settle(head.uid, this.#options.moveTo);
    await handled.settled();
  }

  /** Its attachments that fit; of one that cannot be read its fault, to be parked. Undefined: the mail is gone. */
  async #read(mailbox: ImapMailbox, head: MailHead): Promise<Part[] | undefined> {
    const { mostBytes, fits } = this.#options;
    if (head.bytes > mostBytes) return [refused(head, tooLarge(head.bytes, mostBytes))];
    const source = await mailbox.source(head, mostBytes + 1);
    if (!source) return undefined;
    // What was said of its size is not believed.
    if (source.byteLength > mostBytes)
      return [refused(head, tooLarge(source.byteLength, mostBytes))];
    const { default: PostalMime } = await import('postal-mime');
    try {
      const { attachments } = await PostalMime.parse(source);
      const fitting = attachments.filter(({ filename }) => fits(filename ?? ''));
      if (fitting.length > mailBounds.attachments) return [refused(head, tooMany(fitting.length))];
      return fitting.map(partOf);
    } catch (error) {
      const message = `the mail cannot be read: ${(error as Error).message}`;
      return [
        refused(head, new StockbusError('MAIL_UNREADABLE', message, undefined, { cause: error })),
      ];
    }
  }

  #about({ subject, from, date, messageId }: MailHead): Pick<OfferedPayload, 'place' | 'headers'> {
    const sender = from.join(', ').slice(0, mailBounds.nameCharacters);
    return {
      place: `${this.place}, mail '${subject.slice(0, 100)}' of ${sender}, ${date}`,
      headers: { subject, from: sender, date, 'message-id': messageId },
    };
  }

  #passOver(head: MailHead, reason: string): void {
    const { connector, flow, log } = this.#parts;
    const mail = { from: head.from.join(', '), subject: head.subject.slice(0, 100), uid: head.uid };
    log('warn', 'mail.passed_over', { connector, flow, ...mail, reason });
  }
}

function partOf({ filename, mimeType, content }: Attachment): Part {
  const bytes = typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content);
  const name = filename!.slice(0, mailBounds.nameCharacters);
  const about = { name, contentType: mimeType, sizeBytes: bytes.byteLength };
  return { ...about, body: only(bytes) };
}

const refused = ({ subject }: MailHead, fault: StockbusError): Part => ({
  name: subject.slice(0, mailBounds.nameCharacters) || 'a mail without a subject',
  body: failing(fault),
});

function tooLarge(bytes: number, most: number): StockbusError {
  const todo = 'Have it sent in parts or otherwise, or raise `largest` in the flow.';
  const message = `the mail has ${bytes} bytes or more, and may have ${most}`;
  return new StockbusError('PAYLOAD_TOO_LARGE', message, undefined, { todo });
}

function tooMany(count: number): StockbusError {
  const todo = 'Have them sent in several mails, or as one ZIP file (`read: unpack`).';
  const message = `the mail has ${count} attachments of that name, and may have ${mailBounds.attachments}`;
  return new StockbusError('PAYLOAD_TOO_LARGE', message, undefined, { todo });
}

async function* only(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield body;
}

async function* failing(fault: StockbusError): AsyncGenerator<Uint8Array> {
  yield await Promise.reject(fault);
}
