import type { Item } from '../../ledger.ts';
import { usualItem } from '../../packBody.ts';
import type { BookContext } from '../context.ts';
import type { StockPolicy } from '../policy.ts';
import { refusal } from '../refusal.ts';

/**
 * The item of a line; one that is new is made, or refused, as the policy says. The first unit that
 * anybody names is the base unit.
 */
export function knowItem(context: BookContext, sku: string, unit: string | undefined): Item {
  const { workspace, policy } = context;
  const state = workspace.sku(sku);
  const { item: known } = state;
  if (known && (unit === undefined || known.unit !== '' || Object.hasOwn(known.units, unit)))
    return known;
  if (!known && policy.unknownSku === 'park') {
    throw refusal('SKU_UNKNOWN', `there is no item ${sku}`, 'sku');
  }
  const item = { ...(known ?? newItem(sku, policy)), ...(unit !== undefined && { unit }) };
  workspace.changeSku(state, { item });
  return item;
}

export const newItem = (sku: string, { valuation }: StockPolicy): Item => ({
  ...usualItem(sku),
  valuation,
});
