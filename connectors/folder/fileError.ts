/** Errors of the file system, with their reason for people. */
import type { Code } from '../../core/errors.ts';
import { StockbusError } from '../../core/errors.ts';

export const errorCode = (error: unknown): string =>
  String((error as NodeJS.ErrnoException | undefined)?.code ?? '');

const reasons: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOENT: 'it is not there',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'it is a symbolic link',
  EXDEV: 'it lies on another file system',
};

/** An error of the file system as one of ours; ours pass as they are. */
export function fileError(code: Code, what: string, error: unknown): StockbusError {
  if (error instanceof StockbusError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const reason = reasons[errorCode(error)] ?? message;
  return new StockbusError(code, `${what}: ${reason}`, undefined, { cause: error });
}
