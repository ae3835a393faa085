import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { StageChange, StageDecision, StageKept, StageMember, StageRow } from '../ports.ts';
import { stagedTime } from '../steps/stagedTime.ts';
import { memberFrom, memberText, type RowBody, rowFrom, rowText } from './leavingBatch.ts';

/** What was added since the row was read. */
interface Added extends StageMember {
  value?: unknown;
}

/** Where there may be ids to forget, they are looked for so often. */
const SWEEP_MS = limits.stageForgetMs / 24;

/** What is known of one key of a stage, and what becomes of it in a round. */
export class KeptRow {
  readonly key: string;
  readonly #row: StageRow | undefined;
  readonly #what: string;
  state: unknown;
  #characters = 0;
  /** There may be fewer: something went whose size nobody knows. */
  #isLoose = false;
  #next = 0;
  #sweepAt: string | undefined;
  /** What waits in it, with its size; undefined: it has not been read. */
  #members: Map<string, unknown> | undefined;
  readonly #sizes = new Map<string, number>();
  /** Ids of what comes that the store knows. */
  readonly #known = new Set<string>();
  #isChanged = false;
  #clears = false;
  readonly #drops = new Set<string>();
  readonly #left = new Set<string>();
  readonly #adds = new Map<string, Added>();

  /** Throws FORMAT_UNKNOWN, STORE_CORRUPT. */
  constructor(stage: string, key: string, row: StageRow | undefined) {
    this.key = key;
    this.#row = row;
    this.#what = `of ${stage} under '${key}'`;
    if (row) {
      const body = rowFrom(row.body, `the state ${this.#what}`);
      this.state = body.state;
      this.#characters = body.characters;
      this.#isLoose = body.loose === true;
      this.#next = body.next;
      this.#sweepAt = body.sweepAt;
    }
    if (this.#characters === 0) this.#members = new Map();
  }

  get isNew(): boolean {
    return this.#row === undefined;
  }

  get isRead(): boolean {
    return this.#members !== undefined;
  }

  /** Of its members, or fewer. */
  get characters(): number {
    return this.#characters;
  }

  /** `id`: of what comes. */
  kept(id?: string): StageKept<unknown, unknown> {
    const isKnown = id !== undefined && (this.#adds.has(id) || this.#known.has(id));
    return { state: this.state, isKnown, ...(this.#members ? { members: this.#members } : {}) };
  }

  knows(id: string): void {
    this.#known.add(id);
  }

  /** All members of the row. Throws FORMAT_UNKNOWN, STORE_CORRUPT. */
  read(members: readonly { id: string; body: string }[]): void {
    const read = new Map<string, unknown>();
    for (const { id, body } of members) {
      if (this.#drops.has(id)) continue;
      read.set(id, memberFrom(body, `a member ${this.#what}`));
      this.#sizes.set(id, body.length);
    }
    for (const { id, body, value } of this.#adds.values()) if (body) read.set(id, value);
    this.#members = read;
    this.#characters = [...read.keys()].reduce((sum, id) => sum + this.#sizes.get(id)!, 0);
    this.#isLoose = false;
  }

  /** False where its members have to be read first. Throws STAGE_FULL. */
  take(decision: StageDecision, now: string): boolean {
    const { state, drops = [], adds = [], left = [], out } = decision;
    const isSame = state === this.state && drops.length + adds.length + left.length === 0;
    if (isSame) return true;
    if (state === undefined) {
      this.#forgetAll();
      return true;
    }
    const texts = adds.map(({ value }) => (value === undefined ? '' : memberText(value)));
    const characters = this.#afterwards(decision, texts);
    // What makes others leave has room: more of them leave at once, and with them it shrinks.
    const most = out.length === 0 ? limits.stageRowBytes : 1.5 * limits.stageRowBytes;
    if (characters > most && characters > this.#characters && this.#characters > 0) {
      if (this.#isLoose && !this.isRead) return false;
      throw full(this.key);
    }
    this.#isChanged = true;
    this.state = state;
    for (const id of drops) this.#drop(id);
    for (const [index, { id, value }] of adds.entries()) this.#add(id, value, texts[index]!, now);
    for (const id of left) this.#leave(id, now);
    this.#characters = characters;
    return true;
  }

  #afterwards({ drops = [], adds = [], left = [] }: StageDecision, texts: string[]): number {
    const sizes = new Map(adds.map(({ id }, index) => [id, texts[index]!.length]));
    const own = drops.map((id) => this.#sizes.get(id) ?? 0);
    const going = left.map((id) => sizes.get(id) ?? this.#sizes.get(id) ?? 0);
    const sum = (all: Iterable<number>): number => [...all].reduce((one, other) => one + other, 0);
    return this.#characters - sum(own) + sum(sizes.values()) - sum(going);
  }

  #drop(id: string): void {
    if (!this.#sizes.delete(id) && !this.isRead) this.#isLoose = true;
    this.#members?.delete(id);
    const isOnlyHere = this.#adds.delete(id) && !this.#known.has(id);
    if (!isOnlyHere) this.#drops.add(id);
    this.#known.delete(id);
  }

  #add(id: string, value: unknown, body: string, now: string): void {
    const number = this.#next;
    this.#next += 1;
    if (value === undefined) {
      this.#adds.set(id, { id, number });
      this.#leave(id, now);
      return;
    }
    this.#adds.set(id, { id, number, body, value });
    this.#members?.set(id, value);
    this.#sizes.set(id, body.length);
  }

  #leave(id: string, now: string): void {
    const forgetAt = stagedTime(now, limits.stageForgetMs);
    this.#sweepAt ??= forgetAt;
    const added = this.#adds.get(id);
    if (!this.#sizes.delete(id) && !added && !this.isRead) this.#isLoose = true;
    this.#members?.delete(id);
    if (added) this.#adds.set(id, { id, number: added.number, forgetAt });
    else this.#left.add(id);
  }

  #forgetAll(): void {
    this.#isChanged = true;
    this.#clears = true;
    this.state = undefined;
    this.#members = new Map();
    for (const ids of [this.#sizes, this.#known, this.#drops, this.#left, this.#adds]) ids.clear();
    this.#characters = 0;
    this.#isLoose = false;
    this.#sweepAt = undefined;
  }

  /** What is to be written, with what the stage says of its state, where it has one. */
  change(now: string, about: { dueAt: string; waiting: number } | undefined): StageChange[] {
    if (!this.#isChanged || (this.isNew && this.state === undefined)) return [];
    const expected = this.#row?.version ?? '';
    if (!about) return [{ key: this.key, expected }];
    const { dueAt, waiting } = about;
    const change: StageChange = { key: this.key, expected };
    if (this.#clears && !this.isNew) change.clears = true;
    if (this.#drops.size > 0) change.drops = [...this.#drops];
    if (this.#left.size > 0)
      change.left = { ids: [...this.#left], forgetAt: stagedTime(now, limits.stageForgetMs) };
    if (this.#adds.size > 0)
      change.adds = [...this.#adds.values()].map(({ value: _, ...member }) => member);
    if (this.#sweepAt !== undefined && this.#sweepAt <= now) {
      change.forgets = now;
      this.#sweepAt = stagedTime(now, SWEEP_MS);
    }
    const isAwake = this.#row && (this.#row.waiting > 0 || waiting === 0);
    const since = isAwake ? this.#row!.since : now;
    return [{ ...change, row: { since, dueAt, waiting, body: this.#text() } }];
  }

  #text(): string {
    const body: RowBody = {
      ...{ characters: this.#characters, next: this.#next, state: this.state },
      ...(this.#isLoose ? { loose: true } : {}),
      ...(this.#sweepAt === undefined ? {} : { sweepAt: this.#sweepAt }),
    };
    return rowText(body);
  }
}

function full(key: string): StockbusError {
  const message = `with it, more than ${limits.stageRowBytes} characters would wait under '${key}'`;
  return new StockbusError('STAGE_FULL', message);
}
