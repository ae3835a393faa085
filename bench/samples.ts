/** The files that the road is measured with: a real shop's invoices, or rows of the same shape. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const retailSamples = '../shared/samples/perf_datasets/online_retail_by_day_dev';

export interface Samples {
  folder: string;
  files: number;
  rows: number;
  bytes: number;
}

/** Rows are lines less one header a file. */
export function weigh(folder: string): Samples {
  const names = readdirSync(folder);
  let rows = 0;
  let bytes = 0;
  for (const name of names) {
    const path = join(folder, name);
    bytes += statSync(path).size;
    const content = readFileSync(path);
    let lines = 0;
    for (const byte of content) if (byte === 0x0a) lines += 1;
    rows += lines - 1 + (content.at(-1) === 0x0a ? 0 : 1);
  }
  return { folder, files: names.length, rows, bytes };
}

const DAYS = 183;
const INVOICES_PER_DAY = 74;
const SKUS = 3_700;
const HEADER =
  'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n';

/** Writes daily files of the same columns and about as many rows, SKUs and lines; the same at every call. */
export function generateRetail(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const random = randomFrom(11);
  let invoice = 536_365;
  for (let day = 0; day < DAYS; day += 1) {
    const date = new Date(Date.UTC(2010, 11, 1) + day * 86_400_000).toISOString().slice(0, 10);
    let text = HEADER;
    for (let count = 0; count < INVOICES_PER_DAY; count += 1) {
      invoice += 1;
      text += invoiceRows(invoice, `${date} ${timeOf(count)}`, random);
    }
    writeFileSync(join(folder, `${date}.csv`), text);
  }
}

function invoiceRows(invoice: number, at: string, random: () => number): string {
  const isReturn = random() < 0.02;
  const number = isReturn ? `C${invoice}` : String(invoice);
  const customer = `${12_346 + Math.floor(random() * 6_000)}.0`;
  let text = '';
  for (let line = 1 + Math.floor(random() * 39); line > 0; line -= 1) {
    const sku = 20_000 + Math.floor(random() ** 2 * SKUS) * 17;
    const quantity = (isReturn ? -1 : 1) * (1 + Math.floor(random() ** 3 * 48));
    text += `${number},${sku},WHITE HANGING HEART T-LIGHT HOLDER,${quantity},${at},2.55,${customer},United Kingdom\n`;
  }
  return text;
}

const timeOf = (invoice: number): string =>
  [8 + Math.floor(invoice / 8), (invoice % 8) * 7, 0]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');

export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}
