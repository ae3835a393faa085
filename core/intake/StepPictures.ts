import type { InboundParked, WalkSteps } from '../flow/compiledFlow.ts';
import type { HistoryLog } from '../history/HistoryLog.ts';
import { Picture, type PictureReason } from '../history/snapshotOf.ts';
import type { StepHistory } from '../history/stepHistory.ts';
import { limits } from '../limits.ts';
import type { Origin } from '../message.ts';
import type { AboutPayload, SourceRecord } from '../ports.ts';
import type { Time } from '../runtime.ts';

export interface PictureParts {
  log: Pick<HistoryLog, 'pictured' | 'hidden'>;
  time: Pick<Time, 'now'>;
  origin: Origin;
  /** Of its flow. */
  walk: WalkSteps;
  policy: StepHistory;
}

/**
 * Pictures of records between the steps of their flow. The steps are walked once more for those records alone, beside the payload,
 * so that nothing is kept for all others. What cannot be walked has none.
 */
export class StepPictures {
  readonly #parts: PictureParts;
  readonly #parked: InboundParked[] = [];
  /** What the flow reads of the payload. */
  facts: AboutPayload | undefined;

  constructor(parts: PictureParts) {
    this.#parts = parts;
  }

  /** Records that are no faults are pictured too. */
  get takesSound(): boolean {
    return this.#parts.policy === 'sampled' || this.#parts.policy === 'full';
  }

  async read(records: readonly SourceRecord[]): Promise<void> {
    const { policy } = this.#parts;
    const every = policy === 'full' ? 1 : limits.snapshotEvery;
    const why = policy === 'full' ? 'full' : 'sampled';
    for (const one of records) {
      if (one.record % every === 0 && !one.passedOver) await this.#take(why, [one]);
    }
  }

  /** The first of a payload, for many bad records are so for one cause. */
  parked(parked: InboundParked): void {
    if (this.#parked.length < limits.snapshotsOfParked && parked.members.length > 0)
      this.#parked.push(parked);
  }

  async finish(): Promise<void> {
    for (const parked of this.#parked) await this.#take('error', parked.members, parked);
  }

  async #take(
    why: PictureReason,
    members: readonly SourceRecord[],
    parked?: InboundParked,
  ): Promise<void> {
    const { log, time, origin, walk } = this.#parts;
    const picture = new Picture(why, log.hidden, members);
    try {
      for await (const step of walk(members, this.facts)) picture.after(step);
    } catch {
      // What it could not be taken through is told where that happens to the payload itself.
    }
    if (parked) picture.parked(parked.faults);
    const record = parked?.record ?? members[0]!.record;
    const at = new Date(time.now()).toISOString();
    log.pictured({ ...origin, at, record, body: picture.text() });
  }
}
