/** What a person does about what a broker lost: sees it, has it sent again, ticks it off. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { wordRow } from '../../core/producers/ProducerWord.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { sqlite } from '../../core/stores/sqlite.ts';
import { until } from '../hubRun.ts';
import { Desk, ended, logged } from './cli.ts';

const FLOW = `flow: counts
from: { folder: in, pattern: "counts-*.csv", settle: 20ms, rescan: 100ms }
read: csv
steps:
  - map: { document: no, at: $date(day), sku: sku, location: place, quantity: $decimal(pieces) }
key: no
to: stock.count.v1
`;
const CSV = 'no,day,sku,place,pieces\nC-1,2026-03-02,TEA-100,MAIN,3\n';

describe('what the broker lost, on the command line', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = new Desk();
    desk.clearFlows();
    writeFileSync(desk.path('flows', 'counts.yaml'), FLOW);
    mkdirSync(desk.path('in'), { recursive: true });
  });
  afterEach(() => desk.remove());

  it('a file of the archive is sent again by its time or its name, and what was booked is booked once', async function () {
    this.timeout(60_000);
    const hub = desk.spawn(['start'], { STOCKBUS_PORT: '0' });
    const end = ended(hub);
    await logged(hub, 'hub.started');
    writeFileSync(desk.path('in', 'counts-1.csv'), CSV);
    const day = new Date().toISOString().slice(0, 10);
    await until('the archive', () => existsSync(desk.path('in', 'archive', day, 'counts-1.csv')));
    hub.kill('SIGTERM');
    await end;
    const since = ['--since', day];
    const dry = await desk.run(['resend', 'counts', ...since, '--dry-run', '--format', 'json']);
    assert.equal(dry.code, 0, dry.err);
    assert.deepEqual(
      JSON.parse(dry.out).sent.map(({ name }: { name: string }) => name),
      ['counts-1.csv'],
    );
    assert.ok(!existsSync(desk.path('in', 'counts-1.csv')));
    const none = await desk.run(['resend', 'counts', '--until', '2026-01-01']);
    assert.match(none.err, /0 files sent again/);
    const again = await desk.run(['resend', 'counts', 'counts-1.csv', 'counts-2.csv']);
    assert.equal(again.code, 1);
    assert.match(again.err, /counts-2\.csv: no such file lies in the archive\n1 file sent again/);
    assert.ok(existsSync(desk.path('in', 'counts-1.csv')));
    const twice = await desk.run(['resend', 'counts', ...since]);
    assert.equal(twice.code, 1);
    assert.match(twice.err, /counts-1\.csv: a file of that name waits/);
    const second = desk.spawn(['start'], { STOCKBUS_PORT: '0' });
    const over = ended(second);
    await until('the archive', () => existsSync(desk.path('in', 'archive', day, 'counts-1-2.csv')));
    second.kill('SIGTERM');
    await over;
    const { out } = await desk.run(['stock', '--format', 'json']);
    assert.match(out, /"onHand":"3"/);
  });

  it('says what it takes: files, a time, and a flow that has an archive', async () => {
    const nothing = await desk.run(['resend', 'counts']);
    assert.equal(nothing.code, 2);
    const unknown = await desk.run(['resend', 'count', 'x']);
    assert.match(unknown.err, /FLOW_UNKNOWN.*did you mean 'counts'/);
    writeFileSync(
      desk.path('flows', 'posted.yaml'),
      FLOW.replace('flow: counts', 'flow: posted').replace(/from: .*/, 'from: http'),
    );
    const posted = await desk.run(['resend', 'posted', 'x']);
    assert.match(posted.err, /ARCHIVE_MISSING 'posted' reads from http/);
  });

  it('a gap is listed and told by verify, with its payloads, until it is ticked off', async () => {
    const runtime = systemRuntime();
    const data = desk.path('data');
    const store = await sqlite.open(`file:${data}`, runtime);
    const at = '2026-11-28T03:00:00.000Z';
    const open = [2, 3].map((number) => {
      return { number, intakeId: `i${number}`, flow: 'counts', name: `counts-${number}.csv` };
    });
    const queue = { partition: 0, settled: 4, givenUp: [{ from: 4, to: 4 }], open };
    const times = [
      [1, '2026-11-28T01:00:00.000Z'],
      [4, '2026-11-28T02:00:00.000Z'],
    ] as const;
    const queues = [{ ...queue, times }];
    await store.sayProducer(
      wordRow({ producer: 'aaaa-bbbbcccc', saidAt: at, startedAt: at, queues }),
    );
    const holes = [{ from: 2, to: 4, after: '', noticedAt: at }];
    const seen = { producer: 'aaaa-bbbbcccc', partition: 0, version: 1, highest: 5 };
    await store.changeSeen({ ...seen, holes, lastAt: at });
    await store.close();
    const listed = await desk.run(['gaps']);
    assert.equal(listed.code, 1);
    assert.match(
      listed.out,
      /^bbbbcccc\.0\.2 {2}BATCHES_MISSING 2 accepted batches never came: numbers 2 to 3 of producer aaaa-bbbbcccc in partition 0, published between 2026-11-28T01:00:00.000Z and 2026-11-28T02:00:00.000Z, of counts counts-2\.csv \(i2\), counts counts-3\.csv \(i3\); .*stockbus resend/,
    );
    const verified = await desk.run(['verify']);
    assert.equal(verified.code, 1);
    assert.match(
      verified.out,
      /^The books are right: .*\nNOT all that was accepted is in them:\nbbbb/,
    );
    const { gaps } = JSON.parse((await desk.run(['gaps', '--format', 'json'])).out);
    assert.deepEqual([gaps[0].id, gaps[0].batches], ['bbbbcccc.0.2', 2]);
    const settle = ['gaps', 'settle', 'bbbbcccc.0.2'];
    assert.match((await desk.run(settle)).err, /--reason is missing/);
    const said = ['--reason', 'sent again by the partner'];
    assert.match((await desk.run(['gaps', 'settle', 'x', ...said])).err, /GAP_UNKNOWN/);
    assert.equal((await desk.run(['gaps', 'settled'])).out, '');
    assert.equal((await desk.run([...settle, ...said])).code, 0);
    assert.equal((await desk.run(['gaps'])).code, 0);
    assert.match(
      (await desk.run(['gaps', 'settled'])).out,
      /^bbbbcccc\.0\.2 {2}2 batches of counts counts-2\.csv, counts counts-3\.csv: cli:\S+, 20\d\d-\S+Z: sent again by the partner\n$/,
    );
    const { gaps: settled } = JSON.parse(
      (await desk.run(['gaps', 'settled', '--format', 'json'])).out,
    );
    assert.deepEqual([settled[0].from, settled[0].to, settled[0].reason], [2, 3, said[1]]);
    assert.equal((await desk.run(['verify'])).code, 0);
  });
});
