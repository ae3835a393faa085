import type { FindCursor } from 'mongodb';
import { limits } from '../../limits.ts';

/** What there is, a page at a time: to wait for each row by itself costs more than the row. */
export async function* batchesOf<Row>(
  found: FindCursor<Row>,
  rows: number = limits.pageRows,
): AsyncIterable<Row[]> {
  const cursor = found.batchSize(rows);
  try {
    while (await cursor.hasNext()) yield cursor.readBufferedDocuments();
  } finally {
    await cursor.close();
  }
}
