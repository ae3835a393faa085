/** Tests of flows as their author writes and runs them. */
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Desk, root } from './cli.ts';

const flow = `flow: receipts
from: { folder: in, pattern: "r*.csv" }
read: csv
steps:
  - filter: state = "posted"
  - map:
      document: no
      at: $date(at)
      sku: $lookup("xref", item)
      location: place
      quantity: $decimal(quantity)
      unitCost: $decimal(cost)
key: no
to: stock.receive.v1
`;
const feed = `flow: feed
from: stock.changed.v1
steps:
  - map: { sku: sku, onHand: onHand, at: recordedAt }
write: json
to: { folder: out }
`;
const payload = `no,state,at,item,place,quantity,cost
R-1,posted,2026-03-01,1,BER,5,2.00
`;
const written = `# What the ERP sends.
flow: receipts
tables:
  xref: |
    item,sku
    1,TEA
tests:
  - about: a receipt adds to what is there
    stock: [{ sku: TEA, location: BER, onHand: 2, unitCost: 1 }]
    now: 2026-03-31T08:30:00Z
    payload: |
      no,state,at,item,place,quantity,cost
      R-1,posted,2026-03-01,1,BER,5,2.00
      R-2,draft,2026-03-01,1,BER,5,2.00
    expect:
      filtered: 1
      messages:
        - id: R-1
          type: stock.receive.v1
          data:
            document: R-1
            at: 2026-03-01T00:00:00.000Z
            lines: [{ sku: TEA, location: BER, quantity: 5, unitCost: "2" }]
      stock: [{ sku: TEA, location: BER, onHand: 7 }]
      sent:
        feed: |
          [
          {"sku":"TEA","onHand":"7","at":"2026-03-31T08:30:00.000Z"}
          ]
  - about: what nobody knows is parked
    input: unknown.csv
    expect:
      parked: [{ record: 1, code: LOOKUP_NOT_FOUND }]
`;

describe('stockbus test', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = new Desk();
    desk.clearFlows();
    writeFileSync(desk.path('config/tables/xref.csv'), 'item,sku\n1,COFFEE\n');
    writeFileSync(desk.path('flows/receipts.yaml'), flow);
    writeFileSync(desk.path('flows/feed.yaml'), feed);
    writeFileSync(desk.path('flows/receipts.test.yaml'), written);
    writeFileSync(desk.path('flows/unknown.csv'), payload.replace(',1,', ',2,'));
  });

  afterEach(() => desk.remove());

  const change = (from: string, to: string): void => {
    const text = readFileSync(desk.path('flows/receipts.test.yaml'), 'utf8');
    assert.ok(text.includes(from));
    writeFileSync(desk.path('flows/receipts.test.yaml'), text.replace(from, to));
  };

  it('goes from a payload to messages, stock and what subscribers get', async () => {
    const { code, out, err } = await desk.run(['test']);
    assert.deepEqual(
      { code, out, err },
      { code: 0, out: '2 tests of 1 flow passed.\nWithout a test: feed\n', err: '' },
    );
  });

  it('tells what came otherwise with its place in the test', async () => {
    change('onHand: 7', 'onHand: 8');
    change('"onHand":"7"', '"onHand":"9"');
    change('quantity: 5, unitCost', 'quantity: 6, unitCost');
    const { code, out } = await desk.run(['test', 'receipts']);
    assert.equal(code, 1);
    const lines = out.split('\n');
    assert.equal(
      lines[0],
      'FAILED flows/receipts.test.yaml:8:5 receipts: a receipt adds to what is there',
    );
    assert.match(
      out,
      /^ {2}flows\/receipts\.test\.yaml:23:\d+ messages\[0\]\.data\.lines\[0\]\.quantity is "5", expected 6$/m,
    );
    assert.match(out, /:24:\d+ stock\[0\]\.onHand is "7", expected "8"$/m);
    assert.match(out, /:26:\d+ sent\.feed differs in line 2: .*\\"onHand\\":\\"7\\"/);
    assert.match(out, /^1 of 2 tests of 1 flow failed\.$/m);
  });

  it('says why something is parked that should not be', async () => {
    change('parked: [{ record: 1, code: LOOKUP_NOT_FOUND }]', 'parked: []');
    const { code, out } = await desk.run(['test']);
    assert.equal(code, 1);
    assert.match(out, /parked has one more, \{"record":1,"code":"LOOKUP_NOT_FOUND"\}/);
    assert.match(out, /record 1 .*LOOKUP_NOT_FOUND .*xref/);
  });

  it('writes what came with --update, and leaves the rest as it was', async () => {
    change('filtered: 1', 'filtered: 3');
    appendFileSync(
      desk.path('flows/receipts.test.yaml'),
      '  - about: new # as yet\n    input: unknown.csv\n',
    );
    const updated = await desk.run(['test', '--update']);
    assert.equal(updated.code, 0, updated.err);
    assert.match(updated.out, /^flows\/receipts\.test\.yaml now expects what came/);
    const text = readFileSync(desk.path('flows/receipts.test.yaml'), 'utf8');
    assert.match(text, /^# What the ERP sends\.$/m);
    assert.match(text, /filtered: 1$/m);
    assert.match(text, /about: new # as yet/);
    assert.equal(
      (await desk.run(['test'])).out,
      '3 tests of 1 flow passed.\nWithout a test: feed\n',
    );
    assert.equal((await desk.run(['test', '--update'])).code, 0);
    assert.equal(readFileSync(desk.path('flows/receipts.test.yaml'), 'utf8'), text);
  });

  it('says what no test reaches, and fails below a threshold', async () => {
    const covered = await desk.run(['test', 'receipts', '--coverage', '--threshold', '100']);
    assert.equal(covered.code, 0, covered.out);
    assert.match(covered.out, /^5 of 5 points reached, 100 %$/m);
    change('      R-2,draft,2026-03-01,1,BER,5,2.00\n', '');
    change('filtered: 1', 'filtered: 0');
    const short = await desk.run(['test', 'receipts', '--coverage', '--threshold', '90']);
    assert.equal(short.code, 1);
    assert.match(short.out, /^4 of 5 points reached, 80 %, less than 90 %$/m);
    assert.match(short.out, /^ {2}flows\/receipts\.yaml:5:\d+ 'state = "posted"' is never false$/m);
  });

  it('says which branches and which targets of one type no test takes', async () => {
    const own = flow
      .replace('flow: receipts', 'flow: branches')
      .replace('r*.csv', 'b*.csv')
      .replace('read: csv', 'read: csv\nfunctions:\n  far(x): $x = "FAR"')
      .replace(
        'location: place',
        `location: '$far(place) ? "FAR" : (place = "BER" ? "B" : $uppercase(place)) & ""'`,
      )
      .replace('$decimal(quantity)', `'$decimal(quantity ?: "1")'`)
      .replace(
        'to: stock.receive.v1',
        'to:\n  - { when: \'$source.no = "R-1"\', type: stock.receive.v1 }\n  - { type: stock.receive.v1 }',
      );
    writeFileSync(desk.path('flows/branches.yaml'), own);
    const row = (no: string, place: string, quantity: string) =>
      `no,state,at,item,place,quantity,cost\\n${no},posted,2026-03-01,1,${place},${quantity},2.00\\n`;
    const tests = (...rows: string[]) =>
      `flow: branches\ntests:\n${rows.map((text) => `  - { payload: "${text}", expect: { filtered: 0 } }\n`).join('')}`;
    writeFileSync(desk.path('flows/branches.test.yaml'), tests(row('R-1', 'BER', '5')));
    const short = await desk.run(['test', 'branches', '--coverage']);
    assert.equal(short.code, 0, short.out + short.err);
    const told = short.out.split('\n').filter((line) => line.includes('branches.yaml:'));
    assert.deepEqual(
      told.map((line) => line.replace(/^ *flows\/branches\.yaml:(\d+):\d+/, '$1')),
      [
        `7 'state = "posted"' is never false`,
        '12 nothing takes what follows where $far(place) is true',
        '12 nothing takes what follows where the condition is false',
        '13 nothing takes what follows where quantity is false',
        `17 '$source.no = "R-1"' is never false`,
        '18 this target makes no stock.receive.v1',
      ],
    );
    writeFileSync(
      desk.path('flows/branches.test.yaml'),
      tests(row('R-1', 'BER', '5'), row('R-2', 'FAR', ''), row('R-3', 'x', '1')),
    );
    const whole = await desk.run(['test', 'branches', '--coverage', '--threshold', '90']);
    assert.equal(whole.code, 0, whole.out);
  });

  it('runs what is sound, and says what is not', async () => {
    writeFileSync(desk.path('flows/broken.yaml'), 'flow: broken\nfrm: x\n');
    const all = await desk.run(['test']);
    assert.equal(all.code, 1);
    assert.match(all.out, /^2 tests of 1 flow passed\.$/m);
    assert.match(all.err, /flows\/broken\.yaml:2:1 FLOW_UNKNOWN_FIELD 'frm'/);
    const named = await desk.run(['test', 'receipts']);
    assert.deepEqual([named.code, named.err], [0, '']);
  });

  it('names what a test says wrong with its place', async () => {
    change('payload: |', 'paylod: |');
    const { code, err } = await desk.run(['test']);
    assert.equal(code, 1);
    assert.match(err, /flows\/receipts\.test\.yaml:11:5 CONFIG_UNKNOWN_FIELD 'paylod'.*'payload'/);
    const unknown = await desk.run(['test', 'receipt']);
    assert.deepEqual(
      [unknown.code, /FLOW_UNKNOWN .*did you mean 'receipts'\?/.test(unknown.err)],
      [1, true],
    );
  });

  it('names a flow that there is not, also where its file alone is asked for, and a day that there is not', async () => {
    change('flow: receipts', 'flow: receits');
    for (const names of [[], ['receipts']]) {
      const { code, err } = await desk.run(['test', ...names]);
      assert.equal(code, 1);
      assert.match(
        err,
        /receipts\.test\.yaml:2:7 FLOW_UNKNOWN .*'receits'; did you mean 'receipts'\?/,
      );
    }
    change('flow: receits', 'flow: receipts');
    change('    input: unknown.csv', '    now: 2026-06-31T08:00:00Z\n    input: unknown.csv');
    const { code, err } = await desk.run(['test']);
    assert.equal(code, 1);
    assert.match(err, /CONFIG_BAD_VALUE '2026-06-31T08:00:00Z' is not a time such as/);
  });

  it('books what was reserved before out of the stock that was there', async () => {
    const held = `flow: receipts
payload: |
  no,state,at,item,place,quantity,cost
  R-1,posted,2026-03-01,1,BER,5,2.00
stock: [{ sku: TEA, location: BER, lot: L1, onHand: 2 }]
booked:
  - type: item.upsert.v1
    data: { sku: TEA, tracking: lot }
  - type: reservation.create.v1
    data: { reservation: R, at: 2026-03-01T00:00:00Z, lines: [{ sku: TEA, location: BER, lot: L1, quantity: "2" }] }
tables:
  xref: |
    item,sku
    1,OTHER
expect:
  stock:
    - { sku: OTHER, location: BER, onHand: 5 }
    - { sku: TEA, location: BER, lot: L1, onHand: 2, reserved: 2 }
`;
    writeFileSync(desk.path('flows/receipts.test.yaml'), held);
    const { code, out, err } = await desk.run(['test', 'receipts']);
    assert.deepEqual([code, out], [0, '1 test of 1 flow passed.\n'], err);
    const tooMuch = held.replace('quantity: "2"', 'quantity: "3"');
    writeFileSync(desk.path('flows/receipts.test.yaml'), tooMuch);
    const short = await desk.run(['test', 'receipts']);
    assert.equal(short.code, 1);
    assert.match(
      short.out,
      /what the test gives cannot be booked: a reservation is answered insufficient/,
    );
  });

  it('tests what a flow reads of its payload', async () => {
    const own = flow
      .replace('flow: receipts', 'flow: topics')
      .replace('r*.csv', 't*.csv')
      .replace('state = "posted"', '$payload.headers."x-topic" = "receipts"');
    writeFileSync(desk.path('flows/topics.yaml'), own);
    const one = (topic: string, filtered: number) =>
      `  - { payload: "${payload.replaceAll('\n', '\\n')}", headers: { X-Topic: ${topic} }, expect: { filtered: ${filtered} } }\n`;
    writeFileSync(
      desk.path('flows/topics.test.yaml'),
      `flow: topics\ntests:\n${one('receipts', 0)}${one('orders', 1)}`,
    );
    const { code, out, err } = await desk.run(['test', 'topics']);
    assert.deepEqual([code, out], [0, '2 tests of 1 flow passed.\n'], err);
  });

  it('runs the test that docs/flows.md shows', async () => {
    const docs = readFileSync(join(root, 'docs/flows.md'), 'utf8');
    const [, shown = ''] = /## Tests of flows[\s\S]*?```yaml\n([\s\S]*?)```/.exec(docs) ?? [];
    const own = new Desk();
    writeFileSync(own.path('flows/warehouse-counts.test.yaml'), shown);
    const { code, out, err } = await own.run(['test', 'warehouse-counts']);
    assert.deepEqual([code, out], [0, '1 test of 1 flow passed.\n'], err);
    own.remove();
  });

  it('runs a thousand tests of one flow', async () => {
    const one = `  - input: unknown.csv
    expect:
      messages: []
      parked: [{ record: 1, code: LOOKUP_NOT_FOUND }]
`;
    writeFileSync(
      desk.path('flows/receipts.test.yaml'),
      `flow: receipts\ntests:\n${one.repeat(1_000)}`,
    );
    const { code, out } = await desk.run(['test', 'receipts']);
    assert.equal(code, 0, out.slice(0, 500));
    assert.match(out, /^1,000 tests of 1 flow passed/m);
  });
});
