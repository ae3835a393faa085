/**
 * Sends what was parked once more, through intake, as any payload: under an id that is written down first, so that what
 * was pressed twice, or was cut short by a crash, makes the same batches, and is booked once.
 */
import { faultOf, isRetryable, StockbusError } from '../errors.ts';
import type { TakingFlow } from '../flow/compiledFlow.ts';
import type { Replayer } from '../flow/hubConfig.ts';
import { limits } from '../limits.ts';
import type { Books, KeptParked, Payload, Receipt } from '../ports.ts';
import type { Runtime } from '../runtime.ts';
import { type Case, type CaseState, type Cases, casesOf, HUB, requireOpen } from './Cases.ts';
import { subjectOf } from './ParkedDesk.ts';
import type { ReplayingFlow } from './refusedFile.ts';
import { type Replayed, replayOf } from './replayLeg.ts';

export interface ReplayParts {
  store: Books;
  cases: Cases;
  replayBy: Replayer;
  runtime: Runtime;
  flowOf(name: string): ReplayingFlow | undefined;
  take(leg: TakingFlow, payload: Payload): Promise<Receipt>;
}

export class ParkedReplay {
  readonly #parts: ReplayParts;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /** As it was corrected last. Throws CASE_CLOSED, CASE_FOUR_EYES, REPLAY_UNFIT, and what intake throws: then it is tried again by itself. */
  async replay(record: KeptParked, by: string): Promise<Receipt> {
    const { cases, runtime } = this.#parts;
    const flow = this.#parts.flowOf(record.origin.flow);
    // What can never go is refused before anything is noted.
    const [before] = (await casesOf(this.#parts.store, [record.id])).values();
    if (before && before.state !== 'replaying') requireOpen(before);
    const content = before?.content ?? record.content;
    await replayOf(record, { content, intakeId: runtime.newId(), by, runtime }, flow);
    const begun = await cases.change(subjectOf(record), by, (now) => {
      const dueInMs = limits.caseResumeMs;
      if (now.state === 'replaying') return { state: 'replaying', dueInMs };
      requireOpen(now);
      if (this.#parts.replayBy === 'another') requireAnother(now, by);
      const intakeId = runtime.newId();
      return { state: 'replaying', dueInMs, intakeId, line: { did: 'replayed', intakeId } };
    });
    return this.#go(record, begun);
  }

  /** What was begun and not ended, and what became of what was sent. */
  async look(): Promise<void> {
    const { cases, runtime } = this.#parts;
    for (const one of await cases.due(limits.casesAtOnce)) {
      try {
        await this.#lookAt(one);
      } catch (error) {
        const { code, message } = faultOf(error);
        runtime.log('warn', 'parked.replay_waits', { id: one.id, code, message });
        await this.#later(one);
      }
    }
  }

  /** Behind those that are due: what cannot go yet keeps no other waiting. */
  async #later({ id, of, state, intakeId = '' }: Case): Promise<void> {
    await this.#parts.cases.change({ id, of, words: [] }, HUB, (now) =>
      isOnItsWay(now, state, intakeId) ? { state, dueInMs: limits.caseLookMs } : undefined,
    );
  }

  async #lookAt(one: Case): Promise<void> {
    const record = await this.#parts.store.parkedRecord(one.id);
    if (!record || one.of !== 'parked') return this.#leaveAlone(one);
    if (one.state === 'replaying') await this.#go(record, one);
    else if (one.state === 'replayed') await this.outcome(record, one);
    else await this.#leaveAlone(one);
  }

  async #leaveAlone({ id, of }: Case): Promise<void> {
    await this.#parts.cases.change({ id, of, words: [] }, HUB, ({ state }) => ({ state }));
  }

  async #go(record: KeptParked, { content, intakeId = '', log }: Case): Promise<Receipt> {
    const { cases, runtime, take } = this.#parts;
    const subject = subjectOf(record);
    const by = log.findLast(({ did }) => did === 'replayed')?.by ?? HUB;
    const asked = { content: content ?? record.content, intakeId, by, runtime };
    let receipt: Receipt;
    let putAway: Replayed['putAway'];
    try {
      const again = await replayOf(record, asked, this.#parts.flowOf(record.origin.flow));
      receipt = await take(again.leg, again.payload);
      putAway = again.putAway;
    } catch (error) {
      const { code, message } = faultOf(error);
      if (isRetryable(faultOf(error))) throw error;
      const reason = `${code} ${message}`;
      await cases.change(subject, HUB, (now) =>
        isOnItsWay(now, 'replaying', intakeId)
          ? { state: 'open', line: { did: 'reopened', reason } }
          : undefined,
      );
      throw error;
    }
    runtime.metrics.count('stockbus_parked_replays_total', 1, { flow: record.origin.flow });
    // Where it is not any more, somebody else has brought it to its end.
    await cases.change(subject, HUB, (now) =>
      isOnItsWay(now, 'replaying', intakeId)
        ? { state: 'replayed', dueInMs: limits.caseLookMs }
        : undefined,
    );
    if (!receipt.refused) await this.#putAway(record, putAway);
    return receipt;
  }

  /** What is taken in and cannot be moved away is only in the way. */
  async #putAway({ id, origin }: KeptParked, putAway: Replayed['putAway']): Promise<void> {
    const { runtime } = this.#parts;
    try {
      await putAway?.(runtime.now());
    } catch (error) {
      const { code, message } = faultOf(error);
      runtime.log('warn', 'parked.file_left', { id, file: origin.name, code, message });
    }
  }

  /** Once all of it was applied: resolved, or open again where it is parked as before. */
  async outcome(record: KeptParked, { intakeId = '' }: Case): Promise<Case> {
    const { cases, store } = this.#parts;
    const report = await store.intake(intakeId);
    const again = report?.parked ? await this.#parkedAgain(record, intakeId) : undefined;
    return cases.change(subjectOf(record), HUB, (now) => {
      if (!isOnItsWay(now, 'replayed', intakeId)) return undefined;
      if (!report?.done) return { state: 'replayed', dueInMs: limits.caseLookMs };
      if (report.parked === 0) {
        const isBooked = report.messages > 0;
        if (!isBooked) return { state: 'replayed' };
        return { state: 'resolved', line: { did: 'resolved', intakeId } };
      }
      const line = { did: 'parked again' as const, intakeId, ...(again ? { to: again } : {}) };
      return { state: again === record.id ? 'open' : 'replayed', line };
    });
  }

  /** Under which id: its own, where nothing of it is another than before. */
  async #parkedAgain(record: KeptParked, intakeId: string): Promise<string> {
    const { rows } = await this.#parts.store.parked({ intakeId }, { limit: 1 });
    return rows[0]?.id ?? record.id;
  }
}

/** Still in the state in which this replay has left it. */
const isOnItsWay = (now: Case, state: CaseState, intakeId: string): boolean =>
  now.state === state && now.intakeId === intakeId;

/** Throws CASE_FOUR_EYES where he corrected what would be sent, since it was sent the last time. */
function requireAnother({ id, log }: Case, by: string): void {
  const sent = log.findLastIndex(({ did }) => did === 'replayed');
  const isHis = log.slice(sent + 1).some((line) => line.did === 'corrected' && line.by === by);
  if (isHis) throw new StockbusError('CASE_FOUR_EYES', `'${by}' corrected '${id}' himself`);
}
