/** Reads Parquet with another implementation: pyarrow, as data frames and warehouses do. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface ReadParquet {
  /** By column, as Arrow calls it. */
  types: Record<string, string>;
  rowGroups: number;
  /** Cells as Python shows them; a string has no quotes. */
  rows: Record<string, string | null>[];
}

const SCRIPT = `
import json, sys, pyarrow.parquet as pq
file = pq.ParquetFile(sys.argv[1])
table = file.read()
shown = lambda cell: None if cell is None else cell.isoformat() if hasattr(cell, 'isoformat') else str(cell)
json.dump({
  'types': {field.name: str(field.type) for field in table.schema},
  'rowGroups': file.num_row_groups,
  'rows': [{name: shown(cell) for name, cell in row.items()} for row in table.to_pylist()],
}, sys.stdout)
`;

export async function readParquet(file: string): Promise<ReadParquet> {
  const servers = process.env.STOCKBUS_SERVERS ?? '/opt/stockbus-servers';
  const python = join(servers, 'moto', 'bin', 'python');
  if (!existsSync(python))
    throw new Error(`there is no ${python}: .ci/install-servers installs pyarrow with it`);
  const options = { maxBuffer: 64 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)(python, ['-c', SCRIPT, file], options);
  return JSON.parse(stdout) as ReadParquet;
}
