/** All that people at work on what is parked or dead need of a hub, in one place: commands and routes stand on it. */
import type { CommandCheck } from '../flow/commandCheck.ts';
import type { CompiledFlow, TakingFlow } from '../flow/compiledFlow.ts';
import type { Replayer } from '../flow/hubConfig.ts';
import type { Broker, Payload, Receipt, Store } from '../ports.ts';
import type { KeyOfRead } from '../reports/settledParked.ts';
import type { Runtime } from '../runtime.ts';
import type { SpoolFolder } from '../spool/SpoolFolder.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { CaseKeeper } from './CaseKeeper.ts';
import { Cases, type FieldChange, requireOpen } from './Cases.ts';
import type { Edits } from './correction.ts';
import { DeadDesk } from './DeadDesk.ts';
import { DeadMover } from './DeadMover.ts';
import { overAll, type Tally, type WorkPace } from './overAll.ts';
import { ParkedDesk } from './ParkedDesk.ts';
import { ParkedReplay } from './ParkedReplay.ts';
import { type Rehearsed, ReplayRehearsal } from './ReplayRehearsal.ts';
import { type Keeping, Retention } from './Retention.ts';
import type { ReplayingFlow } from './refusedFile.ts';

export interface DeskOfHubParts {
  store: Store;
  broker: Broker;
  runtime: Runtime;
  checkCommand: CommandCheck;
  keyOf: KeyOfRead;
  /** As it is now. */
  policy(): StockPolicy;
  spool: SpoolFolder;
  keep: Readonly<Record<'parked' | 'dead', Keeping>>;
  replayBy: Replayer;
  /** Queues that somebody takes from. */
  queues(): readonly string[];
  /** All that run. */
  flows(): readonly CompiledFlow[];
  flowOf(name: string): ReplayingFlow | undefined;
  take(leg: TakingFlow, payload: Payload): Promise<Receipt>;
}

/** What a replay would book, and what was corrected for it. */
export interface RehearsedReplay extends Rehearsed {
  changes: FieldChange[];
}

export class Desk {
  readonly parked: ParkedDesk;
  readonly dead: DeadDesk;
  readonly replay: ParkedReplay;
  readonly #mover: DeadMover;
  readonly #keeper: CaseKeeper;
  readonly #parts: DeskOfHubParts;
  #isMoving = false;

  constructor(parts: DeskOfHubParts) {
    this.#parts = parts;
    const { store, broker, runtime, keyOf, checkCommand, keep } = parts;
    const cases = new Cases(store, runtime);
    this.parked = new ParkedDesk({ store, cases, keyOf, checkCommand });
    this.dead = new DeadDesk({ store, cases, broker, queues: () => parts.queues() });
    this.replay = new ParkedReplay({ ...parts, cases });
    this.#mover = new DeadMover({ broker, store, runtime });
    const retention = new Retention({
      ...{ store, cases, runtime, parked: this.parked, dead: this.dead, keep },
    });
    const { parked: desk, replay } = this;
    this.#keeper = new CaseKeeper({ runtime, cases, desk, replay, retention });
  }

  /** What a replay would book, as it was corrected last, and with these edits. Throws CORRECTION_UNFIT, CASE_CLOSED, REPLAY_UNFIT. */
  async rehearse(id: string, edits?: Edits): Promise<RehearsedReplay> {
    const rehearsal = this.#rehearsal();
    const changes = await this.#add(rehearsal, id, edits);
    return { changes, ...(await rehearsal.finish()) };
  }

  /** The same of many, one on top of the other; those that refuse it are counted. */
  async rehearseAll(
    ids: AsyncIterable<readonly string[]>,
    edits: Edits | undefined,
    pace: WorkPace,
    signal?: AbortSignal,
  ): Promise<Rehearsed & Tally> {
    const rehearsal = this.#rehearsal();
    const one = (id: string): Promise<unknown> => this.#add(rehearsal, id, edits);
    const tally = await overAll(ids, one, pace, this.#parts.runtime, signal);
    return { ...tally, ...(await rehearsal.finish()) };
  }

  #rehearsal(): ReplayRehearsal {
    const { policy, flows } = this.#parts;
    return new ReplayRehearsal({ ...this.#parts, policy: policy(), flows: flows() });
  }

  async #add(rehearsal: ReplayRehearsal, id: string, edits?: Edits): Promise<FieldChange[]> {
    const entry = await this.parked.entry(id);
    const { record, case: one } = entry;
    requireOpen(one);
    const flow = this.#parts.flowOf(record.origin.flow);
    const { content, changes } = edits
      ? this.parked.corrected(entry, edits)
      : { content: one.content ?? record.content, changes: [] };
    await rehearsal.add(record, content, flow);
    return changes;
  }

  /** Where deliveries die. */
  async moveDead(): Promise<void> {
    this.#isMoving = true;
    await this.#mover.start();
  }

  /** Where payloads are taken in. */
  look(): void {
    this.#keeper.start();
  }

  /** Nothing is sent again from now on. */
  stopLooking(): Promise<void> {
    return this.#keeper.stop();
  }

  /** Once nothing is delivered any more. */
  async stopMoving(): Promise<void> {
    if (this.#isMoving) await this.#mover.stop();
  }
}
