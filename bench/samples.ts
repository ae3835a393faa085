/** The files that the road is measured with: a real shop's invoices, or rows of the same shape. */
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { randomFrom } from './random.ts';

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

const RECEIPT_DAYS = 30;
const SALE_DAYS = 262;
const STOCKED_HEADER = 'Kind,Number,Sku,Quantity,Date,UnitCost,Partner\n';

/**
 * Daily files of bench/stocked: deliveries of every SKU first, then sales of what is there; as many rows as
 * Online Retail has, so that what a start costs (compiling) weighs the same in both. The same at
 * every call.
 */
export function generateStocked(folder: string): void {
  const random = randomFrom(13);
  const there = new Int32Array(SKUS);
  let number = 0;
  for (let day = 0; day < RECEIPT_DAYS + SALE_DAYS; day += 1) {
    const date = new Date(Date.UTC(2010, 11, 1) + day * 86_400_000).toISOString().slice(0, 10);
    const kind = day < RECEIPT_DAYS ? 'delivery' : 'sale';
    let text = STOCKED_HEADER;
    for (let count = 0; count < INVOICES_PER_DAY; count += 1) {
      number += 1;
      for (let line = 1 + Math.floor(random() * 24); line > 0; line -= 1) {
        const sku = skuIn(there, kind, random);
        const most = kind === 'delivery' ? 480 : Math.min(24, there[sku]!);
        const quantity = 1 + Math.floor(random() * most);
        there[sku]! += kind === 'delivery' ? quantity : -quantity;
        const cost = (5 + Math.floor(random() * 90) / 10).toFixed(2);
        text += `${kind},D${number},${20_000 + sku * 17},${quantity},${date} ${timeOf(count)},${cost},P${count}\n`;
      }
    }
    writeFileSync(join(folder, `${date}.csv`), text);
  }
}

/** Any for a delivery; for a sale one of which something is there. */
function skuIn(there: Int32Array, kind: 'delivery' | 'sale', random: () => number): number {
  let sku = Math.floor(random() ** 2 * SKUS);
  while (kind === 'sale' && there[sku] === 0) sku = (sku + 1) % SKUS;
  return sku;
}

/** Every `nth` file of `samples`. */
export function thinOut(samples: string, folder: string, nth: number): void {
  for (const [index, name] of readdirSync(samples).sort().entries())
    if (index % nth === 0) copyFileSync(join(samples, name), join(folder, name));
}

/** The same rows, each with an invoice number of its own, in no order. */
export function splitInvoices(samples: string, folder: string): void {
  let row = 0;
  for (const name of readdirSync(samples).sort()) {
    const lines = readFileSync(join(samples, name), 'utf8').split('\n');
    const split = lines.map((line, index) => {
      if (index === 0 || line === '') return line;
      row += 1;
      const [invoice] = line.split(',', 1) as [string];
      const sign = invoice.startsWith('C') ? 'C' : '';
      const scattered = (Math.imul(row, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
      return `${sign}N${scattered}${line.slice(invoice.length)}`;
    });
    writeFileSync(join(folder, name), split.join('\n'));
  }
}

const timeOf = (invoice: number): string =>
  [8 + Math.floor(invoice / 8), (invoice % 8) * 7, 0]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
