import type { Status } from '../../ledger.ts';
import type { Statements } from './Statements.ts';

/** The way that entries went. */
export interface EntryRoute {
  from: string;
  to: string;
  fromPool: string;
  toPool: string;
  status: Status;
  /** The same as `status` where that stays. */
  toStatus: Status;
}

/** Routes by number. They never change: each is read once. */
export class Routes {
  readonly #statements: Statements;
  readonly #known = new Map<number, EntryRoute>();

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  get(id: number): EntryRoute {
    let route = this.#known.get(id);
    if (!route) {
      route = this.#read(id);
      this.#known.set(id, route);
    }
    return route;
  }

  #read(id: number): EntryRoute {
    const row = this.#statements.get('SELECT * FROM routes WHERE id = ?', [id])!;
    const status = row.status as Status;
    return {
      from: row.from_place as string,
      to: row.to_place as string,
      fromPool: row.from_pool as string,
      toPool: row.to_pool as string,
      status,
      toStatus: (row.to_status as Status) || status,
    };
  }
}
