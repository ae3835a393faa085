/** What a flow drops, and what is said of it. */
import assert from 'node:assert/strict';
import { droppedLines } from '../../../core/cli/outcomeLines.ts';
import { xml } from '../../../core/codecs/xml.ts';
import { inbound, receipts, run } from './hubFolder.ts';

const map = `- map:
    document: no
    at: '"2026-03-31T08:30:00.000Z"'
    sku: sku
    location: '"WH1"'
    quantity: qty`;

async function droppedParts(steps: string, orders: object[]): Promise<[number, number, number]> {
  const flow = await inbound(receipts(steps, 'key: no & "/" & sku\nto: stock.receive.v1'));
  const result = await run(flow, orders as never);
  return [result.messages.length, result.filtered, result.droppedParts ?? 0];
}

async function passedOver(record: string, text: string): Promise<Record<string, number>> {
  const codec = xml.codec(
    xml.readOptions.read({ record }, [], () => undefined),
    undefined,
  );
  async function* body() {
    for (let at = 0; at < text.length; at += 7) yield Buffer.from(text.slice(at, at + 7));
  }
  const counts: Record<string, number> = {};
  const context = {
    name: 'in.xml',
    passedOver: (name: string, count: number) => {
      counts[name] = (counts[name] ?? 0) + count;
    },
  };
  for await (const _ of codec.read(body(), context));
  return counts;
}

describe('what is dropped', () => {
  const item = (sku: string, qty: string) => ({ sku, qty });

  it('of records that were split is counted by its parts', async () => {
    const steps = `- split: items\n- filter: qty != "0"\n${map}`;
    const orders = [
      { no: 'R1', items: [item('A', '1'), item('B', '0')] },
      { no: 'R2', items: [item('A', '0'), item('B', '0'), item('C', '0')] },
      { no: 'R3', items: [item('A', '2'), item('B', '3')] },
    ];
    assert.deepEqual(await droppedParts(steps, orders), [3, 1, 4]);
    assert.deepEqual(await droppedParts(steps, [{ no: 'R4', items: [] }]), [0, 1, 0]);
    const unsplit = `- filter: qty != "0"\n${map}`;
    assert.deepEqual(await droppedParts(unsplit, [{ no: 'R5', sku: 'A', qty: '0' }]), [0, 1, 0]);
  });

  it('of an XML document is counted by the names of elements that are no records', async () => {
    const text = `<?xml version="1.0"?><Doc><Header><Id>1</Id></Header><Body><List>
      <ObjectEvent><id>1</id></ObjectEvent><TransformationEvent><a><b/></a></TransformationEvent>
      <TransformationEvent/><ObjectEvent/></List><Note/></Body></Doc>`;
    assert.deepEqual(await passedOver('ObjectEvent', text), {
      Header: 1,
      TransformationEvent: 2,
      Note: 1,
    });
    assert.deepEqual(await passedOver('Id', text), { Body: 1 });
    assert.deepEqual(await passedOver('Doc', text), {});
  });

  it('is told in words', () => {
    const receipt = { records: 1, filtered: 0, messages: 1, parked: 0, faults: [], told: [] };
    const origin = { intakeId: 'i', flow: 'f', name: 'n' };
    assert.deepEqual(droppedLines({ origin, ...receipt, droppedParts: 0, passedOver: {} }), []);
    assert.deepEqual(
      droppedLines({ origin, ...receipt, droppedParts: 2, passedOver: { Note: 1, Header: 3 } }),
      [
        '  2 parts or lines of records dropped',
        '  passed over, since they are no records: Note 1, Header 3',
      ],
    );
  });
});

describe('a document without lines', () => {
  it('says so, whatever stands beside them', async () => {
    const yaml = receipts(
      `- map:
    document: no
    at: '"2026-03-31T08:30:00.000Z"'
    location: '"WH1"'
    status: '"quarantine"'
    lines: 'items.{ "sku": sku, "quantity": qty }'`,
      'key: no\nto: stock.receive.v1',
    );
    const { parked, messages } = await run(await inbound(yaml), [
      { no: 'R1' },
      { no: 'R2', items: [{ sku: 'A', qty: '1' }] },
    ]);
    assert.deepEqual(
      parked.map(({ faults }) => faults.map(({ message }) => message)),
      [
        [
          `lines has no entry: 'items.{ "sku": sku, "quantity": qty }' at flows/receipts.yaml:10:14 gives nothing`,
        ],
      ],
    );
    assert.deepEqual(
      messages.map(({ id }) => id),
      ['R2'],
    );
  });
});
