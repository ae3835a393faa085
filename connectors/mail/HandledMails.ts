/** How far a mailbox has been read, and which mails were: its numbers may be given anew, and then only the mails themselves tell. */

import { createHash } from 'node:crypto';
import type { PollState } from '../../core/ports.ts';
import type { MailHead } from './ImapMailbox.ts';
import { mailBounds } from './mailBounds.ts';

interface Cursor {
  format: 1;
  /** UIDVALIDITY: under another one the same number is another mail. */
  validity: string;
  /** Surely before the first look, which left alone what somebody had read. */
  sinceMs?: number;
  /** All up to this UID are done with. */
  upTo: number;
  /** Of a first look, which takes what is unread; of one after the numbers were given anew, which takes what is not known. */
  catchingUp?: 'first' | 'again';
  /** Is durable here, and to be marked or moved there. */
  settling?: number;
  /** Piles of mails that are known: from the first to before the next. */
  first: number;
  next: number;
}

const CURSOR = 'cursor';
/** So far may the clock of the server be behind ours: rather one mail is taken again than lost. */
const CLOCKS_MS = 60 * 60_000;

export class HandledMails {
  readonly #state: PollState;
  #cursor: Cursor;
  /** The pile that is being filled. */
  #open: string[] = [];
  #known: Set<string> | undefined;

  private constructor(state: PollState, cursor: Cursor) {
    this.#state = state;
    this.#cursor = cursor;
  }

  /** For a mailbox with these numbers. */
  static async load(state: PollState, validity: string, nowMs: number): Promise<HandledMails> {
    const text = (await state.read([CURSOR])).get(CURSOR);
    const start = { format: 1, validity, upTo: 0, first: 0, next: 0 } as const;
    const kept: Cursor =
      text === undefined
        ? { ...start, sinceMs: nowMs - CLOCKS_MS, catchingUp: 'first' }
        : JSON.parse(text);
    const { first, next, sinceMs } = kept;
    const isOther = kept.validity !== validity;
    const before = { first, next, ...(sinceMs === undefined ? {} : { sinceMs }) };
    const cursor: Cursor = isOther ? { ...start, ...before, catchingUp: 'again' } : kept;
    const mails = new HandledMails(state, cursor);
    await mails.#loadPiles();
    return mails;
  }

  async #loadPiles(): Promise<void> {
    const { first, next, catchingUp } = this.#cursor;
    const from = catchingUp === 'again' ? first : Math.max(first, next - 1);
    const names = Array.from({ length: next - from }, (_, index) => pileName(from + index));
    const piles = await this.#state.read(names);
    this.#open = piles.get(pileName(next - 1))?.split(' ') ?? [];
    if (catchingUp === 'again')
      this.#known = new Set([...piles.values()].flatMap((pile) => pile.split(' ')));
  }

  get upTo(): number {
    return this.#cursor.upTo;
  }

  get settling(): number | undefined {
    return this.#cursor.settling;
  }

  /** A first look leaves alone what somebody has read. */
  get isUnreadOnly(): boolean {
    return this.#cursor.catchingUp === 'first';
  }

  /** It was taken under another number. */
  has(head: MailHead): boolean {
    return this.#known?.has(identityOf(head)) === true;
  }

  /** It was read before the first look, which left it alone, as this one does. */
  isOld({ isRead, arrivedMs }: MailHead): boolean {
    const { catchingUp, sinceMs = 0 } = this.#cursor;
    return catchingUp === 'again' && isRead && arrivedMs < sinceMs;
  }

  /** It is done with; where it is to be `settled`, that is still to come. */
  async keep(head: MailHead, isToSettle: boolean): Promise<void> {
    const { settling: _before, ...cursor } = this.#cursor;
    const settling = isToSettle ? { settling: head.uid } : {};
    const next: Cursor = { ...cursor, upTo: head.uid, ...settling };
    if (this.has(head)) return this.#write(next, new Map());
    const isFull = this.#open.length >= mailBounds.pileMails || cursor.next === 0;
    const open = [...(isFull ? [] : this.#open), identityOf(head)];
    if (isFull) next.next += 1;
    const changes = new Map<string, string | undefined>();
    changes.set(pileName(next.next - 1), open.join(' '));
    if (next.next - next.first > mailBounds.piles) {
      changes.set(pileName(next.first), undefined);
      next.first += 1;
    }
    await this.#write(next, changes);
    this.#open = open;
  }

  async settled(): Promise<void> {
    const { settling: _done, ...cursor } = this.#cursor;
    await this.#write(cursor, new Map());
  }

  /** All that was there was looked at, up to this UID. */
  async caughtUp(upTo: number): Promise<void> {
    if (this.#cursor.catchingUp === undefined) return;
    const { catchingUp: _over, ...cursor } = this.#cursor;
    this.#known = undefined;
    await this.#write({ ...cursor, upTo: Math.max(upTo, cursor.upTo) }, new Map());
  }

  async #write(cursor: Cursor, changes: Map<string, string | undefined>): Promise<void> {
    await this.#state.write(changes.set(CURSOR, JSON.stringify(cursor)));
    this.#cursor = cursor;
  }
}

const pileName = (number: number): string => `seen ${number}`;

/** Whatever number it has: by its Message-ID, or by its head where it has none. */
const identityOf = ({ messageId, date, subject, from }: MailHead): string =>
  createHash('sha256')
    .update(JSON.stringify(messageId ? [messageId, date] : [date, subject, from]))
    .digest('base64url')
    .slice(0, 16);
