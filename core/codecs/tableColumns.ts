/** The columns of a table that is written: what each record has in them, and that it has no others. */
import { StockbusError } from '../errors.ts';
import type { RecordValue } from '../ports.ts';

export function unionOfFields(records: readonly RecordValue[]): string[] {
  const fields = new Set<string>();
  for (const record of records) for (const field of Object.keys(record)) fields.add(field);
  return [...fields];
}

export const fieldOf = (record: RecordValue, field: string): unknown =>
  Object.hasOwn(record, field) ? record[field] : undefined;

/** Text as it is, nothing for null, JSON for what has parts. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** What shows up too late has no column, and would be lost unseen. `format`: where `columns` stands. */
export function refuseUnknown(
  record: RecordValue,
  columns: readonly string[],
  format: string,
): void {
  for (const field of Object.keys(record)) {
    if (columns.includes(field)) continue;
    throw new StockbusError(
      'CSV_BAD_HEADER',
      `the field '${field}' shows up after the header was written`,
      { field },
      { todo: `list all fields under \`write: ${format}: columns\`` },
    );
  }
}
