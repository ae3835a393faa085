/**
 * `node bench/xlsxAlone.ts [rows]`: an Excel workbook of so many rows (200,000), written in one process and read in
 * another. Prints rows a second and the largest memory of the reader.
 */
import { execFile } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { xlsx } from '../core/codecs/xlsx.ts';
import { writePages } from '../core/deliver/writeRecords.ts';
import { keepIn } from '../core/intake/KeptBody.ts';
import { systemRuntime } from '../core/runtime.ts';
import { SpoolFolder } from '../core/spool/SpoolFolder.ts';
import { peakMemoryBytes } from '../test/peakMemory.ts';

const [given = '200000', path] = process.argv.slice(2);
const rows = Number(given);

if (path === undefined) await write();
else await read(path);

async function write(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stockbus-xlsx-'));
  try {
    const file = join(folder, 'rows.xlsx');
    const parts: Uint8Array[] = [];
    const codec = xlsx.codec(undefined, {
      sheet: 'Rows',
      columns: undefined,
      numbers: ['quantity'],
    });
    for await (const part of writePages(codec, pages())) parts.push(part);
    writeFileSync(file, Buffer.concat(parts));
    const megabytes = (statSync(file).size / 1e6).toFixed(1);
    const { stdout } = await promisify(execFile)(process.execPath, [
      import.meta.filename,
      given,
      file,
    ]);
    process.stdout.write(`${rows} rows of 5 cells, ${megabytes} MB: ${stdout}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function* pages() {
  for (let from = 0; from < rows; from += 1_000)
    yield Array.from({ length: Math.min(1_000, rows - from) }, (_, index) => ({
      document: `R${Math.floor((from + index) / 7)}`,
      sku: `SKU-${String((from + index) * 7_919).padStart(10, '0')}`,
      quantity: String(((from + index) % 97) + 0.25),
      location: 'BER',
      note: `row ${from + index} of a workbook`,
    }));
}

async function read(file: string): Promise<void> {
  const spool = new SpoolFolder(join(file, '..', 'spool'), systemRuntime());
  const context = { name: 'rows.xlsx', keep: keepIn(spool) };
  const begun = performance.now();
  let count = 0;
  const codec = xlsx.codec(undefined, undefined).requireColumns!(['sku', 'quantity']);
  for await (const records of codec.read(createReadStream(file), context)) {
    for (const { fault } of records) if (fault) throw new Error(fault.message);
    count += records.length;
  }
  if (count !== rows) throw new Error(`${count} of ${rows} rows were read`);
  const seconds = (performance.now() - begun) / 1_000;
  const megabytes = Math.round(peakMemoryBytes() / 2 ** 20);
  process.stdout.write(`${Math.round(rows / seconds)} rows/s, ${megabytes} MB of memory\n`);
}
