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
  if (state.item) return withUnit(context, state.item, unit);
  if (policy.unknownSku === 'park') {
    throw refusal('SKU_UNKNOWN', `there is no item ${sku}`, 'sku');
  }
  const item = newItem(sku, policy, unit);
  workspace.changeSku(state, { item });
  return item;
}

function withUnit({ workspace }: BookContext, item: Item, unit: string | undefined): Item {
  if (unit === undefined || item.unit !== '' || Object.hasOwn(item.units, unit)) return item;
  const known = { ...item, unit };
  workspace.changeSku(workspace.sku(item.sku), { item: known });
  return known;
}

export const newItem = (sku: string, policy: StockPolicy, unit = ''): Item => ({
  ...usualItem(sku),
  ...{ unit, valuation: policy.valuation },
});
