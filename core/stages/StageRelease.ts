/**
 * Parks all that waits in a stage that no flow has any more, so that it can be sent again: rows of the store, batches in the
 * queue, and what had left and not gone on. Each is first made to leave in one commit, then parked by intake under
 * the id of what left; cut short at any moment it is begun again, and parks nothing twice.
 */
import { type Fault, faultOf, formatFault, isRetryable, isStockbusError } from '../errors.ts';
import type { TakingFlow } from '../flow/compiledFlow.ts';
import { parkingLeg } from '../flow/parkingLeg.ts';
import { limits } from '../limits.ts';
import type {
  Broker,
  Delivery,
  LeavingRecord,
  Payload,
  Stage,
  StageChapter,
  StagedRecord,
  StageOut,
  StageSpec,
} from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { stagedRecord } from '../steps/stagedRecord.ts';
import { arrivalsOf } from './arrivalsOf.ts';
import { committed } from './committed.ts';
import { idOfContent } from './idOfContent.ts';
import { leavingFrom, leavingText } from './leavingBatch.ts';
import { leavingPayload } from './leavingPayload.ts';
import { StageRound } from './StageRound.ts';
import { StageRounds } from './StageRounds.ts';
import { stageQueue } from './stageQueue.ts';

export interface ReleaseParts {
  broker: Broker;
  store: StageChapter;
  runtime: Runtime;
  take(leg: TakingFlow, payload: Payload): Promise<unknown>;
}

export interface Released {
  /** Records that are parked now. */
  parked: number;
  /** The payloads as which they went through intake. */
  intakes: string[];
  /** Batches that somebody else has, or that wait to be tried again. */
  queued: number;
  /** Why something stays that cannot be read. */
  unread: Fault[];
}

/** Without another delivery for so long the queue is taken for empty, or for somebody else's. */
const QUIET_MS = 250;
const AWAY_MS = 10_000;

export class StageRelease {
  readonly #parts: ReleaseParts;
  readonly #name: string;
  readonly #fault: Fault;
  readonly #stage: Stage;
  readonly #released: Released = { parked: 0, intakes: [], queued: 0, unread: [] };
  #failure: unknown;

  constructor(parts: ReleaseParts, name: string, { recordOf }: Pick<StageSpec, 'recordOf'>) {
    this.#parts = parts;
    this.#name = name;
    const message = `it waited in '${name}', which no flow has any more`;
    this.#fault = { code: 'STAGE_RELEASED', message };
    this.#stage = releasing(recordOf, this.#fault);
  }

  async run(): Promise<Released> {
    const { store } = this.#parts;
    await this.#drain();
    await this.#rows();
    await this.#letGo();
    if (this.#released.queued === 0) await store.forgetStage(this.#name);
    return this.#released;
  }

  async #drain(): Promise<void> {
    const { broker, runtime } = this.#parts;
    const queue = stageQueue(this.#name);
    await broker.declare({ queues: [queue], subscriptions: [] });
    if ((await broker.depth(queue)) === 0) return;
    let work = Promise.resolve();
    let last = runtime.monotonic();
    const consumer = await broker.consume(queue, limits.prefetchMessages, (delivery) => {
      work = work.then(() => this.#takeOne(delivery)).catch(this.#fail);
      last = runtime.monotonic();
    });
    for (let isOpen = true; isOpen && this.#failure === undefined; ) {
      await runtime.sleep(QUIET_MS / 5);
      const most = (await broker.depth(queue)) === 0 ? QUIET_MS : AWAY_MS;
      isOpen = runtime.monotonic() - last < most;
    }
    await (this.#failure === undefined ? consumer.close() : consumer.release());
    await work;
    if (this.#failure !== undefined) throw this.#failure;
    this.#released.queued = await broker.depth(queue);
  }

  /** The first of several says why. */
  readonly #fail = (error: unknown): void => {
    this.#failure ??= error;
  };

  async #takeOne(delivery: Delivery): Promise<void> {
    const { store } = this.#parts;
    try {
      const round = new StageRound(this.#name, this.#stage, [], this.#now());
      const arrivals = arrivalsOf(delivery.body, { isKeyed: true });
      for (const arrival of arrivals) round.arrive(arrival);
      // Of its content: what comes again after a crash leaves under the same names, and is known by them.
      const commit = round.commit(idOfContent(delivery.body, arrivals[0]?.at ?? ''));
      if (commit && !(await this.#hasLeft(commit.id))) await committed(store, commit);
      delivery.ack();
    } catch (error) {
      const fault = faultOf(error);
      if (!isRetryable(fault)) return delivery.dead(formatFault(fault));
      this.#fail(error);
    }
  }

  /** As a batch that came before, and whose acknowledgement was lost. */
  async #hasLeft(id: string): Promise<boolean> {
    const [next] = await this.#parts.store.stageOuts(this.#name, 1, id);
    return next?.id.startsWith(`${id}.`) === true;
  }

  async #rows(): Promise<void> {
    const { store, runtime } = this.#parts;
    const rounds = new StageRounds(store, { name: this.#name, stage: this.#stage });
    for (let after: string | undefined; ; ) {
      const page = { limit: limits.pageRows, ...(after === undefined ? {} : { after }) };
      const { rows, next } = await store.staged({ stage: this.#name }, page);
      const { round, taken } = await rounds.ofDue(rows, this.#now());
      const commit = round.commit(runtime.newId());
      const isConflict = commit && (await store.commitStage(commit)) === 'conflict';
      if (isConflict || taken < rows.length) continue;
      after = next;
      if (after === undefined) break;
    }
    this.#released.unread.push(...rounds.unread.values());
  }

  #now(): string {
    return new Date(this.#parts.runtime.now()).toISOString();
  }

  async #letGo(): Promise<void> {
    const { store } = this.#parts;
    for (let after: string | undefined; ; ) {
      const outs = await store.stageOuts(this.#name, limits.stageOuts, after);
      if (outs.length === 0) return;
      for (const out of outs) await this.#parked(out);
      after = outs.at(-1)!.id;
    }
  }

  /** What cannot be read stays. */
  async #parked({ id, body }: StageOut): Promise<void> {
    const { store, runtime, take } = this.#parts;
    let records: LeavingRecord[];
    try {
      records = leavingFrom(body, `what left '${this.#name}'`);
    } catch (error) {
      if (!isStockbusError(error)) throw error;
      this.#released.unread.push(error.fault);
      return;
    }
    // What was to go on goes nowhere.
    const all = records.map((one) =>
      one.faults || one.isDropped ? one : { ...one, faults: [this.#fault] },
    );
    const [first] = all;
    if (first) {
      const { flow = first.origin.flow } = first;
      await take(parkingLeg(flow, runtime), leavingPayload({ id, body: leavingText(all) }, flow));
      this.#released.parked += all.filter(({ isDropped }) => !isDropped).length;
      this.#released.intakes.push(id);
    }
    await store.outsSent(this.#name, [id]);
  }
}

/** Lets go all that waits and keeps nothing; what others made for it is of no use any more. */
function releasing(recordOf: StageSpec['recordOf'], fault: Fault): Stage {
  const parked = (record: StagedRecord): LeavingRecord => ({
    ...record,
    faults: [...(record.faults ?? []), fault],
  });
  return {
    arrive: ({ state }, arrival) => ({
      state,
      out: arrival.from === undefined ? [parked(stagedRecord(arrival))] : [],
    }),
    due: ({ members }) =>
      members
        ? { out: [...members.values()].flatMap((member) => recordOf(member) ?? []).map(parked) }
        : 'members',
    waiting: () => 0,
    dueAt: () => '',
  };
}
