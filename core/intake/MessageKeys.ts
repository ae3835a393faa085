/** The business keys of a payload, and what each message was made of, until all of it is known; so of records that are handed on beside. */
import type { HandedRecord } from '../flow/compiledFlow.ts';
import type { SourceRecord } from '../ports.ts';
import { hashOf, KeyHashes } from '../spool/KeyHashes.ts';
import { SharedValues, type SpooledMember } from '../spool/SharedValues.ts';
import { Spool, type SpoolForm } from '../spool/Spool.ts';
import type { SpoolFolder } from '../spool/SpoolFolder.ts';

export interface KeyedMessage {
  /** The business key, as JSON text. */
  key: string;
  /** First record of the payload that it was made of, and how many it accounts for. */
  record: number;
  records: number;
  members: readonly SourceRecord[];
  /** As in InboundMessage. */
  source?: string | undefined;
  unit?: number | undefined;
  /** Of a record that was handed on: to which queue. `key` then is its place within the payload. */
  queue?: string;
}

/** As it comes out of the spool: with the members of one that was in the file as their text. */
interface SpooledMessage extends KeyedMessage {
  membersText?: string;
}

/** Messages of a payload that share a key. */
export interface Repetition {
  count: number;
  /** By the first record of each, how many records they account for. */
  records: Map<number, number>;
}

/** Records that are named; of the others it is told that there are some. */
const RECORDS_NAMED = 10;
/** What a message takes in memory besides its members. */
const MESSAGE_BYTES = 200;

export class MessageKeys {
  readonly #spool: Spool<SpooledMessage>;
  readonly #hashes: KeyHashes;
  readonly #shared: SharedValues;

  constructor(folder: SpoolFolder) {
    this.#shared = new SharedValues(folder);
    this.#spool = new Spool(folder, new MessageForm(this.#shared));
    this.#hashes = new KeyHashes(folder);
  }

  /** A promise only where the disk is to be waited for. */
  add(message: KeyedMessage): Promise<void> | undefined {
    return this.#add(message, this.#hashes.add(message.key));
  }

  /** A record that is handed on; such have no business key. */
  addHanded(one: HandedRecord): Promise<void> | undefined {
    const { part = '', queue, record, records, members, source, unit } = one;
    return this.#add({ key: part, queue, record, records, members, source, unit }, undefined);
  }

  #add(made: KeyedMessage, noted: Promise<void> | undefined): Promise<void> | undefined {
    const written = this.#spool.add(made, MESSAGE_BYTES + this.#shared.bytesOf(made.members));
    if (!written && !noted && !this.#shared.waits) return undefined;
    return Promise.all([written, noted]).then(() => this.#shared.write());
  }

  /** By key, what comes more than once; undefined when that are more than `most` messages. */
  async repetitions(most: number): Promise<Map<string, Repetition> | undefined> {
    const hashes = await this.#hashes.repeated(most);
    if (hashes.size > most) return undefined;
    const found = new Map<string, Repetition>();
    if (hashes.size === 0) return found;
    let count = 0;
    for await (const block of this.#spool.blocks()) {
      for (const message of block) {
        if (message.queue !== undefined || !hashes.has(hashOf(message.key))) continue;
        count += 1;
        if (count > 2 * most) return undefined;
        noteKey(found, message);
      }
    }
    for (const [key, repetition] of found) if (repetition.count === 1) found.delete(key);
    return found;
  }

  /** Those that `wanted` says, in order, with their members. */
  async *of(wanted: (made: KeyedMessage) => boolean): AsyncGenerator<KeyedMessage> {
    for await (const block of this.#spool.blocks()) {
      for (const made of block) if (wanted(made)) yield await this.#whole(made);
    }
  }

  async #whole({ membersText, ...message }: SpooledMessage): Promise<KeyedMessage> {
    if (membersText === undefined) return message;
    const spooled = JSON.parse(membersText) as SpooledMember[];
    return { ...message, members: await this.#shared.members(spooled) };
  }

  async close(): Promise<void> {
    await this.#spool.close();
    await this.#shared.close();
    await this.#hashes.close();
  }
}

/** Counts one more message of its key. */
export function noteKey(
  found: Map<string, Repetition>,
  { key, record, records }: Pick<KeyedMessage, 'key' | 'record' | 'records'>,
): void {
  const repetition = found.get(key) ?? { count: 0, records: new Map<number, number>() };
  repetition.count += 1;
  repetition.records.set(record, (repetition.records.get(record) ?? 0) + records);
  found.set(key, repetition);
}

/** `rows 2, 4 and 9`, `row 7`, `rows 1, 2, … and others` */
export function rowsInWords({ records }: Repetition): string {
  const all = [...records.keys()];
  const named = all.slice(0, RECORDS_NAMED).map(String);
  if (named.length === 1) return `row ${named[0]}`;
  const last = all.length > RECORDS_NAMED ? 'others' : named.pop();
  return `rows ${named.join(', ')} and ${last}`;
}

/** Between the fields of a line; JSON text writes it as an escape, so that it is in none of them. */
const APART = '\u001e';

class MessageForm implements SpoolForm<SpooledMessage> {
  readonly #shared: SharedValues;

  constructor(shared: SharedValues) {
    this.#shared = shared;
  }

  text({ key, record, records, members, source, unit, queue }: KeyedMessage): string {
    const isPlain = source === undefined && unit === undefined && queue === undefined;
    const more = isPlain ? '' : JSON.stringify({ source, unit, queue });
    return [key, record, records, JSON.stringify(this.#shared.placed(members)), more].join(APART);
  }

  entry(line: string): SpooledMessage {
    const [key, record, records, membersText, more] = line.split(APART) as [
      string,
      string,
      string,
      string,
      string,
    ];
    const facts = { key, record: Number(record), records: Number(records) };
    // Few are looked at again.
    const made: SpooledMessage = { ...facts, members: [], membersText };
    return more === '' ? made : { ...made, ...(JSON.parse(more) as Partial<KeyedMessage>) };
  }
}
