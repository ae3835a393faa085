import assert from 'node:assert/strict';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { describePairs, type Pair, type Workplace } from '../pairs.ts';
import { Desk, ended } from './cli.ts';

const QUEUES = [commandQueue(0), sinkQueue('stock-feed-webshop')];

describePairs('npm run demo', (pair: Pair) => {
  let place: Workplace;
  let desk: Desk;

  before(async () => {
    place = await pair.workplace();
    desk = new Desk(place.env);
  });

  after(async () => {
    desk.remove();
    await place.remove(QUEUES);
  });

  it('books the samples, tells the subscriber, serves finance, and verifies', async () => {
    const { code, out, err } = await desk.run(['demo']);
    assert.equal(code, 0, out + err);
    for (const line of [
      /items-2026-03\.csv → item-master-data\n.* 7 booked, 0 booked before, 1 parked/,
      /receipts-2026-03\.csv → erp-purchase-receipts\n.* 6 booked, 0 booked before, 4 parked/,
      /orders-2026-03\.json → crm-orders-shipped\n.* 4 booked, 0 booked before, 1 parked/,
      /transfers-2026-03\.xml → warehouse-transfers\n.* 3 booked, 0 booked before, 1 parked/,
      /returns-2026-03\.json → webshop-returns\n.* 2 booked, 0 booked before, 2 parked/,
      /told 27 changes .* every signature is good, and it knows all 13 balances/,
      /Finance got its valuation: .*valuation-\d{8}-1\.csv/,
      /ESP-1KG {2}\s+64 {2}\s+9\.95 {2}\s+636\.80 {2}EUR/,
      /GRN-HUILA {2}\s+225\.25 {2}\s+6\.84 {2}1540\.71 {2}EUR/,
      /The books are right: 24 ledger entries of 7 SKUs/,
    ]) {
      assert.match(out, line);
    }
  });

  it('books nothing twice when it runs again, and serves the console until it is stopped', async () => {
    const child = desk.spawn(['demo', '--stay'], place.env);
    const end = ended(child);
    const [, url = ''] = await said(child, /^The console, .*: (\S+)$/m);
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    assert.equal(page.status, 200);
    assert.match(await page.text(), /<script type="module" src="\/console\//);
    child.kill('SIGTERM');
    const { code, out, err } = await end;
    assert.equal(code, 0, out + err);
    assert.doesNotMatch(out, /[1-9]\d* booked,/);
    assert.match(out, /this run booked nothing/);
    assert.match(out, /24 ledger entries of 7 SKUs/);
  });
});

/** What it says on `out` that looks so, once it does. */
function said(child: ChildProcessWithoutNullStreams, shape: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      const found = shape.exec(text);
      if (found) resolve(found);
    });
    child.once('close', (code) => reject(new Error(`it ended with ${code}: ${text}`)));
  });
}
