/** What senders call the fields of messages, in the order of how likely that is meant. */
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
      'docnumber',
      'doc',
      'invoicenumber',
      'vbeln',
      'ebeln',
      'belnr',
      'mblnr',
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
    ...['docnum', 'rechnungsnr'],
  ],
  reservation: [
    'reservation',
    'reservationid',
    'reservationno',
    'orderid',
    'orderno',
    'order',
    'id',
  ],
  receipt: [
    ...['receipt', 'receiptno', 'receiptnumber', 'receiptdocumentreference', 'goodsreceipt', 'grn'],
    ...['deliverynote', 'despatchdocumentreference', 'lieferschein', 'wareneingang'],
  ],
  line: [
    ...['line', 'lineno', 'linenum', 'linenumber', 'lineitemnumber', 'pos', 'position', 'zeile'],
    ...['rowno', 'lineid', 'lineitemid', 'posnr', 'ebelp', 'posex'],
  ],
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
  name: ['name', 'itemname', 'productname', 'title', 'bezeichnung', 'description', 'desc'],
  barcode: ['barcode', 'ean', 'gtin', 'upc'],
  group: ['itemgroup', 'productgroup', 'category', 'warengruppe', 'producttype'],
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
      'lgort',
      'werks',
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
    ...['delta', 'change', 'count', 'lfimg', 'lgmng', 'erfmg'],
  ],
  unit: [
    ...['unit', 'uom', 'unitofmeasure', 'einheit', 'me', 'unitcode', 'measurementunitcode'],
    ...['vrkme', 'meins', 'menee'],
  ],
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
  due: [
    ...['due', 'duedate', 'deliverydate', 'requesteddeliverydate', 'requireddate', 'needby'],
    ...['promiseddate', 'expecteddate', 'shipdate', 'shipby', 'liefertermin', 'wunschtermin'],
  ],
  changedAt: [
    ...['changedat', 'updatedat', 'updated', 'modified', 'lastmodified', 'lastupdated'],
    ...['lastupdatedtime', 'updateddateutc', 'modifieddate', 'datemodified'],
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
