import { Missing } from './Missing.ts';
import type { SkuState } from './SkuState.ts';

/** A SKU whose values are not final from a business time on. */
export interface WaitingSku {
  sku: string;
  at: string;
}

/** SKUs that wait to be costed anew. */
export class WaitingSkus {
  #stored: readonly WaitingSku[] | undefined;

  take(stored: readonly WaitingSku[]): void {
    this.#stored = stored;
  }

  /** Those in the store, and those that a round has changed as it left them. */
  all(changed: Iterable<SkuState>): WaitingSku[] {
    if (!this.#stored) throw new Missing({ waiting: true });
    const states = new Map([...changed].map((state) => [state.sku, state]));
    const here = [...states.values()].flatMap(({ sku, recost }) =>
      recost ? { sku, at: recost.at } : [],
    );
    return [...this.#stored.filter(({ sku }) => !states.has(sku)), ...here];
  }

  clear(): void {
    this.#stored = undefined;
  }
}
