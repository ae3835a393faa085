import { pagesOf } from './pagesOf.ts';
import type { Page, Paged } from './ports.ts';

/** All rows of a list, of which one page is in memory at a time. */
export async function* rowsOf<Row>(
  list: (page: Page) => Promise<Paged<Row>>,
  limit?: number,
): AsyncGenerator<Row> {
  for await (const rows of pagesOf(list, limit)) yield* rows;
}
