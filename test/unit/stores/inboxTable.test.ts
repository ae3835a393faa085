/** The inbox of store.db, with few keys in memory, keys that several messages share, and two processes. */
import { deepEqual, equal } from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import type { InboxRecord } from '../../../core/ledger.ts';
import { InboxTable } from '../../../core/stores/sqlite/InboxTable.ts';
import { openDatabase } from '../../../core/stores/sqlite/openDatabase.ts';
import { patience, runs, seed } from '../../runs.ts';

const WIDTH = 2 ** 52;
const messageOf = (number: number): InboxRecord => ({
  // Source and id of two messages may be the same text when one is put after the other.
  source: number % 2 ? '/a' : '/a1',
  id: number % 2 ? `1${number >> 1}` : `${number >> 1}`,
  contenthash: `hash of ${number}`,
  intakeId: `intake ${number}`,
  recordedAt: '2025-03-01T10:00:00.000Z',
});
const allMessages = Array.from({ length: 120 }, (_, number) => messageOf(number));
const byKey = (one: InboxRecord, other: InboxRecord): number =>
  one.contenthash < other.contenthash ? -1 : 1;

/** So few that many messages have the same, in all parts of the range. */
const sharedKeys = (text: string): number =>
  Math.floor((parseInt(hash('sha256', text, 'hex').slice(0, 8), 16) % 40) * (WIDTH / 40));

const step = fc.record({
  who: fc.nat(1),
  starts: fc.boolean(),
  asks: fc.boolean(),
  messages: fc.uniqueArray(fc.nat(allMessages.length - 1), { maxLength: 12 }),
  ends: fc.constantFrom('commit', 'commit', 'commit', 'rolled back', 'fails at its end'),
});

describe(`the inbox of SQLite (${runs(1)} histories)`, function () {
  this.timeout(patience(1));

  let folder: string;
  const databases: DatabaseSync[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stockbus-'));
  });
  afterEach(() => {
    for (const database of databases.splice(0)) database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function opened(kept: number, keyOf: (text: string) => number) {
    const { database } = openDatabase(folder);
    databases.push(database);
    const open = () => new InboxTable(database, kept, keyOf);
    return { database, open, inbox: open() };
  }

  function commit(
    { database, inbox }: { database: DatabaseSync; inbox: InboxTable },
    messages: InboxRecord[],
  ): void {
    database.exec('BEGIN IMMEDIATE');
    equal(inbox.write(messages), true);
    inbox.bound();
    database.exec('COMMIT');
    inbox.committed();
  }

  it('has each message once and for ever, whoever booked it and whatever was rolled back', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.nat(20), (steps, kept) => {
        rmSync(join(folder, 'store.db'), { force: true });
        const processes = [0, 1].map(() => opened(kept, sharedKeys));
        const booked = new Map<number, InboxRecord>();
        for (const { who, starts, asks, messages, ends } of steps) {
          const process = processes[who]!;
          if (starts) process.inbox = process.open();
          const { database, inbox } = process;
          if (asks) {
            const found = inbox.find(allMessages).sort(byKey);
            deepEqual(found, [...booked.values()].sort(byKey));
          }
          database.exec('BEGIN IMMEDIATE');
          const good = inbox.write(messages.map((number) => allMessages[number]!));
          equal(good, !messages.some((number) => booked.has(number)));
          if (ends === 'fails at its end' && good) inbox.bound();
          if (!good || ends !== 'commit') {
            database.exec('ROLLBACK');
            inbox.undo();
            continue;
          }
          inbox.bound();
          database.exec('COMMIT');
          inbox.committed();
          for (const number of messages) booked.set(number, allMessages[number]!);
        }
        for (const { inbox, open } of processes) {
          for (const one of [inbox, open()]) {
            deepEqual(one.find(allMessages).sort(byKey), [...booked.values()].sort(byKey));
          }
        }
        for (const database of databases.splice(0)) database.close();
      }),
      { numRuns: runs(1), seed },
    );
  });

  it('refuses a message that stands twice in one commit', () => {
    const { database, inbox } = opened(10, sharedKeys);
    database.exec('BEGIN IMMEDIATE');
    equal(inbox.write([messageOf(1), messageOf(2), messageOf(1)]), false);
    database.exec('ROLLBACK');
    inbox.undo();
    deepEqual(inbox.find(allMessages), []);
  });

  it('looks again for what was free a moment ago', () => {
    const [one, other] = [opened(0, sharedKeys), opened(0, sharedKeys)];
    for (const [number, booker] of [one, other].entries()) {
      const messages = [messageOf(number)];
      deepEqual(one.inbox.find(messages), []);
      commit(booker, messages);
      one.database.exec('BEGIN IMMEDIATE');
      equal(one.inbox.write(messages), false);
      one.database.exec('ROLLBACK');
      one.inbox.undo();
    }
  });

  it('keeps few keys in memory, and finds what it has moved', () => {
    const { database, inbox, open } = opened(500, (text) =>
      Number.parseInt(hash('sha256', text, 'hex').slice(0, 13), 16),
    );
    const many = Array.from({ length: 6_000 }, (_, number) => messageOf(number));
    for (let start = 0; start < many.length; start += 200) {
      commit({ database, inbox }, many.slice(start, start + 200));
    }
    const indexed = database.prepare('SELECT count(*) AS count FROM inbox_keys').get()!
      .count as number;
    equal(indexed >= many.length - 500 && indexed < many.length, true);
    equal(open().find(many).length, many.length);
  });

  it('tells in their order the messages that it finds, and no other', () => {
    const { database, inbox, open } = opened(500, (text) =>
      Number.parseInt(hash('sha256', text, 'hex').slice(0, 13), 16),
    );
    const many = Array.from({ length: 2_500 }, (_, number) => messageOf(number));
    commit({ database, inbox }, many);
    const told = (): string[] => {
      const ids: string[] = [];
      for (let last: number | undefined = 0; last !== undefined; ) {
        const some: ReturnType<InboxTable['after']> = inbox.after(last);
        for (const [, id] of some.messages) ids.push(id);
        last = some.last;
      }
      return ids;
    };
    const ids = many.map(({ id }) => id);
    deepEqual(told(), ids);
    database.exec('DELETE FROM inbox_keys WHERE number = (SELECT max(number) FROM inbox_keys)');
    const found = open().find(many);
    equal(found.length, many.length - 1);
    deepEqual(
      told(),
      ids.filter((id) => found.some((record) => record.id === id)),
    );
  });
});
