/** What a stage decides about some of its keys, from reading its rows to one commit. */
import { type Fault, faultOf, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type {
  LeavingRecord,
  MemberName,
  Stage,
  StageAnswer,
  StageArrival,
  StageCommit,
  StageRow,
} from '../ports.ts';
import { KeptRow } from './KeptRow.ts';
import { leavingText } from './leavingBatch.ts';
import { refusedArrival } from './refusedArrival.ts';

interface Leaving {
  record: LeavingRecord;
  characters: number;
}

export interface RoundTally {
  left: number;
  parked: number;
  dropped: number;
}

export class StageRound {
  readonly tally: RoundTally = { left: 0, parked: 0, dropped: 0 };
  /** Of what another flow made, and this stage did not take. */
  readonly refused: Fault[] = [];
  /** Why rows cannot be read, by key: nothing is decided about those. */
  readonly unread = new Map<string, Fault>();
  readonly #name: string;
  readonly #stage: Stage;
  readonly #now: string;
  readonly #kept = new Map<string, KeptRow>();
  readonly #out: Leaving[] = [];
  #characters = 0;

  constructor(name: string, stage: Stage, rows: readonly StageRow[], now: string) {
    this.#name = name;
    this.#stage = stage;
    this.#now = now;
    for (const row of rows) {
      this.#reading(row.key, () => this.#kept.set(row.key, new KeptRow(name, row.key, row)));
    }
  }

  /** Of what comes for rows that are there: who may be a member already. */
  namesOf(arrivals: readonly StageArrival[]): MemberName[] {
    return arrivals.flatMap((arrival): MemberName[] => {
      if (!this.#kept.has(arrival.key)) return [];
      const id = this.#idOf(arrival);
      return id === undefined ? [] : [{ key: arrival.key, id }];
    });
  }

  knows(names: readonly MemberName[]): void {
    for (const { key, id } of names) this.#kept.get(key)?.knows(id);
  }

  /** How much the members of these rows are, or less. */
  charactersOf(key: string): number {
    return this.#kept.get(key)?.characters ?? 0;
  }

  /** Whether nothing can be decided about it before the members of its key are read. */
  wants(arrival: StageArrival): boolean {
    const kept = this.#kept.get(arrival.key);
    if (!kept || kept.isRead) return false;
    try {
      return this.#answer(kept, arrival) === 'members';
    } catch (error) {
      if (!(error instanceof StockbusError)) throw error;
      return false;
    }
  }

  wantsDue(key: string): boolean {
    const kept = this.#kept.get(key);
    return kept !== undefined && !kept.isRead && this.#due(kept) === 'members';
  }

  /** All members of these rows. */
  read(keys: readonly string[], members: readonly (MemberName & { body: string })[]): void {
    const byKey = Map.groupBy(members, ({ key }) => key);
    for (const key of keys) {
      this.#reading(key, () => this.#kept.get(key)?.read(byKey.get(key) ?? []));
    }
  }

  #reading(key: string, read: () => unknown): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof StockbusError)) throw error;
      this.unread.set(key, faultOf(error));
      this.#kept.delete(key);
    }
  }

  /**
   * False where nothing was decided, and the members of its key have to be read first. Throws FORMAT_UNKNOWN, STORE_CORRUPT
   * where what is kept under its key cannot be read.
   */
  arrive(arrival: StageArrival): boolean {
    const { key } = arrival;
    const unread = this.unread.get(key);
    if (unread) throw new StockbusError(unread.code, unread.message);
    const kept = this.#kept.get(key) ?? new KeptRow(this.#name, key, undefined);
    try {
      if (!this.#take(kept, this.#answer(kept, arrival))) return false;
      this.#kept.set(key, kept);
    } catch (error) {
      if (!(error instanceof StockbusError)) throw error;
      const leaving = refusedArrival(arrival, faultOf(error));
      if (leaving.flow !== undefined) this.refused.push(leaving.faults[0]);
      else this.#spoil(kept, arrival, leaving.faults[0]);
      this.#leave(leaving);
    }
    return true;
  }

  #spoil(kept: KeptRow, arrival: StageArrival, fault: Fault): void {
    if (!this.#stage.spoilt) return;
    const state = this.#stage.spoilt(kept.state, fault, arrival, this.#now);
    kept.take({ state, out: [] }, this.#now);
    this.#kept.set(kept.key, kept);
  }

  /** So much leaves already that it is to be committed before anything else is decided. */
  get isFull(): boolean {
    return this.#characters >= limits.stageOutBytes;
  }

  /** False where nothing was decided, and its members have to be read first. Nothing is decided about what cannot be read. */
  due(key: string): boolean {
    const kept = this.#kept.get(key);
    return !kept || this.#take(kept, this.#due(kept));
  }

  #answer(kept: KeptRow, arrival: StageArrival): StageAnswer {
    return this.#stage.arrive(kept.kept(this.#stage.idOf?.(arrival)), arrival, this.#now);
  }

  #due(kept: KeptRow): StageAnswer {
    return this.#stage.due(kept.kept(), this.#now);
  }

  #idOf(arrival: StageArrival): string | undefined {
    try {
      return this.#stage.idOf?.(arrival);
    } catch (error) {
      if (!(error instanceof StockbusError)) throw error;
      return undefined;
    }
  }

  #take(kept: KeptRow, answer: StageAnswer): boolean {
    if (answer === 'members' || !kept.take(answer, this.#now)) {
      if (kept.isRead) throw new Error(`${this.#name} wants members that it was given`);
      return false;
    }
    for (const record of answer.out) this.#leave(record);
    return true;
  }

  #leave(record: LeavingRecord): void {
    if (record.isDropped) this.tally.dropped += 1;
    else if (record.faults) this.tally.parked += 1;
    else this.tally.left += 1;
    const { length: characters } = JSON.stringify(record);
    this.#characters += characters;
    this.#out.push({ record, characters });
  }

  /** Undefined where nothing changes and nothing leaves. */
  commit(id: string): StageCommit | undefined {
    const rows = [...this.#kept.values()].flatMap((kept) => {
      const { state } = kept;
      const { dueAt, waiting } = this.#stage;
      const about =
        state === undefined ? undefined : { dueAt: dueAt(state), waiting: waiting(state) };
      return kept.change(this.#now, about);
    });
    const outs = together(this.#out).map((records, index) => {
      return { id: `${id}.${String(index).padStart(OUT_DIGITS, '0')}`, body: leavingText(records) };
    });
    if (rows.length + outs.length === 0) return undefined;
    return { id, stage: this.#name, rows, outs };
  }
}

const OUT_DIGITS = 4;

/**
 * Records that go on as one payload: of one payload that came in, from one sender. So a business key that comes twice
 * in that is found as it would be without the stage.
 */
function together(out: readonly Leaving[]): LeavingRecord[][] {
  const same = Map.groupBy(out, ({ record: { origin, actor, flow } }) =>
    JSON.stringify([origin.intakeId, origin.name, actor, flow]),
  );
  return [...same.values()].flatMap(inPieces);
}

function inPieces(records: readonly Leaving[]): LeavingRecord[][] {
  const pieces: LeavingRecord[][] = [];
  let sum = Number.POSITIVE_INFINITY;
  for (const { record, characters } of records) {
    if (sum + characters > limits.documentBytes) {
      pieces.push([]);
      sum = 0;
    }
    pieces.at(-1)!.push(record);
    sum += characters;
  }
  return pieces;
}
