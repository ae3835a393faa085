/** Bytes of a compressed payload, unpacked as they come. */
import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib';
import { StockbusError } from '../../errors.ts';
import type { UnpackBound } from './UnpackBound.ts';

/** The unpacker of Node, and how many bytes it has read of those that it was given. */
export type Unpacker = Transform & { bytesWritten: number };

export interface Coding {
  /** What people call it. */
  name: string;
  unpacker(): Unpacker;
  /** Zeros behind its end are padding. */
  mayBePadded?: true;
}

/** A larger window than this would be as much memory for each payload. */
const ZSTD_WINDOW_LOG = 25;

export const codings = {
  gzip: { name: 'gzip', unpacker: () => createGunzip(), mayBePadded: true },
  zstd: {
    name: 'zstd',
    unpacker: () =>
      createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG } }),
  },
  brotli: { name: 'brotli', unpacker: () => createBrotliDecompress() },
  zlib: { name: 'zlib', unpacker: () => createInflate() },
} as const satisfies Record<string, Coding>;

/**
 * All members of it one after another, as `cat a.gz b.gz` joins them: Node's own unpacker of zstd drops
 * what stands behind the first without a word.
 */
export async function* unpackBytes(
  coding: Coding,
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  bound: UnpackBound,
): AsyncGenerator<Uint8Array> {
  const source = new MemberSource(chunks, bound);
  try {
    if (!(await source.hasMore(false))) throw nothingCame(name);
    do {
      yield* oneMember(coding.unpacker(), source, bound);
    } while (await source.hasMore(coding.mayBePadded ?? false));
  } catch (error) {
    throw brokenBy(error, coding, { name, at: source.taken, members: source.members });
  } finally {
    await source.close();
  }
}

async function* oneMember(
  unpacker: Unpacker,
  source: MemberSource,
  bound: UnpackBound,
): AsyncGenerator<Uint8Array> {
  const fed = source.feed(unpacker);
  try {
    for await (const part of unpacker as AsyncIterable<Uint8Array>) {
      bound.gave(part.byteLength);
      yield part;
    }
    // What lies behind the member is known then.
    await fed;
  } finally {
    unpacker.destroy();
    await fed;
  }
}

function nothingCame(name: string): StockbusError {
  const error = new StockbusError('PAYLOAD_EMPTY', 'nothing came at all', { file: name });
  error.atEnd = true;
  return error;
}

/** What comes, a member at a time. */
class MemberSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  readonly #bound: UnpackBound;
  #next: Uint8Array | undefined;
  #isDone = false;
  /** Bytes that were taken in all. */
  taken = 0;
  members = 0;

  constructor(chunks: AsyncIterable<Uint8Array>, bound: UnpackBound) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#bound = bound;
  }

  async #read(): Promise<Uint8Array | undefined> {
    const next = this.#next;
    this.#next = undefined;
    if (next || this.#isDone) return next;
    const { done, value } = await this.#chunks.next();
    if (done) this.#isDone = true;
    if (done) return undefined;
    this.#bound.took(value.byteLength);
    return value;
  }

  /** Whether another member follows. */
  async hasMore(mayBePadded: boolean): Promise<boolean> {
    for (;;) {
      const chunk = await this.#read();
      if (!chunk) return false;
      const start = mayBePadded ? chunk.findIndex((byte) => byte !== 0) : 0;
      this.taken += start < 0 ? chunk.length : start;
      if (start < 0 || chunk.length === 0) continue;
      this.#next = chunk.subarray(start);
      return true;
    }
  }

  /** Gives it all of one member; fails by destroying it. What lies behind the member is kept. */
  async feed(unpacker: Unpacker): Promise<void> {
    const before = this.taken;
    this.members += 1;
    try {
      for (let chunk = await this.#read(); chunk; chunk = await this.#read()) {
        this.taken += chunk.length;
        if (!(await written(unpacker, chunk))) return;
        const behind = this.taken - before - unpacker.bytesWritten;
        if (behind <= 0) continue;
        this.#next = chunk.subarray(chunk.length - behind);
        this.taken -= behind;
        return;
      }
      unpacker.end();
    } catch (error) {
      unpacker.destroy(error as Error);
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

/** False where the unpacker was given up: it says why where it is read, and never answers this. */
const written = (unpacker: Unpacker, chunk: Uint8Array): Promise<boolean> =>
  new Promise((resolve) => {
    const closed = (): void => resolve(false);
    if (unpacker.destroyed) return closed();
    unpacker.once('close', closed);
    unpacker.write(chunk, (error) => {
      unpacker.off('close', closed);
      resolve(!error);
    });
  });

/** Only what the unpacker itself says is of the payload; all else is passed on as it is. */
function brokenBy(
  error: unknown,
  { name: coding }: Coding,
  { name, at, members }: { name: string; at: number; members: number },
): unknown {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (!/^(Z_|ZSTD_|ERR_(?:BROTLI|_))/.test(code)) return error;
  const isShort = code === 'Z_BUF_ERROR';
  const why = isShort
    ? `it ends within what ${coding} packed, after ${at} bytes`
    : `${members > 1 ? `part ${members} of it` : 'it'} is not ${coding}, or damaged, at or before byte ${at} (${message})`;
  const todo = /window/i.test(`${code} ${message}`)
    ? `have it packed with a window of at most ${2 ** (ZSTD_WINDOW_LOG - 20)} MiB (zstd -19, without --long and --ultra)`
    : undefined;
  const broken = new StockbusError(
    'PACKED_BROKEN',
    why,
    { file: name },
    { cause: error, ...(todo ? { todo } : {}) },
  );
  broken.ofPayload = true;
  broken.atEnd = isShort;
  return broken;
}
