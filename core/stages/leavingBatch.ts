/** What is written of a stage into the store: its state by key, and records that leave it. */

import { parseStored } from '../parseStored.ts';
import type { LeavingRecord } from '../ports.ts';
import { requireVersion } from '../requireVersion.ts';

/** Of both; a reader refuses another. */
export const STAGE_FORMAT = 1;

/** `waiting`: how many records wait in it, for who lists it. */
export const stateText = (state: unknown, waiting: number): string =>
  JSON.stringify({ v: STAGE_FORMAT, waiting, state });

/** How many records wait in a row. Throws FORMAT_UNKNOWN for another version. */
export function waitingIn(text: string, what: string): number {
  const { v, waiting = 0 } = parseStored(what, text) as { v?: unknown; waiting?: number };
  requireVersion(what, v, STAGE_FORMAT);
  return waiting;
}

/** Throws FORMAT_UNKNOWN for another version. */
export function stateFrom(text: string, what: string): unknown {
  const { v, state } = parseStored(what, text) as { v?: unknown; state?: unknown };
  requireVersion(what, v, STAGE_FORMAT);
  return state;
}

export const leavingText = (records: readonly LeavingRecord[]): string =>
  JSON.stringify({ v: STAGE_FORMAT, records });

/** Throws FORMAT_UNKNOWN for another version. */
export function leavingFrom(text: string, what: string): LeavingRecord[] {
  const { v, records } = parseStored(what, text) as { v?: unknown; records: LeavingRecord[] };
  requireVersion(what, v, STAGE_FORMAT);
  return records;
}
