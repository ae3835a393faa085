/** Rounds of a stage: they read no more than it takes to decide, and hold no more at once than some megabytes. */
import type { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import type { Stage, StageArrival, StageRow, StageStore } from '../ports.ts';
import { StageRound } from './StageRound.ts';

type Reads = Pick<StageStore, 'stageRows' | 'knownMembers' | 'stageMembers'>;

/** What comes next is looked at so far for rows whose members are read together. */
const AHEAD = 256;

/** Something to decide. */
interface Task {
  key: string;
  decide(): boolean;
  wants(): boolean;
}

export class StageRounds {
  readonly #store: Reads;
  readonly #name: string;
  readonly #stage: Stage;
  readonly #tell: (fault: Fault) => void;
  /** Why rows that were looked at cannot be read, by key. */
  readonly unread = new Map<string, Fault>();

  /** `tell`: of each row that cannot be read, once. */
  constructor(
    store: Reads,
    { name, stage }: { name: string; stage: Stage },
    tell: (fault: Fault) => void = () => undefined,
  ) {
    this.#store = store;
    this.#name = name;
    this.#stage = stage;
    this.#tell = tell;
  }

  /** About so many of what comes as fit, one at least. Throws FORMAT_UNKNOWN, STORE_CORRUPT where what is kept cannot be read. */
  async ofArrivals(
    arrivals: readonly StageArrival[],
    now: string,
  ): Promise<{ round: StageRound; taken: number }> {
    const keys = [...new Set(arrivals.map(({ key }) => key))];
    const rows = await this.#store.stageRows(this.#name, keys);
    const round = new StageRound(this.#name, this.#stage, rows, now);
    const names = round.namesOf(arrivals);
    if (names.length > 0) round.knows(await this.#store.knownMembers(this.#name, names));
    const tasks = arrivals.map(
      (arrival): Task => ({
        key: arrival.key,
        decide: () => round.arrive(arrival),
        wants: () => round.wants(arrival),
      }),
    );
    return { round, taken: await this.#decide(round, tasks) };
  }

  /** About so many of these rows as fit, one at least; the others are still due. */
  async ofDue(
    rows: readonly StageRow[],
    now: string,
  ): Promise<{ round: StageRound; taken: number }> {
    const round = new StageRound(this.#name, this.#stage, rows, now);
    const tasks = rows.map(
      ({ key }): Task => ({
        key,
        decide: () => round.due(key),
        wants: () => round.wantsDue(key),
      }),
    );
    return { round, taken: await this.#decide(round, tasks) };
  }

  /** Rows that could not be read may be gone, or mended. */
  async readAgain(now: string): Promise<void> {
    for (const key of [...this.unread.keys()]) {
      const rows = await this.#store.stageRows(this.#name, [key]);
      const round = new StageRound(this.#name, this.#stage, rows, now);
      if (round.unread.size === 0) await this.#read(round, [key]);
      if (round.unread.size === 0) this.unread.delete(key);
    }
  }

  async #decide(round: StageRound, tasks: readonly Task[]): Promise<number> {
    try {
      return await this.#decideSome(round, tasks);
    } finally {
      for (const [key, fault] of round.unread) {
        if (!this.unread.has(key)) this.#tell(fault);
        this.unread.set(key, fault);
      }
    }
  }

  async #decideSome(round: StageRound, tasks: readonly Task[]): Promise<number> {
    let read = 0;
    for (const [taken, task] of tasks.entries()) {
      if (round.isFull) return taken;
      if (task.decide()) continue;
      if (read >= limits.stageRoundBytes) return taken;
      const keys = together(
        round,
        tasks.slice(taken, taken + AHEAD),
        limits.stageRoundBytes - read,
      );
      read += await this.#read(round, keys);
      task.decide();
    }
    return tasks.length;
  }

  async #read(round: StageRound, keys: readonly string[]): Promise<number> {
    const members = await this.#store.stageMembers(this.#name, keys);
    round.read(keys, members);
    return members.reduce((sum, { body }) => sum + body.length, 0);
  }
}

/** Keys whose members are read together: that of the first, and of those behind it as many as fit. */
function together(round: StageRound, [first, ...others]: readonly Task[], most: number): string[] {
  const keys = new Set([first!.key]);
  let sum = round.charactersOf(first!.key);
  for (const { key, wants } of others) {
    if (keys.has(key) || !wants()) continue;
    sum += round.charactersOf(key);
    if (sum > most) break;
    keys.add(key);
  }
  return [...keys];
}
