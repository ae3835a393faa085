/** Documents of the ledger as store.db has them, with the packs that they are found by. */
import type { PostedDocument } from '../../pack.ts';
import { parseStored } from '../../parseStored.ts';
import type { Statements } from './Statements.ts';
import type { StoreFile } from './StoreFile.ts';
import { DOCUMENTS_PER_COMMIT } from './schema.ts';

export interface DocumentWithPacks {
  posted: PostedDocument;
  /** Ids of packs that have entries of it, as a JSON list. */
  packs: string;
}

/** Most often to that one alone. */
export const leadsTo = ({ packs }: DocumentWithPacks, id: number): boolean =>
  packs === `[${id}]` || `,${packs.slice(1, -1)},`.includes(`,${id},`);

type FiledRow = [
  ...[key: number, document: string, partner: string, reference: string, at: string],
  ...[source: string, messageId: string, actor: string, contenthash: string, packs: string],
];

/** Documents that are kept in memory, and of which those of partners are, in bytes and in commits, at most. */
const KEPT = 2_048;
const COMMITS_KEPT = 2 ** 15;
const BYTES_KEPT = 2 ** 20;
const FILED = `SELECT d.id, d.document, d.partner, d.reference, d.at, d.source, d.message_id,
    d.actor, d.contenthash, d.packs FROM json_each(?) k CROSS JOIN documents d
  ON d.id = k.value`;

/** Which they are is not read here; nobody writes into it. */
const noSkus: string[] = [];

export class SqliteDocuments {
  readonly #file: StoreFile;
  /** They never change: those of several packs are kept once they were read. */
  readonly #known = new Map<number, DocumentWithPacks>();
  /** Of the documents of a commit those of a partner, a bit for each; by partner, then by commit. */
  readonly #ofPartners = new Map<string, Map<number, Uint8Array>>();
  #bitsKept = 0;
  #bytesKept = 0;

  constructor(file: StoreFile) {
    this.#file = file;
  }

  /** Those that are there of these keys, read at once: one by one each would cost several times as much. */
  read(statements: Statements, keys: Iterable<number>): Map<number, DocumentWithPacks> {
    const found = new Map<number, DocumentWithPacks>();
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
      const posted: PostedDocument = {
        document,
        partner,
        reference,
        at,
        source,
        messageId,
        actor,
        contenthash,
        skus: noSkus,
      };
      const filed = { posted, packs };
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
    const bits = this.#bitsOf(partner, commit);
    return (bits[number >> 3]! & (1 << (number & 7))) > 0;
  }

  #bitsOf(partner: string, commit: number): Uint8Array {
    const known = this.#ofPartners.get(partner)?.get(commit);
    if (known) return known;
    const sql = 'SELECT numbers FROM partners WHERE partner = ? AND commit_no = ?';
    const [text = '[]'] = this.#file.read((statements) =>
      statements.column(sql, [partner, commit]),
    );
    const stored = parseStored<number[]>(`numbers of ${partner}`, text);
    const numbers = stored.filter((one) => one < DOCUMENTS_PER_COMMIT);
    const bits = new Uint8Array(numbers.reduce((most, one) => Math.max(most, one), 0) / 8 + 1);
    for (const one of numbers) bits[one >> 3]! |= 1 << (one & 7);
    if (this.#bytesKept > BYTES_KEPT || this.#bitsKept >= COMMITS_KEPT) {
      this.#ofPartners.clear();
      this.#bytesKept = 0;
      this.#bitsKept = 0;
    }
    const ofPartner = this.#ofPartners.get(partner) ?? new Map<number, Uint8Array>();
    this.#ofPartners.set(partner, ofPartner.set(commit, bits));
    this.#bytesKept += bits.length;
    this.#bitsKept += 1;
    return bits;
  }
}
