/** All that people at work on what is parked or dead need of a hub, in one place: commands and routes stand on it. */
import type { CommandCheck } from '../flow/commandCheck.ts';
import type { TakingFlow } from '../flow/compiledFlow.ts';
import type { Broker, Payload, Receipt, Store } from '../ports.ts';
import type { KeyOfRead } from '../reports/settledParked.ts';
import type { Runtime } from '../runtime.ts';
import type { SpoolFolder } from '../spool/SpoolFolder.ts';
import type { StockPolicy } from '../stock/policy.ts';
import { CaseKeeper } from './CaseKeeper.ts';
import { Cases, requireOpen } from './Cases.ts';
import { DeadDesk } from './DeadDesk.ts';
import { DeadMover } from './DeadMover.ts';
import { ParkedDesk } from './ParkedDesk.ts';
import { ParkedReplay } from './ParkedReplay.ts';
import { type Keeping, Retention } from './Retention.ts';
import type { ReplayingFlow } from './refusedFile.ts';
import { type Rehearsed, rehearseReplay } from './rehearseReplay.ts';

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
  /** Queues that somebody takes from. */
  queues(): readonly string[];
  flowOf(name: string): ReplayingFlow | undefined;
  take(leg: TakingFlow, payload: Payload): Promise<Receipt>;
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

  /** What a replay would book, as it was corrected last. */
  async rehearse(id: string): Promise<Rehearsed> {
    const { record, case: one } = await this.parked.entry(id);
    requireOpen(one);
    const flow = this.#parts.flowOf(record.origin.flow);
    const around = { ...this.#parts, policy: this.#parts.policy() };
    return rehearseReplay(record, one.content ?? record.content, flow, around);
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
