/** What a person on call does about what is parked: found by its order, corrected, tried, sent again, ticked off. */
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { HubFolder, HubProcess } from '../HubProcess.ts';
import { until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';
import { Desk } from './cli.ts';

const FLOW = `from: { folder: in, pattern: "*.csv" }
read: { csv: {} }
steps:
  - map:
      sku: $lookup("items", Item)
      location: Whse
      quantity: $decimal(Qty)
      unitCost: Price
      currency: '"EUR"'
      document: PO
      at: Day & "T10:00:00Z"
key: PO & "/" & Item & "/" & Qty
to: stock.receive.v1
`;
const TELLS = `from: stock.changed.v1
steps:
  - map: { sku: sku, now: onHand }
write: { csv: {} }
to: { folder: out, name: "x.csv" }
`;
const ROWS = [
  'PO,Item,Whse,Qty,Price,Day',
  'PO-1,one,BER,5,2.50,2026-03-01',
  'PO-77,eno,BER,4,3.00,2026-03-01',
  'PO-78,eno,BER,6,3.00,2026-03-02',
  'PO-79,one,BER,many,3.00,2026-03-02',
];

describePairs('work on what is parked', (pair) => {
  let desk: Desk;
  let place: Workplace;

  beforeEach(async () => {
    place = await pair.workplace();
    desk = new Desk(place.env);
    desk.clearFlows();
    const { STOCKBUS_BROKER: broker, STOCKBUS_STORE: store } = place.env;
    if (broker && store) {
      const config = desk.path('config/hub.yaml');
      appendFileSync(config, `broker: ${broker}\nstore: ${store}\n`);
    }
    mkdirSync(desk.path('config/tables'), { recursive: true });
    writeFileSync(desk.path('config/tables/items.csv'), 'key,value\none,A-1\n');
    writeFileSync(desk.path('flows/receipts.yaml'), FLOW);
    writeFileSync(desk.path('flows/shop.yaml'), TELLS);
    writeFileSync(desk.path('march.csv'), `${ROWS.join('\n')}\n`);
    const taken = await desk.run(['run', 'receipts', 'march.csv']);
    assert.equal(taken.code, 3, taken.err);
  });

  afterEach(async () => {
    desk.remove();
    await place.remove([commandQueue(0)]);
  });

  const json = async (...args: string[]) => {
    const { out } = await desk.run([...args, '--format', 'json']);
    const lines = out.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  const idOf = async (find: string): Promise<string> => {
    const [row, ...more] = await json('parked', 'list', '--find', find);
    assert.deepEqual(more, []);
    return String(row?.id);
  };

  it('finds it by its order, corrects, tries and replays it, once', async () => {
    const id = await idOf('po-77');
    const corrected = await desk.run(['parked', 'correct', id, 'Item=one']);
    assert.equal(corrected.code, 0, corrected.err);
    const shown = await desk.run(['parked', 'show', id]);
    assert.match(shown.out, /Done: .* cli:\S+ corrected\n +Item: "eno" -> "one"/);
    const tried = await desk.run(['parked', 'replay', id, '--dry-run']);
    assert.equal(tried.code, 0, tried.err);
    assert.match(tried.out, /1 would be booked/);
    assert.match(tried.out, /stock of A-1 BER: 5 -> 9/);
    assert.match(tried.out, /value of A-1 in \S*: 12\.50 -> 24\.50/);
    assert.match(tried.out, /shop would be sent 1 record:\n +sku,now\n +A-1,9\n/);
    const replayed = await desk.run(['parked', 'replay', id]);
    assert.equal(replayed.code, 0, replayed.err);
    assert.match(replayed.out, /1 record sent again/);
    const again = await desk.run(['parked', 'replay', id]);
    assert.equal(again.code, 1);
    assert.match(again.err, /CASE_CLOSED .* is resolved/);
    assert.match((await desk.run(['parked', 'show', id])).out, /To do: +nothing: it is resolved/);
    const stock = await desk.run(['stock', 'A-1', '--format', 'csv']);
    assert.match(stock.out, /A-1,BER.*\b9\b/);
    assert.deepEqual(await json('parked', 'list', '--find', 'PO-77'), []);
    assert.equal((await json('parked', 'list', '--state', 'resolved')).length, 1);
    assert.equal((await desk.run(['verify'])).code, 0);
  });

  it('groups by cause, and works on all that a filter finds', async () => {
    const groups = await json('parked', 'groups');
    assert.deepEqual(
      groups.map(({ code, count }) => [code, count]),
      [
        ['LOOKUP_NOT_FOUND', 2],
        ['EXPR_NOT_DECIMAL', 1],
      ].map(([code, count]) => [code, count]),
    );
    // The table is mended, and the same rows are sent again.
    writeFileSync(desk.path('config/tables/items.csv'), 'key,value\none,A-1\neno,A-1\n');
    const records = (await json('parked', 'list')).map(({ record }) => record);
    assert.deepEqual(records, ['2', '3', '4'], 'as they stand in the file');
    const tried = await desk.run(['parked', 'replay', '--all', '--dry-run']);
    assert.equal(tried.code, 3);
    assert.match(tried.out, /3 records tried, .*: 2 would be booked, .* 1 would be parked;/);
    const nothing = await desk.run(['parked', 'replay']);
    assert.equal(nothing.code, 2);
    const rest = await desk.run(['parked', 'replay', '--code', 'LOOKUP_NOT_FOUND', '--most', '1']);
    assert.match(rest.out, /1 record sent again\.\n1 more wait/);
    const all = await desk.run(['parked', 'replay', '--flow', 'receipts', '--rate', '60000']);
    assert.equal(all.code, 3, all.err);
    assert.match(all.out, /2 records sent again; 1 of them parked again/);
    const left = await json('parked', 'list');
    assert.deepEqual(
      left.map(({ code, state }) => [code, state]),
      [['EXPR_NOT_DECIMAL', 'open']],
    );
    const why = await desk.run(['parked', 'dismiss', '--code', 'EXPR_NOT_DECIMAL']);
    assert.equal(why.code, 2);
    const dismissed = await desk.run([
      'parked',
      'dismiss',
      String(left[0]!.id),
      '--reason',
      'typed by hand',
    ]);
    assert.equal(dismissed.code, 0, dismissed.err);
    assert.deepEqual(await json('parked', 'list'), []);
    const [one] = await json('parked', 'list', '--state', 'dismissed');
    const shown = await desk.run(['parked', 'show', String(one?.id)]);
    assert.match(shown.out, /parked again/);
    assert.match(shown.out, /dismissed: typed by hand/);
    assert.match((await desk.run(['stock', 'A-1', '--format', 'csv'])).out, /A-1,BER.*\b15\b/);
    // Who did it, and why; what the hub did by itself is not among it.
    const told = (await desk.run(['audit-trail', '--format', 'json'])).out;
    const rows = JSON.parse(told) as Record<string, unknown>[];
    const acts = rows.map(({ actor, did, reason }) => {
      assert.match(String(actor), /^cli:/);
      return reason === '' ? did : `${did}: ${reason}`;
    });
    assert.deepEqual(acts, [
      ...Array.from({ length: 3 }, () => 'parked.replayed'),
      'parked.dismissed: typed by hand',
    ]);
    const checked = await desk.run(['verify']);
    const end = /the last is (4:[0-9a-f]{64})/.exec(checked.out)?.[1];
    assert.equal((await desk.run(['verify', '--expect-trail', end!])).code, 0);
    const other = await desk.run(['verify', '--expect-trail', end!.replace(/.$/, 'x')]);
    assert.equal(other.code, 2);
    const cut = await desk.run(['verify', '--expect-trail', end!.replace('4:', '5:')]);
    assert.match(cut.out, /audit trail\) trail: it ends with entry 4, and there was an entry 5/);
  });

  it('lists what a flow left that is gone, and refuses a slip of the pen', async () => {
    rmSync(desk.path('flows/receipts.yaml'));
    const id = await idOf('PO-77');
    assert.equal((await json('parked', 'list', '--flow', 'receipts')).length, 3);
    assert.equal((await desk.run(['parked', 'show', id])).code, 0);
    const replayed = await desk.run(['parked', 'replay', id]);
    assert.match(replayed.err, /REPLAY_UNFIT the flow 'receipts'.* is not here any more/);
    assert.equal((await json('parked', 'list', '--flow', 'receipts')).length, 3);
    const assigned = await desk.run(['parked', 'assign', id, '--to', 'anna']);
    assert.equal(assigned.code, 0, assigned.err);
    assert.match((await desk.run(['parked', 'list'])).out, /assigned to anna/);
    writeFileSync(desk.path('flows/receipts.yaml'), FLOW);
    const slip = await desk.run(['parked', 'list', '--flow', 'receipt']);
    assert.match(slip.err, /FLOW_UNKNOWN .*did you mean 'receipts'/);
  });

  it('refuses corrections that fit nothing', async () => {
    const id = await idOf('PO-77');
    for (const [args, why] of [
      [['Item=eno'], /nothing changes by it/],
      [['lines[0].sku=A'], /there is no 'lines\[0\]\.sku'/],
      [[], /nothing to correct/],
      [['Item'], /'Item' is no FIELD=VALUE/],
    ] as const) {
      const refused = await desk.run(['parked', 'correct', id, ...args]);
      assert.match(refused.err, why);
      assert.notEqual(refused.code, 0);
    }
    writeFileSync(desk.path('row.json'), JSON.stringify({ PO: 'PO-77', Item: 'one' }));
    const whole = await desk.run(['parked', 'correct', id, '--record', 'row.json']);
    assert.equal(whole.code, 0, whole.err);
    const tried = await desk.run(['parked', 'replay', id, '--dry-run']);
    assert.equal(tried.code, 3);
    assert.match(tried.out, /1 would be parked/);
  });
});

const PARKED = 60;

describePairs(`kill -9 in the middle of a replay of ${PARKED} parked records`, (pair) => {
  let place: Workplace;
  let folder: HubFolder;
  let hub: HubProcess;

  before(async function () {
    this.timeout(180_000);
    place = await pair.workplace();
    folder = new HubFolder(
      {
        'config/hub.yaml': 'stock: { currency: EUR }\n',
        'flows/receipts.yaml': `flow: receipts\n${FLOW.replace(/from: .*/, 'from: http').replace('$lookup("items", Item)', 'Item')}`,
      },
      place.data,
    );
    hub = await start();
  });

  after(async function () {
    this.timeout(180_000);
    if (this.test?.parent?.tests.some((test) => test.isFailed())) process.stdout.write(hub.tail());
    await hub.end('SIGKILL');
    folder.remove();
    await place.remove([commandQueue(0)]);
  });

  const start = () => HubProcess.start(folder, [], [], place.env);
  const work = (what: string, body: object = {}) =>
    fetch(`${hub.url}/v1/parked/${what}`, { method: 'POST', body: JSON.stringify(body) });
  const count = async (state: string): Promise<number> => {
    const answer = await fetch(`${hub.url}/v1/parked?limit=1000&state=${state}`);
    return ((await answer.json()) as { rows: unknown[] }).rows.length;
  };
  const sent = async (): Promise<number> => (await count('replayed')) + (await count('resolved'));

  it('books each once, and leaves each as what it is', async function () {
    this.timeout(180_000);
    const rows = Array.from({ length: PARKED }, (_, row) => `PO-${row},A-1,BER,no,1.00,2026-03-01`);
    const payload = `${ROWS[0]}\n${rows.join('\n')}\n`;
    assert.equal((await hub.post('receipts', payload, 'text/csv')).status, 202);
    await until('all parked', async () => (await count('open')) === PARKED, 60_000);
    const corrected = await work('correct?field=quantity', { set: { Qty: '2' } });
    assert.deepEqual(await corrected.json(), { done: PARKED, failed: 0, left: 0 });
    for (const enough of [15, 35]) {
      const cut = work('replay?all=true&rate=3600', { by: 'night' }).catch(() => 'cut short');
      await until(`${enough} sent`, async () => (await sent()) >= enough, 60_000);
      await hub.end('SIGKILL');
      assert.equal(await cut, 'cut short', 'it was still at work');
      hub = await start();
      assert.ok((await count('waiting')) > 0);
    }
    const rest = (await (await work('replay?all=true', { by: 'night' })).json()) as Work;
    assert.deepEqual([rest.failed, rest.left], [0, 0]);
    await until('all resolved', async () => (await count('resolved')) === PARKED, 60_000);

    const entries = await fetch(`${hub.url}/v1/ledger?sku=A-1&limit=1000`);
    const booked = ((await entries.json()) as { rows: { document: string; quantity: string }[] })
      .rows;
    assert.equal(booked.length, PARKED);
    assert.equal(new Set(booked.map(({ document }) => document)).size, PARKED);
    const stock = await fetch(`${hub.url}/v1/stock?sku=A-1`);
    const [balance] = ((await stock.json()) as { rows: { onHand: string }[] }).rows;
    assert.equal(balance?.onHand, String(2 * PARKED));
    assert.equal(await hub.end(), 0);
  });
});

interface Work {
  done: number;
  failed: number;
  left: number;
}
