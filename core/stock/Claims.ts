import type { Commit } from '../commit.ts';
import type { OpenOrder, Reservation } from '../ledger.ts';
import type { Loaded, LoadRequest } from '../ports.ts';
import { Missing } from './Missing.ts';

interface Held {
  row: Reservation;
  expectedVersion: number;
  hasChanged: boolean;
}

/** What others hold of the stock or expect: reservations and open orders, as a round knows them. */
export class Claims {
  readonly #reservations = new Map<string, Held | undefined>();
  readonly #openOrders = new Map<string, OpenOrder[]>();
  /** As the store has them. */
  readonly #storedOrders = new Set<OpenOrder>();
  readonly #undo: (back: () => void) => void;

  constructor(undo: (back: () => void) => void) {
    this.#undo = undo;
  }

  /** What was asked for and did not come exists nowhere. */
  take(loaded: Loaded, asked: LoadRequest): void {
    for (const id of asked.reservations) {
      if (this.#reservations.has(id)) continue;
      const row = loaded.reservations.find((one) => one.id === id);
      this.#reservations.set(id, row && { row, expectedVersion: row.version, hasChanged: false });
    }
    for (const document of asked.openOrders) {
      if (this.#openOrders.has(document)) continue;
      const rows = loaded.openOrders.filter((one) => one.document === document);
      this.#openOrders.set(document, rows);
      for (const row of rows) this.#storedOrders.add(row);
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
    const old = this.#reservations.get(row.id);
    const expectedVersion = old?.expectedVersion ?? 0;
    this.#reservations.set(row.id, { row, expectedVersion, hasChanged: true });
    this.#undo(() => this.#reservations.set(row.id, old));
  }

  /** Takes the place of the order line of the same name. */
  changeOpenOrder(order: OpenOrder): void {
    const { document, line } = order;
    const old = this.openOrders(document);
    const others = old.filter((one) => one.line !== line);
    this.#openOrders.set(document, [...others, order]);
    this.#undo(() => this.#openOrders.set(document, old));
  }

  changes(): Pick<Commit, 'reservations' | 'openOrders'> {
    const held = [...this.#reservations.values()].flatMap((one) => (one?.hasChanged ? one : []));
    const orders = [...this.#openOrders.values()].flat();
    return {
      reservations: held.map(({ row: reservation, expectedVersion }) => {
        return { reservation, expectedVersion };
      }),
      openOrders: orders.filter((order) => !this.#storedOrders.has(order)),
    };
  }

  /** Each round reads them anew. */
  clear(): void {
    this.#reservations.clear();
    this.#openOrders.clear();
    this.#storedOrders.clear();
  }
}
