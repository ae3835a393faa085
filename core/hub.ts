/**
 * The hub: the four loops over one broker and one store. Adapters arrive as arguments, so that the
 * same hub runs on either pair, in a test, or with only some of its roles.
 */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Booking } from './Booking.ts';
import { brokerTopology, topologyLeft } from './brokerTopology.ts';
import { Deliver, waitingEndpoints } from './deliver.ts';
import { Deployment } from './deployment/Deployment.ts';
import { FlowDoor } from './deployment/FlowDoor.ts';
import type { FlowStatus } from './deployment/FlowRunner.ts';
import { FlowRunners } from './deployment/FlowRunners.ts';
import { type FlowChange, flowChanges } from './deployment/flowChanges.ts';
import { type FlowSurroundings, flowParts, scheduledReportOf } from './deployment/flowParts.ts';
import { Patience } from './deployment/Patience.ts';
import { PauseWatch } from './deployment/PauseWatch.ts';
import { StockbusError } from './errors.ts';
import type { CommandCheck } from './flow/commandCheck.ts';
import {
  type CompiledFlow,
  type InboundFlow,
  stagesOf,
  type TakingFlow,
} from './flow/compiledFlow.ts';
import type { HubConfig, Role } from './flow/hubConfig.ts';
import { keysOfRead } from './flow/keysOfRead.ts';
import type { FlowMake, LeftOutFlow, LoadedFlow } from './flow/loadedFlow.ts';
import { checkOf, type Health, healthOf } from './health.ts';
import { HistoryLog } from './history/HistoryLog.ts';
import { flushSpans } from './history/tracing.ts';
import { BatchSeal } from './intake/BatchSeal.ts';
import { type IntakeParts, takeIn } from './intake.ts';
import { Desk } from './parked/Desk.ts';
import type { Broker, Payload, Receipt, StageSpec, Store, Topology } from './ports.ts';
import { BatchNumbers } from './producers/BatchNumbers.ts';
import { ProducerVoice } from './producers/ProducerVoice.ts';
import type { KeyOfRead } from './reports/settledParked.ts';
import { newKey, type Runtime } from './runtime.ts';
import { SpoolFolder } from './spool/SpoolFolder.ts';
import { KeptStages } from './stages/KeptStages.ts';
import { type Released, StageRelease } from './stages/StageRelease.ts';
import { settleStages } from './stages/settleStages.ts';
import type { StockPolicy } from './stock/policy.ts';

export interface Hub {
  /** Declares the topology, starts the loops of its roles, then the sources. */
  start(): Promise<void>;
  /** Takes one payload into a flow; resolves when all of it is durable. Throws FLOW_UNKNOWN, … */
  accept(flow: string, payload: Payload): Promise<Receipt>;
  /** What is known to keep it from accepting anything now, before any of it is read. */
  refusal(): StockbusError | undefined;
  /** Inbound flows by name, with the content type of what they read. */
  inboundFlows(): { name: string; about: string; contentType: string }[];
  /** All flows by name, also those that do not run, with the reason. */
  flows(): FlowStatus[];
  /** The key of a record that a flow read, as the inbox has it; undefined where that cannot be told. */
  keyOfRead: KeyOfRead;
  readonly store: Store;
  /** For people who work on what is parked or dead. */
  readonly desk: Desk;
  /** Flows are paused and resumed here. */
  readonly pauses: Pick<PauseWatch, 'pause' | 'resume'>;
  /** Rules of the stock by which it books now. */
  readonly policy: StockPolicy;
  health(): Promise<Health>;
  /** Flows, tables and rules as they were loaded anew, in the place of those that run, without an end of the hub. */
  reload(next: HubLoad, by?: string): Promise<FlowChange[]>;
  /** The flows that run, as they were compiled. */
  running(): CompiledFlow[];
  /** Writes one report now, whatever its schedule says, or as it would be of another time. Throws FLOW_UNKNOWN, … */
  writeReport(flow: string, ofMs?: number): Promise<void>;
  /** For a hub that soon ends: what goes through stages at once has gone, or `ms` have passed. */
  settle(ms: number): Promise<void>;
  /** Parks what waits in a stage of this kind that no flow has any more. */
  release(stage: string, kind: StageSpec): Promise<Released>;
  /** Stops sources, then the loops in the order of the road; closes neither broker nor store. */
  stop(): Promise<void>;
}

/** What of a folder a hub runs. */
export interface HubLoad {
  config: HubConfig;
  flows: readonly CompiledFlow[];
  /** What they were made of, by name. */
  makes?: ReadonlyMap<string, FlowMake>;
  leftOut?: readonly LeftOutFlow[];
}

export interface HubSetup extends HubLoad {
  checkCommand: CommandCheck;
  broker: Broker;
  store: Store;
  runtime: Runtime;
  /** Left out: what cannot be reached or started fails the start. */
  patience?: Patience;
  /** Left out: those of the configuration. */
  roles?: readonly Role[];
  /** Runs the stages of its flows, though it does not take in by itself. */
  runsStages?: boolean;
  /** Left out: true. A hub that soon ends begins no reports; those that are due are made up for by one that stays. */
  firesSchedules?: boolean;
  /** Among hubs over the same store, and who starts it. */
  deployment?: { name: string; by: string };
  /** Key of BatchSeal; left out: one of this hub alone. */
  sealKey?: Uint8Array;
}

function loadedFlows({ flows, makes }: HubLoad): LoadedFlow[] {
  return flows.map((flow) => {
    const { digest = '', setup } = makes?.get(flow.name) ?? {};
    return { flow, digest, setup };
  });
}

export function createHub(parts: HubSetup): Hub {
  return new RunningHub(parts);
}

/** Of a hub that is no deployment of somebody, as in a test. */
const nobody = { name: 'hub', by: 'hub' };

class RunningHub implements Hub {
  readonly store: Store;
  readonly desk: Desk;
  readonly #parts: HubSetup;
  readonly #roles: readonly Role[];
  readonly #patience: Patience;
  readonly #runners: FlowRunners;
  readonly pauses: PauseWatch;
  readonly #spool: SpoolFolder;
  readonly #intake: IntakeParts;
  readonly #door: FlowDoor;
  readonly #booking: Booking;
  readonly #deployment: Deployment;
  readonly #kept: KeptStages;
  readonly #history: HistoryLog;
  readonly #numbers: BatchNumbers;
  readonly #voice: ProducerVoice;
  #config: HubConfig;
  #stopping: Promise<void> | undefined;
  #reloading: Promise<FlowChange[]> | undefined;
  #isStarted = false;
  readonly #started = Promise.withResolvers<void>();

  constructor(parts: HubSetup) {
    const { broker, store, runtime, checkCommand, config, leftOut = [] } = parts;
    this.#parts = parts;
    this.store = store;
    this.#config = config;
    this.#roles = parts.roles ?? config.roles;
    this.#patience = parts.patience ?? new Patience(runtime, false);
    this.#history = new HistoryLog({ store, runtime, ...config.history });
    this.#numbers = new BatchNumbers(runtime.newId());
    this.#voice = new ProducerVoice({ numbers: this.#numbers, store, runtime });
    const seal = new BatchSeal(parts.sealKey ?? newKey());
    this.#spool = new SpoolFolder(join(config.dataFolder, 'spool'), runtime);
    const { partitions } = config.apply;
    const numbers = this.#numbers;
    this.#intake = { broker, runtime, partitions, spool: this.#spool, seal, numbers };
    this.desk = this.#deskOf(parts);
    this.#booking = new Booking({
      ...{ broker, store, runtime, checkCommand, seal, patience: this.#patience },
      ...{ policy: config.stock, partitions, keepMs: config.events.keepMs },
    });
    const { deployment = nobody, firesSchedules: stays = true } = parts;
    this.#deployment = new Deployment({ broker, store, runtime, stays, ...deployment });
    const runners = () => this.#runners.all;
    this.pauses = new PauseWatch({ store, runtime, stays, runners });
    this.#kept = new KeptStages(parts);
    const { isPatient } = this.#patience;
    this.#runners = new FlowRunners(
      {
        ...{ runtime, isPatient, pauseOf: (flow) => this.pauses.of(flow) },
        partsOf: (flow, among) => flowParts(flow, this.#around(among)),
      },
      loadedFlows(parts),
      leftOut,
    );
    const history = this.#history;
    this.#door = new FlowDoor({ ...this.#intake, history, pauses: this.pauses }, this.#runners);
  }

  #deskOf({ broker, store, runtime, checkCommand, config }: HubSetup): Desk {
    const policyOf = (): StockPolicy => this.policy;
    return new Desk({
      ...{ broker, store, runtime, checkCommand, keyOf: this.keyOfRead, keep: config.keep },
      get policy() {
        return policyOf();
      },
      spool: this.#spool,
      queues: () => this.#topology().queues,
      flowOf: (name) => this.#inboundOf(name),
      take: (leg, payload) => this.#door.take(leg, payload),
    });
  }

  #inboundOf(name: string): InboundFlow | undefined {
    const flow = this.#runners.get(name)?.flow;
    return flow?.direction === 'inbound' ? flow : undefined;
  }

  #around(inbound: readonly InboundFlow[]): FlowSurroundings {
    const { broker, store, runtime, runsStages = false, firesSchedules = true } = this.#parts;
    const history = this.#history;
    return {
      ...{ broker, store, runtime, policy: this.policy, roles: this.#roles, runsStages, inbound },
      ...{ history, firesSchedules },
      accept: async (flow, payload) => {
        // A large file that a crash left keeps no other source from watching.
        await this.#started.promise;
        return this.#door.take(flow, payload);
      },
      refuse: (payload, fault) => this.#door.park(payload, fault),
      take: (leg, payload) => this.pauses.guarded(leg.name, takeIn(this.#intake, leg, payload)),
    };
  }

  async start(): Promise<void> {
    const { broker } = this.#parts;
    const takesIn = this.#roles.includes('intake');
    const { flows, isWhole } = this.#runners;
    await this.#patience.reached(() => broker.declare(this.#topology()));
    await this.#patience.reached(() => this.#deployment.note(this.#runners));
    await this.#patience.reached(() => this.pauses.begin());
    if (takesIn) await this.#patience.reached(() => this.#deployment.tellSources(this.#runners));
    this.#door.open();
    this.#history.start();
    this.#voice.start();
    await this.#runners.startPhase('out');
    if (this.#roles.includes('deliver')) await this.#patience.reached(() => this.desk.moveDead());
    await this.#booking.start(this.#roles);
    if (takesIn) await this.#spool.clear();
    if (this.#keepsStages) {
      await this.#patience.reached(() => this.#kept.start(flows, isWhole, this.#deployment.others));
      await this.#runners.startPhase('stages');
    }
    if (takesIn) await this.#runners.startPhase('in');
    if (takesIn) this.desk.look();
    this.#runners.started();
    this.#isStarted = true;
    this.#started.resolve();
  }

  get #keepsStages(): boolean {
    return this.#roles.includes('intake') || this.#parts.runsStages === true;
  }

  #topology(): Topology {
    return brokerTopology(this.#runners.flows, this.#intake.partitions);
  }

  get policy(): StockPolicy {
    return this.#config.stock;
  }

  running(): CompiledFlow[] {
    return this.#runners.flows;
  }

  reload(next: HubLoad, by?: string): Promise<FlowChange[]> {
    const before = this.#reloading;
    const reloading = (async () => {
      await before?.catch(() => undefined);
      return this.#reload(next, by);
    })();
    this.#reloading = reloading;
    return reloading;
  }

  async #reload(next: HubLoad, by: string | undefined): Promise<FlowChange[]> {
    if (this.#stopping) throw new StockbusError('SHUTTING_DOWN', 'the hub is stopping');
    if (!this.#isStarted) throw new StockbusError('HUB_STARTING', 'the hub is starting');
    const { broker } = this.#parts;
    const { leftOut = [], config } = next;
    const changes = flowChanges(this.#runners.loaded, loadedFlows(next), leftOut);
    const starts = changes.flatMap((change) => change.starts.map(({ flow }) => flow));
    // Before anything is changed: where the broker is away, nothing is.
    await broker.declare(brokerTopology(starts, this.#intake.partitions));
    await this.pauses.read();
    const isOtherPolicy = !isDeepStrictEqual(this.policy, config.stock);
    this.#config = { ...this.#config, stock: config.stock, connectors: config.connectors };
    const before = this.#topology();
    await this.#runners.change(changes, leftOut);
    await this.#patience.insist(async () => {
      await broker.undeclare(topologyLeft(before, this.#topology()));
      await this.#deployment.note(this.#runners, by);
    });
    if (isOtherPolicy) await this.#booking.change(config.stock);
    const { flows, isWhole } = this.#runners;
    if (this.#keepsStages) {
      await this.#kept.stop();
      await this.#patience.insist(() => this.#kept.start(flows, isWhole, this.#deployment.others));
    }
    return changes.flatMap((change) => change.changes);
  }

  accept(name: string, payload: Payload): Promise<Receipt> {
    return this.#door.accept(name, payload);
  }

  refusal(): StockbusError | undefined {
    return this.#door.refusal();
  }

  readonly keyOfRead: KeyOfRead = keysOfRead((name) => this.#inboundOf(name));

  inboundFlows(): { name: string; about: string; contentType: string }[] {
    return this.#runners.inbound.map(({ name, about, read }) => ({
      name,
      about,
      contentType: read.contentType,
    }));
  }

  flows(): FlowStatus[] {
    return this.#runners.status();
  }

  async health(): Promise<Health> {
    const { broker, store, runtime } = this.#parts;
    const [brokerCheck, storeCheck, spool] = await Promise.all([
      checkOf(runtime, () => broker.ping()),
      checkOf(runtime, () => store.ping()),
      checkOf(runtime, () => this.#door.pingSpool()),
    ]);
    const hub = this.#stopping ? 'stopping' : this.#isStarted ? 'ok' : 'starting';
    const checks: Health['checks'] = { hub, broker: brokerCheck, store: storeCheck, spool };
    const apply = this.#booking.check();
    if (apply !== undefined) checks.apply = apply;
    const { stages, outs } = this.#runners;
    const held = stages.map(({ waitsFor }) => waitsFor).find((fault) => fault);
    if (stages.length > 0) checks.stages = held?.message ?? 'ok';
    const delivers = outs.filter((part) => part instanceof Deliver);
    const told = {
      ...this.#booking.told(),
      ...waitingEndpoints(delivers),
      ...this.#runners.warnings(),
    };
    return healthOf(checks, this.#booking.unappliedSince(), told);
  }

  async writeReport(name: string, ofMs?: number): Promise<void> {
    const { store, runtime } = this.#parts;
    const flow = this.#runners.get(name)?.flow;
    if (flow?.direction !== 'report') throw this.#door.unknown(name, flow);
    const report = scheduledReportOf(flow, { store, runtime, policy: this.policy });
    try {
      await report.write(ofMs);
    } finally {
      await report.stop();
    }
  }

  async settle(ms: number): Promise<void> {
    // Endpoints of subscribers may be away.
    const queues = this.#topology().queues.filter((queue) => !queue.startsWith('deliver.'));
    if (stagesOf(this.#runners.flows).length === 0) return;
    await settleStages(this.#parts, this.#runners.stages, queues, ms);
  }

  release(stage: string, kind: StageSpec): Promise<Released> {
    const bounds = {
      parkedRecords: Number.POSITIVE_INFINITY,
      parkedBytes: Number.POSITIVE_INFINITY,
    };
    const take = (leg: TakingFlow, payload: Payload) =>
      takeIn({ ...this.#intake, bounds }, leg, payload);
    return new StageRelease({ ...this.#parts, take }, stage, kind).run();
  }

  stop(): Promise<void> {
    this.#door.stop();
    this.#stopping ??= this.#stop();
    this.#started.resolve();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#patience.end();
    await this.#reloading?.catch(() => undefined);
    await this.pauses.stop();
    // A source that fails to stop keeps no loop from draining; its failure is told at the end.
    const failure = await this.#runners.stopPhase('in');
    await this.desk.stopLooking();
    await this.#kept.stop();
    await this.#runners.stopPhase('stages');
    await this.#voice.stop();
    await this.#booking.stop();
    await this.#runners.stopPhase('out');
    await this.desk.stopMoving();
    await this.#history.stop();
    await flushSpans();
    if (failure !== undefined) throw failure;
  }
}
