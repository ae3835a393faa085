import { StockbusError } from '../errors.ts';
import type { RecordValue, SourceRecord } from '../ports.ts';
import { bytesInMemory } from './bytesInMemory.ts';
import type { SpoolFile, SpoolFolder } from './SpoolFolder.ts';

/** Where a value stands in the file: its first byte, and how many they are. */
export type SharedPlace = readonly [from: number, length: number];

/** A record, or the place of one that others share; what stood around all of them has a place of its own. */
export type SpooledMember = (SourceRecord & { envelope?: SharedPlace }) | SharedPlace;

/** What stood around the records of a payload: one object that each of them has. */
const ENVELOPE = '#envelope';

const envelopeOf = ({ value }: SourceRecord): object | undefined => {
  const envelope = value[ENVELOPE];
  return typeof envelope === 'object' && envelope !== null ? envelope : undefined;
};

export const hasEnvelope = (member: SourceRecord): boolean => envelopeOf(member) !== undefined;

interface Last {
  value: unknown;
  length: number;
  entry: number;
}

/** Records whose places are remembered; one that is written again after so many others costs space only. */
const PLACES_KEPT = 10_000;

/**
 * What many entries of a spool have in common (a record that was split): written once, in a file of its
 * own, and named by its place. What is read comes as one object as long as it is among the last ones:
 * as many as memory has room for, and all of one entry.
 */
export class SharedValues {
  readonly #folder: SpoolFolder;
  #file: SpoolFile | undefined;
  /** Texts on their way to the file. */
  #waiting: Buffer[] = [];
  #size = 0;
  readonly #places = new WeakMap<object, SharedPlace>();
  /** By number, since a record that was read again is another object. */
  readonly #records = new Map<number, SharedPlace>();
  readonly #counted = new WeakSet<object>();
  /** The last ones that were asked for, and by which entry. */
  readonly #last = new Map<number, Last>();
  #lastBytes = 0;
  #entry = 0;
  #bytesRead = 0;

  constructor(folder: SpoolFolder) {
    this.#folder = folder;
  }

  /** So far, without what was still there. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** About what they take in memory; what is shared counts with the first who has it. */
  bytesOf(members: readonly SourceRecord[]): number {
    let bytes = 0;
    for (const member of members) {
      if (member.shared && this.#counted.has(member)) continue;
      bytes += hasEnvelope(member)
        ? this.bytesOfFields(member.value) + bytesInMemory({ ...member, value: null })
        : bytesInMemory(member);
      if (member.shared) this.#counted.add(member);
    }
    return bytes;
  }

  /** Of a record as it was read or as steps made it: what stood around all of them counts once. */
  bytesOfFields(value: RecordValue): number {
    const envelope = value[ENVELOPE];
    if (typeof envelope !== 'object' || envelope === null) return bytesInMemory(value);
    const own = bytesInMemory({ ...value, [ENVELOPE]: null });
    if (this.#counted.has(envelope)) return own;
    this.#counted.add(envelope);
    return own + bytesInMemory(envelope);
  }

  /** As they are to be written: `write` is to follow. */
  placed(members: readonly SourceRecord[]): readonly SpooledMember[] {
    return members.map((member) =>
      member.shared ? this.#placeOfRecord(member) : this.#withoutEnvelope(member),
    );
  }

  #withoutEnvelope(member: SourceRecord): SourceRecord {
    const envelope = envelopeOf(member);
    if (!envelope) return member;
    const { [ENVELOPE]: _, ...value } = member.value;
    return { ...member, value, envelope: this.place(envelope) } as SourceRecord;
  }

  #placeOfRecord(member: SourceRecord): SharedPlace {
    const known = this.#records.get(member.record);
    if (known) return known;
    const place = this.#put(this.#withoutEnvelope(member));
    this.#records.set(member.record, place);
    if (this.#records.size > PLACES_KEPT) this.#records.delete(this.#records.keys().next().value!);
    return place;
  }

  place(value: object): SharedPlace {
    const known = this.#places.get(value);
    if (known) return known;
    const place = this.#put(value);
    this.#places.set(value, place);
    return place;
  }

  #put(value: object): SharedPlace {
    const text = Buffer.from(JSON.stringify(value));
    const place: SharedPlace = [this.#size, text.length];
    this.#waiting.push(text);
    this.#size += text.length;
    return place;
  }

  /** Whether there is something to `write`. */
  get waits(): boolean {
    return this.#waiting.length > 0;
  }

  async write(): Promise<void> {
    while (this.#waiting.length > 0) {
      this.#file ??= await this.#folder.open();
      await this.#file.append(this.#waiting.shift()!);
    }
  }

  /** Those of the next entry; its fields are asked for after them. */
  async members(spooled: readonly SpooledMember[]): Promise<SourceRecord[]> {
    this.#entry += 1;
    const members: SourceRecord[] = [];
    for (const member of spooled) {
      const read = isPlace(member) ? await this.at(member) : member;
      members.push(await this.#withEnvelope(read as Exclude<SpooledMember, SharedPlace>));
    }
    return members;
  }

  async #withEnvelope(member: Exclude<SpooledMember, SharedPlace>): Promise<SourceRecord> {
    const { envelope } = member;
    if (!envelope) return member;
    member.value[ENVELOPE] = await this.at(envelope);
    delete member.envelope;
    return member;
  }

  async at(place: SharedPlace): Promise<unknown> {
    const [from, length] = place;
    const known = this.#last.get(from);
    const value = known ? known.value : await this.#read(place);
    // Behind the others, which go before it.
    this.#last.delete(from);
    this.#last.set(from, { value, length, entry: this.#entry });
    return value;
  }

  async #read([from, length]: SharedPlace): Promise<unknown> {
    const text = (await this.#file!.read(from, length)).toString('utf8');
    this.#bytesRead += length;
    if (this.#bytesRead - this.#size > this.#folder.bounds.rereadBytes) throw tooFarApart();
    this.#lastBytes += length;
    for (const [oldest, last] of this.#last) {
      if (this.#lastBytes <= this.#folder.bounds.memoryBytes || last.entry === this.#entry) break;
      this.#last.delete(oldest);
      this.#lastBytes -= last.length;
    }
    return JSON.parse(text);
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.#last.clear();
  }
}

const isPlace = (member: SpooledMember): member is SharedPlace => Array.isArray(member);

function tooFarApart(): StockbusError {
  const message = 'its documents take their lines from too many large records, far apart';
  const todo = 'Have the sender keep the lines of a document together, or send less at once.';
  return new StockbusError('PAYLOAD_TOO_LARGE', message, undefined, { todo });
}
