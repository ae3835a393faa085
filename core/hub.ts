/**
 * The hub: the four loops over one broker and one store. Adapters arrive as arguments, so that the
 * same hub runs on either pair, in a test, or with only some of its roles.
 */
import { join } from 'node:path';
import { Booking } from './Booking.ts';
import { brokerTopology } from './brokerTopology.ts';
import { sinkLabel } from './deliver/sinkQueue.ts';
import { Deliver, waitingEndpoints } from './deliver.ts';
import { isStockbusError, nearestName, StockbusError } from './errors.ts';
import type { CommandCheck } from './flow/commandCheck.ts';
import {
  type CompiledFlow,
  type Endpoint,
  type InboundFlow,
  type ReportFlow,
  sinksOf,
  stagesOf,
  type TakingFlow,
} from './flow/compiledFlow.ts';
import { goneSources } from './flow/goneSources.ts';
import type { HubConfig, Role } from './flow/hubConfig.ts';
import { keysOfRead } from './flow/keysOfRead.ts';
import { checkOf, type Health, healthOf } from './health.ts';
import { HistoryLog } from './history/HistoryLog.ts';
import { flushSpans } from './history/tracing.ts';
import { BatchSeal } from './intake/BatchSeal.ts';
import { type IntakeParts, takeIn } from './intake.ts';
import { Desk } from './parked/Desk.ts';
import type {
  Accept,
  Broker,
  Payload,
  Receipt,
  Sink,
  Source,
  SourceUse,
  StageSpec,
  Store,
  Topology,
} from './ports.ts';
import { BatchNumbers } from './producers/BatchNumbers.ts';
import { ProducerVoice } from './producers/ProducerVoice.ts';
import type { KeyOfRead } from './reports/settledParked.ts';
import { newKey, type Runtime } from './runtime.ts';
import { ScheduledReport } from './ScheduledReport.ts';
import { SpoolFolder } from './spool/SpoolFolder.ts';
import { StageLoops } from './stages/StageLoops.ts';
import { type Released, StageRelease } from './stages/StageRelease.ts';

export interface Hub {
  /** Declares the topology, starts the loops of its roles, then the sources. */
  start(): Promise<void>;
  /** Takes one payload into a flow; resolves when all of it is durable. Throws FLOW_UNKNOWN, … */
  accept(flow: string, payload: Payload): Promise<Receipt>;
  /** What is known to keep it from accepting anything now, before any of it is read. */
  refusal(): StockbusError | undefined;
  /** Inbound flows by name, with the content type of what they read. */
  inboundFlows(): { name: string; about: string; contentType: string }[];
  /** The key of a record that a flow read, as the inbox has it; undefined where that cannot be told. */
  keyOfRead: KeyOfRead;
  readonly store: Store;
  /** For people who work on what is parked or dead. */
  readonly desk: Desk;
  health(): Promise<Health>;
  /** Writes one report now, whatever its schedule says, or as it would be of another time. Throws FLOW_UNKNOWN, … */
  writeReport(flow: string, ofMs?: number): Promise<void>;
  /** For a hub that soon ends: what goes through stages at once has gone, or `ms` have passed. */
  settle(ms: number): Promise<void>;
  /** Parks what waits in a stage of this kind that no flow has any more. */
  release(stage: string, kind: StageSpec): Promise<Released>;
  /** Stops sources, then the loops in the order of the road; closes neither broker nor store. */
  stop(): Promise<void>;
}

export interface HubSetup {
  config: HubConfig;
  flows: readonly CompiledFlow[];
  checkCommand: CommandCheck;
  broker: Broker;
  store: Store;
  runtime: Runtime;
  /** Left out: those of the configuration. */
  roles?: readonly Role[];
  /** Runs the stages of its flows, though it does not take in by itself. */
  runsStages?: boolean;
  /** Left out: true. A hub that soon ends begins no reports; those that are due are made up for by one that stays. */
  firesSchedules?: boolean;
  /** Key of BatchSeal; left out: one of this hub alone. */
  sealKey?: Uint8Array;
}

export function createHub(parts: HubSetup): Hub {
  return new RunningHub(parts);
}

class RunningHub implements Hub {
  readonly store: Store;
  readonly desk: Desk;
  readonly #parts: HubSetup;
  readonly #roles: readonly Role[];
  readonly #inbound: Map<string, InboundFlow>;
  readonly #spool: SpoolFolder;
  readonly #seal: BatchSeal;
  readonly #sources: Source[] = [];
  readonly #accepting = new Set<Promise<Receipt>>();
  readonly #booking: Booking;
  readonly #history: HistoryLog;
  readonly #numbers: BatchNumbers;
  readonly #voice: ProducerVoice;
  #deliver: Deliver[] = [];
  #stageLoops: StageLoops | undefined;
  #reports: ScheduledReport[] = [];
  #stopping: Promise<void> | undefined;
  /** Once the broker has its queues, payloads can be taken in. */
  #isOpen = false;
  #isStarted = false;
  readonly #started = Promise.withResolvers<void>();
  /** A payload could not be written down: whether one can be, is tried when somebody asks. */
  #isSpoolFailing = false;

  constructor(parts: HubSetup) {
    this.#parts = parts;
    this.store = parts.store;
    this.#roles = parts.roles ?? parts.config.roles;
    this.#seal = new BatchSeal(parts.sealKey ?? newKey());
    const inbound = parts.flows.filter((flow) => flow.direction === 'inbound');
    this.#spool = new SpoolFolder(join(parts.config.dataFolder, 'spool'), parts.runtime);
    this.#inbound = new Map(inbound.map((flow) => [flow.name, flow]));
    const { broker, store, runtime, checkCommand, config } = parts;
    this.#history = new HistoryLog({ store, runtime, ...config.history });
    this.#numbers = new BatchNumbers(runtime.newId());
    this.#voice = new ProducerVoice({ numbers: this.#numbers, store, runtime });
    this.desk = new Desk({
      ...{ broker, store, runtime, checkCommand, keyOf: this.keyOfRead, keep: config.keep },
      ...{ policy: config.stock, spool: this.#spool },
      queues: () => this.#topology().queues,
      flowOf: (name) => this.#inbound.get(name),
      take: (leg, payload) => this.#take(leg, payload),
    });
    this.#booking = new Booking({
      ...{ broker, store, runtime, checkCommand, seal: this.#seal },
      ...{
        policy: config.stock,
        partitions: config.apply.partitions,
        keepMs: config.events.keepMs,
      },
    });
  }

  async start(): Promise<void> {
    const { broker } = this.#parts;
    await broker.declare(this.#topology());
    await this.#tellGoneSources();
    this.#isOpen = true;
    this.#history.start();
    this.#voice.start();
    if (this.#roles.includes('deliver')) await this.#startDeliver();
    if (this.#roles.includes('deliver')) await this.desk.moveDead();
    await this.#booking.start(this.#roles);
    const takesIn = this.#roles.includes('intake');
    if (takesIn) await this.#spool.clear();
    if (takesIn || this.#parts.runsStages) await this.#startStages();
    if (takesIn) await this.#startSources();
    if (takesIn) this.desk.look();
    this.#isStarted = true;
    this.#started.resolve();
  }

  async #tellGoneSources(): Promise<void> {
    const { flows, store, runtime } = this.#parts;
    if (!this.#roles.includes('intake')) return;
    for (const fault of goneSources(flows, await store.sources())) {
      runtime.log('warn', 'flow.source_gone', { ...fault });
    }
  }

  #topology(): Topology {
    const { flows, config } = this.#parts;
    return brokerTopology(flows, config.apply.partitions);
  }

  async #startDeliver(): Promise<void> {
    const { broker, runtime, store } = this.#parts;
    const parts = { broker, runtime, store, history: this.#history };
    for (const target of this.#parts.flows.flatMap(sinksOf)) {
      const label = sinkLabel(target.flow, target.name);
      const deliver = new Deliver(parts, target, this.#sinkOf(label, target.to));
      this.#deliver.push(deliver);
      await deliver.start();
    }
    for (const flow of this.#parts.flows) {
      if (flow.direction !== 'report' || this.#parts.firesSchedules === false) continue;
      const report = this.#reportOf(flow);
      this.#reports.push(report);
      report.start();
    }
  }

  #reportOf(flow: ReportFlow): ScheduledReport {
    const { store, runtime, config } = this.#parts;
    return new ScheduledReport(
      { store, runtime, stock: config.stock },
      flow,
      this.#sinkOf(flow.name, flow.to),
    );
  }

  #sinkOf(name: string, to: Endpoint): Sink {
    const { spec, config, options } = to;
    if (!spec.sink) throw new StockbusError('INTERNAL', `the connector ${spec.name} cannot send`);
    return spec.sink(config, options, this.#aboutOf(name, to));
  }

  #aboutOf(
    flow: string,
    { connector, kind }: Endpoint,
  ): { name: string; flow: string; runtime: Runtime } {
    return { name: connector ?? kind, flow, runtime: this.#parts.runtime };
  }

  async #startStages(): Promise<void> {
    const take = (leg: InboundFlow, payload: Payload) => takeIn(this.#intakeParts(), leg, payload);
    this.#stageLoops = new StageLoops({ ...this.#parts, take });
    await this.#stageLoops.start(this.#parts.flows);
  }

  async #startSources(): Promise<void> {
    for (const flow of this.#inbound.values()) {
      const { spec, config, options } = flow.from;
      if (!spec.source)
        throw new StockbusError('INTERNAL', `the connector ${spec.name} cannot receive`);
      const about = { ...this.#aboutOf(flow.name, flow.from), uses: this.#usesOf(flow.from) };
      const source = spec.source(config, options, about);
      this.#sources.push(source);
      const accept: Accept = async (payload) => {
        // A large file that a crash left keeps no other source from watching.
        await this.#started.promise;
        return this.#take(flow, payload);
      };
      await source.start(accept);
    }
  }

  #usesOf({ spec }: Endpoint): SourceUse[] {
    const ends = [...this.#inbound.values()].map(({ from }) => from);
    return ends
      .filter((end) => end.spec === spec)
      .map(({ config, options }) => ({ config, from: options }));
  }

  async accept(name: string, payload: Payload): Promise<Receipt> {
    const flow = this.#inbound.get(name);
    if (!flow) throw this.#unknown(name);
    if (!this.#isOpen) throw new StockbusError('HUB_STARTING', 'the hub is starting');
    return this.#take(flow, payload);
  }

  refusal(): StockbusError | undefined {
    if (this.#stopping) return new StockbusError('SHUTTING_DOWN', 'the hub is stopping');
    if (!this.#isOpen) return new StockbusError('HUB_STARTING', 'the hub is starting');
    return this.#parts.broker.refusal?.();
  }

  #unknown(name: string): StockbusError {
    if (this.#parts.flows.some((flow) => flow.name === name)) {
      return new StockbusError('FLOW_NOT_INBOUND', `the flow ${name} takes no payloads`);
    }
    const known = [...this.#inbound.keys()];
    const near = nearestName(name, known);
    const todo = near ? `did you mean '${near}'?` : `inbound flows: ${known.join(', ') || 'none'}`;
    return new StockbusError('FLOW_UNKNOWN', `there is no flow '${name}'`, undefined, { todo });
  }

  async #take(flow: TakingFlow, payload: Payload): Promise<Receipt> {
    if (this.#stopping) throw new StockbusError('SHUTTING_DOWN', 'the hub is stopping');
    const taking = takeIn({ ...this.#intakeParts(), history: this.#history }, flow, payload);
    this.#accepting.add(taking);
    try {
      return await taking;
    } catch (error) {
      this.#isSpoolFailing ||= isStockbusError(error, 'SPOOL_FAILED');
      throw error;
    } finally {
      this.#accepting.delete(taking);
    }
  }

  #intakeParts(): IntakeParts {
    const { broker, runtime, config } = this.#parts;
    const { partitions } = config.apply;
    const numbers = this.#numbers;
    return { broker, runtime, partitions, spool: this.#spool, seal: this.#seal, numbers };
  }

  readonly keyOfRead: KeyOfRead = keysOfRead((name) => this.#inbound.get(name));

  inboundFlows(): { name: string; about: string; contentType: string }[] {
    return [...this.#inbound.values()].map(({ name, about, read }) => ({
      name,
      about,
      contentType: read.contentType,
    }));
  }

  async health(): Promise<Health> {
    const { broker, store, runtime } = this.#parts;
    const [brokerCheck, storeCheck, spool] = await Promise.all([
      checkOf(runtime, () => broker.ping()),
      checkOf(runtime, () => store.ping()),
      checkOf(runtime, () => this.#pingSpool()),
    ]);
    const hub = this.#stopping ? 'stopping' : this.#isStarted ? 'ok' : 'starting';
    const checks: Health['checks'] = { hub, broker: brokerCheck, store: storeCheck, spool };
    const apply = this.#booking.check();
    if (apply !== undefined) checks.apply = apply;
    const stages = this.#stageLoops?.check();
    if (stages !== undefined) checks.stages = stages;
    const told = { ...this.#booking.told(), ...waitingEndpoints(this.#deliver) };
    return healthOf(checks, this.#booking.unappliedSince(), told);
  }

  async #pingSpool(): Promise<void> {
    await this.#spool.requireRoom();
    if (!this.#isSpoolFailing) return;
    await this.#spool.probe();
    this.#isSpoolFailing = false;
  }

  async writeReport(name: string, ofMs?: number): Promise<void> {
    const flow = this.#parts.flows.find((candidate) => candidate.name === name);
    if (flow?.direction !== 'report') throw this.#unknown(name);
    const report = this.#reportOf(flow);
    try {
      await report.write(ofMs);
    } finally {
      await report.stop();
    }
  }

  async settle(ms: number): Promise<void> {
    // Endpoints of subscribers may be away.
    const queues = this.#topology().queues.filter((queue) => !queue.startsWith('deliver.'));
    if (stagesOf(this.#parts.flows).length > 0) await this.#stageLoops?.settle(queues, ms);
  }

  release(stage: string, kind: StageSpec): Promise<Released> {
    const bounds = {
      parkedRecords: Number.POSITIVE_INFINITY,
      parkedBytes: Number.POSITIVE_INFINITY,
    };
    const take = (leg: TakingFlow, payload: Payload) =>
      takeIn({ ...this.#intakeParts(), bounds }, leg, payload);
    return new StageRelease({ ...this.#parts, take }, stage, kind).run();
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    this.#started.resolve();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    // A source that fails to stop keeps no loop from draining; its failure is told at the end.
    const sources = await Promise.allSettled(this.#sources.map((source) => source.stop()));
    await Promise.allSettled(this.#accepting);
    await this.desk.stopLooking();
    await this.#stageLoops?.stop();
    await this.#voice.stop();
    await this.#booking.stop();
    await Promise.all(this.#deliver.map((deliver) => deliver.stop()));
    await this.desk.stopMoving();
    await Promise.all(this.#reports.map((report) => report.stop()));
    await this.#history.stop();
    await flushSpans();
    for (const source of sources) if (source.status === 'rejected') throw source.reason;
  }
}
