import type { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import type { SourceRecord } from '../ports.ts';

/** Counts bytes only where the characters, of at most three bytes each, could be too many. */
export function exceedsDocument(
  text: string,
  written: (text: string) => string = (same) => same,
): boolean {
  if (text.length * 3 <= limits.documentBytes) return false;
  return Buffer.byteLength(written(text)) > limits.documentBytes;
}

export function tooLargeFault(what: string, json: string, record: number): Fault {
  const bytes = Buffer.byteLength(json);
  const message = `the ${what} has ${bytes} bytes, at most ${limits.documentBytes} are taken`;
  return { code: 'PAYLOAD_TOO_LARGE', message, at: { record } };
}

/** The records as they were read, as JSON text, within its bound. */
export function parkedContent(members: readonly SourceRecord[]): string {
  const records = members.map(({ file, record, line, value, raw }) => ({
    file,
    record,
    line,
    value,
    raw,
  }));
  const text = JSON.stringify(records);
  // On its way it is text within JSON, where quotes take twice their size.
  if (!exceedsDocument(text, JSON.stringify)) return text;
  const first = members[0]?.record;
  const last = members.at(-1)?.record;
  return JSON.stringify([
    {
      tooLarge: true,
      firstRecord: first,
      lastRecord: last,
      start: text.slice(0, limits.batchBytes),
    },
  ]);
}
