/** What is written of a stage into the store: rows by key, what they keep, and records that leave it. */

import { parseStored } from '../parseStored.ts';
import type { LeavingRecord } from '../ports.ts';
import { requireVersion } from '../requireVersion.ts';

/** Of all three; a reader refuses another. */
export const STAGE_FORMAT = 1;

/** What a row is written as. */
export interface RowBody {
  /** Of the bodies of its members: so many, or fewer where it is `loose`. */
  characters: number;
  loose?: true;
  /** Number of the next member. */
  next: number;
  /** From when on ids of members that left may be forgotten. */
  sweepAt?: string;
  state: unknown;
}

export const rowText = (body: RowBody): string => JSON.stringify({ v: STAGE_FORMAT, ...body });

/** Throws FORMAT_UNKNOWN for another version. */
export function rowFrom(text: string, what: string): RowBody {
  const { v, ...body } = parseStored(what, text) as RowBody & { v?: unknown };
  requireVersion(what, v, STAGE_FORMAT);
  return body;
}

export const memberText = (member: unknown): string => JSON.stringify({ v: STAGE_FORMAT, member });

/** Throws FORMAT_UNKNOWN for another version. */
export function memberFrom(text: string, what: string): unknown {
  const { v, member } = parseStored(what, text) as { v?: unknown; member?: unknown };
  requireVersion(what, v, STAGE_FORMAT);
  return member;
}

export const leavingText = (records: readonly LeavingRecord[]): string =>
  JSON.stringify({ v: STAGE_FORMAT, records });

/** Throws FORMAT_UNKNOWN for another version. */
export function leavingFrom(text: string, what: string): LeavingRecord[] {
  const { v, records } = parseStored(what, text) as { v?: unknown; records: LeavingRecord[] };
  requireVersion(what, v, STAGE_FORMAT);
  return records;
}
