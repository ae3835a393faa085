import { earlierOf } from '../../commit.ts';
import { batchKey } from '../../ledger.ts';
import type { Store } from '../../ports.ts';
import { loadedFrom } from '../packs/PackLists.ts';
import { openOrdersOf, periodIn, reservationById } from './SqliteLists.ts';
import type { SqlitePacks } from './SqlitePacks.ts';
import type { StoreFile } from './StoreFile.ts';

/** The more, the fewer times a page is written; beyond this little is gained. */
const COMMIT_BATCHES = 16;

/** Commits, and what is to be known before one. */
export class SqliteCommits {
  readonly commitBatches = COMMIT_BATCHES;
  readonly #file: StoreFile;
  readonly #packs: SqlitePacks;

  constructor(file: StoreFile, packs: SqlitePacks) {
    this.#file = file;
    this.#packs = packs;
  }

  async open(): Promise<void> {
    this.#file.open();
  }

  readonly load: Store['load'] = async ({ skus, reservations, openOrders }) =>
    this.#file.atOneMoment(({ statements }) => {
      const current = skus.map((sku) => this.#packs.currentOf(statements, sku));
      return {
        ...loadedFrom(skus, current),
        reservations: reservations.flatMap((id) => reservationById(statements, id) ?? []),
        openOrders: openOrders.flatMap((document) => openOrdersOf(statements, document)),
        period: periodIn(statements),
      };
    });

  readonly inbox: Store['inbox'] = async (keys) =>
    this.#file.atOneMoment(({ inbox }) => inbox.find(keys));

  readonly appliedBatches: Store['appliedBatches'] = async (batches) => {
    const sql = 'SELECT 1 FROM applied_batches WHERE intake_id = ? AND batch = ? AND digest = ?';
    const applied = this.#file.read((statements) =>
      batches.filter(({ intakeId, index, digest }) =>
        statements.get(sql, [intakeId, index, digest]),
      ),
    );
    return new Set(applied.map(batchKey));
  };

  readonly commit: Store['commit'] = async (decided) =>
    this.#file.use(({ writer }) => writer.write(decided));

  readonly finalUntil: Store['finalUntil'] = async (until) =>
    this.#file.use(({ writer }) => earlierOf(writer.lastRecorded(), until));

  async ping(): Promise<void> {
    this.#file.read((statements) => statements.get('SELECT 1 FROM skus LIMIT 1', []));
  }

  async close(): Promise<void> {
    this.#file.close();
  }
}
