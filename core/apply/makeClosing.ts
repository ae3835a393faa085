/** A closing, made of packs and of the closing before it. */

import { ClosingParts } from '../ClosingParts.ts';
import {
  type BalancesRow,
  CLOSING_FORMAT,
  type Closing,
  type ClosingKind,
  type ClosingRows,
  firstClosed,
  lastEnded,
  monthOf,
  nextMonth,
} from '../closing.ts';
import { limits } from '../limits.ts';
import { movesOf } from '../packFrom.ts';
import type { Store } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import type { Runtime } from '../runtime.ts';
import { type ClosedSku, type MovedText, SkuClosing } from '../SkuClosing.ts';

export interface ClosingWork {
  store: Store;
  runtime: Pick<Runtime, 'newId' | 'now'>;
  /** Asked between SKUs. */
  isStopping(): boolean;
}

/** SKUs whose rows of the closing before are read at once. */
const WINDOW_SKUS = 256;

/**
 * Makes the closing of what was recorded up to a moment that is final (Store.finalUntil), and lies after
 * that of the last closing. False where it was stopped, or another process was faster: what it wrote then counts for nothing.
 */
export async function makeClosing(work: ClosingWork, known: string): Promise<boolean> {
  const made = await work.store.closings();
  if ((made.at(-1)?.known ?? '') >= known) return false;
  return new ClosingMaking(work, known, made).make();
}

class ClosingMaking {
  readonly #work: ClosingWork;
  readonly #closing: Closing;
  readonly #before: Closing | undefined;
  /** The first month of which every SKU has rows. */
  readonly #first: string;
  readonly #parts: ClosingParts;
  readonly #made: readonly Closing[];
  #sinceTurn = 0;

  constructor(work: ClosingWork, known: string, made: readonly Closing[]) {
    this.#work = work;
    this.#made = made;
    const before = made.at(-1);
    const month = lastEnded(known);
    const { runtime } = work;
    this.#closing = {
      ...{ id: runtime.newId(), before: before?.id ?? '', format: CLOSING_FORMAT },
      ...{ known, month, madeAt: new Date(runtime.now()).toISOString() },
    };
    this.#before = before;
    this.#first = firstClosed(before, month);
    this.#parts = new ClosingParts(this.#closing.id);
  }

  async make(): Promise<boolean> {
    const { store, isStopping } = this.#work;
    let window: { sku: string; version: number }[] = [];
    for await (const pointer of rowsOf((page) => store.pointers({}, page), WINDOW_SKUS)) {
      window.push(pointer);
      if (window.length < WINDOW_SKUS) continue;
      await this.#close(window);
      if (isStopping()) return false;
      window = [];
    }
    await this.#close(window);
    await store.addClosingParts(this.#parts.rest());
    return !isStopping() && store.completeClosing(this.#closing);
  }

  async #close(skus: readonly { sku: string; version: number }[]): Promise<void> {
    if (skus.length === 0) return;
    const known = await this.#knownBefore(skus.map(({ sku }) => sku));
    for (const { sku, version } of skus) {
      if (this.#work.isStopping()) return;
      const before = known.skus.get(sku);
      const goesOn = before !== undefined && !known.ahead.has(sku);
      const closing =
        (goesOn ? await this.#continued(sku, before, version) : undefined) ??
        (await this.#whole(sku, before?.pools[1] ?? 0));
      for (const row of closing.rows(this.#closing.month, this.#first)) {
        const part = this.#parts.add(row);
        if (part) await this.#work.store.addClosingParts([part]);
      }
      await this.#giveWay(1);
    }
  }

  /** From the closing before on; undefined where something came late, which its rows cannot tell. */
  async #continued(
    sku: string,
    before: ClosedSku,
    version: number,
  ): Promise<SkuClosing | undefined> {
    const { month: closed } = this.#before!;
    const closing = new SkuClosing(sku, { ...before, month: closed });
    const seen = before.pools[1];
    if (version === seen) return closing;
    for await (const pack of this.#packs(sku, seen)) {
      if (pack.moves.some(({ at }) => monthOf(at) <= closed)) return undefined;
      closing.pack(pack, true);
    }
    return closing;
  }

  /** Of all packs; the closing before knows them up to `seen`. */
  async #whole(sku: string, seen: number): Promise<SkuClosing> {
    const closing = new SkuClosing(sku);
    for await (const pack of this.#packs(sku, 0)) closing.pack(pack, pack.version > seen);
    return closing;
  }

  /** Those after a version that were recorded in time. */
  async *#packs(sku: string, after: number): AsyncIterable<MovedText> {
    for await (const packs of this.#work.store.packs({ sku, after })) {
      for (const pack of packs) {
        const { recordedAt, moves } = movesOf(pack);
        if (recordedAt > this.#closing.known) return;
        yield { version: pack.version, recordedAt, moves };
      }
      await this.#giveWay(packs.length);
    }
  }

  /** A store that answers at once would let nobody else have a turn. */
  async #giveWay(done: number): Promise<void> {
    this.#sinceTurn += done;
    if (this.#sinceTurn < limits.pageRowsDefault) return;
    this.#sinceTurn = 0;
    await new Promise(setImmediate);
  }

  async #knownBefore(skus: readonly string[]): Promise<KnownBefore> {
    const known: KnownBefore = { skus: new Map(), ahead: new Set() };
    const before = this.#before;
    if (!before) return known;
    const asked = new Set(skus);
    const balances = new Map<string, BalancesRow>();
    for (const row of await this.#rows('balances', [before.id], before.month, asked)) {
      balances.set(row[0], row);
    }
    for (const pools of await this.#rows('pools', [before.id], before.month, asked)) {
      const own = balances.get(pools[0]);
      if (own) known.skus.set(pools[0], { pools, balances: own });
    }
    const all = this.#made.map(({ id }) => id);
    const ahead = await this.#rows('moves', all, nextMonth(before.month), asked, LAST_MONTH);
    for (const [sku] of ahead) known.ahead.add(sku);
    return known;
  }

  async #rows<Kind extends ClosingKind>(
    kind: Kind,
    closings: readonly string[],
    from: string,
    skus: ReadonlySet<string>,
    through = from,
  ): Promise<ClosingRows[Kind][]> {
    const [first, last] = [[...skus][0]!, [...skus].at(-1)!];
    const month = { from, through };
    const filter = { kind, closings, month, skus: { first, last } };
    const parts = await this.#work.store.closingParts(filter);
    const rows = parts.flatMap(({ body }) => JSON.parse(body) as ClosingRows[Kind][]);
    return rows.filter(([sku]) => skus.has(sku));
  }
}

interface KnownBefore {
  /** As the closing before has them. */
  skus: Map<string, ClosedSku>;
  /** SKUs of which something is known that lies after its month. */
  ahead: Set<string>;
}

const LAST_MONTH = '9999-12';
