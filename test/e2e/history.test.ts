/** What became of a row of a file, asked for by its purchase order and by its SKU: from the file to the webhook. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Invocation } from '../../core/cli/command.ts';
import { history, storyLines } from '../../core/cli/history.ts';
import { sinkQueue } from '../../core/deliver/sinkQueue.ts';
import { Historian } from '../../core/history/Historian.ts';
import type { SnapshotBody } from '../../core/history/snapshotOf.ts';
import type { Story, StoryKind } from '../../core/history/story.ts';
import { openBooks } from '../../core/hub/openBooks.ts';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { type HubRun, reportsOf, startHub, startHubIn, until } from '../hubRun.ts';
import { describePairs, type Workplace } from '../pairs.ts';

const HEAD = 'No,Line,Sku,Place,Qty,Cost,Order\n';
const QUEUES = [commandQueue(0), sinkQueue('shop')];

describePairs('history', (pair) => {
  let place: Workplace;
  let server: Server;
  let run: HubRun;
  /** What it answers with, one after another, then 200. */
  let answers: number[] = [];
  let calls: { headers: IncomingHttpHeaders; body: string }[] = [];

  beforeEach(async () => {
    place = await pair.workplace();
    answers = [];
    calls = [];
    server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const status = answers.shift() ?? 200;
      if (status === 200) calls.push({ headers: request.headers, body });
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    place.env.SHOP_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });

  afterEach(async () => {
    await run.close();
    server.close();
    await place.remove(QUEUES);
  });

  const drop = (name: string, ...rows: string[]): void =>
    writeFileSync(join(place.data, 'in', name), `${HEAD}${rows.join('\n')}\n`);
  const told = async (key: string): Promise<Story> => {
    const { store, config, close } = await openBooks('test/fixtures/history', place.env);
    try {
      return await new Historian({ store, policy: config.stock }, key).tell();
    } finally {
      await close();
    }
  };
  /** By the command. */
  const asked = async (key: string): Promise<Story> => {
    const said: string[] = [];
    const terminal = { out: (some: string[]) => said.push(...some), err: () => undefined };
    const about = { folder: 'test/fixtures/history', env: place.env, options: { format: 'json' } };
    await history.run({ ...about, arguments: [key], terminal } as unknown as Invocation);
    return JSON.parse(said.join('')) as Story;
  };
  /** The story, once it has a line of the kind. */
  const toldUntil = (key: string, what: string): Promise<Story> =>
    until(`${what} of ${key}`, async () => {
      const story = await told(key);
      return story.lines.some((line) => line.what === what) && story;
    });
  const kinds = ({ lines }: Story): string[] => lines.map(({ what }) => what);
  const line = ({ lines }: Story, what: string): Record<string, unknown> =>
    lines.find((one) => one.what === what)!.facts;

  it('follows a row from its file to the webhook, by order, SKU, message, file and intake', async () => {
    run = await startHub('history', place);
    drop('receipts-0311.csv', 'PO-7001,1,TEA,ber,24,2.5,C-9', 'PO-7002,1,MILK,ber,3,1,C-9');
    const [report] = await reportsOf(run, 1);
    const { intakeId } = report!.origin;
    // What came is noted within a second, beside the work.
    const story = await until('what came of PO-7001', async () => {
      const known = await toldUntil('PO-7001', 'delivered');
      const isNoted = known.lines.some(({ what, facts }) => what === 'came' && 'records' in facts);
      return isNoted && known;
    });
    assert.deepEqual(story.found, ['document']);
    assert.deepEqual(kinds(story), ['came', 'booked', 'applied', 'published', 'delivered']);
    const came = line(story, 'came');
    assert.deepEqual(
      [came.name, came.flow, came.intakeId, came.records],
      ['receipts-0311.csv', 'receipts', intakeId, 2],
    );
    assert.match(String(came.digest), /^[0-9a-f]{64}$/);
    const { sku, seq, quantity, value, document, messageId, location } = {
      location: line(story, 'booked').to,
      ...line(story, 'booked'),
    } as Record<string, unknown>;
    assert.deepEqual(
      [sku, seq, quantity, value, document, messageId, location],
      ['TEA', 1, '24', '60.00', 'PO-7001', 'PO-7001/1', 'BER'],
    );
    const published = line(story, 'published');
    assert.deepEqual(published.entries, ['TEA#1']);
    const delivered = line(story, 'delivered');
    assert.equal(delivered.sink, 'shop');
    assert.equal(delivered.message, published.message);
    assert.equal(delivered.call, calls[0]!.headers['webhook-id']);
    assert.doesNotMatch(JSON.stringify(story), /MILK/);
    for (const key of ['TEA', 'PO-7001/1', 'C-9', 'receipts-0311.csv', intakeId]) {
      const same = await told(key);
      const entries = same.lines.filter(({ what }) => what === 'booked');
      assert.ok(
        entries.some(({ facts }) => facts.document === 'PO-7001'),
        key,
      );
      assert.ok(kinds(same).includes('came') && kinds(same).includes('delivered'), key);
      assert.equal(entries.length, key.startsWith('PO') || key === 'TEA' ? 1 : 2, key);
    }
    assert.deepEqual((await told('PO-700')).lines, []);
  });

  it('finds whatever it says that it finds, by the command, also after a restart of the hub', async () => {
    run = await startHub('history', place);
    const post = async (flow: string, data: object): Promise<string> => {
      const intakeId = crypto.randomUUID();
      const body = (async function* () {
        yield Buffer.from(JSON.stringify(data));
      })();
      const origin = { intakeId, flow, name: `/v1/flows/${flow}` };
      const { faults } = await run.hub.accept(flow, {
        origin,
        contentType: 'application/json',
        body,
      });
      assert.deepEqual(faults, []);
      return intakeId;
    };
    const ofTea = { line: '1', sku: 'TEA', location: 'BER', quantity: '24' };
    const at = '2026-03-11T08:00:00.000Z';
    await post('orders', {
      document: 'PO-7',
      kind: 'purchase',
      partner: 'V-1',
      lines: [{ ...ofTea, due: '2026-03-20' }],
    });
    const lines = [{ ...ofTea, lot: 'L-2611', unitCost: '2' }];
    const receipt = { document: 'GR-1', reference: 'PO-7', partner: 'V-1', at, lines };
    const posted = await post('messages', receipt);
    await post('messages', {
      reservation: 'RES-1',
      reference: 'SO-1',
      at,
      lines: [{ ...ofTea, quantity: '3' }],
    });
    drop('a.csv', 'GR-2,1,MILK,ber,2,1,PO-8', 'GR-3,1,MILK,ber,many,1,PO-9');
    const reports = await reportsOf(run, 4);
    const { intakeId } = reports.find(({ origin }) => origin.name === 'a.csv')!.origin;
    const parkedId = (await run.store.parked({}, { limit: 1 })).rows[0]!.id;
    await until('what came of all', async () => (await told('a.csv')).lines.length > 0);
    await toldUntil('GR-1', 'delivered');
    const expected: [key: string, found: string[], lines: string[]][] = [
      ['GR-1', ['document'], ['booked']],
      ['PO-7', ['message', 'reference', 'order'], ['ordered', 'booked']],
      ['PO-8', ['reference'], ['booked']],
      ['PO-9', [], ['parked']],
      ['SO-1', ['reference'], ['answered']],
      ['RES-1', ['message', 'reservation'], ['answered']],
      ['TEA', ['SKU'], ['booked', 'delivered']],
      ['L-2611', ['lot'], ['booked', 'delivered']],
      ['V-1', ['partner'], ['booked']],
      ['a.csv', ['file'], ['came', 'booked', 'parked', 'delivered']],
      ['GR-2/1', ['message'], ['came', 'booked', 'delivered']],
      [posted, ['payload'], ['came', 'booked', 'delivered']],
      [intakeId, ['payload'], ['came', 'booked', 'parked']],
      [parkedId, ['parked record'], ['parked']],
    ];
    const look = async (): Promise<void> => {
      for (const [key, found, what] of expected) {
        const story = await asked(key);
        assert.deepEqual(story.found, found, key);
        const kinds = story.lines.map((one) => one.what);
        for (const kind of what)
          assert.ok(kinds.includes(kind as StoryKind), `${key}: ${kind} of ${kinds}`);
      }
    };
    await look();
    await run.close();
    await look();
    run = await startHub('history', place);
    await look();
    await assert.rejects(asked('PO'), { code: 'HISTORY_UNKNOWN' });
  });

  it('tells what was parked and why, and what a subscriber refused before it took it', async () => {
    answers = [503, 503];
    run = await startHub('history', place);
    drop('a.csv', 'PO-1,1,TEA,ber,many,2,C', 'PO-2,1,TEA,ber,2,2,C');
    await reportsOf(run, 1);
    const parked = await toldUntil('PO-1', 'snapshot');
    assert.deepEqual(kinds(parked), ['came', 'snapshot', 'parked', 'waits', 'applied']);
    const { steps } = parked.lines[1]!.facts as unknown as SnapshotBody;
    assert.deepEqual(
      steps.map(({ step, at = '' }) => [step, at.replace(/:\d+$/, '')]),
      [
        ['read', ''],
        ['filter', 'flows/receipts.yaml:6'],
        ['set', 'flows/receipts.yaml:7'],
        ['map', 'flows/receipts.yaml:8'],
        ['to', ''],
      ],
    );
    const [read, filtered, set] = steps.map(({ value }) => value as Record<string, unknown>);
    assert.deepEqual([read!.Qty, filtered, set!.place], ['many', undefined, 'BER']);
    assert.equal(steps.at(-1)!.faults![0]!.code, 'MESSAGE_INVALID');
    const { facts } = parked.lines[2]!;
    assert.deepEqual([facts.stage, facts.record, facts.settled], ['intake', 1, false]);
    assert.match(
      parked.lines[2]!.text,
      /^record 1 of a\.csv is parked under [0-9a-f]{20}: .*quantity/,
    );
    const again = await told(String(facts.parkedId));
    assert.deepEqual(again.found, ['parked record']);
    const story = await toldUntil('PO-2', 'delivered');
    const sent = story.lines.filter(({ what }) => what === 'failed' || what === 'delivered');
    assert.deepEqual(
      sent.map(({ what, facts: { attempt, code } }) => [what, attempt, code]),
      [
        ['failed', 1, 'WEBHOOK_FAILED'],
        ['failed', 2, 'WEBHOOK_FAILED'],
        ['delivered', 3, undefined],
      ],
    );
    assert.match(sent[0]!.text, /shop did not take .* answered 503/);
    // For a person all attempts of one message are one line.
    const failed = storyLines(story).filter((line) => line.includes('did not take'));
    assert.equal(failed.length, 1);
    assert.match(failed[0]!, /answered 503; 1 more time until 20\d\d-/);
  });

  it('has what records were between steps, of those that the configuration says, without what it hides', async () => {
    const folder = join(place.data, 'hub');
    cpSync('test/fixtures/history', folder, { recursive: true });
    const config = join(folder, 'config/hub.yaml');
    writeFileSync(
      config,
      `${readFileSync(config, 'utf8')}history: { steps: full, redact: [Cost, unitCost] }\n`,
    );
    run = await startHubIn(folder, place);
    drop('a.csv', 'PO-1,1,TEA,ber,1,77,C', 'PO-2,1,TEA,ber,0,77,C');
    await reportsOf(run, 1);
    const story = await toldUntil('PO-1', 'snapshot');
    const pictures = story.lines.filter(({ what }) => what === 'snapshot');
    assert.equal(pictures.length, 1);
    const text = JSON.stringify(pictures[0]!.facts);
    assert.match(text, /"Cost":"\*\*\*".*"location":"BER"/);
    assert.doesNotMatch(text, /"77"/);
    const all = await told('a.csv');
    assert.equal(kinds(all).filter((what) => what === 'snapshot').length, 2);
  });

  it('has a file that is refused as a whole: it is found, ticked off, taken in again, or resolved by itself', async () => {
    run = await startHub('history', place);
    const { desk } = run.hub;
    const dropBroken = async (name: string) => {
      writeFileSync(join(place.data, 'in', name), Buffer.from('1f8b0800a0a1', 'hex'));
      const kept = await until(`${name} to be parked`, async () => {
        const { rows } = await run.store.parked({ name }, { limit: 1 });
        return rows[0];
      });
      return kept;
    };
    const stateOf = async (id: string) => (await desk.parked.entry(id)).case.state;
    const lies = (name: string): string => join(place.data, 'in/failed', name);
    const [broken, mended, sent] = [
      await dropBroken('broken.csv'),
      await dropBroken('mended.csv'),
      await dropBroken('sent.csv'),
    ];
    const { lines } = await told('broken.csv');
    const [came, parked] = [lines[0]!, lines.find(({ what }) => what === 'parked')!];
    assert.match(came.text, /^broken\.csv came in by the flow receipts/);
    assert.match(
      parked.text,
      /^broken\.csv as a whole is parked under .*; it lies in inbox: failed\/broken\.csv$/,
    );
    assert.deepEqual((await told(broken.origin.intakeId)).lines, lines);
    const [group, ...others] = await desk.parked.groups({});
    assert.deepEqual([group!.flow, group!.count, others], ['receipts', 3, []]);
    assert.deepEqual(
      (await run.store.backlog()).parked.map(({ flow, records }) => [flow, records]),
      [['receipts', 3]],
      'as a status has it',
    );
    await desk.parked.dismiss(broken.id, 'cli:anna', 'a picture');
    await assert.rejects(
      desk.parked.correct(mended.id, 'cli:anna', { set: [['No', '1']] }),
      /corrected where it lies \(inbox: failed\/mended\.csv\)/,
    );
    await until('the files to be put aside', () => existsSync(lies('sent.csv')));
    await assert.rejects(desk.replay.replay(mended, 'cli:anna'), { code: mended.faults[0]!.code });
    assert.equal(await stateOf(mended.id), 'open');
    writeFileSync(lies('mended.csv'), `${HEAD}PO-5,1,TEA,ber,5,2,C\n`);
    const would = await desk.rehearse(mended.id);
    assert.deepEqual([would.outcome.booked, would.stock[0]!.to], [1, '5']);
    const { origin } = await desk.replay.replay(mended, 'cli:anna');
    await until('its booking', async () => (await run.store.intake(origin.intakeId))?.done);
    await desk.replay.outcome(mended, (await desk.parked.entry(mended.id)).case);
    assert.equal(await stateOf(mended.id), 'resolved');
    assert.deepEqual(
      [existsSync(lies('mended.csv')), existsSync(lies('broken.csv'))],
      [false, true],
    );
    drop('sent.csv', 'PO-6,1,TEA,ber,6,2,C');
    await until('it to be resolved', async () => (await stateOf(sent.id)) === 'resolved');
    const { rows } = await run.store.stock({ sku: 'TEA' }, { limit: 2 });
    assert.deepEqual(
      rows.map(({ onHand }) => onHand),
      [11_000_000n],
    );
    await assert.rejects(desk.replay.replay(mended, 'cli:anna'), { code: 'CASE_CLOSED' });
  });

  it('tells what is accepted and not booked yet from what was never heard of', async () => {
    run = await startHub('history', place, ['intake']);
    drop('late.csv', 'PO-9,1,TEA,ber,1,2,C');
    await until('the intake', () => run.lines.some(({ event }) => event === 'intake.done'));
    const story = await toldUntil('late.csv', 'waits');
    assert.deepEqual(kinds(story), ['came', 'waits']);
    assert.match(story.lines[1]!.text, /accepted, and nothing of it is booked yet/);
    assert.deepEqual((await told('0190a0a0-0000-7000-8000-000000000000')).lines, []);
  });
});
