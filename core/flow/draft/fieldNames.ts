/** What senders call the fields of messages, in the order of how likely that is meant. */
import type { CommandType } from '../../message.ts';

/** By the field of the message; names in small letters without marks. */
export const namesOfFields: Readonly<Record<string, readonly string[]>> = {
  document: [
    ...[
      'document',
      'documentno',
      'documentnumber',
      'receiptno',
      'receipt',
      'deliverynote',
      'delivery',
    ],
    ...['orderno', 'ordernumber', 'order', 'orderid', 'shipment', 'shipmentid', 'count', 'countid'],
    ...[
      'docno',
      'doc',
      'voucher',
      'reference',
      'number',
      'no',
      'id',
      'belegnr',
      'beleg',
      'lieferschein',
    ],
    ...['belegnummer', 'auftrag', 'wareneingang', 'nummer', 'nr', 'transactionid', 'invoiceno'],
  ],
  line: ['line', 'lineno', 'linenumber', 'pos', 'position', 'zeile', 'rowno', 'lineid'],
  sku: [
    ...[
      'sku',
      'itemno',
      'itemnumber',
      'itemid',
      'item',
      'itemcode',
      'article',
      'articleno',
      'artikel',
    ],
    ...[
      'artikelnr',
      'artikelnummer',
      'material',
      'matnr',
      'product',
      'productid',
      'productcode',
      'part',
    ],
    ...[
      'partno',
      'partnumber',
      'stockcode',
      'ean',
      'gtin',
      'upc',
      'barcode',
      'code',
      'materialnumber',
    ],
  ],
  location: [
    ...[
      'location',
      'locationid',
      'locationcode',
      'warehouse',
      'warehouseid',
      'whse',
      'wh',
      'site',
      'plant',
    ],
    ...[
      'store',
      'storeid',
      'place',
      'facility',
      'depot',
      'lager',
      'lagerort',
      'werk',
      'bin',
      'shelf',
      'branch',
    ],
  ],
  from: ['from', 'fromlocation', 'fromwarehouse', 'source', 'von', 'origin'],
  to: ['to', 'tolocation', 'towarehouse', 'destination', 'nach', 'target'],
  quantity: [
    ...[
      'quantity',
      'qty',
      'qtyreceived',
      'quantityreceived',
      'qtyshipped',
      'counted',
      'found',
      'onhand',
    ],
    ...[
      'quantityonhand',
      'qtyonhand',
      'stock',
      'available',
      'menge',
      'anzahl',
      'bestand',
      'units',
      'pieces',
    ],
    ...['delta', 'change', 'amount', 'count'],
  ],
  unit: ['unit', 'uom', 'unitofmeasure', 'einheit', 'me', 'unitcode'],
  unitCost: [
    ...[
      'unitcost',
      'cost',
      'unitprice',
      'price',
      'purchaseprice',
      'preis',
      'einzelpreis',
      'ekpreis',
      'stueckpreis',
    ],
  ],
  currency: ['currency', 'curr', 'currencycode', 'currencyid', 'waehrung', 'wahrung', 'ccy'],
  at: [
    ...[
      'at',
      'date',
      'posted',
      'postingdate',
      'posteddate',
      'receivedat',
      'receiptdate',
      'shippedat',
    ],
    ...[
      'shipdate',
      'countedat',
      'documentdate',
      'orderdate',
      'invoicedate',
      'datum',
      'buchungsdatum',
    ],
    ...['issuedate', 'deliverydate', 'movementdate', 'processedat', 'eventtime'],
    ...['timestamp', 'time', 'when', 'createdat', 'created', 'updatedat', 'transactiondate'],
  ],
  partner: [
    ...[
      'supplier',
      'supplierid',
      'vendor',
      'vendorid',
      'customer',
      'customerid',
      'partner',
      'lieferant',
    ],
    ...['kunde', 'account', 'debitor', 'kreditor', 'clientid', 'client'],
  ],
  lot: [
    'lot',
    'lotno',
    'lotnumber',
    'batch',
    'batchno',
    'charge',
    'chargennr',
    'serial',
    'serialno',
  ],
  expiresOn: ['expireson', 'expiry', 'expirydate', 'bestbefore', 'mhd', 'expirationdate'],
  reference: ['reference', 'purchaseorder', 'pono', 'po', 'bestellung', 'bestellnr', 'ordernumber'],
  reason: ['reason', 'reasoncode', 'grund', 'note', 'comment'],
};

/** By the message, the words by which a file or its fields say that it is one: whole words, or two side by side. */
export const wordsOfMessages: readonly (readonly [type: CommandType, words: RegExp])[] = [
  ['stock.transfer.v1', /^(transfers?|umlager\w*)$/],
  ['stock.adjust.v1', /^(adjust\w*|korrektur\w*|corrections?|scrap\w*|delta)$/],
  ['stock.return.v1', /^(returns?|returned|retoure\w*|refunds?)$/],
  [
    'stock.count.v1',
    /^(counts?|counted|counting|stockcounts?|inventur\w*|zaehl\w*|stocktak\w*|onhand|bestand\w*|bestaende|levels?|stocklevels?|inventory|snapshots?|availability)$/,
  ],
  [
    'stock.receive.v1',
    /^(receipts?|receiv\w*|goodsin|wareneingang\w*|grn|inbound|asn|deliver(y|ies)|lieferschein\w*)$/,
  ],
  [
    'stock.issue.v1',
    /^(ship\w*|issues?|issued|outbound|dispatch\w*|despatch\w*|fulfil\w*|sales?|orders?|invoices?|warenausgang\w*)$/,
  ],
];

/** Names of a quantity that is what there is, and no movement. */
export const levelNames: ReadonlySet<string> = new Set([
  ...['onhand', 'qtyonhand', 'quantityonhand', 'onhandquantity', 'stockonhand', 'physicalonhand'],
  ...['stock', 'onstock', 'instock', 'stocklevel', 'bestand', 'lagerbestand', 'available'],
  ...['qtyavailable', 'availablequantity', 'counted', 'found'],
]);

/** Names that say too little to be sure of, though one knows them. */
export const vagueNames: ReadonlySet<string> = new Set([
  ...[
    'id',
    'no',
    'nr',
    'number',
    'nummer',
    'code',
    'reference',
    'count',
    'doc',
    'source',
    'target',
  ],
  ...['amount', 'change', 'store', 'bin', 'place', 'account', 'time', 'units', 'part', 'order'],
]);

/** Last words of what nobody is called by, but something is told in. */
export const tellingWords: ReadonlySet<string> = new Set([
  ...['name', 'title', 'description', 'desc', 'bezeichnung', 'text', 'note', 'notes', 'comment'],
  ...['url', 'uri', 'link', 'href', 'image', 'email', 'phone', 'status', 'type', 'address'],
]);

/** Last words of what something is called by. */
export const numberWords: ReadonlySet<string> = new Set([
  ...['id', 'code', 'no', 'nr', 'number', 'num', 'nummer', 'key', 'gln', 'identification'],
]);

const withoutMarks = (name: string): string =>
  name.normalize('NFKD').replace(/ß/g, 'ss').replace(/\p{M}/gu, '');

export const plainName = (name: string): string =>
  withoutMarks(name)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

/** `SellersItemIdentification.ID` → sellers, item, identification, id. */
export const wordsOf = (name: string): string[] =>
  withoutMarks(name)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');

/** Whether the last words are the name. */
export const endsWithName = (words: readonly string[], name: string): boolean =>
  words.some((_, first) => words.slice(first).join('') === name);

/** Whether words side by side are the name. */
export function hasWords(words: readonly string[], name: string): boolean {
  return words.some((_, first) => {
    let joined = '';
    for (let next = first; next < words.length && joined.length < name.length; next += 1)
      joined += words[next];
    return joined === name;
  });
}
