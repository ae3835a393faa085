/** A collection as a file: its documents as BSON, one after another, compressed. `gunzip` and `bsondump` read it. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { type FileFacts, unusable } from '../BackupManifest.ts';

/** Most of the size for a fraction of the time. */
const LEVEL = 1;
const MIN_BYTES = 5;
/** What a server takes in one document, and a little that it allows itself. */
const MAX_BYTES = 16 * 1024 * 1024 + 16 * 1024;

/** Durable when it resolves; for its user alone. */
export async function writeBsonFile(
  file: string,
  documents: AsyncIterable<readonly Uint8Array[]>,
): Promise<Required<FileFacts>> {
  const facts = { documents: 0, sha256: '' };
  const hash = createHash('sha256');
  await pipeline(
    async function* () {
      for await (const some of documents) {
        facts.documents += some.length;
        yield Buffer.concat(some);
      }
    },
    createGzip({ level: LEVEL }),
    async function* (compressed: AsyncIterable<Buffer>) {
      for await (const block of compressed) {
        hash.update(block);
        yield block;
      }
    },
    createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }),
  );
  return { ...facts, sha256: hash.digest('hex') };
}

/** The documents one by one. Throws BACKUP_UNUSABLE where it is cut, or is something else. */
export async function* readBsonFile(file: string): AsyncGenerator<Buffer> {
  const content = createGunzip();
  // What one of the two fails of is told by the other.
  pipeline(createReadStream(file), content).catch(() => undefined);
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const block of content as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? block : Buffer.concat([rest, block]);
      let at = 0;
      for (let next = endOf(rest, at); next <= rest.length; next = endOf(rest, at)) {
        yield rest.subarray(at, next);
        at = next;
      }
      rest = rest.subarray(at);
    }
  } catch (error) {
    if (!(error instanceof RangeError) && !isOfZlib(error)) throw error;
    throw unusable(`${file} is damaged: ${(error as Error).message}`, error);
  }
  if (rest.length > 0) throw unusable(`${file} ends within a document`);
}

/** Where the document ends that begins there, as it says itself; infinite where it does not say so yet. */
function endOf(bytes: Buffer, at: number): number {
  if (bytes.length - at < MIN_BYTES) return Number.POSITIVE_INFINITY;
  const length = bytes.readInt32LE(at);
  if (length >= MIN_BYTES && length <= MAX_BYTES) return at + length;
  throw new RangeError(`a document has ${length} bytes`);
}

const isOfZlib = (error: unknown): boolean =>
  String((error as NodeJS.ErrnoException).code).startsWith('Z_');
