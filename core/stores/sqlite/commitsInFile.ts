import { earlierOf } from '../../commit.ts';
import { batchKey } from '../../ledger.ts';
import type { CommitChapter } from '../../ports.ts';
import { commitToFile, lastRecorded } from './commitToFile.ts';
import { openOrdersOf, periodIn, reservationById } from './listsInFile.ts';
import type { SqlitePacks } from './SqlitePacks.ts';
import type { StoreFile } from './StoreFile.ts';

/** The more, the fewer packs, and the fewer times a page is written; beyond this it takes memory, and gains little. */
const COMMIT_BATCHES = 64;

export const commitsInFile = (file: StoreFile, packs: SqlitePacks): CommitChapter => ({
  commitBatches: COMMIT_BATCHES,
  answersAtOnce: true,
  close: async () => file.close(),

  async ping() {
    file.read((statements) => statements.get('SELECT 1 FROM skus LIMIT 1', []));
  },

  async load({ skus, reservations, openOrders }) {
    return file.atOneMoment(({ statements, packs: writer }) => ({
      skus: packs.loaded(statements, skus, writer),
      reservations: reservations.flatMap((id) => reservationById(statements, id) ?? []),
      openOrders: openOrders.flatMap((document) => openOrdersOf(statements, document)),
      period: periodIn(statements),
    }));
  },

  inbox: async (keys) => file.atOneMoment(({ inbox }) => inbox.find(keys)),

  async *bookedMessages() {
    for (let last: number | undefined = 0; last !== undefined; ) {
      const after: number = last;
      const some = file.atOneMoment(({ inbox }) => inbox.after(after));
      yield some.messages;
      last = some.last;
    }
  },

  async appliedBatches(batches) {
    const sql = 'SELECT 1 FROM applied_batches WHERE intake_id = ? AND batch = ? AND digest = ?';
    const applied = file.read((statements) =>
      batches.filter(({ intakeId, index, digest }) =>
        statements.get(sql, [intakeId, index, digest]),
      ),
    );
    return new Set(applied.map(batchKey));
  },

  commit: async (decided) => file.use((opened) => commitToFile(opened, decided)),
  mark: async () => file.read(lastRecorded),
  finalUntil: async (until) => earlierOf(file.read(lastRecorded), until),
});
