/** Requests about one file or folder, by its whole path. They throw what the server answers. */
import type { FileEntry, Stats } from 'ssh2';
import { StockbusError } from '../../core/errors.ts';
import { heldBack } from '../../core/sideBySide.ts';
import type { FileStat } from '../files/FileTree.ts';
import type { SftpSession } from './SftpSession.ts';
import {
  END_OF_FILE,
  FAILURE,
  isStatus,
  NO_SUCH_FILE,
  NotOffered,
  PERMISSION_DENIED,
} from './sftpError.ts';
import { statOf } from './statOf.ts';

/** Names that a folder may have: what a server gives without an end is not kept. */
const MOST_NAMES = 1_000_000;
/** Pieces of a folder, of some hundred names each, that are asked for at once. */
const PIECES_AHEAD = 4;

/** Undefined behind the last. */
async function nextNames(session: SftpSession, handle: Buffer): Promise<FileEntry[] | undefined> {
  try {
    return await session.ask<FileEntry[]>((sftp, done) => sftp.readdir(handle, done));
  } catch (error) {
    if (isStatus(error, END_OF_FILE)) return undefined;
    throw error;
  }
}

/** Piece by piece, so that a large folder may take its time, while each answer comes in time. */
export async function listRemote(session: SftpSession, path: string): Promise<FileEntry[]> {
  const handle = await session.ask<Buffer>((sftp, done) => sftp.opendir(path, done));
  const entries: FileEntry[] = [];
  try {
    for (let seen = 0; seen <= MOST_NAMES; ) {
      const pieces = Array.from({ length: PIECES_AHEAD }, () => nextNames(session, handle));
      for (const some of await Promise.all(pieces)) {
        for (const entry of some ?? []) entries.push(entry);
        seen += Math.max(1, some?.length ?? 0);
      }
      if ((await pieces.at(-1)) === undefined) return entries;
    }
  } finally {
    heldBack(session.ask((sftp, done) => sftp.close(handle, done)));
  }
  const message = `'${path}' has more than ${MOST_NAMES} names`;
  const todo = 'Have what is done with moved elsewhere, or the folder divided.';
  throw new StockbusError('FOLDER_READ_FAILED', message, undefined, { todo });
}

/** What a link is, not what it leads to. */
export async function statRemote(
  session: SftpSession,
  path: string,
): Promise<FileStat | undefined> {
  const attributes = await lookAt(session, path);
  return attributes && statOf(attributes);
}

async function lookAt(session: SftpSession, path: string): Promise<Stats | undefined> {
  try {
    return await session.ask<Stats>((sftp, done) => sftp.lstat(path, done));
  } catch (error) {
    if (isStatus(error, NO_SUCH_FILE)) return undefined;
    throw error;
  }
}

/** False when it was gone. */
export async function removeRemote(session: SftpSession, path: string): Promise<boolean> {
  try {
    await session.ask((sftp, done) => sftp.unlink(path, done));
    return true;
  } catch (error) {
    if (isStatus(error, NO_SUCH_FILE)) return false;
    throw error;
  }
}

/** Instead of what has the name now: at once where the server offers that, else it is removed first. */
export async function renameOver(session: SftpSession, from: string, to: string): Promise<void> {
  try {
    await posixRename(session, from, to);
    return;
  } catch (error) {
    if (!(error instanceof NotOffered)) throw error;
  }
  try {
    await rename(session, from, to);
  } catch (error) {
    if (!isStatus(error, FAILURE) || !(await lookAt(session, from))) throw error;
    await removeRemote(session, to);
    await rename(session, from, to);
  }
}

/** False when the name is taken by another file; then nothing is changed. */
export async function renameToFree(
  session: SftpSession,
  from: string,
  to: string,
): Promise<boolean> {
  try {
    // Plain rename is to fail on a taken name; what has no other kind of it may not know that.
    if (session.knowsPosixRename === false && (await lookAt(session, to))) return false;
    await rename(session, from, to);
    return true;
  } catch (error) {
    if (!isStatus(error, FAILURE, PERMISSION_DENIED)) throw error;
    const there = await lookAt(session, to);
    if (there) return finishCutMove(session, from, to, there);
    // OpenSSH makes a second name first, which the system refuses for the files of others.
    if (!isStatus(error, PERMISSION_DENIED)) throw error;
    await posixRename(session, from, to);
    return true;
  }
}

const rename = (session: SftpSession, from: string, to: string): Promise<void> =>
  session.ask((sftp, done) => sftp.rename(from, to, done));

async function posixRename(session: SftpSession, from: string, to: string): Promise<void> {
  try {
    await session.ask((sftp, done) => sftp.ext_openssh_rename(from, to, done));
  } catch (error) {
    if (error instanceof NotOffered) session.knowsPosixRename = false;
    throw error;
  }
}

/**
 * A server that was killed between the two halves of a rename leaves a file with two names. Nothing in
 * SFTP says that they are one, but a time that is set on the one shows on the other.
 */
async function finishCutMove(
  session: SftpSession,
  from: string,
  to: string,
  there: Stats,
): Promise<boolean> {
  const file = await lookAt(session, from);
  if (!file || !isAlike(file, there) || !(await isSameFile(session, from, to, file))) return false;
  await removeRemote(session, from);
  return true;
}

const isAlike = (one: Stats, other: Stats): boolean =>
  (['mode', 'uid', 'gid', 'size', 'mtime'] as const).every((name) => one[name] === other[name]);

async function isSameFile(
  session: SftpSession,
  from: string,
  to: string,
  { atime, mtime }: Stats,
): Promise<boolean> {
  const setTime = (time: number): Promise<void> =>
    session.ask((sftp, done) => sftp.utimes(from, atime, time, done));
  try {
    await setTime(mtime + 1);
  } catch (error) {
    // Nobody can tell: it counts as another.
    if (isStatus(error, PERMISSION_DENIED, FAILURE)) return false;
    throw error;
  }
  const shown = await lookAt(session, to);
  await setTime(mtime);
  return shown?.mtime === mtime + 1;
}
