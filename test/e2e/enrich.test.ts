/** Records that are enriched from a system that is there, slow, wrong or down, and from the books. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StockbusError } from '../../core/errors.ts';
import { type OpenHub, openHub } from '../../core/hub/openHub.ts';
import { limits } from '../../core/limits.ts';
import type { Payload, Receipt } from '../../core/ports.ts';
import { noMetrics, type Runtime, systemRuntime } from '../../core/runtime.ts';
import { until } from '../hubRun.ts';
import { Desk } from './cli.ts';

const flow = `flow: deliveries
from: http
read: csv
steps:
  - enrich: { http: catalogue, path: "'/items/' & $encodeUrlComponent(article)", cache: 1h, timeout: 200ms, into: item }
  - map:
      document: no
      at: $date(at)
      sku: item.sku
      location: place
      quantity: $multiply($decimal(cartons, "."), $string(item.perCarton))
      const: { unitCost: "1" }
key: no
to: stock.receive.v1
`;
const header = 'no,at,article,cartons,place\n';
const line = (no: string, article: string) => `${no},2026-03-01,${article},2,BER\n`;

/** What it is asked, and how it behaves. */
class Catalogue {
  readonly asked: string[] = [];
  items: Record<string, unknown> = { A: { sku: 'TEA', perCarton: 12 } };
  how: 'well' | 'down' | 'silent' | 'denied' = 'well';
  #server!: Server;

  async open(): Promise<string> {
    this.#server = createServer(({ url = '', headers }, response) => {
      this.asked.push(`${url} ${headers.authorization}`);
      if (this.how === 'silent') return;
      const item = this.items[decodeURIComponent(url.replace('/api/items/', ''))];
      const ill = { down: 503, denied: 401 }[this.how as string];
      response.writeHead(ill ?? (item === undefined ? 404 : 200));
      response.end(JSON.stringify(item ?? {}));
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe('a delivery that is enriched', () => {
  let desk: Desk;
  let catalogue: Catalogue;

  beforeEach(async () => {
    desk = new Desk({}, []);
    catalogue = new Catalogue();
    const url = await catalogue.open();
    const headers = '{ authorization: "Bearer of tests" }';
    const text = `  catalogue: { http: { url: "${url}", headers: ${headers} } }\n`;
    const config = desk.path('config', 'hub.yaml');
    writeFileSync(
      config,
      readFileSync(config, 'utf8').replace('connectors:\n', `connectors:\n${text}`),
    );
    writeFileSync(desk.path('flows', 'deliveries.yaml'), flow);
    writeFileSync(desk.path('d.csv'), header + line('D-1', 'A') + line('D-2', 'A'));
  });

  afterEach(async () => {
    await catalogue.close();
    desk.remove();
  });

  it('is booked by what was answered, asked once, and never booked twice whatever is answered later', async () => {
    const first = await desk.run(['run', 'deliveries', 'd.csv']);
    assert.match(first.out, /2 booked, 0 booked before, 0 parked/, first.err);
    assert.deepEqual(catalogue.asked, ['/api/items/A Bearer of tests']);
    const again = await desk.run(['run', 'deliveries', 'd.csv']);
    assert.match(again.out, /0 booked, 2 booked before, 0 parked/);
    for (const item of [
      { sku: 'TEA', perCarton: 10 },
      { sku: 'OTHER', perCarton: 12 },
    ]) {
      catalogue.items = { A: item };
      const other = await desk.run(['run', 'deliveries', 'd.csv']);
      assert.match(other.out, /0 booked, 0 booked before, 2 parked/);
      assert.match(other.out, /ID_CONFLICT/);
    }
    const { out } = await desk.run(['stock']);
    assert.match(out, /TEA\s+BER\s+available\s+48/);
    assert.doesNotMatch(out, /OTHER/);
    assert.equal((await desk.run(['verify'])).code, 0);
  });

  it('parks what the other side does not have, and nothing while it is down', async () => {
    appendFileSync(desk.path('d.csv'), line('D-3', 'X/1'));
    const parked = await desk.run(['run', 'deliveries', 'd.csv', '--dry-run']);
    assert.match(parked.out, /ENRICH_NOT_FOUND.*catalogue has no '\/items\/X%2F1'/);
    catalogue.how = 'down';
    const down = await desk.run(['run', 'deliveries', 'd.csv']);
    assert.equal(down.code, 1);
    assert.match(
      down.err,
      /ENRICH_FAILED connector 'catalogue': http\S+\/api\/items\/\S+: answered 503/,
    );
    assert.doesNotMatch((await desk.run(['parked', 'list'])).out, /deliveries/);
    catalogue.how = 'well';
    assert.match((await desk.run(['run', 'deliveries', 'd.csv'])).out, /2 booked.*1 parked/);
  });

  it('is tried with the answers of a file, which asks nobody else', async () => {
    const file = desk.path('answers.yaml');
    writeFileSync(file, 'catalogue: { /items/A: { sku: TEA, perCarton: 3 } }\n');
    const tried = await desk.run(['try', 'deliveries', 'd.csv', '--answers', 'answers.yaml']);
    assert.equal(tried.code, 0, tried.err);
    assert.match(tried.out, /"quantity": "6"/);
    writeFileSync(file, 'catalogue: {}\n');
    const lacks = await desk.run(['try', 'deliveries', 'd.csv', '--answers', 'answers.yaml']);
    assert.match(
      lacks.err,
      /deliveries.yaml:5:\d+ asks 'catalogue' for '\/items\/A', and no answer is given/,
    );
    assert.deepEqual(catalogue.asked, []);
    assert.match((await desk.run(['try', 'deliveries', 'd.csv'])).out, /"quantity": "24"/);
    assert.equal(catalogue.asked.length, 1);
  });

  it('fails its test where the test has no answer, with place and remedy', async () => {
    const tests = `flow: deliveries\npayload: "${(header + line('D-1', 'A')).replaceAll('\n', '\\n')}"\n`;
    writeFileSync(desk.path('flows', 'deliveries.test.yaml'), `${tests}expect: { parked: [] }\n`);
    const { code, out } = await desk.run(['test', 'deliveries']);
    assert.equal(code, 1);
    assert.match(
      out,
      /FAILED flows\/deliveries\.test\.yaml:1:1 deliveries\n {2}\S+ flows\/deliveries\.yaml:5:\d+ asks 'catalogue' for '\/items\/A', and no answer is given; add answers: \{ catalogue: \{ "\/items\/A": … \} \}, or null where there is nothing/,
    );
    const books = flow
      .replace(/- enrich:.*/, '- enrich: { item: article, into: item }')
      .replace('perCarton', 'weight');
    writeFileSync(desk.path('flows', 'deliveries.yaml'), books);
    assert.match(
      (await desk.run(['test', 'deliveries'])).out,
      /asks the books \(item\), and the test says nothing of them; add `stock:` or `booked:`/,
    );
    assert.deepEqual(catalogue.asked, []);
  });
});

describe('a hub whose flows ask a system', () => {
  let desk: Desk;
  let catalogue: Catalogue;
  let open: OpenHub;
  let told: Record<string, unknown>[];
  let gauges: number[];
  /** Time that nobody waited for. */
  let passedMs: number;
  let hubRuntime: Runtime;

  const accept = (rows: string): Promise<Receipt> => {
    const origin = { intakeId: systemRuntime().newId(), flow: 'deliveries', name: 'd.csv' };
    const payload: Payload = {
      origin,
      body: (async function* () {
        yield Buffer.from(header + rows);
      })(),
    };
    return open.hub.accept('deliveries', payload);
  };
  const codeOf = (accepting: Promise<unknown>): Promise<string> =>
    accepting.then(
      () => 'accepted',
      (error: unknown) => (error instanceof StockbusError ? error.code : String(error)),
    );

  beforeEach(async () => {
    desk = new Desk({}, []);
    catalogue = new Catalogue();
    const url = await catalogue.open();
    const config = desk.path('config', 'hub.yaml');
    const text = `connectors:\n  catalogue: { http: { url: "${url}" } }\n`;
    writeFileSync(config, readFileSync(config, 'utf8').replace('connectors:\n', text));
    writeFileSync(desk.path('flows', 'deliveries.yaml'), flow);
    told = [];
    gauges = [];
    const runtime = systemRuntime((_level, event, fields) => {
      if (event === 'enrich.circuit') told.push({ ...fields });
    });
    passedMs = 0;
    hubRuntime = {
      ...runtime,
      monotonic: () => runtime.monotonic() + passedMs,
      metrics: {
        ...noMetrics,
        gauge: (name: string, value: number) => {
          if (name === 'stockbus_enrich_circuit') gauges.push(value);
        },
      },
    };
    const env = { STOCKBUS_DATA: desk.path('data') };
    open = await openHub(desk.folder, env, hubRuntime, { roles: ['apply'] });
    await open.hub.start();
  });

  afterEach(async () => {
    await open.close();
    await catalogue.close();
    desk.remove();
  });

  it('keeps what it was answered over payloads', async () => {
    for (const no of ['D-1', 'D-2', 'D-3']) await accept(line(no, 'A'));
    assert.equal(catalogue.asked.length, 1);
  });

  it('waits no longer than the timeout of the step', async () => {
    catalogue.how = 'silent';
    const startedMs = performance.now();
    assert.equal(await codeOf(accept(line('D-1', 'A'))), 'ENRICH_FAILED');
    const most = limits.enrichAttempts * 200 + 2 * limits.enrichMaxWaitMs + 1_000;
    assert.ok(performance.now() - startedMs < most);
    assert.equal(catalogue.asked.length, limits.enrichAttempts);
  });

  it('leaves a system alone that fails, tells it, and takes payloads once it is well', async () => {
    catalogue.how = 'down';
    assert.equal(await codeOf(accept(line('D-1', 'A'))), 'ENRICH_FAILED');
    await codeOf(accept(line('D-1', 'A')));
    assert.equal(catalogue.asked.length, limits.enrichFailures);
    assert.equal(await codeOf(accept(line('D-1', 'A'))), 'ENRICH_PAUSED');
    assert.equal(catalogue.asked.length, limits.enrichFailures);
    assert.deepEqual(told, [{ connector: 'catalogue', state: 'open', failures: 5 }]);
    catalogue.how = 'well';
    passedMs += limits.enrichPauseMs;
    assert.equal(await codeOf(accept(line('D-1', 'A'))), 'accepted');
    assert.deepEqual(gauges, [2, 1, 0]);
  });

  it('pauses the flow where its credentials are refused, after one question, until a person has it go on', async () => {
    catalogue.how = 'denied';
    assert.equal(await codeOf(accept(line('D-1', 'A') + line('D-2', 'A'))), 'ENRICH_DENIED');
    const status = () => open.hub.flows().find(({ name }) => name === 'deliveries')!;
    await until('the pause', () => status().state === 'paused');
    assert.equal(status().reason!.code, 'ENRICH_DENIED');
    assert.match(
      status().reason!.message,
      /^by hub since \S+: connector 'catalogue': .* answered 401$/,
    );
    assert.equal(await codeOf(accept(line('D-1', 'A'))), 'FLOW_PAUSED');
    assert.equal(catalogue.asked.length, 1);
    catalogue.how = 'well';
    await open.hub.pauses.resume('deliveries', 'test');
    assert.equal(await codeOf(accept(line('D-1', 'A'))), 'accepted');
  });

  it('keeps a file in its inbox while a system is down, and what is to be told in its queue', async () => {
    await open.close();
    const inbox = desk.path('in');
    mkdirSync(inbox);
    const config = desk.path('config', 'hub.yaml');
    const connectors = `connectors:\n  in: { folder: { path: "${inbox}" } }\n  out: { folder: { path: "${desk.path('out')}" } }\n`;
    writeFileSync(config, readFileSync(config, 'utf8').replace('connectors:\n', connectors));
    // Time is made to pass below, and what was answered to the first file holds for the second.
    const source = 'from: { folder: in, pattern: "d*.csv", settle: 10ms }';
    const filed = flow.replace('from: http', source).replace('1h', '20d');
    writeFileSync(desk.path('flows', 'deliveries.yaml'), filed);
    const feed = `flow: feed
from: stock.changed.v1
steps:
  - enrich: { http: catalogue, path: "'/items/' & sku", into: item }
  - map: { sku: sku, onHand: onHand, carton: item.perCarton }
write: json
to: { folder: out }
retry: { first: 10ms, max: 50ms, attempts: 100 }
`;
    writeFileSync(desk.path('flows', 'feed.yaml'), feed);
    catalogue.items = { A: { sku: 'TEA', perCarton: 12 } };
    catalogue.how = 'down';
    const env = { STOCKBUS_DATA: desk.path('data') };
    const roles = ['intake', 'apply', 'relay', 'deliver'] as const;
    open = await openHub(desk.folder, env, hubRuntime, { roles });
    await open.hub.start();
    writeFileSync(desk.path('in', 'd1.csv'), header + line('D-1', 'A'));
    await until('it is asked', () => catalogue.asked.length > 0);
    assert.equal((await open.store.parked({}, { limit: 10 })).rows.length, 0);

    catalogue.how = 'well';
    const onHand = async () => {
      // Of what fails in the meantime nobody waits for the pause to end.
      passedMs += limits.enrichPauseMs;
      const { rows } = await open.store.stock({ sku: 'TEA' }, { limit: 10 });
      return rows[0]?.onHand;
    };
    assert.equal(await until('it is booked', onHand), 24_000_000n);
    // The subscriber asks for TEA, which is not there yet: told for itself, and never again.
    catalogue.items = { A: { sku: 'TEA', perCarton: 12 }, TEA: { perCarton: 12 } };
    catalogue.how = 'down';
    const asked = catalogue.asked.length;
    writeFileSync(desk.path('in', 'd2.csv'), header + line('D-2', 'A'));
    await until('the subscriber asks', () =>
      catalogue.asked.slice(asked).some((one) => one.startsWith('/api/items/TEA ')),
    );
    catalogue.how = 'well';
    const sent = await until('it is told', () => {
      passedMs += limits.enrichPauseMs;
      const files = existsSync(desk.path('out')) ? readdirSync(desk.path('out')) : [];
      const texts = files
        .filter((name) => name.endsWith('.json'))
        .map((name) => readFileSync(desk.path('out', name), 'utf8'));
      return texts.find((text) => text.includes('"onHand":"48"'));
    });
    assert.match(sent, /"carton":12/);
    assert.equal((await open.store.parked({}, { limit: 10 })).rows.length, 0);
  });
});
