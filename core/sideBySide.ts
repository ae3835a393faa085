/** So many at a time; more of them are asked for once those have been looked at. */
export function* slicesOf<Row>(rows: Iterable<Row>, size: number): Iterable<Row[]> {
  let some: Row[] = [];
  for (const row of rows) {
    some.push(row);
    if (some.length < size) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
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

/** Questions that are asked before the answer to the first of them is looked at. */
const ASKED_AHEAD = 2;

/** What each question gives, in their order; the next ones are asked while one is looked at. */
export async function* readAhead<Item, Result>(
  items: Iterable<Item>,
  ask: (item: Item) => Promise<Result>,
): AsyncIterable<Result> {
  const asked: Promise<Result>[] = [];
  for (const item of items) {
    asked.push(heldBack(ask(item)));
    if (asked.length > ASKED_AHEAD) yield await asked.shift()!;
  }
  for (const answer of asked) yield await answer;
}

/** Awaited later: what it fails of is told then, and not before. */
export function heldBack<Result>(answer: Promise<Result>): Promise<Result> {
  answer.catch(() => undefined);
  return answer;
}
