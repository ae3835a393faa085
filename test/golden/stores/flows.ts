/** Flows in whose steps records wait when a golden store is made, what makes them wait, and what ends that. */
import type { ExampleFile } from '../ledgerPage/ExampleBooks.ts';

const from = (pattern: string): string => `from: { folder: inbox, pattern: "${pattern}" }`;

/** By file in flows/. */
export const flows: Readonly<Record<string, string>> = {
  'despatches.yaml': `${from('despatch-*.csv')}
read: csv
steps:
  - map:
      document: number
      const: { kind: purchase }
      partner: supplier
      line: "'1'"
      sku: item
      location: "'W'"
      quantity: $decimal(pieces)
      due: "'2026-06-30'"
  - group: { by: document }
key: number
to: order.upsert.v1
`,
  'receipts.yaml': `${from('receipt-*.csv')}
read: csv
steps:
  - await: { key: despatch, flow: despatches, within: 20d, as: sent }
  - map:
      document: number
      at: "'2026-05-03T09:00:00Z'"
      reference: sent.document
      lines: { each: sent.lines, map: { sku: sku, location: location, quantity: quantity, const: { unitCost: '2.50' } } }
key: number
to: stock.receive.v1
`,
  'unloadings.yaml': `${from('unloading-*.csv')}
read: csv
steps:
  - map:
      document: number
      at: "'2026-05-03T10:00:00Z'"
      sku: item
      location: "'W'"
      quantity: $decimal(pieces)
      const: { unitCost: '3.25' }
  - group: { by: document, across: payloads, complete: { size: 2, after: 20d } }
key: number
to: stock.receive.v1
`,
};

const file = (flow: string, name: string, ...lines: string[]): ExampleFile => ({
  ...{ flow, name },
  text: `${lines.join('\n')}\n`,
});

/** Of these one receipt waits, and one half of a delivery. */
export const waiting: readonly ExampleFile[] = [
  file('receipts', 'receipt-1.csv', 'number,despatch', 'GRW1,DA1'),
  file('unloadings', 'unloading-1.csv', 'number,item,pieces', 'GRW2,FIFO,4'),
];

/** What the others have come for, whichever version they meet. */
export const counterparts: readonly ExampleFile[] = [
  file('despatches', 'despatch-1.csv', 'number,supplier,item,pieces', 'DA1,V1,AVG,7'),
  file('unloadings', 'unloading-2.csv', 'number,item,pieces', 'GRW2,STD,5'),
];

/** Documents that are booked by then. */
export const released: readonly string[] = ['GRW1', 'GRW2'];
