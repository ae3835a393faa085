/** The business keys of a payload, and what each message was made of, until all of it is known. */
import type { SourceRecord } from '../ports.ts';
import { bytesInMemory } from '../spool/bytesInMemory.ts';
import { hashOf, KeyHashes } from '../spool/KeyHashes.ts';
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

/** Messages of a payload that share a key. */
export interface Repetition {
  count: number;
  /** By the first record of each, how many records they account for. */
  records: Map<number, number>;
}

/** Records that are named; of the others it is told that there are some. */
const RECORDS_NAMED = 10;
/** What a message takes in memory besides its members. */
const MESSAGE_BYTES = 500;

export class MessageKeys {
  readonly #spool: Spool<KeyedMessage>;
  readonly #hashes: KeyHashes;
  /** Of the message before: the parts of a record that was split share them. */
  #members: readonly SourceRecord[] | undefined;

  constructor(folder: SpoolFolder) {
    this.#spool = new Spool(folder, new MessageForm());
    this.#hashes = new KeyHashes(folder);
  }

  /** A promise only where the disk is to be waited for. */
  add(message: KeyedMessage): Promise<void> | undefined {
    const { members } = message;
    const bytes = members === this.#members ? 0 : bytesInMemory(members);
    this.#members = members;
    const written = this.#spool.add(message, MESSAGE_BYTES + bytes);
    const noted = this.#hashes.add(message.key);
    return written && noted ? written.then(() => noted) : (written ?? noted);
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
        note(found, message);
      }
    }
    for (const [key, repetition] of found) if (repetition.count === 1) found.delete(key);
    return found;
  }

  /** Those messages, in order. */
  async *of(repetitions: ReadonlyMap<string, Repetition>): AsyncGenerator<KeyedMessage> {
    if (repetitions.size === 0) return;
    for await (const block of this.#spool.blocks()) {
      for (const message of block) if (repetitions.has(message.key)) yield message;
    }
  }

  async close(): Promise<void> {
    await this.#spool.close();
    await this.#hashes.close();
  }
}

function note(found: Map<string, Repetition>, { key, record, records }: KeyedMessage): void {
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

/** The members of parts of one record stand once, with the first of them: entries are read in their order. */
class MessageForm implements SpoolForm<KeyedMessage> {
  #written: readonly SourceRecord[] | undefined;
  #read = '[]';

  text({ key, record, records, members }: KeyedMessage): string {
    const same = members === this.#written;
    this.#written = members;
    return [key, record, records, same ? '' : JSON.stringify(members)].join(APART);
  }

  entry(line: string): KeyedMessage {
    const [key, record, records, own] = line.split(APART) as [string, string, string, string];
    if (own !== '') this.#read = own;
    const members = this.#read;
    return {
      key,
      record: Number(record),
      records: Number(records),
      // Few are looked at again.
      get members() {
        return JSON.parse(members) as SourceRecord[];
      },
    };
  }
}
