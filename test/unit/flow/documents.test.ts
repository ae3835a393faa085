/** Flows over documents whose format says more than their records do. */
import assert from 'node:assert/strict';
import type { InboundFlow, InboundResult } from '../../../core/flow/compiledFlow.ts';
import type { SourceRecord } from '../../../core/ports.ts';
import { chunksOf } from '../../contract/codec/readAll.ts';
import { codes, data, inbound, lint, load, run } from './hubFolder.ts';

async function recordsOf(flow: InboundFlow, text: string): Promise<SourceRecord[]> {
  const records: SourceRecord[] = [];
  const reading = flow.read.codec.read(chunksOf(Buffer.from(text), 100), { name: 'x' });
  for await (const batch of reading) records.push(...batch);
  return records;
}

const through = async (flow: InboundFlow, text: string) => run(flow, await recordsOf(flow, text));

/** The lines of the only message. */
function linesOf(result: InboundResult): [Record<string, unknown>] {
  const [{ lines }] = data(result) as [{ lines: [Record<string, unknown>] }];
  return lines;
}

describe('a flow over XML', () => {
  it('makes one key and one message, whatever attributes the elements carry', async () => {
    const flow = await inbound(`flow: ubl
from: { folder: inbox }
read: { xml: { root: DespatchAdvice, text: true } }
steps:
  - map:
      document: ID
      at: $date(IssueDate)
      sku: 'Item.SellersItemIdentification[\`ID@schemeID\` = "own"].ID'
      location: '"WH1"'
      quantity: Quantity
      unit: '\`Quantity@unitCode\`'
key: Party.ID & "/" & ID
to: stock.receive.v1
`);
    const document = (id: string, of = 'DespatchAdvice'): string =>
      `<${of}>${id}<IssueDate>2026-03-01</IssueDate><Party><ID schemeID="GLN">4</ID></Party>
      <Item><SellersItemIdentification><ID schemeID="other">B</ID></SellersItemIdentification>
      <SellersItemIdentification><ID schemeID="own">A</ID></SellersItemIdentification></Item>
      <Quantity unitCode="EA">5</Quantity></${of}>`;
    const plain = await through(flow, document('<ID>77</ID>'));
    const scheme = await through(flow, document('<ID schemeID="erp" scheme="x">77</ID>'));
    assert.deepEqual(
      [...plain.messages, ...scheme.messages].map(({ id }) => id),
      ['4/77', '4/77'],
    );
    assert.deepEqual(data(plain), data(scheme));
    const [{ sku, quantity, unit }] = linesOf(plain);
    assert.deepEqual([sku, quantity, unit], ['A', '5', 'EA']);
    await assert.rejects(recordsOf(flow, document('<ID>77</ID>', 'DespatchAdviceCancel')), {
      code: 'XML_WRONG_ROOT',
    });
  });

  it('tells records by their name, and knows what stands around them', async () => {
    const flow = await inbound(`flow: events
from: { folder: inbox }
read:
  xml: { records: [Object, Transformation], envelope: ["@creationDate", Header], text: true }
steps:
  - filter: '\`#element\` = "Object"'
  - map:
      document: id
      at: '$date(\`#envelope\`.\`@creationDate\`)'
      sku: sku
      location: '\`#envelope\`.Header.Place'
      quantity: '"1"'
key: '\`#envelope\`.Header.Sender & "/" & id'
to: stock.receive.v1
`);
    const result = await through(
      flow,
      `<E creationDate="2026-03-01"><Header><Sender type="GLN">4</Sender><Place>WH1</Place></Header>
      <Object><id>1</id><sku>A</sku></Object><Transformation><id>2</id></Transformation></E>`,
    );
    assert.deepEqual(codes(result), []);
    assert.equal(result.filtered, 1);
    assert.deepEqual(
      result.messages.map(({ id }) => id),
      ['4/1'],
    );
    const [{ at }] = data(result) as [{ at: string }];
    assert.deepEqual([at, linesOf(result)[0].location], ['2026-03-01T00:00:00.000Z', 'WH1']);
  });
});

describe('a flow over CSV', () => {
  it('gathers documents whose head stands in their first row alone', async () => {
    const flow = await inbound(`flow: heads
from: { folder: inbox }
read: { csv: { fill: [Order, Date], footer: "^TRAILER;(\\\\d+)" } }
steps:
  - map: { document: Order, at: $date(Date), sku: Item, location: '"WH1"', quantity: Qty }
  - group: { by: document }
key: Order
to: stock.receive.v1
`);
    const text = (second: string): string =>
      `Order;Date;Item;Qty\n1;2026-03-01;A;1\n;;B;2\n${second};2026-03-02;A;3\n;;C;4\nTRAILER;4\n`;
    const result = await through(flow, text('2'));
    assert.deepEqual(
      (data(result) as { document: string; lines: { sku: string }[] }[]).map(
        ({ document, lines }) => [document, lines.map(({ sku }) => sku)],
      ),
      [
        ['1', ['A', 'B']],
        ['2', ['A', 'C']],
      ],
    );
    // A head that cannot be read takes its rows with it: they are no part of the document before.
    const torn = await through(flow, text('2;x'));
    assert.deepEqual(torn.messages, []);
    assert.deepEqual(codes(torn).flat().includes('CSV_NOTHING_TO_FILL'), true);
  });
});

describe('a flow that writes CSV', () => {
  const report = (
    write: string,
    query = 'journal: { period: "2026-02" }',
  ): Record<string, string> => ({
    'flows/out.yaml': `flow: out
from: { schedule: "0 4 1 * *" }
query: { ${query} }
write: { csv: ${write} }
to: { folder: outbox }
`,
  });

  it('says in its content type what it writes', async () => {
    const write = `{ encoding: windows-1252, preamble: ["{since:yyyyMMdd};{asOf:yyyyMMdd}"] }`;
    const { flows } = await load(report(write));
    const [flow] = flows;
    assert.ok(flow?.direction === 'report');
    assert.equal(flow.write.contentType, 'text/csv; charset=windows-1252');
  });

  it('is refused where its lines ask what nobody knows, or cannot be written', async () => {
    const unknown = await lint(report('{ preamble: ["{since:yyyyMMdd}"] }', 'stock: {}'));
    assert.match(
      unknown[0]!,
      /^flows\/out\.yaml:4:8 CONFIG_BAD_VALUE \{since:yyyyMMdd\} is not known/,
    );
    const never = await lint(report('{ encoding: us-ascii, trailer: ["Müller"] }'));
    assert.match(never[0]!, /^flows\/out\.yaml:4:8 TEXT_NOT_ENCODABLE us-ascii does not have/);
  });
});
