/** Writes reservations and the period where their versions hold, and open orders. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Commit } from '../../commit.ts';
import type { OpenOrder, Reservation } from '../../ledger.ts';

export class ClaimWriter {
  readonly #periodVersion: StatementSync;
  readonly #period: StatementSync;
  readonly #newReservation: StatementSync;
  readonly #nextReservation: StatementSync;
  readonly #line: StatementSync;
  readonly #noLines: StatementSync;
  readonly #order: StatementSync;
  readonly #doneOrder: StatementSync;

  constructor(database: DatabaseSync) {
    const prepare = (sql: string): StatementSync => database.prepare(sql);
    this.#periodVersion = prepare('SELECT version FROM period');
    this.#period = prepare('UPDATE period SET version = ?, closed_through = ?, log = ?');
    this.#newReservation = prepare(
      `INSERT INTO reservations (version, state, at, expires_at, partner, reference, log, id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    );
    this.#nextReservation = prepare(
      `UPDATE reservations SET version = ?, state = ?, at = ?, expires_at = ?, partner = ?,
       reference = ?, log = ? WHERE id = ? AND version = ?`,
    );
    this.#line = prepare('INSERT INTO reservation_lines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#noLines = prepare('DELETE FROM reservation_lines WHERE id = ?');
    this.#order = prepare('INSERT OR REPLACE INTO open_orders VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#doneOrder = prepare('DELETE FROM open_orders WHERE document = ? AND line = ?');
  }

  /** False when some version is another; then the transaction is to be rolled back. */
  write(commit: Commit): boolean {
    if (this.#periodVersion.get()?.version !== commit.periodVersion) return false;
    if (commit.period) {
      const { version, closedThrough, log } = commit.period;
      this.#period.run(version, closedThrough, JSON.stringify(log));
    }
    for (const { reservation, expectedVersion } of commit.reservations) {
      if (!this.#writeReservation(reservation, expectedVersion)) return false;
    }
    for (const order of commit.openOrders) this.#writeOrder(order);
    return true;
  }

  #writeReservation(reservation: Reservation, expectedVersion: number): boolean {
    const { id, version, state, at, expiresAt, partner, reference, lines, log } = reservation;
    const rest = [state, at, expiresAt, partner, reference, JSON.stringify(log), id] as const;
    const written =
      expectedVersion === 0
        ? this.#newReservation.run(version, ...rest)
        : this.#nextReservation.run(version, ...rest, expectedVersion);
    if (written.changes !== 1) return false;
    if (expectedVersion > 0) this.#noLines.run(id);
    lines.forEach(({ line, sku, place, pool, lot, quantity, committed }, position) => {
      this.#line.run(id, position, line, sku, place, pool, lot, quantity, committed);
    });
    return true;
  }

  #writeOrder({ document, line, kind, sku, place, quantity, due }: OpenOrder): void {
    if (quantity === 0n) this.#doneOrder.run(document, line);
    else this.#order.run(document, line, kind, sku, place, quantity, due);
  }
}
