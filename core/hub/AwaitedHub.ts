import type { FlowStatus } from '../deployment/FlowRunner.ts';
import type { FlowChange } from '../deployment/flowChanges.ts';
import type { Patience } from '../deployment/Patience.ts';
import { StockbusError } from '../errors.ts';
import type { CompiledFlow } from '../flow/compiledFlow.ts';
import type { Health } from '../health.ts';
import type { Hub } from '../hub.ts';
import type { HubLoad } from '../hubSetup.ts';
import type { Desk } from '../parked/Desk.ts';
import type { Payload, Receipt, StageSpec, Store } from '../ports.ts';
import type { KeyOfRead } from '../reports/settledParked.ts';
import type { Released } from '../stages/StageRelease.ts';
import type { StockPolicy } from '../stock/policy.ts';

/** A hub whose broker or store may not be there yet: so long it is starting, and says what it waits for. */
export class AwaitedHub implements Hub {
  readonly #patience: Pick<Patience, 'waitsFor'>;
  #hub: Hub | undefined;

  constructor(patience: Pick<Patience, 'waitsFor'>) {
    this.#patience = patience;
  }

  /** From now on it is that one. */
  become(hub: Hub): void {
    this.#hub = hub;
  }

  get #there(): Hub {
    if (this.#hub) return this.#hub;
    throw new StockbusError('HUB_STARTING', 'the hub is starting');
  }

  get store(): Store {
    return this.#there.store;
  }

  get desk(): Desk {
    return this.#there.desk;
  }

  get door(): Hub['door'] {
    return this.#there.door;
  }

  get commands(): Hub['commands'] {
    return this.#there.commands;
  }

  get applied(): Hub['applied'] {
    return this.#there.applied;
  }

  get relayed(): Hub['relayed'] {
    return this.#there.relayed;
  }

  get pauses(): Hub['pauses'] {
    return this.#there.pauses;
  }

  readonly keyOfRead: KeyOfRead = (flow, record) => this.#there.keyOfRead(flow, record);

  async start(): Promise<void> {
    await this.#there.start();
  }

  async accept(flow: string, payload: Payload): Promise<Receipt> {
    return this.#there.accept(flow, payload);
  }

  refusal(): StockbusError | undefined {
    if (this.#hub) return this.#hub.refusal();
    return new StockbusError('HUB_STARTING', 'the hub is starting');
  }

  inboundFlows(): { name: string; about: string; contentType: string }[] {
    return this.#there.inboundFlows();
  }

  flows(): FlowStatus[] {
    return this.#there.flows();
  }

  running(): CompiledFlow[] {
    return this.#there.running();
  }

  get policy(): StockPolicy {
    return this.#there.policy;
  }

  async reload(next: HubLoad, by?: string): Promise<FlowChange[]> {
    return this.#there.reload(next, by);
  }

  async health(): Promise<Health> {
    const waitsFor = this.#patience.waitsFor?.message;
    const waits = waitsFor === undefined ? {} : { waitsFor };
    if (!this.#hub) return { ready: false, checks: { hub: 'starting', ...waits } };
    const health = await this.#hub.health();
    return health.ready ? health : { ...health, checks: { ...health.checks, ...waits } };
  }

  async writeReport(flow: string, ofMs?: number): Promise<void> {
    await this.#there.writeReport(flow, ofMs);
  }

  async settle(ms: number): Promise<void> {
    await this.#there.settle(ms);
  }

  async release(stage: string, kind: StageSpec): Promise<Released> {
    return this.#there.release(stage, kind);
  }

  async stop(): Promise<void> {
    await this.#hub?.stop();
  }
}
