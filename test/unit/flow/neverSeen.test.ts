/** Fields that a flow reads and no record of a payload has: a word that was meant as a text. */
import assert from 'node:assert/strict';
import { formatTold } from '../../../core/errors.ts';
import { takeIn } from '../../../core/intake.ts';
import type { Broker, Receipt } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { testSpool } from '../../testSpool.ts';
import { inbound } from './hubFolder.ts';

interface Case {
  reason?: string;
  steps?: string;
  more?: string;
  rows?: object[];
  lines?: string;
}

const row = (no: string, rest: object = {}) => ({ no, sku: 'A', qty: 1, loc: 'W', ...rest });

async function take({ reason, steps = '', more = '', rows, lines }: Case): Promise<Receipt> {
  const own = lines ?? '      sku: sku\n      quantity: qty';
  const map = `  - map:\n      document: no\n      at: $date("2026-01-01")\n      location: loc\n${own}\n${
    reason === undefined ? '' : `      reason: >-\n        ${reason}\n`
  }`;
  const flow = await inbound(
    `flow: receipts\nfrom: http\nread: json\n${more}steps:\n${steps}${map}key: $record.document\nto: stock.receive.v1\n`,
  );
  const body = async function* () {
    yield Buffer.from(JSON.stringify(rows ?? [row('R1'), row('R2')]));
  };
  const broker = { publish: async () => undefined } as unknown as Broker;
  const parts = { broker, runtime: systemRuntime(), partitions: 1, spool: testSpool() };
  const origin = { intakeId: '0190-x', flow: 'receipts', name: 'in.json' };
  const receipt = await takeIn(parts, flow, { origin, body: body() });
  assert.deepEqual(receipt.faults, []);
  return receipt;
}

const hints = async (given: Case): Promise<string[]> =>
  (await take(given)).told.filter(({ code }) => code === 'FIELD_NEVER_SEEN').map(formatTold);

describe('a field that no record of the payload has', () => {
  it('is told once, with its line in the flow', async () => {
    const [hint, ...others] = await hints({ reason: 'DAMAGED' });
    assert.match(
      hint ?? '',
      /^flows\/receipts\.yaml:11:\d+ FIELD_NEVER_SEEN no record of this payload has DAMAGED, which line 11 of the flow reads; .*write it under const: in the map, or inside of an expression in quotes of its own/,
    );
    assert.deepEqual(others, []);
  });

  it('is told wherever a value reads it', async () => {
    for (const [given, wanted] of [
      [{ reason: '"x" & DAMAGED' }, 'DAMAGED'],
      [{ reason: '$lowercase($split(DAMAGED, ",")[0])' }, 'DAMAGED'],
      [{ reason: 'qty = DAMAGED ? "a" : "b"' }, 'DAMAGED'],
      [{ reason: '$source.DAMAGED' }, 'DAMAGED'],
      [{ reason: 'why', steps: '  - set: { why: DAMAGED }\n' }, 'DAMAGED'],
      [
        {
          reason: 'DAMAGED',
          steps: '  - split: items\n',
          rows: [{ ...row('R1'), items: [{ x: 1 }] }],
        },
        'DAMAGED',
      ],
      [
        {
          lines: '      lines: { each: items, map: { sku: s, quantity: q, lot: LOT } }',
          rows: [
            {
              no: 'R1',
              loc: 'W',
              items: [
                { s: 'A', q: 1 },
                { s: 'B', q: 1 },
              ],
            },
          ],
        },
        'LOT',
      ],
      [
        {
          lines: '      lines: { each: items, map: { sku: s, quantity: q, lot: $parent.WHY } }',
          rows: [{ no: 'R1', loc: 'W', items: [{ s: 'A', q: 1 }] }],
        },
        'WHY',
      ],
    ] as [Case, string][]) {
      const told = await hints(given);
      assert.match(
        told.join(),
        new RegExp(` has ${wanted}, which line \\d+ of`),
        JSON.stringify(given),
      );
    }
  });

  it('is told with the name that the records have, where one is near', async () => {
    const [hint] = await hints({ reason: 'dammaged', rows: [row('R1', { damaged: 'wet' })] });
    assert.match(
      hint ?? '',
      / has dammaged, which line 11 of the flow reads; did you mean 'damaged'\?$/,
    );
    const [far] = await hints({ reason: 'why', rows: [row('R1', { damaged: 'wet' })] });
    assert.doesNotMatch(far ?? '', /did you mean/);
  });

  it('is told together with others', async () => {
    const told = await hints({ reason: 'ONE & TWO' });
    assert.equal(told.length, 1);
    assert.match(told[0] ?? '', /reads as ONE \(line 11\), TWO \(line 11\);/);
  });

  it('is not told where one record has it, or none was asked', async () => {
    const rest = [row('R1'), row('R2', { DAMAGED: null }), row('R3')];
    assert.deepEqual(await hints({ reason: 'DAMAGED', rows: rest }), []);
    assert.deepEqual(await hints({ reason: 'DAMAGED', rows: [] }), []);
    const steps = '  - filter: sku = "B"\n';
    assert.deepEqual(await hints({ reason: 'DAMAGED', steps }), []);
    assert.deepEqual(await hints({ reason: 'made', steps: '  - set: { made: sku }\n' }), []);
  });

  it('is not told where the flow says that it may be missing, or allows it', async () => {
    for (const reason of ['why ? why : "none"', 'why ?: "none"', '$exists(why) ? why : "x"'])
      assert.deepEqual(await hints({ reason }), [], reason);
    assert.deepEqual(await hints({ reason: 'why', more: 'allow: [FIELD_NEVER_SEEN]\n' }), []);
  });
});
