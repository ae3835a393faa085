import { limits } from './limits.ts';
import type { Page, Paged } from './ports.ts';

/** A list, one page after another, to the last. */
export async function* pagesOf<Row>(
  list: (page: Page) => Promise<Paged<Row>>,
  limit: number = limits.pageRows,
): AsyncGenerator<Row[]> {
  let after: string | undefined;
  do {
    const page = await list({ limit, ...(after === undefined ? {} : { after }) });
    yield page.rows;
    after = page.next;
  } while (after !== undefined);
}
