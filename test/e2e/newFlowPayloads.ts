/** Payloads of shapes that senders write, all invented, and what a draft must say of each. */
export interface DraftedPayload {
  what: string;
  name: string;
  payload: string | Uint8Array;
  /** Lines of the flow. */
  says: readonly RegExp[];
  /** What it must not say anywhere, notes to its author left out. */
  never?: RegExp;
  /** What its author is told. */
  asks?: readonly RegExp[];
  /** Messages that the flow makes of it; the other records are parked until their author decides. */
  makes: number;
}

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');

const rows: readonly DraftedPayload[] = [
  {
    what: 'titles before the header, a total behind, in Windows-1252',
    name: 'wareneingang.csv',
    payload: latin1(
      'Wareneing\u00e4nge der Woche\r\n\r\nLager:;M\u00fcnchen\r\n' +
        'Beleg;Datum;Artikel;Lager;Menge;Bemerkung\r\n' +
        'WE-1;13.03.2026;TEA-100;BER;1.200,5;f\u00fcr Gro\u00dfkunden\r\n' +
        'WE-1;13.03.2026;MUG-300;BER;12;\r\nWE-2;14.03.2026;TEA-100;HAM;7;\r\n' +
        'Summe;;;;1219,5;\r\n',
    ),
    says: [
      /^read: \{ csv: \{ delimiter: ";", skip: 3, ignore: "\^Summe", encoding: "windows-1252" \} \}$/,
      /^ {6}quantity: \$decimal\(Menge, ","\)$/,
      /^key: Beleg$/,
      /^to: stock\.receive\.v1$/,
    ],
    asks: [/^encoding: .* in windows-1252 it reads 'Wareneingänge'$/, /^read: 3 lines before/],
    makes: 2,
  },
  {
    what: 'titles that are padded to the width of the table, and the code page of DOS',
    name: 'receipts.csv',
    payload: Buffer.concat([
      latin1('Goods in from M'),
      Uint8Array.of(0x81),
      latin1(
        'nchen;;;;\nReceipt No;Date;Item;Whse;Qty\nR-1;2026-03-13;A-1;BER;4\nR-2;2026-03-13;B-2;BER;5\n',
      ),
    ]),
    says: [/^read: \{ csv: \{ delimiter: ";", skip: 1, encoding: "cp850" \} \}$/],
    makes: 2,
  },
  {
    what: 'a last line that states the number of rows',
    name: 'shipments.txt',
    payload:
      'Shipment|ShipDate|SKU|Location|Qty\nS-1|2026-03-13|A-1|BER|4\nS-2|2026-03-14|B-2|BER|5\nTRAILER|2\n',
    says: [/^read: \{ csv: \{ delimiter: "\|", footer: "\^.*TRAILER.*\(\\\\d\+\)" \} \}$/],
    makes: 2,
  },
  {
    what: 'a header with a column that has no name, and one that comes twice',
    name: 'stock.csv',
    payload: 'SKU,Location,,On hand,Date,SKU\nA-1,BER,x,4,2026-03-31,z\nB-2,BER,y,5,2026-03-31,z\n',
    says: [
      /columns: \["SKU","Location","c3","On hand","Date","SKU 2"\], header: true/,
      /^to: stock\.count\.v1$/,
    ],
    asks: [/^read: the header leaves columns without a name.*c3, SKU 2$/],
    makes: 2,
  },
  {
    what: 'a count with its head in lines before, and a remark behind',
    name: 'levels.csv',
    payload:
      'Day: 2026-03-31\nWarehouse: BER\n\nitem_no,bin,counted_qty\nA-1,01-02,5\nB-2,01-03,7\n# 2 rows\n',
    says: [/^read: \{ csv: \{ skip: 3, ignore: "\^#" \} \}$/, /^to: stock\.count\.v1$/],
    makes: 2,
  },
  {
    what: 'rows of several kinds, with a trailer',
    name: 'flat.txt',
    payload: 'H;R-1;2026-03-31\nL;1;A-1;5\nL;2;B-2;6\nH;R-2;2026-03-31\nL;1;A-1;7\nT;5\n',
    says: [/rows: \[\{"H":\["H1","H2"\]\},\{"L":\["L1","L2","L3"\]\}\], footer: "\^T;\(\\\\d\+\)"/],
    asks: [/^read: rows are of several kinds \(H, L\)/],
    makes: 0,
  },
  {
    what: 'movements with a sign',
    name: 'bewegungen.csv',
    payload:
      'Datum;Artikel;Menge;Lagerort;Wert\n31.03.2026;A;-3;L1;12,50\n31.03.2026;B;5;L1;7,00\n',
    says: [/^to: stock\.adjust\.v1$/, /^key: Lagerort & "\/" & Artikel & "\/" & Datum$/],
    asks: [/^to: .*'Menge' has numbers below zero$/],
    makes: 2,
  },
  {
    what: 'rows without a header',
    name: 'moved.csv',
    payload: 'A-1,BER,4,2026-03-31\nB-2,BER,5,2026-03-31\n',
    says: [/^read: \{ csv: \{ header: false \} \}$/, /\$error\("the flow does not say yet/],
    asks: [/^read: the first row reads as data/, /^sku: the sample does not say it/],
    makes: 0,
  },
  {
    what: 'rows of sales with prices and totals',
    name: 'retail-2026-03-31.csv',
    payload:
      'InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,Amount,CustomerID\n' +
      '536365,85123A,6,2026-03-31 08:26,2.55,15.30,17850\n536366,71053,8,2026-03-31 08:28,3.39,27.12,17850\n',
    says: [/quantity: \$decimal\(Quantity/, /^key: InvoiceNo$/],
    makes: 2,
  },
];

const documents: readonly DraftedPayload[] = [
  {
    what: 'a notification of a warehouse, whose number lies inside of it under its own name',
    name: 'notification.xml',
    payload: `<m:arrivalNoticeMessage xmlns:m="urn:m"><Header><Sender>7</Sender><Type>ArrivalNotice</Type></Header>
      <inboundNotice><createdDateTime>2026-03-31T06:04:13+02:00</createdDateTime><statusCode>ORIGINAL</statusCode>
      <inboundNoticeIdentification><entityIdentification>0017</entityIdentification></inboundNoticeIdentification>
      <shipment><item><lineItemNumber>10</lineItemNumber><product><gtin>04006381333931</gtin></product>
      <receivedQuantity measurementUnitCode="H87">5</receivedQuantity></item><item><lineItemNumber>20</lineItemNumber>
      <product><gtin>04012345123456</gtin></product><receivedQuantity measurementUnitCode="H87">60</receivedQuantity></item></shipment>
      </inboundNotice></m:arrivalNoticeMessage>`,
    says: [
      /^key: inboundNoticeIdentification\.entityIdentification$/,
      /quantity: \$decimal\(\$text\(receivedQuantity\)\)/,
      /^to: stock\.receive\.v1$/,
    ],
    makes: 1,
  },
  {
    what: 'a purchase order whose amounts stand before its quantities',
    name: 'po.xml',
    payload: `<PurchaseOrder><Id>813</Id><MetaData><LastUpdatedTime>2026-03-19T07:57:19Z</LastUpdatedTime></MetaData>
      <DocNumber>1002</DocNumber><TxnDate>2026-03-19</TxnDate><Line><Id>1</Id><Amount>72.00</Amount>
      <Detail><ItemRef name="Hose">31</ItemRef><UnitPrice>36</UnitPrice><Qty>2</Qty></Detail></Line>
      <VendorRef name="Brown">24</VendorRef><DueDate>2026-04-19</DueDate><TotalAmt>72.00</TotalAmt></PurchaseOrder>`,
    says: [
      /quantity: \$decimal\(Detail\.Qty\)/,
      /^ {6}document: DocNumber$/,
      /due: \$day\(DueDate\)/,
      /kind: purchase/,
      /^key: DocNumber & "@" & MetaData\.LastUpdatedTime$/,
      /^to: order\.upsert\.v1$/,
    ],
    never: /Amount|TotalAmt/,
    makes: 1,
  },
  {
    what: 'an invoice, which brings no goods',
    name: 'document.xml',
    payload: `<Invoice><ID>A-95678</ID><IssueDate>2026-03-31</IssueDate><InvoiceLine><ID>1</ID>
      <InvoicedQuantity unitCode="KGM">100</InvoicedQuantity><LineExtensionAmount currencyID="EUR">100.00</LineExtensionAmount>
      <Item><SellersItemIdentification><ID>17589683</ID></SellersItemIdentification></Item></InvoiceLine></Invoice>`,
    says: [
      /^to: stock\.invoice\.v1$/,
      /receipt: \$error/,
      /quantity: \$decimal\(\$text\(InvoicedQuantity\)\)/,
    ],
    asks: [/^receipt: the sample does not say it/, /^to: .*moves no stock/],
    makes: 0,
  },
  {
    what: 'documents with lines, in an answer that has a number and a time of its own',
    name: 'response.json',
    payload: JSON.stringify({
      ...{ Id: '9b2d4f', Status: 'OK', Provider: 'Sample', DateTimeUTC: '/Date(1774944900000)/' },
      PurchaseOrders: ['PO-1', 'PO-2'].map((PurchaseOrderNumber, index) => ({
        ...{
          PurchaseOrderID: `id-${index}`,
          PurchaseOrderNumber,
          UpdatedDateUTC: '2026-03-31T08:00:00Z',
        },
        DeliveryDate: '2026-04-09',
        LineItems: [
          { LineItemID: 'x', ItemCode: 'A-1', Quantity: 3, UnitAmount: 4.5, LineAmount: 13.5 },
        ],
      })),
    }),
    says: [
      /^read: \{ json: \{ records: "PurchaseOrders" \} \}$/,
      /^ {6}document: PurchaseOrderNumber$/,
      /sku: ItemCode$/,
      /^to: order\.upsert\.v1$/,
    ],
    makes: 2,
  },
  {
    what: 'an order of a shop, with parcels of its own inside',
    name: 'hook.json',
    payload: JSON.stringify({
      order: {
        ...{ id: 45, order_number: 1001, created_at: '2026-03-31T08:00:00Z', total_price: '19.90' },
        fulfillments: [
          { id: 7, created_at: '2026-03-31T09:00:00Z', line_items: [{ sku: 'A-1', quantity: 1 }] },
        ],
        line_items: [{ id: 1, sku: 'A-1', price: '19.90', quantity: 1 }],
      },
    }),
    says: [
      /^read: \{ json: \{ records: "order" \} \}$/,
      /each: line_items/,
      /^to: order\.upsert\.v1$/,
    ],
    never: /total_price/,
    makes: 0,
  },
  {
    what: 'levels of items, whose number is that of the item',
    name: 'export.json',
    payload: JSON.stringify({
      variants: [
        {
          id: 5,
          sku: 'A-1',
          price: '2.00',
          inventory_quantity: 4,
          created_at: '2025-01-01T00:00:00Z',
          updated_at: '2026-03-31T00:00:00Z',
        },
        {
          id: 6,
          sku: 'B-2',
          price: '3.00',
          inventory_quantity: 7,
          created_at: '2025-01-01T00:00:00Z',
          updated_at: '2026-03-31T00:00:00Z',
        },
      ],
    }),
    says: [/^to: stock\.count\.v1$/, /at: \$date\(updated_at\)/, /^key: id & "@" & updated_at$/],
    makes: 2,
  },
  {
    what: 'items alone, which are counted nowhere',
    name: 'master.json',
    payload: JSON.stringify({
      items: [
        { code: 'A-1', name: 'Tea', updated: '2026-03-31' },
        { code: 'B-2', name: 'Mug', updated: '2026-03-31' },
      ],
    }),
    says: [
      /^to: item\.upsert\.v1$/,
      /^ {6}sku: code$/,
      /^ {6}name: name$/,
      /^key: code & "@" & updated$/,
    ],
    makes: 2,
  },
  {
    what: 'lines in a list in a list',
    name: 'notice.json',
    payload: JSON.stringify({
      asn: {
        ...{ asnNumber: 'ASN-9', shipDate: '2026-03-30', shipTo: { warehouse: 'BER' } },
        cartons: [{ sscc: '1', items: [{ sku: 'A-1', qty: 10, lot: 'L1' }] }],
      },
    }),
    says: [/each: cartons\.items/, /^key: asnNumber$/, /lot: lot/, /^to: stock\.receive\.v1$/],
    makes: 1,
  },
  {
    what: 'a transfer whose number is called as a part of its name',
    name: 'move.xml',
    payload: `<StockTransfer><TransferNo>T-1</TransferNo><Date>2026-03-31</Date><FromWarehouse>BER</FromWarehouse>
      <ToWarehouse>HAM</ToWarehouse><Items><Item><Code>A-1</Code><Quantity>3</Quantity></Item></Items></StockTransfer>`,
    says: [/^key: TransferNo$/, /^ {6}from: FromWarehouse$/, /^to: stock\.transfer\.v1$/],
    makes: 1,
  },
  {
    what: 'a type that is said by a field',
    name: 'message.json',
    payload: JSON.stringify({
      documentType: 'RETURN',
      number: 'X-1',
      date: '2026-03-31',
      lines: [{ sku: 'A-1', qty: 1 }],
    }),
    says: [/^to: stock\.return\.v1$/, /^key: number$/],
    asks: [/documentType says 'RETURN'/],
    makes: 1,
  },
  {
    what: 'a document of one row, and a DOCTYPE that declares nothing',
    name: 'delivery.xml',
    payload: `<?xml version="1.0"?><!DOCTYPE DELVRY07><DELVRY07><IDOC><EDI_DC40><DOCNUM>1</DOCNUM></EDI_DC40><E1EDL20><VBELN>80001</VBELN>
      <PODAT>20260331</PODAT><E1EDL24><POSNR>10</POSNR><MATNR>A-1</MATNR><LGORT>MAIN</LGORT><LFIMG>5.000</LFIMG><VRKME>EA</VRKME></E1EDL24>
      </E1EDL20></IDOC></DELVRY07>`,
    says: [
      /doctype: "ignore"/,
      /^ {6}document: VBELN$/,
      /each: E1EDL24/,
      /quantity: \$decimal\(LFIMG\)/,
    ],
    asks: [/^lines: E1EDL24 comes once/, /^to: stock\.issue\.v1.*a supplier despatches/],
    makes: 1,
  },
  {
    what: 'head and lines side by side',
    name: 'receipt.xml',
    payload: `<Receipt><Head><No>R-1</No><Date>2026-03-31</Date></Head><Lines><Line><Sku>A-1</Sku><Qty>1</Qty></Line>
      <Line><Sku>B-2</Sku><Qty>2</Qty></Line></Lines></Receipt>`,
    says: [/^read: xml$/, /each: Lines\.Line$/, /at: \$date\(Head\.Date\)/, /^key: Head\.No$/],
    makes: 1,
  },
  {
    what: 'records that nothing tells apart',
    name: 'scans.json',
    payload: JSON.stringify([
      { sku: 'A-1', qty: 1, at: '2026-03-31T08:00:00Z' },
      { sku: 'A-1', qty: 1, at: '2026-03-31T08:00:00Z' },
    ]),
    says: [/^key: \$payload\.sha256 & "\/" & \$row$/],
    asks: [/^key: nothing in the sample tells one record/],
    makes: 2,
  },
];

export const draftedPayloads: readonly DraftedPayload[] = [...rows, ...documents];
