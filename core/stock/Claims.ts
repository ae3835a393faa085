import type { Commit } from '../commit.ts';
import type { OpenOrder, Reservation } from '../ledger.ts';
import type { Loaded, LoadRequest } from '../ports.ts';
import type { UndoLog } from '../UndoLog.ts';
import { Missing } from './Missing.ts';

type Lines = Map<string, OpenOrder>;

/** What others hold of the stock or expect: reservations and open orders, as a round knows them. */
export class Claims {
  readonly #reservations = new Map<string, Reservation | undefined>();
  readonly #openOrders = new Map<string, Lines>();
  /** As the store has them. */
  readonly #stored = new Map<string, Reservation>();
  readonly #storedOrders = new Set<OpenOrder>();
  /** Whether reservations whose time is over are known, too. */
  knowsOverdue = false;
  readonly #undo: UndoLog;

  constructor(undo: UndoLog) {
    this.#undo = undo;
  }

  /** What was asked for and did not come exists nowhere. */
  take(loaded: Loaded, asked: LoadRequest): void {
    const rows = new Map(loaded.reservations.map((row) => [row.id, row]));
    for (const id of asked.reservations) {
      if (this.#reservations.has(id)) continue;
      const row = rows.get(id);
      this.#reservations.set(id, row);
      if (row) this.#stored.set(id, row);
    }
    const orders = Map.groupBy(loaded.openOrders, ({ document }) => document);
    for (const document of asked.openOrders) {
      if (this.#openOrders.has(document)) continue;
      const lines = orders.get(document) ?? [];
      this.#openOrders.set(document, new Map(lines.map((one) => [one.line, one])));
      for (const line of lines) this.#storedOrders.add(line);
    }
  }

  has(reservation: string): boolean {
    return this.#reservations.has(reservation);
  }

  reservation(id: string): Reservation | undefined {
    if (!this.#reservations.has(id)) throw new Missing({ reservation: id });
    return this.#reservations.get(id);
  }

  reservations(): Reservation[] {
    return [...this.#reservations.values()].flatMap((row) => row ?? []);
  }

  openOrders(document: string): ReadonlyMap<string, OpenOrder> {
    const lines = this.#openOrders.get(document);
    if (!lines) throw new Missing({ openOrder: document });
    return lines;
  }

  changeReservation(row: Reservation): void {
    this.#undo.add(put, this.#reservations, row.id, this.#reservations.get(row.id));
    this.#reservations.set(row.id, row);
  }

  /** Takes the place of the line of the same name, of an order whose lines were read. */
  changeOpenOrder(order: OpenOrder): void {
    const lines = this.#openOrders.get(order.document)!;
    const old = lines.get(order.line);
    if (old) this.#undo.add(put, lines, order.line, old);
    else this.#undo.add(drop, lines, order.line);
    lines.set(order.line, order);
  }

  changes(): Pick<Commit, 'reservations' | 'openOrders'> {
    const changed = this.reservations().filter((row) => this.#stored.get(row.id) !== row);
    const orders = [...this.#openOrders.values()].flatMap((lines) => [...lines.values()]);
    return {
      reservations: changed.map((reservation) => {
        return { reservation, expectedVersion: this.#stored.get(reservation.id)?.version ?? 0 };
      }),
      openOrders: orders.filter((order) => !this.#storedOrders.has(order)),
    };
  }

  /** Each round reads them anew. */
  clear(): void {
    this.#reservations.clear();
    this.#openOrders.clear();
    this.#stored.clear();
    this.#storedOrders.clear();
    this.knowsOverdue = false;
  }
}

const put = <Row>(rows: Map<string, Row>, name: string, row: Row): unknown => rows.set(name, row);
const drop = (rows: Lines, name: string): unknown => rows.delete(name);
