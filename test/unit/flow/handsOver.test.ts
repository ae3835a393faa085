/** Flows that hand records to each other, in one intake. */
import assert from 'node:assert/strict';
import type { HandedBody } from '../../../core/handedBatch.ts';
import { takeIn } from '../../../core/intake.ts';
import { type BatchPart, commandsOf } from '../../../core/message.ts';
import type { Broker, BrokerMessage } from '../../../core/ports.ts';
import { systemRuntime, uuidV7 } from '../../../core/runtime.ts';
import { testSpool } from '../../testSpool.ts';
import { codes, config, data, lint, load, receipts, run } from './hubFolder.ts';

const giver = receipts(
  '- filter: State != "draft"',
  `mode: all
key: No
write: json
to:
  - when: Kind = "in"
    map: { document: No, at: $date("2026-01-01"), sku: Sku, location: Bin, quantity: Qty }
    type: stock.receive.v1
  - when: Kind != "skip"
    to: { flow: checked }
    map: { no: No, item: Sku, place: Bin, pieces: Qty }`,
).replace('read: csv', 'read: json');

const taker = `flow: checked
from: { flow: receipts }
steps:
  - filter: pieces != "0"
  - map: { document: no, at: $date("2026-01-02"), sku: item, location: place, quantity: pieces, const: { party: customer } }
  - group: { by: document }
key: no
write: json
mode: all
to:
  - type: stock.return.v1
  - to: { folder: outbox }
    map: { document: document }
`;

const files = { 'flows/receipts.yaml': giver, 'flows/checked.yaml': taker };
const row = (more: object = {}) => ({
  ...{ No: 'D1', Kind: 'in', State: 'new', Sku: 'A', Bin: 'W', Qty: '1', ...more },
});

async function inboundOf(all: Record<string, string> = files) {
  const { flows } = await load(all);
  const flow = flows.find(({ direction }) => direction === 'inbound');
  assert.ok(flow?.direction === 'inbound');
  return flow;
}

describe('a flow that hands records to another', () => {
  it('has them made into messages of that, under its name, with all of the payload', async () => {
    const result = await run(await inboundOf(), [
      row(),
      row({ State: 'draft' }),
      row({ No: 'D2', Kind: 'back', Qty: '2' }),
      row({ No: 'D2', Kind: 'back', Sku: 'B' }),
      row({ No: 'D3', Kind: 'back', Qty: '0' }),
    ]);
    assert.deepEqual(codes(result), []);
    assert.deepEqual(
      result.messages.map(({ type, id, source, records }) => [type, id, source, records]),
      [
        ['stock.receive.v1', 'D1', undefined, 1],
        ['stock.return.v1', 'D1', 'checked', 0],
        ['stock.return.v1', 'D2', 'checked', 0],
      ],
    );
    const [, , two] = data(result) as { lines: { sku: string }[] }[];
    assert.deepEqual(
      two!.lines.map(({ sku }) => sku),
      ['A', 'B'],
    );
    assert.deepEqual([result.filtered, result.droppedParts, result.passedOn], [1, 1, 3]);
    const documents = result.handed!.map(({ json, queue }) => [
      queue,
      (JSON.parse(json) as HandedBody).value.document,
    ]);
    assert.deepEqual(documents, [
      ['deliver.g1.checked.outbox', 'D1'],
      ['deliver.g1.checked.outbox', 'D2'],
    ]);
  });

  it('has parked what the other refuses, as its own payload had it', async () => {
    const result = await run(await inboundOf(), [row({ Kind: 'back', Qty: 'many' }), row()]);
    assert.deepEqual(codes(result), [['MESSAGE_INVALID']]);
    const [parked] = result.parked;
    assert.deepEqual(
      parked!.members.map(({ value }) => value),
      [row({ Kind: 'back', Qty: 'many' }), row()],
      'rows of one document',
    );
    assert.deepEqual([parked!.record, parked!.records, result.messages.length], [1, 0, 1]);
  });

  it('has names there for what is handed over, whatever the steps make of it', async () => {
    const named = `flow: checked
from: { flow: receipts }
let:
  whole: no & "-" & item
steps:
  - split: { path: parts, parent: record }
  - map: { document: $whole & "-" & n, at: $date("2026-01-02"), sku: record.item, location: record.place, quantity: n, const: { party: customer } }
key: $whole & "/" & n
to: stock.return.v1
`;
    const giving = receipts(
      '- filter: "true"',
      'to:\n  - each: Items\n    map: { no: $parent.No, item: Sku, place: Bin, parts: Parts }\n    to: { flow: checked }',
    ).replace('read: csv', 'read: json');
    const item = (Sku: string, ...parts: string[]) => ({
      ...{ Sku, Bin: 'W', Parts: parts.map((n) => ({ n })) },
    });
    const result = await run(
      await inboundOf({ 'flows/receipts.yaml': giving, 'flows/checked.yaml': named }),
      [{ No: 'D1', Items: [item('A', '1', '2'), item('B', '3')] }],
    );
    assert.deepEqual(codes(result), []);
    assert.deepEqual(
      result.messages.map(({ id }) => id),
      ['D1-A/1', 'D1-A/2', 'D1-B/3'],
    );
    assert.deepEqual(
      (data(result) as { document: string }[]).map(({ document }) => document),
      ['D1-A-1', 'D1-A-2', 'D1-B-3'],
    );
  });

  it('and those that the other hands on to in turn, each once', async () => {
    const third = `flow: third\nfrom: { flow: [receipts, checked] }\nsteps: [{ map: { document: n, at: $date("2026-01-03"), sku: s, location: const, quantity: q } }]\nkey: n\nto: stock.issue.v1\n`;
    const result = await run(
      await inboundOf({
        'flows/third.yaml': third.replace('location: const', 'const: { location: W }'),
        'flows/receipts.yaml': `${giver}  - { to: { flow: third }, map: { n: No & "/a", s: Sku, q: Qty } }\n`,
        'flows/checked.yaml': `${taker}  - { to: { flow: third }, map: { n: document & "/b", s: '"S"', q: '"1"' } }\n`,
      }),
      [row()],
    );
    assert.deepEqual(codes(result), []);
    assert.deepEqual(
      result.messages.map(({ id, source }) => [id, source]),
      [
        ['D1', undefined],
        ['D1/a', 'third'],
        ['D1', 'checked'],
        ['D1/b', 'third'],
      ],
    );
  });

  it('is no sign that what the other refused is settled when it books the same key later', async () => {
    const flow = await inboundOf();
    assert.equal(await flow.keyOfRead?.(row()), undefined);
    const alone = giver
      .replace('write: json\n', '')
      .replace(/ {2}- when: Kind != "skip"[\s\S]*$/, '');
    const own = await inboundOf({ 'flows/receipts.yaml': alone });
    assert.equal(await own.keyOfRead?.(row()), 'D1');
  });

  it('tells no hint that the other allows', async () => {
    const inAMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const late = taker.replace('2026-01-02', inAMonth);
    const flow = await inboundOf({ ...files, 'flows/checked.yaml': late });
    const { messages } = await run(flow, [row({ Kind: 'back' })]);
    assert.deepEqual(
      messages.flatMap(({ told: hints = [] }) => hints.map(({ code }) => code)),
      ['DATE_IN_FUTURE'],
    );
    const allowed = await inboundOf({
      ...files,
      'flows/checked.yaml': `${late}allow: [DATE_IN_FUTURE]\n`,
    });
    const quiet = await run(allowed, [row({ Kind: 'back' })]);
    assert.deepEqual(
      quiet.messages.flatMap(({ told: hints = [] }) => hints),
      [],
    );
  });

  it('gives what the other reads of the payload', async () => {
    const reads = taker.replace('document: no,', 'document: $payload.file & "/" & no,');
    const flow = await inboundOf({ ...files, 'flows/checked.yaml': reads });
    assert.deepEqual([...flow.readsOfPayload], ['file']);
    const run = flow.makeRun(testSpool(), { file: 'r.json', received: '2026-01-01T00:00:00.000Z' });
    await run.push([{ value: row({ Kind: 'back' }), record: 1 }]);
    const ids: unknown[] = [];
    for await (const { messages } of run.flush())
      ids.push(...messages.map(({ data }) => (data as { document: string }).document));
    await run.close();
    assert.deepEqual(ids, ['r.json/D1']);
  });
});

describe('messages of several flows in one payload', () => {
  it('are published in parts that name their sources, and a key is one of its source alone: what is parked goes to no other', async () => {
    const flow = await inboundOf();
    const sent: BrokerMessage[] = [];
    const broker = {
      publish: async (batch: readonly BrokerMessage[]) => void sent.push(...batch),
    } as Broker;
    const runtime = systemRuntime();
    const rows = [row(), row({ No: 'D2', Kind: 'back' }), row({ No: 'D3' }), row({ No: 'D3' })];
    const body = (async function* () {
      yield Buffer.from(JSON.stringify(rows));
    })();
    const origin = { intakeId: uuidV7(Date.UTC(2026, 2, 1)), flow: 'receipts', name: 'r.json' };
    const receipt = await takeIn({ broker, runtime, partitions: 1, spool: testSpool() }, flow, {
      origin,
      body,
    });
    const parts = sent
      .filter(({ id }) => !id.includes('/h'))
      .map(({ body: bytes }) => JSON.parse(Buffer.from(bytes).toString('utf8')).parts[0])
      .sort((one: BatchPart, other: BatchPart) => one.index - other.index) as BatchPart[];
    const said = parts.map((part) => [
      part.shared!.source,
      commandsOf(part).map(({ id, source }) => `${source} ${id}`),
      part.parked.map(({ faults }) => faults[0]!.code),
      part.batches,
    ]);
    assert.deepEqual(said, [
      ['/flows/checked', ['/flows/checked D1', '/flows/checked D2'], [], undefined],
      ['/flows/receipts', ['/flows/receipts D1'], ['KEY_REPEATED', 'KEY_REPEATED'], 2],
    ]);
    assert.deepEqual([receipt.records, receipt.messages, receipt.parked], [4, 3, 2]);
    assert.equal(
      parts.reduce((sum, { records }) => sum + records, 0),
      4,
    );
  });
});

describe('lint of flows that hand over', () => {
  const faults = async (all: Record<string, string>) =>
    (await lint({ ...files, ...all })).map((fault) => fault.split('; ')[0]);

  it('knows the fields that come', async () => {
    assert.deepEqual(
      await faults({ 'flows/checked.yaml': taker.replace('sku: item', 'sku: itm') }),
      [
        "flows/checked.yaml:5:56 FLOW_UNKNOWN_FIELD 'itm' is not a field of the record that is handed over",
      ],
    );
  });

  it('finds flows that are not there, take nothing, or get nothing', async () => {
    assert.deepEqual(
      await faults({ 'flows/receipts.yaml': giver.replace('flow: checked', 'flow: chekced') }),
      [
        "flows/checked.yaml:2:7 FLOW_UNKNOWN_FLOW the flow 'receipts' hands nothing to this one",
        "flows/receipts.yaml:14:17 FLOW_UNKNOWN_FLOW there is no flow 'chekced'",
      ],
    );
    assert.deepEqual(
      await faults({ 'flows/checked.yaml': taker.replace('flow: receipts', 'flow: receipt') }),
      [
        "flows/checked.yaml:2:7 FLOW_UNKNOWN_FLOW there is no flow 'receipt'",
        "flows/receipts.yaml:14:17 FLOW_UNKNOWN_FLOW the flow 'checked' takes nothing from 'receipts'",
      ],
    );
  });

  it('breaks circles', async () => {
    const circle = `${taker.replace('flow: receipts', 'flow: [receipts, checked]')}  - to: { flow: checked }\n`;
    assert.deepEqual(await faults({ 'flows/checked.yaml': circle }), [
      "flows/checked.yaml:14:17 FLOW_UNKNOWN_FLOW what 'checked' hands on comes back to it",
    ]);
  });

  it('makes no key of what the giver was answered, or of its clock', async () => {
    const hub = `${config}  pim: { http: { url: "http://127.0.0.1:1" } }\n`;
    const from = (steps: string, item: string) =>
      receipts(
        steps,
        `to:\n  - to: { flow: checked }\n    map: { no: No, item: ${item}, place: Bin, pieces: Qty, seen: $now() }`,
      ).replace('read: csv', 'read: json');
    const asking = `- enrich: { http: pim, path: "'/' & Sku", into: answer }`;
    const filesOf = (giving: string, key: string, map = 'sku: item') => ({
      'config/hub.yaml': hub,
      'flows/receipts.yaml': giving,
      'flows/checked.yaml': `flow: checked\nfrom: { flow: receipts }\nsteps:\n  - set: { other: item }\n  - map: { document: no, at: $date("2026-01-02"), ${map}, location: place, quantity: pieces, const: { party: customer } }\nkey: ${key}\nto: stock.return.v1\n`,
    });
    const of = (...parts: Parameters<typeof filesOf>) => faults(filesOf(...parts));
    const refused = (given: string, why: string) => [
      `flows/checked.yaml:6:6 FLOW_CHANGES_ON_REPLAY '${given}' is made of '${why}', which ${why === '$now' ? 'gives another time' : 'may be answered otherwise'} at every replay`,
    ];
    const answered = from(asking, 'answer.sku');
    assert.deepEqual(await of(answered, 'no & "/" & $record.sku'), refused('sku', 'answer'));
    assert.deepEqual(
      await of(answered, 'no & "/" & $record.sku', 'sku: other'),
      refused('sku', 'answer'),
    );
    await load(filesOf(answered, 'no & "/" & $record.document', 'sku: other, reason: seen'));
    assert.deepEqual(
      await of(answered, 'no & "/" & $record.reason', 'sku: other, reason: seen'),
      refused('reason', '$now'),
    );
    await load(filesOf(from('- filter: "true"', 'Sku'), 'no & "/" & $record.sku'));
  });

  it('refuses what belongs to a payload, and a flow that a subscription cannot hand to', async () => {
    const reading = taker.replace('key: no', 'key: no & $a\nread: csv\nlet: { a: \'"/" & no\' }');
    assert.deepEqual(
      await faults({ 'flows/checked.yaml': reading }),
      [
        "flows/checked.yaml:8:1 CONFIG_BAD_VALUE 'read' has no meaning in a flow that takes what others hand to it",
        'flows/checked.yaml:9:1 CONFIG_BAD_VALUE names of records that are handed over are of one record each, and the steps gather several to one',
        "flows/receipts.yaml:14:17 FLOW_UNKNOWN_FLOW the flow 'checked' takes nothing from 'receipts'",
      ].slice(0, 2),
    );
    const feed = 'flow: feed\nfrom: stock.changed.v1\nto: { flow: checked }\n';
    assert.deepEqual(await faults({ 'flows/feed.yaml': feed }), [
      'flows/feed.yaml:3:5 FLOW_NO_DIRECTION both ends of the flow are the hub',
    ]);
  });
});
