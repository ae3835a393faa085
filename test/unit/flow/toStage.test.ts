import assert from 'node:assert/strict';
import { steps } from '../../../core/catalog.ts';
import type { FlowStage } from '../../../core/flow/compiledFlow.ts';
import { ToStage } from '../../../core/flow/ToStage.ts';
import { type HandedBody, handedBatchText } from '../../../core/handedBatch.ts';
import { compareUtf8 } from '../../../core/order.ts';
import { arrivalsOf } from '../../../core/stages/arrivalsOf.ts';
import { StageRound } from '../../../core/stages/StageRound.ts';
import { load, run } from './hubFolder.ts';

const AT = '2026-03-01T00:00:00.000Z';

const parts = `flow: receipts
from: { folder: inbox }
read: json
steps:
  - map: { document: no, at: $date(at), sku: sku, location: place, quantity: $decimal(qty) }
  - group: { by: document, across: payloads, complete: { after: 1h } }
key: no
to: stock.receive.v1
`;

describe('a bad record of a document that is gathered over payloads', () => {
  it('comes to it, and spoils it; where it cannot be told to which, it is parked', async () => {
    const { flows } = await load({ 'flows/receipts.yaml': parts }, {}, { steps });
    const [flow] = flows;
    assert.ok(flow?.direction === 'inbound');
    const good = { no: 'D1', at: '2026-01-01', sku: 'A', place: 'W', qty: '1' };
    const result = await run(flow, [good, { ...good, qty: 'many' }, { ...good, no: '', qty: 'x' }]);
    const bodies = result.handed!.map(({ json }) => JSON.parse(json) as HandedBody);
    assert.deepEqual(
      bodies.map(({ key, faults }) => [key, faults?.map(({ code, at }) => [code, at?.record])]),
      [
        ['D1', undefined],
        ['D1', [['EXPR_NOT_DECIMAL', 2]]],
      ],
    );
    assert.deepEqual(
      result.parked.map(({ record }) => record),
      [3],
    );
    const [stage] = flow.stages as [FlowStage];
    const body = Buffer.from(
      handedBatchText(
        { origin: { intakeId: 'i', flow: 'receipts', name: 'r' }, time: AT, actor: 'a' },
        result.handed!.map(({ json }) => json),
      ),
    );
    const round = new StageRound(stage.name, stage.stage, [], AT);
    for (const arrival of arrivalsOf(body, stage)) round.arrive(arrival);
    const rows = round.commit('c1')!.rows;
    assert.equal(rows.length, 1);
  });
});

const boxes = (targets: string): string => `flow: boxes
from: { folder: inbox, pattern: "b-*.json" }
read: json
steps:
  - split: Boxes
write: json
mode: all
to:
${targets}`;
const waits = `flow: waits
from: { folder: inbox, pattern: "w-*.json" }
read: json
steps:
  - await: { key: box, flow: boxes, match: no, within: 1d, as: packed }
  - map: { document: no, at: $date("2026-01-01"), sku: sku, location: place, quantity: qty }
key: no
to: stock.receive.v1
`;

describe('parts of a record that are awaited, and become no messages', () => {
  it('are copied each, once for all targets', async () => {
    const toFirst =
      '  - { to: { folder: outbox }, name: a, map: { no: Box, const: { of: first } } }\n';
    const toSecond =
      '  - { to: { folder: outbox }, name: b, map: { no: Box, const: { of: second } } }\n';
    for (const targets of [toFirst, toFirst + toSecond]) {
      const files = { 'flows/boxes.yaml': boxes(targets), 'flows/waits.yaml': waits };
      const { flows } = await load(files, {}, { steps });
      const flow = flows.find(({ name }) => name === 'boxes');
      assert.ok(flow?.direction === 'inbound');
      const rows = [
        { Boxes: [{ Box: 'B1' }, { Box: 'B2' }, { Box: 'B3' }] },
        { Boxes: [{ Box: 'C1' }] },
      ];
      const { handed = [] } = await run(flow, rows as never);
      const copies = handed.filter(({ isCopy }) => isCopy).map(({ json }) => JSON.parse(json));
      assert.deepEqual(
        copies.map(({ key, value }) => `${key} ${value.of}`),
        ['B1 first', 'B2 first', 'B3 first', 'C1 first'],
      );
    }
  });
});

describe('records on their way to a stage', () => {
  it('have names that sort in the order of their payload, in which they leave when all are due at once', () => {
    const toStage = new ToStage('stage.g1.f.delay.p00');
    const names = Array.from({ length: 1_200 }, (_, index) => {
      const value = { n: index };
      const [handed] = toStage.handed({ value, source: value, record: index + 1 });
      return (JSON.parse(handed!.json) as { part: string }).part;
    });
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(names.toSorted(compareUtf8), names);
  });
});
