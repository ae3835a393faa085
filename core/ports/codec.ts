/** Codecs turn bytes into records and back, and know no transport. */

import type { Fault } from '../errors.ts';
import type { Field } from '../spec.ts';

/** Cells and leaves stay as the payload has them: text, or what JSON says they are. */
export type RecordValue = { [field: string]: unknown };

export interface SourceRecord {
  value: RecordValue;
  /** Position in the payload, from 1. Never skips: a bad record has a number too. */
  record: number;
  /** Line on which it begins, where the format has lines. */
  line?: number;
  /** Name of its payload, where records of several stand together. */
  file?: string;
  /** Set when the record is bad: `value` then holds what could be read of it, `raw` the text. */
  fault?: Fault;
  raw?: string;
  /** Set where the flow's options pass it over: no record, and counted as filtered. */
  passedOver?: true;
  /** Set where several records were made of it, which have it as a member: a spool writes it once. */
  shared?: true;
  /** Set when only the end of the text ended it: more text could have made another record of it. */
  open?: true;
}

export interface ReadContext {
  /** What to call the payload in faults. */
  name: string;
  /** What the transport says of it; its `charset=` must agree with what the payload shows. */
  contentType?: string | undefined;
  /** The flow means the single-byte encoding that is stated, though all of the text is UTF-8. */
  asStated?: boolean;
  /** Told at the end of what stands beside the records and is none of them: elements, by their name. */
  passedOver?: (name: string, count: number) => void;
  /**
   * For formats that are read from several places (archives, workbooks): keeps all of a payload, on disk
   * where it is large. Left out: in memory, as far as a small payload goes.
   */
  keep?: (chunks: AsyncIterable<Uint8Array>) => Promise<KeptBytes>;
}

/** A payload that is whole, and read anywhere. */
export interface KeptBytes {
  readonly size: number;
  /** So many bytes from there on, or those that there are. */
  at(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * One payload on its way in, read once. Others get their turn between two batches; a batch without
 * records is given out where one record takes long.
 */
export interface PayloadReading extends AsyncIterable<SourceRecord[]> {
  /** For rejected records; asked for after the first of them was given out. */
  rejects(): RejectsFormat;
}

/** A record that was not taken in, and why. */
export interface Rejected {
  record: SourceRecord;
  fault: Fault | undefined;
}

/**
 * Gives rejected records back in the form in which their payload came (encoding, title lines, quotes,
 * what stands around), each with its reason, so that what is corrected there can be sent again as it
 * is: the same codec with the same options reads it as it would read the corrected payload. Bytes of
 * all parts are to be joined; `end` comes after the whole payload was read.
 */
export interface RejectsFormat {
  write(rejected: readonly Rejected[]): Uint8Array | Promise<Uint8Array>;
  end(): Uint8Array | Promise<Uint8Array>;
}

/**
 * Reads with bounded memory, whatever the size of the payload. Every byte ends in exactly one record,
 * good or bad; a fault of the payload as a whole (wrong encoding, refused DTD, empty) is thrown as a
 * StockbusError after all records before it were given out.
 */
export interface Codec {
  read(chunks: AsyncIterable<Uint8Array>, context: ReadContext): PayloadReading;
  /**
   * One writer for each payload. Text of each part is to be concatenated in order. `fields` are those
   * of all records, where they are known: so a table has its header even without a row; `facts` are for
   * what stands around them. Left out by formats that are no text.
   */
  writer?(fields?: readonly string[], facts?: WriterFacts): RecordWriter;
  /** The same of formats that are no text, as the bytes of one payload that nobody holds whole. */
  payload?(
    pages: AsyncIterable<readonly RecordValue[]> | Iterable<readonly RecordValue[]>,
    fields?: readonly string[],
    facts?: TypedFacts,
  ): AsyncIterable<Uint8Array>;
  /**
   * The same codec for a flow that reads these fields: `read` refuses a payload whose records cannot
   * have one of them, before any record. Only formats whose records all have the same fields offer it.
   */
  requireColumns?(names: readonly string[]): Codec;
  /** What it writes, where the options make it another than that of its spec. */
  readonly contentType?: string | undefined;
  /** Of these fields those that no payload can have, as the flow's own options say. */
  lacksColumns?(names: readonly string[]): string[];
}

/** What is known of a payload that is written: days, and times in ISO 8601. */
export interface WriterFacts {
  /** How many records it has. */
  count?: string | undefined;
  /** When it is written. */
  date?: string | undefined;
  /** From which day on it tells, and up to which. */
  since?: string | undefined;
  asOf?: string | undefined;
}

export interface TypedFacts extends WriterFacts {
  /** By field what its text stands for, where that is known: all others are text. */
  kinds?: Readonly<Record<string, FieldKind>> | undefined;
}

/** A decimal; a day, `2026-03-31`; an instant, RFC 3339 in UTC. */
export type FieldKind = 'decimal' | 'day' | 'instant';

export interface RecordWriter {
  begin(): string;
  write(records: readonly RecordValue[]): string;
  /** The same of lines, from one to another, in a format that takes them as they are. */
  writeLines?(lines: JsonLines, from: number, until: number): Uint8Array;
  end(): string;
  /** Text of a part as its bytes, where they are not those of UTF-8. */
  bytes?(text: string): Uint8Array;
}

/** Records that are JSON already, each in a line of its own. */
export interface JsonLines {
  bytes: Uint8Array;
  /** Of each, the place behind its line feed. */
  ends: readonly number[];
}

export interface CodecSpec<Read = unknown, Write = unknown> {
  name: string;
  about: string;
  contentType: string;
  extension: string;
  /** Why it is written only; left out: it is read, too. */
  unread?: string;
  readOptions: Field<Read>;
  writeOptions: Field<Write>;
  /** How it is written for people, who open it with a program that trusts it. */
  forPeople?: Readonly<Record<string, unknown>>;
  examples: string[];
  codec(read: Read | undefined, write: Write | undefined): Codec;
}
