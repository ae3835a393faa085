import type { Collection, OptionalUnlessRequiredId } from 'mongodb';
import { heldBack } from '../../sideBySide.ts';
import { isDuplicateKey } from '../../stores/mongodb/storeError.ts';
import { unusable } from '../BackupManifest.ts';

/** Sent together, at most; what is next is read while the server writes them. */
const ROWS = 1_000;
const BYTES = 8 * 1024 * 1024;

type RowOf<Into> = Into extends Collection<infer Row extends object> ? Row : never;

/** Rows on their way into a collection, each new there: some at a time. */
export class Insertion<Into> {
  count = 0;
  readonly #into: Collection<{ _id: string }>;
  #waiting: object[] = [];
  #bytes = 0;
  #sent: Promise<unknown> = Promise.resolve();

  constructor(into: Into) {
    this.#into = into as unknown as Collection<{ _id: string }>;
  }

  /** Throws BACKUP_UNUSABLE where one is there already. */
  async add(row: RowOf<Into>, bytes = 0): Promise<void> {
    this.#waiting.push(row);
    this.#bytes += bytes;
    this.count += 1;
    if (this.#waiting.length >= ROWS || this.#bytes >= BYTES) await this.#send();
  }

  async end(): Promise<void> {
    if (this.#waiting.length > 0) await this.#send();
    await this.#sent;
  }

  async #send(): Promise<void> {
    await this.#sent;
    const rows = this.#waiting as OptionalUnlessRequiredId<{ _id: string }>[];
    this.#waiting = [];
    this.#bytes = 0;
    this.#sent = heldBack(this.#insert(rows));
  }

  async #insert(rows: OptionalUnlessRequiredId<{ _id: string }>[]): Promise<void> {
    try {
      await this.#into.insertMany(rows, { ordered: false });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      throw unusable(`${this.#into.collectionName} has a document twice`, error);
    }
  }
}
