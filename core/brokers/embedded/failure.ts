import { StockbusError } from '../../errors.ts';

/** Primary result codes of SQLite. */
const BUSY = 5;
const LOCKED = 6;
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

const resultOf = (error: unknown): number | undefined =>
  typeof error === 'object' &&
  error !== null &&
  'errcode' in error &&
  typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined;

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const isBusy = (error: unknown): boolean => [BUSY, LOCKED].includes(resultOf(error) ?? 0);

export function openFailure(error: unknown, folder: string): StockbusError {
  if (error instanceof StockbusError) return error;
  if (isBusy(error)) return busyFile(error, `${folder}/broker.db`);
  if ([CORRUPT, NOT_A_DATABASE].includes(resultOf(error) ?? 0))
    return damaged(error, `${folder}/broker.db`);
  return new StockbusError(
    'DATA_FOLDER_UNUSABLE',
    `the data folder ${folder} cannot be used: ${textOf(error)}`,
    undefined,
    { cause: error },
  );
}

export function writeFailure(error: unknown, file: string): StockbusError {
  if (error instanceof StockbusError) return error;
  if (isBusy(error)) return busyFile(error, file);
  if ([CORRUPT, NOT_A_DATABASE].includes(resultOf(error) ?? 0)) return damaged(error, file);
  const code = resultOf(error) === undefined ? 'INTERNAL' : 'BROKER_DISK';
  return new StockbusError(code, `${file} could not be written: ${textOf(error)}`, undefined, {
    cause: error,
  });
}

function busyFile(error: unknown, file: string): StockbusError {
  return new StockbusError(
    'BROKER_REFUSED',
    `another process has held ${file} for too long`,
    undefined,
    {
      cause: error,
      todo: 'end the program that keeps the file open for writing',
    },
  );
}

function damaged(error: unknown, file: string): StockbusError {
  return new StockbusError(
    'DATA_FOLDER_UNUSABLE',
    `${file} is damaged or not a file of Stockbus: ${textOf(error)}`,
    undefined,
    {
      cause: error,
      todo: 'restore it from a backup, or move it away to begin with empty queues',
    },
  );
}
