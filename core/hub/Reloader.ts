/** Reads the folder of a hub anew while it runs, and has it go on by what stands there now; one reload at a time. */
import { isDeepStrictEqual } from 'node:util';
import type { HubAnswers } from '../answers/HubAnswers.ts';
import { changeAudited } from '../auditTrail.ts';
import type { FlowChange } from '../deployment/flowChanges.ts';
import type { ReloadReport } from '../deployment/ReloadReport.ts';
import { FaultList, faultOf, formatFault, StockbusError } from '../errors.ts';
import type { CompiledFlow } from '../flow/compiledFlow.ts';
import type { ConfigSetting } from '../flow/configSettings.ts';
import type { HubConfig } from '../flow/hubConfig.ts';
import type { Hub } from '../hub.ts';
import type { Runtime } from '../runtime.ts';
import type { LoadedFolder } from './openHub.ts';

export interface ReloaderParts {
  hub: Pick<Hub, 'store' | 'policy' | 'running' | 'reload'>;
  /** As the hub was started. */
  config: HubConfig;
  load(): Promise<LoadedFolder>;
  runtime: Pick<Runtime, 'log' | 'newId'>;
}

/** Of config/hub.yaml, what a reload takes over. */
const taken: ReadonlySet<string> = new Set(['stock', 'connectors', 'settings']);
/** What of a bad folder is told in the log; `stockbus lint` tells all. */
const FAULTS_TOLD = 10;
const FLOWS_TOLD = 50;

export class Reloader {
  readonly #parts: ReloaderParts;
  /** Who answers the flows of which reload. */
  #loads: { flows: readonly CompiledFlow[]; answers: HubAnswers }[] = [];
  #last: Promise<unknown> = Promise.resolve();
  #settings: readonly ConfigSetting[];

  constructor(parts: ReloaderParts) {
    this.#parts = parts;
    this.#settings = parts.config.settings;
  }

  /** What counts now: of what a reload does not take over, as it was at the start. */
  get settings(): readonly ConfigSetting[] {
    return this.#settings;
  }

  /** Throws RELOAD_REFUSED, with the faults: everything runs on as it did. */
  reload(by?: string): Promise<ReloadReport> {
    const reloaded = this.#last.then(() => this.#reload(by));
    this.#last = reloaded.catch(() => undefined);
    return reloaded;
  }

  async #reload(by: string | undefined): Promise<ReloadReport> {
    const { hub, config, runtime } = this.#parts;
    const { log } = runtime;
    try {
      const loaded = await this.#load();
      const { store } = hub;
      loaded.answers.use(async () => ({ store, policy: hub.policy }));
      this.#loads.push(loaded);
      const stays = config.settings.filter(({ name }) => !isTaken(name));
      const fresh = loaded.config.settings.filter(({ name }) => isTaken(name));
      const flows = (await hub.reload(loaded, by)).map(shown).sort(byName);
      this.#settings = [...stays, ...fresh];
      const report = { flows, needsRestart: needsRestart(config, loaded.config) };
      if (by !== undefined) await this.#writeDown(by, flows);
      const untaken = flows.filter(({ faults }) => faults.length > 0);
      log(untaken.length > 0 ? 'warn' : 'info', 'hub.reloaded', {
        flows: flows.map(({ flow, change }) => `${flow}: ${change}`),
        faults: untaken.flatMap(({ faults }) => faults).slice(0, FAULTS_TOLD),
        needsRestart: report.needsRestart,
      });
      return report;
    } catch (error) {
      const { code, message, todo } = faultOf(error);
      log('error', 'hub.reload_failed', { code, message, ...(todo ? { todo } : {}) });
      throw error;
    } finally {
      this.#forget();
    }
  }

  /** In the audit trail: what is another than before. */
  async #writeDown(actor: string, flows: ReloadReport['flows']): Promise<void> {
    const { hub, config, runtime } = this.#parts;
    const changed = flows.filter(({ change }) => change !== 'unchanged');
    const told = changed.slice(0, FLOWS_TOLD).map(({ flow, change }) => `${flow} ${change}`);
    if (changed.length > FLOWS_TOLD) told.push(`${changed.length - FLOWS_TOLD} more`);
    const facts = { flows: told.join(', ') };
    const act = { actor, did: 'hub.reloaded', id: config.name ?? 'hub', facts };
    await changeAudited(hub.store, runtime, act, []);
  }

  async #load(): Promise<LoadedFolder> {
    try {
      return await this.#parts.load();
    } catch (error) {
      if (!(error instanceof FaultList)) throw error;
      const [first] = error.faults;
      const message = `nothing is changed: ${first ? formatFault(first) : 'the folder has faults'}`;
      const causes = error.faults.slice(0, FAULTS_TOLD);
      throw new StockbusError('RELOAD_REFUSED', message, undefined, { causes });
    }
  }

  /** Whose flows have all been replaced is asked by nobody any more. */
  #forget(): void {
    const running = new Set(this.#parts.hub.running());
    const isUsed = ({ flows }: { flows: readonly CompiledFlow[] }): boolean =>
      flows.some((flow) => running.has(flow));
    for (const load of this.#loads) if (!isUsed(load)) load.answers.close();
    this.#loads = this.#loads.filter(isUsed);
  }

  /** Once the hub has stopped. */
  async close(): Promise<void> {
    await this.#last;
    for (const { answers } of this.#loads) answers.close();
    this.#loads = [];
  }
}

const shown = ({ flow, change, faults = [] }: FlowChange): ReloadReport['flows'][number] => ({
  flow,
  change,
  faults: faults.slice(0, FAULTS_TOLD).map(formatFault),
});

const isTaken = (name: string): boolean => taken.has(name.split('.')[0]!);

const byName = (one: { flow: string }, other: { flow: string }): number =>
  one.flow < other.flow ? -1 : 1;

const needsRestart = (before: HubConfig, after: HubConfig): string[] =>
  (Object.keys(after) as (keyof HubConfig)[]).filter(
    (name) => !taken.has(name) && !isDeepStrictEqual(before[name], after[name]),
  );
