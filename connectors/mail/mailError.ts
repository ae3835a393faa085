/** What a server of mail, or the way to it, says, as one of our errors. */
import { StockbusError } from '../../core/errors.ts';

/** Of what it says, so much is shown. */
const SHOWN_CHARACTERS = 200;

interface Said {
  message?: string;
  code?: string;
  /** Of IMAP: the login was refused; what was answered instead of OK, and its text. */
  authenticationFailed?: boolean;
  responseStatus?: string;
  responseText?: string;
  /** Of SMTP: the code of the answer, and its text. */
  responseCode?: number;
  response?: string;
}

export function imapError(error: unknown, where: string): StockbusError {
  if (error instanceof StockbusError) return error;
  const said = error as Said;
  const text = shown(where, said.responseText || said.message || said.code || String(error));
  const options = { cause: error };
  if (said.authenticationFailed) return new StockbusError('MAIL_DENIED', text, undefined, options);
  return said.responseStatus === 'NO' || said.responseStatus === 'BAD'
    ? new StockbusError('MAIL_FOLDER_REFUSED', text, undefined, options)
    : new StockbusError('MAIL_UNREACHABLE', text, undefined, options);
}

/** Of nodemailer: what was refused is the mail, or who sends or gets it. */
const OF_MAIL = new Set(['EENVELOPE', 'EMESSAGE']);
/** It wants a login, or encryption, before it takes anything (RFC 4954, 6; RFC 3207, 4). */
const LOGIN_WANTED = 530;

/**
 * 4xx is passing. 5xx is final where it is about a mail; what is said before, as a greeting or of a login, is no word about
 * what is sent.
 */
export function smtpError(error: unknown, where: string): StockbusError {
  if (error instanceof StockbusError) return error;
  const said = error as Said;
  const text = shown(where, said.response || said.message || String(error));
  const options = { cause: error };
  const code = said.responseCode ?? 0;
  if (said.code === 'EAUTH' || code === LOGIN_WANTED)
    return new StockbusError('MAIL_DENIED', text, undefined, options);
  if (code >= 500 && OF_MAIL.has(said.code ?? ''))
    return new StockbusError('MAIL_REFUSED', text, undefined, options);
  if (code >= 400) return new StockbusError('MAIL_FAILED', text, undefined, options);
  return new StockbusError('MAIL_UNREACHABLE', text, undefined, options);
}

function shown(where: string, said: string): string {
  const line = said.replace(/\s+/g, ' ').trim();
  return `${where}: ${line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)}…` : line}`;
}
