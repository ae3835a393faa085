import { bear } from './applyLandedCost.ts';
import { type Effect, effectOf, type Fact, type Outcome, varianceOf } from './Fact.ts';
import type { Credited } from './invoices.ts';
import type { PoolCosts } from './PoolCosts.ts';
import type { References } from './References.ts';
import type { SkuCosts } from './SkuCosts.ts';

/**
 * An invoice clears what its receipts said. What it says more goes to the goods, as a landed cost does;
 * what is not received yet waits where it would have been cleared.
 */
export function applyInvoice(costs: SkuCosts, fact: Fact, references: References): Outcome {
  const { cleared, shares, exchange, variance } = references.invoices.invoice(
    fact,
    costs.minorDigits,
  );
  noteAhead(costs, fact.reference, references);
  const effects: Effect[] = shares.flatMap(({ seq, kept, back, difference }) =>
    bear(costs, fact, { amount: difference, of: seq, ofQuantity: kept, back }, references),
  );
  if (exchange !== 0n) effects.push(effectOf(fact, 'exchange', '', exchange));
  if (variance !== 0n) effects.push(varianceOf(fact, variance));
  return { value: cleared, effects };
}

/**
 * What a supplier credits is off what is to be paid, as far as it was invoiced. What goods that go bore other than that
 * stays, with those that are kept: by average it never leaves.
 */
export function credit(
  costs: SkuCosts,
  fact: Fact,
  { valuation, pool: fromPool }: PoolCosts,
  { payable, exchange, shares }: Credited,
): { kept: bigint; effects: Effect[] } {
  const staying = valuation.layered && !valuation.worth ? shares : [];
  const borne = staying.flatMap(({ seq, kept, difference }) =>
    bear(costs, fact, { amount: difference, of: seq, ofQuantity: kept }),
  );
  const kept = borne.reduce((sum, { value }) => sum + value, 0n);
  const moved = borne.filter(({ toPool }) => toPool !== fromPool);
  const effects = moved.map((effect) => ({ ...effect, fromPool }));
  const supplier = { ...fact, from: 'supplier' };
  if (payable !== 0n) effects.push(effectOf(supplier, 'payable', '', payable));
  if (exchange !== 0n) effects.push(effectOf(supplier, 'exchange', '', -exchange));
  return { kept, effects };
}

/** Whether goods come of which more is invoiced than has come. */
export const isAhead = ({ ahead }: SkuCosts, { kind, document, toPool }: Fact): boolean =>
  ahead.size > 0 && kind === 'receive' && toPool !== '' && ahead.has(document);

/** As far as they are invoiced they are worth what that says; `worthOf` the rest where nothing says it. */
export const asInvoiced = (
  costs: SkuCosts,
  fact: Fact,
  references: References,
  worthOf: (pool: PoolCosts, rest: Fact) => bigint,
): Fact => references.invoices.asInvoiced(fact, (rest) => worthOf(costs.pool(rest.toPool), rest));

/** After goods have come, or were invoiced. */
export function noteAhead(costs: SkuCosts, receipt: string, { invoices }: References): void {
  const isMore = invoices.isAhead(receipt);
  if (costs.ahead.has(receipt) === isMore) return;
  costs.tracker?.undo.add(putBack, costs, costs.ahead);
  const others = [...costs.ahead].filter((one) => one !== receipt);
  costs.ahead = new Set(isMore ? [...others, receipt] : others);
}

function putBack(costs: SkuCosts, ahead: ReadonlySet<string>): void {
  costs.ahead = ahead;
}
