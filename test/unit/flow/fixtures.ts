/** What tests of flows share: tables, units, a clock that stands still. */

import type { FunctionContext } from '../../../core/flow/expression/functions.ts';
import { Turns } from '../../../core/flow/Turns.ts';
import { unitTable } from '../../../core/flow/unitTable.ts';
import type { LookupTable } from '../../../core/ports.ts';
import { systemTime } from '../../../core/runtime.ts';

export function table(name: string, columns: string[], ...rows: string[][]): LookupTable {
  const named = rows.map((row) =>
    Object.fromEntries(columns.map((column, index) => [column, row[index] ?? ''])),
  );
  return { name, columns, rows: new Map(named.map((row) => [row[columns[0]!]!, row])) };
}

const xref = table(
  'sku-xref',
  ['item', 'sku', 'place'],
  ['A1', 'SKU-1', 'WH1'],
  ['A2', 'SKU-2', ''],
);
const uom = table(
  'uom',
  ['unit', 'base', 'factor'],
  ['EA', 'EA', '1'],
  ['DZ', 'EA', '12'],
  ['KG', 'KG', '1'],
  ['LB', 'KG', '0.45359237'],
  ['THIRD', 'EA', '1/3'],
);

export const tables = new Map([xref, uom].map((one) => [one.name, one]));

export const context: FunctionContext = {
  tables,
  units: unitTable(uom, (unit) => {
    throw new Error(unit);
  }),
  zone: 'UTC',
  now: () => Date.UTC(2026, 2, 31, 8, 30),
  turns: new Turns(systemTime),
};
