/**
 * Where a sink sends, as long as it takes nothing: whether and when it is asked again. That lies in the store, so that a restart,
 * or another process, goes on with the same wait; its times are those of the store's server, its waits are measured here. While
 * the store is away it goes on by what it knows.
 */
import { backoffMs } from '../backoff.ts';
import { type Fault, faultOf } from '../errors.ts';
import type { Retry } from '../flow/compiledFlow.ts';
import { limits } from '../limits.ts';
import type { ControlBooks, ControlRow, ControlStore } from '../ports/controlStore.ts';
import type { Runtime, Timer } from '../runtime.ts';
import {
  activeSince,
  answerAt,
  ENDPOINT,
  type EndpointFacts,
  type EndpointHead,
  endpointFacts,
  endpointRow,
} from './endpointRow.ts';
import { isOfContent } from './sift.ts';

export type EndpointStore = Pick<ControlBooks, 'control'> &
  Pick<ControlStore, 'changeControl' | 'serverTime'>;

export interface EndpointParts {
  /** As logs and metrics name it. */
  label: string;
  flow: string;
  retry: Retry;
  runtime: Runtime;
  /** Left out: what is known of it ends with the process. */
  store: EndpointStore | undefined;
}

/** What becomes of that which failed: it waits in its place, or its attempts are used up. */
export type AfterFailure = 'waits' | 'dead';

const STATE_NUMBERS = { active: 0, 'backing-off': 1, paused: 2 } as const;

export class SinkEndpoint {
  readonly #parts: EndpointParts;
  #facts: EndpointFacts;
  /** Of the row that is known; empty where there is none. */
  #version = '';
  /** When it may be asked again, by the clock that is never set back; infinite where nobody asks by himself. */
  #dueMs = 0;
  #timer: Timer | undefined;
  #isStarted = false;
  #isAsking = false;
  /** The store was away when it changed. */
  #isUnsaved = false;
  #toldUnreadMs = Number.NEGATIVE_INFINITY;
  #changed: () => void = () => undefined;
  /** Changes are made one after another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: EndpointParts) {
    this.#parts = parts;
    this.#facts = activeSince(this.#localTime());
  }

  get facts(): EndpointFacts {
    return this.#facts;
  }

  get isActive(): boolean {
    return this.#facts.state === 'active';
  }

  /** It is this process that asks it, as long as it takes nothing and no other has its answer. */
  get isAsking(): boolean {
    return this.#isAsking;
  }

  /** No other process asks it, as it seems. */
  takeOver(): void {
    this.#isAsking = true;
  }

  /** Until it may be asked; infinite where nobody asks by himself. */
  get waitMs(): number {
    return Math.max(0, this.#dueMs - this.#parts.runtime.monotonic());
  }

  /** How much longer a process waits that has nothing in hand: another may have, and be about to ask. */
  get graceMs(): number {
    const { nextProbe, lastAnswer, failingSince, isAsked = false } = this.#facts;
    if (this.#isAsking || isAsked || nextProbe === undefined || !lastAnswer) return 0;
    const wholeMs = Date.parse(nextProbe) - Date.parse(lastAnswer.at);
    const failingMs = Date.parse(lastAnswer.at) - Date.parse(failingSince ?? lastAnswer.at);
    // Who asks may have given back what is in the queue, and be waiting for an answer.
    const isGivenBack = failingMs + wholeMs > limits.holdMs;
    const mostMs = isGivenBack ? Infinity : wholeMs / 2;
    return Math.max(0, Math.min(limits.endpointGraceMs, mostMs) - this.#overdueMs);
  }

  get #overdueMs(): number {
    return Math.max(0, this.#parts.runtime.monotonic() - this.#dueMs);
  }

  /** `changed` is called when others have paused, resumed or asked it. */
  async start(changed: () => void): Promise<void> {
    await this.refresh();
    if (!this.isActive) this.#tellWaiting();
    this.#changed = changed;
    this.#isStarted = true;
    const { store, runtime } = this.#parts;
    if (store) this.#timer = runtime.every(limits.endpointPollMs, () => void this.refresh());
  }

  stop(): void {
    this.#changed = () => undefined;
    this.#timer?.stop();
  }

  /** What others made of it meanwhile. Never rejects. */
  refresh(): Promise<void> {
    return this.#next(async () => {
      const { store, label } = this.#parts;
      if (this.#isUnsaved) {
        await this.#write(() => this.#facts);
        this.#changed();
      }
      const [row] = (await store?.control(ENDPOINT, [label])) ?? [];
      if (!row || row.version === this.#version) return;
      const { state } = this.#facts;
      this.#adopt(row, await store!.serverTime());
      if (state === 'active' && !this.isActive && this.#isStarted) this.#tell();
      this.#changed();
    });
  }

  /** It did not take what was sent under that id. */
  async failed(fault: Fault, id: string): Promise<AfterFailure> {
    let verdict: AfterFailure = 'waits';
    this.#isAsking = true;
    await this.#next(async () => {
      const { head } = this.#facts;
      const known = head?.id === id ? head : { id, attempts: 0 };
      const attempts = known.attempts + 1;
      const { retry } = this.#parts;
      const isLast = retry.attempts !== undefined && attempts >= retry.attempts;
      if (isLast) verdict = 'dead';
      await this.#write((now) => {
        const refused = isOfContent(fault) ? { refusedSince: known.refusedSince ?? now } : {};
        return this.#afterFailure(now, fault, { id, attempts, ...refused }, isLast);
      });
    });
    return verdict;
  }

  /** It took something. */
  async recovered(): Promise<void> {
    if (this.isActive) return;
    const { runtime, label: flow } = this.#parts;
    const { failingSince: since, attempts } = this.#facts;
    await this.#next(async () => {
      await this.#write((now) => ({ ...activeSince(now), ...lastAnswerOf(this.#facts) }));
    });
    if (this.isActive) runtime.log('info', 'endpoint.recovered', { flow, since, attempts });
  }

  #afterFailure(now: string, fault: Fault, head: EndpointHead, isDead: boolean): EndpointFacts {
    const { state, since, attempts, failingSince = now, paused } = this.#facts;
    const { retry } = this.#parts;
    const failed = {
      ...{ attempts: attempts + 1, failingSince, lastAnswer: answerAt(now, fault) },
      ...(isDead ? {} : { head }),
    };
    const failingMs = Date.parse(now) - Date.parse(failingSince);
    if (state === 'paused') return { state, since, ...failed, ...(paused ? { paused } : {}) };
    const isGone = fault.code === 'WEBHOOK_GONE';
    if (isGone || failingMs >= retry.forMs) {
      const reason = isGone ? fault.message : `it has failed since ${failingSince}`;
      return { state: 'paused', since: now, ...failed, paused: { by: 'stockbus', reason } };
    }
    const { retryAfterMs = 0 } = fault;
    const waitMs = isDead ? retryAfterMs : this.#waitAfter(failed.attempts, failingMs, fault);
    const nextProbe = new Date(Date.parse(now) + waitMs).toISOString();
    return {
      ...{ state: 'backing-off', since: state === 'active' ? now : since },
      ...{ ...failed, nextProbe },
    };
  }

  #waitAfter(attempt: number, failingMs: number, { retryAfterMs = 0 }: Fault): number {
    const { retry, runtime } = this.#parts;
    const { firstMs } = retry;
    const part = Math.max(limits.probeMs, failingMs / limits.probePart);
    const maxMs = retry.maxMs ?? Math.max(firstMs, Math.min(part, limits.retryMaxMs));
    return Math.max(backoffMs(attempt, { firstMs, maxMs }, runtime.random()), retryAfterMs);
  }

  /** Where others were faster, what they made of it counts. */
  async #write(make: (now: string) => EndpointFacts): Promise<void> {
    const { store, label: id, flow, runtime } = this.#parts;
    const before = this.#facts;
    const expected = this.#version;
    const version = runtime.newId();
    const wasUnsaved = this.#isUnsaved;
    this.#isUnsaved = false;
    try {
      const now = (await store?.serverTime()) ?? this.#localTime();
      this.#take(make(now), now);
      const row = endpointRow(this.#facts, flow);
      const change = { kind: ENDPOINT, id, expected, row };
      if ((await store?.changeControl(version, [change])) === 'conflict') {
        const [found] = await store!.control(ENDPOINT, [id]);
        if (found) this.#adopt(found, now);
      } else if (store) this.#version = version;
    } catch (error) {
      if (this.#facts === before) {
        const now = this.#localTime();
        this.#take(make(now), now);
      }
      const { code, message } = faultOf(error);
      if (!wasUnsaved) runtime.log('warn', 'endpoint.unsaved', { flow: id, code, message });
      this.#isUnsaved = true;
    }
    if (before.state !== this.#facts.state && !this.isActive) this.#tell();
  }

  #adopt(row: ControlRow, now: string): void {
    this.#version = row.version;
    const facts = endpointFacts(row);
    if (facts.lastAnswer?.at !== this.#facts.lastAnswer?.at) this.#isAsking = false;
    this.#take(facts, now);
  }

  /** A clock that is set does not make a wait any longer: it was never longer than it was when it was written. */
  #take(facts: EndpointFacts, now: string): void {
    const { runtime, label: flow } = this.#parts;
    this.#facts = facts;
    const { nextProbe, state, lastAnswer } = facts;
    const nowMs = Date.parse(now);
    const leftMs = nextProbe === undefined ? Infinity : Date.parse(nextProbe) - nowMs;
    const wholeMs = Date.parse(nextProbe ?? now) - Date.parse(lastAnswer?.at ?? now);
    const waitMs = nextProbe === undefined ? leftMs : Math.min(leftMs, Math.max(0, wholeMs));
    if (state === 'active') this.#isAsking = false;
    this.#dueMs = state === 'active' ? 0 : runtime.monotonic() + Math.max(0, waitMs);
    runtime.metrics.gauge('stockbus_endpoint_state', STATE_NUMBERS[state], { flow });
  }

  #next(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work).catch((error: unknown) => {
      const { code, message } = faultOf(error);
      const { runtime, label: flow } = this.#parts;
      const nowMs = runtime.monotonic();
      if (nowMs - this.#toldUnreadMs < limits.tellAgainMs) return;
      this.#toldUnreadMs = nowMs;
      runtime.log('warn', 'endpoint.unread', { flow, code, message });
    });
    this.#last = done;
    return done;
  }

  #localTime(): string {
    return new Date(this.#parts.runtime.now()).toISOString();
  }

  #tell(): void {
    const { runtime, label: flow } = this.#parts;
    const { state, lastAnswer, paused, nextProbe } = this.#facts;
    const { code, message } = lastAnswer ?? {};
    if (state === 'paused') {
      runtime.log('error', 'endpoint.paused', { flow, code, message, ...paused });
    } else {
      runtime.log('warn', 'endpoint.backing_off', { flow, code, message, nextProbe });
    }
  }

  /** Of a process that comes to it. */
  #tellWaiting(): void {
    const { runtime, label: flow } = this.#parts;
    const { state, since, lastAnswer, paused, nextProbe } = this.#facts;
    const message = lastAnswer?.message ?? paused?.reason ?? '';
    runtime.log('warn', 'endpoint.waits', { flow, state, since, message, nextProbe });
  }
}

const lastAnswerOf = ({ lastAnswer }: EndpointFacts): Pick<EndpointFacts, 'lastAnswer'> =>
  lastAnswer ? { lastAnswer } : {};
