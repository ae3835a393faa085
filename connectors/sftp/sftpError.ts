/** What goes wrong on the way to a server, and what it refuses, with their reasons for people. */
import type { Code } from '../../core/errors.ts';
import { isStockbusError, StockbusError } from '../../core/errors.ts';

/** Answers of SFTP (draft-ietf-secsh-filexfer-02, 7). */
export const END_OF_FILE = 1;
export const NO_SUCH_FILE = 2;
export const PERMISSION_DENIED = 3;
export const FAILURE = 4;
const NOT_OFFERED = 8;

/** The request is not among those that the server offers. */
export class NotOffered extends Error {}

/** The number of the server's answer; undefined where it gave none. */
export function answerOf(error: unknown): number | undefined {
  if (error instanceof NotOffered) return NOT_OFFERED;
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'number' ? code : undefined;
}

export const isStatus = (error: unknown, ...statuses: number[]): boolean =>
  statuses.includes(answerOf(error) ?? -1);

/** True where the connection broke: what was asked may have been done or not. */
export const isLost = (error: unknown): boolean => isStockbusError(error, 'SFTP_UNREACHABLE');

const MOST_QUOTED = 100;

const reasons: Record<number, string> = {
  [NO_SUCH_FILE]: 'it is not there',
  [PERMISSION_DENIED]: 'the server says: permission denied',
  [NOT_OFFERED]: 'the server does not offer the request',
};

/** A refusedBy of the server as one of ours; ours pass as they are. */
export function refusedBy(code: Code, what: string, error: unknown, todo?: string): StockbusError {
  if (error instanceof StockbusError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const reason = reasons[answerOf(error) ?? -1] ?? `the server says: ${pieceOf(said)}`;
  const more = todo === undefined ? {} : { todo };
  return new StockbusError(code, `${what}: ${reason}`, undefined, { ...more, cause: error });
}

export const pieceOf = (said: string): string =>
  said.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, MOST_QUOTED);

const network: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be looked up now',
  ETIMEDOUT: 'no answer',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
};

export function unreachable(where: string, error: unknown): StockbusError {
  if (error instanceof StockbusError) return error;
  const code = String((error as NodeJS.ErrnoException | undefined)?.code ?? '');
  const said = error instanceof Error ? error.message : String(error);
  const reason = network[code] ?? pieceOf(said);
  return new StockbusError('SFTP_UNREACHABLE', `${where}: ${reason}`, undefined, { cause: error });
}
