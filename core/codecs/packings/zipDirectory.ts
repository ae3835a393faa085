/** The directory of a ZIP archive (APPNOTE 6.3, with ZIP64), which stands at its end. */
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { KeptBytes } from '../../ports.ts';

export interface ZipEntry {
  /** As the archive has it: nothing that could be trusted, and no path. */
  name: string;
  /** 0 is stored, 8 deflated. */
  method: number;
  isEncrypted: boolean;
  crc: number;
  packedBytes: number;
  bytes: number;
  /** Of its own header. */
  at: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const END64_PLACE = 0x07064b50;
const END64_PLACE_BYTES = 20;
const END64 = 0x06064b50;
const END64_BYTES = 56;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const MOST_COMMENT = 0xffff;
const IN_64 = 0xffffffff;

export function brokenZip(name: string, why: string, isShort = false): StockbusError {
  const error = new StockbusError('PACKED_BROKEN', why, { file: name });
  error.ofPayload = true;
  error.atEnd = isShort;
  return error;
}

/** All entries in the order of the directory. Throws PACKED_BROKEN and PACKED_TOO_LARGE. */
export async function zipDirectory(kept: KeptBytes, name: string): Promise<ZipEntry[]> {
  const { count, at, bytes } = await directoryPlace(kept, name);
  if (count > limits.archiveEntries || bytes > limits.archiveDirectoryBytes) {
    const why = `the archive has ${count} entries in a directory of ${bytes} bytes; ${limits.archiveEntries} and ${limits.archiveDirectoryBytes} are the most`;
    throw new StockbusError('PACKED_TOO_LARGE', why, { file: name });
  }
  const directory = await view(kept, at, bytes);
  const entries: ZipEntry[] = [];
  let from = 0;
  while (entries.length < count) {
    const entry = entryAt(directory, from);
    if (!entry) throw brokenZip(name, `entry ${entries.length + 1} of the directory is damaged`);
    entries.push(entry.entry);
    from += entry.length;
  }
  return entries;
}

async function directoryPlace(
  kept: KeptBytes,
  name: string,
): Promise<{ count: number; at: number; bytes: number }> {
  const tailAt = Math.max(0, kept.size - END_BYTES - MOST_COMMENT - END64_PLACE_BYTES);
  const tail = await view(kept, tailAt, kept.size - tailAt);
  const end = endIn(tail);
  if (end === undefined) {
    const isZip = kept.size >= 4 && (await view(kept, 0, 4)).readUInt32LE(0) === 0x04034b50;
    const why = isZip
      ? 'the archive has no directory at its end: it was cut short'
      : 'this is no ZIP archive';
    throw brokenZip(name, why, true);
  }
  const place = {
    count: tail.readUInt16LE(end + 10),
    bytes: tail.readUInt32LE(end + 12),
    at: tail.readUInt32LE(end + 16),
  };
  if (tail.readUInt16LE(end + 4) !== tail.readUInt16LE(end + 6))
    throw brokenZip(name, 'the archive is one part of several');
  const is64 = place.count === 0xffff || place.bytes === IN_64 || place.at === IN_64;
  const found = is64 ? await place64(kept, tail, end, name) : place;
  if (found.at + found.bytes <= kept.size) return found;
  throw brokenZip(name, 'the directory does not stand where the end of the archive says');
}

function endIn(tail: Buffer): number | undefined {
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    const isEnd = tail.readUInt32LE(at) === END;
    if (isEnd && at + END_BYTES + tail.readUInt16LE(at + 20) === tail.length) return at;
  }
  return undefined;
}

async function place64(
  kept: KeptBytes,
  tail: Buffer,
  end: number,
  name: string,
): Promise<{ count: number; at: number; bytes: number }> {
  const at = end - END64_PLACE_BYTES;
  const broken = brokenZip(name, 'the ZIP64 end of the archive is damaged');
  if (at < 0 || tail.readUInt32LE(at) !== END64_PLACE) throw broken;
  const end64 = await view(kept, safe(tail, at + 8), END64_BYTES);
  if (end64.length < END64_BYTES || end64.readUInt32LE(0) !== END64) throw broken;
  return { count: safe(end64, 32), bytes: safe(end64, 40), at: safe(end64, 48) };
}

/** 64 bits; what no file can be stays larger than any. */
const safe = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at));

export const view = async (kept: KeptBytes, at: number, length: number): Promise<Buffer> => {
  const { buffer, byteOffset, byteLength } = await kept.at(at, length);
  return Buffer.from(buffer, byteOffset, byteLength);
};

function entryAt(directory: Buffer, at: number): { entry: ZipEntry; length: number } | undefined {
  if (at + ENTRY_BYTES > directory.length || directory.readUInt32LE(at) !== ENTRY) return undefined;
  const flags = directory.readUInt16LE(at + 8);
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((of) =>
    directory.readUInt16LE(at + of),
  ) as [number, number, number];
  const length = ENTRY_BYTES + nameBytes + extraBytes + commentBytes;
  if (at + length > directory.length) return undefined;
  const nameEnd = at + ENTRY_BYTES + nameBytes;
  const entry: ZipEntry = {
    name: nameOf(directory.subarray(at + ENTRY_BYTES, nameEnd)),
    method: directory.readUInt16LE(at + 10),
    isEncrypted: (flags & 1) === 1,
    crc: directory.readUInt32LE(at + 16),
    packedBytes: directory.readUInt32LE(at + 20),
    bytes: directory.readUInt32LE(at + 24),
    at: directory.readUInt32LE(at + 42),
  };
  const isWhole = fill64(entry, directory.subarray(nameEnd, nameEnd + extraBytes));
  return isWhole ? { entry, length } : undefined;
}

/** Sizes and places that do not fit into 32 bits stand in a field of their own, in this order. */
function fill64(entry: ZipEntry, extra: Buffer): boolean {
  const wanted = (['bytes', 'packedBytes', 'at'] as const).filter((name) => entry[name] === IN_64);
  if (wanted.length === 0) return true;
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) !== 1) {
      at += 4 + length;
      continue;
    }
    if (length < wanted.length * 8 || at + 4 + length > extra.length) return false;
    for (const [index, name] of wanted.entries()) entry[name] = safe(extra, at + 4 + index * 8);
    return true;
  }
  return false;
}

/** UTF-8 where it is that, or else bytes as they are: a name is only shown, and held against a pattern. */
function nameOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? bytes.toString('latin1') : text;
}
