/** What the driver throws, in the hub's words. */
import {
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
} from 'mongodb';
import { type Code, StockbusError } from '../../errors.ts';

const DUPLICATE_KEY = 11_000;
/** AuthenticationFailed, Unauthorized, and the two that Atlas adds. */
const REFUSED = new Set([13, 18, 8_000, 33]);
/** The primary is changing: another one, or this one again, will take the same attempt. */
const NO_PRIMARY = new Set([91, 189, 10_107, 11_600, 11_602, 13_435, 13_436]);

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

export const isUnreachable = (error: unknown): boolean =>
  error instanceof MongoNetworkError || error instanceof MongoServerSelectionError;

/** True where the same attempt can succeed a moment later. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof MongoError)) return false;
  const labelled =
    error.hasErrorLabel('TransientTransactionError') || error.hasErrorLabel('RetryableWriteError');
  return labelled || isUnreachable(error) || NO_PRIMARY.has(Number(error.code));
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
  if (REFUSED.has(Number(error.code))) return as('STORE_REFUSED', `${address} says: ${message}`);
  if (isUnreachable(error))
    return as('STORE_UNREACHABLE', `${address} does not answer: ${message}`);
  if (isTransient(error)) return as('STORE_TRANSIENT', `${address} says: ${message}`);
  return as('INTERNAL', `${address} says: ${message}`);
}
