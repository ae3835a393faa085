/** Where a lot came from, what was made of it and where that went: from document to document. */
import { isOutside, type LedgerEntry } from '../ledger.ts';
import type { Books, LedgerFilter } from '../ports.ts';
import { byPosition } from '../position.ts';
import { rowsOf } from '../rowsOf.ts';
import { tupleKey } from '../tupleKey.ts';

type TracedWay = 'lot' | 'back' | 'forward';

/** A lot on the way, with all that it shows. */
export interface TracedLot {
  way: TracedWay;
  /** How many productions lie between it and the lot that was asked for. */
  level: number;
  sku: string;
  lot: string;
  /** What came in and went out through our walls, in business order. */
  moved: LedgerEntry[];
}

/** A lot, with what a production moved of it. */
interface Moved {
  sku: string;
  lot: string;
  moved: LedgerEntry[];
}

type Clocks = Pick<LedgerFilter, 'asOf' | 'knownAt'>;

/** The lot that was asked for, of each SKU that has it, then what went into it, then what was made of it; each lot once. */
export async function* tracedLots(
  store: Books,
  asked: { lot: string; sku?: string },
  clocks: Clocks,
): AsyncIterable<TracedLot> {
  const bySku = Map.groupBy(await factsOf(store, { ...asked, ...clocks }), ({ sku }) => sku);
  const start = [...bySku].map(([sku, moved]): TracedLot => {
    return { way: 'lot', level: 0, sku, lot: asked.lot, moved: moved.filter(isThroughWall) };
  });
  yield* start;
  yield* followed(store, start, 'back', clocks);
  yield* followed(store, start, 'forward', clocks);
}

/** One production after another, the nearest first. */
async function* followed(
  store: Books,
  start: readonly TracedLot[],
  way: 'back' | 'forward',
  clocks: Clocks,
): AsyncIterable<TracedLot> {
  const seen = new Set(start.map(({ sku, lot }) => tupleKey(sku, lot)));
  let lots = start;
  for (let level = 1; lots.length > 0; level += 1) {
    const found = new Map<string, Moved>();
    for (const traced of lots) {
      for (const one of await beside(store, traced, way, clocks)) {
        const { sku, lot, moved } = one;
        const key = lot === '' ? tupleKey(sku, lot, moved[0]!.document) : tupleKey(sku, lot);
        // Several of a level may be made of it, some of them by the same production.
        const known = found.get(key)?.moved ?? [];
        const isNew = ({ seq }: LedgerEntry): boolean => !known.some((entry) => entry.seq === seq);
        if (!seen.has(key)) found.set(key, one);
        else known.push(...moved.filter(isNew));
        seen.add(key);
      }
    }
    const next: TracedLot[] = [];
    for (const { sku, lot, moved } of found.values()) {
      const all = lot === '' ? moved : await factsOf(store, { sku, lot, ...clocks });
      const isShown = way === 'back' ? isIn(moved) : isThroughWall;
      next.push({ way, level, sku, lot, moved: all.filter(isShown) });
    }
    yield* next;
    // What has no lot cannot be told from the rest of its kind.
    lots = next.filter(({ lot }) => lot !== '');
  }
}

/** What the productions of a lot consumed for it, or made of it, with those entries. */
async function beside(
  store: Books,
  { moved }: TracedLot,
  way: 'back' | 'forward',
  clocks: Clocks,
): Promise<Moved[]> {
  const [own, other] = way === 'back' ? ['produce', 'consume'] : ['consume', 'produce'];
  const found = new Map<string, Moved>();
  const productions = moved.filter(({ kind }) => kind === own);
  for (const of of new Map(productions.map((entry) => [messageOf(entry), entry])).values()) {
    const { document } = of;
    for (const entry of await factsOf(store, { document, ...clocks })) {
      if (entry.kind !== other || messageOf(entry) !== messageOf(of)) continue;
      const { sku, lot } = entry;
      const key = tupleKey(sku, lot, lot === '' ? document : '');
      const known = found.get(key) ?? { sku, lot, moved: [] };
      known.moved.push(entry);
      found.set(key, known);
    }
  }
  return [...found.values()];
}

const messageOf = ({ source, messageId }: LedgerEntry): string => tupleKey(source, messageId);

const isThroughWall = ({ from, to }: LedgerEntry): boolean => isOutside(from) || isOutside(to);

/** Of what went into something: how it came, and that it went there. */
const isIn =
  (used: readonly LedgerEntry[]) =>
  ({ sku, seq, from }: LedgerEntry): boolean =>
    isOutside(from) || used.some((entry) => entry.sku === sku && entry.seq === seq);

/** Those that moved something and are not cancelled, by SKU, in business order. */
async function factsOf(store: Books, filter: LedgerFilter): Promise<LedgerEntry[]> {
  const entries = await Array.fromAsync(rowsOf((page) => store.ledger(filter, page)));
  const cancelled = new Set(
    entries
      .filter(({ kind }) => kind === 'cancel')
      .map(({ sku, corrects = 0 }) => tupleKey(sku, corrects)),
  );
  const facts = entries.filter(
    ({ sku, seq, corrects, quantity }) =>
      corrects === undefined && quantity > 0n && !cancelled.has(tupleKey(sku, seq)),
  );
  return [...Map.groupBy(facts, ({ sku }) => sku).values()].flatMap((own) => own.sort(byPosition));
}
