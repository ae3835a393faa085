/**
 * Costs facts anew from a position on and says what is to be posted so that the ledger agrees. The
 * same facts in any order of arrival end in the same values, because each time the fold goes over
 * them in business order.
 */
import type { LedgerEntry } from '../../ledger.ts';
import { eachInSlices, type Slices } from '../../slices.ts';
import { applyFact } from './applyFact.ts';
import { type Effect, type Fact, nothing, type Outcome, wayKey } from './Fact.ts';
import { type PostedFact, sumOf } from './history.ts';
import { OwnProductions } from './OwnProductions.ts';
import type { References } from './References.ts';
import type { SkuCosts } from './SkuCosts.ts';

/** A difference that is to be posted; the fact `by` says when. */
export interface CostDifference extends Omit<Effect, 'kind'> {
  by: LedgerEntry;
  kind: Effect['kind'] | 'recost';
  /** True where it is a difference of the fact's own value. */
  isOwn: boolean;
}

/**
 * Goes over the facts with the costs as they are before the first of them, which then are as after
 * the last. `shifts` are changes of the cost of what was produced, by `seq`.
 */
export function* recost(
  costs: SkuCosts,
  history: readonly PostedFact[],
  references: References,
  shifts: ReadonlyMap<number, bigint> = new Map(),
  passed?: (index: number) => void,
): Slices<CostDifference[]> {
  const postings: CostDifference[] = [];
  const own = new OwnProductions(history);
  /** What a product costs: as posted so far, and what its components cost more. */
  const costed = (posted: PostedFact): Fact => {
    const { entry, quantity, value } = posted;
    if (entry.from !== 'production') {
      return quantity === entry.quantity ? entry : { ...entry, quantity };
    }
    const known = entry.kind === 'landed' ? sumOf(posted) : value;
    const incoming = own.incomingOf(posted, shifts) ?? known + (shifts.get(entry.seq) ?? 0n);
    return { ...entry, incoming };
  };
  yield* eachInSlices(history, (posted, index) => {
    const outcome = posted.isCancelled ? nothing : applyFact(costs, costed(posted), references);
    if (posted.entry.kind === 'consume') own.consumed(posted, outcome.value - posted.value);
    compare(posted, outcome, postings);
    passed?.(index);
  });
  return postings;
}

function compare(posted: PostedFact, outcome: Outcome, postings: CostDifference[]): void {
  const { entry } = posted;
  if (outcome.value !== posted.value) {
    const value = outcome.value - posted.value;
    postings.push({ ...differenceOf(entry, value), by: entry, corrects: entry.seq, isOwn: true });
  }
  const wanted = effectsByWay(outcome.effects);
  for (const [key, effect] of wanted) {
    const known = posted.effects.get(key);
    const value = effect.value - (known?.value ?? 0n);
    const document = effect.document || entry.document;
    if (value === 0n) continue;
    const kind = known ? 'recost' : effect.kind;
    postings.push({ ...effect, by: entry, document, kind, value, isOwn: false });
  }
  for (const [key, { value, last }] of posted.effects) {
    if (wanted.has(key) || value === 0n) continue;
    const corrects = last.corrects!;
    postings.push({ ...differenceOf(last, -value), by: entry, corrects, isOwn: false });
  }
}

/** A value that is to be posted the way that another went. */
const differenceOf = ({ document, from, to, fromPool, toPool }: LedgerEntry, value: bigint) =>
  ({ kind: 'recost', document, from, to, fromPool, toPool, value }) as const;

function effectsByWay(effects: readonly Effect[]): Map<string, Effect> {
  const byWay = new Map<string, Effect>();
  for (const effect of effects) {
    const key = wayKey(effect);
    const known = byWay.get(key);
    byWay.set(key, known ? { ...known, value: known.value + effect.value } : effect);
  }
  return byWay;
}
