/** Records that a flow hands on: they wait in queues of their own, and are published with all else of the payload. */
import assert from 'node:assert/strict';
import type { HandedRecord, InboundFlow, InboundMessage } from '../../core/flow/compiledFlow.ts';
import { handedBatch, handedText } from '../../core/handedBatch.ts';
import { takeIn } from '../../core/intake.ts';
import { limits } from '../../core/limits.ts';
import type { BatchPart } from '../../core/message.ts';
import type { Broker, BrokerMessage } from '../../core/ports.ts';
import { systemRuntime, uuidV7 } from '../../core/runtime.ts';
import type { SpoolFolder } from '../../core/spool/SpoolFolder.ts';
import { SpoolBytes, testSpool } from '../testSpool.ts';

const INTAKE_ID = uuidV7(Date.UTC(2026, 2, 1));

function handed(record: number, queue = 'deliver.g1.t.audit', more: object = {}): HandedRecord {
  const value = { sku: `S${record}`, ...more };
  const json = handedText({ part: `${record}/audit`, key: `S${record}`, value, record });
  return { queue, key: `S${record}`, json, record, records: 1, members: [{ record, value }] };
}

const message = (id: string, record: number): InboundMessage =>
  ({
    ...{ id, record, type: 'stock.receive.v1', dataJson: '{}', data: {}, contenthash: '' },
    ...{ records: 1, members: [{ record, value: { id } }] },
  }) as unknown as InboundMessage;

async function* nothing<One>(): AsyncGenerator<One> {
  yield* [];
}

async function take(
  messages: readonly InboundMessage[],
  handedOn: readonly HandedRecord[],
  spool: SpoolFolder = testSpool(),
) {
  const sent: BrokerMessage[] = [];
  const broker = {
    publish: async (batch: readonly BrokerMessage[]) => void sent.push(...batch),
  } as Broker;
  const read = async function* () {
    yield [];
  };
  const flow = {
    ...{ name: 't', source: 't', allow: [], readsOfPayload: new Set() },
    ...{ behind: [], handsTo: new Map() },
    read: { codec: { read: () => Object.assign(read(), { rejects: () => undefined }) } },
    makeRun: () => ({
      push: () => ({ messages, parked: [], filtered: 1, handed: handedOn }),
      flush: () => nothing(),
      gathers: false,
      told: () => [],
      close: async () => undefined,
    }),
  } as unknown as InboundFlow;
  const parts = { broker, runtime: systemRuntime(), partitions: 1, spool };
  const origin = { intakeId: INTAKE_ID, flow: 't', name: 't.csv' };
  const trace = { traceparent: '00-0af7-b7ad-01' };
  const body = nothing<Uint8Array>();
  const receipt = await takeIn(parts, flow, { origin, trace, body });
  const commands = sent
    .filter(({ id }) => !id.includes('/h'))
    .flatMap(({ body }) => JSON.parse(Buffer.from(body).toString('utf8')).parts as BatchPart[]);
  return { receipt, sent, commands };
}

describe('records that are handed on', () => {
  it('wait in their queues, in order, with all that is known of their payload', async () => {
    const others = [handed(1), handed(2, 'stage.g1.t.p00'), handed(3)];
    const { sent, receipt } = await take([message('A', 4)], others);
    assert.deepEqual(
      sent.map(({ id, to }) => [id, to]),
      [
        [`${INTAKE_ID}/h0`, { queue: 'deliver.g1.t.audit' }],
        [`${INTAKE_ID}/h1`, { queue: 'stage.g1.t.p00' }],
        [`${INTAKE_ID}/0`, { queue: 'stock.commands.g1.p00' }],
      ],
    );
    const { records, ...head } = handedBatch(sent[0]!.body);
    assert.deepEqual(head, {
      ...{ v: 1, origin: { intakeId: INTAKE_ID, flow: 't', name: 't.csv' } },
      ...{ time: '2026-03-01T00:00:00.000Z', actor: 'flow:t', traceparent: '00-0af7-b7ad-01' },
    });
    assert.deepEqual(records, [
      { id: `${INTAKE_ID}/1/audit`, key: 'S1', value: { sku: 'S1' }, record: 1 },
      { id: `${INTAKE_ID}/3/audit`, key: 'S3', value: { sku: 'S3' }, record: 3 },
    ]);
    assert.deepEqual([receipt.handed, receipt.messages, receipt.parked], [3, 1, 0]);
  });

  it('count among the records of the payload, and as nothing else', async () => {
    const { receipt, commands } = await take([message('A', 3)], [handed(1), handed(2)]);
    assert.deepEqual([receipt.records, receipt.filtered], [4, 1]);
    const [{ records, filtered, parked, batches }] = commands as [BatchPart];
    assert.deepEqual([records, filtered, parked, batches], [4, 1, [], 1]);
  });

  it('are published though messages of their payload are parked for a key that comes twice', async () => {
    const twice = [message('A', 1), message('A', 2), message('B', 3)];
    const { sent, commands, receipt } = await take(twice, [handed(4)]);
    assert.equal(handedBatch(sent[0]!.body).records.length, 1);
    assert.deepEqual(
      commands.flatMap((part) => part.commands.map(({ id }) => id)),
      ['B'],
    );
    assert.deepEqual([receipt.records, receipt.parked], [5, 2]);
  });

  it('are the same to the byte when the payload comes again, wherever it was kept', async () => {
    const many = Array.from({ length: limits.batchRecords + 1 }, (_, index) => handed(index + 1));
    const bodies = [];
    for (const spool of [testSpool(), new SpoolBytes({ memoryBytes: 0 })]) {
      const { sent } = await take([message('A', 9_000)], many, spool);
      bodies.push(sent.map(({ id, body }) => [id, Buffer.from(body).toString('utf8')]));
    }
    assert.equal(bodies[0]!.length, 3, 'a batch is bounded');
    assert.deepEqual(bodies[1], bodies[0]);
  });

  it('are refused where the batch is of another version, or none', () => {
    const bytes = (batch: unknown) => Buffer.from(JSON.stringify(batch));
    assert.throws(() => handedBatch(bytes({ v: 2, records: [] })), { code: 'FORMAT_UNKNOWN' });
    for (const none of [[], { v: 1 }, { v: 1, records: [{}] }, 'x'])
      assert.throws(() => handedBatch(bytes(none)), { code: 'MESSAGE_INVALID' });
    assert.throws(() => handedBatch(Buffer.from('{')), { code: 'MESSAGE_INVALID' });
  });
});
