import { limits } from './limits.ts';
import type { Page, Paged } from './ports.ts';

/** All rows of a list, of which one page is in memory at a time. */
export async function* rowsOf<Row>(
  list: (page: Page) => Promise<Paged<Row>>,
  limit: number = limits.pageRows,
): AsyncGenerator<Row> {
  let after: string | undefined;
  do {
    const page = await list({ limit, ...(after === undefined ? {} : { after }) });
    yield* page.rows;
    after = page.next;
  } while (after !== undefined);
}
