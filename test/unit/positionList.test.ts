import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { PositionList } from '../../core/PositionList.ts';
import { byPosition } from '../../core/position.ts';
import { runs, seed } from '../runs.ts';

interface Row {
  at: string;
  rank: string;
  seq: number;
  isMeant: boolean;
  isTaken: boolean;
}

/** More than a chunk has, of few times, so that rows come between others. */
const MOST_ROWS = 600;

const rowsInAnyOrder = fc
  .array(fc.tuple(fc.nat(20), fc.nat(2), fc.boolean(), fc.boolean()), { maxLength: MOST_ROWS })
  .map((drawn) =>
    drawn.map(([second, rank, isMeant, isTaken], seq): Row => {
      const at = new Date(second * 1_000).toISOString();
      return { at, rank: `${rank}D`, seq, isMeant, isTaken };
    }),
  );

function listOf(rows: readonly Row[]): PositionList<Row> {
  const list = new PositionList<Row>(() => undefined);
  for (const row of rows) list.add(row);
  return list;
}

describe('rows by their position in business time', () => {
  it('are visited in order, each once, whatever is deleted of those visited', () => {
    fc.assert(
      fc.property(rowsInAnyOrder, (rows) => {
        const list = listOf(rows);
        const visited: Row[] = [];
        for (const row of list.visit(({ isMeant }) => isMeant)) {
          visited.push(row);
          if (row.isTaken) list.delete(row);
        }
        const inOrder = rows.toSorted(byPosition);
        deepEqual(
          visited,
          inOrder.filter(({ isMeant }) => isMeant),
        );
        const left = inOrder.filter(({ isMeant, isTaken }) => !(isMeant && isTaken));
        deepEqual(list.rows(), left);
        equal(list.length, left.length);
      }),
      { numRuns: runs(), seed },
    );
  });

  it('are visited backwards in the other order', () => {
    fc.assert(
      fc.property(rowsInAnyOrder, (rows) => {
        const list = listOf(rows);
        const meant = rows.filter(({ isMeant }) => isMeant).toSorted(byPosition);
        deepEqual([...list.visitBack(({ isMeant }) => isMeant)], meant.toReversed());
      }),
      { numRuns: runs(), seed },
    );
  });
});
