/**
 * Lets go on what has left a stage, oldest first: as a payload, into the leg behind. Where a system that the leg asks fails for
 * one of them, it alone is put off, and with it only what has left under the same keys after it; the others pass. One of
 * several records is taken apart until the one is found for which it fails; and one that failed again and
 * again, while others went on, is parked.
 */
import { backoffMs } from '../backoff.ts';
import { type Code, type Fault, faultOf, isRetryable, isStockbusError } from '../errors.ts';
import type { InboundFlow } from '../flow/compiledFlow.ts';
import { limits } from '../limits.ts';
import type { LogEvent } from '../logEvents.ts';
import type { Payload, Receipt, StageOut, StageStore } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { committed } from './committed.ts';
import { leavingFrom, leavingText } from './leavingBatch.ts';
import { leavingPayload, refusedOut } from './leavingPayload.ts';

export interface StageOutsParts {
  store: Pick<StageStore, 'stageOuts' | 'outsSent' | 'commitStage'>;
  runtime: Pick<Runtime, 'metrics' | 'monotonic' | 'newId' | 'random'>;
  take(payload: Payload): Promise<Receipt>;
  tell(level: 'warn' | 'error', event: LogEvent, error: unknown): void;
}

/** What waits for a better time of its own. */
interface PutOff {
  /** Failures for which nobody but itself can be blamed: the system answered others in between. */
  failures: number;
  attempts: number;
  untilMs: number;
  /** What the system that failed for it had answered by then. */
  asked: Fault['asked'];
  keys: readonly string[];
}

/** Of systems that the leg asks: whoever does not ask them goes on. All else is true of the hub as a whole. */
const OF_OTHERS: ReadonlySet<Code> = new Set<Code>([
  'ENRICH_FAILED',
  'ENRICH_DENIED',
  'ENRICH_PAUSED',
]);

export class StageOuts {
  readonly #parts: StageOutsParts;
  readonly #stage: string;
  readonly #leg: InboundFlow;
  /** What cannot go on whatever the world is like: it lets others pass until the next start. */
  readonly #held = new Set<string>();
  readonly #putOff = new Map<string, PutOff>();
  /** What was looked at last, and the keys of all up to there that wait. */
  #seen: string | undefined;
  readonly #waiting = new Set<string>();

  constructor(parts: StageOutsParts, stage: string, leg: InboundFlow) {
    this.#parts = parts;
    this.#stage = stage;
    this.#leg = leg;
  }

  /** Throws what is true of the hub as a whole, when it has gone as far as it comes. */
  async letGoOn(isStopping: () => boolean): Promise<void> {
    const { runtime } = this.#parts;
    const now = runtime.monotonic();
    const isDue = [...this.#putOff.values()].some(({ untilMs }) => untilMs <= now);
    if (this.#putOff.size === 0 || isDue) this.#begin();
    for (let isMore = true; isMore && !isStopping() && !this.#waitsAll(); ) {
      const outs = await this.#parts.store.stageOuts(this.#stage, limits.stageOuts, this.#seen);
      isMore = outs.length > 0;
      this.#forgetGone(outs);
      if (await this.#pass(outs, isStopping)) {
        this.#begin();
        isMore = true;
      } else this.#seen = outs.at(-1)?.id ?? this.#seen;
    }
    const labels = { stage: this.#stage };
    runtime.metrics.gauge('stockbus_stage_put_off', this.#putOff.size, labels);
  }

  /** So much is put off, and all of it has been looked at: whatever is behind it waits, unread. */
  #waitsAll(): boolean {
    const seen = this.#seen;
    if (seen === undefined || this.#putOff.size < limits.stagePutOff) return false;
    return [...this.#putOff.keys()].every((id) => id <= seen);
  }

  /** What was put off here, and stands no more where these were read, has gone on from another process. */
  #forgetGone(outs: readonly StageOut[]): void {
    if (this.#putOff.size === 0) return;
    const there = new Set(outs.map(({ id }) => id));
    const [from, until] = [this.#seen ?? '', outs.at(-1)?.id];
    for (const id of [...this.#putOff.keys()]) {
      const isHere = id > from && (until === undefined || id <= until);
      if (isHere && !there.has(id)) this.#putOff.delete(id);
    }
  }

  /** With the oldest. */
  #begin(): void {
    this.#seen = undefined;
    this.#waiting.clear();
  }

  /** True where others stand now in the place of some. */
  async #pass(outs: readonly StageOut[], isStopping: () => boolean): Promise<boolean> {
    const sent: string[] = [];
    let isChanged = false;
    try {
      for (const out of outs) {
        if (isStopping()) break;
        if (this.#held.has(out.id) || this.#waitsYet(out)) continue;
        const fault = await this.#goesOn(out);
        if (!fault) {
          if (!this.#held.has(out.id)) sent.push(out.id);
          continue;
        }
        const keys = this.#keysOf(out);
        // What stands in its place comes before all that is behind it.
        isChanged = fault === 'replaced' || (await this.#failed(out, fault));
        if (isChanged) break;
        for (const key of keys) this.#waiting.add(key);
      }
    } finally {
      if (sent.length > 0) await this.#parts.store.outsSent(this.#stage, sent);
    }
    return isChanged;
  }

  /** For its own time, for what left before it under one of its keys, or since too much is put off. */
  #waitsYet(out: StageOut): boolean {
    const own = this.#putOff.get(out.id);
    if (!own && this.#putOff.size === 0) return false;
    const isEarly = own !== undefined && own.untilMs > this.#parts.runtime.monotonic();
    const isMuch = !own && this.#putOff.size >= limits.stagePutOff;
    const keys = this.#keysOf(out);
    if (!isEarly && !isMuch && !keys.some((key) => this.#waiting.has(key))) return false;
    for (const key of keys) this.#waiting.add(key);
    return true;
  }

  #keysOf({ id, body }: StageOut): readonly string[] {
    return this.#putOff.get(id)?.keys ?? keysOf(body);
  }

  /** Why it could not, where a system failed that the leg asks; what can never go on is held, and told. */
  async #goesOn(out: StageOut): Promise<Fault | 'replaced' | undefined> {
    try {
      await this.#take(out);
    } catch (error) {
      if (isStockbusError(error, 'PAYLOAD_REFUSED') && !isRefused(out)) {
        await this.#replace(out, [refusedOut(out, error.fault).body]);
        return 'replaced';
      }
      const fault = faultOf(error);
      if (OF_OTHERS.has(fault.code)) return fault;
      if (isRetryable(fault)) throw error;
      this.#held.add(out.id);
      this.#parts.tell('error', 'stage.held', error);
      return undefined;
    }
    this.#putOff.delete(out.id);
    return undefined;
  }

  /** True where other outs stand in its place now, or it is parked; else it is put off. */
  async #failed(out: StageOut, fault: Fault): Promise<boolean> {
    const { runtime, tell } = this.#parts;
    const before = this.#putOff.get(out.id);
    const attempts = (before?.attempts ?? 0) + 1;
    const isAsked = fault.code !== 'ENRICH_PAUSED';
    const isAlone = isAsked && answersOthers(before?.asked, fault.asked);
    const failures = (before?.failures ?? 0) + (isAlone ? 1 : 0);
    if (before && isAsked && (await this.#takeApart(out))) return true;
    if (failures >= limits.stageFailures) return this.#giveUp(out, fault, attempts);
    const bounds = { firstMs: limits.retryFirstMs, maxMs: limits.stageRetryMaxMs };
    const waitMs = backoffMs(attempts, bounds, runtime.random());
    const untilMs = runtime.monotonic() + Math.max(waitMs, fault.retryAfterMs ?? 0);
    const keys = this.#keysOf(out);
    const asked = fault.asked ?? before?.asked;
    this.#putOff.set(out.id, { failures, attempts, untilMs, asked, keys });
    tell('warn', 'stage.put_off', fault);
    return false;
  }

  /** In two halves, which keep its place and are tried at once; false where it is one record. */
  async #takeApart(out: StageOut): Promise<boolean> {
    const records = leavingFrom(out.body, `what left ${this.#stage}`);
    if (records.length < 2) return false;
    const middle = Math.ceil(records.length / 2);
    await this.#replace(out, [records.slice(0, middle), records.slice(middle)].map(leavingText));
    return true;
  }

  /** For a person, who sends it again once the system answers. */
  async #giveUp(out: StageOut, { code, message }: Fault, attempts: number): Promise<boolean> {
    const said = `${attempts} attempts behind ${this.#stage} failed, while the system answered others: ${code} ${message}`;
    await this.#replace(out, [refusedOut(out, { code: 'STAGE_GAVE_UP', message: said }).body]);
    return true;
  }

  /** What is decided about it is written down in one commit before it is done: a crash leaves it, or what stands in its place. */
  async #replace({ id }: StageOut, bodies: readonly string[]): Promise<void> {
    const { store, runtime } = this.#parts;
    const name = runtime.newId();
    const outs = bodies.map((body, index) => ({ id: `${id}.${name}.${index}`, body }));
    await committed(store, { id: name, stage: this.#stage, rows: [], outs, gone: [id] });
    this.#putOff.delete(id);
  }

  #take(out: StageOut): Promise<Receipt> {
    return this.#parts.take(leavingPayload(out, this.#leg.name));
  }
}

/** The same system has answered something since: it is there, and only this question fails. */
const answersOthers = (before: Fault['asked'], now: Fault['asked']): boolean =>
  before !== undefined && before.system === now?.system && now.answered > before.answered;

/** None of it goes on any more. */
const isRefused = ({ body }: StageOut): boolean =>
  leavingFrom(body, 'what left a stage').every(({ faults, isDropped }) => faults ?? isDropped);

/** None of what cannot be read, which waits for nothing: it is held when its turn comes. */
function keysOf(body: string): readonly string[] {
  try {
    const keys = leavingFrom(body, 'what left a stage').flatMap(({ key }) => key ?? []);
    return [...new Set(keys)];
  } catch (error) {
    if (!isStockbusError(error)) throw error;
    return [];
  }
}
