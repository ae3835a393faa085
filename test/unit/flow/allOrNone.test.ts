/** What is parked has no other effect: all that a flow makes of a record is published, or none of it. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { steps } from '../../../core/catalog.ts';
import type { InboundFlow } from '../../../core/flow/compiledFlow.ts';
import { handedBatch } from '../../../core/handedBatch.ts';
import { takeIn } from '../../../core/intake.ts';
import { limits } from '../../../core/limits.ts';
import { type BatchPart, commandsOf, type ParkedRecord } from '../../../core/message.ts';
import type { Broker, BrokerMessage, RecordValue } from '../../../core/ports.ts';
import { systemRuntime, uuidV7 } from '../../../core/runtime.ts';
import { testSpool } from '../../testSpool.ts';
import { load } from './hubFolder.ts';

const MAP =
  '{ document: No, at: $date("2026-01-01"), reference: Note, lines: { each: Lines, map: { sku: sku, lot: lot, quantity: qty, const: { location: W } } } }';
const BACK = MAP.replace('lines:', 'const: { party: customer }, lines:');

/** Two messages, a wire tap, another flow, and one that awaits. */
const giver = `flow: receipts
from: { folder: inbox, pattern: "r-*.json" }
read: json
mode: all
key: No
write: json
to:
  - { type: stock.receive.v1, map: ${MAP} }
  - { type: stock.return.v1, key: No & "/r", when: Kind = "both", map: ${BACK} }
  - { to: { folder: outbox }, map: { no: No, tapped: Tap } }
  - { to: { flow: checked }, map: { no: No, by: Doc, sku: Sku, qty: Qty } }
`;
const taker = `flow: checked
from: { flow: receipts }
steps:
  - map: { document: by, at: $date("2026-01-02"), sku: sku, quantity: qty, const: { location: W, party: customer } }
  - group: { by: document }
key: by
write: json
mode: all
to:
  - type: stock.return.v1
  - { to: { folder: outbox }, map: { document: document } }
`;
const awaiter = `flow: waits
from: { folder: inbox, pattern: "w-*.json" }
read: json
steps:
  - await: { key: ref, flow: receipts, match: reference, within: 1d, as: sent }
  - map: { document: no, at: $date(at), sku: sku, location: place, quantity: qty }
key: no
to: stock.receive.v1
`;
const all = {
  'flows/receipts.yaml': giver,
  'flows/checked.yaml': taker,
  'flows/waits.yaml': awaiter,
};

const row = (no: string, more: RecordValue = {}): RecordValue => ({
  ...{ No: no, Doc: `by ${no}`, Kind: 'one', Sku: 'A', Qty: '1', Note: `n ${no}`, Tap: no },
  Lines: [{ sku: 'A', lot: 'L', qty: '1' }],
  ...more,
});

async function flowOf(files: Record<string, string> = all): Promise<InboundFlow> {
  const { flows } = await load(files, {}, { steps });
  const flow = flows.find(({ name }) => name === 'receipts');
  ok(flow?.direction === 'inbound');
  return flow;
}

interface Seen {
  /** By where it went, what is known of it. */
  went: string[];
  parked: ParkedRecord[];
  /** Of the parts that were published. */
  records: number;
  receipt: Awaited<ReturnType<typeof takeIn>>;
}

async function take(rows: readonly RecordValue[], flow: InboundFlow): Promise<Seen> {
  const sent: BrokerMessage[] = [];
  const publish = async (batch: readonly BrokerMessage[]) => void sent.push(...batch);
  const broker = { publish } as unknown as Broker;
  const body = (async function* () {
    yield Buffer.from(JSON.stringify(rows));
  })();
  const origin = { intakeId: uuidV7(Date.UTC(2026, 2, 1)), flow: 'receipts', name: 'r.json' };
  const parts = { broker, runtime: systemRuntime(), partitions: 1, spool: testSpool() };
  const receipt = await takeIn(parts, flow, { origin, body });
  const seen: Seen = { went: [], parked: [], records: 0, receipt };
  for (const { id, to, body: bytes } of sent) {
    if (id.includes('/h')) {
      const { records } = handedBatch(bytes);
      ok(records.length > 0, 'no batch is empty');
      const queue = 'queue' in to ? to.queue : '';
      seen.went.push(
        ...records.map(({ key, value }) => `${queue} ${value.no ?? value.document ?? key}`),
      );
      continue;
    }
    const { parts } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { parts: BatchPart[] };
    for (const part of parts) {
      seen.records += part.records;
      seen.parked.push(...part.parked);
      seen.went.push(...commandsOf(part).map(({ source, id: key }) => `${source} ${key}`));
    }
  }
  seen.went.sort();
  return seen;
}

const allOf = (no: string): string[] => [
  `/flows/checked by ${no}`,
  `/flows/receipts ${no}`,
  `deliver.g1.checked.outbox by ${no}`,
  `deliver.g1.receipts.outbox ${no}`,
  `stage.g1.waits.await-receipts.p00 ${no}`,
];
const codesOf = ({ parked }: Seen): string[] =>
  parked.map(({ faults, record }) => `${record} ${faults.map(({ code }) => code).join(' ')}`);

describe('a record that is parked', () => {
  let flow: InboundFlow;
  before(async () => {
    flow = await flowOf();
  });

  it('for its key, which comes twice, goes nowhere else', async () => {
    const rows = [row('D1'), row('D2', { Kind: 'both' }), row('D2'), row('D3')];
    const seen = await take(rows, flow);
    deepEqual(seen.went, [...allOf('D1'), ...allOf('D3')].sort());
    deepEqual(codesOf(seen), ['2 KEY_REPEATED', '3 KEY_REPEATED']);
    const { messages, handed, parked, records } = seen.receipt;
    deepEqual([messages, handed, parked, records, seen.records], [4, 4, 2, 4, 4]);
  });

  it('for a message besides goes nowhere else either', async () => {
    const rows = [row('D1', { Kind: 'both' }), row('D1/r'), row('D9')];
    const other = giver
      .replace('type: stock.return.v1, key', 'type: stock.receive.v1, key')
      .replace(BACK, MAP);
    const seen = await take(rows, await flowOf({ ...all, 'flows/receipts.yaml': other }));
    deepEqual(seen.went, allOf('D9'));
    deepEqual(codesOf(seen), ['1 KEY_REPEATED', '2 KEY_REPEATED']);
    equal(seen.records, 3);
  });

  it('takes along the document that another flow makes of it and of others', async () => {
    const seen = await take([row('D1', { Doc: 'X' }), row('D2', { Doc: 'X' }), row('D1')], flow);
    const went = allOf('D2').filter((one) => !one.includes('by'));
    deepEqual(seen.went, went);
    deepEqual(codesOf(seen), ['1 KEY_REPEATED', '3 KEY_REPEATED', '1 KEY_REPEATED']);
    match(seen.parked[2]!.faults[0]!.message, /record 1, of which it is made too, is parked/);
    deepEqual(
      (JSON.parse(seen.parked[2]!.content) as { record: number }[]).map(({ record }) => record),
      [1, 2],
    );
    equal(seen.records, 3);
  });

  it('since another flow parks it, is the affair of that flow', async () => {
    const seen = await take([row('D1', { Doc: 'X', Sku: 'A' }), row('D2', { Qty: '2' })], flow);
    deepEqual(codesOf(seen), []);
    const torn = taker.replace('quantity: qty', 'quantity: $decimal(qty & "x")');
    const other = await take([row('D1')], await flowOf({ ...all, 'flows/checked.yaml': torn }));
    deepEqual(
      other.went,
      allOf('D1').filter((one) => !one.includes('by')),
    );
    equal(other.parked.length, 1);
  });

  it('since one of its messages is too large, goes nowhere', async () => {
    const large = Array.from({ length: limits.documentLines }, (_, line) => {
      return { sku: '€'.repeat(60), lot: `${'€'.repeat(100)} ${line}`, qty: '1' };
    });
    const seen = await take([row('D1', { Lines: large }), row('D2')], flow);
    deepEqual(seen.went, allOf('D2'));
    equal(codesOf(seen)[0], '1 PAYLOAD_TOO_LARGE');
    deepEqual([seen.receipt.records, seen.records], [2, 2]);
  });

  it('since one of its wire taps is too large, goes nowhere', async () => {
    const seen = await take(
      [row('D1', { Tap: '€'.repeat(limits.documentBytes / 3) }), row('D2')],
      flow,
    );
    deepEqual(seen.went, allOf('D2'));
    deepEqual(codesOf(seen), ['1 PAYLOAD_TOO_LARGE']);
  });
});

describe('a match that fails', () => {
  const failing = (text: string) => ({
    ...all,
    'flows/waits.yaml': awaiter.replace('match: reference', `match: ${text}`),
  });

  it('parks the record with all that was made of it, and says which match that is', async () => {
    const flow = await flowOf(failing('$string($decimal(reference))'));
    const seen = await take([row('D1'), row('D2', { Note: '7' })], flow);
    deepEqual(
      seen.went.filter((one) => one.includes('D1')),
      [],
    );
    ok(
      seen.went.includes('/flows/receipts D2') &&
        seen.went.includes('stage.g1.waits.await-receipts.p00 D2'),
    );
    const [{ faults, record }] = seen.parked as [ParkedRecord];
    deepEqual(
      [faults[0]!.code, faults[0]!.at?.file, faults[0]!.at?.record, record],
      [...['EXPR_NOT_DECIMAL', 'r.json', 1, 1]],
    );
    match(faults[0]!.message, /'match' of await at flows\/waits\.yaml:5:\d+/);
    deepEqual([seen.receipt.records, seen.receipt.parked, seen.records], [2, 1, 2]);
  });

  it('is not one that gives nothing: nobody awaits that', async () => {
    const flow = await flowOf(failing('$trim(reference)'));
    const seen = await take([row('D1', { Note: ' ' })], flow);
    deepEqual([seen.parked, seen.went.length], [[], 4]);
  });

  it('parks the records of a flow that makes no messages, too', async () => {
    const told = `flow: receipts\nfrom: { folder: inbox, pattern: "r-*.json" }\nread: json\nkey: No\nto: awaited\n`;
    const files = {
      'flows/receipts.yaml': told,
      'flows/waits.yaml': awaiter.replace('match: reference', 'match: $decimal(Note)'),
    };
    const seen = await take([row('D1'), row('D2', { Note: '7' })], await flowOf(files));
    deepEqual(
      [seen.went, codesOf(seen)],
      [['stage.g1.waits.await-receipts.p00 7'], ['1 EXPR_NOT_DECIMAL']],
    );
  });
});
