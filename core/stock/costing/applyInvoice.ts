import { bear } from './applyLandedCost.ts';
import { type Effect, effectOf, type Fact, type Outcome } from './Fact.ts';
import type { References } from './References.ts';
import type { SkuCosts } from './SkuCosts.ts';

/**
 * An invoice clears what its receipts said. What it says more goes to the goods, as a landed cost does;
 * what is not received yet waits where it would have been cleared.
 */
export function applyInvoice(costs: SkuCosts, fact: Fact, { invoices }: References): Outcome {
  const { cleared, shares, exchange, isAhead } = invoices.invoice(fact, costs.minorDigits);
  costs.setAhead(fact.reference, isAhead);
  const effects: Effect[] = shares.flatMap(({ of: { seq, lot, quantity }, difference }) =>
    bear(costs, fact, { amount: difference, of: seq, ofQuantity: quantity, lot }),
  );
  if (exchange !== 0n) effects.push(effectOf(fact, 'exchange', '', exchange));
  return { value: cleared, effects };
}
