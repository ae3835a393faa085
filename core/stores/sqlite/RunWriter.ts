/** Writes `moves`: runs of entries in the order of (sku, seq), and few runs out of many. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { milliseconds, RECORDED_AT } from './moves.ts';

/**
 * Entries that may wait for a run. The more, the fewer runs there are; whoever reads a page of the
 * ledger looks through all that wait.
 */
export const RUN_ENTRIES = 8_192;

/** Entries of small runs that become one large run, which then stays: each entry is written twice,
 *  however long the ledger is. */
export const MERGED_ENTRIES = 32 * RUN_ENTRIES;

const MOVE = 'sku, seq, entry, at, recorded_at, route, quantity, value, lot, owner';
const SMALL = 'SELECT run FROM runs WHERE merged = 0 AND run <> ?';

export class RunWriter {
  readonly #runs: StatementSync;
  readonly #fill: StatementSync;
  readonly #run: StatementSync;
  readonly #merge: StatementSync;
  readonly #mergedRun: StatementSync;
  readonly #dropMoves: StatementSync;
  readonly #dropRuns: StatementSync;

  constructor(database: DatabaseSync) {
    const prepare = (sql: string): StatementSync => database.prepare(sql);
    this.#runs = prepare(
      `SELECT coalesce(max(run), 0) AS last, coalesce(sum(entries) FILTER (WHERE merged = 0), 0) AS small
       FROM runs`,
    );
    this.#fill = prepare(
      `INSERT INTO moves (run, ${MOVE})
       SELECT ?, e.sku, e.seq, e.id, ${milliseconds('d.at')}, ${milliseconds(RECORDED_AT)}, e.route,
         e.quantity, e.value, e.lot, e.owner
       FROM entries e CROSS JOIN documents d ON d.id = e.document
       WHERE e.id > ? ORDER BY e.sku, e.seq`,
    );
    this.#run = prepare(
      `INSERT INTO runs SELECT run, 0, count(*), max(entry), min(at), min(recorded_at)
       FROM moves WHERE run = ?`,
    );
    this.#merge = prepare(
      `INSERT INTO moves (run, ${MOVE}) SELECT ?, ${MOVE} FROM moves WHERE run IN (${SMALL})
       ORDER BY sku, seq`,
    );
    this.#mergedRun = prepare(
      `INSERT INTO runs SELECT ?, 1, sum(entries), max(last_entry), min(first_at),
       min(first_recorded_at) FROM runs WHERE merged = 0`,
    );
    this.#dropMoves = prepare(`DELETE FROM moves WHERE run IN (${SMALL})`);
    this.#dropRuns = prepare('DELETE FROM runs WHERE merged = 0');
  }

  /** Takes in the entries after `last`, once there are enough; within a transaction. */
  write(last: number, newest: number): void {
    if (newest - last < RUN_ENTRIES) return;
    const { last: lastRun, small } = this.#runs.get() as { last: number; small: number };
    const run = lastRun + 1;
    this.#fill.run(run, last);
    this.#run.run(run);
    if (small + newest - last >= MERGED_ENTRIES) this.#mergeInto(run + 1);
  }

  #mergeInto(run: number): void {
    this.#merge.run(run, run);
    this.#mergedRun.run(run);
    this.#dropMoves.run(run);
    this.#dropRuns.run();
  }
}
