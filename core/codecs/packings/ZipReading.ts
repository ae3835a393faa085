/** The entries of an archive, each a payload of one codec, read as one. */
import { RE2JS } from 're2js';
import { StockbusError } from '../../errors.ts';
import type {
  Codec,
  PayloadReading,
  ReadContext,
  Rejected,
  RejectsFormat,
  SourceRecord,
} from '../../ports.ts';
import { keptWhole } from '../keptInMemory.ts';
import { HeldBytes } from './HeldBytes.ts';
import { brokenZip, ZipArchive, type ZipEntry } from './ZipArchive.ts';
import { ZipOut } from './ZipOut.ts';

export interface ZipRead {
  /** Pattern for the names of entries. */
  entries: string;
}

export function unzippingCodec(codec: Codec, options: ZipRead): Codec {
  const { requireColumns } = codec;
  return {
    ...codec,
    read: (chunks, context) => new ZipReading(codec, options, chunks, context),
    ...(requireColumns
      ? { requireColumns: (names) => unzippingCodec(requireColumns(names), options) }
      : {}),
  };
}

/** One entry that is read, or was. */
interface ReadEntry {
  entry: ZipEntry;
  reading: PayloadReading;
  /** Records of those before it. */
  before: number;
}

class ZipReading implements PayloadReading {
  readonly #codec: Codec;
  readonly #wants: (name: string) => boolean;
  readonly #options: ZipRead;
  readonly #chunks: AsyncIterable<Uint8Array>;
  readonly #context: ReadContext;
  readonly #read: ReadEntry[] = [];
  #records = 0;

  constructor(
    codec: Codec,
    options: ZipRead,
    chunks: AsyncIterable<Uint8Array>,
    context: ReadContext,
  ) {
    this.#codec = codec;
    this.#options = options;
    this.#wants = entryTest(options.entries);
    this.#chunks = chunks;
    this.#context = context;
  }

  rejects(): RejectsFormat {
    return new ZipRejects(this.#read);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<SourceRecord[]> {
    const { name } = this.#context;
    const kept = await keptWhole(this.#chunks, this.#context);
    try {
      if (kept.size === 0) throw nothingCame(name);
      const archive = await ZipArchive.open(kept, name);
      const wanted = this.#wanted(archive.entries);
      for (const entry of wanted) yield* this.#entry(archive, entry, wanted.length > 1);
    } finally {
      await kept.close();
    }
  }

  #wanted(entries: readonly ZipEntry[]): ZipEntry[] {
    const files = entries.filter(({ name }) => !isBeside(name));
    const wanted = files.filter(({ name }) => this.#wants(name));
    for (const entry of files)
      if (!wanted.includes(entry)) this.#context.passedOver?.(shown(entry.name), 1);
    this.#requireUnique(wanted);
    if (wanted.length > 0) return wanted;
    const names = files.slice(0, 5).map(({ name }) => `'${shown(name)}'`);
    const has =
      names.length === 0 ? 'no file at all' : `${names.join(', ')}${files.length > 5 ? ', …' : ''}`;
    const message = `no entry is called '${this.#options.entries}'; the archive has ${has}`;
    throw new StockbusError('PACKED_NO_ENTRY', message, { file: this.#context.name });
  }

  /** Programs do not agree which of two they show: one of them would be booked unseen. */
  #requireUnique(wanted: readonly ZipEntry[]): void {
    const names = new Set<string>();
    for (const { name } of wanted) {
      const plain = harmless(name);
      if (names.has(plain))
        throw brokenZip(this.#context.name, `two entries are called '${plain}'`);
      names.add(plain);
    }
  }

  async *#entry(
    archive: ZipArchive,
    entry: ZipEntry,
    isOneOfSeveral: boolean,
  ): AsyncGenerator<SourceRecord[]> {
    const name = `${this.#context.name}/${shown(entry.name)}`;
    const chunks = archive.bytes(entry, name);
    const reading = this.#codec.read(chunks, { ...this.#context, name });
    const before = this.#records;
    this.#read.push({ entry, reading, before });
    try {
      for await (const records of reading) {
        this.#records = before + (records.at(-1)?.record ?? this.#records - before);
        yield records.map((record) => placed(record, name, before));
      }
    } catch (error) {
      if (error instanceof StockbusError) {
        error.fault.at = { file: name, ...error.fault.at };
        error.ofPayload ||= isOneOfSeveral;
      }
      throw error;
    }
  }
}

/** Its number goes on from entry to entry; the place of a fault says in which. */
function placed(record: SourceRecord, file: string, before: number): SourceRecord {
  const { fault } = record;
  const number = record.record + before;
  return {
    ...record,
    record: number,
    file,
    ...(fault ? { fault: { ...fault, at: { file, ...fault.at, record: number } } } : {}),
  };
}

/** Rejects of each entry in an entry of its name; documents have theirs in several. */
class ZipRejects implements RejectsFormat {
  readonly #read: readonly ReadEntry[];
  readonly #held = new Map<ReadEntry, { format: RejectsFormat; bytes: HeldBytes }>();

  constructor(read: readonly ReadEntry[]) {
    this.#read = read;
  }

  async write(rejected: readonly Rejected[]): Promise<Uint8Array> {
    for (const one of rejected) {
      const of = this.#read.findLast(({ before }) => before < one.record.record)!;
      let held = this.#held.get(of);
      if (!held) {
        held = { format: of.reading.rejects(), bytes: new HeldBytes() };
        this.#held.set(of, held);
      }
      held.bytes.add(await held.format.write([one]));
    }
    return new Uint8Array(0);
  }

  async end(): Promise<Uint8Array> {
    const zip = new ZipOut();
    for (const [{ entry }, { format, bytes }] of this.#held) {
      await zip.open(harmless(entry.name));
      for (const block of bytes.blocks()) await zip.write(block);
      await zip.write(await format.end());
    }
    return zip.end();
  }
}

/** Folders, and what systems put beside the files of people. */
const isBeside = (name: string): boolean =>
  /(?:^|[/\\])(?:__MACOSX[/\\]|\.[^/\\]*$|Thumbs\.db$|desktop\.ini$)|[/\\]$/.test(name);

/** A name that leads nowhere, whoever unpacks it. */
const harmless = (name: string): string =>
  shown(name)
    .replace(/^[A-Za-z]:/, '')
    .split(/[/\\]/)
    .filter((part) => !/^\.*$/.test(part))
    .join('/');

const SHOWN_CHARACTERS = 120;

/** A name as faults show it: of one line, and not longer than a name is. */
function shown(name: string): string {
  const plain = name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?');
  return plain.length > SHOWN_CHARACTERS ? `${plain.slice(0, SHOWN_CHARACTERS)}…` : plain;
}

/** In time that is linear in the name, whoever chose that. */
function entryTest(pattern: string): (name: string) => boolean {
  const plain = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const source = plain.replace(/\*+/g, '.*').replaceAll('?', '.');
  const test = RE2JS.compile(source, RE2JS.DOTALL);
  const isWhole = pattern.includes('/');
  return (name) => test.matches(isWhole ? name : name.slice(name.lastIndexOf('/') + 1));
}

function nothingCame(name: string): StockbusError {
  const error = new StockbusError('PAYLOAD_EMPTY', 'nothing came at all', { file: name });
  error.atEnd = true;
  return error;
}
