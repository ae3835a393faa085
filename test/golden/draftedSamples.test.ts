/** Drafts of payloads of many makers: what each is, by what it is known, and that its test runs. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Desk } from '../e2e/cli.ts';
import { describeSamples } from '../samples.ts';

/** Of a payload: its message, its key, where its quantity is, and how it is read where that is not plain. */
const drafts: readonly [
  file: string,
  type: string,
  key: string,
  quantity?: string | undefined,
  read?: RegExp,
][] = [
  [
    'commerce/shopify__order.json',
    'order.upsert.v1',
    'order_number & "@" & updated_at',
    'quantity',
  ],
  ['commerce/shopify__fulfillment.json', 'stock.issue.v1', 'id', 'quantity'],
  [
    ...['commerce/shopify__inventory_levels.json', 'stock.count.v1'],
    ...['location_id & "/" & inventory_item_id & "/" & updated_at', 'available'],
  ] as [string, string, string, string],
  [
    'commerce/woocommerce__order_processing.json',
    'order.upsert.v1',
    'number & "@" & date_modified',
  ],
  ['commerce/woocommerce__product_simple.json', 'item.upsert.v1', 'id & "@" & date_modified'],
  ['dynamics365/d365iv__reserve.json', 'reservation.create.v1', 'id', 'quantity'],
  [
    'finance/quickbooks__purchase_order.xml',
    'order.upsert.v1',
    'DocNumber & "@" & MetaData.LastUpdatedTime',
    'ItemBasedExpenseLineDetail.Qty',
  ],
  ['finance/quickbooks__invoice_with_bundle_line_item.xml', 'stock.invoice.v1', 'DocNumber'],
  ['finance/xero__invoices.xml', 'stock.invoice.v1', 'InvoiceNumber'],
  [
    'finance/xero_openapi__purchase_orders_response.json',
    'order.upsert.v1',
    'PurchaseOrderNumber & "@" & UpdatedDateUTC',
    'Quantity',
  ],
  [
    'finance/datev__EXTF_Buchungsstapel.csv',
    'stock.receive.v1',
    '$payload.sha256 & "/" & $row',
    undefined,
    /skip: 1, encoding: "windows-1252"/,
  ],
  [
    'gs1_xml/sap__gs1_warehousingInboundNotification_received.xml',
    'stock.receive.v1',
    'warehousingInboundNotificationIdentification.entityIdentification',
    '$text(actualReceiptQuantity)',
  ],
  [
    'gs1_xml/sap__gs1_logisticsInventoryReport_stock_comparison.xml',
    'stock.count.v1',
    'logisticsInventoryReportIdentification.entityIdentification & "/" & $payload.sha256 & "/" & $row',
    '$text(tradeItemQuantity)',
  ],
  ['idoc/sap__DELVRY07_despatch.xml', 'stock.issue.v1', 'VBELN', 'LFIMG'],
  ['idoc/sap__MATMAS05_3pl.xml', 'item.upsert.v1', 'MATNR & "@" & $payload.sha256 & "/" & $row'],
  ['ubl/phax__UBL-Invoice-2.1-Example.xml', 'stock.invoice.v1', 'ID', '$text(InvoicedQuantity)'],
  [
    'ubl/phax__UBL-DespatchAdvice-2.0-Example.xml',
    'stock.issue.v1',
    'ID',
    '$text(DeliveredQuantity)',
  ],
  ['ubl/phax__UBL-InventoryReport-2.1-Example.xml', 'stock.count.v1', 'ID', '$text(Quantity)'],
  [
    'epcis/gs1__event_with_identical_hash_id_1.xml',
    'stock.receive.v1',
    '$payload.sha256 & "/" & $row',
    'quantity',
    /doctype: "ignore"/,
  ],
  [
    'messy_csv/messytables__excel_pasting.csv',
    'stock.receive.v1',
    '$payload.sha256 & "/" & $row',
    undefined,
    /skip: 3/,
  ],
  [
    'messy_csv/messytables__spanish_chars.csv',
    'stock.receive.v1',
    '$payload.sha256 & "/" & $row',
    undefined,
    /encoding: "windows-1252"/,
  ],
  [
    'messy_csv/frictionless__duplicate-headers.csv',
    'stock.receive.v1',
    'id',
    undefined,
    /columns: \["id","name","id 2","age","id 3"\]/,
  ],
  [
    'messy_csv/frictionless__table-infer-iso-8859-7.csv',
    'stock.receive.v1',
    'id',
    undefined,
    /encoding: "iso-8859-7"/,
  ],
  ['commerce/shopify__variants.json', 'stock.count.v1', 'id & "@" & updated_at'],
  [
    'finance/netsuite__get_item_availability.xml',
    'stock.count.v1',
    'locationId.`@internalId` & "/" & item.`@internalId` & "/" & lastQtyAvailableChange',
    'quantityOnHand',
  ],
  [
    'xlsx/readxl__unnamed-duplicated-columns.xlsx',
    'stock.receive.v1',
    '$payload.sha256 & "/" & $row',
    undefined,
    /header: 1, columns: \["c1","c2","c3","c4"\]/,
  ],
  [
    'xlsx/calamine__date_1904.xlsx',
    'stock.receive.v1',
    '$payload.sha256 & "/" & $row',
    undefined,
    /columns: \["c1","c2"\]/,
  ],
];

describe('stockbus new flow, of a real sample', () => {
  for (const [file, type, key, quantity, read] of drafts)
    describeSamples(file, file, (path) => {
      it(`drafts ${type} with a test that runs`, async () => {
        const desk = new Desk();
        const project = mkdtempSync(join(tmpdir(), 'stockbus-drafted-'));
        try {
          assert.equal((await desk.run(['init', project])).code, 0);
          const at = (...line: string[]) => desk.run([...line, '--config', project]);
          const made = await at('new', 'flow', path, '--name', 'drafted', '--from', 'http');
          assert.equal(made.code, 0, `${basename(path)}\n${made.out}${made.err}`);
          const yaml = readFileSync(join(project, 'flows/drafted.yaml'), 'utf8');
          const said = (name: string) => new RegExp(`^ *${name}: '?(.*?)'?$`, 'm').exec(yaml)?.[1];
          assert.deepEqual([said('to'), said('key')], [type, key]);
          if (quantity !== undefined) assert.match(said('quantity') ?? '', inCall(quantity));
          if (read) assert.match(said('read') ?? '', read);
          const tested = await at('test', 'drafted');
          assert.equal(tested.code, 0, tested.out + tested.err);
        } finally {
          rmSync(project, { recursive: true, force: true });
          desk.remove();
        }
      });
    });
});

const inCall = (expression: string): RegExp =>
  new RegExp(`^\\$decimal\\(${expression.replace(/[$().]/g, '\\$&')}[,)]`);
