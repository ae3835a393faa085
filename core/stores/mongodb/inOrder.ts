/**
 * Rows of one stream after another, while the next ones are on their way already: one at first, since
 * whoever reads may need no more, then twice as many with each, `most` at once.
 */
export async function* inOrder<Row>(
  streams: readonly (() => AsyncIterable<Row>)[],
  most: number,
): AsyncIterable<Row> {
  const open: { rows: AsyncIterator<Row>; first: Promise<IteratorResult<Row>> }[] = [];
  let next = 0;
  try {
    for (let count = 1; ; count = Math.min(count * 2, most)) {
      while (open.length < count && next < streams.length) {
        const rows = streams[next]!()[Symbol.asyncIterator]();
        const first = rows.next();
        // Its fault is thrown where its turn comes; if that never comes, nobody needed it.
        first.catch(() => undefined);
        open.push({ rows, first });
        next += 1;
      }
      const [current] = open;
      if (!current) return;
      let row = await current.first;
      while (!row.done) {
        yield row.value;
        row = await current.rows.next();
      }
      open.shift();
    }
  } finally {
    await Promise.all(open.map(({ rows }) => rows.return?.()));
  }
}
