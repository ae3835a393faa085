/** What a payload became, until all of it is known: its messages, and what of it is parked. */
import type { SourceRecord } from '../ports.ts';
import { hashOf, KeyHashes } from '../spool/KeyHashes.ts';
import { Spool, type SpoolForm } from '../spool/Spool.ts';
import type { SpoolFolder } from '../spool/SpoolFolder.ts';

export interface SpooledMessage {
  /** The business key, as JSON text. */
  key: string;
  /** The command as JSON text. */
  command: string;
  partition: number;
  /** First record of the payload that it was made of, and how many it accounts for. */
  record: number;
  records: number;
  members: readonly SourceRecord[];
}

export interface SpooledParked {
  /** The parked record as JSON text. */
  parked: string;
  records: number;
}

export type Spooled = SpooledMessage | SpooledParked;

/** Records of the payload that share a key: the first of them, and how many messages there are. */
export interface Repetition {
  records: number[];
  count: number;
}

/** Records that are named; of the others the number is told. */
const RECORDS_NAMED = 10;
/** What an object in memory takes besides its text. */
const OBJECT_BYTES = 300;

export class MessageSpool {
  readonly #spool: Spool<Spooled>;
  readonly #keys: KeyHashes;

  constructor(folder: SpoolFolder) {
    this.#spool = new Spool(folder, form);
    this.#keys = new KeyHashes(folder);
  }

  async addMessage(message: SpooledMessage): Promise<void> {
    // The records as read take about as much as what was made of them.
    const bytes = message.command.length * 2 + OBJECT_BYTES * (1 + message.members.length);
    const written = this.#spool.add(message, bytes);
    if (written) await written;
    const noted = this.#keys.add(message.key);
    if (noted) await noted;
  }

  async addParked(parked: SpooledParked): Promise<void> {
    await this.#spool.add(parked, parked.parked.length + OBJECT_BYTES);
  }

  /** By key, what comes more than once; undefined when that are more than `most` keys. */
  async repetitions(most: number): Promise<Map<string, Repetition> | undefined> {
    const hashes = await this.#keys.repeated(most);
    if (hashes.size > most) return undefined;
    const found = new Map<string, Repetition>();
    if (hashes.size === 0) return found;
    for await (const block of this.blocks()) {
      for (const entry of block) {
        if ('key' in entry && hashes.has(hashOf(entry.key))) note(found, entry);
      }
    }
    for (const [key, { count }] of found) if (count === 1) found.delete(key);
    return found;
  }

  /** All of it in order. */
  blocks(): AsyncGenerator<readonly Spooled[]> {
    return this.#spool.blocks();
  }

  async close(): Promise<void> {
    await this.#spool.close();
    await this.#keys.close();
  }
}

function note(found: Map<string, Repetition>, { key, record }: SpooledMessage): void {
  const before = found.get(key) ?? { records: [], count: 0 };
  before.count += 1;
  if (before.records.length <= RECORDS_NAMED && before.records.at(-1) !== record)
    before.records.push(record);
  found.set(key, before);
}

/** `rows 2, 4 and 9`, `row 7`, `rows 1, 2, … and others` */
export function rowsInWords({ records }: Repetition): string {
  const named = records.slice(0, RECORDS_NAMED).map(String);
  if (named.length === 1) return `row ${named[0]}`;
  const last = records.length > RECORDS_NAMED ? 'others' : named.pop();
  return `rows ${named.join(', ')} and ${last}`;
}

/** Between the fields of a line; JSON text writes it as an escape, so that it is in none of them. */
const APART = '\u001e';

const form: SpoolForm<Spooled> = {
  text(entry) {
    if ('parked' in entry) return [entry.records, entry.parked].join(APART);
    const { key, command, partition, record, records, members } = entry;
    return [records, key, command, partition, record, JSON.stringify(members)].join(APART);
  },
  entry(line) {
    const [records, text, ...rest] = line.split(APART) as [string, string, ...string[]];
    if (rest.length === 0) return { records: Number(records), parked: text };
    const [command, partition, record, members] = rest as [string, string, string, string];
    return {
      records: Number(records),
      key: text,
      command,
      partition: Number(partition),
      record: Number(record),
      // Few are looked at again.
      get members() {
        return JSON.parse(members) as SourceRecord[];
      },
    };
  },
};
