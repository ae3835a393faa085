/** The business keys of a payload, and what each message was made of, until all of it is known. */
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
    const bytes = MESSAGE_BYTES + this.#shared.bytesOf(message.members);
    const written = this.#spool.add(message, bytes);
    const noted = this.#hashes.add(message.key);
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
        if (!hashes.has(hashOf(message.key))) continue;
        count += 1;
        if (count > 2 * most) return undefined;
        noteKey(found, message);
      }
    }
    for (const [key, repetition] of found) if (repetition.count === 1) found.delete(key);
    return found;
  }

  /** Those messages, in order. */
  async *of(repetitions: ReadonlyMap<string, Repetition>): AsyncGenerator<KeyedMessage> {
    if (repetitions.size === 0) return;
    for await (const block of this.#spool.blocks()) {
      for (const message of block)
        if (repetitions.has(message.key)) yield await this.#whole(message);
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

  text({ key, record, records, members }: KeyedMessage): string {
    return [key, record, records, JSON.stringify(this.#shared.placed(members))].join(APART);
  }

  entry(line: string): SpooledMessage {
    const [key, record, records, membersText] = line.split(APART) as [
      string,
      string,
      string,
      string,
    ];
    // Few are looked at again.
    return { key, record: Number(record), records: Number(records), members: [], membersText };
  }
}
