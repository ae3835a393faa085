/** Fields that a flow reads and no record of a payload has: a word that was meant as a text. */
import assert from 'node:assert/strict';
import { formatTold } from '../../../core/errors.ts';
import { takeIn } from '../../../core/intake.ts';
import type { Broker, Receipt } from '../../../core/ports.ts';
import { systemRuntime } from '../../../core/runtime.ts';
import { testSpool } from '../../testSpool.ts';
import { inbound, lint, load } from './hubFolder.ts';

interface Case {
  reason?: string;
  steps?: string;
  more?: string;
  to?: string;
  rows?: object[];
  lines?: string;
}

const row = (no: string, rest: object = {}) => ({ no, sku: 'A', qty: 1, loc: 'W', ...rest });

async function take({ reason, steps = '', more = '', to, rows, lines }: Case): Promise<Receipt> {
  const own = lines ?? '      sku: sku\n      quantity: qty';
  const key = to?.includes('each:') ? '$record.document & "/" & $record.sku' : '$record.document';
  const map = `  - map:\n      document: no\n      at: $date("2026-01-01")\n      location: loc\n${own}\n${
    reason === undefined ? '' : `      reason: >-\n        ${reason}\n`
  }`;
  const flow = await inbound(
    `flow: receipts\nfrom: http\nread: json\n${more}steps:\n${steps}${map}key: ${key}\nto: ${to ?? 'stock.receive.v1'}\n`,
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
    const [read] = await hints({
      reason: 'damage & damaged',
      rows: [row('R1', { damaged: 'wet' })],
    });
    assert.doesNotMatch(read ?? '', /did you mean/);
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
    for (const due of ['$parent.due ?? $parent.no', '$exists($parent.due) ? $parent.due : "x"']) {
      const lines = `      lines: { each: items, map: { sku: s, quantity: q, lot: '${due}' } }`;
      const rows = [{ no: 'R1', loc: 'W', items: [{ s: 'A', q: 1 }] }];
      assert.deepEqual(await hints({ lines, rows }), [], due);
    }
  });

  it('is told of a target as of a step', async () => {
    const fields = 'document: document, at: at, location: location';
    const one = `{ ${fields}, sku: sku, quantity: quantity`;
    const target = (rest: string) => `[{ ${rest}, type: stock.receive.v1 }]`;
    const lines = '      lines: items';
    const rows = [{ no: 'R1', loc: 'W', items: [{ s: 'A', q: 1 }], more: [{ s: 'B', q: 2 }] }];
    const each = `${fields.replaceAll(': ', ': $parent.')}, sku: s, quantity: q`;
    for (const [given, wanted] of [
      [{ to: target(`map: ${one}, reason: $source.WHY }`) }, 'WHY'],
      [{ rows, lines, to: target(`each: $source.more, map: { ${each}, lot: LOT }`) }, 'LOT'],
      [{ rows, lines, to: target(`each: lines, map: { ${each}, reason: REASON }`) }, 'REASON'],
      [
        { rows, lines, to: target(`each: '$append(lines, $source.MORE)', map: { ${each} }`) },
        'MORE',
      ],
      [
        {
          rows,
          lines,
          to: `[{ when: $exists(none), type: stock.issue.v1 }, { each: lines, map: { ${each}, lot: LOT }, type: stock.receive.v1 }]`.replace(
            '$exists(none)',
            '$exists($source.none)',
          ),
        },
        'LOT',
      ],
    ] as [Case, string][]) {
      const told = await hints(given);
      assert.match(
        told.join(),
        new RegExp(`no record .* has ${wanted}, which line \\d+ of`),
        wanted,
      );
      assert.equal(told.length, 1);
    }
    const sound = target(`map: ${one}, reason: '$source.why ?: "none"' }`);
    assert.deepEqual(await hints({ to: sound }), []);
  });

  it('of a list that a step made is found by lint, in steps and in targets', async () => {
    const yaml = (steps: string, to: string) =>
      `flow: receipts\nfrom: http\nread: json\nsteps:\n  - map:\n      document: no\n      at: $date("2026-01-01")\n      location: loc\n      lines: { each: items, map: { sku: s, quantity: q } }\n${steps}key: $record.document & "/" & $index\nto: ${to}\n`;
    const target = (sku: string) =>
      `[{ each: lines, map: { document: $parent.document, at: $parent.at, location: $parent.location, sku: ${sku}, quantity: quantity }, key: 'no & "/" & $index', type: stock.receive.v1 }]`;
    const step = (sku: string) =>
      `  - map:\n      document: document\n      at: at\n      location: location\n      lines: { each: lines, map: { sku: ${sku}, quantity: quantity } }\n`;
    const of = (text: string) => ({ 'flows/receipts.yaml': text });
    const plain = (text: string) => text.replace(' & "/" & $index', '');
    for (const text of [
      yaml('', target('skuu')).replace('key: $record.document & "/" & $index\n', ''),
      plain(yaml(step('skuu'), 'stock.receive.v1')),
    ]) {
      const [fault, ...others] = await lint(of(text));
      assert.match(
        fault!,
        /FLOW_UNKNOWN_FIELD 'skuu' is not a field of the lines of the record after map; did you mean 'sku'/,
      );
      assert.deepEqual(others, []);
      await load(of(text.replace('skuu', 'sku')));
    }
  });
});
