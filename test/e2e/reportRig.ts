/** Reports of test/fixtures/reports as one process has them, by a clock of the store's server that the test sets. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportFlow } from '../../core/flow/compiledFlow.ts';
import { backendOf } from '../../core/hub/backendOf.ts';
import { addressesOf, loadFolder } from '../../core/hub/openHub.ts';
import { RUN } from '../../core/jobs/RunStore.ts';
import type { ControlRow, Sink, Store } from '../../core/ports.ts';
import type { Log } from '../../core/runtime.ts';
import { systemRuntime } from '../../core/runtime.ts';
import { ScheduledReport } from '../../core/ScheduledReport.ts';
import { stores } from '../../core/storeKinds.ts';

export const LEASE_MS = 10_000;

export class ReportRig {
  /** What the server's clock says. */
  now = '';
  readonly lines: string[] = [];
  readonly store: Store;
  readonly #flows: readonly ReportFlow[];
  readonly #data: string;

  static async open(env: Readonly<Record<string, string>>): Promise<ReportRig> {
    const { flows, config } = await loadFolder('test/fixtures/reports', env);
    const address = addressesOf(config).store;
    const store = await backendOf('store', stores, address).open(address, systemRuntime());
    const reports = flows.filter((flow) => flow.direction === 'report');
    return new ReportRig(store, reports, env.STOCKBUS_DATA!);
  }

  private constructor(store: Store, flows: readonly ReportFlow[], data: string) {
    this.store = store;
    store.serverTime = async () => this.now;
    this.#flows = flows;
    this.#data = data;
  }

  /** `over`: what stands between the report and its folder. */
  report(name: string, over: (sink: Sink) => Sink = (sink) => sink): ScheduledReport {
    const flow = this.#flows.find((one) => one.name === name)!;
    const log: Log = (_, event, { code = '' } = {}) => this.lines.push(`${event} ${code}`.trim());
    const { spec, config, options } = flow.to;
    const runtime = systemRuntime(log);
    const sink = spec.sink!(config, options, { name: 'outbox', flow: name, runtime });
    const stock = { zone: 'UTC' } as ConstructorParameters<typeof ScheduledReport>[0]['stock'];
    const parts = { store: this.store, runtime, stock, leaseMs: LEASE_MS };
    return new ScheduledReport(parts, flow, over(sink));
  }

  /** A process that begins at that moment, does what there is to do, and ends. */
  async live(name: string, now: string, ...others: ReportRig[]): Promise<void> {
    const all = [this, ...others];
    for (const rig of all) rig.now = now;
    const reports = all.map((rig) => rig.report(name));
    for (let looks = 0; looks < 3; looks += 1)
      await Promise.all(reports.map((report) => report.work()));
    assert.deepEqual(await this.runs(name, 'open'), []);
    for (const report of reports) await report.stop();
  }

  async runs(name: string, state?: string): Promise<ControlRow[]> {
    const filter = { kind: RUN, word: name, ...(state === undefined ? {} : { state }) };
    return (await this.store.controlRows(filter, { limit: 1_000 })).rows;
  }

  /** Instants of the runs that were written. */
  async written(name: string): Promise<string[]> {
    const runs = await this.runs(name, 'written');
    return runs.map(({ since }) => since.slice(0, 16));
  }

  files(name: string): string[] {
    const folder = join(this.#data, 'out');
    return readdirSync(folder).filter((file) => file.startsWith(name) && file.endsWith('.csv'));
  }

  text(file: string): string {
    return readFileSync(join(this.#data, 'out', file), 'utf8');
  }
}
