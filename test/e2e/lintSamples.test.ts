/** What lint tells of a flow by the payloads of its tests, before anything of it runs. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Desk } from './cli.ts';

const flow = `flow: shipments
from: http
read: json
steps:
  - map:
      document: no
      at: $date(day)
      sku: item
      location: place
      quantity: $decimal(qty)
      reason: why
key: no
to: stock.issue.v1
`;
const record = (more: object = {}) => ({
  ...{ no: 'S-1', day: '2026-03-31', item: 'TEA', place: 'BER', qty: '1', why: 'sold' },
  ...more,
});
const tests = (...cases: [records: object[], expect?: string][]): string =>
  ['flow: shipments', 'tests:']
    .concat(
      cases.map(
        ([records, expect]) =>
          `  - payload: '${JSON.stringify(records)}'${expect === undefined ? '' : `\n    expect: ${expect}`}`,
      ),
    )
    .join('\n');

interface Case {
  what: string;
  flow?: string;
  tests: string;
  /** Of each hint its place, code and words. */
  hints: RegExp[];
}

const cases: Case[] = [
  { what: 'nothing where its samples are as it says', tests: tests([[record()]]), hints: [] },
  {
    what: 'a field that no sample has, with the name that is near',
    flow: flow.replace('reason: why', 'reason: wyh'),
    tests: tests([[record()]], [[record({ no: 'S-2' })]]),
    hints: [
      /^hint: flows\/shipments\.yaml:11:15 FIELD_NEVER_SEEN no record of its samples has wyh; did you mean 'why'\?$/,
    ],
  },
  {
    what: 'no name that is far from all that the sample has',
    flow: flow.replace('reason: why', 'reason: cause'),
    tests: tests([[record()]]),
    hints: [/:11:15 FIELD_NEVER_SEEN no record of its samples has cause; Correct the name\./],
  },
  {
    what: 'no field that one of its samples has',
    flow: flow.replace('reason: why', 'reason: cause'),
    tests: tests([[record()]], [[record({ cause: 'broken' })]]),
    hints: [],
  },
  {
    what: 'no field that the flow allows to be missing',
    flow: flow
      .replace('reason: why', 'reason: cause')
      .replace('from:', 'allow: [FIELD_NEVER_SEEN]\nfrom:'),
    tests: tests([[record()]]),
    hints: [],
  },
  {
    what: 'a key that is not unique over a sample, and none that comes again in another',
    tests: tests([[record(), record({ no: 'S-2' }), record({ item: 'MUG' })]], [[record()]]),
    hints: [
      /^hint: flows\/shipments\.yaml:12:6 FLOW_KEY_NOT_UNIQUE records 1 and 3 of the payload have one key, 'S-1'; Build the key/,
    ],
  },
  {
    what: 'what a message needs and a record lacks',
    tests: tests([[record({ place: '' })]]),
    hints: [
      /^hint: flows\/shipments\.test\.yaml:3:5 FLOW_SAMPLE_PARKED record 1 of the payload is parked: MESSAGE_INVALID lines\[0\]\.location is missing: 'place' at flows\/shipments\.yaml:9:17 gives nothing; /,
    ],
  },
  {
    what: 'a value of the wrong kind',
    tests: tests([[record({ qty: '1,5' })]]),
    hints: [/FLOW_SAMPLE_PARKED record 1 .*EXPR_NOT_DECIMAL "1,5" is not a decimal number/],
  },
  {
    what: 'nothing of a record that its test expects to be parked',
    tests: tests([
      [record(), record({ no: 'S-2', qty: 'x' })],
      '{ parked: [{ record: 2, code: EXPR_NOT_DECIMAL }] }',
    ]),
    hints: [],
  },
  {
    what: 'a payload that cannot be read',
    tests: "flow: shipments\ntests:\n  - payload: 'hello'\n",
    hints: [/FLOW_SAMPLE_PARKED the payload is refused: JSON_SYNTAX /],
  },
  {
    what: 'a target that no record of its samples takes',
    flow: flow.replace(
      'to: stock.issue.v1',
      'to:\n  - { when: reason = "send back", type: stock.issue.v1 }\n  - { type: stock.issue.v1 }',
    ),
    tests: tests([[record()]]),
    hints: [
      /^hint: flows\/shipments\.yaml:14:13 FLOW_UNREACHED in its samples 'reason = "send back"' is never true; /,
    ],
  },
  {
    what: 'nothing of fields that only records have of which the books are asked',
    flow: flow.replace(
      'steps:\n',
      'steps:\n  - enrich: { reservation: hold, missing: keep, into: held }\n  - filter: $exists(hold) or place = "BER"\n',
    ),
    tests: `${tests([[record()]])}
  - payload: '${JSON.stringify([record({ hold: 'R' })])}'
    stock: [{ sku: TEA, location: BER, onHand: 5 }]`,
    hints: [],
  },
  {
    what: 'a name inside of a field that may be missing, wherever it is read, and none that is there in one of them',
    flow: flow
      .replace('reason: why', 'reason: meta.nte ?? why\n      reference: $source.meta.by.usr')
      .replace('steps:\n', 'steps:\n  - filter: $not($exists(meta.stte)) or meta.kind = "x"\n')
      .replace('key: no', `key: 'no & "/" & (meta.prt ?: "-")'`),
    tests: tests(
      [[record({ meta: { note: 'a', by: { user: 'b' }, kind: 'x' } })]],
      [[record({ meta: { note: 'a', state: 'c', part: '1', kind: 'x' } })]],
    ),
    hints: [
      /^hint: flows\/shipments\.yaml:5:31 FIELD_NEVER_SEEN no record of its samples has meta\.stte; did you mean 'state'\?$/,
      /^hint: flows\/shipments\.yaml:12:20 FIELD_NEVER_SEEN no record of its samples has meta\.nte; did you mean 'note'\?$/,
      /^hint: flows\/shipments\.yaml:13:34 FIELD_NEVER_SEEN no record of its samples has \$source\.meta\.by\.usr; did you mean 'user'\?$/,
      /^hint: flows\/shipments\.yaml:14:24 FIELD_NEVER_SEEN no record of its samples has meta\.prt; did you mean 'part'\?$/,
    ],
  },
  {
    what: 'no name that is read beside the one it is like, that is far from all, or that differs by its number',
    flow: flow.replace(
      'reason: why',
      'reason: meta.line2 ?? meta.line1 ?? meta.cause ?? meta.street3',
    ),
    tests: tests([[record({ meta: { line1: 'a', street1: 'b', note: 'c' } })]]),
    hints: [],
  },
  {
    what: 'a name inside of the elements of a list, in its predicate and in a function',
    flow: flow.replace(
      'reason: why',
      'reason: \'$string($count(lots[stat = "ok"])) & $join($map(lots, function($l) { $l.cod }))\'',
    ),
    tests: tests([[record({ lots: [{ state: 'ok', code: 'A' }] })]]),
    hints: [
      /:11:36 FIELD_NEVER_SEEN no record of its samples has lots\.stat; did you mean 'state'\?/,
      /:11:88 FIELD_NEVER_SEEN no record of its samples has lots\.cod; did you mean 'code'\?/,
    ],
  },
  {
    what: 'of payloads that come one after another what none of them has',
    flow: flow
      .replace('steps:\n', 'steps:\n  - delay: { for: 1h }\n')
      .replace('reason: why', 'reason: meta.nte ?? wyh'),
    tests: `flow: shipments
tests:
  - comes:
      - payload: '${JSON.stringify([record({ meta: { note: 'a' } })])}'
      - { after: 2h }
    expect: { parked: [] }`,
    hints: [
      /^hint: flows\/shipments\.yaml:12:20 FIELD_NEVER_SEEN no record of its samples has meta\.nte; did you mean 'note'\?$/,
      /^hint: flows\/shipments\.yaml:12:27 FIELD_NEVER_SEEN no record of its samples has wyh; did you mean 'why'\?$/,
    ],
  },
  {
    what: 'what is parked behind a stage',
    flow: flow.replace('steps:\n', 'steps:\n  - delay: { for: 1h }\n'),
    tests: `flow: shipments
tests:
  - comes:
      - payload: '${JSON.stringify([record({ place: '' })])}'
      - { after: 2h }`,
    hints: [
      /FLOW_SAMPLE_PARKED record 1 of payload\.json is parked: MESSAGE_INVALID lines\[0\]\.location is missing/,
    ],
  },
  {
    what: 'steps that nothing comes to',
    flow: flow.replace('steps:\n', 'steps:\n  - filter: state = "sent"\n'),
    tests: tests([[record({ state: 'SENT' })]]),
    hints: [
      /:5:13 FLOW_UNREACHED in its samples 'state = "sent"' is never true/,
      /:6:5 FLOW_UNREACHED in its samples no record comes to the step map/,
    ],
  },
];

describe('lint by samples tells', () => {
  let desk: Desk;
  let project: string;

  before(async () => {
    desk = new Desk();
    project = mkdtempSync(join(tmpdir(), 'stockbus-lint-'));
    assert.equal((await desk.run(['init', project])).code, 0);
  });

  after(() => {
    desk.remove();
    rmSync(project, { recursive: true, force: true });
  });

  for (const { what, flow: own = flow, tests: beside, hints } of cases) {
    it(what, async () => {
      writeFileSync(join(project, 'flows/shipments.yaml'), own);
      writeFileSync(join(project, 'flows/shipments.test.yaml'), beside);
      const { code, out, err } = await desk.run(['lint', '--config', project]);
      assert.equal(code, 0, out + err);
      const told = out.split('\n').filter((line) => line.startsWith('hint: '));
      assert.equal(told.length, hints.length, out);
      for (const [index, hint] of hints.entries()) assert.match(told[index]!, hint);
    });
  }
});
