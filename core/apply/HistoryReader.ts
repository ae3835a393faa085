import type { Turns } from '../flow/Turns.ts';
import type { LedgerEntry } from '../ledger.ts';
import { limits } from '../limits.ts';
import type { RoundStore } from '../ports.ts';
import { sideBySide } from '../sideBySide.ts';
import type { Slices } from '../slices.ts';
import { SkuHistory } from '../stock/SkuHistory.ts';
import { justBefore } from '../stock/settle.ts';
import type { Workspace } from '../stock/workspace.ts';
import { StateMoved } from './StateMoved.ts';

/** What was read of a SKU's facts, whether that came in time for a commit or not. */
export interface HistoryReading {
  sku: string;
  history: SkuHistory | undefined;
}

interface HistoryParts {
  store: RoundStore;
  workspace: Workspace;
  turns: Turns;
  historyRows: number;
}

/** Brings facts of SKUs that come late from the store into a workspace, with what they cost before. */
export class HistoryReader {
  readonly #parts: HistoryParts;
  /** Where the facts of one SKU stay as far as they were read, for who reads on when others have written it. */
  reading: HistoryReading | undefined;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  /** Each from the earliest time that is asked for. */
  async load(wanted: readonly { sku: string; at: string }[]): Promise<void> {
    const earliest = new Map<string, string>();
    for (const { sku, at } of wanted) {
      const known = earliest.get(sku);
      if (known === undefined || at < known) earliest.set(sku, at);
    }
    const ofBooks = await this.#takeBooks([...earliest]);
    const others = [...earliest].filter(([sku]) => !ofBooks.has(sku));
    await sideBySide(others, limits.readsAtOnce, ([sku, at]) => this.#loadHistory(sku, at));
  }

  /**
   * Where no fact in the store stands at the time or after it, the books themselves say what all costs before:
   * of these SKUs no facts are read.
   */
  async #takeBooks(wanted: readonly (readonly [sku: string, at: string])[]): Promise<Set<string>> {
    const isLast = ([sku, at]: readonly [string, string]): boolean =>
      at > this.#parts.workspace.sku(sku).committedAt;
    const skus = wanted.filter(isLast).map(([sku]) => sku);
    if (skus.length === 0) return new Set();
    const loaded = await this.#parts.store.load({ skus, reservations: [], openOrders: [] });
    const taken = loaded.skus.filter(({ head }) => !head.recost);
    for (const books of taken) {
      const { sku, version, latestAt: at, latestRank: rank, seq } = books.head;
      const state = this.#parts.workspace.sku(sku);
      if (version !== state.expectedVersion) throw new StateMoved();
      const start = { at, rank, seq, afterSeq: seq, state: books };
      this.#parts.workspace.takeHistory(state, new SkuHistory(start));
    }
    return new Set(taken.map(({ head }) => head.sku));
  }

  /** Facts of a SKU from a business time on, with the last checkpoint before it. */
  async #loadHistory(sku: string, at: string): Promise<void> {
    const history = (await this.#readOn(sku, at)) ?? (await this.#readAll(sku, justBefore(at)));
    this.#takeHistory(sku, history);
  }

  /** What the books do not say of what a SKU is short of, the facts since a checkpoint do. */
  async loadShortages(sku: string): Promise<void> {
    this.#takeHistory(sku, await this.#readAll(sku, this.#parts.workspace.sku(sku).committedAt));
  }

  #takeHistory(sku: string, history: SkuHistory): void {
    const state = this.#parts.workspace.sku(sku);
    if (history.lastSeq !== state.committedSeq) throw new StateMoved();
    this.#parts.workspace.takeHistory(state, history);
  }

  /** After the last checkpoint whose time is not after `until`. */
  async #readAll(sku: string, until: string): Promise<SkuHistory> {
    const checkpoint = await this.#parts.store.checkpoint(sku, until);
    const history = new SkuHistory(checkpoint, this.reading === undefined);
    await this.#readAfter(sku, history, (some) => history.take(some));
    if (this.reading?.sku === sku) this.reading.history = history;
    return history;
  }

  /** What others have added to facts that were read before; undefined where all has to be read anew. */
  async #readOn(sku: string, at: string): Promise<SkuHistory | undefined> {
    const { reading } = this;
    const history = reading?.history;
    if (!reading || reading.sku !== sku || !history?.reaches(at)) return undefined;
    reading.history = undefined;
    let isWhole = true;
    await this.#readAfter(sku, history, function* (some) {
      isWhole = (yield* history.takeOthers(some)) && isWhole;
    });
    if (!isWhole) return undefined;
    // What was found from there on, was found without what others know.
    const { recost } = this.#parts.workspace.sku(sku);
    if (recost) history.dropMarks(recost);
    reading.history = history;
    return history;
  }

  async #readAfter(
    sku: string,
    history: SkuHistory,
    take: (some: readonly LedgerEntry[]) => Slices<void>,
  ): Promise<void> {
    for (;;) {
      const some = await this.#parts.store.entriesAfter(
        sku,
        history.lastSeq,
        this.#parts.historyRows,
      );
      await this.#parts.turns.through(take(some));
      if (some.length < this.#parts.historyRows) return;
    }
  }
}
