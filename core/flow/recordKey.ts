/** The business key of one message, over all records that it was made of. */
import { StockbusError } from '../errors.ts';
import type { FlowRecord, RecordValue, SourceRecord } from '../ports.ts';
import type { Awaitable } from './compiledFlow.ts';
import type { CompiledKey } from './compileKey.ts';
import { recordRead } from './recordRead.ts';

/** What a target makes of a record: `index` where it is one of several. */
export interface Draft {
  value: RecordValue;
  index?: number;
}

/** Each row of a document has the same key, or GROUP_KEY_DIFFERS is thrown. */
export function keyOf(record: FlowRecord, key: CompiledKey, draft: Draft): Awaitable<string> {
  const { source, members } = record;
  const first = keyOver(record, key, draft, { source, root: recordRead(record) });
  // Of parts of a record that was split nobody knows what each was.
  if (!members || members.length === 1 || members[0]!.value !== source) return first;
  if (first instanceof Promise) return sameLater(record, key, draft, { first, members });
  // One for all of them, as long as nothing of the key waits.
  const { record: row, payload } = record;
  const { value: outer, index } = draft;
  const scope = { value: source, source, record: row, outer, index, root: source, payload };
  for (let at = 1; at < members.length; at += 1) {
    const member = members[at]!;
    if (key.isOfBoth(source, member.value)) continue;
    scope.value = member.value;
    scope.source = member.value;
    scope.root = member.value;
    const other = key.read(scope);
    if (typeof other !== 'string') {
      // It takes long for this one, and is made again.
      other.catch(() => undefined);
      return sameLater(record, key, draft, { first: Promise.resolve(first), members });
    }
    refuseOther(first, other, member);
  }
  return first;
}

async function sameLater(
  record: FlowRecord,
  key: CompiledKey,
  draft: Draft,
  { first, members }: { first: Promise<string>; members: readonly SourceRecord[] },
): Promise<string> {
  const id = await first;
  for (const member of members) {
    const { value } = member;
    refuseOther(id, await keyOver(record, key, draft, { source: value, root: value }), member);
  }
  return id;
}

/** Over one of the records. */
function keyOver(
  { record, payload }: FlowRecord,
  key: CompiledKey,
  { value: outer, index }: Draft,
  { source, root }: { source: RecordValue; root: RecordValue },
): Awaitable<string> {
  return key.read({ value: source, source, record, outer, index, root, payload });
}

function refuseOther(first: string, other: string, { record, line }: SourceRecord): void {
  if (other === first) return;
  const message = `the key is '${first}' in one row of the document and '${other}' in another`;
  const at = { record, ...(line === undefined ? {} : { line }) };
  throw new StockbusError('GROUP_KEY_DIFFERS', message, at);
}
