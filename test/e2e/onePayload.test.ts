/** What a payload says is known before any of it is booked: on the command line, by folder and by HTTP. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { until } from '../hubRun.ts';
import { Desk, ended, logged } from './cli.ts';

const flow = `flow: pallets
from: { folder: erp-inbox, pattern: "pallets-*.csv" }
read: { csv: { optional: [Line] } }
steps:
  - map:
      document: Doc
      at: '"2026-03-01T10:00:00Z"'
      sku: Sku
      location: '"WH"'
      quantity: $decimal(Qty)
      unitCost: '"1"'
key: Doc & "/" & Sku
to: stock.receive.v1
`;

const grouped = flow
  .replace('flow: pallets', 'flow: receipts')
  .replace('pallets-*', 'rows-*')
  .replace('key: Doc & "/" & Sku', '  - group: { by: document }\nkey: Doc');

const table = (...rows: string[]): string => `Doc,Sku,Qty\n${rows.join('\n')}\n`;

describe('one payload', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = new Desk({}, ['order-reservations']);
    writeFileSync(desk.path('flows/pallets.yaml'), flow);
    writeFileSync(desk.path('flows/receipts.yaml'), grouped);
    writeFileSync(
      desk.path('flows/stock-feed-webshop.yaml'),
      'flow: stock-feed-webshop\nfrom: stock.changed.v1\nwrite: json\nto: { folder: finance-outbox }\n',
    );
  });

  afterEach(() => desk.remove());

  /** Runs a file of these rows; its exit code and what it said. */
  const take = async (name: string, rows: readonly string[], ...options: string[]) => {
    writeFileSync(desk.path('x.csv'), table(...rows));
    return desk.run(['run', name, 'x.csv', ...options]);
  };

  const onHand = async (): Promise<Record<string, string>> => {
    const { out } = await desk.run(['export', 'stock', '--format', 'json']);
    const rows = JSON.parse(out) as { sku: string; onHand: string }[];
    return Object.fromEntries(rows.map(({ sku, onHand }) => [sku, onHand]));
  };

  it('parks alike rows, which have one key, in a dry run and in a run, and names them', async () => {
    const rows = ['R1,PALLET,48', 'R2,PALLET,5', 'R1,PALLET,48', 'R1,PALLET,48'];
    for (const dry of [true, false]) {
      const { code, out } = await take('pallets', rows, ...(dry ? ['--dry-run'] : []));
      assert.equal(code, 3);
      const would = dry ? 'would be ' : '';
      assert.ok(out.includes(`1 ${would}booked, 0 booked before, 3 ${would}parked`), out);
      assert.match(
        out,
        /x\.csv:2 record 1 KEY_REPEATED the key 'R1\/PALLET' comes 3 times .* in rows 1, 3 and 4;/,
      );
      assert.doesNotMatch(out, /Everything was booked before/);
    }
    assert.deepEqual(await onHand(), { PALLET: '5' });
  });

  it('says that everything was booked before only when it was', async () => {
    assert.equal((await take('pallets', ['R1,A,1', 'R2,A,1'])).code, 0);
    const again = await take('pallets', ['R1,A,1', 'R2,A,1']);
    assert.equal(again.code, 0);
    assert.match(again.out, /0 booked, 2 booked before, 0 parked\nEverything was booked before\./);
    const some = await take('pallets', ['R1,A,1', 'R2,A,x']);
    assert.equal(some.code, 3);
    assert.match(some.out, /0 booked, 1 booked before, 1 parked/);
    assert.doesNotMatch(some.out, /Everything/);
  });

  it('makes one document of rows that stand apart, or parks all of them', async () => {
    const good = await take('receipts', ['R1,A,1', 'R2,B,2', 'R1,C,3']);
    assert.match(good.out, /3 records read, 0 filtered, 2 messages made\n {2}2 booked/);
    assert.deepEqual(await onHand(), { A: '1', B: '2', C: '3' });
    const bad = await take('receipts', ['R3,A,1', 'R4,B,2', 'R3,C,many']);
    assert.match(bad.out, /1 booked, 0 booked before, 1 parked/);
    assert.deepEqual(await onHand(), { A: '1', B: '4', C: '3' });
  });

  it('shows every fault of a record, not the first', async () => {
    writeFileSync(
      desk.path('flows/pallets.yaml'),
      flow.replace(`'"2026-03-01T10:00:00Z"'`, '$date(Sku, "dd.MM.yyyy")'),
    );
    for (const dry of [['--dry-run'], []]) {
      const { out } = await take('pallets', ['R1,A,many'], ...dry);
      assert.match(out, /EXPR_NOT_DECIMAL "many"/);
      assert.match(out, /EXPR_NOT_DATE "A"/);
    }
  });

  it('counts the answers to reservations apart from what is booked', async () => {
    await take('pallets', ['R1,ESP-1KG,10']);
    const hold = (order: string, quantity: number) => ({
      event: 'reserve',
      order,
      at: '2026-03-18T08:12:00Z',
      lines: [{ line: 1, sku: 'ESP-1KG', warehouse: 'WH', quantity: String(quantity) }],
    });
    const events = [hold('SO-1', 4), hold('SO-2', 400), hold('SO-3', 4)];
    writeFileSync(desk.path('holds.json'), JSON.stringify({ events }));
    for (const dry of [true, false]) {
      const line = ['run', 'order-reservations', 'holds.json', ...(dry ? ['--dry-run'] : [])];
      const { code, out } = await desk.run(line);
      const would = dry ? 'would be ' : '';
      assert.ok(
        out.includes(
          `2 ${would}booked, 1 ${would}answered insufficient, 0 booked before, 0 ${would}parked\n  insufficient: more was asked than is there`,
        ),
        out,
      );
      assert.match(out, /^ {4}SO-2, create: ESP-1KG at WH: 400 asked, 6 available$/m);
      assert.match(out, /To try again when stock is there, reserve under another number/);
      assert.equal(code, 3);
    }
    // The same again is answered as before: it was never booked.
    for (const dry of [['--dry-run'], []]) {
      const { code, out } = await desk.run(['run', 'order-reservations', 'holds.json', ...dry]);
      assert.match(
        out,
        /0 (would be )?booked, 1 answered before, 2 booked before, 0 (would be )?parked/,
      );
      assert.match(out, /^ {4}SO-2, create: ESP-1KG at WH: 400 asked, 6 available$/m);
      assert.doesNotMatch(out, /Everything was booked before/);
      assert.equal(code, 3);
    }
    // What an order holds leaves in parts; what moves nothing says so.
    const part = (shipment: string, quantity: string) => {
      const lines = [{ line: 1, quantity }];
      return {
        event: 'ship',
        order: 'SO-1',
        at: '2026-03-18T09:12:00Z',
        shipment,
        lines,
        partial: true,
      };
    };
    const change = { ...hold('SO-1', 400), event: 'change', change: 1 };
    const shipped = [
      part('LS-1', '3'),
      part('LS-2', '2'),
      change,
      part('LS-3', '1'),
      part('LS-4', '1'),
    ];
    writeFileSync(desk.path('parts.json'), JSON.stringify({ events: shipped }));
    const { out } = await desk.run(['run', 'order-reservations', 'parts.json']);
    const answers = ['already_committed', 'exceeds_reserved', 'insufficient'];
    const counts = answers.map((answer) => `1 answered ${answer}`).join(', ');
    assert.ok(out.includes(`2 booked, ${counts}, 0 booked before, 0 parked`), out);
    assert.match(out, /exceeds_reserved: it is more than is held; it booked nothing/);
    const { out: again } = await desk.run(['run', 'order-reservations', 'parts.json']);
    assert.match(again, /0 booked, 3 answered before, 2 booked before/);
    assert.match(again, /^ {4}SO-1, update: ESP-1KG at WH: \d+ asked, 2 available$/m);
  });

  it('refuses a payload of which too much is wrong, and books nothing of it', async () => {
    const bad = Array.from({ length: 10_001 }, (_, index) => `R${index},A,x`);
    const run = await take('pallets', ['R,A,1', ...bad]);
    assert.deepEqual([run.code, run.out], [1, '']);
    assert.match(run.err, /PAYLOAD_REFUSED more than 10000 of its records .* EXPR_NOT_DECIMAL/);
    const body = table('R,A,1', ...bad);
    mkdirSync(desk.path('data/inbox/erp'), { recursive: true });
    writeFileSync(desk.path('data/inbox/erp/pallets-1.csv'), body);
    const hub = desk.spawn(['start'], { STOCKBUS_LOG_FORMAT: 'json', STOCKBUS_LOG: 'info' });
    try {
      const failed = logged(hub, 'folder.file_failed');
      const { address } = await logged(hub, 'hub.started');
      const answer = await fetch(`${address}/v1/flows/pallets`, { method: 'POST', body });
      const problem = (await answer.json()) as { code: string; faults: { code: string }[] };
      assert.deepEqual([answer.status, problem.code], [422, 'PAYLOAD_REFUSED']);
      assert.equal(problem.faults.length, 20);
      assert.ok(problem.faults.every(({ code }) => code === 'EXPR_NOT_DECIMAL'));
      assert.equal((await failed).code, 'PAYLOAD_REFUSED');
      const parked = await until('the file', async () => {
        const answer = await fetch(`${address}/v1/parked`);
        const { rows } = (await answer.json()) as { rows: Record<string, string>[] };
        return rows.length > 0 && rows;
      });
      const told = parked.map(({ name, stage, code }) => [name, stage, code]);
      const file = ['pallets-1.csv', 'payload', 'PAYLOAD_REFUSED'];
      assert.deepEqual(told, [file], 'who sent the request has the answer');
    } finally {
      hub.kill('SIGTERM');
      await ended(hub);
    }
    const reason = readFileSync(desk.path('data/inbox/erp/failed/pallets-1.csv.error.txt'), 'utf8');
    assert.match(reason, /EXPR_NOT_DECIMAL/);
    assert.equal((await desk.run(['stock'])).out.includes('A '), false);
    assert.deepEqual(readdirSync(desk.path('data/spool')), []);
  });
});
