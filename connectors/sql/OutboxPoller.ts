/** Rows that a partner puts into a table for us: taken in the order of their ids, then deleted or marked. */
import { limits } from '../../core/limits.ts';
import type { Poller, PollTurn } from '../../core/ports.ts';
import { offerRows } from './offerRows.ts';
import type { SqlConnection, SqlRows } from './SqlDriver.ts';

export interface OutboxOptions {
  place: string;
  name: string;
  rows: SqlRows;
  /** Left out: rows are deleted. */
  mark: string | undefined;
  everyMs: number;
  pageRows: number;
}

/** Ids of rows that are durable here, until the partner's table says so. */
const SETTLING = 'settling';

export class OutboxPoller implements Poller {
  readonly place: string;
  readonly everyMs: number;
  readonly #options: OutboxOptions;
  readonly #connect: (signal: AbortSignal) => Promise<SqlConnection>;

  constructor(options: OutboxOptions, connect: (signal: AbortSignal) => Promise<SqlConnection>) {
    this.place = options.place;
    this.everyMs = options.everyMs;
    this.#options = options;
    this.#connect = connect;
  }

  async poll(turn: PollTurn): Promise<boolean> {
    const { rows: of, mark, name, pageRows } = this.#options;
    const connection = await this.#connect(turn.signal);
    try {
      await this.#settle(turn, connection);
      while (!turn.signal.aborted) {
        const bounds = { rows: pageRows, bytes: limits.sqlPageBytes };
        const { rows, isLast } = await connection.waiting(of, mark, bounds);
        const ids = rows.map(({ key }) => key[0]!);
        if (ids.length === 0) break;
        await offerRows(turn, rows, `${name}/${ids[0]}`, this.place);
        await turn.state.write(new Map([[SETTLING, JSON.stringify(ids)]]));
        await this.#settle(turn, connection);
        if (isLast) break;
      }
    } finally {
      await connection.close();
    }
    return false;
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  async #settle({ state }: PollTurn, connection: SqlConnection): Promise<void> {
    const kept = (await state.read([SETTLING])).get(SETTLING);
    if (kept === undefined) return;
    await connection.settle(this.#options.rows, this.#options.mark, JSON.parse(kept) as string[]);
    await state.write(new Map([[SETTLING, undefined]]));
  }
}
