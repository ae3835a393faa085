import type { Commit } from '../commit.ts';
import type { OpenOrder, Reservation } from '../ledger.ts';
import type { Loaded, LoadRequest } from '../ports.ts';
import { tupleKey } from '../tupleKey.ts';
import { Missing } from './Missing.ts';

interface Held {
  row: Reservation;
  expectedVersion: number;
}

/** What others hold of the stock or expect: reservations and open orders, as a round knows them. */
export class Claims {
  readonly #reservations = new Map<string, Held | undefined>();
  readonly #openOrders = new Map<string, OpenOrder[]>();
  readonly #changedReservations = new Set<string>();
  readonly #changedOrders = new Map<string, OpenOrder>();
  readonly #undo: (back: () => void) => void;

  constructor(undo: (back: () => void) => void) {
    this.#undo = undo;
  }

  /** What was asked for and did not come exists nowhere. */
  take(loaded: Loaded, asked: LoadRequest): void {
    for (const id of asked.reservations) {
      if (this.#reservations.has(id)) continue;
      const row = loaded.reservations.find((one) => one.id === id);
      this.#reservations.set(id, row && { row, expectedVersion: row.version });
    }
    for (const document of asked.openOrders) {
      if (this.#openOrders.has(document)) continue;
      const rows = loaded.openOrders.filter((one) => one.document === document);
      this.#openOrders.set(document, rows);
    }
  }

  has(reservation: string): boolean {
    return this.#reservations.has(reservation);
  }

  reservation(id: string): Reservation | undefined {
    if (!this.#reservations.has(id)) throw new Missing({ reservation: id });
    return this.#reservations.get(id)?.row;
  }

  /** All that are known. */
  reservations(): Reservation[] {
    return [...this.#reservations.values()].flatMap((held) => held?.row ?? []);
  }

  openOrders(document: string): OpenOrder[] {
    const orders = this.#openOrders.get(document);
    if (!orders) throw new Missing({ openOrder: document });
    return orders;
  }

  changeReservation(row: Reservation): void {
    const { id } = row;
    const old = this.#reservations.get(id);
    const isFirst = !this.#changedReservations.has(id);
    this.#reservations.set(id, { row, expectedVersion: old?.expectedVersion ?? 0 });
    this.#changedReservations.add(id);
    this.#undo(() => {
      this.#reservations.set(id, old);
      if (isFirst) this.#changedReservations.delete(id);
    });
  }

  /** Takes the place of the order line of the same name. */
  changeOpenOrder(order: OpenOrder): void {
    const { document, line } = order;
    const old = this.openOrders(document);
    const others = old.filter((one) => one.line !== line);
    this.#openOrders.set(document, [...others, order]);
    const key = tupleKey(document, line);
    const known = this.#changedOrders.get(key);
    this.#changedOrders.set(key, order);
    this.#undo(() => {
      this.#openOrders.set(document, old);
      if (known) this.#changedOrders.set(key, known);
      else this.#changedOrders.delete(key);
    });
  }

  changes(): Pick<Commit, 'reservations' | 'openOrders'> {
    return {
      reservations: [...this.#changedReservations].map((id) => {
        const { row, expectedVersion } = this.#reservations.get(id)!;
        return { reservation: row, expectedVersion };
      }),
      openOrders: [...this.#changedOrders.values()],
    };
  }

  /** Each round reads them anew. */
  clear(): void {
    this.#reservations.clear();
    this.#openOrders.clear();
    this.#changedReservations.clear();
    this.#changedOrders.clear();
  }
}
