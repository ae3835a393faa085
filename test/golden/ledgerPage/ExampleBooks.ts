/** The books of an example: a hub on the embedded broker and either store, at times that the example sets. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { ClosingMaker } from '../../../core/apply/ClosingMaker.ts';
import { schemas } from '../../../core/catalog.ts';
import { parseLine } from '../../../core/cli/command.ts';
import { commandLine } from '../../../core/cli/commandLine.ts';
import { queryOf, reportCommand } from '../../../core/cli/reports.ts';
import { tablePages } from '../../../core/cli/reportTable.ts';
import { terminalOn } from '../../../core/cli/terminal.ts';
import { type OpenHub, openHub } from '../../../core/hub/openHub.ts';
import { commandQueue } from '../../../core/intake/publishBatches.ts';
import type { RecordValue } from '../../../core/ports.ts';
import { openQuery } from '../../../core/query.ts';
import type { ReportSpec } from '../../../core/reports/ReportSpec.ts';
import { reports } from '../../../core/reports/reports.ts';
import { systemRuntime, type Timer } from '../../../core/runtime.ts';
import { hashOfContent } from '../../hashOfContent.ts';
import { until } from '../../hubRun.ts';
import { timeAt } from '../../SimulatedTime.ts';

/** A canonical message, and when the hub hears of it. */
export interface ExampleMessage {
  recorded: string;
  /** Business key; left out, the number of the document or the code of the item. */
  id?: string;
  type: string;
  data: Record<string, unknown>;
}

/** A file that a flow takes in. */
export interface ExampleFile {
  flow: string;
  name: string;
  text: string;
}

export interface Report {
  spec: ReportSpec;
  rows: RecordValue[];
}

const SETTLE_MS = 20_000;

const ajv = addFormats.default(new Ajv({ strict: false }));

export class ExampleBooks {
  readonly #folder: string;
  readonly #open: OpenHub;
  readonly #env: Readonly<Record<string, string>>;
  readonly #clock: { now: number };
  /** The hub's own would look by the clock of the machine. */
  readonly #closings: ClosingMaker;
  /** Not from 0 where books go on: each payload has a name of its own for ever. */
  #payloads: number;

  private constructor(
    folder: string,
    open: OpenHub,
    env: Readonly<Record<string, string>>,
    clock: { now: number },
  ) {
    const runtime = { ...systemRuntime(), now: () => clock.now };
    this.#closings = new ClosingMaker({ store: open.store, runtime });
    this.#folder = folder;
    this.#open = open;
    this.#env = env;
    this.#clock = clock;
    this.#payloads = clock.now;
  }

  /**
   * Books in a new folder with this config/hub.yaml. `store` is the address of one elsewhere; They are empty, or
   * go on from `now` with what is in `data`, a folder that stays, or on the server.
   */
  static async open(
    config: string,
    store = '',
    {
      data,
      now = 0,
      flows = {},
    }: { data?: string; now?: number; flows?: Readonly<Record<string, string>> } = {},
  ): Promise<ExampleBooks> {
    const folder = await mkdtemp(join(tmpdir(), 'stockbus-example-'));
    for (const name of ['config', 'flows']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'config', 'hub.yaml'), config);
    for (const [name, text] of Object.entries(flows))
      await writeFile(join(folder, 'flows', name), text);
    const clock = { now };
    // What looks from time to time would find a message's time before the message: a reservation would
    // expire in a commit of its own, or not, by how busy the machine is, and the digest would be another.
    const every = (): Timer => ({ stop: () => undefined });
    const runtime = { ...systemRuntime(), now: () => clock.now, every };
    const env = { STOCKBUS_DATA: data ?? join(folder, 'data'), STOCKBUS_STORE: store };
    const open = await openHub(folder, env, runtime, { roles: ['apply'], runsStages: true });
    await open.hub.start();
    return new ExampleBooks(folder, open, env, clock);
  }

  async close(): Promise<void> {
    await this.#open.close();
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** Books messages, each at its time of recording, and waits until values are final. */
  async book(messages: readonly ExampleMessage[]): Promise<void> {
    for (const message of messages) await this.#bookOne(message);
  }

  async #bookOne({ recorded, id, type, data }: ExampleMessage): Promise<void> {
    const schema = (schemas as Record<string, object>)[type];
    assert.ok(schema, `there is no message type ${type}`);
    assert.ok(ajv.validate(schema, data), `${type}: ${ajv.errorsText()}`);
    assert.ok(Date.parse(recorded) >= this.#clock.now, `${recorded} is before what stands above`);
    this.#clock.now = Date.parse(recorded);
    this.#payloads += 1;
    const intakeId = `example-${this.#payloads}`;
    const command = {
      specversion: '1.0',
      id: id ?? data.document ?? data.sku,
      source: '/flows/example',
      type,
      time: recorded,
      datacontenttype: 'application/json',
      contenthash: hashOfContent(type, data),
      actor: 'flow:example',
      record: 1,
      data,
    };
    const origin = { intakeId, flow: 'example', name: intakeId };
    const batch = { origin, index: 0, records: 1, filtered: 0, batches: 1, parked: [] };
    await this.#open.broker.publish([
      {
        id: intakeId,
        to: { queue: commandQueue(0) },
        body: Buffer.from(JSON.stringify({ v: 1, parts: [{ ...batch, commands: [command] }] })),
        contentType: 'application/json',
      },
    ]);
    const { store } = this.#open;
    await until(`${command.id} to be applied`, async () => (await store.intake(intakeId))?.done);
    await until('values', async () => (await store.recosts({ limit: 1 })).rows.length === 0);
    await this.#closings.work();
  }

  /** Takes a file in at the time of the last document, and waits until what goes through stages at once has gone. */
  async takeIn({ flow, name, text }: ExampleFile): Promise<void> {
    this.#payloads += 1;
    const origin = { intakeId: `example-${this.#payloads}`, flow, name };
    const body = (async function* () {
      yield Buffer.from(text);
    })();
    const { parked, faults } = await this.#open.hub.accept(flow, { origin, body });
    assert.equal(parked, 0, JSON.stringify(faults));
    await this.#open.hub.settle(SETTLE_MS);
  }

  /** What the command line answers to `stockbus REPORT …` a minute after the last document, as rows of its table. */
  async report(line: readonly string[]): Promise<Report | undefined> {
    const spec = reports.find(({ name }) => name === line[0]);
    if (!spec) return undefined;
    const command = reportCommand(spec.name);
    const { arguments: named, options } = parseLine(command, line.slice(1));
    const query = queryOf(spec, named[0] === undefined ? options : { ...options, sku: named[0] });
    const { store, config } = this.#open;
    const rows: RecordValue[] = [];
    const open = await openQuery(store, config.stock, query, timeAt(this.#clock.now + 60_000));
    const pages = tablePages(spec, open, config.stock.minorDigits);
    for await (const page of pages) rows.push(...page.rows, ...page.totals);
    return { spec, rows };
  }

  /** What any other command writes, with its exit code. */
  async command(line: readonly string[]): Promise<{ code: number; out: string }> {
    // A process that only reads sees what is final.
    await this.#open.store.finalUntil();
    const written: string[] = [];
    const stream = {
      write: (chunk: unknown) => written.push(String(chunk)) > 0,
      once: () => undefined,
    };
    const code = await commandLine(line, {
      env: this.#env,
      terminal: terminalOn(stream, stream),
      workingFolder: this.#folder,
      enter: () => undefined,
    });
    return { code, out: written.join('') };
  }

  /** What `sqlite3 store.db` answers, which may be that it refuses. */
  sql(query: string): { header: string[]; rows: string[][] } {
    const database = new DatabaseSync(join(this.#folder, 'data', 'store.db'));
    try {
      const statement = database.prepare(query);
      const header = statement.columns().map(({ name }) => name);
      const rows = statement.all().map((row) => header.map((name) => String(row[name] ?? '')));
      return { header, rows };
    } catch (error) {
      return { header: ['Error'], rows: [[(error as Error).message]] };
    } finally {
      database.close();
    }
  }
}
