/** Commands by REST: whatever is sent twice, at once, or again after a kill is booked once. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commandQueue } from '../../core/intake/publishBatches.ts';
import { EventStream } from '../EventStream.ts';
import { HubFolder, HubProcess } from '../HubProcess.ts';
import { describePairs, type Workplace } from '../pairs.ts';

const QUEUES = [0, 1, 2, 3].map(commandQueue);
const AT = '2026-01-05T08:00:00.000Z';
const WAIT = { prefer: 'wait=20' };

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
type Answer = { status: number; headers: Headers; body: any };

const receipt = (id: string, sku: string, quantity = '5') => ({
  ...{ id, document: id, at: AT },
  lines: [{ sku, location: 'B', quantity, unitCost: '2' }],
});

const times = <Made>(count: number, make: (index: number) => Promise<Made>): Promise<Made[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

/** All that is shown is there; more may be. */
function shows(found: unknown, shown: unknown, where: string): void {
  if (typeof shown !== 'object' || shown === null) assert.equal(found, shown, where);
  else
    for (const [name, value] of Object.entries(shown))
      shows((found as Record<string, unknown> | undefined)?.[name], value, `${where} ${name}`);
}

describePairs('commands by REST', (pair) => {
  let place: Workplace;
  let folder: HubFolder;
  let hub: HubProcess;

  const start = async (): Promise<void> => {
    hub = await HubProcess.start(folder, [], [], place.env);
  };

  before(async () => {
    place = await pair.workplace();
    const config =
      'http: { port: 0, cache: { maxAge: 60s } }\nstock: { negative: deny }\napply: { partitions: 4 }\n';
    folder = new HubFolder({ 'config/hub.yaml': config }, place.data);
    await start();
  });

  after(async () => {
    await hub.end();
    folder.remove();
    await place.remove(QUEUES);
  });

  async function call(
    method: string,
    path: string,
    body?: object | string,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${hub.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const { status } = response;
    return { status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  const send = (path: string, body: object, headers = {}) => call('POST', path, body, headers);
  const onHand = async (sku: string): Promise<string> => {
    const { rows } = (await call('GET', `/v1/stock/${sku}`)).body;
    return rows[0].onHand;
  };

  it('books the same command once, however many send it at once; other content is a conflict', async () => {
    const said = await times(50, () => send('/v1/stock/receipts', receipt('GR-1', 'A'), WAIT));
    const outcomes = said.map(({ body }) => body.outcome);
    assert.equal(outcomes.filter((one) => one === 'booked').length, 1, String(outcomes));
    assert.equal(outcomes.filter((one) => one === 'exists').length, 49, String(outcomes));
    assert.deepEqual(new Set(said.map(({ status }) => status)), new Set([200, 201]));
    const made = said.find(({ status }) => status === 201)!;
    assert.equal(made.headers.get('location'), '/v1/documents/GR-1');
    assert.equal(made.headers.get('preference-applied'), 'wait=20');
    assert.equal(await onHand('A'), '5');
    const other = await send('/v1/stock/receipts', receipt('GR-1', 'A', '6'), WAIT);
    assert.deepEqual([other.status, other.body.code], [409, 'ID_CONFLICT']);
    const parked = await call('GET', `/v1/parked/${other.body.parkedId}`);
    assert.equal(parked.status, 200);
    // Who does not wait is told where to look.
    const { status, headers, body } = await send('/v1/stock/receipts', receipt('GR-1', 'A'));
    assert.deepEqual([status, body.outcome], [202, 'accepted']);
    assert.equal(headers.get('location'), `/v1/messages/${body.intakeId}`);
    assert.equal((await call('GET', `/v1/messages/${body.intakeId}`)).status, 200);
  });

  it('answers nobody who waited from before what he was told of, whatever is kept', async () => {
    let hits = 0;
    for (let count = 1; count <= 20; count += 1) {
      const body = receipt(`GR-K${count}`, 'KEPT', '1');
      assert.equal((await send('/v1/stock/receipts', body, WAIT)).status, 201);
      for (const path of ['/v1/stock/KEPT', '/v1/available?sku=KEPT', '/v1/stock/KEPT']) {
        const { headers, body: said } = await call('GET', path);
        assert.equal(said.rows[0].onHand, String(count), path);
        if (headers.get('stockbus-cache') === 'hit') hits += 1;
      }
    }
    // An event of each write may come in between and drop what was kept.
    assert.ok(hits >= 1, `${hits} hits`);
    const shelf = { location: 'B', quantity: '1' };
    const made = { id: 'PR-K', document: 'PR-K', at: AT, lines: [{ sku: 'SET', ...shelf }] };
    const produced = { ...made, components: [{ sku: 'KEPT', ...shelf }] };
    assert.equal((await send('/v1/stock/productions', produced, WAIT)).status, 201);
    assert.equal(await onHand('KEPT'), '19', 'what was used is named beside the lines');
  });

  it('says all that is wrong with a body, each at its place in it, and parks nothing', async () => {
    const before = (await call('GET', '/v1/parked')).body.rows.length;
    const wrong = {
      document: 'GR-2',
      at: 'soon',
      lines: [{ sku: 'A', quantiy: '5', location: 'B' }],
    };
    const { status, body } = await send('/v1/stock/receipts', wrong, WAIT);
    assert.equal(status, 422);
    const pointers = body.errors.map(({ pointer }: { pointer: string }) => pointer).sort();
    assert.deepEqual(pointers, ['/at', '/id', '/lines/0/quantity', '/lines/0/quantiy']);
    assert.equal((await call('GET', '/v1/parked')).body.rows.length, before);
    assert.equal(
      (await send('/v1/stock/receipts', receipt('G', 'A'), { 'if-match': 'x' })).status,
      400,
    );
    assert.equal((await call('POST', '/v1/stock/receipts', '{"id":')).status, 400);
    assert.equal((await call('PUT', '/v1/stock/receipts', {})).status, 405);
  });

  it('books one of all who have the same ETag, and says to the others what is there now', async () => {
    const first = await send('/v1/stock/receipts', receipt('GR-3', 'C'), WAIT);
    const etag = first.headers.get('etag')!;
    assert.match((await call('GET', '/v1/stock/C')).headers.get('etag')!, /^"1-/);
    const said = await times(20, (index) =>
      send('/v1/stock/receipts', receipt(`GR-3-${index}`, 'C', '1'), { ...WAIT, 'if-match': etag }),
    );
    const booked = said.filter(({ status }) => status === 201);
    assert.equal(booked.length, 1, JSON.stringify(said.map(({ body }) => body)));
    const refused = said.filter(({ status }) => status === 412);
    assert.equal(refused.length, 19);
    assert.deepEqual(new Set(refused.map(({ body }) => body.code)), new Set(['VERSION_MISMATCH']));
    assert.deepEqual(refused[0]!.body.current, { versions: { C: '2' } });
    assert.equal(refused[0]!.headers.get('etag'), '"2"');
    // They know, and nobody else has to see to it.
    const waiting = await call('GET', '/v1/parked?state=waiting&code=VERSION_MISMATCH');
    assert.deepEqual(waiting.body.rows, []);
    assert.equal(await onHand('C'), '6');
    // What was booked is known again, whatever is expected by then.
    const { id } = booked[0]!.body;
    const again = await send('/v1/stock/receipts', receipt(id, 'C', '1'), {
      ...WAIT,
      'if-match': '"1"',
    });
    assert.deepEqual([again.status, again.body.outcome], [200, 'exists']);
    // One who lost may decide again under the same id.
    const lost = refused[0]!.body.id;
    const now = refused[0]!.headers.get('etag')!;
    const next = await send('/v1/stock/receipts', receipt(lost, 'C', '1'), {
      ...WAIT,
      'if-match': now,
    });
    assert.equal(next.status, 201);
  });

  it('answers about reservations and items in the same call, with their versions', async () => {
    await send('/v1/stock/receipts', receipt('GR-4', 'D', '10'), WAIT);
    const lines = [{ line: '1', sku: 'D', location: 'B', quantity: '4' }];
    const hold = { id: 'm1', reservation: 'R1', at: AT, lines };
    const held = await send('/v1/reservations', hold, WAIT);
    assert.deepEqual([held.status, held.body.result], [201, 'created']);
    assert.equal(held.headers.get('location'), '/v1/reservations/R1');
    assert.equal(held.body.reservation.lines[0].quantity, '4');
    const again = await send('/v1/reservations', hold, WAIT);
    assert.deepEqual(
      [again.status, again.body.outcome, again.body.reservation.state],
      [200, 'exists', 'pending'],
    );
    const much = { ...hold, id: 'm2', reservation: 'R2', lines: [{ ...lines[0], quantity: '7' }] };
    const short = await send('/v1/reservations', much, WAIT);
    assert.deepEqual(
      [short.status, short.body.outcome, short.body.result],
      [200, 'answered', 'insufficient'],
    );
    const got = await call('GET', '/v1/reservations/R1');
    const etag = got.headers.get('etag')!;
    const more = { id: 'm3', lines: [{ ...lines[0], quantity: '5' }] };
    const changed = await call('PATCH', '/v1/reservations/R1', more, { ...WAIT, 'if-match': etag });
    assert.deepEqual([changed.status, changed.body.result], [200, 'updated']);
    const late = await send(
      '/v1/reservations/R1/commit',
      { id: 'm4' },
      { ...WAIT, 'if-match': etag },
    );
    assert.deepEqual([late.status, late.body.current.reservation.state], [412, 'pending']);
    const done = await send('/v1/reservations/R1/commit', { id: 'm5' }, WAIT);
    assert.deepEqual(
      [done.body.outcome, done.body.result, await onHand('D')],
      ['booked', 'committed', '5'],
    );
    const item = (id: string, name: string, headers = {}) =>
      send('/v1/items', { id, sku: 'D', name }, { ...WAIT, ...headers });
    const named = await item('m6', 'Mug');
    const seen = await call('GET', '/v1/items/D');
    assert.equal(`"${seen.body.version}"`, named.headers.get('etag'));
    const etagOfItem = seen.headers.get('etag')!;
    const same = await call('GET', '/v1/items/D', undefined, { 'if-none-match': etagOfItem });
    assert.equal(same.status, 304);
    const other = await item('m7', 'Cup', { 'if-match': etagOfItem });
    assert.deepEqual([named.status, other.status], [201, 201]);
    assert.equal(
      (await item('m8', 'Bowl', { 'if-match': named.headers.get('etag')! })).status,
      412,
    );
  });

  it('keeps the answer of a request with an Idempotency-Key, and runs it once', async () => {
    const keyed = (id: string, key: string) =>
      send('/v1/stock/receipts', receipt(id, 'F'), { ...WAIT, 'idempotency-key': key });
    const said = await times(20, () => keyed('GR-6', '"k-6"'));
    const statuses = said.map(({ status }) => status);
    assert.ok(statuses.includes(201), String(statuses));
    assert.ok(
      statuses.every((one) => one === 201 || one === 409),
      String(statuses),
    );
    const replayed = await keyed('GR-6', '"k-6"');
    // As it was answered, where without the key it would be known again.
    assert.deepEqual([replayed.status, replayed.body.outcome], [201, 'booked']);
    assert.equal(replayed.headers.get('idempotent-replayed'), 'true');
    const other = await keyed('GR-7', '"k-6"');
    assert.deepEqual([other.status, other.body.code], [422, 'IDEMPOTENCY_KEY_REUSED']);
    assert.equal((await keyed('GR-7', '"')).status, 400);
    assert.equal(await onHand('F'), '5');
  });

  it('takes many at once as a job, parks what is wrong with one, and books the others once', async () => {
    const bulk = async (type: string, text: string, contentType: string) => {
      const sent = await call('POST', `/v1/bulk/${type}`, text, { 'content-type': contentType });
      if (sent.status !== 202) return sent;
      const href = sent.headers.get('location')!;
      for (;;) {
        const job = await call('GET', href);
        if (job.body.done) return job;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const rows = Array.from({ length: 500 }, (_, index) => receipt(`GR-8-${index}`, 'G', '1'));
    const wrong = [
      { ...rows[0], id: undefined },
      { ...rows[1], id: 'GR-8-x', at: 'soon' },
    ];
    const lines = [...rows, ...wrong].map((row) => `${JSON.stringify(row)}\n`).join('');
    const done = await bulk('stock.receive.v1', lines, 'application/x-ndjson');
    const { type, state, records, accepted, booked, exists, parked } = done.body;
    assert.deepEqual(
      { type, state, records, accepted, booked, exists, parked },
      {
        ...{ type: 'stock.receive.v1', state: 'done', records: 502, accepted: 500 },
        ...{ booked: 500, exists: 0, parked: 2 },
      },
    );
    const why = await call('GET', `/v1/jobs/${done.body.id}/parked`);
    assert.deepEqual(
      why.body.rows.map(({ record, code }: Record<string, string>) => `${record} ${code}`).sort(),
      ['501 KEY_EMPTY', '502 MESSAGE_INVALID'],
    );
    // A person says what was meant, and it comes in by the way that it came.
    const { parkedId } = why.body.rows.find(
      ({ code }: Record<string, string>) => code === 'KEY_EMPTY',
    );
    const corrected = await send(`/v1/parked/${parkedId}/correct`, {
      value: { ...rows[0], id: 'GR-8-y' },
    });
    assert.equal(corrected.status, 200, JSON.stringify(corrected.body));
    const replayed = await send(`/v1/parked/${parkedId}/replay`, {});
    assert.equal(replayed.status, 202, JSON.stringify(replayed.body));
    const csv = ['id,document,at,sku,location,quantity,unitCost'];
    for (const { id, document } of rows.slice(0, 3)) csv.push(`${id},${document},${AT},G,B,1,2`);
    const again = await bulk('stock.receive.v1', `${csv.join('\n')}\n`, 'text/csv');
    assert.deepEqual([again.body.booked, again.body.exists, again.body.parked], [0, 3, 0]);
    const known = await send('/v1/stock/receipts', receipt('GR-8-y', 'G', '1'), WAIT);
    assert.deepEqual(
      [known.body.code ?? known.body.outcome, await onHand('G')],
      ['ID_CONFLICT', '501'],
    );
    assert.equal((await bulk('stock.recieve.v1', '{}', 'application/json')).status, 404);
    assert.equal((await bulk('stock.receive.v1', '<a/>', 'application/xml')).status, 415);
    assert.equal((await call('GET', '/v1/jobs/nobody')).status, 404);
  });

  it('answers as docs/writing.md shows it', async () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/writing.md'), 'utf8');
    const examples = [...page.matchAll(/```sh\n(.*?)```\n\n```json (\d+)\n(.*?)```/gs)];
    assert.equal(examples.length, page.match(/```sh/g)!.length);
    for (const [, command, status, answer] of examples) {
      const script = `curl() { command curl -sS -w '\\n%{http_code}\\n' "$@"; }\n${command}`;
      const run = promisify(execFile)('bash', ['-c', script], {
        env: { ...process.env, HUB: hub.url },
      });
      const lines = (await run).stdout.trimEnd().split('\n');
      assert.equal(lines.at(-1), status, `${command}${lines.join('\n')}`);
      shows(JSON.parse(lines.at(-2)!), JSON.parse(answer!), command!);
    }
  });

  it('loses and doubles nothing where it is killed between taking a command and answering', async () => {
    const post = (index: number) =>
      send('/v1/stock/receipts', receipt(`GR-5-${index}`, 'E', '1'), {
        ...WAIT,
        ...(index % 2 === 0 ? {} : { 'idempotency-key': `k-5-${index}` }),
      });
    const following = follow('E', 20);
    const said = times(20, (index) => post(index).catch(() => undefined));
    const before = hub.lines('intake.done').length;
    await hub.logged('intake.done', () => hub.lines('intake.done').length > before);
    await hub.end('SIGKILL');
    await said;
    await start();
    const again = async (index: number): Promise<Answer> => {
      for (;;) {
        const answer = await post(index);
        if (answer.body.code !== 'IDEMPOTENCY_RUNNING') return answer;
        const seconds = Number(answer.headers.get('retry-after'));
        await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      }
    };
    const answers = await times(20, again);
    assert.ok(answers.every(({ status }) => status === 200 || status === 201));
    assert.equal(await onHand('E'), '20');
    const told = await following;
    const keys = Array.from({ length: 20 }, (_, index) => `GR-5-${index}`);
    assert.deepEqual(told.toSorted(), keys.toSorted(), 'each was told once');
  });

  /** Business keys that events of a SKU name, as a reader has them who is cut time and again and goes on. */
  async function follow(sku: string, count: number): Promise<string[]> {
    const told: string[] = [];
    for (let last = '0'; told.length < count; ) {
      const session = async (): Promise<void> => {
        const url = `${hub.url}/v1/events?sku=${sku}`;
        const stream = await EventStream.open(url, { 'last-event-id': last });
        for (const until = Math.min(count, told.length + 3); told.length < until; ) {
          const { id, event, data } = await stream.next();
          if (event === '(end)') return;
          if (data !== undefined) told.push(JSON.parse(data).data.messageId);
          if (id !== undefined) last = id;
        }
        stream.cut();
      };
      // While the hub is away nobody answers.
      await session().catch(() => new Promise((resolve) => setTimeout(resolve, 50)));
    }
    return told;
  }
});
