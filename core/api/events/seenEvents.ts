import type { Books, RecordValue } from '../../ports.ts';
import type { RowFilter } from '../auth/Caller.ts';
import { seenRows } from '../rest/seenRows.ts';
import type { StreamItem } from './EventReader.ts';

/**
 * Of a caller who is limited to some rows: events of which he may see each line. What says no SKU and no place, and what
 * is held anywhere in a pool, is none of them. He comes as far as everybody else.
 */
export async function* seenEvents(
  told: AsyncGenerator<StreamItem, void>,
  rows: RowFilter,
  store: Pick<Books, 'load'>,
): AsyncGenerator<StreamItem, void> {
  for await (const item of told) {
    if (item.kind !== 'event') {
      yield item;
      continue;
    }
    const lines: RecordValue[] = item.event.lines.map(({ sku, location = '' }) => ({
      ...{ sku, location },
    }));
    const seen = await seenRows(lines, ['location'], rows, store);
    const isSeen = lines.length > 0 && seen.length === lines.length;
    yield isSeen ? item : { kind: 'passed', id: item.id };
  }
}
