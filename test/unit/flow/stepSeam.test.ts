/** Steps that the hub does not know: one file, and one entry in the list of steps. */
import assert from 'node:assert/strict';
import { StockbusError } from '../../../core/errors.ts';
import type { Answers, StepSpec } from '../../../core/ports.ts';
import { codes, data, inbound, lint, receipts, run } from './hubFolder.ts';
import { coalesce } from './outside/coalesce.ts';
import { stockOf } from './outside/stockOf.ts';
import { parts } from './parts.ts';

const more = { steps: [...parts.steps, coalesce, stockOf] as readonly StepSpec[] };

const map = (sku: string) => `- map:
    document: Doc
    at: '"2026-03-31T08:30:00.000Z"'
    location: '"WH1"'
    quantity: Counted${sku}`;
const key = 'key: Doc\nto: stock.receive.v1';
const afterMap = receipts(
  `${map('')}\n- coalesce: { into: sku, of: ['$source.Article', '$source.Alt'] }`,
  key,
);
const beforeMap = receipts(
  `- coalesce: { into: Article, of: [Alt, '$join(["0", Shelf])'] }\n${map('\n    sku: Article')}`,
  key,
);

const row = (Doc: string, rest: object) => ({ Doc, Counted: '1', ...rest });

async function columns(yaml: string, header: string): Promise<string> {
  const { read } = await inbound(yaml, {}, more);
  async function* body() {
    yield Buffer.from(`${header}\n`);
  }
  try {
    for await (const _ of read.codec.read(body(), { name: 'in.csv' }));
  } catch (error) {
    if (error instanceof StockbusError) return error.message;
    throw error;
  }
  return '';
}

describe('a step from outside', () => {
  it('after a map gives a field that lint then knows', async () => {
    const result = await run(await inbound(afterMap, {}, more), [
      row('R1', { Article: 'A', Alt: 'B' }),
      row('R2', { Article: '', Alt: 'B' }),
      row('R3', {}),
    ]);
    assert.deepEqual(
      data(result).map((one) => (one as { lines: { sku: string }[] }).lines[0]?.sku),
      ['A', 'B'],
    );
    assert.deepEqual(codes(result), [['MESSAGE_INVALID']]);
  });

  it('before a map gives a field that is then no column of the payload', async () => {
    assert.equal(await columns(beforeMap, 'Shelf,Alt,Counted,Doc'), '');
    assert.match(await columns(beforeMap, 'Shelf,Counted,Doc'), /no column 'Alt'/);
    const result = await run(await inbound(beforeMap, {}, more), [
      row('R1', { Shelf: '7', Alt: '' }),
      row('R2', { Shelf: '7', Alt: 'B' }),
    ]);
    assert.deepEqual(
      data(result).map((one) => (one as { lines: { sku: string }[] }).lines[0]?.sku),
      ['07', 'B'],
    );
  });

  it('that gives a field which the target has not is told where', async () => {
    const yaml = afterMap.replace('into: sku', 'into: skuu');
    const [missing, unknown] = await lint({ 'flows/receipts.yaml': yaml }, more);
    assert.match(unknown ?? '', /^flows\/receipts\.yaml:10:\d+ FLOW_UNKNOWN_FIELD 'skuu'/);
    assert.match(missing ?? '', /FLOW_MISSING_FIELD no step gives 'sku'/);
  });

  it('has the faults of its expressions at their places', async () => {
    const yaml = afterMap.replace('$source.Alt', '$sorce.Alt');
    const faults = await lint({ 'flows/receipts.yaml': yaml }, more);
    assert.match(faults.join('\n'), /^flows\/receipts\.yaml:10:53 FLOW_BAD_EXPRESSION '\$sorce'/m);
  });

  it('asks a port once for all records of a batch', async () => {
    const asked: unknown[][] = [];
    const stock: Answers = async (skus) => {
      asked.push([...skus]);
      return skus.map((sku) => (sku === 'B' ? undefined : `on hand of ${sku}`));
    };
    const yaml = receipts(
      `${map('\n    sku: $source.Article')}\n- stockOf: sku\n- set: { partner: onHand }\n- map:\n    document: document\n    at: at\n    partner: partner\n    sku: sku\n    location: location\n    quantity: quantity`,
      key,
    );
    const flow = await inbound(yaml, {}, { ...more, answers: { stock } });
    const result = await run(flow, [
      row('R1', { Article: 'A' }),
      row('R2', { Article: 'B' }),
      row('R3', {}),
    ]);
    assert.deepEqual(asked, [['A', 'B']], 'the run has batches of two records');
    assert.deepEqual(
      data(result).map((one) => (one as { partner?: string }).partner),
      ['on hand of A', undefined],
    );
    assert.deepEqual(
      (await lint({ 'flows/receipts.yaml': yaml }, { ...more, answers: {} }))
        .join('\n')
        .match(/nobody .*'stock'/)?.[0],
      "nobody in this hub answers questions to 'stock'",
    );
  });
});
