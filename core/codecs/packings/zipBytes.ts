import { crc32, createInflateRaw } from 'node:zlib';
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { KeptBytes } from '../../ports.ts';
import type { UnpackBound } from './UnpackBound.ts';
import { type Coding, unpackBytes } from './unpackBytes.ts';
import { brokenZip, view, type ZipEntry } from './zipDirectory.ts';

const HEADER = 0x04034b50;
const HEADER_BYTES = 30;

const deflate: Coding = { name: 'deflate', unpacker: () => createInflateRaw() };

/** What an entry holds, against its size and its check sum. `name` is what faults call it. */
export async function* zipBytes(
  kept: KeptBytes,
  entry: ZipEntry,
  name: string,
  bound: UnpackBound,
): AsyncGenerator<Uint8Array> {
  const unread = whyUnread(entry);
  if (unread !== undefined) {
    const error = new StockbusError('PACKED_UNREADABLE', unread, { file: name });
    error.ofPayload = true;
    throw error;
  }
  const packed = packedBytes(kept, entry, name);
  const isStored = entry.method === 0;
  const parts = isStored ? counted(packed, bound) : unpackBytes(deflate, packed, name, bound);
  let [crc, bytes] = [0, 0];
  if (entry.packedBytes > 0 || entry.bytes > 0) {
    for await (const part of parts) {
      crc = crc32(part, crc);
      bytes += part.byteLength;
      if (bytes > entry.bytes) break;
      yield part;
    }
  }
  if (bytes !== entry.bytes)
    throw brokenZip(name, `it is not of the ${entry.bytes} bytes that the archive says`);
  if (crc !== entry.crc) throw brokenZip(name, 'its check sum is wrong: the archive is damaged');
}

function whyUnread({ isEncrypted, method }: ZipEntry): string | undefined {
  if (isEncrypted) return 'the entry is encrypted';
  if (method !== 0 && method !== 8) return `the entry is packed by method ${method} of ZIP`;
  return undefined;
}

async function* packedBytes(
  kept: KeptBytes,
  entry: ZipEntry,
  name: string,
): AsyncGenerator<Uint8Array> {
  const header = await view(kept, entry.at, HEADER_BYTES);
  if (header.length < HEADER_BYTES || header.readUInt32LE(0) !== HEADER)
    throw brokenZip(name, 'the entry does not stand where the directory says');
  const start = entry.at + HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  const end = start + entry.packedBytes;
  if (end > kept.size) throw brokenZip(name, 'the entry goes beyond the end of the archive');
  for (let at = start; at < end; at += limits.spoolBlockBytes)
    yield await kept.at(at, Math.min(limits.spoolBlockBytes, end - at));
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  bound: UnpackBound,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    bound.took(chunk.byteLength);
    bound.gave(chunk.byteLength);
    yield chunk;
  }
}
