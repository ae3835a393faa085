/** Tests and trials of flows end as the hub would: what it parks, hides or cannot write, they do. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { Desk } from './cli.ts';

const map = `document: no
      at: $date(at)
      sku: item
      location: place
      quantity: quantity`;
const receipts = (read: string, more = '') => `flow: receipts
from: { folder: in, pattern: "r*.csv" }
read: ${read}
steps:
  - map:
      ${map}${more}
key: no
to: stock.receive.v1
`;
const head = 'no,at,item,place,quantity';
const row = (no: string, item = 'TEA') => `${no},2026-03-01,${item},BER,5`;
const textOf = (lines: readonly string[]) =>
  JSON.stringify(lines.map((one) => `${one}\n`).join(''));
const testOf = (flow: string, tests: readonly string[]) =>
  `flow: ${flow}\ntests:\n${tests.map((one) => `  - ${one}\n`).join('')}`;

describe('a test of a flow', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = new Desk();
    desk.clearFlows();
  });

  afterEach(() => desk.remove());

  const write = (files: Record<string, string>): void => {
    for (const [name, text] of Object.entries(files))
      writeFileSync(desk.path(`flows/${name}`), text);
  };
  const passes = async (...names: string[]): Promise<string> => {
    const { code, out, err } = await desk.run(['test', ...names]);
    assert.equal(code, 0, out + err);
    return out;
  };

  for (const [what, booked] of [
    ['without books', ''],
    ['with books', ', stock: []'],
  ]) {
    it(`${what} parks and refuses what intake does`, async () => {
      const footer = `csv: { footer: '^END,(\\d+)' }`;
      const one = (lines: readonly string[], expect: string) =>
        `{ payload: ${textOf(lines)}${booked}, expect: { ${expect} } }`;
      write({
        'receipts.yaml': receipts(`{ ${footer} }`),
        'receipts.test.yaml': testOf('receipts', [
          one(
            [head, row('R1'), row('R2'), row('R1', 'CUP'), 'END,3'],
            'messages: [{ id: R2, type: stock.receive.v1, data: { document: R2, at: 2026-03-01T00:00:00.000Z, lines: [{ sku: TEA, location: BER, quantity: 5 }] } }], parked: [{ record: 1, code: KEY_REPEATED }, { record: 3, code: KEY_REPEATED }]',
          ),
          one([head, row('R1'), 'END,2'], 'messages: [], refused: CSV_FOOTER'),
          one(
            [head, row('R1'), row('R2', 'T\u0000EA'), 'END,2'],
            'parked: [{ record: 2, code: NAME_BAD_CHARACTER }]',
          ),
        ]),
      });
      await passes();
    });

    it(`${what} takes what comes before the rest that cannot be read`, async () => {
      const json = (text: string) => JSON.stringify(text);
      write({
        'receipts.yaml': receipts('json').replace('r*.csv', 'r*.json'),
        'receipts.test.yaml': testOf('receipts', [
          `{ payload: ${json('[{"no":"R1","at":"2026-03-01","item":"TEA","place":"BER","quantity":"5"},{"no"')}${booked}, expect: { messages: [{ id: R1, type: stock.receive.v1, data: { document: R1, at: 2026-03-01T00:00:00.000Z, lines: [{ sku: TEA, location: BER, quantity: 5 }] } }], refused: JSON_SYNTAX } }`,
        ]),
      });
      await passes();
    });
  }

  it('reads of a request what a flow may read of it', async () => {
    const headers = '$payload.headers';
    const name = (header: string) => `$exists(${headers}.\`${header}\`) ? "seen" : "hidden"`;
    write({
      'receipts.yaml': receipts(
        'csv',
        `\n      reference: '${name('authorization')}'
      partner: '${name('x-api-key')} & "/" & (${name('x-event-key')})'
      reason: ${headers}.\`x-topic\``,
      ),
      'receipts.test.yaml': testOf('receipts', [
        `{ payload: ${textOf([head, row('R1')])}, headers: { Authorization: Bearer x, X-Api-Key: k, X-Event-Key: e, X-Topic: t }, expect: { messages: [{ id: R1, type: stock.receive.v1, data: { document: R1, at: 2026-03-01T00:00:00.000Z, reference: hidden, partner: hidden/seen, reason: t, lines: [{ sku: TEA, location: BER, quantity: 5 }] } }] } }`,
        `{ payload: ${textOf([head, row('Rü')])}, headers: { Content-Type: text/csv; charset=windows-1252 }, expect: { messages: [], refused: ENCODING_CONFLICT } }`,
      ]),
    });
    await passes();
  });

  it('tells what a subscription refuses of what was booked', async () => {
    write({
      'receipts.yaml': receipts('csv'),
      'feed.yaml': `flow: feed
from: stock.changed.v1
steps:
  - validate: [{ rule: sku != "CUP", message: no cups }]
  - map: { sku: sku, onHand: onHand }
write: { csv: { encoding: us-ascii } }
to: { folder: out }
`,
      'receipts.test.yaml': testOf('receipts', [
        `{ payload: ${textOf([head, row('R1', 'CUP'), row('R2')])}, expect: { parked: [{ flow: feed, record: 1, code: RECORD_INVALID }], sent: { feed: "sku,onHand\\r\\nTEA,5\\r\\n" } } }`,
        `{ payload: ${textOf([head, row('R1', 'TÉ')])}, expect: { parked: [{ flow: feed, code: TEXT_NOT_ENCODABLE }], sent: { feed: "" } } }`,
      ]),
    });
    const { out } = await desk.run(['test', 'receipts']);
    assert.match(out, /2 tests of 1 flow passed/, out);
    write({
      'receipts.test.yaml': testOf('receipts', [
        `{ payload: ${textOf([head, row('R1', 'CUP')])}, expect: { sent: { feed: "" } } }`,
      ]),
    });
    const green = await desk.run(['test', 'receipts']);
    assert.equal(green.code, 1);
    assert.match(
      green.out,
      /parked has one more, \{"flow":"feed","record":1,"code":"RECORD_INVALID"\}/,
    );
    assert.match(green.out, /RECORD_INVALID .*no cups/);
  });

  it('writes as the hub does: in its batches, its bytes, and with the days of a report', async () => {
    write({
      'feed.yaml': `flow: feed
from: stock.changed.v1
batch: 2
steps:
  - map: { sku: sku }
write: { csv: { encoding: windows-1252, replace: "?", trailer: ["{count} of it"] } }
to: { folder: out }
`,
      'feed.test.yaml': `flow: feed
events:
${['A', 'É', '日'].map((sku) => `  - { specversion: "1.0", id: e, source: s, type: stock.changed.v1, data: { sku: ${sku} } }\n`).join('')}expect:
  text: "sku\\r\\nA\\r\\nÉ\\r\\n2 of it\\r\\nsku\\r\\n?\\r\\n1 of it\\r\\n"
`,
      'value.yaml': `flow: value
from: { schedule: "0 6 * * 1" }
query: { ledger: { period: 2026-02 } }
steps:
  - map: { sku: sku, document: document }
write: { csv: { preamble: ["{date:yyyyMMdd};{since};{asOf}"], trailer: ["{count:3}"] } }
to: { folder: out }
`,
      'value.test.yaml': testOf('value', [
        `{ now: 2026-03-31T08:30:00Z, rows: [{ sku: TEA, document: R1 }], expect: { text: "20260331;2026-02-01;2026-02-28\\r\\nsku,document\\r\\nTEA,R1\\r\\n001\\r\\n" } }`,
        `{ now: 2026-03-31T08:30:00Z, rows: [], expect: { text: "20260331;2026-02-01;2026-02-28\\r\\nsku,document\\r\\n000\\r\\n" } }`,
      ]),
      'rows.json': '[{ "sku": "TEA", "document": "R1" }]',
    });
    await passes();
    const tried = await desk.run(['try', 'value', 'flows/rows.json']);
    assert.equal(tried.code, 0, tried.err);
    assert.match(tried.out, /^\d{8};2026-02-01;2026-02-28\r?\nsku,document\r?\nTEA,R1\r?\n001$/m);
  });

  it('is tried as it is tested', async () => {
    write({
      'receipts.yaml': receipts('csv'),
      'r.csv': [head, row('R1'), row('R2'), row('R1', 'CUP')].map((line) => `${line}\n`).join(''),
    });
    const { code, out } = await desk.run(['try', 'receipts', 'flows/r.csv', '--all']);
    assert.equal(code, 3);
    assert.equal(out.match(/^parked: .*KEY_REPEATED .*'R1' comes 2 times/gm)?.length, 2, out);
    assert.equal(out.match(/^stock\.receive\.v1 R/gm)?.length, 1);
  });
});
