/** Rows that were changed since the last look, and those of the overlap that were committed late. */
import { limits } from '../../core/limits.ts';
import type { Poller, PollTurn } from '../../core/ports.ts';
import type { Log } from '../../core/runtime.ts';
import { offerRows } from './offerRows.ts';
import { SeenRows } from './SeenRows.ts';
import type { RowPosition, SqlConnection, SqlRow, SqlRows } from './SqlDriver.ts';

export interface TableOptions {
  place: string;
  /** Of the rows, as people would say it. */
  name: string;
  rows: SqlRows & { updated: string };
  everyMs: number;
  overlapMs: number;
  lagMs: number;
  pageRows: number;
}

export interface TableParts {
  connect(signal: AbortSignal): Promise<SqlConnection>;
  log: Log;
  connector: string;
  flow: string;
}

export class TablePoller implements Poller {
  readonly place: string;
  readonly everyMs: number;
  readonly #options: TableOptions;
  readonly #parts: TableParts;
  readonly #seen: SeenRows;
  #wasShort = false;

  constructor(options: TableOptions, parts: TableParts) {
    this.place = options.place;
    this.everyMs = options.everyMs;
    this.#options = options;
    this.#parts = parts;
    this.#seen = new SeenRows(options.overlapMs);
  }

  async poll(turn: PollTurn): Promise<boolean> {
    await this.#seen.load(turn.state);
    const connection = await this.#parts.connect(turn.signal);
    try {
      const upTo = await connection.clock(this.#options.lagMs);
      let from = this.#seen.start;
      while (!turn.signal.aborted) {
        const aheadOf = this.#seen.at;
        const range = { upTo, ...(from ? { from } : {}), ...(aheadOf ? { aheadOf } : {}) };
        const bounds = { rows: this.#options.pageRows, bytes: limits.sqlPageBytes };
        const { rows, isLast } = await connection.changed(this.#options.rows, range, bounds);
        from = await this.#take(turn, rows);
        if (isLast) break;
      }
    } finally {
      await connection.close();
    }
    this.#tellShort();
    return false;
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  async #take(turn: PollTurn, rows: readonly SqlRow[]): Promise<RowPosition | undefined> {
    const fresh = rows.filter((row) => !this.#seen.has(row));
    if (fresh.length > 0) {
      await offerRows(turn, fresh, `${this.#options.name}/${fresh[0]!.updated}`, this.place);
    }
    const last = rows.at(-1);
    const at = last && { updated: last.updated, key: last.key };
    await this.#seen.keep(turn.state, fresh, last?.isAhead ? at : undefined);
    return at;
  }

  #tellShort(): void {
    const { isShort } = this.#seen;
    if (isShort && !this.#wasShort) {
      const { log, connector, flow } = this.#parts;
      const since = this.#seen.start!.updated;
      log('warn', 'sql.overlap_short', { connector, flow, rows: limits.sqlSeenRows, since });
    }
    this.#wasShort = isShort;
  }
}
