import type { StepSpec } from '../ports.ts';
import { type Mapping, mappingField, mappingInputs, withMapping } from './mapping.ts';

const ABOUT = 'Targets, each with an expression over the record.';

/**
 * A record that was bad before is mapped as far as it goes, so that a group after it still knows to which
 * document the record belongs.
 */
export const map: StepSpec<Mapping> = {
  name: 'map',
  about:
    'Makes a new record: target ← expression, line by line. The result replaces the record. Every value is an expression, in which a bare word reads a field of the record; what is meant as it stands goes under `const:`. A list is made by `each` and `map`; with `steps`, its elements go through these before, as records go through those of the flow: what is dropped is counted, `$parent` is the record around, and a fault names the place that the element had in the list (`lines[3].sku`). Beside `lines` may stand what holds for each of them (`location`, `lot`, `status`), but not `sku`, `line` or an amount.',
  options: mappingField(ABOUT),
  withSteps: (steps) => mappingField(ABOUT, steps),
  examples: [
    'map:\n  sku: $lookup("sku-xref", Item)\n  quantity: $decimal(Qty, ",")\n  const: { party: supplier, currency: EUR }',
    'map:\n  document: order.number\n  lines:\n    each: order.items\n    map:\n      sku: code\n      quantity: $decimal(qty)',
    'map:\n  document: order.number\n  lines:\n    each: order.items\n    steps:\n      - filter: kind = "goods"\n      - lookup: { table: sku-xref, key: code, or: [{ table: supplier-items, key: $parent.order.vendor & "/" & code }], into: sku }\n      - split: { path: lots, quantity: qty, sum: delivered, missing: keep }\n    map:\n      sku: sku\n      lot: lot\n      quantity: quantity',
  ],
  shape: (options, { whole, gathered }, { path }) => ({
    ...withMapping({ fields: new Map(), lists: new Map() }, options, path),
    of: 'the record after map',
    others: 'none',
    madeAt: path,
    whole,
    ...(gathered ? { gathered } : {}),
  }),
  inputs: mappingInputs,
  make: () => () => ({
    seesFaults: true,
    push(record, values, emit) {
      record.value = values;
      emit(record);
    },
  }),
};
