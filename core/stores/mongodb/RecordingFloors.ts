/**
 * In which order commits are recorded, though processes commit side by side and their clocks differ. Each
 * session has a floor, in the document that every commit of it writes anyway: it commits only what is
 * recorded above that, and raises it to there. What all sessions have passed is final, because whoever
 * raises the floor of a session writes that document, too: he waits for a commit that is on its way, and
 * whoever was paused for an hour finds the floor above what he decided.
 */
import { Binary } from 'mongodb';
import { BEGINNING, NEVER } from '../../commit.ts';
import type { Runtime, Timer } from '../../runtime.ts';
import type { Collections } from './Collections.ts';
import type { SessionDocument } from './documents.ts';

/** Of all sessions; changed whenever one is registered. */
export const REGISTRY = new Binary(new Uint8Array(16), Binary.SUBTYPE_UUID);

/** Raised for all so long after a commit at the latest, so that those who only read can follow. */
const RAISE_AFTER_MS = 500;

/** Time that one session's commit is waited for: what it may still record stays above the floor. */
const COMMIT_WAIT_MS = 2_000;

const MAX_TIME_EXPIRED = 50;

const latestOf = (moments: readonly string[]): string =>
  moments.reduce((last, one) => (one > last ? one : last), BEGINNING);

export class RecordingFloors {
  readonly #sessions: Collections['sessions'];
  readonly #runtime: Runtime;
  #timer: Timer | undefined;

  constructor({ sessions }: Collections, runtime: Runtime) {
    this.#sessions = sessions;
    this.#runtime = runtime;
  }

  /** The latest moment at which anything was recorded, by any session. */
  async lastRecorded(): Promise<string> {
    const all = await this.#sessions.find({}, { projection: { floor: 1, next: 1 } }).toArray();
    return latestOf(all.flatMap(({ floor = '', next = '' }) => [floor, next]));
  }

  /** Up to when nothing can change any more, as it was last found. */
  async final(): Promise<string> {
    const registry = await this.#sessions.findOne({ _id: REGISTRY });
    return registry?.floor ?? BEGINNING;
  }

  /** After a commit; several share one raising. */
  committed(): void {
    this.#timer ??= this.#runtime.after(RAISE_AFTER_MS, () => {
      this.#timer = undefined;
      this.raise().catch((error: unknown) => {
        // The next one does it.
        this.#runtime.log('debug', 'store.floor_kept', { reason: String(error) });
      });
    });
  }

  stop(): void {
    this.#timer?.stop();
    this.#timer = undefined;
  }

  /** Raises the floors of all sessions to the last moment recorded; gives what is final then. */
  async raise(): Promise<string> {
    const target = await this.lastRecorded();
    if ((await this.final()) === target) return target;
    // Whoever registers from now on begins there.
    await this.#sessions.updateOne({ _id: REGISTRY }, { $max: { next: target } }, { upsert: true });
    const lower = await this.#sessions
      .find({ _id: { $ne: REGISTRY }, floor: { $not: { $gte: target } } })
      .toArray();
    const reached = await Promise.all(lower.map((session) => this.#raiseOne(session, target)));
    const floor = reached.reduce((least, one) => (one < least ? one : least), target);
    await this.#sessions.updateOne({ _id: REGISTRY }, { $max: { floor } });
    return floor;
  }

  /** Its floor afterwards: where it was while a commit of the session is open. */
  async #raiseOne({ _id, floor = BEGINNING }: SessionDocument, target: string): Promise<string> {
    const limit = { maxTimeMS: COMMIT_WAIT_MS };
    try {
      await this.#sessions.updateOne({ _id }, { $max: { floor: target } }, limit);
      return target;
    } catch (error) {
      if ((error as { code?: unknown }).code === MAX_TIME_EXPIRED) return floor;
      throw error;
    }
  }

  /** Before sessions are removed: what they recorded stays recorded before all that comes, and unseen. */
  async keep(ids: readonly Binary[]): Promise<void> {
    const gone = await this.#sessions.find({ _id: { $in: [...ids] } }).toArray();
    const next = latestOf(gone.map(({ floor = '' }) => floor));
    const [seenFrom = NEVER] = gone.flatMap((session) => session.seenFrom ?? []).sort();
    const kept = { $max: { next }, $min: { seenFrom } };
    await this.#sessions.updateOne({ _id: REGISTRY }, kept, { upsert: true });
  }
}
