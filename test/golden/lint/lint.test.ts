/** What lint prints, to the character: each case is a folder's files and the lines that come of them. */
import assert from 'node:assert/strict';
import { config, lint, receipts } from '../../unit/flow/hubFolder.ts';

const table = { 'config/tables/sku-xref.csv': 'item,sku\nA,B\n' };
const good = receipts(
  '- map: { document: A, at: $date(B), sku: C, location: D, quantity: $decimal(E) }',
  'key: A\nto: stock.receive.v1',
);

interface Case {
  name: string;
  files: Record<string, string>;
  prints: string[];
}

const cases: Case[] = [
  {
    name: 'all faults of one flow, each at its place',
    files: {
      ...table,
      'flows/receipts.yaml': `flow: receipts
from: { folder: inbx, patern: "*.csv" }
read: { csv: { delimitr: ";" } }
steps:
  - filtr: Status = "POSTED"
  - map:
      document: Doc &
      at: $dat(Posted)
      sku: $lookup("sku-xrf", Item)
      location: $lookup("sku-xref", Item, "plac")
      quantity: $decimal(Qty, ";")
      quantty: "$foo"
  - group: { bye: document }
key: Doc
to: stock.recieve.v1
`,
    },
    prints: [
      "flows/receipts.yaml:2:23 FLOW_UNKNOWN_FIELD 'patern' is not a field of from; did you mean 'pattern'?",
      "flows/receipts.yaml:3:16 FLOW_UNKNOWN_FIELD 'delimitr' is not a field of csv; did you mean 'delimiter'?",
      "flows/receipts.yaml:5:5 FLOW_UNKNOWN_STEP 'filtr' is not a step; did you mean 'filter'?",
      "flows/receipts.yaml:7:21 FLOW_BAD_EXPRESSION the expression ends behind '&', where a value is expected; write what belongs there; one of several lines stands under >-",
      "flows/receipts.yaml:8:11 FLOW_UNKNOWN_FUNCTION '$dat' is not a function; did you mean '$date'?",
      "flows/receipts.yaml:9:20 FLOW_UNKNOWN_TABLE there is no table 'sku-xrf'; did you mean 'sku-xref'?",
      "flows/receipts.yaml:10:43 FLOW_UNKNOWN_TABLE 'plac' is not a column of the table sku-xref; known here: item, sku",
      'flows/receipts.yaml:11:31 FLOW_BAD_EXPRESSION \';\' is not a decimal mark; write "." or ","',
      "flows/receipts.yaml:12:17 FLOW_BAD_EXPRESSION '$foo' is not known here; known here: $source, $row, $payload, $event",
      "flows/receipts.yaml:13:12 CONFIG_MISSING_FIELD 'by' is missing; add 'by': What records of one document have in common, such as `document`.",
      "flows/receipts.yaml:13:14 FLOW_UNKNOWN_FIELD 'bye' is not a field of group; did you mean 'by'?",
      "flows/receipts.yaml:15:5 FLOW_UNKNOWN_MESSAGE 'stock.recieve.v1' is not a message type; did you mean 'stock.receive.v1'?",
    ],
  },
  {
    name: 'expressions, with the column inside the line',
    files: {
      ...table,
      'flows/receipts.yaml': receipts(
        `- map:
    document: Doc &
    at: $dat(Posted)
    sku: $lookup("sku-xrf", Item)
    location: $lookup("sku-xref", Item, "plac")
    quantity: '$decimal(Qty, ";")'
    quantty: $parnt.x`,
      ),
    },
    prints: [
      "flows/receipts.yaml:6:21 FLOW_BAD_EXPRESSION the expression ends behind '&', where a value is expected; write what belongs there; one of several lines stands under >-",
      "flows/receipts.yaml:7:11 FLOW_UNKNOWN_FUNCTION '$dat' is not a function; did you mean '$date'?",
      "flows/receipts.yaml:8:20 FLOW_UNKNOWN_TABLE there is no table 'sku-xrf'; did you mean 'sku-xref'?",
      "flows/receipts.yaml:9:43 FLOW_UNKNOWN_TABLE 'plac' is not a column of the table sku-xref; known here: item, sku",
      'flows/receipts.yaml:10:32 FLOW_BAD_EXPRESSION \';\' is not a decimal mark; write "." or ","',
      "flows/receipts.yaml:11:7 FLOW_UNKNOWN_FIELD 'quantty' is not a field of stock.receive.v1; did you mean 'quantity'?",
      "flows/receipts.yaml:11:16 FLOW_BAD_EXPRESSION '$parnt' is not known here; known here: $source, $row, $payload",
    ],
  },
  {
    name: 'fields that the message needs, or that a map does not give',
    files: {
      'flows/receipts.yaml': receipts(
        '- map: { document: A, sku: C, quantity: E }\n- group: { by: docment }',
        'key: A\nto: stock.receive.v1',
      ),
    },
    prints: [
      "flows/receipts.yaml:5:5 FLOW_MISSING_FIELD no step gives 'at', which stock.receive.v1 needs; add 'at:' to the map",
      "flows/receipts.yaml:5:5 FLOW_MISSING_FIELD no step gives 'location', which a line of stock.receive.v1 needs; add 'location:' to the map",
      "flows/receipts.yaml:6:18 FLOW_UNKNOWN_FIELD 'docment' is not a field of the record after map; did you mean 'document'?",
    ],
  },
  {
    name: 'direction and key',
    files: {
      'flows/receipts.yaml': good.replace('key: A\n', ''),
      'flows/both.yaml': 'flow: both\nfrom: stock.changed.v1\nto: stock.receive.v1\n',
      'flows/neither.yaml': 'flow: neither\nfrom: { folder: inbox }\nto: { folder: outbox }\n',
      'flows/feed.yaml':
        'flow: feed\nfrom: stock.changed.v1\nkey: sku\nsteps:\n  - filter: data.status = "x"\nto: { http: webshp }\n',
    },
    prints: [
      'flows/both.yaml:3:5 FLOW_NO_DIRECTION both ends of the flow are the hub; Give a message type in `to` (inbound) or in `from` (a subscription).',
      "flows/feed.yaml:3:1 CONFIG_BAD_VALUE 'key' has no meaning in a subscription; remove it",
      "flows/feed.yaml:5:13 FLOW_UNKNOWN_FIELD 'data' is not a field of stock.changed.v1 (the envelope is $event); known here: sku, location, lot, status, owner, change, onHand, reserved, available, version, value, currency, kind, document, line, partner, at, recordedAt, source, messageId, actor",
      "flows/feed.yaml:6:1 CONFIG_MISSING_FIELD 'write' is missing; add 'write:' with the format, such as 'write: json'",
      "flows/feed.yaml:6:13 FLOW_UNKNOWN_CONNECTOR config/hub.yaml has no connector 'webshp'; did you mean 'webshop'?",
      'flows/neither.yaml:3:5 FLOW_NO_DIRECTION neither end of the flow is a message type; Give a message type in `to` (inbound) or in `from` (a subscription).',
      "flows/receipts.yaml:6:1 FLOW_MISSING_KEY the flow has no 'key'; Add `key:` with an expression that is unique for each document.",
    ],
  },
  {
    name: 'names of flows and syntax of files',
    files: {
      'flows/receipts.yaml': good,
      'flows/second.yaml': good,
      'flows/broken.yaml': 'flow: broken\nfrom: [http\nread: csv\n',
      'flows/twice.yaml': 'flow: twice\nread: csv\nread: json\n',
    },
    prints: [
      'flows/broken.yaml:3:1 CONFIG_SYNTAX a bracket before this line is not closed; close it',
      "flows/second.yaml:1:7 FLOW_DUPLICATE_NAME 'receipts' is the name of the flow in flows/receipts.yaml too; Rename one of them; the file should be called as the flow.",
      "flows/second.yaml:1:7 CONFIG_BAD_VALUE the flow is called 'receipts' and its file 'second.yaml'; write 'flow: second', or rename the file to receipts.yaml",
      'flows/twice.yaml:3:1 CONFIG_SYNTAX the same field stands here twice; remove one of them',
    ],
  },
  {
    name: 'configuration and tables, beside the flows',
    files: {
      'config/hub.yaml': `${config}htp: {}\nhttp:\n  port: 99999\n  token: \${TOKEN}\n`,
      'config/tables/bad.csv': 'a,b\n1,2\n1,3\n,4\n5\n',
      'flows/receipts.yaml': good
        .replace('folder: inbox', 'folder: nowhere')
        .replace('document: A', 'docment: A'),
    },
    prints: [
      "config/hub.yaml:6:1 CONFIG_UNKNOWN_FIELD 'htp' is not a field; did you mean 'http'?",
      'config/hub.yaml:8:9 CONFIG_BAD_VALUE 99999 is not within 0..65535; write a number from 0 to 65535',
      `config/hub.yaml:9:10 CONFIG_MISSING_VARIABLE the variable TOKEN is not set; set it, or TOKEN_FILE to the path of a file that holds its value, or give a default: \${TOKEN:-default}`,
      "config/tables/bad.csv:3:1 TABLE_BAD the key '1' stands here twice; Give it a header row and unique keys in the first column.",
      'config/tables/bad.csv:4:1 TABLE_BAD row 4 has no key; Give it a header row and unique keys in the first column.',
      'config/tables/bad.csv:5:1 TABLE_BAD row 5 has 1 cells and the header 2; Give it a header row and unique keys in the first column.',
      "flows/receipts.yaml:5:5 FLOW_MISSING_FIELD no step gives 'document', which stock.receive.v1 needs; add 'document:' to the map",
      "flows/receipts.yaml:5:12 FLOW_UNKNOWN_FIELD 'docment' is not a field of stock.receive.v1; did you mean 'document'?",
    ],
  },
  {
    name: 'texts that are read as fields, or calculated',
    files: {
      'flows/receipts.yaml': `flow: receipts
from: { folder: inbox }
read: json
steps:
  - map:
      document: No
      at: $date(Day)
      party: "supplier"
      currency: USD
      reason: 'returned.goods'
      lines:
        each: Lines
        map:
          sku: "ART-1"
          location: WH-1
          lot: "2026-1-1"
          owner: "2026-01-01"
          unit: 'Box of ten'
          status: quarantine
          quantity: "Qty - Back"
          const: { line: 007 }
key: No
to: stock.return.v1
`,
    },
    prints: [
      "flows/receipts.yaml:8:14 FLOW_CONSTANT_OR_FIELD 'supplier' is read as a field of the record; for the text write it under const:; for the field write $.supplier",
      "flows/receipts.yaml:9:17 FLOW_CONSTANT_OR_FIELD 'USD' is read as a field of the record, and is one of the values that 'currency' can have; for the text write it under const:; for the field write $.USD",
      "flows/receipts.yaml:10:15 FLOW_CONSTANT_OR_FIELD 'returned.goods' is read as a field of the record; for the text write it under const:; for the field write it without quotes",
      "flows/receipts.yaml:14:16 FLOW_CONSTANT_OR_FIELD 'ART-1' is calculated: the field ART minus 1; for the text write it under const:; to calculate, put blanks around the operator",
      "flows/receipts.yaml:15:21 FLOW_CONSTANT_OR_FIELD 'WH-1' is calculated: the field WH minus 1; for the text write it under const:; for the field of that name '`WH-1`'",
      "flows/receipts.yaml:16:16 FLOW_CONSTANT_OR_FIELD '2026-1-1' is calculated: 2026 minus 1 minus 1; for the text write it under const:; to calculate, put blanks around the operator",
      "flows/receipts.yaml:17:25 FLOW_BAD_EXPRESSION '1' follows a value, and nothing stands between them; for the text '2026-01-01' itself write it under const:",
      "flows/receipts.yaml:18:22 FLOW_BAD_EXPRESSION 'of' follows a value, and nothing stands between them; for the text 'Box of ten' itself write it under const:",
      "flows/receipts.yaml:19:19 FLOW_CONSTANT_OR_FIELD 'quarantine' is read as a field of the record, and is one of the values that 'status' can have; for the text write it under const:; for the field write $.quarantine",
    ],
  },
  {
    name: 'constants that the message cannot have, or that are none',
    files: {
      'flows/receipts.yaml': `flow: receipts
from: { folder: inbox }
read: json
steps:
  - set: { const: { a: [1], b: null }, b: c }
  - map:
      const: { party: suplier, document: R1, no: x }
      document: No
key: No
to: stock.return.v1
`,
      'flows/second.yaml': `flow: second
from: { folder: inbox, pattern: "*.x" }
read: json
steps:
  - map:
      const: { party: suplier, no: x }
      document: No
      at: $date(Day)
      sku: Sku
      location: Place
      quantity: Qty
key: No
to: stock.return.v1
`,
    },
    prints: [
      'flows/receipts.yaml:5:24 CONFIG_WRONG_TYPE [1] is not a constant; write a text, a number, true or false, or fields with these',
      'flows/receipts.yaml:5:32 CONFIG_WRONG_TYPE null is not a constant; write a text, a number, true or false, or fields with these',
      "flows/receipts.yaml:5:40 CONFIG_BAD_VALUE 'b' is given as a constant and by an expression; remove one of them",
      "flows/receipts.yaml:8:7 CONFIG_BAD_VALUE 'document' is given as a constant and by an expression; remove one of them",
      "flows/second.yaml:6:23 CONFIG_BAD_VALUE 'suplier' is not one of customer, supplier; did you mean 'supplier'?",
      "flows/second.yaml:6:32 FLOW_UNKNOWN_FIELD 'no' is not a field of stock.return.v1; known here: document, at, partner, currency, rate, reference, reason, party, revision, expectedVersion, line, sku, location, quantity, unit, lot, expiresOn, status, owner, unitCost, amount, referenceLine, lines",
    ],
  },
  {
    name: 'fields of a line beside lines',
    files: {
      'flows/receipts.yaml': receipts(
        `- map:
    document: No
    at: $date(Day)
    sku: Sku
    line: "1"
    location: Place
    status: State
    quantity: Qty
    unitCost: Cost
    lines: { each: Lines, map: { sku: Sku, quantity: Qty } }`,
        'key: No\nto: stock.receive.v1',
      ),
    },
    prints: [
      ['8', 'sku'],
      ['9', 'line'],
      ['12', 'quantity'],
      ['13', 'unitCost'],
    ].map(
      ([line, name]) =>
        `flows/receipts.yaml:${line}:7 FLOW_LINE_FIELD_BESIDE_LINES '${name}' stands beside 'lines', and so belongs to none of them; move it into the map of 'lines', or leave 'lines' out for documents of one line`,
    ),
  },
];

describe('lint', () => {
  for (const { name, files, prints } of cases) {
    it(name, async () => assert.deepEqual(await lint(files), prints));
  }
});
