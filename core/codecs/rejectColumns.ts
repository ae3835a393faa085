import type { Fault } from '../errors.ts';
import { formatFault } from '../errors.ts';
import type { RecordValue, Rejected } from '../ports.ts';

/** What a rejected record says of itself besides its own fields. They come last, in this order. */
export const REJECT_COLUMNS = ['_record', '_code', '_reason', '_raw'] as const;

/** Whether a header is that of a file of rejects: what its last columns hold is no part of a record. */
export function isRejectsHeader(cells: readonly string[]): boolean {
  const from = cells.length - REJECT_COLUMNS.length;
  return from >= 0 && REJECT_COLUMNS.every((name, index) => cells[from + index] === name);
}

/** A record without what `rejectFields` added to it. */
export function withoutRejectFields(value: RecordValue): RecordValue {
  if (!Object.hasOwn(value, '_raw')) return value;
  const names = Object.keys(value);
  if (!isRejectsHeader(names)) return value;
  const own = names.slice(0, -REJECT_COLUMNS.length);
  return Object.fromEntries(own.map((name) => [name, value[name]]));
}

/** Values of REJECT_COLUMNS: number, code, reason, and the text of what could not be read. */
export function rejectFields({ record, fault }: Rejected): Record<string, string> {
  return {
    _record: String(record.record),
    _code: fault?.code ?? '',
    _reason: rejectReason(fault),
    _raw: record.raw ?? '',
  };
}

export const rejectReason = (fault: Fault | undefined): string =>
  fault ? formatFault({ ...fault, at: {} }) : '';
