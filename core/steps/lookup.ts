import { StockbusError } from '../errors.ts';
import { identifierOf } from '../identifier.ts';
import type { Input, LookupTable, RecordValue, StepSpec, StepTools } from '../ports.ts';
import {
  choice,
  either,
  expression,
  isObject,
  list,
  namedValues,
  optional,
  type Path,
  record as recordOf,
  suggestion,
  text,
} from '../spec.ts';
import { asText } from './asText.ts';
import { Failed } from './Failed.ts';

/** Column of the table by the field that takes it. */
type Into = Record<string, string>;

/** A table, and what is looked for in it. */
interface Place {
  table: string;
  key: string;
}

interface LookupOptions extends Place {
  into: string | Into;
  /** Where what is found nowhere before it is looked for, in turn. */
  or: Place[];
  missing: 'park' | 'empty' | 'keep' | 'drop';
}

/** Under which name the key is handed over that belongs to the table of that place. */
const keyName = (index: number): string => (index === 0 ? 'key' : `or${index}`);

export const lookup: StepSpec<LookupOptions> = {
  name: 'lookup',
  about:
    'Adds fields from a row of a table in config/tables, found by its first column. With `or`, what one table has not is looked for in the next: a key that gives nothing, or lacks a part, is in none.',
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
    or: optional(
      list(
        'Tables that are tried in turn where that one has no such row. They have the same columns, or `into` is one field.',
        recordOf('A table.', {
          table: text('Name of the table.'),
          key: expression('What to look for in its first column.'),
        }),
        { min: 1 },
      ),
      [],
    ),
    missing: optional(
      choice(
        'When no table has such a row: park the record, make the fields empty, keep them as they are, or drop the record, which is counted.',
        ['park', 'empty', 'keep', 'drop'],
      ),
      'park',
    ),
  }),
  examples: [
    'lookup: { table: sku-xref, key: Item, into: sku }',
    'lookup:\n  table: stores\n  key: Store\n  into: { location: code, partner: owner }\n  missing: keep',
    'lookup:\n  table: sku-xref\n  key: Item\n  or: [{ table: supplier-items, key: Supplier & "/" & Article }]\n  into: sku',
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
  inputs({ key, into, or }, { path }) {
    const finds = fieldsIn(into);
    const first = { expression: key, path: [...path, 'key'], finds };
    if (or.length === 0) return { key: first };
    const others = or.map((one, index): [string, Input] => [
      keyName(index + 1),
      { expression: one.key, path: [...path, 'or', index, 'key'], finds, mayFail: true },
    ]);
    return { key: { ...first, mayFail: true }, ...Object.fromEntries(others) };
  },
  make(options, tools) {
    const { path } = tools;
    const found = [
      tableIn(options.table, [...path, 'table'], options, tools),
      ...options.or.map(({ table }, index) =>
        tableIn(table, [...path, 'or', index, 'table'], options, tools),
      ),
    ];
    const { missing } = options;
    return () => ({
      push(record, values, emit) {
        for (let index = 0; index < found.length; index += 1) {
          const { table, into } = found[index]!;
          const row = rowOf(table, values[keyName(index)]);
          if (!row) continue;
          record.value = filled(record.value, row, into);
          emit(record);
          return;
        }
        if (missing === 'park') throw notFound(found, values);
        if (missing === 'drop') return;
        if (missing === 'empty') record.value = filled(record.value, {}, found[0]!.into);
        emit(record);
      },
    });
  },
};

const fieldsIn = (into: string | Into): string[] =>
  isObject(into) ? Object.keys(into) : [String(into)];

/** A table with the columns that fields take. */
interface Columns {
  table: LookupTable;
  into: readonly [field: string, column: string][];
}

function tableIn(name: string, at: Path, { into }: LookupOptions, tools: StepTools): Columns {
  const table = tools.table(name, at);
  const { path, report } = tools;
  if (!isObject(into)) {
    return { table, into: [[into, table.columns[1] ?? table.columns[0] ?? '']] };
  }
  const columns = Object.entries(into);
  for (const [field, column] of columns) {
    if (table.columns.length === 0 || table.columns.includes(column)) continue;
    report({
      path: [...path, 'into', field],
      code: 'FLOW_UNKNOWN_TABLE',
      message: `'${column}' is not a column of the table ${table.name}`,
      todo: suggestion(column, table.columns),
    });
  }
  return { table, into: columns };
}

type Row = Readonly<Record<string, string>>;

function rowOf(table: LookupTable, key: unknown): Row | undefined {
  if (!(key instanceof Failed)) return table.rows.get(keyText(table, key));
  if (key.fault.code !== 'KEY_EMPTY') throw key.thrown();
  return undefined;
}

function keyText(table: LookupTable, key: unknown): string {
  const what = `the key of the table ${table.name}`;
  return identifierOf(asText(key, what), what);
}

function notFound(tables: readonly Columns[], values: RecordValue): StockbusError {
  const sought: string[] = [];
  let lacking: Failed | undefined;
  for (const [index, { table }] of tables.entries()) {
    const key = values[keyName(index)];
    const text = key instanceof Failed ? '' : keyText(table, key);
    if (key instanceof Failed) lacking = key;
    if (text !== '') sought.push(`the table ${table.name} has no row '${text.slice(0, 60)}'`);
  }
  if (sought.length > 0) return new StockbusError('LOOKUP_NOT_FOUND', sought.join(', and '));
  if (lacking) return lacking.thrown();
  const names = tables.map(({ table }) => table.name).join(', ');
  const message = `the key of the table${tables.length === 1 ? '' : 's'} ${names} is empty`;
  const todo = 'fill the field, or say `missing: empty` or `missing: keep` in the step';
  return new StockbusError('LOOKUP_NOT_FOUND', message, undefined, { todo });
}

function filled(value: RecordValue, row: Row, into: Columns['into']): RecordValue {
  const given = { ...value };
  for (const [field, column] of into) {
    const cell = row[column] ?? '';
    if (cell === '') delete given[field];
    else given[field] = cell;
  }
  return given;
}
