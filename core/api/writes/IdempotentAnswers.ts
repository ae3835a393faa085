/**
 * Answers of commands that came with an `Idempotency-Key`, for whoever sends the same again. It saves the answer alone:
 * that nothing is booked twice is the work of the business key, for ever and with or without this.
 */
import { hash } from 'node:crypto';
import { StockbusError } from '../../errors.ts';
import { parseStored } from '../../parseStored.ts';
import { ANSWER, type ControlBooks, type ControlRow, type ControlStore } from '../../ports.ts';
import { requireVersion } from '../../requireVersion.ts';
import type { Runtime, Timer } from '../../runtime.ts';
import type { CommandAnswer } from './commandAnswer.ts';

type AnswerStore = Pick<ControlBooks, 'control'> & Pick<ControlStore, 'changeControl'>;

/** Of the bodies of rows; a reader refuses another. */
const ANSWER_FORMAT = 1;
const KEPT_MS = 24 * 3_600_000;
/** After which a request that says nothing of itself is taken to have died, and how often a living one does. */
const RUNNING_MS = 4_000;
const ALIVE_EVERY_MS = 1_500;
/** A larger answer is not kept: the same sent again is known by its business key, and answered as it is then. */
const ANSWER_BYTES = 256 * 1024;

interface AnswerFacts {
  /** Hash of what was asked. */
  asked: string;
  intakeId: string;
  /** While it runs: until when it is taken to live. */
  until: number;
  answer?: CommandAnswer;
}

/** A request that is the only one with its key for as long as it runs. */
export interface BegunRequest {
  intakeId: string;
  /** What it asks was taken in before, and is durable. */
  isAccepted: boolean;
  /** Of a final answer; of one that only says that it is accepted, the next asks anew what became of it. */
  end(answer: CommandAnswer): Promise<void>;
  /** Nothing came of it: the same key may go again. */
  drop(): Promise<void>;
}

export interface AskedOnce {
  /** Who asks where: the same key of others, or at another address, is another. */
  scope: readonly string[];
  key: string;
  /** All that tells it from another request. */
  asked: readonly string[];
}

export class IdempotentAnswers {
  readonly #store: AnswerStore;
  readonly #runtime: Runtime;

  constructor(store: AnswerStore, runtime: Runtime) {
    this.#store = store;
    this.#runtime = runtime;
  }

  /** The answer that was kept, or leave to go on. Throws IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_RUNNING. */
  async begin({ scope, key, asked }: AskedOnce): Promise<CommandAnswer | BegunRequest> {
    const id = hash('sha256', JSON.stringify([...scope, key]), 'hex');
    const wanted = hash('sha256', JSON.stringify(asked), 'hex');
    for (;;) {
      const now = this.#runtime.now();
      const [row] = await this.#store.control(ANSWER, [id]);
      const known = row && Date.parse(row.dueAt!) > now ? factsOf(row) : undefined;
      if (known) {
        refuseOther(known, wanted, key);
        if (known.answer) return known.answer;
        if (row!.state === 'running') refuseRunning(known, now);
      }
      const intakeId = known?.intakeId ?? this.#runtime.newId();
      const running = new RunningRequest(this.#store, this.#runtime, id, {
        ...{
          asked: wanted,
          intakeId,
          isAccepted: row?.state === 'accepted' && known !== undefined,
        },
      });
      if (await running.begin(row)) return running;
    }
  }
}

/** Does the work once for each key, and keeps its answer; without a key, each time. */
export async function answeredOnce(
  { store, runtime }: { store: AnswerStore; runtime: Runtime },
  once: AskedOnce | undefined,
  work: (intakeId: string, isAccepted: boolean) => Promise<CommandAnswer>,
): Promise<{ answer: CommandAnswer; isReplayed: boolean }> {
  if (!once) return { answer: await work(runtime.newId(), false), isReplayed: false };
  const begun = await new IdempotentAnswers(store, runtime).begin(once);
  if ('status' in begun) return { answer: begun, isReplayed: true };
  const { intakeId, isAccepted } = begun;
  try {
    const answer = await work(intakeId, isAccepted);
    await begun.end(answer);
    return { answer, isReplayed: isAccepted };
  } catch (error) {
    // What keeps the key is over by itself, too, where the store cannot be told.
    await begun.drop().catch(() => undefined);
    throw error;
  }
}

const factsOf = (row: ControlRow): AnswerFacts => {
  const { v, ...facts } = parseStored<AnswerFacts & { v: number }>('the answer', row.body);
  requireVersion('the answer', v, ANSWER_FORMAT);
  return facts;
};

function refuseOther({ asked }: AnswerFacts, wanted: string, key: string): void {
  if (asked === wanted) return;
  const message = `the Idempotency-Key '${key}' came with another request before`;
  throw new StockbusError('IDEMPOTENCY_KEY_REUSED', message, { field: 'idempotency-key' });
}

function refuseRunning({ until }: AnswerFacts, now: number): void {
  if (until <= now) return;
  const message = 'a request with the same Idempotency-Key is still running';
  const wait = { retryAfterMs: until - now };
  throw new StockbusError('IDEMPOTENCY_RUNNING', message, { field: 'idempotency-key' }, wait);
}

class RunningRequest implements BegunRequest {
  readonly intakeId: string;
  readonly isAccepted: boolean;
  readonly #store: AnswerStore;
  readonly #runtime: Runtime;
  readonly #id: string;
  readonly #asked: string;
  #since = '';
  #dueAt = '';
  #version = '';
  #timer: Timer | undefined;
  /** One change after another. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(
    store: AnswerStore,
    runtime: Runtime,
    id: string,
    { asked, intakeId, isAccepted }: { asked: string; intakeId: string; isAccepted: boolean },
  ) {
    this.#store = store;
    this.#runtime = runtime;
    this.#id = id;
    this.#asked = asked;
    this.intakeId = intakeId;
    this.isAccepted = isAccepted;
  }

  /** False where somebody else was first. */
  async begin(before: ControlRow | undefined): Promise<boolean> {
    const now = this.#runtime.now();
    this.#since = new Date(now).toISOString();
    this.#dueAt = new Date(now + KEPT_MS).toISOString();
    this.#version = before?.version ?? '';
    const isFirst = await this.#write('running', {});
    if (isFirst) {
      const alive = () =>
        void this.#inTurn(() => this.#write('running', {})).catch(() => undefined);
      this.#timer = this.#runtime.every(ALIVE_EVERY_MS, alive);
    }
    return isFirst;
  }

  async end(answer: CommandAnswer): Promise<void> {
    if (answer.status === 202) await this.#finish(() => this.#write('accepted', {}));
    else if (Buffer.byteLength(JSON.stringify(answer)) > ANSWER_BYTES) await this.drop();
    else await this.#finish(() => this.#write('answered', { answer }));
  }

  async drop(): Promise<void> {
    await this.#finish(() => this.#change(undefined));
  }

  async #finish(last: () => Promise<boolean>): Promise<void> {
    this.#timer?.stop();
    await this.#inTurn(last);
  }

  #inTurn(work: () => Promise<boolean>): Promise<boolean> {
    const done = this.#changing.then(work);
    this.#changing = done.catch(() => undefined);
    return done;
  }

  #write(state: 'running' | 'accepted' | 'answered', more: Partial<AnswerFacts>): Promise<boolean> {
    const facts: AnswerFacts = {
      ...{ asked: this.#asked, intakeId: this.intakeId },
      ...{ until: state === 'running' ? this.#runtime.now() + RUNNING_MS : 0, ...more },
    };
    return this.#change({
      ...{ state, since: this.#since, dueAt: this.#dueAt, words: [] },
      body: JSON.stringify({ v: ANSWER_FORMAT, ...facts }),
    });
  }

  async #change(row: Omit<ControlRow, 'kind' | 'id' | 'version'> | undefined): Promise<boolean> {
    const version = this.#runtime.newId();
    const about = { kind: ANSWER, id: this.#id, expected: this.#version };
    const done = await this.#store.changeControl(version, [row ? { ...about, row } : about]);
    if (done === 'conflict') return false;
    this.#version = row ? version : '';
    return true;
  }
}
