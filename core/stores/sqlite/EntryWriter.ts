/** Appends ledger entries: what those of one message share once, the rest a row each. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inputText, type LedgerEntry } from '../../ledger.ts';
import { RunWriter } from './RunWriter.ts';
import { LAST_IN_RUNS } from './schema.ts';

/** Routes whose numbers are remembered. */
const KNOWN_ROUTES = 10_000;

const ROUTE = 'kind, from_place, to_place, from_pool, to_pool, status, to_status';

export class EntryWriter {
  readonly #next: StatementSync;
  readonly #findRoute: StatementSync;
  readonly #newRoute: StatementSync;
  readonly #document: StatementSync;
  readonly #entry: StatementSync;
  readonly #runs: RunWriter;
  readonly #routes = new Map<string, number>();
  #last: { entry: LedgerEntry; route: number } | undefined;

  constructor(database: DatabaseSync) {
    const prepare = (sql: string): StatementSync => database.prepare(sql);
    this.#next = prepare(
      `SELECT coalesce(max(id), 0) + 1 AS id, ${LAST_IN_RUNS} AS last FROM entries`,
    );
    this.#findRoute = prepare(`SELECT id FROM routes WHERE (${ROUTE}) = (?, ?, ?, ?, ?, ?, ?)`);
    this.#newRoute = prepare(`INSERT INTO routes (${ROUTE}) VALUES (?, ?, ?, ?, ?, ?, ?)`);
    this.#document = prepare(
      `INSERT INTO documents (source, message_id, document, partner, reference, at, recorded_at,
       first_entry, last_entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#entry = prepare(
      `INSERT INTO entries (sku, seq, route, quantity, value, lot, owner, line, reason, document,
       recorded_at, input, corrects, caused_by, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#runs = new RunWriter(database);
  }

  /** Within a transaction that holds the write lock. */
  write(entries: readonly LedgerEntry[], recordedAt: string): void {
    if (entries.length === 0) return;
    const next = this.#next.get() as { id: number; last: number };
    const first = next.id;
    let start = 0;
    while (start < entries.length) {
      const head = entries[start]!;
      let end = start + 1;
      while (end < entries.length && sameDocument(entries[end]!, head)) end += 1;
      const document = this.#writeDocument(head, recordedAt, first + start, first + end - 1);
      for (; start < end; start += 1) this.#writeEntry(entries[start]!, document, recordedAt);
    }
    this.#runs.write(next.last, first + entries.length - 1);
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
      entry.owner,
      entry.line,
      entry.reason,
      document,
      entry.recordedAt === recordedAt ? null : entry.recordedAt,
      inputText(entry.input) || null,
      entry.corrects ?? null,
      entry.by ?? null,
      entry.hash,
    );
  }

  #routeOf(entry: LedgerEntry): number {
    if (this.#last && sameRoute(entry, this.#last.entry)) return this.#last.route;
    const { kind, from, to, fromPool, toPool, status, toStatus } = entry;
    const values = [kind, from, to, fromPool, toPool, status, toStatus ?? ''];
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
  one.status === other.status &&
  one.toStatus === other.toStatus;

const sameDocument = (one: LedgerEntry, other: LedgerEntry): boolean =>
  one.messageId === other.messageId &&
  one.source === other.source &&
  one.document === other.document &&
  one.at === other.at &&
  one.partner === other.partner &&
  one.reference === other.reference;
