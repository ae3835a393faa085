import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { FlowRecord, RecordValue, SourceRecord } from '../ports.ts';
import { bytesInMemory } from './bytesInMemory.ts';
import { hashOf, KeyHashes } from './KeyHashes.ts';
import { Spool, type SpoolForm, type SpoolPlace } from './Spool.ts';
import type { SpoolFolder } from './SpoolFolder.ts';

/** A record of which `by` says to which document it belongs. */
export type DocumentPart = FlowRecord & { by: string };

/** What a part takes in memory besides its fields and members. */
const PART_BYTES = 500;

/** Parts of one document that are read from the file at once. */
const READ_AT_ONCE = 100;

type Join = (parts: readonly FlowRecord[]) => readonly FlowRecord[];

/**
 * Parts of documents until the end of the payload, when each document is known to be whole. Most are
 * of one part; those that stand apart are brought together by their places.
 */
export class DocumentParts {
  readonly #spool: Spool<DocumentPart>;
  readonly #names: KeyHashes;
  #member: SourceRecord | undefined;
  #torn: FlowRecord | undefined;

  constructor(folder: SpoolFolder) {
    this.#spool = new Spool(folder, form);
    this.#names = new KeyHashes(folder);
  }

  /** A promise only where the disk is to be waited for. */
  add(part: DocumentPart): Promise<void> | undefined {
    const written = this.#spool.add(part, PART_BYTES + this.#bytesOf(part));
    const noted = this.#names.add(part.by);
    return written && noted ? written.then(() => noted) : (written ?? noted);
  }

  /** A record that cannot be read: where parts stand apart it may be of any document. */
  doubt(record: FlowRecord): void {
    this.#torn ??= record;
  }

  /** A record that was split is in several parts, one after another. */
  #bytesOf({ value, members = [] }: DocumentPart): number {
    let bytes = bytesInMemory(value);
    for (const member of members) {
      if (member !== this.#member) bytes += bytesInMemory(member);
      this.#member = member;
    }
    return bytes;
  }

  /** All documents by the first of their records, a block at a time. */
  async *documents(join: Join): AsyncGenerator<FlowRecord[]> {
    const apart = await this.#apart();
    if (this.#torn && [...apart.values()].some((places) => places.length > 1))
      throw mayBeOfAny(this.#torn);
    if (apart.size === 0) {
      for await (const block of this.#spool.blocks()) yield block.map(alone);
      return;
    }
    for await (const block of this.#spool.placed()) {
      let documents: FlowRecord[] = [];
      for (const { entry, place } of block) {
        const places = apart.get(entry.by);
        if (!places || places.length === 1) documents.push(alone(entry));
        else if (places[0]!.from === place.from) {
          for (const record of join(await this.#at(places))) documents.push(alone(record));
        }
        // One that is too long comes as all of its records.
        while (documents.length > limits.batchRecords) {
          yield documents.slice(0, limits.batchRecords);
          documents = documents.slice(limits.batchRecords);
        }
      }
      yield documents;
    }
  }

  async #at(places: readonly SpoolPlace[]): Promise<DocumentPart[]> {
    const parts: DocumentPart[] = [];
    for (let from = 0; from < places.length; from += READ_AT_ONCE) {
      const next = places.slice(from, from + READ_AT_ONCE);
      for (const part of await Promise.all(next.map((place) => this.#spool.at(place))))
        parts.push(part);
    }
    return parts;
  }

  /** Where the parts of the documents are that have several. */
  async #apart(): Promise<ReadonlyMap<string, readonly SpoolPlace[]>> {
    const places = new Map<string, SpoolPlace[]>();
    const hashes = await this.#names.repeated(limits.partsApart);
    if (hashes.size === 0) return places;
    let count = 0;
    for await (const block of this.#spool.placed()) {
      for (const { entry, place } of block) {
        if (!hashes.has(hashOf(entry.by))) continue;
        count += 1;
        if (count > limits.partsApart) throw tooScattered();
        const known = places.get(entry.by);
        if (known) known.push(place);
        else places.set(entry.by, [place]);
      }
    }
    return places;
  }

  async close(): Promise<void> {
    await this.#spool.close();
    await this.#names.close();
  }
}

function mayBeOfAny({ record, line, faults }: FlowRecord): StockbusError {
  const message = `record ${record} cannot be read, and may belong to any document, as the rows of documents stand apart: ${faults?.[0]?.message}`;
  const at = { record, ...(line === undefined ? {} : { line }) };
  const todo = 'Correct that record, or have the sender sort by document.';
  return new StockbusError('GROUP_BROKEN', message, at, { todo });
}

function tooScattered(): StockbusError {
  const message = `the rows of its documents stand apart in more than ${limits.partsApart} places`;
  const todo = 'Have the sender sort it by document.';
  return new StockbusError('PAYLOAD_TOO_LARGE', message, undefined, { todo });
}

function alone({ by: _by, ...record }: FlowRecord): FlowRecord {
  return record;
}

/** `source` is left out where it is what the first of the members was read as. */
type Written = Omit<DocumentPart, 'source'> & { source?: RecordValue };

const form: SpoolForm<DocumentPart> = {
  text({ source, ...part }) {
    const isFirst = part.members?.[0]?.value === source;
    return JSON.stringify(isFirst ? part : { ...part, source });
  },
  entry(text) {
    const { source, ...part } = JSON.parse(text) as Written;
    const [first] = part.members as SourceRecord[];
    return { ...part, source: source ?? first!.value };
  },
};
