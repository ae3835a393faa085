/** Work that may take long, in slices: after each of them others may have their turn. */
export type Slices<Result> = Generator<undefined, Result>;

/** All slices, one right after another. */
export function atOnce<Result>(slices: Slices<Result>): Result {
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
  }
}

/** Something done to many, some hundred in a slice. */
export function* eachInSlices<Row>(
  rows: Iterable<Row>,
  work: (row: Row, index: number) => void,
): Slices<void> {
  let index = 0;
  for (const row of rows) {
    work(row, index);
    index += 1;
    if (index % SLICE_ROWS === 0) yield;
  }
}

/** About a millisecond. */
const SLICE_ROWS = 256;
