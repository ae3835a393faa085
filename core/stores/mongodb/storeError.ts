/** What the driver throws, in the hub's words. */
import {
  MongoAPIError,
  MongoError,
  MongoExpiredSessionError,
  MongoNetworkError,
  MongoNotConnectedError,
  MongoServerClosedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';
import { type Code, StockbusError } from '../../errors.ts';
import { type Refusal, refusalOfCode } from './refusals.ts';

const DUPLICATE_KEY = 11_000;

export const isDuplicateKey = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === DUPLICATE_KEY;

/** Whether it could be written; false where a key of it is taken. */
export async function isNew(written: Promise<unknown>): Promise<boolean> {
  try {
    await written;
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

/** The error with all that the driver wrapped in it, as it does what one of several writes meets. */
function* wrapped(error: unknown): Generator<MongoError> {
  if (!(error instanceof MongoError)) return;
  yield error;
  const { cause, errorResponse, err } = error as {
    cause?: unknown;
    errorResponse?: unknown;
    err?: unknown;
  };
  for (const inner of new Set([cause, errorResponse, err]))
    if (inner !== error) yield* wrapped(inner);
}

const some = (error: unknown, is: (one: MongoError) => boolean): boolean => wrapped(error).some(is);

export const isUnreachable = (error: unknown): boolean =>
  some(
    error,
    (one) =>
      one instanceof MongoNetworkError ||
      one instanceof MongoServerSelectionError ||
      one instanceof MongoNotConnectedError ||
      one instanceof MongoServerClosedError,
  );

/** True where the same attempt can succeed a moment later. */
export function isTransient(error: unknown): boolean {
  if (isUnreachable(error)) return true;
  return some(error, (one) => isLabelled(one) || codesOf(one).some(isAgain));
}

const isLabelled = (error: MongoError): boolean =>
  error.hasErrorLabel('TransientTransactionError') || error.hasErrorLabel('RetryableWriteError');

const isAgain = (code: number): boolean => refusalOfCode(code) === 'again';

/** Of the command, and of the write concern that it did not meet. */
function codesOf(error: MongoError): number[] {
  if (!(error instanceof MongoServerError)) return [];
  const { writeConcernError } = (error.errorResponse ?? {}) as {
    writeConcernError?: { code?: unknown };
  };
  return [error.code, writeConcernError?.code].filter((code) => code !== undefined).map(Number);
}

/** True where a commit may have happened although its answer is an error. */
export const isUnknownCommit = (error: unknown): boolean =>
  error instanceof MongoError && error.hasErrorLabel('UnknownTransactionCommitResult');

/** `address` is named in the message; without secrets. */
export function storeError(error: unknown, address: string): unknown {
  if (!(error instanceof MongoError)) return error;
  const { message } = error;
  const as = (code: Code, text: string): StockbusError =>
    new StockbusError(code, text, undefined, { cause: error });
  if (error instanceof MongoTopologyClosedError || error.name === 'MongoClientClosedError') {
    return as('SHUTTING_DOWN', `the connection to ${address} is closed`);
  }
  if (isUnreachable(error))
    return as('STORE_UNREACHABLE', `${address} does not answer: ${message}`);
  const refusal = isTransient(error) ? 'again' : whatOf(error);
  return as(codes[refusal], `${address} says: ${nameOf(error)}${message}`);
}

const codes: Readonly<Record<Refusal, Code>> = {
  again: 'STORE_TRANSIENT',
  waits: 'STORE_FAILED',
  denied: 'STORE_REFUSED',
  full: 'STORE_DISK',
  ours: 'INTERNAL',
};

/** Where the server says nothing, it is the driver that was misused, or something of the world. */
function whatOf(error: MongoError): Refusal {
  const known = wrapped(error).flatMap(codesOf).map(refusalOfCode).toArray();
  if (known.length > 0) return known.find((refusal) => refusal !== 'waits') ?? 'waits';
  return error instanceof MongoAPIError && !(error instanceof MongoExpiredSessionError)
    ? 'ours'
    : 'waits';
}

/** `MaxTimeMSExpired (50): `, where the server gives both. */
function nameOf(error: MongoError): string {
  const { code, codeName } = error as { code?: unknown; codeName?: unknown };
  return codeName === undefined ? '' : `${codeName} (${code}): `;
}
