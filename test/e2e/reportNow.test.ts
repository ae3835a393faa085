/** Reports that are asked for on the command line, and not by their schedule. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { xlsx } from '../../core/codecs/xlsx.ts';
import type { RecordValue } from '../../core/ports.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { sqlite } from '../../core/stores/sqlite.ts';
import { codecWith, readAll, values } from '../contract/codec/readAll.ts';
import { readParquet } from '../pyarrow.ts';
import { Desk, ended, logged, root } from './cli.ts';

const RECEIPTS = `flow: erp-purchase-receipts
from: { folder: erp-inbox, pattern: "receipts-*.csv" }
read: csv
steps:
  - map: { document: no, at: $date(at), sku: sku, quantity: $decimal(qty), unitCost: $decimal(cost), const: { location: BER } }
key: no
to: stock.receive.v1
`;

describe('a report on demand', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = new Desk({}, ['erp-purchase-receipts', 'finance-postings', 'valuation-daily']);
  });

  afterEach(() => desk.remove());

  it('is written by `stockbus run`, with the postings of the month before in a row each', async () => {
    const day = new Date();
    day.setUTCDate(0);
    const posted = day.toISOString().slice(0, 10);
    writeFileSync(desk.path('flows/erp-purchase-receipts.yaml'), RECEIPTS);
    writeFileSync(
      desk.path('receipts.csv'),
      `no,at,sku,qty,cost\nWE-1,${posted},TEA-100,2,1.25\nWE-2,2026-01-01,TEA-100,1,9\n`,
    );
    assert.equal((await desk.run(['run', 'erp-purchase-receipts', 'receipts.csv'])).code, 0);
    const written = await desk.run(['run', 'finance-postings']);
    assert.deepEqual(
      [written.code, written.out],
      [0, 'finance-postings was written to finance-outbox.\n'],
      written.err,
    );
    const outbox = desk.path('data/outbox/finance');
    const [file = ''] = readdirSync(outbox).filter((name) => !name.startsWith('.'));
    assert.match(file, /^postings-\d{8}-1\.csv$/);
    const [, month, date] = posted.split('-');
    assert.deepEqual(readFileSync(`${outbox}/${file}`, 'latin1').split('\r\n').slice(1), [
      'Amount;Currency;Account;Contra;Date;Document;Text',
      `2,50;EUR;1400;2150;${date}${month};WE-1;receive TEA-100`,
      'END;1',
      '',
    ]);
    const january = await desk.run(['run', 'finance-postings', '--on', '2026-02-01']);
    assert.equal(january.code, 0, january.err);
    assert.match(
      readFileSync(`${outbox}/${file.replace('-1.csv', '-2.csv')}`, 'latin1'),
      /^"POSTINGS";20260101;20260131;"EUR"\r\n.*\r\n9,00;EUR;1400;2150;0101;WE-2;receive TEA-100\r\n/,
    );
    const half = readFileSync(desk.path('flows/finance-postings.yaml'), 'utf8').replace(
      'period: last month',
      'period: last month, account: "1400"',
    );
    writeFileSync(desk.path('flows/finance-postings.yaml'), half);
    const without = await desk.run(['run', 'finance-postings']);
    assert.equal(without.code, 3);
    assert.match(without.out, /written to finance-outbox, without 1 row that its steps refused/);
    assert.match(without.err, /PAIR_BROKEN/);
  });

  it('takes no file, and a flow into stock takes one', async () => {
    const withFile = await desk.run(['run', 'valuation-daily', 'x.csv']);
    assert.equal(withFile.code, 2);
    assert.match(withFile.err, /the report 'valuation-daily' reads the books, and takes no file/);
    const dry = await desk.run(['run', 'valuation-daily', '--dry-run']);
    assert.match(dry.err, /write 'stockbus try valuation-daily'/);
    const noDay = await desk.run(['run', 'valuation-daily', '--on', 'monday']);
    assert.equal(noDay.code, 2);
    assert.match(noDay.err, /'monday' is no day; write one such as 2026-03-31/);
    const without = await desk.run(['run', 'erp-purchase-receipts']);
    assert.equal(without.code, 2);
    assert.match(without.err, /the flow 'erp-purchase-receipts' takes a FILE/);
  });

  it('tells which were written by their schedules, for people and for programs', async () => {
    assert.equal((await desk.run(['run', 'finance-postings'])).code, 0);
    const store = await sqlite.open(`file:${desk.path('data')}`, systemRuntime());
    const row = (state: string, body: object) => ({
      ...{ state, since: '2026-04-01T02:00:00.000Z', words: ['finance-postings'] },
      body: JSON.stringify({ v: 1, attempts: 1, ...body }),
    });
    const made = { at: '2026-04-01T02:00:01.000Z', pieces: 1, bytes: 120, sha256: 'ab' };
    const fault = { code: 'HTTP_FAILED', message: 'no' };
    await store.changeControl('x', [
      { kind: 'run', id: 'a', expected: '', row: row('written', { made, writtenAt: made.at }) },
      { kind: 'run', id: 'b', expected: '', row: row('failed', { fault }) },
    ]);
    await store.close();
    const all = await desk.run(['runs']);
    assert.match(all.out, /^Report +Due +State +Written +Bytes/);
    assert.match(all.out, /finance-postings +2026-04-01T02:00:00.000Z +failed .* HTTP_FAILED no/);
    const failed = await desk.run([
      'runs',
      'finance-postings',
      '--state',
      'written',
      '--format',
      'json',
    ]);
    assert.deepEqual(JSON.parse(failed.out), {
      ...{ flow: 'finance-postings', due: '2026-04-01T02:00:00.000Z', state: 'written' },
      ...{ sha256: 'ab', bytes: '120', writtenAt: made.at, attempts: '1', code: '', message: '' },
    });
    assert.match((await desk.run(['runs', 'other'])).err, /There are no such runs/);
  });

  it('begins no other by its schedule, and leaves that to a hub that stays', async () => {
    writeFileSync(
      desk.path('flows/valuation-daily.yaml'),
      'flow: valuation-daily\nfrom: { schedule: "* * * * *" }\nquery: valuation\nwrite: csv\nto: { folder: finance-outbox }\n',
    );
    writeFileSync(desk.path('flows/erp-purchase-receipts.yaml'), RECEIPTS);
    writeFileSync(desk.path('r.csv'), 'no,at,sku,qty,cost\nWE-1,2026-01-01,TEA-100,2,1.25\n');
    const { code, err } = await desk.run(['run', 'erp-purchase-receipts', 'r.csv']);
    assert.equal(code, 0, err);
    const store = await sqlite.open(`file:${desk.path('data')}`, systemRuntime());
    // A hub that fires schedules notes that it has looked.
    assert.deepEqual(await store.control('schedule', ['valuation-daily']), []);
    await store.close();
  });
});

describe('finance pulls what the stock is worth', function () {
  this.timeout(60_000);
  const EXAMPLE = join(root, 'examples/finance');
  const readme = readFileSync(join(EXAMPLE, 'README.md'), 'utf8');
  let desk: Desk;

  before(() => {
    desk = new Desk();
    for (const name of ['config', 'flows']) rmSync(desk.path(name), { recursive: true });
    cpSync(EXAMPLE, desk.folder, { recursive: true });
  });

  after(() => desk.remove());

  const bookOf = async (bytes: Uint8Array) =>
    values(await readAll(codecWith(xlsx), bytes)) as RecordValue[];
  const worth = [
    { sku: '00123', quantity: '40', value: '380', unitCost: '9.5' },
    { sku: 'POT-1L', quantity: '7', value: '84.86', unitCost: '12.122857' },
  ];
  const exact = [
    { sku: '00123', quantity: '40.000000', value: '380.000000', unitCost: '9.500000' },
    { sku: 'POT-1L', quantity: '7.000000', value: '84.860000', unitCost: '12.122857' },
  ];
  const shown = (rows: readonly RecordValue[]) =>
    rows.map(({ sku, quantity, value, unitCost }) => ({ sku, quantity, value, unitCost }));

  it('by the commands of the example', async () => {
    const console = /```console\n([\s\S]*?)```/.exec(readme)![1]!;
    const steps = console.split(/^\$ npx stockbus /m).slice(1);
    assert.equal(steps.length, 5);
    for (const step of steps) {
      const [line = '', ...says] = step.trimEnd().split('\n');
      const { code, out, err } = await desk.run(line.split(' '));
      assert.equal(code, 0, line + err);
      for (const said of says) assert.ok(out.includes(said), `${line}\n${out}`);
    }
    assert.deepEqual(shown(await bookOf(readFileSync(desk.path('valuation.xlsx')))), worth);
    assert.deepEqual(shown((await readParquet(desk.path('valuation.parquet'))).rows), exact);
    const [journal = '', book = ''] = readdirSync(desk.path('data/finance'))
      .filter((name) => !name.startsWith('.'))
      .toSorted();
    assert.match(`${journal} ${book}`, /^journal-\d{6}\.parquet valuation-\d{8}\.xlsx$/);
    assert.deepEqual(shown(await bookOf(readFileSync(desk.path('data/finance', book)))), worth);
    const { types, rows } = await readParquet(desk.path('data/finance', journal));
    assert.deepEqual(
      [types.posted, types.at, types.credit],
      ['date32[day]', 'timestamp[us, tz=UTC]', 'decimal128(38, 6)'],
    );
    assert.deepEqual(rows.map(({ posted, credit }) => `${posted} ${credit}`).toSorted(), [
      ...['2026-01-02 0.000000', '2026-01-02 0.000000'],
      ...['2026-01-02 380.000000', '2026-01-02 84.860000'],
    ]);
  });

  it('by the addresses of the example', async () => {
    const hub = desk.spawn(['start']);
    const end = ended(hub);
    const { address } = await logged(hub, 'hub.started');
    const found: string[] = [];
    for (const [, accept, path] of readme.matchAll(
      /^curl -OJ (?:-H 'Accept: (.*?)' )?'?http:\/\/127\.0\.0\.1:8080(.*?)'?$/gm,
    )) {
      const answer = await fetch(`${address}${path}`, accept ? { headers: { accept } } : {});
      assert.equal(answer.status, 200, path);
      const name = /filename="(.*)"/.exec(answer.headers.get('content-disposition')!)![1]!;
      writeFileSync(desk.path(`http-${name}`), Buffer.from(await answer.arrayBuffer()));
      found.push(name);
    }
    hub.kill('SIGTERM');
    await end;
    assert.deepEqual(found, ['valuation.xlsx', 'journal.parquet', 'valuation.parquet']);
    assert.deepEqual(shown(await bookOf(readFileSync(desk.path('http-valuation.xlsx')))), worth);
    assert.deepEqual(shown((await readParquet(desk.path('http-valuation.parquet'))).rows), exact);
    assert.equal((await readParquet(desk.path('http-journal.parquet'))).rows.length, 4);
  });
});
