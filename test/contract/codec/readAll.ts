import assert from 'node:assert/strict';
import type { Fault } from '../../../core/errors.ts';
import { StockbusError } from '../../../core/errors.ts';
import type { Codec, CodecSpec, SourceRecord } from '../../../core/ports.ts';

export interface ReadResult {
  records: SourceRecord[];
  /** What was thrown after them. */
  refused?: Fault;
}

/** The codec as a flow that writes these options would have it. */
export function codecWith<Read, Write>(
  spec: CodecSpec<Read, Write>,
  read: object = {},
  write?: object,
): Codec {
  const fail = (fault: { message: string }): void => assert.fail(fault.message);
  return spec.codec(
    spec.readOptions.read(read, [], fail),
    write && spec.writeOptions.read(write, [], fail),
  );
}

/** Reads a payload to its end, in chunks of so many bytes. */
export async function readAll(
  codec: Codec,
  payload: string | Uint8Array,
  chunkBytes = 64 * 1024,
  name = 'payload',
): Promise<ReadResult> {
  const result: ReadResult = { records: [] };
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  try {
    for await (const batch of codec.read(chunksOf(bytes, chunkBytes), { name })) {
      result.records.push(...batch);
    }
  } catch (error) {
    if (!(error instanceof StockbusError)) throw error;
    result.refused = error.fault;
  }
  return result;
}

export async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

export const values = (result: ReadResult): unknown[] =>
  result.records.filter((record) => !record.fault).map((record) => record.value);

/** Faults of the records, as `record:line CODE`. */
export const faults = (result: ReadResult): string[] =>
  result.records
    .filter((record) => record.fault)
    .map(({ record, line, fault }) => `${record}:${line} ${fault!.code}`);

/** UTF-16 text with its byte order mark. */
export function utf16(text: string, bigEndian: boolean): Uint8Array {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
}
