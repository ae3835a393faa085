/** Bytes of a file by many requests at once: the way to the server and back is paid once a window, not once a request. */
import { StockbusError } from '../../core/errors.ts';
import { heldBack } from '../../core/sideBySide.ts';
import type { FileContent } from '../files/FileTree.ts';
import type { SftpSession } from './SftpSession.ts';
import { NotOffered } from './sftpError.ts';

/** What every server takes and gives in one request. */
const CHUNK_BYTES = 32 * 1024;
/** Requests on their way: 2 MiB. */
const WINDOW = 64;
/** What is handed on at once: so many requests fill one piece of memory. */
const BLOCK_CHUNKS = 8;
const BLOCK_BYTES = BLOCK_CHUNKS * CHUNK_BYTES;

/** The bytes from `at` to `end`, in order. Throws PAYLOAD_GREW where the file ends before. */
export async function* readPipelined(
  session: SftpSession,
  handle: Buffer,
  at: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  const asked: Promise<Uint8Array>[] = [];
  let next = at;
  try {
    for (;;) {
      while (asked.length < WINDOW / BLOCK_CHUNKS && next < end) {
        const bytes = Math.min(BLOCK_BYTES, end - next);
        asked.push(heldBack(readBlock(session, handle, next, bytes)));
        next += bytes;
      }
      const first = asked.shift();
      if (!first) return;
      yield await first;
    }
  } finally {
    // The handle is closed behind the last answer.
    await Promise.allSettled(asked);
  }
}

async function readBlock(
  session: SftpSession,
  handle: Buffer,
  at: number,
  bytes: number,
): Promise<Uint8Array> {
  const block = Buffer.allocUnsafe(bytes);
  const chunks: Promise<void>[] = [];
  for (let from = 0; from < bytes; from += CHUNK_BYTES) {
    const chunk = block.subarray(from, from + CHUNK_BYTES);
    chunks.push(heldBack(readWhole(session, handle, at + from, chunk)));
  }
  await Promise.all(chunks);
  return block;
}

/** A server may give less than it was asked for. */
async function readWhole(
  session: SftpSession,
  handle: Buffer,
  at: number,
  chunk: Buffer,
): Promise<void> {
  for (let read = 0; read < chunk.length; ) {
    const from = read;
    const more = await session.ask<number>((sftp, done) =>
      sftp.read(handle, chunk, from, chunk.length - from, at + from, done),
    );
    if (!more) throw new StockbusError('PAYLOAD_GREW', 'the file became shorter while it was read');
    read += more;
  }
}

/**
 * Writes all of it from the start of the file, makes it durable where that is asked for and the server can see to it, and closes
 * the file: what is asked about one file a server does in the order in which it was asked.
 */
export async function writePipelined(
  session: SftpSession,
  handle: Buffer,
  content: FileContent,
  isDurable: boolean,
): Promise<void> {
  const asked: Promise<void>[] = [];
  let at = 0;
  try {
    for await (const chunk of inChunks(content)) {
      if (asked.length >= WINDOW) await asked.shift();
      const from = at;
      const write = session.ask((sftp, done) =>
        sftp.write(handle, chunk, 0, chunk.length, from, done),
      );
      asked.push(heldBack(write));
      at += chunk.length;
    }
    if (isDurable) asked.push(heldBack(synced(session, handle)));
  } finally {
    asked.push(heldBack(session.ask((sftp, done) => sftp.close(handle, done))));
    await Promise.allSettled(asked);
  }
  await Promise.all(asked);
}

async function synced(session: SftpSession, handle: Buffer): Promise<void> {
  try {
    await session.ask((sftp, done) => sftp.ext_openssh_fsync(handle, done));
  } catch (error) {
    if (!(error instanceof NotOffered)) throw error;
  }
}

/** Small pieces together, large ones apart. */
async function* inChunks(content: FileContent): AsyncGenerator<Buffer> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content) {
    for (let at = 0; at < piece.byteLength; ) {
      const part = piece.subarray(at, at + CHUNK_BYTES - bytes);
      pieces.push(part);
      bytes += part.byteLength;
      at += part.byteLength;
      if (bytes < CHUNK_BYTES) continue;
      yield Buffer.concat(pieces);
      pieces = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield Buffer.concat(pieces);
}
