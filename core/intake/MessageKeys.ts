/** The business keys of a payload, and what each message was made of, until all of it is known. */
import type { SourceRecord } from '../ports.ts';
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
/** What an object in memory takes besides its text, and what those of a record take. */
const OBJECT_BYTES = 500;

export class MessageKeys {
  readonly #spool: Spool<KeyedMessage>;
  readonly #hashes: KeyHashes;

  constructor(folder: SpoolFolder) {
    this.#spool = new Spool(folder, form);
    this.#hashes = new KeyHashes(folder);
  }

  /** A promise only where the disk is to be waited for. */
  add(message: KeyedMessage): Promise<void> | undefined {
    const written = this.#spool.add(message, OBJECT_BYTES * (1 + message.members.length));
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

const form: SpoolForm<KeyedMessage> = {
  text: ({ key, record, records, members }) =>
    `${key}${APART}${record}${APART}${records}${APART}${JSON.stringify(members)}`,
  entry(line) {
    const [key, record, records, members] = line.split(APART) as [string, string, string, string];
    return {
      key,
      record: Number(record),
      records: Number(records),
      // Few are looked at again.
      get members() {
        return JSON.parse(members) as SourceRecord[];
      },
    };
  },
};
