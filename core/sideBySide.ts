export function* slicesOf<Row>(rows: readonly Row[], size: number): Iterable<readonly Row[]> {
  for (let from = 0; from < rows.length; from += size) yield rows.slice(from, from + size);
}

/** Works at all items, at so many of them side by side. What each gave, in their order. */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const done: Result[] = [];
  for (const some of slicesOf(items, most)) done.push(...(await Promise.all(some.map(work))));
  return done;
}
