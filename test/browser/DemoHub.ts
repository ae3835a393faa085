/** A hub on the embedded pair, in this process, with the demo's data and its API: what a browser looks at. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ApiScope } from '../../core/api/auth/scopes.ts';
import { Users } from '../../core/api/auth/Users.ts';
import { apiOf, httpAddress, prometheusMeter } from '../../core/cli/apiOf.ts';
import { packageFacts } from '../../core/cli/packageFacts.ts';
import { type OpenHub, openHub } from '../../core/hub/openHub.ts';
import { whenBooked } from '../../core/hub/whenBooked.ts';
import { type Log, type Runtime, silentLog, systemRuntime } from '../../core/runtime.ts';

/** Flow, and its sample in flows/samples; the name is that of a partner's file. */
const samples = [
  ['item-master-data', 'item-master-data.csv', 'items-2026-03.csv'],
  ['erp-purchase-receipts', 'erp-purchase-receipts.csv', 'receipts-2026-03.csv'],
  ['crm-orders-shipped', 'crm-orders-shipped.json', 'orders-2026-03.json'],
  ['warehouse-transfers', 'warehouse-transfers.xml', 'transfers-2026-03.xml'],
  ['webshop-returns', 'webshop-returns.json', 'returns-2026-03.json'],
] as const;

export interface DemoHubOptions {
  /** False: a hub with nothing in it. */
  hasData?: boolean;
  /** Of the process that the hub believes to be in. */
  env?: Readonly<Record<string, string>>;
  log?: Log;
}

export class DemoHub {
  readonly open: OpenHub;
  readonly url: string;
  readonly #runtime: Runtime;
  readonly #end: () => Promise<void>;

  private constructor(open: OpenHub, runtime: Runtime, url: string, end: () => Promise<void>) {
    this.#runtime = runtime;
    this.open = open;
    this.url = url;
    this.#end = end;
  }

  static async start({
    hasData = true,
    env = {},
    log = silentLog,
  }: DemoHubOptions = {}): Promise<DemoHub> {
    const data = await mkdtemp(join(tmpdir(), 'stockbus-console-'));
    const { metrics, text } = await prometheusMeter();
    const runtime = systemRuntime(log, metrics);
    const hubEnv = {
      // Nobody listens there: a subscriber that takes nothing is something to look at.
      STOCKBUS_WEBSHOP_URL: 'http://127.0.0.1:9/stock',
      STOCKBUS_WEBSHOP_SECRET: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
      ...env,
      ...{ STOCKBUS_DATA: data, STOCKBUS_PORT: '0' },
    };
    const open = await openHub(packageFacts().folder, hubEnv, runtime);
    const api = await apiOf(open, runtime, text);
    await open.hub.start();
    const { port } = await api.start();
    const hub = new DemoHub(open, runtime, httpAddress('127.0.0.1', port), async () => {
      await api.stop();
      await open.close();
      await rm(data, { recursive: true, force: true });
    });
    if (hasData) await hub.#takeSamples();
    return hub;
  }

  async #takeSamples(): Promise<void> {
    for (const [flow, file, name] of samples) await this.post(flow, file, name);
  }

  /** Takes a sample of flows/samples in, and waits until all of it is booked. */
  async post(flow: string, file: string, name = file): Promise<void> {
    const sample = join(packageFacts().folder, 'flows/samples', file);
    const intakeId = this.#runtime.newId();
    const body = Readable.from([await readFile(sample)]);
    await this.open.hub.accept(flow, { origin: { intakeId, flow, name }, body });
    await whenBooked(this.open.store, intakeId, this.#runtime);
  }

  /** Somebody who signs in at the console. */
  async addUser(name: string, password: string, scopes: readonly ApiScope[]): Promise<void> {
    await new Users(this.open.store, this.#runtime).add(name, password, scopes, 'test');
  }

  stop(): Promise<void> {
    return this.#end();
  }
}
