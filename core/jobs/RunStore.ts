/**
 * What the store knows of the runs of one report: up to when its schedule has been looked through, and each run by the
 * instant at which it was due, with what is sent, byte for byte, until that is done.
 */
import { createHash } from 'node:crypto';
import { StockbusError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { ControlChange, ControlRow } from '../ports.ts';
import type { Query } from '../reports/Query.ts';
import { requireVersion } from '../requireVersion.ts';
import type { Runtime } from '../runtime.ts';
import type { Hold } from './Job.ts';
import type { JobStore } from './Lease.ts';

const SCHEDULE = 'schedule';
export const RUN = 'run';
const PIECE = 'run.piece';
/** All that is kept of a report: its schedule by its name, the others by that word. */
export const reportKinds = { schedule: SCHEDULE, run: RUN, piece: PIECE };
/** Of all bodies. */
const FORMAT = 1;
/** Pieces that are read at once to be removed. */
const FEW = 4;

export interface Looked {
  cron: string;
  zone: string;
  /** Whatever was due up to then is a run, or was left out. */
  throughMs: number;
}

/** What is kept of a run, by which it can be told later what was sent. */
export interface RunFacts {
  attempts: number;
  /** What it asked, with days and months as they were for it. */
  query?: Query;
  /** Once all of it is kept, and may be sent. */
  made?: { at: string; pieces: number; bytes: number; sha256: string };
  writtenAt?: string;
  fault?: { code: string; message: string };
}

export interface ReportRun {
  id: string;
  /** RFC 3339. */
  due: string;
  version: string;
  /** When it is to be tried. */
  dueAt?: string;
  facts: RunFacts;
}

export const runId = (flow: string, due: string): string => `report_${flow}_${due}`;

export class RunStore {
  readonly #store: JobStore;
  readonly #runtime: Pick<Runtime, 'newId'>;
  readonly #flow: string;

  constructor(store: JobStore, runtime: Pick<Runtime, 'newId'>, flow: string) {
    this.#store = store;
    this.#runtime = runtime;
    this.#flow = flow;
  }

  async nowMs(): Promise<number> {
    return Date.parse(await this.#store.serverTime());
  }

  async looked(): Promise<(Looked & { version: string }) | undefined> {
    const [row] = await this.#store.control(SCHEDULE, [this.#flow]);
    return row && { ...bodyOf<Looked>(row), version: row.version };
  }

  /** Of these instants those that are no runs yet. */
  async withoutRun(dueMs: readonly number[]): Promise<number[]> {
    const ids = new Map(dueMs.map((ms) => [runId(this.#flow, textOf(ms)), ms]));
    for (const { id } of await this.#store.control(RUN, [...ids.keys()])) ids.delete(id);
    return [...ids.values()];
  }

  /** Each instant becomes a run, once among all processes; false where another was faster. */
  async claim(expected: string, looked: Looked, dueMs: readonly number[]): Promise<boolean> {
    const body = written(looked);
    const row = { state: 'looked', since: textOf(looked.throughMs), words: [], body };
    const runs = dueMs.map((ms) => {
      const due = textOf(ms);
      return this.#changeTo('open', {
        id: runId(this.#flow, due),
        due,
        version: '',
        dueAt: due,
        facts: { attempts: 0 },
      });
    });
    const schedule = { kind: SCHEDULE, id: this.#flow, expected, row };
    const changes = [schedule, ...runs];
    return (await this.#store.changeControl(this.#runtime.newId(), changes)) === 'done';
  }

  /** Those that are not done, soonest due first. */
  async open(): Promise<ReportRun[]> {
    const filter = { kind: RUN, word: this.#flow, state: 'open' };
    const { rows } = await this.#store.controlRows(filter, { limit: limits.reportRuns });
    return rows.map(runOf);
  }

  /** As it is now, where it is not done. */
  async reread({ id }: ReportRun): Promise<ReportRun | undefined> {
    const [row] = await this.#store.control(RUN, [id]);
    return row?.state === 'open' ? runOf(row) : undefined;
  }

  /** Puts it into that state, with what is known of it by now. */
  async change(hold: Hold, run: ReportRun, state: 'open' | 'written' | 'failed'): Promise<void> {
    await hold.write([this.#changeTo(state, run)]);
  }

  #changeTo(state: string, { id, due, version, dueAt, facts }: ReportRun): ControlChange {
    const again = state === 'open' && dueAt !== undefined ? { dueAt } : {};
    const row = { state, since: due, words: [this.#flow], body: written(facts), ...again };
    return { kind: RUN, id, expected: version, row };
  }

  /** All of it, before the first byte is sent. */
  async keep(
    hold: Hold,
    { id, due }: ReportRun,
    body: AsyncIterable<Uint8Array>,
  ): Promise<{ pieces: number; bytes: number; sha256: string }> {
    await this.forget(hold, id);
    const hash = createHash('sha256');
    let [pieces, bytes] = [0, 0];
    for await (const piece of piecesOf(body)) {
      hash.update(piece);
      bytes += piece.length;
      const row = {
        ...{ state: 'kept', since: due, words: [id, this.#flow] },
        body: JSON.stringify({ v: FORMAT, base64: piece.toString('base64') }),
      };
      await hold.write([{ kind: PIECE, id: pieceId(id, pieces), expected: '', row }]);
      pieces += 1;
    }
    return { pieces, bytes, sha256: hash.digest('hex') };
  }

  /** Ends with LEASE_LOST, and no sink has all of it, where another process is at it by then. */
  async *kept(hold: Hold, { id, facts: { made } }: ReportRun): AsyncIterable<Uint8Array> {
    const hash = createHash('sha256');
    for (let number = 0; number < made!.pieces; number += 1) {
      const [row] = await this.#store.control(PIECE, [pieceId(id, number)]);
      const piece = Buffer.from(row ? bodyOf<{ base64: string }>(row).base64 : '', 'base64');
      hash.update(piece);
      yield piece;
    }
    if (hash.digest('hex') !== made!.sha256) throw notAsKept(id);
    await hold.check();
  }

  /** Its bytes are needed no more. */
  async forget(hold: Hold, word: string): Promise<void> {
    const filter = { kind: PIECE, word };
    for (;;) {
      const { rows, next } = await this.#store.controlRows(filter, { limit: FEW });
      if (rows.length > 0) await hold.write(rows.map(goneFrom));
      if (next === undefined) return;
    }
  }

  /** Removes the oldest of those that are done where there are many, and bytes of any that a crash has left. */
  async tidy(hold: Hold): Promise<void> {
    if ((await this.open()).length === 0) await this.forget(hold, this.#flow);
    const filter = { kind: RUN, word: this.#flow };
    const { rows, next } = await this.#store.controlRows(filter, { limit: limits.reportRuns });
    const done = rows.filter(({ state }) => state !== 'open');
    if (next !== undefined && done.length > 0) await hold.write(done.slice(0, FEW).map(goneFrom));
  }
}

const textOf = (ms: number): string => new Date(ms).toISOString();
const pieceId = (run: string, number: number): string => `${run}#${number}`;
const written = (body: object): string => JSON.stringify({ v: FORMAT, ...body });
const goneFrom = ({ kind, id, version: expected }: ControlRow): ControlChange => ({
  ...{ kind, id, expected },
});

function bodyOf<Body>(row: ControlRow): Body {
  const { v, ...body } = JSON.parse(row.body) as Body & { v: number };
  requireVersion(`the row '${row.id}' (${row.kind})`, v, FORMAT);
  return body as Body;
}

/** Throws FORMAT_UNKNOWN. */
export const runFacts = (row: ControlRow): RunFacts => bodyOf<RunFacts>(row);

const runOf = (row: ControlRow): ReportRun => {
  const { id, since: due, version, dueAt } = row;
  return { id, due, version, facts: runFacts(row), ...(dueAt ? { dueAt } : {}) };
};

async function* piecesOf(body: AsyncIterable<Uint8Array>): AsyncIterable<Buffer> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < limits.reportPieceBytes) continue;
    yield* cut(Buffer.concat(waiting));
    [waiting, length] = [[], 0];
  }
  yield* cut(Buffer.concat(waiting));
}

function* cut(bytes: Buffer): Iterable<Buffer> {
  for (let from = 0; from === 0 || from < bytes.length; from += limits.reportPieceBytes)
    yield bytes.subarray(from, from + limits.reportPieceBytes);
}

const notAsKept = (id: string): StockbusError =>
  new StockbusError('STORE_CORRUPT', `the bytes of ${id} are not those that were kept to be sent`);
