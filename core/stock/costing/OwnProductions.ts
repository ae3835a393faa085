import type { EntryKind, LedgerEntry } from '../../ledger.ts';
import { tupleKey } from '../../tupleKey.ts';
import type { PostedFact } from './history.ts';
import { splitCost } from './splitCost.ts';

interface Production {
  /** All that was made, in the order of its shares. */
  made: PostedFact[];
  /** What its components of this SKU cost more than was posted. */
  more: bigint;
  incoming?: Map<number, bigint>;
}

/**
 * Productions that made a SKU out of itself: repacking, blending, a kit that is taken apart. What went
 * in is costed just before what came out, so one pass over the facts finds both. Only where all that
 * was made is of this SKU: what it cost so far is then what the products are worth.
 */
export class OwnProductions {
  readonly #productions = new Map<string, Production>();

  constructor(history: readonly PostedFact[]) {
    const standing = (kind: EntryKind): PostedFact[] =>
      history.filter(({ entry, isCancelled }) => entry.kind === kind && !isCancelled);
    const used = new Set(standing('consume').map(({ entry }) => keyOf(entry)));
    const products = used.size > 0 ? standing('produce') : [];
    for (const [key, made] of Map.groupBy(products, ({ entry }) => keyOf(entry))) {
      made.sort(byShare);
      if (used.has(key) && isWhole(made)) this.#productions.set(key, { made, more: 0n });
    }
  }

  has(production: Pick<LedgerEntry, 'document' | 'messageId'>): boolean {
    return this.#productions.has(keyOf(production));
  }

  /** A component costs so much more than was posted. */
  consumed({ entry }: PostedFact, more: bigint): void {
    const production = this.#productions.get(keyOf(entry));
    if (production) production.more += more;
  }

  /** What a product costs now; undefined where that is not known here. */
  incomingOf({ entry }: PostedFact, shifts: ReadonlyMap<number, bigint>): bigint | undefined {
    const production = this.#productions.get(keyOf(entry));
    if (!production) return undefined;
    production.incoming ??= costsOf(production, shifts);
    return production.incoming.get(entry.seq);
  }
}

const keyOf = ({ document, messageId }: Pick<LedgerEntry, 'document' | 'messageId'>): string =>
  tupleKey(document, messageId);

const shareOf = ({ entry }: PostedFact) => entry.input!.share!;

/** Products in the order of their shares. */
export const byShare = (one: PostedFact, other: PostedFact): number =>
  Number(shareOf(one)[0] - shareOf(other)[0]);

/** Shares that follow each other from nothing up to the whole. */
function isWhole(made: readonly PostedFact[]): boolean {
  let upTo = 0n;
  for (const product of made) {
    if (shareOf(product)[0] !== upTo) return false;
    upTo = shareOf(product)[1];
  }
  return upTo === shareOf(made[0]!)[2];
}

function costsOf(
  { made, more }: Production,
  shifts: ReadonlyMap<number, bigint>,
): Map<number, bigint> {
  const cost = made.reduce(
    (sum, { entry, value }) => sum + value + (shifts.get(entry.seq) ?? 0n),
    more,
  );
  const costs = splitCost(cost, made.map(shareOf));
  return new Map(made.map(({ entry }, index) => [entry.seq, costs[index]!]));
}
