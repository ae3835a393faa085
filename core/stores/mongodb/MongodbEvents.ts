/**
 * The outbox of a MongoDB database, and the events that were relayed from it: a bucket is a group. The key
 * of a record of events has the number of its first, and whoever relays adds the one that follows the last.
 */
import type { ClientSession } from 'mongodb';
import type { OutboxRecord } from '../../ledger.ts';
import {
  type EventCursor,
  type EventGroup,
  firstSince,
  numberedEvents,
  requireNext,
} from '../../relayedEvents.ts';
import { sortedKey } from '../../sortedKey.ts';
import type { Collections } from './Collections.ts';
import type { StoreParts } from './commitsInDatabase.ts';
import { type EventDocument, eventFrom, type OutboxDocument, outboxFrom } from './documents.ts';
import { after, bucketOfKey, ofAllBuckets, under } from './keys.ts';
import { isNew } from './storeError.ts';

/** Numbers of events grow by thousands a second. */
const NUMBER_DIGITS = 16;

const eventKey = (group: string, number: number): string =>
  sortedKey(group, String(number).padStart(NUMBER_DIGITS, '0'));

export class MongodbEvents {
  readonly #all: Collections;
  readonly #parts: StoreParts;
  /** What `outbox` gave out last, so that it need not be read again. */
  #given = new Map<string, OutboxDocument>();
  /** Of each group the key of the last record that was seen: a later one may have come, never an earlier. */
  readonly #seen = new Map<string, string>();

  constructor(parts: StoreParts) {
    this.#all = parts.collections;
    this.#parts = parts;
  }

  async outbox(limit: number): Promise<OutboxRecord[]> {
    const all = this.#all.outbox.find({ _id: ofAllBuckets });
    const found = await all.sort({ order: 1 }).limit(limit).toArray();
    this.#given = new Map(found.map((record) => [record.id, record]));
    return found.map(outboxFrom);
  }

  /** All or nothing; again, with what is there then, where somebody else was faster. */
  async published(ids: readonly string[], relayedAt: string): Promise<void> {
    let isMoved = ids.length === 0;
    while (!isMoved) {
      const move = (session: ClientSession) => this.#move(ids, relayedAt, session);
      // What was moved all the same is not there to be moved again.
      isMoved = await this.#parts.transactions.run(move, async () => false);
      this.#given.clear();
    }
  }

  /** False where some of what was given out is gone, somebody else added events of a group, or ended the session. */
  async #move(ids: readonly string[], relayedAt: string, session: ClientSession): Promise<boolean> {
    if (!(await this.#parts.sessions.guard(session))) return false;
    const records = await this.#records(ids, session);
    if (records.length === 0) return true;
    const keys = records.map(({ _id }) => _id);
    const { deletedCount } = await this.#all.outbox.deleteMany({ _id: { $in: keys } }, { session });
    if (deletedCount !== keys.length) return false;
    const added: EventDocument[] = [];
    for (const [group, some] of Map.groupBy(records, ({ _id }) => bucketOfKey(_id))) {
      for (const event of numberedEvents(some, (await this.#last(group, session)) + 1)) {
        added.push({ _id: eventKey(group, event.number), relayedAt, ...event });
      }
    }
    return isNew(this.#all.events.insertMany(added, { session }));
  }

  /** In the order of their commits: as they were given out, or those of them that are there. */
  async #records(ids: readonly string[], session: ClientSession): Promise<OutboxDocument[]> {
    const wanted = new Set(ids);
    const given = [...this.#given.values()].filter(({ id }) => wanted.has(id));
    if (given.length === wanted.size) return given;
    const filter = { _id: ofAllBuckets, id: { $in: [...ids] } };
    return this.#all.outbox.find(filter, { session }).sort({ order: 1 }).toArray();
  }

  async #last(group: string, session?: ClientSession): Promise<number> {
    const order = { sort: { _id: -1 }, ...(session && { session }) } as const;
    const range = under(group);
    const { events } = this.#all;
    const $gte = this.#seen.get(group);
    const later = $gte && (await events.findOne({ _id: { $gte, $lt: range.$lt } }, order));
    const last = later || (await events.findOne({ _id: range }, order));
    if (!last) return 0;
    this.#seen.set(group, last._id);
    return last.number + last.count - 1;
  }

  async eventGroups(): Promise<EventGroup[]> {
    const found: EventGroup[] = [];
    for (let from = ''; ; from = after(found.at(-1)!.group)) {
      const next = await this.#all.events.findOne({ _id: { $gte: from } }, { sort: { _id: 1 } });
      if (!next) return found;
      const group = bucketOfKey(next._id);
      found.push({ group, first: next.number, last: await this.#last(group) });
    }
  }

  async events(cursor: EventCursor, limit: number) {
    const { group, after: seen } = cursor;
    const { $gt, $lt } = under(group);
    const next = eventKey(group, seen + 1);
    // It may begin before the next number and end at it or later.
    const { events } = this.#all;
    const around = await events.findOne({ _id: { $gt, $lte: next } }, { sort: { _id: -1 } });
    const later = events.find({ _id: { $gte: around?._id ?? next, $lt } }).sort({ _id: 1 });
    const found = await later.limit(limit + 1).toArray();
    const rows = found.map(eventFrom).filter(({ number, count }) => number + count > seen + 1);
    return requireNext(cursor, rows.slice(0, limit));
  }

  /** Found by halves: they are relayed in the order of their numbers, and no index is written for that. */
  async firstRelayed(group: string, since: string): Promise<number | undefined> {
    const { events } = this.#all;
    const { $lt } = under(group);
    const last = await events.findOne({ _id: under(group) }, { sort: { _id: -1 } });
    if (!last) return undefined;
    const at = async (from: number): Promise<[number, string]> => {
      const range = { _id: { $gte: eventKey(group, from), $lt } };
      const { number, relayedAt } = (await events.findOne(range, { sort: { _id: 1 } })) ?? last;
      return [number, relayedAt];
    };
    return firstSince(last.number, at, since);
  }

  async forgetEvents(before: string, most: number): Promise<number> {
    let forgotten = 0;
    for (const { group } of await this.eventGroups()) {
      const all = this.#all.events.find({ _id: under(group) }, { projection: { relayedAt: 1 } });
      const oldest = await all.sort({ _id: 1 }).limit(most).toArray();
      const kept = oldest.findIndex(({ relayedAt }) => relayedAt >= before);
      const keys = oldest.slice(0, kept < 0 ? -1 : kept).map(({ _id }) => _id);
      if (keys.length > 0) await this.#all.events.deleteMany({ _id: { $in: keys } });
      forgotten += keys.length;
    }
    return forgotten;
  }
}
