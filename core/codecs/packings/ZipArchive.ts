/** A ZIP archive that comes in: its entries as its directory has them, and what each holds, bounded and checked. */
import { crc32, createInflateRaw } from 'node:zlib';
import { type Entry, fromRandomAccessReader, type ZipFile } from 'yauzl';
import { StockbusError } from '../../errors.ts';
import { limits } from '../../limits.ts';
import type { KeptBytes } from '../../ports.ts';
import { KeptReader } from './KeptReader.ts';
import { UnpackBound } from './UnpackBound.ts';
import { type Coding, unpackBytes } from './unpackBytes.ts';

export interface ZipEntry {
  /** As the archive has it: nothing that could be trusted, and no path. */
  name: string;
  entry: Entry;
}

const deflate: Coding = { name: 'deflate', unpacker: () => createInflateRaw() };
/** Of an entry in the directory, before its name. */
const ENTRY_BYTES = 46;
const STORED = 0;
const DEFLATED = 8;

export class ZipArchive {
  readonly #kept: KeptBytes;
  readonly #reader: KeptReader;
  readonly #zip: ZipFile;
  readonly #bound: UnpackBound;
  /** In the order of the directory. */
  readonly entries: readonly ZipEntry[];

  private constructor(
    kept: KeptBytes,
    reader: KeptReader,
    zip: ZipFile,
    { name, entries }: { name: string; entries: readonly ZipEntry[] },
  ) {
    this.#kept = kept;
    this.#reader = reader;
    this.#zip = zip;
    this.#bound = new UnpackBound(name, kept.size);
    this.entries = entries;
  }

  /** Throws PACKED_BROKEN, PACKED_UNREADABLE and PACKED_TOO_LARGE. */
  static async open(kept: KeptBytes, name: string): Promise<ZipArchive> {
    const reader = new KeptReader(kept);
    const zip = await opened(reader, kept, name);
    return new ZipArchive(kept, reader, zip, { name, entries: await entriesOf(zip, reader, name) });
  }

  /** What an entry holds, against its size and its check sum. `name` is what faults call it. */
  async *bytes({ entry }: ZipEntry, name: string): AsyncGenerator<Uint8Array> {
    const unread = whyUnread(entry);
    if (unread !== undefined) throw unreadable(name, unread);
    const packed = this.#packed(entry, name);
    const isStored = entry.compressionMethod === STORED;
    const parts = isStored
      ? this.#counted(packed)
      : unpackBytes(deflate, packed, name, this.#bound);
    const { compressedSize, uncompressedSize } = entry;
    let [crc, bytes] = [0, 0];
    if (compressedSize > 0 || uncompressedSize > 0) {
      for await (const part of parts) {
        crc = crc32(part, crc);
        bytes += part.byteLength;
        if (bytes > uncompressedSize) break;
        yield part;
      }
    }
    if (bytes !== uncompressedSize)
      throw brokenZip(name, `it is not of the ${uncompressedSize} bytes that the archive says`);
    if (crc !== entry.crc32)
      throw brokenZip(name, 'its check sum is wrong: the archive is damaged');
  }

  async *#packed(entry: Entry, name: string): AsyncGenerator<Uint8Array> {
    const start = await this.#dataStart(entry, name);
    const end = start + entry.compressedSize;
    for (let at = start; at < end; at += limits.spoolBlockBytes)
      yield await this.#kept.at(at, Math.min(limits.spoolBlockBytes, end - at));
  }

  #dataStart(entry: Entry, name: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#zip.readLocalFileHeader(entry, { minimal: true }, (error, header) => {
        if (error) reject(this.#reader.failure ?? brokenBy(error, name));
        else resolve(header.fileDataStart);
      });
    });
  }

  async *#counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      this.#bound.gave(chunk.byteLength);
      yield chunk;
    }
  }
}

/** Names as they stand: they are only shown, and none of them is refused for what it looks like. */
const opened = (reader: KeptReader, kept: KeptBytes, name: string): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    const options = {
      ...{ lazyEntries: true, autoClose: false },
      ...{ decodeStrings: false, validateEntrySizes: false },
    };
    fromRandomAccessReader(reader, kept.size, options, (error, zip) => {
      if (!error) resolve(zip);
      else if (reader.failure || !/not found|comment length/.test(error.message))
        reject(reader.failure ?? brokenBy(error, name));
      else noDirectory(kept, name).then(reject, reject);
    });
  });

async function noDirectory(kept: KeptBytes, name: string): Promise<StockbusError> {
  const isZip = Buffer.from(await kept.at(0, 4)).toString('latin1') === 'PK\x03\x04';
  const why = isZip
    ? 'the archive has no directory at its end: it was cut short'
    : 'this is no ZIP archive';
  return brokenZip(name, why, true);
}

async function entriesOf(zip: ZipFile, reader: KeptReader, name: string): Promise<ZipEntry[]> {
  const entries: ZipEntry[] = [];
  const { entryCount } = zip;
  if (entryCount > limits.archiveEntries)
    throw tooLarge(name, `${entryCount} entries; ${limits.archiveEntries} are the most`);
  let bytes = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const { fileNameLength, extraFieldLength, fileCommentLength } = entry;
      bytes += ENTRY_BYTES + fileNameLength + extraFieldLength + fileCommentLength;
      if (bytes > limits.archiveDirectoryBytes)
        throw tooLarge(
          name,
          `a directory of more than ${limits.archiveDirectoryBytes} bytes, which are the most`,
        );
      entries.push({ name: nameOf(entry.fileNameRaw), entry });
    }
  } catch (error) {
    if (error instanceof StockbusError) throw error;
    throw reader.failure ?? brokenBy(error as Error, name);
  }
  return entries;
}

export function brokenZip(name: string, why: string, isShort = false): StockbusError {
  const error = new StockbusError('PACKED_BROKEN', why, { file: name });
  error.ofPayload = true;
  error.atEnd = isShort;
  return error;
}

const brokenBy = (error: Error, name: string): StockbusError =>
  /encryption/.test(error.message)
    ? unreadable(name, 'the entry is encrypted')
    : brokenZip(name, `the archive is damaged: ${error.message.slice(0, 120)}`);

function unreadable(name: string, why: string): StockbusError {
  const error = new StockbusError('PACKED_UNREADABLE', why, { file: name });
  error.ofPayload = true;
  return error;
}

const tooLarge = (name: string, what: string): StockbusError =>
  new StockbusError('PACKED_TOO_LARGE', `the archive has ${what}`, { file: name });

function whyUnread(entry: Entry): string | undefined {
  const { compressionMethod: method } = entry;
  if (entry.isEncrypted()) return 'the entry is encrypted';
  if (method !== STORED && method !== DEFLATED)
    return `the entry is packed by method ${method} of ZIP`;
  return undefined;
}

/** UTF-8 where it is that, or else bytes as they are: a name is only shown, and held against a pattern. */
function nameOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') ? bytes.toString('latin1') : text;
}
