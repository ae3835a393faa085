/**
 * A stage of a flow: broker → decide → store → the leg behind it. It takes batches in order, decides in memory what becomes
 * of their records and of what waits under the same keys, and makes one commit of that and of what leaves. A batch is
 * acknowledged after its commit. What is due is decided in the same way; any number of processes may look for
 * it, and of two that decide about one key one has a conflict and decides again. What has left waits in the store
 * until all that comes of it is durable in the broker, under ids that are the same at every attempt.
 */
import { Backoff } from './backoff.ts';
import { type Fault, faultOf, formatFault, isRetryable, StockbusError } from './errors.ts';
import type { FlowStage, InboundFlow } from './flow/compiledFlow.ts';
import { limits } from './limits.ts';
import type { LogEvent } from './logEvents.ts';
import type {
  Broker,
  Consumer,
  Delivery,
  Payload,
  Receipt,
  StageArrival,
  StageStore,
} from './ports.ts';
import type { Runtime, Timer } from './runtime.ts';
import { arrivalsOf } from './stages/arrivalsOf.ts';
import { StageOuts, type StageOutsParts } from './stages/StageOuts.ts';
import type { StageRound } from './stages/StageRound.ts';
import { StageRounds } from './stages/StageRounds.ts';

export interface StageLoopParts {
  broker: Broker;
  store: StageStore;
  runtime: Runtime;
  /** Takes what has left into the leg behind. */
  take(leg: InboundFlow, payload: Payload): Promise<Receipt>;
}

/** A batch in hand. */
interface Taken {
  delivery: Delivery;
  arrivals: StageArrival[];
}

/** One that is put off, in hand. */
interface Aside {
  /** Ends when it is looked at again; and how often it was. */
  untilMs: number;
  sinceMs: number;
  wait: Backoff;
}

/** Of a row that was written by another version, or by nobody. */
const UNREAD: ReadonlySet<string> = new Set(['FORMAT_UNKNOWN', 'STORE_CORRUPT']);

export class StageLoop {
  readonly #parts: StageLoopParts;
  readonly #stage: FlowStage;
  readonly #rounds: StageRounds;
  readonly #waiting: Delivery[] = [];
  readonly #aside = new Map<Delivery, Aside>();
  readonly #outs: StageOuts;
  #consumer: Consumer | undefined;
  #timer: Timer | undefined;
  #working: Promise<void> | undefined;
  /** It is to look for what is due, and for what has left. */
  #looks = true;
  #stopping = false;
  /** Ends the wait for a better time. */
  readonly #ending = new AbortController();
  readonly #backoff: Backoff;
  #waitsFor: Fault | undefined;

  constructor(parts: StageLoopParts, stage: FlowStage) {
    this.#parts = parts;
    this.#stage = stage;
    this.#rounds = new StageRounds(parts.store, stage, (fault) =>
      this.#tell('error', 'stage.unread', fault),
    );
    this.#backoff = new Backoff(parts.runtime);
    const take = (payload: Payload): Promise<Receipt> => parts.take(stage.leg, payload);
    const tell: StageOutsParts['tell'] = (...what) => this.#tell(...what);
    this.#outs = new StageOuts({ ...parts, take, tell }, stage.name, stage.leg);
  }

  /** What of the world keeps it from going on, as long as it does, or one row, while the others go on. */
  get waitsFor(): Fault | undefined {
    const [unread] = this.#rounds.unread.values();
    return this.#waitsFor ?? unread;
  }

  async start(): Promise<void> {
    const { broker, runtime } = this.#parts;
    this.#timer = runtime.every(limits.stagePollMs, () => this.look());
    this.look();
    this.#consumer = await broker.consume(
      this.#stage.queue,
      limits.prefetchMessages,
      (delivery) => {
        this.#waiting.push(delivery);
        void this.#wake();
      },
    );
  }

  /** Decides what is due now and lets go on what has left; resolves when that is done or put off. Never rejects. */
  look(): Promise<void> {
    this.#looks = true;
    this.#takeAside();
    return this.#wake();
  }

  /** Takes nothing new and finishes what it has in hand. */
  async stop(): Promise<void> {
    this.#timer?.stop();
    // What is put off will not be settled now.
    if (this.#aside.size > 0) await this.#consumer?.release();
    await this.#consumer?.close();
    this.#stopping = true;
    this.#ending.abort();
    await this.#working;
  }

  async #pause(): Promise<void> {
    if (this.#stopping) return;
    await this.#backoff.wait(this.#ending.signal).catch(() => undefined);
  }

  #wake(): Promise<void> {
    if (this.#stopping) return Promise.resolve();
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
    });
    return this.#working;
  }

  /** Through passing faults of the world, until nothing is left to do. */
  async #work(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (!this.#stopping && (this.#looks || this.#waiting.length > 0)) {
      try {
        await this.#takeWaiting();
        if (this.#looks) {
          this.#looks = false;
          await this.#rounds.readAgain(this.#now());
          while (!this.#stopping && (await this.#decideDue()));
          await this.#outs.letGoOn(() => this.#stopping);
        }
        this.#backoff.reset();
        this.#waitsFor = undefined;
      } catch (error) {
        this.#looks = true;
        this.#waitsFor = faultOf(error);
        this.#tell(isRetryable(faultOf(error)) ? 'warn' : 'error', 'stage.waits', error);
        await this.#pause();
      }
    }
  }

  /** Batches that wait, some of them together in as few commits as may be. What was taken is acknowledged, or still waits. */
  async #takeWaiting(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#stopping) {
      const taken: Taken[] = [];
      let [count, bytes] = [0, 0];
      while (
        taken.length < this.#waiting.length &&
        (taken.length === 0 || (count < limits.stageRows && bytes < limits.stageRoundBytes))
      ) {
        const delivery = this.#waiting[taken.length]!;
        const arrivals = await this.#read(delivery);
        if (!arrivals) continue;
        taken.push({ delivery, arrivals });
        count += arrivals.length;
        bytes += delivery.body.length;
      }
      try {
        await this.#commit(taken.flatMap(({ arrivals }) => arrivals));
      } catch (error) {
        if (isRetryable(faultOf(error))) throw error;
        await this.#eachAlone(taken);
        continue;
      }
      this.#done(taken);
    }
  }

  /** What was put into the queue by somebody else, and is no batch, is dead, with the reason. */
  async #read(delivery: Delivery): Promise<StageArrival[] | undefined> {
    try {
      return arrivalsOf(delivery.body, this.#stage);
    } catch (error) {
      await this.#bury(delivery, 'not a batch for a stage', error);
      return undefined;
    }
  }

  /** So that one that cannot be decided about spoils no other. */
  async #eachAlone(taken: readonly Taken[]): Promise<void> {
    for (const one of taken) {
      if (this.#stopping) return;
      try {
        await this.#commit(one.arrivals);
        this.#done([one]);
      } catch (error) {
        const fault = faultOf(error);
        if (isRetryable(fault)) throw error;
        if (UNREAD.has(fault.code)) await this.#putOff(one.delivery, fault);
        else await this.#bury(one.delivery, 'the stage cannot take it', error);
      }
    }
  }

  /**
   * Until somebody can read what is kept under its key it stays in hand, and others pass. Before RabbitMQ would take
   * back what is not settled, it goes to the end of its queue.
   */
  async #putOff(delivery: Delivery, fault: Fault): Promise<void> {
    const { runtime, broker } = this.#parts;
    const nowMs = runtime.monotonic();
    const { sinceMs, wait } = this.#aside.get(delivery) ?? {
      sinceMs: nowMs,
      wait: new Backoff(runtime, { firstMs: limits.retryFirstMs, maxMs: limits.stageRetryMaxMs }),
    };
    this.#waiting.splice(this.#waiting.indexOf(delivery), 1);
    this.#tell('warn', 'stage.put_off', fault);
    if (nowMs - sinceMs < limits.holdMs) {
      this.#aside.set(delivery, { untilMs: nowMs + wait.nextMs(), sinceMs, wait });
      return;
    }
    const { id, body, contentType } = delivery;
    await broker.publish([{ id, to: { queue: this.#stage.queue }, body, contentType }]);
    this.#aside.delete(delivery);
    delivery.ack();
  }

  /** Those whose wait is over, in their order. */
  #takeAside(): void {
    const nowMs = this.#parts.runtime.monotonic();
    const due = [...this.#aside].filter(([delivery, { untilMs }]) => {
      return untilMs <= nowMs && !this.#waiting.includes(delivery);
    });
    this.#waiting.unshift(...due.map(([delivery]) => delivery));
  }

  #done(taken: readonly Taken[]): void {
    this.#waiting.splice(0, taken.length);
    for (const { delivery } of taken) {
      this.#aside.delete(delivery);
      delivery.ack();
    }
  }

  async #bury(delivery: Delivery, why: string, error: unknown): Promise<void> {
    this.#tell('error', 'stage.dead', error);
    this.#waiting.splice(this.#waiting.indexOf(delivery), 1);
    await delivery.dead(`${why}: ${formatFault(faultOf(error))}`);
  }

  async #commit(arrivals: readonly StageArrival[]): Promise<void> {
    for (let from = 0; from < arrivals.length; ) {
      const rest = arrivals.slice(from);
      let taken = 0;
      await this.#committed(async () => {
        const decided = await this.#rounds.ofArrivals(rest, this.#now());
        taken = decided.taken;
        return decided.round;
      });
      this.#count('arrived', taken);
      from += taken;
    }
  }

  /** True where there may be more at once. */
  async #decideDue(): Promise<boolean> {
    const { store } = this.#parts;
    const { name } = this.#stage;
    const now = this.#now();
    const most = limits.stageRows + this.#rounds.unread.size;
    const due = await store.dueStageRows(name, now, most);
    const late = due[0]?.dueAt ? Date.parse(now) - Date.parse(due[0].dueAt) : 0;
    this.#parts.runtime.metrics.gauge('stockbus_stage_overdue_seconds', late / 1_000, {
      stage: name,
    });
    if (due.length === 0) return false;
    let rows = due;
    let isMore = false;
    await this.#committed(async (isAgain) => {
      if (isAgain) rows = await store.dueStageRows(name, now, most);
      const { round, taken } = await this.#rounds.ofDue(rows, now);
      const isAnyRead = round.unread.size < rows.length;
      isMore = isAnyRead && (taken < rows.length || rows.length === most);
      return round;
    });
    return isMore;
  }

  /** Decides until nobody has come in between. */
  async #committed(decide: (isAgain: boolean) => Promise<StageRound>): Promise<void> {
    const { store, runtime } = this.#parts;
    for (let conflicts = 0; ; conflicts += 1) {
      const round = await decide(conflicts > 0);
      const commit = round.commit(runtime.newId());
      if (!commit || (await store.commitStage(commit)) === 'committed') {
        this.#committedOne(round, commit?.outs.length ?? 0);
        return;
      }
      runtime.metrics.count('stockbus_stage_conflicts_total', 1, { stage: this.#stage.name });
      // What is in hand comes again from its queue.
      if (this.#stopping) throw new StockbusError('SHUTTING_DOWN', 'the hub is stopping');
      if (conflicts > 0) await this.#pause();
    }
  }

  #committedOne({ tally, refused }: StageRound, outs: number): void {
    for (const [outcome, count] of Object.entries(tally)) this.#count(outcome, count);
    for (const fault of refused) this.#tell('warn', 'stage.refused', fault);
    if (outs > 0) this.#looks = true;
  }

  #now(): string {
    return new Date(this.#parts.runtime.now()).toISOString();
  }

  #count(outcome: string, count: number): void {
    if (count === 0) return;
    const labels = { stage: this.#stage.name, outcome };
    this.#parts.runtime.metrics.count('stockbus_stage_records_total', count, labels);
  }

  #tell(level: 'warn' | 'error', event: LogEvent, error: unknown): void {
    const { code, message } = faultOf(error);
    this.#parts.runtime.log(level, event, { stage: this.#stage.name, code, message });
  }
}
