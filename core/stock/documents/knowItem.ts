import { StockbusError } from '../../errors.ts';
import type { Item } from '../../ledger.ts';
import type { BookContext } from '../bookMovement.ts';
import type { StockPolicy } from '../policy.ts';

/** The item of a line; one that is new is made, or refused, as the policy says. */
export function knowItem(context: BookContext, sku: string, unit: string | undefined): Item {
  const { workspace, policy } = context;
  const state = workspace.sku(sku);
  if (state.item) return state.item;
  if (policy.unknownSku === 'park') {
    throw new StockbusError('SKU_UNKNOWN', `there is no item ${sku}`, { field: 'sku' });
  }
  const item = newItem(sku, policy, unit);
  workspace.changeSku(state, { item });
  return item;
}

export function newItem(sku: string, policy: StockPolicy, unit = ''): Item {
  return {
    sku,
    name: '',
    unit,
    units: {},
    valuation: policy.valuation,
    standardCost: 0n,
    tracking: 'none',
    picking: 'fefo',
    negative: '',
    valued: true,
    weight: 0n,
    barcode: '',
    group: '',
    attributes: {},
  };
}
