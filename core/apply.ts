/**
 * Apply: broker → decide → store. Takes batches in order, decides their commands in memory against
 * the balances they touch, and makes one atomic commit of all that follows. The only writer of the
 * books. A batch is acknowledged after its commit, so a crash makes it come again, and its key in the
 * store makes that harmless.
 *
 * Store faults are waited out with the batches in hand (never sent back to the broker), so that the
 * order within a partition holds.
 */
import type { AwaitedIntakes } from './apply/AwaitedIntakes.ts';
import { CommitSize } from './apply/CommitSize.ts';
import { ReadAhead } from './apply/ReadAhead.ts';
import { readBatch, type UnreadablePart } from './apply/readBatch.ts';
import type { ReceivedBatch, RoundOptions, RoundParts } from './apply/round.ts';
import { GoesAlone, Round } from './apply/round.ts';
import { Backoff } from './backoff.ts';
import { type Fault, faultOf, formatFault, isRetryable } from './errors.ts';
import type { CommandCheck } from './flow/commandCheck.ts';
import type { BatchSeal } from './intake/BatchSeal.ts';
import { commandQueue } from './intake/publishBatches.ts';
import { limits } from './limits.ts';
import type { LogEvent } from './logEvents.ts';
import type { Broker, Consumer, Delivery, Store } from './ports.ts';
import { type BatchHead, headOf } from './producers/batchHead.ts';
import { SeenBatches } from './producers/SeenBatches.ts';
import { timeOfId } from './runtime.ts';
import { Workspace } from './stock/workspace.ts';

export interface ApplyParts extends RoundParts {
  store: Store;
  broker: Broker;
  checkCommand: CommandCheck;
  /** Of what this process took in. */
  seal?: BatchSeal;
  /** Of whose payloads somebody waits to hear. */
  awaited?: AwaitedIntakes;
  /** Called after each commit that left events in the outbox. */
  committed(): void;
}

/** What is read when its turn comes, and again where it is decided again. */
interface Unread {
  redelivered: boolean;
  /** Each part of it is tried alone. */
  isSuspect?: boolean;
  /** Of the message that it came in; left out where that is counted apart. */
  head?: BatchHead | undefined;
  read(): readonly ReceivedBatch[];
}

/** Redeliveries after which a batch is suspected of killing its consumer and is tried alone. */
const SUSPECT_REDELIVERIES = 3;

/** Commits after which it is looked what of each SKU lies in memory. */
const COMMITS_BETWEEN_LOOKS = 8;

/** The apply loop of one partition. */
export class Apply {
  readonly #parts: ApplyParts;
  readonly #partition: number;
  readonly #workspace: Workspace;
  readonly #seen: SeenBatches;
  #commits = 0;
  /** SKUs that the last of them changed, and by how many entries. */
  #changed: readonly [skus: number, entries: number] = [0, 0];
  readonly #size: CommitSize;
  readonly #waiting: Delivery[] = [];
  readonly #ahead: ReadAhead;
  /** SKUs that were read since what waits has come. */
  #fresh: readonly string[] = [];
  /** The last commit met messages that had been booked before: there may be more of them. */
  #hasRepeats = false;
  /** Of those in hand what is no batch at all, with what is wrong with it. */
  readonly #dead = new Map<Delivery, unknown>();
  /** And what of a batch is no part. */
  readonly #unreadable = new WeakMap<Delivery, readonly UnreadablePart[]>();
  /** Those in hand of which was counted what was refused. */
  readonly #counted = new WeakSet<Delivery>();
  /** What of the world keeps it from committing, as long as it does. */
  waitsFor: Fault | undefined;
  /** Those that are being decided. */
  #taken: readonly Delivery[] = [];
  #consumer: Consumer | undefined;
  #working: Promise<void> | undefined;
  #stopping = false;

  constructor(parts: ApplyParts, partition: number) {
    const committing = (): void => this.#ahead.start(this.#waiting.slice(0, this.#groupSize()));
    // What answers at once is asked batch by batch, and not ahead.
    const asking = parts.store.answersAtOnce ? { batchesAtOnce: 1 } : { committing };
    this.#parts = { ...parts, partition, ...asking };
    this.#partition = partition;
    this.#workspace = new Workspace(parts.policy);
    this.#seen = new SeenBatches(parts.store, partition);
    this.#size = new CommitSize(parts.store.commitBatches);
    const read = (delivery: Delivery) => this.#read(delivery);
    this.#ahead = new ReadAhead({ ...parts, workspace: this.#workspace, read });
  }

  async start(): Promise<void> {
    const queue = commandQueue(this.#partition);
    this.#consumer = await this.#parts.broker.consume(
      queue,
      Math.max(limits.prefetchMessages, this.#parts.store.commitBatches),
      (delivery) => {
        this.#waiting.push(delivery);
        this.#working ??= this.#work().finally(() => {
          this.#working = undefined;
        });
      },
    );
  }

  /** When the oldest batch in hand was accepted; undefined where there is none. */
  get oldestMs(): number | undefined {
    const [oldest = this.#waiting[0]] = this.#taken;
    return oldest && timeOfId(oldest.id);
  }

  /** Takes nothing new and finishes what it has, within the time that the broker gives. */
  async stop(): Promise<void> {
    // Closing waits until what was delivered is settled, so the loop goes on until then.
    await this.#consumer?.close();
    this.#stopping = true;
    await this.#working;
    await this.#ahead.end();
  }

  async #work(): Promise<void> {
    // One turn of the event loop lets the deliveries of the same moment arrive together.
    await new Promise((resolve) => setImmediate(resolve));
    const backoff = new Backoff(this.#parts.runtime);
    while (this.#waiting.length > 0 && !this.#stopping) {
      await this.#fill();
      this.#fresh = await this.#ahead.end();
      const taken = this.#takeGroup();
      this.#taken = taken;
      try {
        if (!(await this.#applyAll(taken.map((delivery) => this.#unread(delivery))))) return;
      } catch (error) {
        // Of nothing it is known that it comes to here. It stays in hand, in its order, and ends nothing else.
        this.waitsFor = faultOf(error);
        this.#report('apply.defect', error);
        this.#waiting.unshift(...taken);
        this.#taken = [];
        await backoff.wait();
        continue;
      }
      backoff.reset();
      this.#size.touched(bytesOf(taken), ...this.#changed);
      for (const delivery of taken) await this.#done(delivery);
      this.#taken = [];
    }
  }

  /**
   * Under load a commit of many batches costs little more than one of few: when the batches are full,
   * waits a moment for more of them. A lone message never waits.
   */
  async #fill(): Promise<void> {
    const end = this.#parts.runtime.now() + limits.commitLingerMs;
    while (
      this.#groupSize() === this.#waiting.length &&
      this.#waiting.length < this.#size.batches &&
      this.#waiting.at(-1)!.body.length >= limits.batchBytes / 8
    ) {
      if (this.#stopping || this.#parts.runtime.now() >= end) return;
      await this.#parts.runtime.sleep(1);
    }
  }

  #unread(delivery: Delivery): Unread {
    const read = (): ReceivedBatch[] => {
      try {
        return this.#ahead.batchesOf(delivery);
      } catch (error) {
        this.#dead.set(delivery, error);
        return [];
      }
    };
    const { redeliveries, body } = delivery;
    const isSuspect = redeliveries >= SUSPECT_REDELIVERIES;
    return { redelivered: redeliveries > 0, isSuspect, head: headOf(body), read };
  }

  /** What is not a batch at all, or no part of one, was put into the queue by somebody else: dead, with the reason. */
  async #done(delivery: Delivery): Promise<void> {
    const error = this.#dead.get(delivery);
    if (this.#dead.delete(delivery)) await this.#bury(delivery, error);
    else if (await this.#buryParts(delivery)) delivery.ack();
  }

  async #buryParts(delivery: Delivery): Promise<boolean> {
    for (const { error, ...part } of this.#unreadable.get(delivery) ?? []) {
      if (!(await this.#bury(delivery, error, part))) return false;
    }
    return true;
  }

  #read(delivery: Delivery): ReceivedBatch[] {
    const { checkCommand, runtime, seal } = this.#parts;
    const { batches, unreadable } = readBatch(delivery, checkCommand, seal);
    if (unreadable.length > 0) this.#unreadable.set(delivery, unreadable);
    if (this.#counted.has(delivery)) return batches;
    this.#counted.add(delivery);
    for (const { stage, faults } of batches.flatMap(({ parked }) => parked)) {
      if (stage !== 'apply') continue;
      runtime.metrics.count('stockbus_commands_refused_total', 1, { code: faults[0]!.code });
    }
    return batches;
  }

  async #bury(
    delivery: Delivery,
    error: unknown,
    part?: { id: string; body: Uint8Array },
  ): Promise<boolean> {
    this.#report('apply.not_a_batch', error);
    this.#parts.runtime.metrics.count('stockbus_batches_dead_total');
    const what = part ? 'part of a batch' : 'batch';
    try {
      await delivery.dead(`not a ${what} of commands: ${formatFault(faultOf(error))}`, part);
      return true;
    } catch (failure) {
      // Unsettled, it comes again by itself once the broker is back.
      this.#report('apply.unsettled', failure);
      return false;
    }
  }

  #takeGroup(): Delivery[] {
    return this.#waiting.splice(0, this.#groupSize());
  }

  /** How many of those that wait are applied together. */
  #groupSize(): number {
    const suspect = this.#waiting.findIndex(
      (delivery) => delivery.redeliveries >= SUSPECT_REDELIVERIES,
    );
    if (suspect === 0) return 1;
    const { batches } = this.#size;
    const most = suspect > 0 ? Math.min(suspect, batches) : batches;
    let count = Math.min(most, this.#waiting.length);
    let bytes = bytesOf(this.#waiting.slice(0, count));
    for (; count > 1 && bytes > this.#size.bytes; count -= 1) {
      bytes -= this.#waiting[count - 1]!.body.byteLength;
    }
    return count;
  }

  /**
   * Applies batches together; where they fail together, or one must go alone, one by one, so that one spoils no other. False
   * when the loop is to stop before it could commit: the batches then come again.
   */
  async #applyAll(unread: readonly Unread[]): Promise<boolean> {
    const [one] = unread;
    // Of a batch that seems to kill its consumer, what does no harm is booked before that is met.
    const isTriedApart = one?.isSuspect === true && one.read().length > 1;
    try {
      if (!isTriedApart) return await this.#commit(unread, {});
    } catch (error) {
      if (!(error instanceof GoesAlone)) this.#report('apply.defect', error);
    }
    for (const batch of batchesOf(unread)) if (!(await this.#applyAlone(batch))) return false;
    // Only when all of them are through, so that one that comes again counts as not seen.
    return this.#commit(
      unread.map(({ head, redelivered }) => ({ head, redelivered, read: () => [] })),
      {},
    );
  }

  /** On state read anew. Only what still cannot be decided is parked: the command, or else the batch. */
  async #applyAlone(batch: ReceivedBatch): Promise<boolean> {
    const alone = [{ redelivered: batch.redelivered, read: () => [batch] }];
    try {
      return await this.#commit(alone, { parkDefects: true });
    } catch (error) {
      this.#report('apply.defect', error);
      return this.#commit(alone, { refuseAll: faultOf(error) });
    }
  }

  /**
   * One round to its commit, through conflicts and passing faults of the store. What the store is there
   * for and yet did not take goes on batch by batch.
   */
  async #commit(
    unread: readonly Unread[],
    refusals: Pick<RoundOptions, 'parkDefects' | 'refuseAll'>,
    isPart = false,
  ): Promise<boolean> {
    const backoff = new Backoff(this.#parts.runtime);
    let careful = isPart || unread.some(({ redelivered }) => redelivered);
    let conflicts = 0;
    for (;;) {
      try {
        // What answers at once is asked sooner than a commit is made again.
        const trusting = !(careful || this.#hasRepeats || this.#parts.store.answersAtOnce);
        const heads = unread.flatMap(({ head }) => head ?? []);
        const at = new Date(this.#parts.runtime.now()).toISOString();
        const seen = await this.#seen.with(heads, at);
        const options = { careful, trusting, ...refusals, fresh: this.#fresh, seen };
        this.#fresh = [];
        const { round, events } = await this.#round(unread, options);
        if (events !== undefined) {
          this.waitsFor = undefined;
          this.#hasRepeats = round.hasRepeats;
          this.#size.committed(unread.length);
          this.#seen.committed(seen);
          this.#committed(events);
          this.#parts.awaited?.tell(round.tallies, round.parked);
          return true;
        }
        this.#workspace.forgetAll();
        this.#seen.forget();
        conflicts += 1;
        if (conflicts > 1)
          this.#parts.runtime.log('warn', 'apply.conflict', {
            conflicts,
            partition: this.#partition,
          });
        this.#parts.runtime.metrics.count('stockbus_commit_conflicts_total');
      } catch (error) {
        // A close waits for the store as all else does: nobody booked anything while it looked.
        const { periodState } = this.#workspace;
        if (periodState.look) periodState.looks -= 1;
        this.#workspace.forgetAll();
        this.#seen.forget();
        // With all of it refused nothing is decided any more: what fails then is the store, whatever it says.
        if (!isRetryable(faultOf(error)) && !refusals.refuseAll) throw error;
        this.waitsFor = faultOf(error);
        this.#report('apply.waits', error);
        conflicts = 2;
        if (unread.length > 1 && faultOf(error).code !== 'STORE_UNREACHABLE') {
          this.#size.failed(unread.length);
          return this.#commitEach(unread, refusals);
        }
      }
      careful = true;
      if (this.#stopping) return false;
      // The first conflict is usually over by the time the state is read again.
      if (conflicts > 1) await backoff.wait();
    }
  }

  async #round(unread: readonly Unread[], options: RoundOptions) {
    const turn = this.#parts.turns?.enter(this.#workspace);
    const round = new Round(this.#parts, this.#workspace, batchesOf(unread), { ...options, turn });
    try {
      return { round, events: await round.commit() };
    } finally {
      turn?.leave();
    }
  }

  async #commitEach(
    unread: readonly Unread[],
    refusals: Pick<RoundOptions, 'parkDefects' | 'refuseAll'>,
  ): Promise<boolean> {
    for (const one of unread) if (!(await this.#commit([one], refusals, true))) return false;
    return true;
  }

  #committed(events: number): void {
    this.#parts.runtime.metrics.count('stockbus_commits_total');
    const { documents } = this.#workspace;
    this.#changed = [this.#workspace.changedSkus().length, documents.count];
    this.#workspace.committed();
    this.#commits += 1;
    if (this.#isFull()) this.#workspace.forgetAll();
    if (events > 0) this.#parts.committed();
  }

  #isFull(): boolean {
    if (this.#workspace.skuCount > limits.cachedSkus) return true;
    const isLookedAt = this.#commits % COMMITS_BETWEEN_LOOKS === 0;
    return isLookedAt && this.#workspace.rowCount > limits.cachedRows;
  }

  #report(event: LogEvent, error: unknown): void {
    const { code, message } = faultOf(error);
    this.#parts.runtime.log(event === 'apply.waits' ? 'warn' : 'error', event, {
      code,
      message,
      partition: this.#partition,
    });
  }
}

function* batchesOf(unread: readonly Unread[]): Iterable<ReceivedBatch> {
  for (const { read } of unread) yield* read();
}

const bytesOf = (deliveries: readonly Delivery[]): number =>
  deliveries.reduce((sum, { body }) => sum + body.byteLength, 0);
