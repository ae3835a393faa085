/** Writes `moves` by runs: entries that came one after the other, in the order of (sku, seq). */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { milliseconds, RECORDED_AT } from './moves.ts';

/**
 * Entries of a run, at least. The more, the fewer runs are to be looked through (a seek in each); but
 * whoever reads a page of the ledger also looks through all entries that wait for a run, which takes
 * up to 1 ms.
 */
export const RUN_ENTRIES = 8_192;

export class RunWriter {
  readonly #entries: number;
  readonly #moves: StatementSync;
  readonly #run: StatementSync;

  constructor(database: DatabaseSync, entries = RUN_ENTRIES) {
    this.#entries = entries;
    this.#moves = database.prepare(
      `INSERT INTO moves (run, sku, seq, entry, at, recorded_at, route, quantity, value, lot, owner)
       SELECT ?, e.sku, e.seq, e.id, ${milliseconds('d.at')}, ${milliseconds(RECORDED_AT)}, e.route,
         e.quantity, e.value, e.lot, e.owner
       FROM entries e CROSS JOIN documents d ON d.id = e.document
       WHERE e.id > ? ORDER BY e.sku, e.seq`,
    );
    this.#run = database.prepare(
      'INSERT INTO runs SELECT run, min(at), min(recorded_at) FROM moves WHERE run = ?',
    );
  }

  /** Makes a run of the entries after `last`, once there are enough; within a transaction. */
  write(last: number, newest: number): void {
    if (newest - last < this.#entries) return;
    this.#moves.run(newest, last);
    this.#run.run(newest);
  }
}
