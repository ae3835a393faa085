/**
 * `node bench/parquetAlone.ts [rows]`: a valuation of so many rows (200,000) written as Parquet and as a workbook, each in a process
 * of its own, which has the young generation that `npm start` has. Prints rows a second and the largest memory of each.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parquet } from '../core/codecs/parquet.ts';
import { xlsx } from '../core/codecs/xlsx.ts';
import type { RecordValue } from '../core/ports.ts';
import { kindsOf } from '../core/reports/ReportSpec.ts';
import { reportOf } from '../core/reports/reports.ts';
import { peakMemoryBytes } from '../test/peakMemory.ts';

const PAGE_ROWS = 1_000;
const [given = '200000', format] = process.argv.slice(2);
const rows = Number(given);

if (format !== undefined) await write(format);
else
  for (const one of ['parquet', 'xlsx']) {
    const own = ['--max-semi-space-size=8', import.meta.filename, given, one];
    const { stdout } = await promisify(execFile)(process.execPath, own);
    process.stdout.write(stdout);
  }

function* pages(): Generator<RecordValue[]> {
  for (let from = 0; from < rows; from += PAGE_ROWS)
    yield Array.from({ length: Math.min(PAGE_ROWS, rows - from) }, (_, n) => valued(from + n));
}

function valued(row: number): RecordValue {
  return {
    sku: `SKU-${String(row * 7_919).padStart(10, '0')}`,
    pool: 'main',
    location: '',
    quantity: `${row % 97}.25`,
    value: `${(row * 2_654_435_761) % 1_000_000_007}.01`,
    currency: 'EUR',
    unitCost: `${row % 1_009}.123456`,
    method: 'fifo',
  };
}

async function write(name: string): Promise<void> {
  const { codec } = name === 'parquet' ? parquet : xlsx;
  const begun = performance.now();
  let bytes = 0;
  const facts = { kinds: kindsOf(reportOf('valuation')) };
  for await (const part of codec(undefined, undefined).payload!(pages(), [], facts))
    bytes += part.byteLength;
  const seconds = (performance.now() - begun) / 1_000;
  const memory = Math.round(peakMemoryBytes() / 2 ** 20);
  const size = (bytes / 1e6).toFixed(1);
  process.stdout.write(
    `${name}, ${rows} rows of 8 columns, ${size} MB: ${Math.round(rows / seconds)} rows/s, ${memory} MB of memory\n`,
  );
}
