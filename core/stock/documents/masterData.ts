import type { Item } from '../../ledger.ts';
import { limits } from '../../limits.ts';
import type { ItemUpsert, LocationUpsert } from '../../message.ts';
import { isOlder, newestOf, saidAsOf } from '../../newest.ts';
import type { BookContext } from '../context.ts';
import { refusal } from '../refusal.ts';
import { decimalOf, readFactor } from '../units.ts';
import { newItem } from './knowItem.ts';

/** Fields that decide what entries mean: they stay once there are some. */
const LOCKED = ['unit', 'valuation', 'standardCost', 'tracking', 'valued'] as const;

export function upsertItem({ workspace, policy }: BookContext, data: ItemUpsert): void {
  const state = workspace.sku(data.sku);
  const old = state.item ?? newItem(data.sku, policy);
  const { said, marks } = newestOf(data, old.changed);
  const item = { ...changedItem(old, said), changed: marks };
  if (state.seq > 0) {
    for (const field of LOCKED) {
      if (item[field] === old[field] || (field === 'unit' && old.unit === '')) continue;
      const message = `${data.sku} has stock, its ${field} stays '${old[field]}'`;
      throw refusal('ITEM_LOCKED', message, field);
    }
    refuseOtherFactors(old, item);
  } else state.costs.setMethod(item.valuation, item.standardCost);
  workspace.changeSku(state, { item });
}

function changedItem(old: Item, data: ItemUpsert): Item {
  const { standardCost, weight, units, attributes, ...plain } = data;
  for (const [unit, factor] of Object.entries(units ?? {})) {
    if (readFactor(factor)) continue;
    const message = `'${factor}' is no factor such as 12 or 1/1000`;
    throw refusal('MESSAGE_INVALID', message, `units.${unit}`);
  }
  return {
    ...old,
    ...plain,
    units: merged('units', old.units, units),
    attributes: merged('attributes', old.attributes, attributes),
    ...(standardCost !== undefined && { standardCost: decimalOf(standardCost, 'standardCost') }),
    ...(weight !== undefined && { weight: decimalOf(weight, 'weight') }),
  };
}

/** What was said before stays, and all of it is bounded: an item is a part of every pack that stands alone. */
function merged(
  field: 'units' | 'attributes',
  old: Record<string, string>,
  more: Record<string, string> = {},
): Record<string, string> {
  const all = { ...old, ...more };
  const count = Object.keys(all).length;
  if (count <= limits.namesOfItem) return all;
  const message = `${count} ${field} in all, an item has at most ${limits.namesOfItem}`;
  throw refusal('MESSAGE_INVALID', message, field);
}

/** What a box was stays what a box is; another size is another unit. */
function refuseOtherFactors(old: Item, item: Item): void {
  for (const [unit, factor] of Object.entries(old.units)) {
    if (item.units[unit] === factor) continue;
    const message = `${item.sku} has stock, its unit ${unit} stays '${factor}'`;
    throw refusal('ITEM_LOCKED', message, `units.${unit}`);
  }
}

export function upsertLocation({ workspace }: BookContext, data: LocationUpsert): void {
  const changed = saidAsOf(data);
  if (changed !== '' && isOlder(changed, workspace.location(data.location)?.changed)) return;
  const { location, name = '', kind = 'warehouse', parent = '', attributes = {} } = data;
  workspace.addLocation({ location, name, kind, parent, attributes, changed });
}
