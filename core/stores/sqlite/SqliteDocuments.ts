/** Documents of the ledger as store.db has them, with the packs that they are found by. */
import { countUpTo } from '../../order.ts';
import type { PostedDocument } from '../../pack.ts';
import type { Statements } from './Statements.ts';
import type { StoreFile } from './StoreFile.ts';

interface FiledDocument {
  posted: PostedDocument;
  /** Ids of packs that have entries of it, a comma before and after each. */
  packs: string;
}

type FiledRow = [
  ...[key: number, document: string, partner: string, reference: string, at: string],
  ...[source: string, messageId: string, actor: string, contenthash: string, packs: string],
];

/** Documents that are kept in memory, and numbers of those of partners, at most. */
const KEPT = 2_048;
const NUMBERS_KEPT = 2 ** 21;
const FILED = `SELECT d.id, d.document, d.partner, d.reference, d.at, d.source, d.message_id,
    d.actor, d.contenthash, d.packs FROM json_each(?) k CROSS JOIN documents d
  ON d.id = k.value`;

export class SqliteDocuments {
  readonly #file: StoreFile;
  /** They never change: those of several packs are kept once they were read. */
  readonly #known = new Map<number, FiledDocument>();
  /** Numbers of the documents of a partner in a commit, in order. */
  readonly #numbers = new Map<string, Int32Array>();
  #numbersKept = 0;

  constructor(file: StoreFile) {
    this.#file = file;
  }

  /** Those that are there of these keys, read at once: one by one each would cost several times as much. */
  read(statements: Statements, keys: Iterable<number>): Map<number, FiledDocument> {
    const found = new Map<number, FiledDocument>();
    const missing: number[] = [];
    for (const key of keys) {
      const known = this.#known.get(key);
      if (known) found.set(key, known);
      else missing.push(key);
    }
    if (missing.length === 0) return found;
    // In the order in which they lie.
    const sorted = JSON.stringify(missing.sort((one, other) => one - other));
    for (const row of statements.arrays(FILED, [sorted]) as FiledRow[]) {
      const [key, document, partner, reference, at, source, messageId, actor, contenthash, packs] =
        row;
      const posted = { document, partner, reference, at, source, messageId, actor, contenthash };
      const filed = { posted: { ...posted, skus: [] }, packs: `,${packs.slice(1, -1)},` };
      found.set(key, filed);
      // Nobody asks again for that of a single pack.
      if (!packs.includes(',')) continue;
      if (this.#known.size >= KEPT) this.#known.clear();
      this.#known.set(key, filed);
    }
    return found;
  }

  /** Whether who looks for the partner of a document finds it. */
  isPartners(commit: number, number: number, partner: string): boolean {
    const numbers = this.#numbersOf(partner, commit);
    return numbers[countUpTo(numbers.length, (index) => numbers[index]! < number)] === number;
  }

  #numbersOf(partner: string, commit: number): Int32Array {
    const key = `${commit} ${partner}`;
    const known = this.#numbers.get(key);
    if (known) return known;
    const sql = 'SELECT numbers FROM partners WHERE partner = ? AND commit_no = ?';
    const [text = '[]'] = this.#file.read((statements) =>
      statements.column(sql, [partner, commit]),
    );
    const numbers = Int32Array.from(JSON.parse(text) as number[]).sort();
    if (this.#numbersKept > NUMBERS_KEPT) {
      this.#numbers.clear();
      this.#numbersKept = 0;
    }
    this.#numbers.set(key, numbers);
    this.#numbersKept += numbers.length;
    return numbers;
  }
}
