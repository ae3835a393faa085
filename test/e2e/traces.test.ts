/** One trace from a row of a file, or from a request, to the webhook that tells of it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { type HubRun, startHub, until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';
import { TestSpans } from '../TestSpans.ts';

const HEAD = 'No,Line,Sku,Place,Qty,Cost,Order\n';
const QUEUES = [commandQueue(0), sinkQueue('shop')];
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SENDER = { traceparent: `00-${TRACE}-b7ad6b7169203331-01`, tracestate: 'vendor=1' };

describePairs('traces', (pair) => {
  let place: Workplace;
  let server: Server;
  let run: HubRun | undefined;
  let spans: TestSpans;
  let calls: IncomingHttpHeaders[] = [];
  let answers: number[] = [];

  beforeEach(async () => {
    place = await pair.workplace();
    spans = new TestSpans();
    calls = [];
    answers = [];
    server = createServer((request, response) => {
      calls.push(request.headers);
      request.resume();
      request.on('end', () => response.writeHead(answers.shift() ?? 200).end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    place.env.SHOP_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });

  afterEach(async () => {
    spans.remove();
    await run?.close();
    server.close();
    await place.remove(QUEUES);
  });

  const send = (hub: HubRun['hub'], intakeId: string, row: string, trace?: object) =>
    hub.accept('receipts', {
      origin: { intakeId, flow: 'receipts', name: 'a.csv' },
      ...(trace ? { trace } : {}),
      body: (async function* () {
        yield Buffer.from(HEAD + row);
      })(),
    });
  const named = (name: string) => spans.ended.filter((span) => span.name === name);
  const traceOf = ({ traceparent }: IncomingHttpHeaders): string | undefined =>
    String(traceparent).split('-')[1];

  it('of a file is one, by the id of its intake, from its row to the webhook', async () => {
    spans.register();
    run = await startHub('history', place);
    writeFileSync(join(place.data, 'in', 'a.csv'), `${HEAD}PO-1,1,TEA,ber,2,2,C\n`);
    const names = ['intake receipts', 'apply', 'relay', 'deliver shop'];
    await until('all spans', () => names.every((name) => named(name).length === 1));
    const done = run.lines.find(({ event }) => event === 'intake.done')!;
    const traceId = String(done.fields.intakeId).replaceAll('-', '');
    assert.deepEqual(
      names.map((name) => named(name)[0]!.traceId),
      names.map(() => traceId),
    );
    const [apply, relay, deliver] = names.slice(1).map((name) => named(name)[0]!);
    assert.equal(relay!.parentId, apply!.spanId);
    assert.equal(deliver!.parentId, apply!.spanId);
    assert.equal(calls[0]!.traceparent, `00-${traceId}-${deliver!.spanId}-01`);
    assert.equal(deliver!.attributes['stockbus.sink'], 'shop');
    const [payload] = await until('the note', async () => {
      const found = await run!.store.accepted({ name: 'a.csv' }, 1);
      return found.length > 0 && found;
    });
    assert.match(payload!.traceparent!, new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
  });

  it('of a sender goes on, with what vendors added; a call that fails is told so', async () => {
    spans.register();
    answers = [503];
    run = await startHub('history', place);
    await send(run.hub, '01980000-0000-7000-8000-000000000001', 'PO-1,1,TEA,ber,2,2,C\n', SENDER);
    await until('both calls', () => named('deliver shop').length === 2);
    assert.ok(spans.ended.every(({ traceId }) => traceId === TRACE));
    const [failed, taken] = named('deliver shop');
    assert.equal(failed!.attributes['error.type'], 'WEBHOOK_FAILED');
    assert.equal(taken!.status, undefined);
    assert.equal(calls[1]!.traceparent, `00-${TRACE}-${taken!.spanId}-01`);
    assert.equal(calls[1]!.tracestate, 'vendor=1');
  });

  it('of a sender goes through a hub without an SDK, and a file has none there', async () => {
    run = await startHub('history', place);
    await send(run.hub, '01980000-0000-7000-8000-000000000001', 'PO-1,1,TEA,ber,2,2,C\n', SENDER);
    await until('the call', () => calls.length === 1);
    assert.deepEqual([calls[0]!.traceparent, calls[0]!.tracestate], Object.values(SENDER));
    await send(run.hub, '01980000-0000-7000-8000-000000000002', 'PO-2,1,TEA,ber,2,2,C\n');
    await until('the other call', () => calls.length === 2);
    assert.equal(calls[1]!.traceparent, undefined);
  });

  it('of several payloads that one commit books are linked to it', async () => {
    spans.register();
    const takesIn = await startHub('history', place, ['intake']);
    const ids = Array.from(
      { length: 12 },
      (_, number) => `01980000-0000-7000-8000-0000000000${String(number).padStart(2, '0')}`,
    );
    for (const [index, id] of ids.entries())
      await send(takesIn.hub, id, `PO-${index},1,TEA,ber,2,2,C\n`);
    await takesIn.close();
    run = await startHub('history', place, ['apply', 'relay', 'deliver']);
    const traces = ids.map((id) => id.replaceAll('-', ''));
    const booked = (): string[] =>
      named('apply').flatMap(({ links, traceId }) =>
        links.length === 0 ? [traceId] : links.map(({ context }) => context.traceId),
      );
    // Of so many that wait some come together, whatever the first commit has; each commit is told by a call.
    await until('all commits', () => booked().length >= traces.length);
    const commits = named('apply');
    await until('the calls', () => named('deliver shop').length >= commits.length);
    assert.deepEqual(booked().sort(), traces);
    const [joining] = commits.filter(({ links }) => links.length > 1);
    assert.ok(joining, 'each was booked by a commit of its own');
    const told = named('deliver shop').find(({ traceId }) => traceId === joining.traceId);
    assert.equal(told?.parentId, joining.spanId);
    assert.ok(calls.some((headers) => traceOf(headers) === joining.traceId));
  });
});
