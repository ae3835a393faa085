import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { xlsx } from '../../core/codecs/xlsx.ts';
import type { RecordValue } from '../../core/ports.ts';
import { codecWith, readAll, values } from '../contract/codec/readAll.ts';
import { until } from '../hubRun.ts';
import { readParquet } from '../pyarrow.ts';
import { Desk, ended, root, said } from './cli.ts';

const sample = (name: string) => join(root, 'flows/samples', name);
const receipts = sample('erp-purchase-receipts.csv');

describe('the command line', () => {
  let desk: Desk;

  before(async () => {
    desk = new Desk();
    const { code, err } = await desk.run(['run', 'erp-purchase-receipts', receipts], {
      STOCKBUS_DATA: 'booked',
    });
    assert.equal(code, 3, err);
  });

  after(() => desk.remove());

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    assert.equal((await desk.runProcess(['--version'])).out, `${version}\n`);
  });

  it('says in one line what it needs on an old Node', async () => {
    const old = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.20.0'})`;
    const { code, err } = await desk.runProcess(['lint'], { NODE_OPTIONS: `--import "${old}"` });
    assert.equal(code, 1);
    assert.match(err, /^stockbus needs Node\.js 24 or later[^\n]*\n$/);
  });

  it('names all faults of the flows with their place, and no stack', async () => {
    const broken = new Desk();
    const flow = broken.path('flows/erp-purchase-receipts.yaml');
    const text = readFileSync(flow, 'utf8');
    writeFileSync(flow, text.replace('{ by: document }', '{ bye: document }'));
    appendFileSync(broken.path('flows/webshop-returns.yaml'), 'too: x\n');
    const { code, out, err } = await broken.run(['lint']);
    assert.deepEqual({ code, out }, { code: 1, out: '' });
    assert.match(err, /flows\/erp-purchase-receipts\.yaml:\d+:\d+ \w+ 'bye'.*did you mean 'by'\?/);
    assert.match(err, /flows\/webshop-returns\.yaml:\d+:\d+ \w+ 'too'.*did you mean 'to'\?/);
    assert.doesNotMatch(err, /\n\s+at /);
    broken.remove();
  });

  it('reads the books while a flow is wrong', async () => {
    const flow = desk.path('flows/webshop-returns.yaml');
    const text = readFileSync(flow, 'utf8');
    appendFileSync(flow, 'too: x\n');
    for (const line of [['stock'], ['verify'], ['parked', 'list'], ['export', 'ledger']]) {
      const { code, out, err } = await desk.run(line, { STOCKBUS_DATA: 'booked' });
      assert.deepEqual([code, out !== ''], [0, true], `${line}: ${err}`);
    }
    writeFileSync(flow, text);
  });

  const refusals: [string, string[], Record<string, string>, RegExp][] = [
    ['a folder without config', ['stock', '--config', 'nowhere'], {}, /CONFIG_UNREADABLE/],
    [
      'a file that is not there',
      ['run', 'webshop-returns', 'no.json'],
      {},
      /FILE_UNREADABLE '.*no\.json' does not exist/,
    ],
    [
      'a flow that is not there',
      ['run', 'webshop-return', receipts],
      {},
      /FLOW_UNKNOWN .*did you mean 'webshop-returns'\?/,
    ],
    [
      'a flow that sends',
      ['run', 'stock-feed-webshop', receipts],
      {},
      /FLOW_NOT_INBOUND .*takes no payloads/,
    ],
    [
      'a data folder that is a file',
      ['run', 'erp-purchase-receipts', receipts],
      { STOCKBUS_DATA: 'config/hub.yaml' },
      /DATA_FOLDER_UNUSABLE/,
    ],
    [
      'an address of no known kind',
      ['stock'],
      { STOCKBUS_STORE: 'mongo://x' },
      /'mongo:' is not the address of a store; did you mean 'mongodb:'\?/,
    ],
    [
      'a file that cannot be written',
      ['export', 'stock', '--out', 'no/such/folder.csv'],
      { STOCKBUS_DATA: 'booked' },
      /FILE_UNWRITABLE/,
    ],
    ['an id of nothing', ['parked', 'show', 'x'], { STOCKBUS_DATA: 'booked' }, /PARKED_UNKNOWN/],
  ];
  for (const [what, line, env, message] of refusals) {
    it(`answers ${what} with what to do, and exit code 1`, async () => {
      const { code, out, err } = await desk.run(line, env);
      assert.deepEqual({ code, out }, { code: 1, out: '' });
      assert.match(err, message);
      assert.ok(
        err.split('\n').every((line) => line === '' || /[A-Z]+_[A-Z]+ /.test(line)),
        err,
      );
    });
  }
});

describe('the command line over the books', () => {
  let desk: Desk;

  before(() => {
    desk = new Desk({}, ['crm-orders-shipped', 'erp-purchase-receipts', 'webshop-returns']);
    // Nobody listens at the default address; here the subscription is not what is looked at.
    writeFileSync(
      desk.path('flows/stock-feed-webshop.yaml'),
      'flow: stock-feed-webshop\nfrom: stock.changed.v1\nwrite: json\nto: { folder: finance-outbox }\n',
    );
  });

  after(() => desk.remove());

  it('shows in a dry run what would happen, and writes nothing', async () => {
    const { code, out } = await desk.run(['run', 'erp-purchase-receipts', receipts, '--dry-run']);
    assert.equal(code, 3);
    assert.match(out, /nothing was written/);
    assert.match(out, /15 records read, 1 filtered/);
    assert.match(out, /6 messages stock\.receive\.v1/);
    assert.match(out, /6 would be booked, 0 booked before, 4 would be parked/);
    assert.match(out, /record 9 field unitCost EXPR_NOT_DECIMAL/);
    assert.match(out, /"sku": "ESP-1KG"/);
    const stock = await desk.run(['stock']);
    assert.deepEqual([stock.code, stock.out], [1, '']);
    assert.match(stock.err, /DATA_FOLDER_MISSING/);
  });

  it('decides in a dry run as the stock rules will, document after document', async () => {
    const config = desk.path('config/hub.yaml');
    const before = readFileSync(config, 'utf8');
    writeFileSync(config, before.replace('\nstock:', '\nstock:\n  negative: deny'));
    const orders = desk.path('orders.json');
    const order = (orderNumber: string, quantity: number) => ({
      orderNumber,
      status: 'shipped',
      shippedAt: '2026-03-09T15:20:00Z',
      account: { number: 'C' },
      items: [{ position: 1, sku: 'NONE', warehouse: 'BER', quantity }],
    });
    writeFileSync(orders, JSON.stringify({ orders: [order('A', 1)] }));
    const { out } = await desk.run(['run', 'crm-orders-shipped', orders, '--dry-run']);
    writeFileSync(config, before);
    assert.match(out, /0 would be booked, 0 booked before, 1 would be parked/);
    assert.match(out, /STOCK_INSUFFICIENT/);
  });

  it('ends as SIGPIPE would where nobody reads its output to the end', async () => {
    const child = desk.spawn(['lint']);
    child.stdout.destroy();
    const [code] = await once(child, 'exit');
    assert.equal(code, 141);
  });

  it('books a file, says what is parked, and knows it again', async () => {
    const first = await desk.runProcess(['run', 'erp-purchase-receipts', receipts]);
    assert.equal(first.code, 3, first.err);
    assert.match(first.out, /15 records read, 1 filtered, 6 messages made/);
    assert.match(first.out, /6 booked, 0 booked before, 4 parked/);
    assert.match(first.out, /stockbus parked list --flow erp-purchase-receipts/);
    const { out: ledger } = await desk.run(['ledger', '--format', 'csv']);
    assert.match(ledger.split('\n')[1]!, /,cli:[^,]+,/);
    const second = await desk.run(['run', 'erp-purchase-receipts', receipts]);
    assert.match(second.out, /0 booked, 6 booked before, 4 parked/);
    assert.doesNotMatch(second.out, /Everything/);
  });

  it('goes on when its terminal goes, says at a signal what became of a file, and books the rest later', async () => {
    const busy = new Desk({}, ['erp-purchase-receipts']);
    const [header] = readFileSync(receipts, 'utf8').split(/\r?\n/);
    const documents = 12_000;
    const rows = Array.from(
      { length: documents },
      (_, index) => `POSTED;R${index};10;PO-1;S-1;000100470;BER;1;PCS;1,00;EUR;05.03.2026`,
    );
    writeFileSync(busy.path('big.csv'), `${[header, ...rows].join('\n')}\n`);
    const line = ['run', 'erp-purchase-receipts', 'big.csv'];
    const importing = busy.spawn(line);
    const over = ended(importing);
    const wal = busy.path('data/broker.db-wal');
    await until(
      'the queue to fill',
      async () => (existsSync(wal) && statSync(wal).size > 1e6) || undefined,
    );
    const goesOn = said(importing, /SIGHUP is ignored/);
    importing.kill('SIGHUP');
    await goesOn;
    importing.kill('SIGTERM');
    const { code, out, err } = await over;
    assert.deepEqual({ code, out }, { code: 143, out: '' });
    assert.match(err, /Stopped before the end.*run the same command again/);
    const again = await busy.run(line);
    assert.match(again.out, /12,000 records read, 0 filtered, 12,000 messages made/);
    const [, booked, before] =
      /([\d,]+) booked, ([\d,]+) booked before, 0 parked/.exec(again.out) ?? [];
    const number = (text = '') => Number(text.replaceAll(',', ''));
    assert.equal(number(booked) + number(before), documents);
    assert.match((await busy.run(['verify'])).out, /The books are right: 12,000 ledger entries/);
    busy.remove();
  }).timeout(120_000);

  it('says what stood in the way of closing the books, to whoever closes them', async () => {
    const office = new Desk({}, ['erp-purchase-receipts', 'finance-periods']);
    const [header] = readFileSync(receipts, 'utf8').split(/\r?\n/);
    const row = 'POSTED;R1;10;PO-1;S-1;000100470;BER;1;PCS;;EUR;05.03.2026';
    writeFileSync(office.path('r.csv'), `${header}\n${row}\n`);
    const close = { decision: 'P1', action: 'close', through: '2026-03-31', reason: 'March' };
    writeFileSync(office.path('p.json'), JSON.stringify([close]));
    assert.equal((await office.run(['run', 'erp-purchase-receipts', 'r.csv'])).code, 0);
    for (const option of [['--dry-run'], []]) {
      const { out } = await office.run(['run', 'finance-periods', 'p.json', ...option]);
      assert.match(out, /told: the books are closed through 2026-03-31 with 1 receipt without a p/);
    }
    const { out } = await office.run(['periods', '--format', 'csv']);
    assert.match(out, /,March,1 receipt without a price,/);
    office.remove();
  });

  it('parks a document that came before with other content, and says so', async () => {
    const changed = desk.path('changed.csv');
    writeFileSync(changed, readFileSync(receipts, 'utf8').replace(';120;PCS;', ';121;PCS;'));
    const { code, out } = await desk.run(['run', 'erp-purchase-receipts', changed]);
    assert.equal(code, 3);
    assert.match(out, /0 booked, 5 booked before, 5 parked/);
    assert.match(out, /ID_CONFLICT WE-26-0311 .*was booked .*with other content/);
  });

  it('shows stock and ledger, aligned and exact', async () => {
    const stock = await desk.run(['stock', 'FLT-100']);
    assert.equal(
      stock.out,
      [
        'SKU      Location  Lot  Status     On hand  Reserved  Available',
        'FLT-100  BER            available     1500         0       1500',
        'FLT-100  HAM            available      400         0        400',
        '',
      ].join('\n'),
    );
    const asOf = await desk.run(['stock', 'FLT-100', '--as-of', '2026-03-10']);
    assert.doesNotMatch(asOf.out, /HAM/);
    const ledger = await desk.run(['ledger', '--document', 'WE-26-0315']);
    assert.match(
      ledger.out,
      /GRN-HUILA {2}\s+1 .*receive {2}supplier {2}BER {5}312\.5 {2}2137\.50/,
    );
  });

  it('exports in three formats, to a file or through a pipe', async () => {
    const csv = await desk.run(['export', 'valuation']);
    assert.match(csv.out, /^sku,pool,location,quantity,value,currency,unitCost,method\r?\n/);
    assert.match(csv.out, /FLT-100,main,,1900,1962\.00,EUR,1\.032632,fifo/);
    const json = await desk.runProcess([
      'export',
      'stock',
      '--format',
      'json',
      '--out',
      'stock.json',
    ]);
    assert.deepEqual([json.code, json.out], [0, '']);
    const rows = JSON.parse(readFileSync(desk.path('stock.json'), 'utf8'));
    assert.equal(rows.find(({ sku }: { sku: string }) => sku === 'GRD-01').onHand, '25');
    const xml = await desk.run(['export', 'ledger', '--format', 'xml']);
    assert.match(xml.out, /<document>WE-26-0311<\/document>/);
  });

  it('exports files with types, in the format that their name says', async () => {
    for (const name of ['valuation.xlsx', 'valuation.parquet']) {
      const { code, err } = await desk.run(['export', 'valuation', '--out', name]);
      assert.deepEqual([code, err], [0, '']);
    }
    const bytes = readFileSync(desk.path('valuation.xlsx'));
    const inBook = values(await readAll(codecWith(xlsx), bytes)) as RecordValue[];
    const { types, rows } = await readParquet(desk.path('valuation.parquet'));
    const ofFlat = (all: readonly RecordValue[]) => all.find(({ sku }) => sku === 'FLT-100');
    assert.deepEqual([ofFlat(inBook)?.value, ofFlat(rows)?.value], ['1962', '1962.000000']);
    assert.deepEqual([types.sku, types.value], ['string', 'decimal128(38, 6)']);
  });

  it('shows one parked record in full', async () => {
    const list = await desk.run(['parked', 'list']);
    const id = /^(\S+) .*CSV_RAGGED_ROW/m.exec(list.out)?.[1];
    const { out } = await desk.run(['parked', 'show', id!]);
    assert.match(out, /Payload: {4}erp-purchase-receipts\.csv, record 15/);
    assert.match(out, /WE-26-0320/);
    const other = await desk.run(['parked', 'list', '--flow', 'webshop-returns']);
    assert.deepEqual([other.code, other.err], [0, 'Nothing is parked.\n']);
  });

  it('verifies the books', async () => {
    const { code, out } = await desk.run(['verify']);
    assert.equal(code, 0);
    assert.match(out, /^The books are right: 9 ledger entries of 7 SKUs/);
  });
});
