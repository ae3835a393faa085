import { limits } from '../limits.ts';
import type { Page, Paged } from '../ports.ts';

/** One page after another, to the last. */
export async function* allPages<Row>(
  read: (page: Page) => Promise<Paged<Row>>,
): AsyncGenerator<Row[]> {
  for (let after: string | undefined, isFirst = true; isFirst || after; isFirst = false) {
    const page = { limit: limits.pageRows, ...(after === undefined ? {} : { after }) };
    const { rows, next } = await read(page);
    yield rows;
    after = next;
  }
}
