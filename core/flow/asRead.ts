import { limits } from '../limits.ts';
import type { RecordValue, SourceRecord } from '../ports.ts';

/**
 * What something that others wait for was read from, for who may have to park it; where that is much more than what was
 * made of it, as of a part of a large record, it goes without.
 */
export function asRead(
  members: readonly SourceRecord[],
  made: RecordValue,
): { members?: SourceRecord[] } {
  const read = members.map(
    ({ shared: _, open: _open, fault: _fault, ...one }): SourceRecord => one,
  );
  const { length } = JSON.stringify(read);
  const most = Math.max(limits.awaitedReadBytes, JSON.stringify(made).length);
  return length <= most ? { members: read } : {};
}
