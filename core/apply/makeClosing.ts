/** A closing, made of packs and of the closing before it. */
import { ClosingParts } from '../ClosingParts.ts';
import {
  type BalancesRow,
  CLOSING_FORMAT,
  type Closing,
  type ClosingKind,
  type ClosingPart,
  type ClosingRows,
  firstClosed,
  lastEnded,
  monthOf,
  nextMonth,
} from '../closing.ts';
import { limits } from '../limits.ts';
import { movesOf } from '../packFrom.ts';
import { parseStored } from '../parseStored.ts';
import type { Store } from '../ports.ts';
import { rowsOf } from '../rowsOf.ts';
import type { Runtime } from '../runtime.ts';
import { type ClosedSku, SkuClosing } from '../SkuClosing.ts';

export interface ClosingWork {
  store: Store;
  runtime: Pick<Runtime, 'newId' | 'now'>;
  /** Asked between SKUs. */
  isStopping(): boolean;
}

/** SKUs that are made at once. */
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
    const making = new Map<string, SkuMaking>();
    const after = new Map<string, number>();
    for (const { sku, version } of skus) {
      const before = known.skus.get(sku);
      const seen = before?.pools[1] ?? 0;
      const goesOn = before !== undefined && !known.ahead.has(sku);
      making.set(sku, { seen, goesOn, closing: this.#closingOf(sku, goesOn ? before : undefined) });
      if (!goesOn) after.set(sku, 0);
      else if (version !== seen) after.set(sku, seen);
    }
    const late = await this.#read(making, after);
    for (const sku of late.keys()) {
      Object.assign(making.get(sku)!, { goesOn: false, closing: this.#closingOf(sku) });
    }
    await this.#read(making, late);
    if (this.#work.isStopping()) return;
    const full: ClosingPart[] = [];
    for (const [sku, { closing }] of making) {
      closing.rows(this.#closing.month, this.#first, (kind, month, text) => {
        const part = this.#parts.add({ kind, month, sku, text });
        if (part) full.push(part);
      });
    }
    await this.#work.store.addClosingParts(full);
    await this.#giveWay(skus.length);
  }

  #closingOf(sku: string, before?: ClosedSku): SkuClosing {
    return new SkuClosing(sku, before && { ...before, month: this.#before!.month });
  }

  /**
   * Adds packs that were recorded in time. Gives the SKUs to be made anew of all their packs, because
   * something came late, which the rows of the closing before cannot tell.
   */
  async #read(
    making: ReadonlyMap<string, SkuMaking>,
    after: ReadonlyMap<string, number>,
  ): Promise<Map<string, number>> {
    const late = new Map<string, number>();
    const closed = this.#before?.month ?? '';
    for await (const pack of this.#work.store.packTexts(after)) {
      if (this.#work.isStopping()) return late;
      const { sku, version } = pack;
      const { closing, goesOn, seen } = making.get(sku)!;
      const { recordedAt, moves } = movesOf(pack);
      if (recordedAt > this.#closing.known || late.has(sku)) continue;
      if (goesOn && moves.some(({ at }) => monthOf(at) <= closed)) late.set(sku, 0);
      else closing.pack({ version, recordedAt, moves }, version > seen);
      await this.#giveWay(1);
    }
    return late;
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
    const rows = parts.flatMap(({ closing, body }) =>
      parseStored<ClosingRows[Kind][]>(`a part of closing ${closing}`, body),
    );
    return rows.filter(([sku]) => skus.has(sku));
  }
}

interface SkuMaking {
  closing: SkuClosing;
  /** From the closing before on. */
  goesOn: boolean;
  /** Version up to which the closing before knows it. */
  seen: number;
}

interface KnownBefore {
  /** As the closing before has them. */
  skus: Map<string, ClosedSku>;
  /** SKUs of which something is known that lies after its month. */
  ahead: Set<string>;
}

const LAST_MONTH = '9999-12';
