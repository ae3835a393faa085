/** A small ZIP archive: entries are added to in any order, and come out whole at the end. */
import { constants, crc32, deflateRawSync } from 'node:zlib';

interface Written {
  name: Buffer;
  /** What is still to be compressed. */
  waiting: Uint8Array[];
  waitingBytes: number;
  parts: Uint8Array[];
  crc: number;
  bytes: number;
  packedBytes: number;
}

/** Compressed at once: single rows would take more time and more bytes. */
const BLOCK_BYTES = 64 * 1024;
/** An empty last block: what was flushed before it goes on from part to part. */
const LAST_BLOCK = Buffer.from([3, 0]);
/** Names are UTF-8. */
const UTF8 = 0x0800;
/** 1 January 1980, midnight: the same content is the same archive. */
const DATE = 0x21;

export class ZipWriter {
  readonly #entries = new Map<string, Written>();

  add(name: string, bytes: Uint8Array): void {
    const entry = this.#entries.get(name) ?? emptyEntry(name);
    this.#entries.set(name, entry);
    entry.waiting.push(bytes);
    entry.waitingBytes += bytes.byteLength;
    if (entry.waitingBytes >= BLOCK_BYTES) compress(entry);
  }

  end(): Buffer {
    const out: Uint8Array[] = [];
    const directory: Uint8Array[] = [];
    let at = 0;
    for (const entry of this.#entries.values()) {
      compress(entry);
      directory.push(directoryEntry(entry, at));
      for (const part of [localHeader(entry), ...entry.parts, LAST_BLOCK]) {
        at += part.byteLength;
        out.push(part);
      }
    }
    return Buffer.concat([...out, ...directory, directoryEnd(directory, at)]);
  }
}

const emptyEntry = (name: string): Written => ({
  ...{ name: Buffer.from(name), waiting: [], waitingBytes: 0, parts: [] },
  ...{ crc: 0, bytes: 0, packedBytes: 0 },
});

function compress(entry: Written): void {
  if (entry.waitingBytes === 0) return;
  const bytes = Buffer.concat(entry.waiting);
  entry.waiting = [];
  entry.waitingBytes = 0;
  const part = deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  entry.parts.push(part);
  entry.crc = crc32(bytes, entry.crc);
  entry.bytes += bytes.byteLength;
  entry.packedBytes += part.byteLength;
}

/** What both headers of an entry have: version 2.0, flags, method, date, check sum, sizes, length of the name. */
function common({ name, crc, bytes, packedBytes }: Written): Buffer {
  const header = Buffer.alloc(26);
  header.writeUInt16LE(20, 0);
  header.writeUInt16LE(UTF8, 2);
  header.writeUInt16LE(8, 4);
  header.writeUInt16LE(DATE, 8);
  header.writeUInt32LE(crc, 10);
  header.writeUInt32LE(packedBytes + LAST_BLOCK.length, 14);
  header.writeUInt32LE(bytes, 18);
  header.writeUInt16LE(name.length, 22);
  return header;
}

const localHeader = (entry: Written): Buffer =>
  Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common(entry), entry.name]);

function directoryEntry(entry: Written, at: number): Buffer {
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(at, 10);
  const begin = Buffer.from('PK\x01\x02\x14\x00', 'latin1');
  return Buffer.concat([begin, common(entry), rest, entry.name]);
}

function directoryEnd(directory: readonly Uint8Array[], at: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(
    directory.reduce((sum, entry) => sum + entry.byteLength, 0),
    12,
  );
  end.writeUInt32LE(at, 16);
  return end;
}
