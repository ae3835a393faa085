import type { Filter } from 'mongodb';
import type { CursorPart } from '../../cursor.ts';
import type { LedgerFilter } from '../../ports.ts';
import type { EntryDocument } from './bookDocuments.ts';
import type { Collections } from './Collections.ts';
import { between, keyOf, seqText, under } from './keys.ts';
import { skuWindows } from './skuWindows.ts';

/** Entries of a window where not all of them may be wanted. */
const ENTRIES_PER_WINDOW = 5_000;

/** Entries by (sku, seq), at most `wanted`; those of the whole ledger by windows of SKUs. */
export async function ledgerPage(
  collections: Collections,
  filter: LedgerFilter,
  after: CursorPart[] | undefined,
  wanted: number,
): Promise<EntryDocument[]> {
  const conditions = timesOf(filter);
  const isCut = conditions.length > 0;
  if (after) conditions.push({ _id: { $gt: keyOf(String(after[0]), seqText(Number(after[1]))) } });
  const read = (range: Filter<EntryDocument>, limit: number): Promise<EntryDocument[]> =>
    collections.entries
      .find({ $and: [range, ...conditions] })
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
  const { sku, document, kind } = filter;
  if (kind !== undefined) conditions.push({ kind });
  if (sku !== undefined || document !== undefined || kind !== undefined) {
    if (document !== undefined) conditions.push({ document });
    return read(sku === undefined ? {} : { _id: under(sku) }, wanted);
  }
  const rows: EntryDocument[] = [];
  const entries = isCut ? Math.max(wanted, ENTRIES_PER_WINDOW) : wanted;
  const most = { skus: Number.POSITIVE_INFINITY, entries };
  for await (const { first, last } of skuWindows(collections, String(after?.[0] ?? ''), most)) {
    rows.push(...(await read({ _id: between(first, last) }, wanted - rows.length)));
    if (rows.length >= wanted) break;
  }
  return rows;
}

/** What `at` and `recordedAt` must be. */
export function timesOf({ since, asOf, knownAt }: LedgerFilter): Filter<EntryDocument>[] {
  const times: Filter<EntryDocument>[] = [];
  if (since !== undefined) times.push({ at: { $gte: since } });
  if (asOf !== undefined) times.push({ at: { $lte: asOf } });
  if (knownAt !== undefined) times.push({ recordedAt: { $lte: knownAt } });
  return times;
}
