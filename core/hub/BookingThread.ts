import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { AppliedPart } from '../apply/AwaitedIntakes.ts';
import type { Fault } from '../errors.ts';
import { FaultList, StockbusError } from '../errors.ts';
import type { Role } from '../flow/hubConfig.ts';
import { type Health, healthOf } from '../health.ts';
import type { LogEvent } from '../logEvents.ts';
import type { MetricName } from '../metricNames.ts';
import type { Topology } from '../ports.ts';
import type { RelayBell } from '../relay/RelayBell.ts';
import type { Level, Metrics, Runtime } from '../runtime.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { YOUNG_GENERATION_MB } from './boundHeap.ts';

/** All that booking takes of a configuration and its flows, as data. */
export interface BookingTask {
  broker: string;
  store: string;
  topology: Topology;
  policy: StockPolicy;
  partitions: number;
  keepMs: number;
  roles: readonly Role[];
  /** It waits for servers that are away when it starts. */
  isPatient: boolean;
  /** The same for all threads of the process. */
  sealKey: Uint8Array;
}

export interface Measurement {
  kind: keyof Metrics;
  name: MetricName;
  value: number;
  labels: Record<string, string>;
}

/** What of it may be another while it runs. */
export type BookingChange = Pick<BookingTask, 'policy' | 'topology'>;

/** A payload of which somebody waits to hear, or waits no more. */
export type Awaiting = { awaits: string } | { leaves: string };

export type ToThread = 'stop' | 'health' | Awaiting | BookingChange;

export type FromThread =
  | { kind: 'health'; health: Health }
  | { kind: 'started' }
  | { kind: 'stopped' }
  | { kind: 'relayed' }
  | { kind: 'changed' }
  | { kind: 'applied'; part: AppliedPart }
  | { kind: 'failed'; faults: Fault[] }
  | { kind: 'measured'; measurements: Measurement[] }
  | { kind: 'logged'; level: Level; event: LogEvent; fields: Record<string, unknown> };

/** Health answers for the whole hub; a long commit is no illness. */
const HEALTH_ANSWER_MS = 500;
/** A thread that has not answered for so long does nothing else either. */
const HEALTH_SILENT_MS = 60_000;

/**
 * Apply and relay in a thread of their own, so that booking does not wait for parsing. It shares broker and store with
 * the other roles as another process would, and loads no flows; its log and metrics are those of `runtime`.
 */
export class BookingThread {
  readonly #worker: Worker;
  readonly #runtime: Runtime;
  readonly #relayed: Pick<RelayBell, 'ring'>;
  readonly #started = Promise.withResolvers<void>();
  readonly #stopped = Promise.withResolvers<void>();
  /** Rejects when the thread dies without being told to stop. */
  readonly died: Promise<never>;
  #stopping = false;
  /** Whoever waits for other rules, in order. */
  readonly #changing: (() => void)[] = [];
  readonly #awaited = new Map<string, (part: AppliedPart) => void>();
  /** As it last was, and whoever waits to hear how it is now. */
  #health: Health = { ready: true, checks: {} };
  #asking: (PromiseWithResolvers<void> & { sinceMs: number }) | undefined;

  constructor(task: BookingTask, runtime: Runtime, relayed: Pick<RelayBell, 'ring'>) {
    this.#runtime = runtime;
    this.#relayed = relayed;
    const entry = new URL(`./bookingThreadMain${extname(import.meta.url)}`, import.meta.url);
    this.#worker = new Worker(entry, {
      workerData: task,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    this.#worker.on('message', (message: FromThread) => this.#heard(message));
    this.died = new Promise((_, reject) => {
      const dead = (error: unknown): void => {
        this.#started.reject(error);
        this.#stopped.resolve();
        if (!this.#stopping) reject(error);
      };
      this.#worker.on('error', dead);
      this.#worker.on('exit', (code) =>
        dead(new Error(`the thread of ${task.roles.join(' and ')} ended with ${code}`)),
      );
    });
    // Whoever awaits `started`, `stop` or `died` hears of it; nobody has to await all three.
    for (const promise of [this.died, this.#started.promise]) promise.catch(() => undefined);
  }

  started(): Promise<void> {
    return this.#started.promise;
  }

  /** Finishes what it has in hand, then ends. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#stopping) {
      this.#stopping = true;
      this.#tell('stop');
    }
    await this.#stopped.promise;
    await this.#worker.terminate();
  }

  /** Goes on by other rules of the stock, and for other queues; resolves when it does, or when it has ended. */
  async change(next: BookingChange): Promise<void> {
    const changed = Promise.withResolvers<void>();
    this.#changing.push(changed.resolve);
    this.#tell(next);
    await Promise.race([changed.promise, this.#stopped.promise]);
  }

  /** Calls `hear` with what each commit does to the payload, until it is left. */
  await(intakeId: string, hear: (part: AppliedPart) => void): void {
    this.#awaited.set(intakeId, hear);
    this.#tell({ awaits: intakeId });
  }

  leave(intakeId: string): void {
    if (this.#awaited.delete(intakeId)) this.#tell({ leaves: intakeId });
  }

  /** How it is, or how it last was where it is too busy to answer soon. */
  async health(): Promise<Health> {
    if (!this.#asking) {
      this.#asking = { ...Promise.withResolvers(), sinceMs: this.#runtime.monotonic() };
      this.#tell('health');
    }
    const { promise, sinceMs } = this.#asking;
    const late = Promise.withResolvers<void>();
    const timer = this.#runtime.after(HEALTH_ANSWER_MS, late.resolve);
    await Promise.race([promise, late.promise]);
    timer.stop();
    const silentMs = this.#asking?.sinceMs === sinceMs ? this.#runtime.monotonic() - sinceMs : 0;
    if (silentMs < HEALTH_SILENT_MS) return this.#health;
    const apply = `the thread that books has not answered for ${Math.round(silentMs / 1_000)} s`;
    return healthOf({ ...this.#health.checks, apply });
  }

  #tell(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #heard(message: FromThread): void {
    switch (message.kind) {
      case 'health':
        this.#health = message.health;
        this.#asking?.resolve();
        this.#asking = undefined;
        break;
      case 'started':
        this.#started.resolve();
        break;
      case 'applied':
        this.#awaited.get(message.part.intakeId)?.(message.part);
        break;
      case 'relayed':
        this.#relayed.ring();
        break;
      case 'changed':
        this.#changing.shift()?.();
        break;
      case 'stopped':
        this.#started.reject(new StockbusError('SHUTTING_DOWN', 'the hub is stopping'));
        this.#stopped.resolve();
        break;
      case 'failed':
        this.#started.reject(new FaultList(message.faults));
        // Whoever waits for the start is told by it; of a failed stop nobody would hear.
        if (this.#stopping)
          for (const fault of message.faults)
            this.#runtime.log('error', 'hub.thread_failed', { ...fault });
        this.#stopped.resolve();
        break;
      case 'logged':
        this.#runtime.log(message.level, message.event, message.fields);
        break;
      case 'measured':
        for (const { kind, name, value, labels } of message.measurements) {
          // What the other side measured was of this kind.
          this.#runtime.metrics[kind](name as never, value, labels);
        }
        break;
      default:
        message satisfies never;
    }
  }
}
