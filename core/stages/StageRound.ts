/** What a stage decides about some of its keys, from reading its rows to one commit. */
import { type Fault, faultOf, StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type {
  LeavingRecord,
  Stage,
  StageArrival,
  StageChange,
  StageCommit,
  StageDecision,
  StageRow,
} from '../ports.ts';
import { stagedRecord } from '../steps/stagedRecord.ts';
import { leavingText, stateFrom, stateText } from './leavingBatch.ts';

/** What is known of one key. */
interface Kept {
  row: StageRow | undefined;
  state: unknown;
  /** Characters of its state, or more, where it has not been measured since it changed. */
  characters: number;
  isMeasured: boolean;
  isChanged: boolean;
}

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
  /** Of what nobody could be told of: what another flow made, and this stage did not take. */
  readonly refused: Fault[] = [];
  /** Why rows cannot be read, by key: nothing is decided about those. */
  readonly unread = new Map<string, Fault>();
  readonly #name: string;
  readonly #stage: Stage;
  readonly #now: string;
  readonly #kept = new Map<string, Kept>();
  readonly #out: Leaving[] = [];
  #characters = 0;

  constructor(name: string, stage: Stage, rows: readonly StageRow[], now: string) {
    this.#name = name;
    this.#stage = stage;
    this.#now = now;
    for (const row of rows) {
      try {
        const state = stateFrom(row.body, `the state of ${name} under '${row.key}'`);
        const { length: characters } = row.body;
        this.#kept.set(row.key, { row, state, characters, isMeasured: true, isChanged: false });
      } catch (error) {
        if (!(error instanceof StockbusError)) throw error;
        this.unread.set(row.key, faultOf(error));
      }
    }
  }

  /** Throws FORMAT_UNKNOWN, STORE_CORRUPT where what is kept under its key cannot be read. */
  arrive(arrival: StageArrival): void {
    const { key } = arrival;
    const unread = this.unread.get(key);
    if (unread) throw new StockbusError(unread.code, unread.message);
    const kept = this.#kept.get(key) ?? {
      ...{ row: undefined, state: undefined, characters: 0, isMeasured: true, isChanged: false },
    };
    try {
      const decision = this.#stage.arrive(kept.state, arrival, this.#now);
      if (decision.state !== kept.state) measure(kept, decision, arrival);
      this.#take(key, kept, decision);
    } catch (error) {
      if (!(error instanceof StockbusError)) throw error;
      if (arrival.from !== undefined) this.refused.push(faultOf(error));
      else this.#leave({ ...stagedRecord(arrival), faults: [faultOf(error)] });
    }
  }

  /** So much leaves already that it is to be committed before anything else is decided. */
  get isFull(): boolean {
    return this.#characters >= limits.stageOutBytes;
  }

  /** All rows that it was given and that can be read, until it is full; the others are still due. */
  due(): void {
    for (const [key, kept] of this.#kept) {
      if (this.isFull) return;
      this.#take(key, kept, this.#stage.due(kept.state, this.#now));
    }
  }

  #take(key: string, kept: Kept, { state, out }: StageDecision): void {
    for (const record of out) this.#leave(record);
    if (state === kept.state) return;
    kept.state = state;
    kept.isChanged = true;
    this.#kept.set(key, kept);
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
    const rows = [...this.#kept].flatMap(([key, kept]) => this.#changeOf(key, kept));
    const outs = together(this.#out).map((records, index) => {
      return { id: `${id}.${String(index).padStart(OUT_DIGITS, '0')}`, body: leavingText(records) };
    });
    if (rows.length + outs.length === 0) return undefined;
    return { id, stage: this.#name, rows, outs };
  }

  #changeOf(key: string, { row, state, isChanged }: Kept): StageChange[] {
    if (!isChanged || (!row && state === undefined)) return [];
    const expected = row?.version ?? '';
    if (state === undefined) return [{ key, expected }];
    const [since, dueAt] = [row?.since ?? this.#now, this.#stage.dueAt(state)];
    const body = stateText(state, this.#stage.waiting(state));
    return [{ key, expected, row: { since, dueAt, body } }];
  }
}

const OUT_DIGITS = 4;

/**
 * What a row grows by is reckoned from what comes, and measured only where that could be too much: what has come before,
 * or leaves at once, makes it no larger. Throws STAGE_FULL.
 */
function measure(kept: Kept, { state, out }: StageDecision, arrival: StageArrival): void {
  if (state === undefined) {
    kept.characters = 0;
    kept.isMeasured = true;
    return;
  }
  const characters = kept.characters + JSON.stringify(arrival).length;
  if (kept.state === undefined || characters <= limits.stageRowBytes) {
    kept.characters = characters;
    kept.isMeasured = false;
    return;
  }
  // So that a full row is not measured again for each that is refused.
  if (kept.isMeasured && out.length === 0) throw full(arrival.key);
  const { length } = JSON.stringify(state);
  const isGrowing = length > JSON.stringify(kept.state).length;
  // What makes others leave has room: more of them leave at once, and with them it shrinks.
  const most = out.length === 0 ? limits.stageRowBytes : 1.5 * limits.stageRowBytes;
  if (length > most && isGrowing) throw full(arrival.key);
  kept.characters = length;
  kept.isMeasured = true;
}

function full(key: string): StockbusError {
  const message = `with it, more than ${limits.stageRowBytes} characters would wait under '${key}'`;
  return new StockbusError('STAGE_FULL', message);
}

/**
 * Records that go on as one payload: of one payload that came in, from one sender. So a business key that comes twice
 * in that is found as it would be without the stage.
 */
function together(out: readonly Leaving[]): LeavingRecord[][] {
  const same = Map.groupBy(out, ({ record: { origin, actor } }) =>
    JSON.stringify([origin.intakeId, origin.name, actor]),
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
