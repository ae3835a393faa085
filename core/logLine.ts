/**
 * What was done to reservations, the period, orders and places: the log of each, in lines that are appended and
 * never changed, of which each has the hash of the one before. What they are now follows from it.
 */
import { hashOfText } from './packBody.ts';

/**
 * What a log is of. That of `messages` has one line, which names those of a commit that the ledger does not, so
 * that nothing is in the inbox that cannot be found elsewhere.
 */
export const logSubjects = ['messages', 'order', 'period', 'place', 'reservation'] as const;
export type LogSubject = (typeof logSubjects)[number];

/** What a commit has to say of one: JSON text that begins with the version of its format and when it was recorded. */
export interface LogText {
  about: LogSubject;
  /** Number of the reservation or order, code of the place. */
  name: string;
  body: string;
}

export interface LogLine extends LogText {
  /** 1, 2, 3 … of its log. */
  version: number;
  hash: string;
}

export type LogHead = Pick<LogLine, 'version' | 'hash'>;

/** Of the text of a line. */
export const LOG_FORMAT = 1;

export const noLines: LogHead = { version: 0, hash: '' };

/** The next line of a log, after its last one. */
export function lineAfter({ version: last, hash: before }: LogHead, said: LogText): LogLine {
  const { about, name, body } = said;
  const version = last + 1;
  const hash = hashOfText(`${before} ${JSON.stringify([about, name, version])} ${body}`);
  return { about, name, version, hash, body };
}
