/**
 * `node bench/xlsxAlone.ts [rows]`: an Excel workbook of so many rows (200,000), written in one process and read in
 * another, which has the young generation that `npm start` has. Prints rows a second and the largest memory of the reader.
 */
import { execFile } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ZipOut } from '../core/codecs/packings/ZipOut.ts';
import { xlsx } from '../core/codecs/xlsx.ts';
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
    writeFileSync(file, await workbook());
    const megabytes = (statSync(file).size / 1e6).toFixed(1);
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--max-semi-space-size=8',
      import.meta.filename,
      given,
      file,
    ]);
    process.stdout.write(`${rows} rows of 5 cells, ${megabytes} MB: ${stdout}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As Excel writes it: texts stand apart, and cells say which. */
async function workbook(): Promise<Uint8Array> {
  const zip = new ZipOut();
  const add = async (name: string, xml: readonly string[]): Promise<void> => {
    await zip.open(name);
    for (const part of xml) await zip.write(part);
  };
  const rel = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="http://x/${type}" Target="${target}"/>`;
  const main = rel('a', 'officeDocument', 'xl/workbook.xml');
  await add('_rels/.rels', [`<Relationships>${main}</Relationships>`]);
  const sheets = '<sheet name="Rows" r:id="r1"/>';
  await add('xl/workbook.xml', [`<workbook><sheets>${sheets}</sheets></workbook>`]);
  const rels = rel('r1', 'worksheet', 'worksheets/a.xml') + rel('s', 'sharedStrings', 'texts.xml');
  await add('xl/_rels/workbook.xml.rels', [`<Relationships>${rels}</Relationships>`]);
  const texts: string[] = [];
  const cell = (at: string, text: string): string => {
    texts.push(`<si><t>${text}</t></si>`);
    return `<c r="${at}" t="s"><v>${texts.length - 1}</v></c>`;
  };
  const head = ['document', 'sku', 'quantity', 'location', 'note'];
  const cells = head.map((name, column) => cell(`${'ABCDE'[column]}1`, name));
  const lines = [`<row r="1">${cells.join('')}</row>`];
  for (let row = 2; row <= rows + 1; row += 1) {
    const sku = `SKU-${String(row * 7_919).padStart(10, '0')}`;
    const note = `row ${row} of a workbook ${((row * 2_654_435_761) % 2 ** 32).toString(36)}`;
    lines.push(
      `<row r="${row}"><c r="A${row}"><v>${row >> 3}</v></c>${cell(`B${row}`, sku)}<c r="C${row}"><v>${(row % 97) + 0.25}</v></c><c r="D${row}" t="s"><v>3</v></c>${cell(`E${row}`, note)}</row>`,
    );
  }
  await add('xl/worksheets/a.xml', [
    '<worksheet><sheetData>',
    ...lines,
    '</sheetData></worksheet>',
  ]);
  await add('xl/texts.xml', ['<sst>', ...texts, '</sst>']);
  return zip.end();
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
