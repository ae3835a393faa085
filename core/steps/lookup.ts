import { StockbusError } from '../errors.ts';
import { identifierOf } from '../identifier.ts';
import type { LookupTable, RecordValue, StepSpec, StepTools } from '../ports.ts';
import {
  choice,
  either,
  expression,
  isObject,
  namedValues,
  optional,
  record as recordOf,
  suggestion,
  text,
} from '../spec.ts';
import { asText } from './asText.ts';

/** Column of the table by the field that takes it. */
type Into = Record<string, string>;

interface LookupOptions {
  table: string;
  key: string;
  into: string | Into;
  missing: 'park' | 'empty' | 'keep';
}

export const lookup: StepSpec<LookupOptions> = {
  name: 'lookup',
  about: 'Adds fields from a row of a table in config/tables, found by its first column.',
  options: recordOf('What to look up.', {
    table: text('Name of the table: config/tables/<name>.csv.'),
    key: expression('What to look for in the first column.'),
    into: either<string | Into>('Where the result goes.', [
      {
        when: (value) => typeof value === 'string',
        field: text('Field that takes the second column.'),
      },
      {
        when: isObject,
        field: namedValues('Fields that take columns.', text('Column of the table.')),
      },
    ]),
    missing: optional(
      choice(
        'When the table has no such row: park the record, make the fields empty, or keep them as they are.',
        ['park', 'empty', 'keep'],
      ),
      'park',
    ),
  }),
  examples: [
    'lookup: { table: sku-xref, key: Item, into: sku }',
    'lookup:\n  table: stores\n  key: Store\n  into: { location: code, partner: owner }\n  missing: keep',
  ],
  shape({ into }, before, { path }) {
    const fields = new Map(before.fields);
    const lists = new Map(before.lists);
    for (const field of fieldsIn(into)) {
      fields.set(field, [...path, 'into', ...(isObject(into) ? [field] : [])]);
      lists.delete(field);
    }
    return { ...before, fields, lists };
  },
  inputs: ({ key, into }, { path }) => ({
    key: { expression: key, path: [...path, 'key'], finds: fieldsIn(into) },
  }),
  make(options, tools) {
    const table = tools.table(options.table, [...tools.path, 'table']);
    const into = columnsOf(options, table, tools);
    return () => ({
      push(record, { key }, emit) {
        record.value = lookUp(record.value, key, table, into, options.missing);
        emit(record);
      },
    });
  },
};

const fieldsIn = (into: string | Into): string[] =>
  isObject(into) ? Object.keys(into) : [String(into)];

function columnsOf(
  options: LookupOptions,
  table: LookupTable,
  { path, report }: StepTools,
): [string, string][] {
  if (typeof options.into === 'string')
    return [[options.into, table.columns[1] ?? table.columns[0] ?? '']];
  for (const [field, column] of Object.entries(options.into)) {
    if (table.columns.length === 0 || table.columns.includes(column)) continue;
    report({
      path: [...path, 'into', field],
      code: 'FLOW_UNKNOWN_TABLE',
      message: `'${column}' is not a column of the table ${table.name}`,
      todo: suggestion(column, table.columns),
    });
  }
  return Object.entries(options.into);
}

function lookUp(
  value: RecordValue,
  key: unknown,
  table: LookupTable,
  into: readonly [string, string][],
  missing: LookupOptions['missing'],
): RecordValue {
  const what = `the key of the table ${table.name}`;
  const text = identifierOf(asText(key, what), what);
  const row = table.rows.get(text);
  if (text === '' && missing === 'park') {
    const todo = 'fill the field, or say `missing: empty` or `missing: keep` in the step';
    throw new StockbusError('LOOKUP_NOT_FOUND', `${what} is empty`, undefined, { todo });
  }
  if (!row && missing === 'park') {
    throw new StockbusError(
      'LOOKUP_NOT_FOUND',
      `the table ${table.name} has no row '${text.slice(0, 60)}'`,
    );
  }
  if (!row && missing === 'keep') return value;
  const filled = { ...value };
  for (const [field, column] of into) {
    const cell = row?.[column] ?? '';
    if (cell === '') delete filled[field];
    else filled[field] = cell;
  }
  return filled;
}
