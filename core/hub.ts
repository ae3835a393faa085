/** The hub: the four loops over one broker and one store. Both arrive as arguments: it runs on either pair, or with some of its roles. */
import { isDeepStrictEqual } from 'node:util';
import type { AwaitedIntakes } from './apply/AwaitedIntakes.ts';
import { brokerTopology, topologyLeft } from './brokerTopology.ts';
import { isSinkQueue } from './deliver/sinkQueue.ts';
import { CommandDoor } from './deployment/CommandDoor.ts';
import { FlowDoor } from './deployment/FlowDoor.ts';
import type { FlowStatus } from './deployment/FlowRunner.ts';
import { FlowRunners } from './deployment/FlowRunners.ts';
import { type FlowChange, flowChanges } from './deployment/flowChanges.ts';
import { flowParts, writeReportNow } from './deployment/flowParts.ts';
import { flowSurroundings, type HubLife } from './deployment/flowSurroundings.ts';
import { healthOfHub } from './deployment/healthOfHub.ts';
import { PauseWatch } from './deployment/PauseWatch.ts';
import { StockbusError } from './errors.ts';
import {
  type CompiledFlow,
  type InboundFlow,
  stagesOf,
  type TakingFlow,
} from './flow/compiledFlow.ts';
import type { HubConfig } from './flow/hubConfig.ts';
import { keysOfRead } from './flow/keysOfRead.ts';
import type { Health } from './health.ts';
import { flushSpans } from './history/tracing.ts';
import { type HubLoops, hubLoops } from './hubLoops.ts';
import { type HubLoad, type HubSetup, loadedFlows } from './hubSetup.ts';
import { unbounded } from './intake/ParkedBounds.ts';
import { takeIn } from './intake.ts';
import { Desk } from './parked/Desk.ts';
import type { Payload, Receipt, StageSpec, Store, Topology } from './ports.ts';
import type { RelayBell } from './relay/RelayBell.ts';
import type { KeyOfRead } from './reports/settledParked.ts';
import { type Released, StageRelease } from './stages/StageRelease.ts';
import { settleStages } from './stages/settleStages.ts';
import type { StockPolicy } from './stock/policy.ts';

export interface Hub {
  /** Declares the topology, starts the loops of its roles, then the sources. */
  start(): Promise<void>;
  /** Takes one payload into a flow; resolves when all of it is durable. Throws FLOW_UNKNOWN, … */
  accept(flow: string, payload: Payload): Promise<Receipt>;
  /** Where payloads come in that nobody at the other side waits for an answer to. */
  readonly door: Pick<FlowDoor, 'keeperOf' | 'park'>;
  /** Where commands come in that no flow makes. */
  readonly commands: CommandDoor;
  /** Whoever waits for what becomes of a payload hears of it, where this process books it. */
  readonly applied: Pick<AwaitedIntakes, 'await' | 'leave'>;
  /** Rung when this process relayed events. */
  readonly relayed: Pick<RelayBell, 'listen'>;
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

export function createHub(parts: HubSetup): Hub {
  return new RunningHub(parts);
}

class RunningHub implements Hub {
  readonly store: Store;
  readonly desk: Desk;
  readonly #parts: HubSetup;
  readonly #loops: HubLoops;
  readonly #runners: FlowRunners;
  readonly pauses: PauseWatch;
  readonly door: FlowDoor;
  readonly commands: CommandDoor;
  readonly applied: Hub['applied'];
  readonly relayed: Hub['relayed'];
  #forms: HubLoad['forms'];
  #config: HubConfig;
  #stopping: Promise<void> | undefined;
  #reloading: Promise<FlowChange[]> | undefined;
  #isStarted = false;
  readonly #started = Promise.withResolvers<void>();

  constructor(parts: HubSetup) {
    const { store, runtime, config, leftOut = [], firesSchedules: stays = true } = parts;
    this.#parts = parts;
    this.store = store;
    this.#config = config;
    this.#forms = parts.forms;
    this.#loops = hubLoops(parts);
    this.applied = this.#loops.booking.awaited;
    this.relayed = this.#loops.booking.relayed;
    this.desk = this.#deskOf(parts);
    const runners = () => this.#runners.all;
    this.pauses = new PauseWatch({ store, runtime, stays, runners });
    const { intake, history, patience } = this.#loops;
    this.#runners = new FlowRunners(
      {
        ...{ runtime, isPatient: patience.isPatient, pauseOf: (flow) => this.pauses.of(flow) },
        partsOf: (flow, among) => flowParts(flow, flowSurroundings(parts, this.#life, among)),
      },
      loadedFlows(parts),
      leftOut,
    );
    this.door = new FlowDoor({ ...intake, history, pauses: this.pauses }, this.#runners);
    const take = this.door.takeCommands.bind(this.door);
    this.commands = new CommandDoor({ forms: () => this.#forms, take, store, runtime });
  }

  /** What its flows reach of it. */
  get #life(): HubLife {
    const { pauses, policy } = this;
    const door = (): FlowDoor => this.door;
    return { ...{ door, pauses, policy, loops: this.#loops }, started: this.#started.promise };
  }

  #deskOf({ broker, store, runtime, checkCommand, config }: HubSetup): Desk {
    return new Desk({
      ...{ broker, store, runtime, checkCommand, keyOf: this.keyOfRead },
      ...{ keep: config.keep, replayBy: config.replayBy },
      policy: () => this.policy,
      spool: this.#loops.spool,
      queues: () => this.#topology().queues,
      flows: () => this.running(),
      flowOf: (name) => this.#inboundOf(name) ?? this.commands.leg(name),
      take: (leg, payload) => this.door.take(leg, payload),
    });
  }

  #inboundOf(name: string): InboundFlow | undefined {
    const flow = this.#runners.get(name)?.flow;
    return flow?.direction === 'inbound' ? flow : undefined;
  }

  async start(): Promise<void> {
    const { broker } = this.#parts;
    const { patience, deployment, roles, history, voice, spool, booking } = this.#loops;
    const takesIn = roles.includes('intake');
    await patience.reached(() => broker.declare(this.#topology()));
    await patience.reached(() => deployment.note(this.#runners));
    await patience.reached(() => this.pauses.begin());
    if (takesIn) await patience.reached(() => deployment.tellSources(this.#runners));
    this.door.open();
    history.start();
    voice.start();
    await this.#runners.startPhase('out');
    if (roles.includes('deliver')) await patience.reached(() => this.desk.moveDead());
    await booking.start(roles);
    if (takesIn) await spool.clear();
    if (this.#keepsStages) {
      await patience.reached(() => this.#startKept());
      await this.#runners.startPhase('stages');
    }
    if (takesIn) await this.#runners.startPhase('in');
    if (takesIn) this.desk.look();
    this.#runners.started();
    this.pauses.start();
    this.#isStarted = true;
    this.#started.resolve();
  }

  get #keepsStages(): boolean {
    return this.#loops.roles.includes('intake') || this.#parts.runsStages === true;
  }

  #startKept(): Promise<void> {
    const { flows, isWhole } = this.#runners;
    return this.#loops.kept.start(flows, isWhole, this.#loops.deployment.others);
  }

  #topology(): Topology {
    return brokerTopology(this.#runners.flows, this.#loops.intake.partitions);
  }

  get policy(): StockPolicy {
    return this.#config.stock;
  }

  running(): CompiledFlow[] {
    return this.#runners.flows;
  }

  reload(next: HubLoad, by?: string): Promise<FlowChange[]> {
    const before = Promise.resolve(this.#reloading).catch(() => undefined);
    this.#reloading = before.then(() => this.#reload(next, by));
    return this.#reloading;
  }

  async #reload(next: HubLoad, by: string | undefined): Promise<FlowChange[]> {
    if (this.#stopping) throw new StockbusError('SHUTTING_DOWN', 'the hub is stopping');
    if (!this.#isStarted) throw new StockbusError('HUB_STARTING', 'the hub is starting');
    const { broker } = this.#parts;
    const { patience, booking, deployment, kept } = this.#loops;
    const { leftOut = [], config } = next;
    const changes = flowChanges(this.#runners.loaded, loadedFlows(next), leftOut);
    const starts = changes.flatMap((change) => change.starts.map(({ flow }) => flow));
    // Before anything is changed: where the broker is away, nothing is.
    await broker.declare(brokerTopology(starts, this.#loops.intake.partitions));
    await this.pauses.read();
    const isOtherPolicy = !isDeepStrictEqual(booking.policy, config.stock);
    this.#config = { ...this.#config, stock: config.stock, connectors: config.connectors };
    this.#forms = next.forms;
    const before = this.#topology();
    await this.#runners.change(changes, leftOut);
    await patience.insist(async () => {
      await broker.undeclare(topologyLeft(before, this.#topology()));
      await deployment.note(this.#runners, by);
    });
    if (isOtherPolicy) await booking.change(config.stock);
    if (this.#keepsStages) {
      await kept.stop();
      await patience.insist(() => this.#startKept());
    }
    return changes.flatMap((change) => change.changes);
  }

  accept(name: string, payload: Payload): Promise<Receipt> {
    return this.door.accept(name, payload);
  }

  refusal(): StockbusError | undefined {
    return this.door.refusal();
  }

  readonly keyOfRead: KeyOfRead = keysOfRead((name) => this.#inboundOf(name));

  inboundFlows(): { name: string; about: string; contentType: string }[] {
    return this.#runners.described;
  }

  flows(): FlowStatus[] {
    return this.#runners.status();
  }

  health(): Promise<Health> {
    const state = this.#stopping ? 'stopping' : this.#isStarted ? 'ok' : 'starting';
    const { booking } = this.#loops;
    return healthOfHub({ ...this.#parts, booking, door: this.door, runners: this.#runners }, state);
  }

  async writeReport(name: string, ofMs?: number): Promise<void> {
    const flow = this.#runners.get(name)?.flow;
    if (flow?.direction !== 'report') throw this.door.unknown(name, flow);
    await writeReportNow(flow, { ...this.#parts, policy: this.policy }, ofMs);
  }

  async settle(ms: number): Promise<void> {
    // Endpoints of subscribers may be away.
    const queues = this.#topology().queues.filter((queue) => !isSinkQueue(queue));
    const { flows, stages } = this.#runners;
    if (stagesOf(flows).length === 0) return;
    const { broker, store, runtime } = this.#parts;
    const { numbers } = this.#loops;
    const isBooked = async () => numbers.areSeen(await store.seenNumbers());
    await settleStages({ broker, runtime, isBooked }, stages, queues, ms);
  }

  release(stage: string, kind: StageSpec): Promise<Released> {
    const take = (leg: TakingFlow, payload: Payload) =>
      takeIn({ ...this.#loops.intake, bounds: unbounded }, leg, payload);
    return new StageRelease({ ...this.#parts, take }, stage, kind).run();
  }

  stop(): Promise<void> {
    this.door.stop();
    this.#stopping ??= this.#stop();
    this.#started.resolve();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#loops.patience.end();
    await this.#reloading?.catch(() => undefined);
    await this.pauses.stop();
    // A source that fails to stop keeps no loop from draining; its failure is told at the end.
    const failure = await this.#runners.stopPhase('in');
    await this.desk.stopLooking();
    await this.#loops.kept.stop();
    await this.#runners.stopPhase('stages');
    await this.#loops.voice.stop();
    await this.#loops.booking.stop();
    await this.#runners.stopPhase('out');
    await this.desk.stopMoving();
    await this.#loops.history.stop();
    await flushSpans();
    if (failure !== undefined) throw failure;
  }
}
