/** Identifiers that a flow joins: no part of them is missing unseen, and a condition says what may be. */
import assert from 'node:assert/strict';
import type { InboundResult } from '../../../core/flow/compiledFlow.ts';
import { inbound, run } from './hubFolder.ts';

const flowOf = (steps: string, key = 'No'): ReturnType<typeof inbound> =>
  inbound(
    `flow: receipts\nfrom: { folder: inbox }\nread: json\nsteps:\n${steps}\nkey: ${key}\nto: stock.receive.v1\n`,
    { 'config/tables/styles.csv': 'style,sku\nTS/red,A\nTS/,B\n' },
  );

const mapOf = (more: string): string =>
  `  - map:\n      document: No\n      location: L\n      at: $date("2026-01-01")\n      quantity: "1"\n${more
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n')}`;

const told = ({ parked }: InboundResult): string[] =>
  parked.flatMap(({ faults }) =>
    faults.map(({ code, message, at }) => `${code} ${at?.field}: ${message}`),
  );

const lineOf = ({ messages }: InboundResult) =>
  (messages[0]!.data as unknown as { lines: Record<string, string>[] }).lines[0]!;

const lacks = (field: string, part: string): string[] => [
  `KEY_EMPTY ${field}: ${part} gives nothing, and the name lacks a part`,
];

describe('a part of an identifier that gives nothing', () => {
  const site = { dimensions: { siteId: '1', locationId: '13' } };
  it('is a field that the sender writes otherwise', async () => {
    const flow = await flowOf(
      mapOf('sku: Sku').replace(
        'location: L',
        'location: dimensions.siteId & "-" & dimensions.locationId',
      ),
    );
    const row = { No: 'D', Sku: 'A' };
    assert.equal(lineOf(await run(flow, [{ ...row, ...site }])).location, '1-13');
    const other = { dimensions: { SiteId: '1', locationId: '13' } };
    assert.deepEqual(
      told(await run(flow, [{ ...row, ...other }])),
      lacks('location', 'dimensions.siteId'),
    );
  });

  const rest = 'document: No, at: $date("2026-01-01"), location: L';
  const cases: [what: string, steps: string, field?: string, part?: string][] = [
    ['map', mapOf(`sku: 'p & "/" & color'`)],
    ['map, in the library', mapOf(`sku: '$join([p & "/" & color])'`)],
    ['map, by $join', mapOf(`sku: '$join([p, "/", color])'`)],
    ['map, by $join with a separator', mapOf(`sku: '$join([p, color], "/")'`)],
    ['map, by $join behind ~>', mapOf(`sku: '[p, color] ~> $join("/")'`)],
    ['map, by $join in a function', mapOf(`sku: '$uppercase($join([p, color]))'`)],
    ['map, by $join of a variable', mapOf(`sku: '($all := [p, color]; $join($all))'`)],
    ['map, by $join of what is made of a list', mapOf(`sku: '$join($map([p, color], $trim))'`)],
    ['map, by $join of lists', mapOf(`sku: '$join($append(p, color), "/")'`)],
    ['map, by $join beside &', mapOf(`sku: '"x" & $join([p, color])'`)],
    ['map, for all lines', mapOf('sku: p\nlot: p & color'), 'lot'],
    ['of the document', mapOf('sku: p\npartner: p & "/" & color'), 'partner'],
    ['with a function', mapOf('sku: p & $string(color)'), 'sku', 'what is made of color'],
    ['in a function', mapOf('sku: $uppercase(p & "/" & color)')],
    ['in a branch', mapOf(`sku: '(p ? p & "/" & color : "none")'`)],
    ['in what a condition chooses', mapOf(`sku: 'p & "/" & (p ? color : "-")'`)],
    [
      'set',
      `${mapOf('sku: p\nreason: color')}\n  - set: { sku: sku & "/" & reason }`,
      'sku',
      'reason',
    ],
    ['map, and set over it', `${mapOf('sku: p & color')}\n  - set: { sku: $uppercase(sku) }`],
    ['map, and group', `${mapOf('sku: p & color')}\n  - group: { by: document }`],
    [
      'lookup',
      `${mapOf('lot: p\nreason: color')}\n  - lookup: { table: styles, key: lot & "/" & reason, into: sku, missing: empty }`,
      'undefined',
      'reason',
    ],
    [
      'lines',
      `  - map: { ${rest}, lines: { each: rows, map: { quantity: "1", sku: p & "/" & color } } }`,
      'lines[1].sku',
    ],
    [
      'lines, in the library',
      `  - map: { ${rest}, lines: { each: rows, map: { quantity: "1", sku: '$join([p & color])' } } }`,
      'lines[1].sku',
    ],
  ];
  for (const [what, steps, field = 'sku', part = 'color'] of cases) {
    it(`parks the record: ${what}`, async () => {
      const flow = await flowOf(steps);
      const rowOf = (color: unknown) => {
        const row = { No: 'D', p: 'TS', L: 'W', color };
        return { ...row, rows: [{ p: 'TS', color: 'red' }, row] };
      };
      assert.deepEqual(told(await run(flow, [rowOf('red')])), []);
      for (const nothing of [undefined, null, '', ' ', []]) {
        const result = await run(flow, [rowOf(nothing)]);
        assert.deepEqual(result.messages, []);
        assert.deepEqual(told(result).slice(0, 1), lacks(field, part));
      }
    });
  }

  it('parks the record: set alone, over a record that is the message', async () => {
    const flow = await flowOf('  - set: { sku: sku & "/" & lot }', 'document');
    const row = {
      document: 'D',
      at: '2026-01-01T00:00:00Z',
      location: 'L',
      quantity: '1',
      sku: 'A',
    };
    assert.equal(lineOf(await run(flow, [{ ...row, lot: 'x' }])).sku, 'A/x');
    assert.deepEqual(told(await run(flow, [row])).slice(0, 1), lacks('sku', 'lot'));
  });

  it('parks the record: all that a default names is missing', async () => {
    const flow = await flowOf(mapOf(`sku: 'p & "/" & (color ?: size)'`));
    const row = { No: 'D', p: 'TS', L: 'W' };
    assert.equal(lineOf(await run(flow, [{ ...row, size: 'S' }])).sku, 'TS/S');
    assert.deepEqual(told(await run(flow, [row])), lacks('sku', 'size'));
  });

  const meant: [sku: string, made: string][] = [
    ['p & (color ? "/" & color : "")', 'TS'],
    ['p & (color ? "/" & color)', 'TS'],
    ['p & "/" & (color ?: "-")', 'TS/-'],
    ['$join([p & (color ? "/" & color : "")])', 'TS'],
    ['$join([p, (color ? color : "-")], "/")', 'TS/-'],
    ['$join([p, (color ? color)], "/")', 'TS'],
    ['$join([p, color][$ != ""], "/")', 'TS'],
    ['$join($split(p, ""), "-")', 'T-S'],
    ['color & "x" = "x" ? p : color', 'TS'],
    ['"" & p', 'TS'],
    ['p & ($c := $trim(color); $c ? "/" & $c : "")', 'TS'],
  ];
  for (const [sku, made] of meant) {
    it(`is meant where a condition says so: ${sku}`, async () => {
      const flow = await flowOf(mapOf(`sku: '${sku}'`));
      const result = await run(flow, [{ No: 'D', p: 'TS', L: 'W', color: '' }]);
      assert.deepEqual(told(result), []);
      assert.equal(lineOf(result).sku, made);
    });
  }

  it('is none of a text that names nothing, nor of a field that no message has', async () => {
    const flow = await flowOf(
      `  - set: { sku: No & color }\n${mapOf('sku: p\nreason: p & "/" & color')}`,
    );
    const result = await run(flow, [{ No: 'D', p: 'TS', L: 'W', color: null }]);
    assert.deepEqual(told(result), []);
    assert.equal((result.messages[0]!.data as { reason?: string }).reason, 'TS/');
  });
});
