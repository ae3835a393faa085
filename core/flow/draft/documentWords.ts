/** By what words a payload, its file or its fields say which document it is. */
import type { CommandType } from '../../message.ts';

export interface DocumentKind {
  type: CommandType;
  /** Of whole words, or of two side by side. */
  words: RegExp;
  /** What else such a document may be, and when. */
  or?: string;
  /** Of what has no quantities: where a sample has some, these are the words of its rows. */
  isMasterData?: true;
}

/** In the order in which they are looked for: what is said of a document goes before what it is of. */
export const documentKinds: readonly DocumentKind[] = [
  { type: 'stock.transfer.v1', words: /^(transfers?|umlager\w*)$/ },
  { type: 'stock.adjust.v1', words: /^(adjust\w*|korrektur\w*|corrections?|scrap\w*|delta)$/ },
  { type: 'stock.return.v1', words: /^(returns?|returned|retoure\w*|refunds?)$/ },
  { type: 'reservation.create.v1', words: /^(reservations?|reserve|reserved|allocations?)$/ },
  {
    type: 'stock.invoice.v1',
    words:
      /^(invoices?|invoic\d*|bills?|rechnung(en)?|credit(note|memo)s?|gutschrift(en)?|facturas?)$/,
    or: 'it takes what suppliers invoice for receipts, and moves no stock; an invoice to a customer is booked by what was delivered, stock.issue.v1',
  },
  {
    type: 'stock.receive.v1',
    words:
      /^(receipts?|receiv\w*|goodsin|wareneingang\w*|grn|inbound|asn|recadv|deliver(y|ies)|lieferschein\w*)$/,
  },
  {
    type: 'order.upsert.v1',
    words: /^(purchaseorders?|salesorders?|bestellung(en)?)$/,
    or: 'it says what is to come or to go; what has come is stock.receive.v1, what has left stock.issue.v1',
  },
  {
    type: 'stock.issue.v1',
    words: /^(ship\w*|issues?|issued|outbound|dispatch\w*|fulfil\w*|sales?|warenausgang\w*)$/,
  },
  {
    type: 'stock.issue.v1',
    words: /^(despatch\w*|desadv|delvry\d*)$/,
    or: 'of what a supplier despatches to us it is stock.receive.v1',
  },
  {
    type: 'order.upsert.v1',
    words: /^(orders?|orders\d+|ordrsp|auftra(g|ege)|pedidos?)$/,
    or: 'it says what is to come or to go; stock that is held for a customer is reservation.create.v1, what has left stock.issue.v1',
  },
  {
    type: 'stock.count.v1',
    words:
      /^(counts?|counted|counting|stockcounts?|inventur\w*|zaehl\w*|stocktak\w*|onhand|bestand\w*|bestaende|levels?|stocklevels?|inventory|snapshots?|availability|invrpt)$/,
  },
  {
    type: 'item.upsert.v1',
    words: /^(items?|products?|variants?|materials?|matmas\d*|catalogues?|catalogs?|artikel\w*)$/,
    isMasterData: true,
  },
  {
    type: 'location.upsert.v1',
    words: /^(locations?|warehouses?|sites?|plants?|lagerorte?)$/,
    isMasterData: true,
  },
];

/** Which message the word of a column says: columns of rows name other documents as often as their own. */
export const columnKinds: readonly Pick<DocumentKind, 'type' | 'words'>[] = [
  ...documentKinds.filter(({ type }) => type.startsWith('stock.') && !/invoice|count/.test(type)),
  { type: 'stock.issue.v1', words: /^(orders?|invoices?)$/ },
];

/** Fields that say of a payload what it is. */
export const typeNames: ReadonlySet<string> = new Set([
  ...[
    'type',
    'documenttype',
    'doctype',
    'messagetype',
    'mestyp',
    'transactiontype',
    'movementtype',
  ],
  ...['eventtype', 'event', 'kind', 'topic', 'bizstep', 'recordtype'],
]);

/** Names of a quantity that is what there is, and no movement. */
export const levelNames: ReadonlySet<string> = new Set([
  ...['onhand', 'qtyonhand', 'quantityonhand', 'onhandquantity', 'stockonhand', 'physicalonhand'],
  ...['stock', 'onstock', 'instock', 'stocklevel', 'bestand', 'lagerbestand', 'available'],
  ...['qtyavailable', 'availablequantity', 'counted', 'found'],
  ...['inventoryquantity', 'stockquantity', 'quantityinstock', 'qtyinstock'],
]);
