/**
 * Apply and relay of a hub, with what works beside them on the books: re-costing, sweeping, closing. It knows no
 * flows and no codecs, so that a thread of its own is small.
 */
import { AwaitedIntakes } from './apply/AwaitedIntakes.ts';
import { ClosingMaker } from './apply/ClosingMaker.ts';
import { expireReservations } from './apply/expireReservations.ts';
import { Recoster } from './apply/Recoster.ts';
import { SkuTurns } from './apply/SkuTurns.ts';
import { Sweeper } from './apply/sweeper.ts';
import { Apply } from './apply.ts';
import type { Patience } from './deployment/Patience.ts';
import type { CommandCheck } from './flow/commandCheck.ts';
import type { Role } from './flow/hubConfig.ts';
import type { Health } from './health.ts';
import type { BatchSeal } from './intake/BatchSeal.ts';
import { limits } from './limits.ts';
import type { Broker, Store } from './ports.ts';
import { GapWatch } from './producers/GapWatch.ts';
import { RecentTexts } from './relay/RecentTexts.ts';
import { RelayBell } from './relay/RelayBell.ts';
import { Relay } from './relay.ts';
import type { Runtime } from './runtime.ts';
import type { StockPolicy } from './stock/policy.ts';

export interface BookingSetup {
  broker: Broker;
  store: Store;
  runtime: Runtime;
  patience: Patience;
  checkCommand: CommandCheck;
  seal: BatchSeal;
  policy: StockPolicy;
  partitions: number;
  /** For how long relayed events can be read again by their numbers. */
  keepMs: number;
}

/** Anything that starts, and can be stopped again. */
interface Loop {
  stop(): Promise<void>;
}

export class Booking {
  /** Who waits to hear of what it books. */
  readonly awaited = new AwaitedIntakes();
  /** Who reads events by their numbers. */
  readonly relayed = new RelayBell();
  #parts: BookingSetup;
  #apply: Apply[] = [];
  /** In the order in which they stop: that of the road. */
  #beside: Loop[] = [];
  #roles: readonly Role[] = [];
  #isRestarting = false;
  #relay: Relay | undefined;
  #gaps: GapWatch | undefined;
  #recent: RecentTexts | undefined;

  constructor(parts: BookingSetup) {
    this.#parts = parts;
  }

  /** By which it books now. */
  get policy(): StockPolicy {
    return this.#parts.policy;
  }

  /** Those of its two roles that are among them. The broker has its queues by then. */
  async start(roles: readonly Role[]): Promise<void> {
    this.#roles = roles;
    if (roles.includes('relay')) this.#startRelay();
    if (roles.includes('apply')) await this.#startApply();
  }

  #startRelay(): void {
    const { broker, store, runtime, keepMs } = this.#parts;
    this.#recent = new RecentTexts(limits.recentEventCharacters);
    const numbered = () => this.relayed.ring();
    this.#relay = new Relay({ broker, store, runtime, recent: this.#recent, keepMs, numbered });
    this.#relay.start();
  }

  async #startApply(): Promise<void> {
    const { checkCommand, broker, store, runtime, seal, policy, partitions, patience } =
      this.#parts;
    const committed = () => this.#relay?.wake();
    const recent = this.#recent ? { recent: this.#recent } : {};
    const parts = { store, runtime, policy, turns: new SkuTurns(), ...recent };
    const expire = async (ids: readonly string[]): Promise<number | undefined> => {
      const events = await expireReservations(parts, ids);
      if (events) committed();
      return events;
    };
    const sweeper = new Sweeper({ store, runtime, expire });
    const closingMaker = new ClosingMaker({ store, runtime });
    const recoster = new Recoster({ ...parts, committed });
    this.#gaps = new GapWatch({ broker, store, runtime });
    this.#beside.push(sweeper, closingMaker, recoster, this.#gaps);
    for (const loop of [recoster, sweeper, closingMaker, this.#gaps]) loop.start();
    for (let partition = 0; partition < partitions; partition += 1) {
      const { awaited } = this;
      const all = { ...parts, broker, checkCommand, seal, awaited, committed };
      const apply = new Apply(all, partition);
      this.#apply.push(apply);
      const start = (): Promise<void> => apply.start();
      await (this.#isRestarting ? patience.insist(start) : patience.reached(start));
    }
  }

  /** Finishes what it has in hand, and goes on by other rules of the stock. */
  async change(policy: StockPolicy): Promise<void> {
    await this.stop();
    this.#parts = { ...this.#parts, policy };
    [this.#apply, this.#beside] = [[], []];
    this.#isRestarting = true;
    await this.start(this.#roles);
  }

  /** `ok`, or what apply waits for; undefined where it does not run here. */
  check(): string | undefined {
    if (this.#apply.length === 0) return undefined;
    return this.#apply.map(({ waitsFor }) => waitsFor).find((fault) => fault)?.message ?? 'ok';
  }

  /** When the oldest batch was accepted that is in hand and not booked yet; undefined where there is none. */
  unappliedSince(): string | undefined {
    const ages = this.#apply.flatMap(({ oldestMs }) => oldestMs ?? []);
    return ages.length === 0 ? undefined : new Date(Math.min(...ages)).toISOString();
  }

  /** What is wrong though all that is here can work: what the broker lost. */
  told(): Health['told'] {
    const gaps = this.#gaps?.check();
    return gaps === undefined ? {} : { gaps };
  }

  /** In the order of the road. */
  async stop(): Promise<void> {
    await Promise.all(this.#apply.map((apply) => apply.stop()));
    for (const loop of this.#beside) await loop.stop();
    await this.#relay?.stop();
  }
}
