/**
 * A transaction outlives the process that began it: the server keeps its documents locked, for a
 * minute by default. So that a hub can go on at once after it was killed, each process registers the
 * sessions it writes with; the next to start on the same host ends those of the dead, and so does
 * whoever finds another commit in its way again and again.
 */
import { hostname } from 'node:os';
import type { ClientSession, MongoClient } from 'mongodb';
import { BEGINNING, type Commit, seenFrom } from '../../commit.ts';
import { replaceVersions } from './bulkWrites.ts';
import type { Collections } from './Collections.ts';
import type { SessionDocument } from './documents.ts';
import { inSnapshot } from './inSnapshot.ts';
import { refuseChangedDocuments } from './migrations/migrateDatabase.ts';
import { periodDocument, periodKey } from './orderDocuments.ts';
import { REGISTRY, type RecordingFloors } from './RecordingFloors.ts';

/** When the process began: the same in all of its threads, which each have a store of their own. */
const PROCESS = String(performance.timeOrigin);

export class WriterSessions {
  readonly #client: MongoClient;
  readonly #sessions: Collections['sessions'];
  readonly #period: Collections['period'];
  readonly #floors: RecordingFloors;
  readonly #registered = new Map<string, SessionDocument['_id']>();

  constructor(client: MongoClient, { sessions, period }: Collections, floors: RecordingFloors) {
    this.#client = client;
    this.#sessions = sessions;
    this.#period = period;
    this.#floors = floors;
  }

  /** Before the first transaction of the session. The driver uses few sessions, again and again. */
  async register(session: ClientSession): Promise<void> {
    const id = session.id?.id;
    if (!id || this.#registered.has(id.toString('hex'))) return;
    const owner = { host: hostname(), pid: process.pid, process: PROCESS };
    await this.#sessions.replaceOne({ _id: id }, owner, { upsert: true });
    // A change of the period that is on its way cannot have seen this session: it starts again.
    const registry = await this.#sessions.findOneAndUpdate(
      { _id: REGISTRY },
      { $inc: { writes: 1 } },
      { upsert: true, returnDocument: 'after' },
    );
    const floor = registry?.next ?? BEGINNING;
    await this.#sessions.updateOne({ _id: id }, { $max: { floor } });
    // After its own document is there: whoever brings the store up to date removes those of all.
    await refuseChangedDocuments(this.#client.db(this.#sessions.dbName));
    this.#registered.set(id.toString('hex'), id);
  }

  /**
   * False where the period has another version than the commit was decided against, where its moment has passed (see
   * RecordingFloors), or its look is out of date. Nobody commits against a period that another commit changes at the same
   * moment: whoever only reads it writes the document of its own session, whoever changes it those of all. That document
   * tells the version; the period is read only where it does not, as for a session's first commit.
   */
  async guardPeriod(session: ClientSession, commit: Commit): Promise<boolean> {
    const sessions = this.#sessions;
    const { recordedAt, periodVersion, period: changed, look } = commit;
    if (look) {
      const other = { look: { $exists: true, $ne: look.mark } };
      const outdated = { $or: [other, { seenFrom: { $lte: look.until } }] };
      if (await sessions.findOne(outdated, { session })) return false;
    }
    const own = { _id: session.id!.id, floor: { $lt: recordedAt } };
    const writes = { $inc: { writes: 1 } };
    const dated = { $min: { seenFrom: seenFrom(commit) } };
    const seen = { $set: { floor: recordedAt, period: periodVersion }, ...writes, ...dated };
    const guard = await sessions.updateOne({ ...own, period: periodVersion }, seen, { session });
    if (guard.matchedCount === 0) {
      const found = await this.#period.findOne({ _id: periodKey }, { session });
      if (!(await this.guard(session)) || (found?.version ?? 0) !== periodVersion) return false;
      if ((await sessions.updateOne(own, seen, { session })).matchedCount === 0) return false;
    }
    if (!changed) return true;
    await sessions.updateMany({}, { ...writes, $set: { period: changed.version } }, { session });
    const row = { document: periodDocument(changed), expectedVersion: periodVersion };
    return replaceVersions(this.#period, [row], { session, ordered: false });
  }

  /**
   * In a transaction; it writes the document of its session: false where somebody has ended that, as
   * whoever brings the store up to date does. Who tries again registers it, and is refused there.
   */
  async guard(session: ClientSession): Promise<boolean> {
    const { id } = session.id!;
    const own = await this.#sessions.updateOne({ _id: id }, { $inc: { writes: 1 } }, { session });
    if (own.matchedCount === 0) this.#registered.delete(id.toString('hex'));
    return own.matchedCount > 0;
  }

  /** Ends what dead processes of this host left open. */
  async endThoseOfTheDead(): Promise<void> {
    const here = await this.#sessions.find({ host: hostname() }).toArray();
    const dead = here.filter(isDead).map(({ _id }) => _id);
    if (dead.length === 0) return;
    await this.end(dead.map((id) => ({ id })));
    await this.#remove(dead);
  }

  /** Those of all processes: none of them commits with them any more. Throws where one does so right now. */
  async endAll(): Promise<void> {
    await this.endThoseOfTheDead();
    const all = { _id: { $ne: REGISTRY } };
    await inSnapshot(this.#client, async (session) => {
      await this.#sessions.deleteMany(all, { session });
      // Until that is committed they can be read, and nobody writes them.
      const found = await this.#sessions.find(all).toArray();
      await this.#floors.keep(found.map(({ _id }) => _id));
    });
  }

  /** Ends the transactions of these sessions: what is not written by then never will be. */
  async end(sessions: readonly ClientSession['id'][]): Promise<void> {
    if (sessions.length === 0) return;
    await this.#client.db('admin').command({ killSessions: sessions });
  }

  async forget(): Promise<void> {
    const own = [...this.#registered.values()];
    this.#registered.clear();
    if (own.length === 0) return;
    await this.#remove(own);
    await this.#floors.raise();
  }

  async #remove(ids: readonly SessionDocument['_id'][]): Promise<void> {
    await this.#floors.keep(ids);
    await this.#sessions.deleteMany({ _id: { $in: [...ids] } });
  }
}

/** In doubt the process lives; were a living one taken for dead, it would only try again. */
function isDead({ pid, process: name }: SessionDocument): boolean {
  if (pid === process.pid) return name !== PROCESS;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
