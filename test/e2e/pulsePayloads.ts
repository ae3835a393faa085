/** Payloads that would stop a process which reads, maps or keeps them in one go. */

const at = '2026-03-31T08:30:00.000Z';
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** As an author writes it who has no function for GTINs: the check digit is computed in JSONata. */
const goods = `(
  $check := function($d) {
    (10 - $sum($map($split($d, ""), function($c, $i) { $number($c) * ($i % 2 = 0 ? 3 : 1) })) % 10) % 10
  };
  $gtin := function($company, $item) {(
    $d := $substring($item, 0, 1) & $company & $substring($item, 1);
    $d & $string($check($d))
  )};
  $map(epcList, function($urn) {(
    $p := $split($substringAfter($urn, "sgtin:"), ".");
    {"sku": $gtin($p[0], $p[1]), "lot": $p[2], "location": "WH1", "quantity": "1"}
  )})
)`.replaceAll(/\s+/g, ' ');

const documentMap = `  - map:
      document: document
      at: at
      lines: { each: lines, map: { sku: sku, location: location, quantity: $string(quantity) } }
`;
const rowMap =
  '  - map: { document: document, at: at, line: line, sku: sku, location: location, quantity: $decimal(quantity) }\n';

/** Flows of this suite: what each reads, and its steps. */
const flows: Record<string, { read: string; steps?: string; key?: string }> = {
  events: {
    read: '{ json: { format: document } }',
    steps: `  - split: events\n  - map: { document: id, at: '"${at}"', lines: '${goods}' }\n`,
    key: 'id',
  },
  documents: { read: 'json', steps: documentMap },
  lines: { read: '{ json: { format: lines } }', steps: documentMap },
  rows: { read: 'csv', steps: rowMap },
  grouped: { read: 'csv', steps: `${rowMap}  - group: { by: document }\n` },
  elements: {
    read: '{ xml: { record: r, lists: [lines] } }',
    steps: documentMap,
  },
  parts: {
    read: 'json',
    steps: `  - split: items\n  - map: { document: '$string(s)', at: '"${at}"', sku: '"S" & $string(s)', location: '"W"', quantity: '"1"' }\n`,
    key: '$string(s)',
  },
  sorted: {
    read: 'json',
    steps: `  - set: { list: '$sort($map(items, function($i) { {"s": $i.s * 7 % 1000, "t": $string($i.s)} }), function($a, $b) { $a.s > $b.s })' }
  - map: { document: document, at: at, sku: 'list[0].t', location: '"W"', quantity: '$string($count(list))' }
`,
  },
};

const NAMES: Record<string, string> = {
  events: 'json',
  documents: 'json',
  lines: 'ndjson',
  rows: 'csv',
  grouped: 'csv',
  elements: 'xml',
  parts: 'json',
  sorted: 'json',
};

export const files: Record<string, string> = {
  'config/hub.yaml': `http: { port: 0 }
apply: { partitions: 1 }
connectors:
  in: { folder: { path: "\${STOCKBUS_DATA}/in" } }
`,
  ...Object.fromEntries(
    Object.entries(flows).map(([name, { read, steps = '', key = 'document' }]) => [
      `flows/${name}.yaml`,
      `flow: ${name}
from: { folder: in, pattern: "${name}-*", settle: 20ms, recheck: 100ms }
read: ${read}
steps:
${steps}key: ${key}
to: stock.receive.v1
`,
    ]),
  ),
};

export interface HeavyPayload {
  what: string;
  flow: string;
  extension: string;
  text(id: string): string;
  /** Records and messages, and what is parked; or the code with which all of it is refused. */
  outcome: { records: number; messages: number; parked: number } | string;
  /** It once stopped the hub. */
  isNamed: boolean;
}

const document = (id: string, more: object = {}): object => ({
  document: id,
  at,
  lines: [{ sku: 'A', location: 'W', quantity: 1 }],
  ...more,
});
/** A document in JSON with a member written as it is. */
const withNote = (id: string, note: string): string =>
  `${JSON.stringify(document(id)).slice(0, -1)},"note":${note}}`;
const header = 'document,at,line,sku,location,quantity';
const row = (id: string, line: number): string => `${id},${at},${line},S${line % 50},W,1`;
const xmlDocument = (id: string, more: string, attributes = ''): string =>
  `<a><r${attributes}><document>${id}</document><at>${at}</at><lines><sku>A</sku><location>W</location><quantity>1</quantity></lines>${more}</r></a>`;
const wide = `${header},${times(4_000, (index) => `column_number_${index}`).join(',')}\n`;
const MEGABYTE = 1_000_000;

const one = { records: 1, messages: 1, parked: 0 };
const oneParked = { records: 1, messages: 0, parked: 1 };

const cases: [
  what: string,
  flow: string,
  outcome: HeavyPayload['outcome'],
  text: HeavyPayload['text'],
][] = [
  [
    '600 events of 20 EPCs',
    'events',
    { records: 1, messages: 600, parked: 0 },
    (id) =>
      JSON.stringify({
        events: times(600, (event) => ({
          id: `${id}-${event}`,
          epcList: times(20, (epc) => `urn:epc:id:sgtin:4012345.0${10_000 + epc}.${epc}`),
        })),
      }),
  ],
  ['a number of 1 MB', 'documents', one, (id) => withNote(id, `1${'0'.repeat(MEGABYTE)}1`)],
  [
    'a fraction of 1 MB in NDJSON',
    'lines',
    one,
    (id) => `${withNote(id, `0.1${'0'.repeat(MEGABYTE)}1`)}\n`,
  ],
  ['a number of 1 MB of nines', 'lines', one, (id) => withNote(id, '9'.repeat(MEGABYTE))],
  ['a text of 1 MB', 'documents', one, (id) => withNote(id, `"${'\\n'.repeat(500_000)}"`)],
  [
    '32,000 bad rows of a wide CSV',
    'rows',
    'PAYLOAD_REFUSED',
    () => `${wide}${'1\n'.repeat(32_000)}`,
  ],
  [
    '9,000 bad rows of a wide CSV',
    'rows',
    { records: 9_000, messages: 0, parked: 9_000 },
    () => `${wide}${'1\n'.repeat(9_000)}`,
  ],
  [
    '200 full rows of a wide CSV',
    'rows',
    { records: 200, messages: 200, parked: 0 },
    (id) =>
      `${wide}${times(200, (index) => `${row(`${id}-${index}`, index)}${',1'.repeat(4_000)}\n`).join('')}`,
  ],
  [
    'a cell of 1 MiB',
    'rows',
    { records: 1, messages: 0, parked: 1 },
    (id) => `${header}\n${id},${at},1,${'x'.repeat(MEGABYTE)},W,1\n`,
  ],
  [
    '100,000 open quotes in a CSV',
    'rows',
    { records: 1, messages: 0, parked: 1 },
    (id) => `${header}\n${row(id, 1)}${'"a'.repeat(100_000)}\n`,
  ],
  [
    '9,000 rows that open a quote',
    'rows',
    { records: 9_000, messages: 0, parked: 9_000 },
    (id) => `${header}\n${times(9_000, (index) => `"${row(id, index)}\n`).join('')}`,
  ],
  [
    '9,000 rows with a bad quantity',
    'rows',
    { records: 9_000, messages: 0, parked: 9_000 },
    (id) => `${header}\n${times(9_000, (index) => `${row(`${id}-${index}`, 1)}x\n`).join('')}`,
  ],
  [
    'a document of 10,000 rows',
    'grouped',
    { records: 10_000, messages: 1, parked: 0 },
    (id) => `${header}\n${times(10_000, (index) => `${row(id, index)}\n`).join('')}`,
  ],
  [
    'a document of 50,000 rows',
    'grouped',
    'PAYLOAD_REFUSED',
    (id) => `${header}\n${times(50_000, (index) => `${row(id, index)}\n`).join('')}`,
  ],
  [
    'documents of 20 rows, each of which stands apart',
    'grouped',
    { records: 40_000, messages: 2_000, parked: 0 },
    (id) =>
      `${header}\n${times(40_000, (index) => `${row(`${id}-${index % 2_000}`, index)}\n`).join('')}`,
  ],
  [
    '100,000 elements in one XML record',
    'elements',
    one,
    (id) => xmlDocument(id, '<i>1</i>'.repeat(100_000)),
  ],
  [
    '100,000 attributes of one XML record',
    'elements',
    oneParked,
    (id) => xmlDocument(id, '', times(100_000, (index) => ` a${index}=""`).join('')),
  ],
  [
    'an XML text of 1 MB',
    'elements',
    one,
    (id) => xmlDocument(id, `<n>${'x &amp; '.repeat(125_000)}</n>`),
  ],
  [
    '30,000 small XML records',
    'elements',
    { records: 30_000, messages: 30_000, parked: 0 },
    (id) =>
      `<a>${times(30_000, (index) => xmlDocument(`${id}-${index}`, '').slice(3, -4)).join('')}</a>`,
  ],
  [
    'a split of 100,000 parts',
    'parts',
    'PAYLOAD_REFUSED',
    () => `[{"items":[${'{"q":1},'.repeat(99_999)}{}]}]`,
  ],
  [
    'a split of 50,000 parts that are good',
    'parts',
    { records: 1, messages: 50_000, parked: 0 },
    (id) => `[{"items":[${times(50_000, (index) => `{"s":"${id}${index}"}`).join()}]}]`,
  ],
  [
    'a list of 5,000 that is mapped and sorted',
    'sorted',
    one,
    (id) => JSON.stringify({ document: id, at, items: times(5_000, (index) => ({ s: index })) }),
  ],
  [
    '200,000 tiny records that are all bad',
    'documents',
    'PAYLOAD_REFUSED',
    () => `[${'{"a":1},'.repeat(199_999)}{}]`,
  ],
  [
    'a document of 10,000 lines',
    'documents',
    one,
    (id) =>
      JSON.stringify(
        document(id, {
          lines: times(10_000, (index) => ({ sku: `S${index % 50}`, location: 'W', quantity: 1 })),
        }),
      ),
  ],
  [
    '400 levels of nesting in a record',
    'documents',
    'NESTING_TOO_DEEP',
    (id) => withNote(id, `${'['.repeat(400)}${']'.repeat(400)}`),
  ],
];

const named = ['600 events', 'a number of 1 MB', '32,000 bad rows', '100,000 elements'];

export const heavyPayloads: HeavyPayload[] = cases.map(([what, flow, outcome, text]) => ({
  what,
  flow,
  extension: NAMES[flow]!,
  text,
  outcome,
  isNamed: named.some((name) => what.startsWith(name)),
}));
