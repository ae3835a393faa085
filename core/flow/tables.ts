/** Look-up tables: config/tables/<name>.csv, the first column is the key. */
import { hash } from 'node:crypto';
import { basename } from 'node:path';
import Papa from 'papaparse';
import type { Fault } from '../errors.ts';
import { badCharacterFault, readIdentifier } from '../identifier.ts';
import { limits } from '../limits.ts';
import type { LookupTable } from '../ports.ts';
import { configFiles, readConfigText } from './configText.ts';

export interface Tables {
  tables: Map<string, LookupTable>;
  /** Texts of their files as SHA-256 (hex), by the names of the tables. */
  digests: Map<string, string>;
  faults: Fault[];
}

/** All tables of a hub's folder; none when there is no such folder. */
export async function loadTables(folder: string): Promise<Tables> {
  const found: Tables = { tables: new Map(), digests: new Map(), faults: [] };
  const files = await configFiles(folder, 'config/tables', ['.csv'], found.faults);
  for (const file of files ?? []) {
    const text = await readConfigText(folder, file, found.faults);
    const name = basename(file, '.csv');
    if (text !== undefined) found.digests.set(name, hash('sha256', text, 'hex'));
    const table = text === undefined ? undefined : parseTable(name, file, text, found.faults);
    // One that cannot be read is there all the same: who looks up in it is not wrong.
    if (table) found.tables.set(name, table);
    else found.tables.set(name, { name, columns: [], rows: new Map() });
  }
  return found;
}

export function parseTable(
  name: string,
  file: string,
  text: string,
  faults: Fault[],
): LookupTable | undefined {
  const refuse = (line: number, message: string): undefined => {
    faults.push({ code: 'TABLE_BAD', message, at: { file, line, column: 1 } });
    return undefined;
  };
  const parsed = Papa.parse<string[]>(text, { skipEmptyLines: 'greedy' });
  const [header, ...rows] = parsed.data;
  const columns = (header ?? []).map((cell) => cell.trim());
  if (columns.length === 0) return refuse(1, 'the table is empty');
  if (parsed.errors.some((error) => error.type === 'Quotes')) {
    return refuse((parsed.errors[0]?.row ?? 0) + 1, 'a quote is opened and never closed');
  }
  if (new Set(columns).size !== columns.length || columns.includes('')) {
    return refuse(1, 'the columns need names, each its own');
  }
  if (rows.length > limits.tableRows)
    return refuse(1, `the table has more than ${limits.tableRows} rows`);
  const byKey = new Map<string, Readonly<Record<string, string>>>();
  const before = faults.length;
  rows.forEach((cells, index) => {
    const key = readIdentifier(cells[0] ?? '');
    const line = index + 2;
    if (typeof key === 'object') {
      const { message } = badCharacterFault(`the key of row ${line}`, cells[0]!, key);
      refuse(line, message);
    } else if (key === '') refuse(line, `row ${line} has no key`);
    else if (byKey.has(key)) refuse(line, `the key '${key}' stands here twice`);
    else if (cells.length !== columns.length) {
      refuse(line, `row ${line} has ${cells.length} cells and the header ${columns.length}`);
    } else byKey.set(key, rowOf(columns, cells));
  });
  return faults.length > before ? undefined : { name, columns, rows: byKey };
}

function rowOf(
  columns: readonly string[],
  cells: readonly string[],
): Readonly<Record<string, string>> {
  const row: Record<string, string> = Object.create(null);
  columns.forEach((column, index) => {
    row[column] = (cells[index] ?? '').trim();
  });
  return row;
}
