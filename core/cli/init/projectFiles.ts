/** What a new project is made of: small enough to be read in a minute, and whole. */

const config = `# The hub of this project. STOCKBUS_DATA and the like come from the environment.
http:
  # Without a token (STOCKBUS_TOKEN) it listens on this machine only.
  port: \${STOCKBUS_PORT:-8080}

stock:
  currency: EUR
  # Whose days are the business days, and of dates that name no zone.
  zone: UTC

connectors:
  inbox:
    folder: { path: "\${STOCKBUS_DATA:-data}/inbox" }
`;

const flow = `flow: receipts
about: Goods receipts come as CSV, and go into the books.
from: { folder: inbox, pattern: "receipts-*.csv" }
read: { csv: { delimiter: ";" } }
steps:
  - filter: State = "posted"
  - map:
      document: Receipt
      at: $date(Date, "dd.MM.yyyy")
      line: Line
      sku: Item
      location: Warehouse
      quantity: $decimal(Quantity, ",")
      unitCost: $decimal(Price, ",")
  # Rows of one receipt are one document, booked all or none.
  - group: { by: document }
# What makes it harmless to send the same receipt again.
key: Receipt
to: stock.receive.v1
`;

const sample = `State;Receipt;Date;Line;Item;Warehouse;Quantity;Price
posted;R-1001;02.03.2026;1;TEA-100;MAIN;40;3,20
posted;R-1001;02.03.2026;2;MUG-300;MAIN;12;4,75
draft;R-1002;02.03.2026;1;TEA-100;MAIN;10;3,20
posted;R-1003;05.03.2026;1;TEA-100;MAIN;25;3,40
`;

const test = `flow: receipts
tests:
  - about: posted receipts add to what is there, drafts do not
    input: samples/receipts-1.csv
    stock: [{ sku: TEA-100, location: MAIN, onHand: 5, unitCost: 3.00 }]
    expect:
      filtered: 1
      stock:
        - { sku: MUG-300, location: MAIN, onHand: 12 }
        - { sku: TEA-100, location: MAIN, onHand: 70 }
  - about: a date that cannot be read parks the receipt
    payload: |
      State;Receipt;Date;Line;Item;Warehouse;Quantity;Price
      posted;R-1;31.02.2026;1;TEA-100;MAIN;1;3,20
    expect:
      messages: []
      parked: [{ record: 1, code: EXPR_NOT_DATE }]
`;

const readme = `# A Stockbus project

\`\`\`sh
stockbus lint                                            # all faults, each with its place
stockbus test                                            # what the flows make of their samples
stockbus try receipts flows/samples/receipts-1.csv       # a record, step by step
stockbus run receipts flows/samples/receipts-1.csv       # book it
stockbus stock                                           # what lies where
stockbus start                                           # watch data/inbox for receipts-*.csv
\`\`\`

- \`config/hub.yaml\`: connectors, and how the books are kept
- \`flows/\`: one file for each flow, its test beside it, samples in \`flows/samples/\`
- \`config/tables/\`: look-up tables as CSV
- \`data/\`: what the hub writes by itself

\`stockbus new flow SAMPLE\` drafts a flow for a file that you have.
`;

/** By their path in the project; `schemas` is where the schemas of this package are from its root, if they are in it. */
export const projectFiles = (schemas: string | undefined): Readonly<Record<string, string>> => {
  const header = (from: string, name: string): string =>
    schemas === undefined ? '' : `# yaml-language-server: $schema=${from}${schemas}/${name}.json\n`;
  return {
    'config/hub.yaml': header('../', 'config') + config,
    'flows/receipts.yaml': header('../', 'flow') + flow,
    'flows/receipts.test.yaml': header('../', 'flow-test') + test,
    'flows/samples/receipts-1.csv': sample,
    'README.md': readme,
    '.gitignore': 'data/\nnode_modules/\n',
  };
};
