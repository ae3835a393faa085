/** Senders that pause anywhere in a file: what is booked of it, against what they meant to send. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { InboundFlow } from '../../core/flow/compiledFlow.ts';
import { takeIn } from '../../core/intake.ts';
import type { CommandBatch } from '../../core/message.ts';
import type { Broker, BrokerMessage } from '../../core/ports.ts';
import { Inbox } from '../Inbox.ts';
import { runs, seed } from '../runs.ts';
import { testSpool } from '../testSpool.ts';
import { inbound } from '../unit/flow/hubFolder.ts';

interface Line {
  sku: string;
  quantity: string;
}
interface Doc {
  document: string;
  lines: Line[];
}
type Truth = Map<string, Line[]>;

const AT = '2026-03-01T10:00:00Z';
const steps = `steps:
  - map: { document: Doc, at: At, sku: Sku, location: Loc, quantity: Qty }`;
const head = (name: string, read: string): string =>
  `flow: ${name}\nfrom: { folder: inbox }\nread: ${read}\n`;

interface Format {
  name: string;
  yaml: string;
  file: string;
  write(documents: readonly Doc[], eol: string): string;
  /** What each key is to hold. */
  truth(documents: readonly Doc[]): Truth;
}

const rowsOf = (documents: readonly Doc[], write: (of: Doc, line: Line) => string): string[] =>
  documents.flatMap((of) => of.lines.map((line) => write(of, line)));
const byLine = (documents: readonly Doc[]): Truth =>
  new Map(
    documents.flatMap((of) => of.lines.map((line) => [`${of.document}/${line.sku}`, [line]])),
  );
const byDocument = (documents: readonly Doc[]): Truth =>
  new Map(documents.map((of) => [of.document, of.lines]));

const csvText = (documents: readonly Doc[], eol: string): string =>
  [
    'Doc;At;Sku;Loc;Qty',
    ...rowsOf(documents, (of, { sku, quantity }) => `${of.document};${AT};"${sku}";WH;${quantity}`),
  ].join(eol);

const formats: Format[] = [
  {
    name: 'csv by line',
    yaml: `${head('receipts', '{ csv: { delimiter: ";" } }')}${steps}\nkey: Doc & "/" & Sku\nto: stock.receive.v1\n`,
    file: 'a.csv',
    write: csvText,
    truth: byLine,
  },
  {
    name: 'csv by document',
    yaml: `${head('receipts', '{ csv: { delimiter: ";" } }')}${steps}\n  - group: { by: document }\nkey: Doc\nto: stock.receive.v1\n`,
    file: 'a.csv',
    write: csvText,
    truth: byDocument,
  },
  {
    name: 'ndjson by line',
    yaml: `${head('receipts', '{ json: { format: lines } }')}${steps}\nkey: Doc & "/" & Sku\nto: stock.receive.v1\n`,
    file: 'a.ndjson',
    write: (documents, eol) =>
      rowsOf(documents, (of, { sku, quantity }) =>
        JSON.stringify({ Doc: of.document, At: AT, Sku: sku, Loc: 'WH', Qty: quantity }),
      ).join(eol),
    truth: byLine,
  },
  {
    name: 'xml by document',
    yaml: `${head('receipts', '{ xml: { record: Doc } }')}steps:
  - map:
      document: No
      at: At
      lines: { each: Line, map: { sku: Sku, location: '"WH"', quantity: Qty } }
key: No
to: stock.receive.v1
`,
    file: 'a.xml',
    write: (documents, eol) =>
      [
        '<Docs>',
        ...documents.map(({ document, lines }) => {
          const inner = lines
            .map(({ sku, quantity }) => `<Line><Sku>${sku}</Sku><Qty>${quantity}</Qty></Line>`)
            .join(eol);
          return `<Doc><No>${document}</No><At>${AT}</At>${inner}</Doc>`;
        }),
        '</Docs>',
      ].join(eol),
    truth: byDocument,
  },
];

const documents = fc
  .array(fc.array(fc.integer({ min: 1, max: 99_999 }), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((all): Doc[] =>
    all.map((quantities, index) => ({
      document: `D${index}`,
      lines: quantities.map((quantity, line) => ({
        sku: `S${index}-${line}é`,
        quantity: String(quantity),
      })),
    })),
  );

/** Where in the text the sender stops (as a part of it), and for how long. */
const pauses = (maxMs: number) =>
  fc.array(
    fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 300, max: maxMs })),
    {
      minLength: 1,
      maxLength: 4,
    },
  );

interface Outcome {
  /** Content that was booked first under each key. */
  booked: Truth;
  /** Keys that came again with other content: parked as a conflict, which is told. */
  conflicts: string[];
  parked: number;
  inbox: Inbox;
}

async function send(
  flow: InboundFlow,
  file: string,
  text: string,
  stops: readonly (readonly [number, number])[],
): Promise<Outcome> {
  const inbox = new Inbox();
  const sent: BrokerMessage[] = [];
  const broker = {
    publish: async (messages: readonly BrokerMessage[]) => {
      sent.push(...messages);
    },
  } as Broker;
  const parts = { broker, runtime: inbox.runtime, partitions: 1, spool: testSpool() };
  await inbox.open((payload) => takeIn(parts, flow, payload));
  const bytes = Buffer.from(text);
  const cuts = stops
    .map(([part, ms]) => [Math.floor(part * bytes.length), ms] as const)
    .toSorted((a, b) => a[0] - b[0]);
  const write = inbox.tree.append(file, '');
  let from = 0;
  for (const [cut, ms] of cuts) {
    write(bytes.subarray(from, cut));
    from = cut;
    await inbox.time.advance(ms);
  }
  write(bytes.subarray(from));
  await inbox.time.advance(700_000);
  await inbox.close();
  return { ...bookedOf(sent), inbox };
}

function bookedOf(sent: readonly BrokerMessage[]): Omit<Outcome, 'inbox'> {
  const booked: Truth = new Map();
  const hashes = new Map<string, string>();
  const conflicts: string[] = [];
  let parked = 0;
  for (const { body } of sent) {
    const { parts }: CommandBatch = JSON.parse(Buffer.from(body).toString());
    const batch = parts[0]!;
    parked += batch.parked.length;
    for (const { id, contenthash, data } of batch.commands) {
      const before = hashes.get(id);
      if (before === undefined) {
        hashes.set(id, contenthash);
        booked.set(id, linesOf(data));
      } else if (before !== contenthash) conflicts.push(id);
    }
  }
  return { booked, conflicts, parked };
}

function linesOf(data: unknown): Line[] {
  const { lines } = data as { lines: Line[] };
  return lines.map(({ sku, quantity }) => ({ sku, quantity }));
}

describe('a sender that pauses', () => {
  for (const format of formats) {
    let flow: InboundFlow;
    before(async () => {
      flow = await inbound(format.yaml);
    });
    const eols = fc.constantFrom('\n', '\r\n');
    const ends = fc.boolean();

    it(`for up to half a minute, in ${format.name}: all is booked once, whole, and nothing parked`, async () => {
      await fc.assert(
        fc.asyncProperty(documents, pauses(30_000), eols, ends, async (all, stops, eol, end) => {
          const text = format.write(all, eol) + (end ? eol : '');
          const outcome = await send(flow, format.file, text, stops);
          assert.deepEqual(outcome.booked, format.truth(all));
          assert.deepEqual([outcome.conflicts, outcome.parked], [[], 0]);
          assert.deepEqual(outcome.inbox.tree.files('failed'), []);
          assert.equal(outcome.inbox.archived.length, 1);
        }),
        { numRuns: runs(0.5), seed },
      );
    });

    it(`for longer, in ${format.name}: what is not booked as it was meant is told`, async () => {
      await fc.assert(
        fc.asyncProperty(documents, pauses(150_000), eols, ends, async (all, stops, eol, end) => {
          const text = format.write(all, eol) + (end ? eol : '');
          const { booked, conflicts, inbox, parked } = await send(flow, format.file, text, stops);
          const told = [...inbox.told('folder.file_grew'), ...inbox.told('folder.file_failed')];
          for (const [key, lines] of format.truth(all)) {
            const same = JSON.stringify(booked.get(key)) === JSON.stringify(lines);
            if (same) continue;
            assert.ok(told.length > 0, `${key} is not as it was meant, and nobody was told`);
            const said = conflicts.includes(key) || inbox.tree.files('failed').length > 0;
            assert.ok(said || parked > 0, `${key} is neither parked nor put aside`);
          }
        }),
        { numRuns: runs(0.5), seed },
      );
    });
  }
});
