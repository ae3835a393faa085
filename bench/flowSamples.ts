/** Records and flows of bench/flows.ts. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RecordValue } from '../core/ports.ts';

/** A record of twelve fields, as an ERP exports it. */
export const mappedRecord = (index: number): RecordValue => ({
  Receipt: `R-${index}`,
  Line: '1',
  Posted: '2026-03-31T08:30:00Z',
  Item: ` sku-${index % 500} `,
  Site: 'wh1',
  Bin: 'A-07',
  Qty: '12.50',
  Free: '0.5',
  Cost: '3.75',
  Lot: `L${index % 40}`,
  Supplier: { No: 'S-100', Name: 'Ace' },
  Status: 'POSTED',
});

/** Twelve expressions of the kinds that flows write. */
export const mappedFields: Readonly<Record<string, string>> = {
  document: 'Receipt & "/" & Line',
  at: '$date(Posted)',
  sku: '$uppercase($trim(Item))',
  location: '$uppercase(Site)',
  bin: 'Bin',
  quantity: '$decimal(Qty)',
  total: '$add(Qty, Free)',
  unitCost: '$decimal(Cost)',
  lot: 'Lot ?? "none"',
  supplier: 'Supplier.No',
  name: '$substring(Supplier.Name, 0, 20)',
  status: 'Status = "POSTED" ? "available" : "quarantine"',
};

const ITEM = '107346';

export const epcisEvent = (epcs: number, index = 0): RecordValue => ({
  EPCISBody: {
    EventList: {
      ObjectEvent: {
        eventTime: '2026-03-31T08:30:00Z',
        eventID: `urn:uuid:${index}`,
        epcList: {
          epc: Array.from(
            { length: epcs },
            (_, serial) => `urn:epc:id:sgtin:0614141.${ITEM}.${serial + 1}`,
          ),
        },
        action: 'OBSERVE',
        bizStep: 'urn:epcglobal:cbv:bizstep:receiving',
        bizLocation: { id: 'urn:epc:id:sgln:0614141.00777.0' },
      },
    },
  },
});

const head = (name: string) =>
  `flow: ${name}\nfrom: { folder: inbox, pattern: "${name}-*.csv" }\nread: csv\n`;
const map = `  - map:
      document: 'Receipt & "/" & Line'
      at: $date(Posted)
      sku: $trim(Item)
      location: $uppercase(Site)
      quantity: $decimal(Qty)
`;
const end = 'key: Receipt & "/" & Line\nto: stock.receive.v1\n';

/** Steps that every record goes through, and that change a field each. */
const others = Array.from({ length: 19 }, (_, index) =>
  index % 3 === 2
    ? `  - filter: Status = "POSTED"\n`
    : `  - set: { Item: $trim(Item), Lot: '${index} & "/" & Lot' }\n`,
).join('');

const given = `payload: |
      Receipt,Line,Posted,Item,Site,Qty
      R-1,1,2026-03-31T08:30:00Z,TEA,wh1,2
`;
const plainCase = `  - ${given}    expect:
      messages:
        - id: R-1/1
          type: stock.receive.v1
          data: { document: R-1/1, at: 2026-03-31T08:30:00.000Z, lines: [{ sku: TEA, location: WH1, quantity: "2" }] }
`;
const bookedCase = `  - stock: [{ sku: TEA, location: WH1, onHand: 1, unitCost: 1 }]
    ${given}    expect:
      stock: [{ sku: TEA, location: WH1, onHand: "3" }]
`;

/** So many tests of the flow with one step, all alike. */
export function writeFlowTests(folder: string, count: number, isBooked: boolean): void {
  const cases = (isBooked ? bookedCase : plainCase).repeat(count);
  writeFileSync(join(folder, 'flows/one-step.test.yaml'), `flow: one-step\ntests:\n${cases}`);
}

export function writeFlows(folder: string): void {
  for (const name of ['config/tables', 'flows']) mkdirSync(join(folder, name), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  write('config/hub.yaml', 'connectors:\n  inbox: { folder: { path: in } }\n');
  write('config/tables/gtin.csv', `gtin,sku\n10614141073464,SKU-1\n`);
  write('config/tables/gln.csv', 'gln,location\n061414100777,WH1\n');
  write('flows/one-step.yaml', `${head('one-step')}steps:\n${map}${end}`);
  write('flows/twenty-steps.yaml', `${head('twenty-steps')}steps:\n${others}${map}${end}`);
  const own = fileURLToPath(new URL('./flows/epcis.yaml', import.meta.url));
  copyFileSync(own, join(folder, 'flows/epcis.yaml'));
}
