/**
 * Every message that was booked, appended in the order in which it was; found again by a key, which is
 * a part of the hash of its source and id. Keys come in no order, and an index that takes each at once
 * writes a page a key: so those of the latest messages are in memory, and go into the index a slice of
 * the range at a time, some dozen to a page. `inbox_slices` says up to which message the index has
 * those of a slice; the keys of all after it are made again from the messages themselves.
 *
 * Keys find; source and id decide. Nothing here is true beyond the transaction in which it is asked:
 * each begins with what other processes have committed since.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { InboxRecord } from '../../ledger.ts';
import { limits } from '../../limits.ts';
import { MessageMap } from '../../MessageMap.ts';
import { NumberedKeys } from '../../NumberedKeys.ts';
import type { BookedMessage } from '../../pack.ts';
import { keyOfText, RecentKeys, SLICES, sliceOf } from '../../RecentKeys.ts';
import { prepared } from './Statements.ts';

type MessageKey = Pick<InboxRecord, 'source' | 'id'>;

/** Messages that are compared with the index at once. */
const COMPARED = 2_048;

const textOf = ({ source, id }: MessageKey): string => `${source.length}:${source}${id}`;

type NumberedRow = [source: string, id: string, contenthash: string, at: string, number: number];

const statements = {
  last: 'SELECT coalesce(max(number), 0) AS number FROM inbox',
  some: `SELECT source, id, contenthash, recorded_at, number FROM inbox
    WHERE number > ? ORDER BY number LIMIT ?`,
  since: 'SELECT source, id, number FROM inbox WHERE number > ? ORDER BY number',
  messages: `SELECT source, id, contenthash, intake_id AS intakeId, recorded_at AS recordedAt
    FROM inbox WHERE number IN (SELECT value FROM json_each(?))`,
  indexed: `SELECT number FROM json_each(?) asked
    CROSS JOIN inbox_keys known ON known.key = asked.value`,
  numbered: 'SELECT key, number FROM inbox_keys WHERE number BETWEEN ? AND ?',
  slices: 'SELECT slice, up_to FROM inbox_slices',
  append: 'INSERT INTO inbox VALUES (?, ?, ?, ?, ?, ?)',
  source: 'INSERT INTO inbox_sources VALUES (?) ON CONFLICT DO NOTHING',
  index: 'INSERT INTO inbox_keys VALUES (?, ?) ON CONFLICT DO NOTHING',
  moved: 'INSERT OR REPLACE INTO inbox_slices VALUES (?, ?)',
};

export class InboxTable {
  readonly #kept: number;
  /** Of a text, a whole number below 2⁵². */
  readonly #keyOf: typeof keyOfText;
  readonly #recent = new RecentKeys();
  readonly #sql: Record<keyof typeof statements, StatementSync>;
  /** Number of the last message whose key is known here; -1 while none was read. */
  #known = -1;
  /** What was asked for and is not booked, with its key; and how far that was written. */
  #asked: (MessageKey & { key: number })[] = [];
  #written = 0;
  readonly #sources = new Set<string>();
  readonly #indexed = new NumberedKeys((first, last) => this.#sql.numbered.iterate(first, last));
  /** Of the transaction that writes: keys that came, and whether any were moved. */
  #added: number[] = [];
  #hasMoved = false;

  constructor(database: DatabaseSync, kept: number = limits.inboxKeys, keyOf = keyOfText) {
    this.#kept = kept;
    this.#keyOf = keyOf;
    this.#sql = prepared(database, statements);
    const { some, since, indexed, numbered } = this.#sql;
    for (const rows of [some, since, indexed, numbered]) rows.setReturnArrays(true);
  }

  /** Of these messages, those that were booked; within a transaction. */
  find(messages: readonly MessageKey[]): InboxRecord[] {
    this.#catchUp();
    if (this.#asked.length > this.#kept) this.#asked = [];
    if (this.#asked.length === 0) this.#written = 0;
    const keys = messages.map((one) => this.#keyOf(textOf(one)));
    const numbers = this.#inIndex(keys);
    for (const key of keys) for (const number of this.#recent.of(key)) numbers.push(number);
    const alike = new MessageMap<InboxRecord>();
    for (const record of this.#messages(numbers)) alike.set(record.source, record.id, record);
    const found = new Set<InboxRecord>();
    for (let index = 0; index < messages.length; index += 1) {
      const { source, id } = messages[index]!;
      const record = alike.get(source, id);
      if (record) found.add(record);
      else this.#asked.push({ source, id, key: keys[index]! });
    }
    return [...found];
  }

  /** Some messages after a number, with the last number that was looked at: those that `find` finds. */
  after(number: number): { messages: BookedMessage[]; last: number | undefined } {
    const rows = this.#sql.some.all(number, COMPARED) as unknown as NumberedRow[];
    const upTo = this.#upTo();
    this.#indexed.readFrom(number + 1, this.#sql.last.get()?.number as number);
    const messages = rows.filter(([source, id, , , booked]) => {
      const key = this.#keyOf(textOf({ source, id }));
      return booked > (upTo.get(sliceOf(key)) ?? 0) || this.#indexed.of(booked) === key;
    });
    return { messages, last: rows.at(-1)?.[4] };
  }

  /**
   * Appends messages, within a transaction that holds the write lock. False when one was booked
   * before; then the transaction is to be rolled back, and `undo` called.
   */
  write(messages: readonly InboxRecord[]): boolean {
    if (messages.length > 0) this.#catchUp();
    for (const record of messages) {
      const free = this.#freeKeyOf(record);
      const key = free ?? this.#keyOf(textOf(record));
      if (free === undefined && this.#isTaken(record, this.#inIndex([key]))) return false;
      this.#known += 1;
      this.#added.push(key);
      if (this.#isTaken(record, this.#recent.add(key, this.#known))) return false;
      this.#append(record);
    }
    return true;
  }

  /** Of a message that was free when it was asked for; those are written in the order of the question. */
  #freeKeyOf({ source, id }: MessageKey): number | undefined {
    for (let index = this.#written; index < this.#asked.length; index += 1) {
      const asked = this.#asked[index]!;
      if (asked.id !== id || asked.source !== source) continue;
      this.#written = index + 1;
      return asked.key;
    }
    this.#asked = [];
    return undefined;
  }

  /** Moves keys of which there are more than are kept; the last thing in the transaction. */
  bound(): void {
    while (this.#recent.size > this.#kept) {
      const { slice, pairs } = this.#recent.takeFullest();
      for (const [key, number] of pairs) this.#sql.index.get(key, number);
      this.#sql.moved.get(slice, this.#known);
      this.#asked = [];
      this.#hasMoved = true;
    }
  }

  committed(): void {
    this.#asked = [];
    this.#added = [];
    this.#hasMoved = false;
  }

  /** After a rollback: what was written within it is void. */
  undo(): void {
    for (const key of this.#added.toReversed()) if (!this.#hasMoved) this.#recent.takeBack(key);
    this.#known -= this.#added.length;
    if (this.#hasMoved) {
      this.#recent.clear();
      this.#known = -1;
    }
    this.#sources.clear();
    this.committed();
  }

  #append({ source, id, contenthash, intakeId, recordedAt }: InboxRecord): void {
    this.#sql.append.get(this.#known, source, id, contenthash, intakeId, recordedAt);
    if (this.#sources.has(source)) return;
    this.#sql.source.get(source);
    this.#sources.add(source);
  }

  #isTaken({ source, id }: MessageKey, numbers: readonly number[]): boolean {
    return this.#messages(numbers).some((record) => record.id === id && record.source === source);
  }

  /** Those that are there: somebody may have removed what the index names. Usually none are asked for. */
  #messages(numbers: readonly number[]): InboxRecord[] {
    if (numbers.length === 0) return [];
    const found = this.#sql.messages.all(JSON.stringify(numbers));
    return found.map((row) => ({ ...row }) as unknown as InboxRecord);
  }

  /** Asked in the order of the index, so that keys of one page are met together. */
  #inIndex(keys: readonly number[]): number[] {
    const ordered = Array.from(Float64Array.from(keys).sort());
    const rows = this.#sql.indexed.all(JSON.stringify(ordered)) as unknown as [number][];
    return rows.map(([number]) => number);
  }

  /** Takes in what others have committed since. What is in the index already is not kept twice. */
  #catchUp(): void {
    const last = this.#sql.last.get()?.number as number;
    if (last === this.#known) return;
    this.#asked = [];
    const upTo = this.#upTo();
    const inAll = upTo.size < SLICES ? 0 : Math.min(...upTo.values());
    for (const row of this.#sql.since.iterate(Math.max(this.#known, inAll))) {
      const [source, id, number] = row as unknown as [string, string, number];
      const key = this.#keyOf(textOf({ source, id }));
      if (number > (upTo.get(sliceOf(key)) ?? 0)) this.#recent.add(key, number);
    }
    this.#known = last;
  }

  #upTo(): Map<number, number> {
    const rows = this.#sql.slices.all();
    return new Map(rows.map((row) => [row.slice as number, row.up_to as number]));
  }
}
