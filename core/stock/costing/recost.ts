/**
 * Costs facts anew from a position on and says what is to be posted so that the ledger agrees. The
 * same facts in any order of arrival end in the same values, because each time the fold goes over
 * them in business order.
 */
import type { LedgerEntry } from '../../ledger.ts';
import { eachInSlices, type Slices } from '../slices.ts';
import { applyFact } from './applyFact.ts';
import type { Effect, Outcome, Way } from './Fact.ts';
import { wayKey } from './Fact.ts';
import type { PostedFact } from './history.ts';
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
  shifts: ReadonlyMap<number, bigint>,
  passed?: (index: number) => void,
): Slices<CostDifference[]> {
  const postings: CostDifference[] = [];
  const own = new OwnProductions(history);
  yield* eachInSlices(history, (posted, index) => {
    const incoming = posted.fact.kind === 'produce' ? costOf(posted, shifts, own) : undefined;
    const outcome = outcomeOf(costs, posted, references, incoming);
    if (posted.fact.kind === 'consume') own.consumed(posted, outcome.value - posted.value);
    compare(posted, outcome, postings);
    passed?.(index);
  });
  return postings;
}

/** What a product costs: as posted so far, and what its components cost more. */
const costOf = (
  posted: PostedFact,
  shifts: ReadonlyMap<number, bigint>,
  own: OwnProductions,
): bigint => own.incomingOf(posted, shifts) ?? posted.value + (shifts.get(posted.fact.seq) ?? 0n);

function outcomeOf(
  costs: SkuCosts,
  { fact, isCancelled }: PostedFact,
  references: References,
  incoming: bigint | undefined,
): Outcome {
  if (isCancelled) return { value: 0n, effects: [] };
  return applyFact(costs, incoming === undefined ? fact : { ...fact, incoming }, references);
}

function compare(posted: PostedFact, outcome: Outcome, postings: CostDifference[]): void {
  const { entry } = posted;
  if (outcome.value !== posted.value) {
    const { seq: corrects, document } = entry;
    const value = outcome.value - posted.value;
    postings.push({
      by: entry,
      kind: 'recost',
      corrects,
      document,
      ...wayOf(entry),
      value,
      isOwn: true,
    });
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
    const of = { corrects: last.corrects!, document: last.document, ...wayOf(last) };
    postings.push({ by: entry, kind: 'recost', ...of, value: -value, isOwn: false });
  }
}

const wayOf = ({ from, to, fromPool, toPool }: Way): Way => ({ from, to, fromPool, toPool });

function effectsByWay(effects: readonly Effect[]): Map<string, Effect> {
  const byWay = new Map<string, Effect>();
  for (const effect of effects) {
    const key = wayKey(effect);
    const known = byWay.get(key);
    byWay.set(key, known ? { ...known, value: known.value + effect.value } : effect);
  }
  return byWay;
}
