import type { Filter } from 'mongodb';
import type { CursorPart } from '../../cursor.ts';
import type { LedgerFilter } from '../../ports.ts';
import type { EntryDocument } from './bookDocuments.ts';
import type { Collections } from './Collections.ts';
import { keyOf, seqText, under } from './keys.ts';
import { documentsByWindows } from './rowsByWindows.ts';
import type { SkuWindows } from './SkuWindows.ts';
import { fixedSize } from './WindowSize.ts';

/** Entries of a window where not all of them may be wanted. */
const ENTRIES_PER_WINDOW = 5_000;

/** Entries by (sku, seq), at most `wanted`; those of the whole ledger by windows of SKUs. */
export async function findLedgerPage(
  { entries }: Collections,
  windows: SkuWindows,
  filter: LedgerFilter,
  after: CursorPart[] | undefined,
  wanted: number,
): Promise<EntryDocument[]> {
  const conditions = timesOf(filter);
  const isCut = conditions.length > 0;
  const last = after && keyOf(String(after[0]), seqText(Number(after[1])));
  const read = (range: Filter<EntryDocument>, limit: number): Promise<EntryDocument[]> =>
    entries
      .find({ $and: [range, ...conditions] })
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
  const { sku, document, kind } = filter;
  if (kind !== undefined) conditions.push({ kind });
  if (sku !== undefined || document !== undefined || kind !== undefined) {
    if (document !== undefined) conditions.push({ document });
    if (last !== undefined) conditions.push({ _id: { $gt: last } });
    return read(sku === undefined ? {} : { _id: under(sku) }, wanted);
  }
  const size = fixedSize({
    skus: Number.POSITIVE_INFINITY,
    entries: isCut ? Math.max(wanted, ENTRIES_PER_WINDOW) : wanted,
  });
  const from = last === undefined ? undefined : { sku: String(after?.[0]), key: last };
  return documentsByWindows({ windows, size }, from, wanted, (_id, limit) => read({ _id }, limit));
}

/** What `at` and `recordedAt` must be. */
export function timesOf({ since, asOf, knownAt }: LedgerFilter): Filter<EntryDocument>[] {
  const times: Filter<EntryDocument>[] = [];
  if (since !== undefined) times.push({ at: { $gte: since } });
  if (asOf !== undefined) times.push({ at: { $lte: asOf } });
  if (knownAt !== undefined) times.push({ recordedAt: { $lte: knownAt } });
  return times;
}
