import type { Filter } from 'mongodb';
import type { CursorPart } from '../../cursor.ts';
import type { LedgerFilter } from '../../ports.ts';
import type { Collections } from './Collections.ts';
import type { EntryDocument } from './documents.ts';
import { between, keyOf, seqText, under } from './keys.ts';

/** Heads read at once to find out where a window ends. */
const HEADS_PER_QUERY = 500;

/**
 * Entries by (sku, seq), at most `wanted`. The whole ledger is read by windows of SKUs that together
 * have about so many entries: with both ends of the range given, a page costs its own rows also on a
 * server that sorts all that it finds, and on a cluster it goes only to the shards that have them.
 */
export async function ledgerPage(
  collections: Collections,
  filter: LedgerFilter,
  after: CursorPart[] | undefined,
  wanted: number,
): Promise<EntryDocument[]> {
  const start = after && keyOf(String(after[0]), seqText(Number(after[1])));
  const conditions: Filter<EntryDocument>[] = [];
  if (start !== undefined) conditions.push({ _id: { $gt: start } });
  if (filter.asOf !== undefined) conditions.push({ at: { $lte: filter.asOf } });
  const read = (range: Filter<EntryDocument>, limit: number): Promise<EntryDocument[]> =>
    collections.entries
      .find({ $and: [range, ...conditions] })
      .sort({ _id: 1 })
      .limit(limit)
      .toArray();
  const { sku, document } = filter;
  if (sku !== undefined || document !== undefined) {
    if (document !== undefined) conditions.push({ document });
    return read(sku === undefined ? {} : { _id: under(sku) }, wanted);
  }
  const rows: EntryDocument[] = [];
  for await (const range of windows(collections, keyOf(String(after?.[0] ?? '')), wanted)) {
    rows.push(...(await read({ _id: range }, wanted - rows.length)));
    if (rows.length >= wanted) break;
  }
  return rows;
}

/** Ranges of `_id`, one after another, of whole SKUs with at least `wanted` entries. */
async function* windows(
  { heads }: Collections,
  firstKey: string,
  wanted: number,
): AsyncGenerator<{ $gt: string; $lt: string }> {
  let from: { $gt: string } | { $gte: string } = { $gte: firstKey };
  for (;;) {
    const found = await heads
      .find({ _id: from }, { projection: { seq: 1 } })
      .sort({ _id: 1 })
      .limit(HEADS_PER_QUERY)
      .toArray();
    const last = found.at(-1);
    if (!last) return;
    let first = found[0]!._id;
    let entries = 0;
    for (const [index, head] of found.entries()) {
      entries += head.seq;
      if (entries < wanted && head !== last) continue;
      yield between(first, head._id);
      first = found[index + 1]?._id ?? first;
      entries = 0;
    }
    from = { $gt: last._id };
  }
}
