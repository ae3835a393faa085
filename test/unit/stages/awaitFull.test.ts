/** What records wait for, and finds no room in their row. */
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { steps } from '../../../core/catalog.ts';
import type { FlowStage, InboundFlow } from '../../../core/flow/compiledFlow.ts';
import { takeIn } from '../../../core/intake.ts';
import { limits } from '../../../core/limits.ts';
import type { BatchPart, ParkedRecord } from '../../../core/message.ts';
import type { Broker, BrokerMessage, RecordValue } from '../../../core/ports.ts';
import { systemRuntime, uuidV7 } from '../../../core/runtime.ts';
import { arrivalsOf } from '../../../core/stages/arrivalsOf.ts';
import { leavingPayload } from '../../../core/stages/leavingPayload.ts';
import { StageRound } from '../../../core/stages/StageRound.ts';
import { testSpool } from '../../testSpool.ts';
import { load } from '../flow/hubFolder.ts';

const sender = (name: string): string => `flow: ${name}
from: { folder: inbox, pattern: "${name}-*.json" }
read: json
steps:
  - map: { document: No, const: { kind: purchase }, lines: { each: Lines, map: { line: n, sku: sku, quantity: '"1"', const: { location: W, due: 2026-02-01 } } } }
key: No
to: order.upsert.v1
`;
const waits = `flow: waits
from: { folder: inbox, pattern: "w-*.json" }
read: json
steps:
  - await: { key: ref, flow: [north, south], within: 1d, as: sent }
  - map: { document: no, at: $date(at), sku: sku, location: place, quantity: qty }
key: no
to: stock.receive.v1
`;
const files = {
  'flows/north.yaml': sender('north'),
  'flows/south.yaml': sender('south'),
  'flows/waits.yaml': waits,
};

async function sentBy(flow: InboundFlow, payload: Parameters<typeof takeIn>[2]) {
  const sent: BrokerMessage[] = [];
  const publish = async (batch: readonly BrokerMessage[]) => void sent.push(...batch);
  const broker = { publish } as unknown as Broker;
  await takeIn(
    { broker, runtime: systemRuntime(), partitions: 1, spool: testSpool() },
    flow,
    payload,
  );
  return sent;
}

const payloadOf = (flow: string, rows: readonly RecordValue[]) => ({
  origin: { intakeId: uuidV7(Date.UTC(2026, 2, 1)), flow, name: `${flow}-1.json` },
  body: (async function* () {
    yield Buffer.from(JSON.stringify(rows));
  })(),
});

describe('a message that is awaited, and finds no room', () => {
  it('is parked as that of its flow, as it was read there', async () => {
    const { flows } = await load(files, {}, { steps });
    const named = (name: string): InboundFlow => {
      const flow = flows.find((one) => one.name === name);
      ok(flow?.direction === 'inbound');
      return flow;
    };
    const { stages } = named('waits');
    const [stage] = stages as [FlowStage];
    const arrive = async (flow: InboundFlow, rows: readonly RecordValue[]) =>
      (await sentBy(flow, payloadOf(flow.name, rows)))
        .filter(({ to }) => 'queue' in to && to.queue === stage.queue)
        .flatMap(({ body }) => arrivalsOf(body, stage));
    const text = 'x'.repeat(limits.stageRowBytes / 16);
    const records = Array.from({ length: 7 }, (_, no) => ({ no: `R${no}`, ref: 'D1', text }));
    const Lines = Array.from({ length: 8_000 }, (_, n) => ({ n: String(n), sku: `SKU ${n}` }));
    const despatch = { No: 'D1', Remark: 'is in no message', Lines };
    const round = new StageRound(stage.name, stage.stage, [], '2026-03-01T00:00:00.000Z');
    const arrivals = [
      ...(await arrive(named('waits'), records)),
      ...(await arrive(named('north'), [despatch])),
    ];
    equal(arrivals.length, 8);
    for (const arrival of arrivals) round.arrive(arrival);
    deepEqual([round.tally.parked, round.refused.map(({ code }) => code)], [1, ['AWAIT_FULL']]);
    const parked: ParkedRecord[] = [];
    for (const out of round.commit(uuidV7(Date.UTC(2026, 2, 2)))!.outs) {
      const sent = await sentBy(stage.leg, leavingPayload(out, stage.leg.name));
      const parts = sent.flatMap(({ body }) => {
        return (JSON.parse(Buffer.from(body).toString('utf8')) as { parts: BatchPart[] }).parts;
      });
      parked.push(...parts.flatMap((part) => part.parked));
    }
    const [{ origin, record, faults, content }] = parked as [ParkedRecord];
    deepEqual([origin.flow, origin.name, record], ['north', 'north-1.json', 1]);
    equal(faults[0]!.code, 'AWAIT_FULL');
    match(faults[0]!.message, /^'D1' is awaited, and finds no room: with it, more than \d+/);
    deepEqual(JSON.parse(content)[0].value, despatch);
  });
});
