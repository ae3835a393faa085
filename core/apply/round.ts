import { type Fault, faultOf } from '../errors.ts';
import type { Awaitable } from '../flow/compiledFlow.ts';
import { Turns } from '../flow/Turns.ts';
import type { InboxRecord, IntakeTally } from '../ledger.ts';
import { batchKey } from '../ledger.ts';
import { MessageMap } from '../MessageMap.ts';
import type { BatchPart, Command, ParkedRecord } from '../message.ts';
import type { RoundStore, SeenNumbers } from '../ports.ts';
import type { RecentTexts } from '../relay/RecentTexts.ts';
import type { Runtime } from '../runtime.ts';
import { slicesOf } from '../sideBySide.ts';
import type { BookContext } from '../stock/context.ts';
import { type Decision, decide } from '../stock/decide.ts';
import { Missing, type Need } from '../stock/Missing.ts';
import { poolFinder, type StockPolicy } from '../stock/policy.ts';
import { type CostingBounds, knowShortages } from '../stock/settle.ts';
import type { Workspace } from '../stock/workspace.ts';
import { AskedNeeds } from './AskedNeeds.ts';
import { inRank } from './inRank.ts';
import { Loader } from './Loader.ts';
import { needsOf } from './needsOf.ts';
import { OutboxWriter } from './outboxWriter.ts';
import { conflictOf, Revisions } from './Revisions.ts';
import { parkedCommand, tellOutcome } from './refused.ts';
import { answersForItself, resultCode } from './reservationEvent.ts';
import { restsOnCosts } from './restsOnCosts.ts';
import type { RoundTurn, SkuTurns } from './SkuTurns.ts';
import { StateMoved } from './StateMoved.ts';
import { settleRound } from './settleRound.ts';
import { countOutcome, tallyOf } from './tallyOf.ts';
import { tracedCommit } from './tracedCommit.ts';

export interface RoundParts {
  store: RoundStore;
  turns?: SkuTurns;
  runtime: Runtime;
  policy: StockPolicy;
  /** Of the queue that the batches come from. */
  partition?: number;
  /** Left out: those of limits. */
  bounds?: RoundBounds;
  /** How many are read and asked for together; left out: all. */
  batchesAtOnce?: number;
  /** Where relay looks for what was committed a moment ago. */
  recent?: RecentTexts;
  /** Called when a commit is on its way: all is decided. */
  committing?: () => void;
}

/** Thrown where a command looks at the books as they are committed, and other batches are in its round. */
export class GoesAlone extends Error {}

/** How much a round reads and costs anew at once. */
export interface RoundBounds extends CostingBounds {
  historyRows: number;
}

/** A part of a batch: what is applied as a whole, and known again. */
export interface ReceivedBatch extends Omit<BatchPart, 'shared' | 'commands'> {
  commands: Command[];
  /** Hash of its text, for its key. */
  digest: string;
  redelivered: boolean;
}

export interface RoundOptions {
  /** Look first whether the batches were applied before; needed only when they may have been. */
  careful: boolean;
  /**
   * Take it that no message was booked before, and leave it to the commit to find that one was, which is
   * a conflict. Only of what is refused it is asked first: nothing else would tell that it was booked.
   */
  trusting?: boolean;
  /** Park a command that cannot be decided at all, instead of failing the round. */
  parkDefects?: boolean;
  /** Park every command with this fault instead of deciding it. */
  refuseAll?: Fault;
  /** SKUs that were read for these batches before the round began. */
  fresh?: readonly string[];
  /** Numbers of the messages that they came in, as they are once those are applied. */
  seen?: readonly SeenNumbers[];
  turn?: RoundTurn | undefined;
}

/** One decision round: some batches, their decisions, one commit. Made anew for every attempt. */
export class Round {
  readonly #parts: RoundParts;
  readonly #workspace: Workspace;
  readonly #batches: Iterable<ReceivedBatch>;
  /** Keys of those that were taken. */
  readonly #taken = new Set<string>();
  readonly #options: RoundOptions;
  readonly #recordedAt: string;
  readonly #context: BookContext;
  readonly #inbox = new MessageMap<InboxRecord>();
  readonly #booked: InboxRecord[] = [];
  readonly #revisions: Revisions;
  /** Entries that were decided before the command in hand. */
  #decidedBefore = 0;
  readonly parked: ParkedRecord[] = [];
  readonly tallies: IntakeTally[] = [];
  readonly #outbox: OutboxWriter;
  readonly #loader: Loader;
  readonly #turns: Turns;
  /** Of the batches in hand. */
  #commands: readonly Command[] = [];

  constructor(
    parts: RoundParts,
    workspace: Workspace,
    batches: Iterable<ReceivedBatch>,
    options: RoundOptions,
  ) {
    this.#parts = parts;
    this.#workspace = workspace;
    this.#batches = batches;
    this.#options = options;
    this.#recordedAt = new Date(parts.runtime.now()).toISOString();
    this.#outbox = new OutboxWriter(parts.policy, this.#recordedAt, parts.recent);
    this.#context = {
      workspace,
      policy: parts.policy,
      poolOf: poolFinder(parts.policy),
      recordedAt: this.#recordedAt,
    };
    this.#turns = new Turns(parts.runtime);
    this.#loader = new Loader(parts.store, workspace, this.#turns, parts.bounds, options.turn);
    for (const sku of options.fresh ?? []) this.#loader.fresh.add(sku);
    this.#revisions = new Revisions(parts.store, workspace, this.#loader, this.#inbox);
  }

  /** Whether some of its messages had been booked before. */
  get hasRepeats(): boolean {
    return this.tallies.some(({ exists }) => exists > 0);
  }

  /** Number of events left in the outbox, or undefined after a conflict. */
  async commit(): Promise<number | undefined> {
    const { seen = [] } = this.#options;
    try {
      const { batchesAtOnce = Number.POSITIVE_INFINITY } = this.#parts;
      for (const batches of slicesOf(this.#batches, batchesAtOnce)) await this.#take(batches);
      // What came again may have come under other numbers.
      if (this.#taken.size === 0 && seen.length === 0) return 0;
      await this.#settle();
    } catch (error) {
      if (error instanceof StateMoved) return undefined;
      throw error;
    }
    // Only now are the values final, and this is when they are recorded.
    const { partition, runtime } = this.#parts;
    const carried = {
      ...(partition === undefined ? {} : { partition }),
      ...{
        inbox: [...this.#booked, ...this.#revisions.noted],
        tallies: this.tallies,
        parked: this.parked,
      },
      ...(seen.length === 0 ? {} : { seen }),
    };
    const events = await tracedCommit(
      ...([this.#parts, this.#workspace, this.#outbox, carried] as const),
      (source, id) => this.#contenthashOf(source, id),
    );
    if (events !== undefined) tellOutcome(runtime.log, carried, this.#workspace.period);
    return events;
  }

  /** Nothing keeps their commands when they are decided: of a long commit they would be most of its memory. */
  async #take(given: readonly ReceivedBatch[]): Promise<void> {
    const batches = await this.#newBatches(given);
    const commands = batches.flatMap((batch) => batch.commands);
    this.#commands = commands;
    if (!this.#options.trusting) await this.#revisions.load(commands);
    await this.#load();
    for (const batch of batches) await this.#decideBatch(batch);
  }

  /**
   * Each batch once: a file that was read again after a crash has the same batch in the queue twice,
   * and both may be in this round. In the order in which they are decided: the inbox is asked in that, too.
   */
  async #newBatches(given: readonly ReceivedBatch[]): Promise<ReceivedBatch[]> {
    const byKey = new Map(given.map((batch) => [batchKey(keyOf(batch)), batch]));
    for (const key of this.#taken) byKey.delete(key);
    if (this.#options.careful) {
      const keys = [...byKey.values()].map(keyOf);
      const { store, partition } = this.#parts;
      for (const applied of await store.appliedBatches(keys, partition)) byKey.delete(applied);
    }
    for (const [key, batch] of byKey) {
      this.#taken.add(key);
      this.#outbox.take(key, batch);
    }
    return Array.from(byKey.values(), (batch) => ({ ...batch, commands: inRank(batch.commands) }));
  }

  // --- loading ----------------------------------------------------------------------------------

  async #load(): Promise<void> {
    const isNew = ({ source, id }: Command): boolean => !this.#inbox.get(source, id);
    const some = this.#inbox.isEmpty ? this.#commands : this.#commands.filter(isNew);
    await this.#loader.load(some, this.#recordedAt);
  }

  // --- deciding ---------------------------------------------------------------------------------

  async #decideBatch(batch: ReceivedBatch): Promise<void> {
    const tally = tallyOf(batch);
    this.parked.push(...batch.parked);
    for (const command of batch.commands) {
      const waiting = this.#decideCommand(batch, command, tally);
      if (waiting) await waiting;
      if (this.#turns.due()) await this.#turns.next();
    }
    this.tallies.push(tally);
  }

  /** A promise only where something is to be read for it. */
  #decideCommand(
    batch: ReceivedBatch,
    command: Command,
    tally: IntakeTally,
  ): Promise<void> | undefined {
    const known = this.#inbox.get(command.source, command.id);
    if (this.#revisions.areAskedOf(command, known)) return this.#revise(batch, command, tally);
    if (known && known.contenthash === command.contenthash) {
      tally.exists += 1;
      return undefined;
    }
    const outcome =
      known && !answersForItself(command) ? conflictOf(known) : this.#decided(command);
    if (outcome instanceof Promise) {
      return outcome.then((later) => this.#note(batch, command, tally, later, known));
    }
    return this.#note(batch, command, tally, outcome, known);
  }

  async #revise(batch: ReceivedBatch, command: Command, tally: IntakeTally): Promise<void> {
    const judged = await this.#revisions.judge(command);
    if (!judged) {
      tally.exists += 1;
      return;
    }
    const revised = 'id' in judged ? { ...command, id: judged.id } : command;
    const outcome = 'id' in judged ? await this.#decided(revised) : judged.fault;
    if (typeof outcome === 'string') return this.#note(batch, revised, tally, outcome, undefined);
    tally.parked += 1;
    this.#park(batch, command, outcome);
  }

  #decided(command: Command): Awaitable<string | Fault> {
    return this.#options.refuseAll ?? this.#book(command);
  }

  /** Takes down what came of a command: a code, or why it was refused. */
  #note(
    batch: ReceivedBatch,
    command: Command,
    tally: IntakeTally,
    outcome: string | Fault,
    known: InboxRecord | undefined,
  ): Promise<void> | undefined {
    if (typeof outcome !== 'string') {
      if (this.#options.trusting && !known) return this.#refuse(batch, command, tally, outcome);
      tally.parked += 1;
      this.#park(batch, command, outcome);
      return undefined;
    }
    countOutcome(tally, outcome);
    if (known) return undefined;
    const { source, id, contenthash } = command;
    const { intakeId } = batch.origin;
    const recordedAt = this.#recordedAt;
    const record: InboxRecord = { source, id, contenthash, intakeId, recordedAt };
    this.#inbox.set(source, id, record);
    this.#booked.push(record);
    return command.type === 'stock.cancel.v1'
      ? this.#revisions.cancelled(record, this.#decidedBefore)
      : undefined;
  }

  /** What was booked before is not refused, whatever has changed since: now it is asked for. */
  async #refuse(
    batch: ReceivedBatch,
    command: Command,
    tally: IntakeTally,
    fault: Fault,
  ): Promise<void> {
    await this.#revisions.load([command]);
    if (this.#inbox.get(command.source, command.id))
      return this.#decideCommand(batch, command, tally);
    tally.parked += 1;
    this.#park(batch, command, fault);
  }

  /** Books one command and gives the code of what came of it, or says why not. */
  #book(command: Command): Awaitable<string | Fault> {
    if (command.type === 'period.close.v1' && this.#taken.size > 1) throw new GoesAlone();
    if (restsOnCosts.has(command.type)) {
      return this.#settle().then(() => this.#bookSettled(command));
    }
    return this.#bookSettled(command);
  }

  #bookSettled(command: Command): Awaitable<string | Fault> {
    this.#workspace.forgetSeen();
    const asked = new AskedNeeds();
    const decision = this.#decideNow(command, asked);
    return isBooked(decision)
      ? this.#answer(decision, asked)
      : this.#decideAgain(command, asked, decision);
  }

  /**
   * Until it is booked or refused, with all that it turns out to need. A refusal counts only when it was
   * decided on fresh state.
   */
  async #decideAgain(
    command: Command,
    asked: AskedNeeds,
    first: Decision | Missing,
  ): Promise<string | Fault> {
    let decision = first;
    while (!isBooked(decision)) {
      if (decision instanceof Missing) {
        await this.#loader.need(decision.needs);
        await this.#knowShortages(decision.needs);
      } else {
        if (!(await this.#refresh())) return decision.fault;
        asked.refreshed();
      }
      decision = this.#decideNow(command, asked);
    }
    return this.#answer(decision, asked);
  }

  #answer({ answers }: Booked, asked: AskedNeeds): string {
    this.#outbox.answered(answers);
    asked.count(this.#parts.runtime.metrics);
    return resultCode(answers.at(-1));
  }

  #settle(): Promise<void> {
    return settleRound(this.#context, this.#loader, this.#parts.bounds);
  }

  async #knowShortages(needs: readonly Need[]): Promise<void> {
    const skus = new Set(needs.flatMap((need) => ('shortages' in need ? need.shortages : [])));
    if (skus.size === 0) return;
    // Of what is late they are found with all the rest. Where none is, all that has changed need not be looked at.
    if ([...skus].some((sku) => this.#workspace.sku(sku).late)) await this.#settle();
    for (const sku of skus) {
      const state = this.#workspace.sku(sku);
      if (!state.costs.isShortOfMany || state.recost) continue;
      const { history } = state;
      await this.#loader.inSlices(() => knowShortages(this.#context, state));
      // What is known now needs no more of it.
      state.history = history;
    }
  }

  #decideNow(command: Command, asked: AskedNeeds): Decision | Missing {
    this.#decidedBefore = this.#workspace.documents.count;
    try {
      return decide(this.#context, command);
    } catch (error) {
      const defect = error instanceof Missing ? asked.defectOf(error.needs) : error;
      if (error instanceof Missing && defect === undefined) return error;
      if (error instanceof StateMoved || !this.#options.parkDefects) throw defect;
      return { outcome: 'rejected', fault: faultOf(defect) };
    }
  }

  /**
   * Reads anew what a command was refused on, unless this round has read or changed it already. All
   * that the round has not read yet is read with it: others of its commands need the same SKUs.
   */
  async #refresh(): Promise<boolean> {
    const isStale = (sku: string): boolean =>
      !this.#loader.fresh.has(sku) && !this.#workspace.hasChanged(sku);
    const seen = this.#workspace.takeSeen();
    if (!seen.some(isStale)) return false;
    const needed = needsOf(this.#commands).skus;
    this.#workspace.forget([...seen, ...needed].filter(isStale));
    await this.#load();
    return true;
  }

  /** Of one that came again a document of before has it, whatever follows from it now. */
  #contenthashOf(source: string, id: string): string {
    const found = this.#inbox.get(source, id);
    return found?.recordedAt === this.#booked[0]?.recordedAt ? (found?.contenthash ?? '') : '';
  }

  #park(batch: ReceivedBatch, command: Command, fault: Fault): void {
    const parked = parkedCommand(batch.origin, command, fault);
    this.parked.push(parked);
    this.#outbox.rejected(command, fault, parked.id);
  }
}

type Booked = Extract<Decision, { outcome: 'booked' }>;

const isBooked = (decision: Decision | Missing): decision is Booked =>
  !(decision instanceof Missing) && decision.outcome === 'booked';

const keyOf = ({ origin, index, digest }: ReceivedBatch) => ({
  intakeId: origin.intakeId,
  index,
  digest,
});
