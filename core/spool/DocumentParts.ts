import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { FlowRecord, RecordValue, SourceRecord } from '../ports.ts';
import { isObject } from '../spec.ts';
import { hashOf, KeyHashes } from './KeyHashes.ts';
import { hasEnvelope, type SharedPlace, SharedValues, type SpooledMember } from './SharedValues.ts';
import { Spool, type SpoolForm, type SpoolPlace } from './Spool.ts';
import type { SpoolFolder } from './SpoolFolder.ts';

/** A record of which `by` says to which document it belongs. */
export type DocumentPart = FlowRecord & { by: string };

/** A field that stands elsewhere: the names that lead to it, and its place. */
type Absent = readonly [path: readonly string[], place: SharedPlace];

/** As it comes out of the spool. `absent` is set where members or fields of it are still to be read. */
type SpooledPart = DocumentPart & { absent?: readonly Absent[] };

/** What a part takes in memory besides its fields and members. */
const PART_BYTES = 200;

/** Parts of one document that are read from the file at once. */
const READ_AT_ONCE = 100;

type Join = (parts: readonly FlowRecord[]) => readonly FlowRecord[];

/**
 * Parts of documents until the end of the payload, when each document is known to be whole. Most are
 * of one part; those that stand apart are brought together by their places.
 */
export class DocumentParts {
  readonly #spool: Spool<SpooledPart>;
  readonly #names: KeyHashes;
  readonly #shared: SharedValues;
  #torn: FlowRecord | undefined;

  constructor(folder: SpoolFolder) {
    this.#shared = new SharedValues(folder);
    this.#spool = new Spool(folder, new PartForm(this.#shared));
    this.#names = new KeyHashes(folder);
  }

  /** A promise only where the disk is to be waited for. */
  add(part: DocumentPart): Promise<void> | undefined {
    const { value, members = [] } = part;
    const bytes = this.#shared.bytesOfFields(value) + this.#shared.bytesOf(members);
    const written = this.#spool.add(part, PART_BYTES + bytes);
    const noted = this.#names.add(part.by);
    if (!written && !noted && !this.#shared.waits) return undefined;
    return Promise.all([written, noted]).then(() => this.#shared.write());
  }

  /** A record that cannot be read: where parts stand apart it may be of any document. */
  doubt(record: FlowRecord): void {
    this.#torn ??= record;
  }

  /** All documents by the first of their records, a block at a time. */
  async *documents(join: Join): AsyncGenerator<FlowRecord[]> {
    const apart = await this.#apart();
    if (this.#torn && [...apart.values()].some((places) => places.length > 1))
      throw mayBeOfAny(this.#torn);
    if (apart.size === 0) {
      for await (const block of this.#spool.blocks()) yield* this.#whole(block);
      return;
    }
    let read = this.#shared.bytesRead;
    for await (const block of this.#spool.placed()) {
      let documents: FlowRecord[] = [];
      for (const { entry, place } of block) {
        const places = apart.get(entry.by);
        if (!places || places.length === 1)
          documents.push(alone(entry.absent ? await this.#filled(entry) : entry));
        else if (places[0]!.from === place.from) {
          for (const record of join(await this.#at(places))) documents.push(alone(record));
        }
        // One that is too long comes as all of its records.
        while (documents.length > limits.batchRecords) {
          yield documents.slice(0, limits.batchRecords);
          documents = documents.slice(limits.batchRecords);
        }
        if (this.#shared.bytesRead - read <= limits.spoolBlockBytes) continue;
        yield documents;
        documents = [];
        read = this.#shared.bytesRead;
      }
      yield documents;
    }
  }

  /** In blocks that hold no more of what was shared than of the rest, and that are soon gone again. */
  async *#whole(parts: readonly SpooledPart[]): AsyncGenerator<FlowRecord[]> {
    let documents: FlowRecord[] = [];
    let read = this.#shared.bytesRead;
    for (const part of parts) {
      documents.push(alone(part.absent ? await this.#filled(part) : part));
      const isFull = documents.length >= limits.batchRecords;
      if (!isFull && this.#shared.bytesRead - read <= limits.spoolBlockBytes) continue;
      yield documents;
      documents = [];
      read = this.#shared.bytesRead;
    }
    yield documents;
  }

  /** With all that stands elsewhere. */
  async #filled({ absent, ...part }: SpooledPart): Promise<DocumentPart> {
    if (!absent) return part;
    const members = await this.#shared.members(part.members!);
    for (const [path, place] of absent) {
      let around = part as RecordValue;
      for (const name of path.slice(0, -1)) around = around[name] as RecordValue;
      around[path.at(-1)!] = await this.#shared.at(place);
    }
    const { source = members[0]!.value } = part as Partial<DocumentPart>;
    return { ...part, source, members };
  }

  async #at(places: readonly SpoolPlace[]): Promise<DocumentPart[]> {
    const parts: DocumentPart[] = [];
    for (let from = 0; from < places.length; from += READ_AT_ONCE) {
      const next = places.slice(from, from + READ_AT_ONCE);
      for (const part of await Promise.all(next.map((place) => this.#spool.at(place))))
        parts.push(await this.#filled(part));
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
    await this.#shared.close();
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

/** A whole document: nothing joins it any more. */
function alone(record: FlowRecord): FlowRecord {
  record.by = undefined;
  return record;
}

/** `source` is left out where it is what the first of the members was read as. */
type WrittenPart = Omit<SpooledPart, 'source' | 'members'> & {
  source?: RecordValue;
  members: readonly SpooledMember[];
};

/**
 * Parts of a record that was split have it as a member, and most of it in their fields, and all records of a
 * payload have what stood around them: what is the same object as in the part before stands once, among the
 * shared values.
 */
class PartForm implements SpoolForm<SpooledPart> {
  readonly #shared: SharedValues;
  #before: Pick<DocumentPart, 'value' | 'source'> | undefined;

  constructor(shared: SharedValues) {
    this.#shared = shared;
  }

  text({ source, ...part }: DocumentPart): string {
    const { members = [] } = part;
    if (members.some((member) => member.shared ?? hasEnvelope(member)))
      return this.#textOfShared({ source, ...part });
    const isFirst = members[0]?.value === source;
    return JSON.stringify(isFirst ? part : { ...part, source });
  }

  #textOfShared({ source, ...part }: DocumentPart): string {
    const { value } = part;
    const absent: Absent[] = [];
    const before = this.#before;
    const isFirst = part.members?.[0]?.value === source;
    const written: WrittenPart = {
      ...part,
      value: this.#withoutShared(value, before?.value, ['value'], absent),
      ...(isFirst
        ? {}
        : { source: this.#withoutShared(source, before?.source, ['source'], absent) }),
      members: this.#shared.placed(part.members!),
      absent,
    };
    this.#before = { value, source };
    return JSON.stringify(written);
  }

  #withoutShared(
    value: RecordValue,
    before: unknown,
    path: readonly string[],
    absent: Absent[],
  ): RecordValue {
    if (!isObject(before)) return value;
    const own = { ...value };
    for (const [name, inner] of Object.entries(value)) {
      if (typeof inner !== 'object' || inner === null) continue;
      const to = [...path, name];
      if (inner === before[name]) {
        absent.push([to, this.#shared.place(inner)]);
        own[name] = null;
      } else if (isObject(inner)) own[name] = this.#withoutShared(inner, before[name], to, absent);
    }
    return own;
  }

  entry(text: string): SpooledPart {
    const { source, ...part } = JSON.parse(text) as WrittenPart;
    const members = part.members as SourceRecord[];
    // With members elsewhere it is known when they are read.
    if (part.absent) return { ...part, members, ...(source ? { source } : {}) } as SpooledPart;
    return { ...part, members, source: source ?? members[0]!.value };
  }
}
