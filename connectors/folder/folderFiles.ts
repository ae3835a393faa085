/** What source and sink of a folder share: moves that never overwrite, and errors with their reason. */
import { link, lstat, open, rename, unlink } from 'node:fs/promises';
import type { Code } from '../../core/errors.ts';
import { StockbusError } from '../../core/errors.ts';

/** Answers of file systems that have no hard links, or refuse them for other people's files. */
export const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EMLINK']);

export const errorCode = (error: unknown): string =>
  String((error as NodeJS.ErrnoException | undefined)?.code ?? '');

/**
 * Moves a file within its file system, or says false when the name is taken by another one. A hard
 * link is the only call that settles this against another process; without links it looks first.
 */
export async function moveUnlessTaken(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') {
      if (!(await isSameFile(from, to))) return false;
    } else if (NO_LINKS.has(errorCode(error))) {
      if (await exists(to)) return false;
      await rename(from, to);
      return true;
    } else {
      throw error;
    }
  }
  await unlink(from);
  return true;
}

/** True when a move was cut off between its two halves: both names lead to one file. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([lstat(a), lstat(b)]);
  return one.ino !== 0 && one.ino === other.ino && one.dev === other.dev;
}

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Makes names in a folder survive a power failure. Windows has no such call and needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

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
