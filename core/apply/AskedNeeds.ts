import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Metrics } from '../runtime.ts';
import type { Need } from '../stock/Missing.ts';

const NOTHING: ReadonlySet<string> = new Set();

/**
 * What one decision has asked for so far. It is decided again after each answer, so a need that was
 * just brought and is asked again would be asked for ever: that is a defect, and told as one.
 */
export class AskedNeeds {
  #last = NOTHING;
  #rounds = 0;

  /** Takes down what is asked; INTERNAL where bringing it would lead nowhere. */
  defectOf(needs: readonly Need[]): StockbusError | undefined {
    const asked = needs.map((need) => JSON.stringify(need));
    this.#rounds += 1;
    const nothingNew = asked.every((need) => this.#last.has(need));
    if (nothingNew || this.#rounds > limits.decisionRounds) {
      const what = asked.slice(0, 3).join(', ');
      const why = nothingNew ? 'was just brought' : `came after ${limits.decisionRounds} others`;
      return new StockbusError('INTERNAL', `a decision asks for ${what}, which ${why}`);
    }
    this.#last = new Set(asked);
    return undefined;
  }

  /** Tells how often it had to be decided again, where it had to. */
  count(metrics: Metrics): void {
    if (this.#rounds > 0) metrics.observe('stockbus_decision_rounds', this.#rounds);
  }

  /** The state was read anew: what was brought before does not count. */
  refreshed(): void {
    this.#last = NOTHING;
  }
}
