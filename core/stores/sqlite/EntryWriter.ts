/** Appends ledger entries: what those of one message share once, the rest a row each. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { LedgerEntry } from '../../ledger.ts';

/**
 * Entries that may wait for their place in `entry_order`. The more, the fewer pages are written for
 * each; whoever reads a page of the ledger looks through them all, which takes up to 2 ms for one SKU
 * and up to 4 ms for the whole ledger.
 */
export const UNORDERED_ENTRIES = 16_384;

/** Routes whose numbers are remembered. */
const KNOWN_ROUTES = 10_000;

const ROUTE = 'kind, from_place, to_place, from_pool, to_pool, status';

export class EntryWriter {
  readonly #next: StatementSync;
  readonly #findRoute: StatementSync;
  readonly #newRoute: StatementSync;
  readonly #document: StatementSync;
  readonly #entry: StatementSync;
  readonly #order: StatementSync;
  readonly #ordered: StatementSync;
  readonly #routes = new Map<string, number>();
  #last: { entry: LedgerEntry; route: number } | undefined;

  constructor(database: DatabaseSync) {
    const prepare = (sql: string): StatementSync => database.prepare(sql);
    this.#next = prepare(
      'SELECT coalesce(max(id), 0) + 1 AS id, (SELECT entry FROM ordered) AS ordered FROM entries',
    );
    this.#findRoute = prepare(`SELECT id FROM routes WHERE (${ROUTE}) = (?, ?, ?, ?, ?, ?)`);
    this.#newRoute = prepare(`INSERT INTO routes (${ROUTE}) VALUES (?, ?, ?, ?, ?, ?)`);
    this.#document = prepare(
      `INSERT INTO documents (source, message_id, document, partner, reference, at, recorded_at,
       first_entry, last_entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#entry = prepare(
      `INSERT INTO entries (sku, seq, route, quantity, value, lot, line, reason, document,
       recorded_at, corrects) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#order = prepare(
      `INSERT INTO entry_order SELECT sku, seq, id FROM entries WHERE id > ? ORDER BY sku, seq`,
    );
    this.#ordered = prepare('UPDATE ordered SET entry = ?');
  }

  /** Within a transaction that holds the write lock. */
  write(entries: readonly LedgerEntry[], recordedAt: string): void {
    if (entries.length === 0) return;
    const { id: first, ordered } = this.#next.get() as { id: number; ordered: number };
    let start = 0;
    while (start < entries.length) {
      const head = entries[start]!;
      let end = start + 1;
      while (end < entries.length && sameDocument(entries[end]!, head)) end += 1;
      const document = this.#writeDocument(head, recordedAt, first + start, first + end - 1);
      for (; start < end; start += 1) this.#writeEntry(entries[start]!, document, recordedAt);
    }
    const last = first + entries.length - 1;
    if (last - ordered >= UNORDERED_ENTRIES) {
      this.#order.run(ordered);
      this.#ordered.run(last);
    }
  }

  /** After a rollback: numbers given out within it are void. */
  forget(): void {
    this.#routes.clear();
    this.#last = undefined;
  }

  #writeDocument(entry: LedgerEntry, recordedAt: string, first: number, last: number): number {
    const { source, messageId, document, partner, reference, at } = entry;
    const written = this.#document.run(
      source,
      messageId,
      document,
      partner,
      reference,
      at,
      recordedAt,
      first,
      last,
    );
    return Number(written.lastInsertRowid);
  }

  #writeEntry(entry: LedgerEntry, document: number, recordedAt: string): void {
    this.#entry.get(
      entry.sku,
      entry.seq,
      this.#routeOf(entry),
      entry.quantity,
      entry.value,
      entry.lot,
      entry.line,
      entry.reason,
      document,
      entry.recordedAt === recordedAt ? null : entry.recordedAt,
      entry.corrects ?? null,
    );
  }

  #routeOf(entry: LedgerEntry): number {
    if (this.#last && sameRoute(entry, this.#last.entry)) return this.#last.route;
    const { kind, from, to, fromPool, toPool, status } = entry;
    const values = [kind, from, to, fromPool, toPool, status];
    const key = JSON.stringify(values);
    let route = this.#routes.get(key);
    if (route === undefined) {
      const known = this.#findRoute.get(...values)?.id;
      route = Number(known ?? this.#newRoute.run(...values).lastInsertRowid);
      if (this.#routes.size >= KNOWN_ROUTES) this.#routes.clear();
      this.#routes.set(key, route);
    }
    this.#last = { entry, route };
    return route;
  }
}

const sameRoute = (one: LedgerEntry, other: LedgerEntry): boolean =>
  one.kind === other.kind &&
  one.from === other.from &&
  one.to === other.to &&
  one.fromPool === other.fromPool &&
  one.toPool === other.toPool &&
  one.status === other.status;

const sameDocument = (one: LedgerEntry, other: LedgerEntry): boolean =>
  one.messageId === other.messageId &&
  one.source === other.source &&
  one.document === other.document &&
  one.at === other.at &&
  one.partner === other.partner &&
  one.reference === other.reference;
