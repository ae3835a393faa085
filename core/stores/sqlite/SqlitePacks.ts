/** Packs as store.db has them: a chain from the last of each SKU to the one before. */
import { limits } from '../../limits.ts';
import type { PostedDocument, StoredPack } from '../../pack.ts';
import type { PackReader, PacksFrom } from '../packs/PackReader.ts';
import type { Statements } from './Statements.ts';

/** Runs a reading on the open file, whichever that is by then. */
type Read = <T>(action: (statements: Statements) => T) => T;

const PACK = 'p.id, p.commit_no, s.sku, p.version, p.is_base, p.hash, p.body';

/** The last pack of SKU ?1, and from each the one before while the condition holds of it. */
const chain = (
  goesOn: string,
): string => `WITH RECURSIVE chain(id, before, version, first_seq, is_base) AS (
    SELECT p.id, p.before_pack, p.version, p.first_seq, p.is_base
    FROM skus s JOIN packs p ON p.id = s.last_pack WHERE s.sku = ?1
    UNION ALL
    SELECT p.id, p.before_pack, p.version, p.first_seq, p.is_base
    FROM chain c JOIN packs p ON p.id = c.before WHERE ${goesOn}
  ) SELECT id FROM chain ORDER BY id`;

const CURRENT = chain('NOT c.is_base');
const FROM_VERSION = chain('c.version > ?2');
const AFTER_SEQ = chain('c.first_seq > ?2 + 1');

export class SqlitePacks implements PackReader {
  readonly #read: Read;
  readonly #documents = new Map<string, PostedDocument>();

  constructor(read: Read) {
    this.#read = read;
  }

  async skus(after: string | undefined, limit: number): Promise<string[]> {
    const sql = 'SELECT sku FROM skus WHERE sku > ? ORDER BY sku LIMIT ?';
    return this.#read((statements) =>
      statements.all(sql, [after ?? '', limit]).map(({ sku }) => sku as string),
    );
  }

  async current(skus: readonly string[]): Promise<StoredPack[][]> {
    return this.#read((statements) => skus.map((sku) => this.currentOf(statements, sku)));
  }

  /** From the last that stands alone on. */
  currentOf(statements: Statements, sku: string): StoredPack[] {
    const last = `SELECT ${PACK} FROM skus s JOIN packs p ON p.id = s.last_pack WHERE s.sku = ?`;
    const row = statements.arrays(last, [sku])[0];
    if (!row) return [];
    if (row[4] === 1n) return [this.#pack(row)];
    return statements.all(CURRENT, [sku]).map(({ id }) => this.#byId(statements, id as number));
  }

  async *history(skus: readonly string[], from: PacksFrom): AsyncIterable<StoredPack> {
    for (const [index, sku] of skus.entries()) {
      yield* this.#packsOf(sku, index === 0 ? from : { version: 1 });
    }
  }

  texts(skus: readonly string[]): AsyncIterable<StoredPack> {
    return this.history(skus, { version: 1 });
  }

  async *#packsOf(sku: string, from: PacksFrom): AsyncIterable<StoredPack> {
    const [sql, start] =
      'version' in from ? [FROM_VERSION, from.version] : [AFTER_SEQ, from.afterSeq];
    const ids = this.#read((statements) => statements.all(sql, [sku, start]));
    for (const { id } of ids) {
      const pack = this.#read((statements) => this.#byId(statements, id as number));
      if (!('version' in from) || pack.version >= from.version) yield pack;
    }
  }

  async ofDocument(document: string): Promise<StoredPack[]> {
    const sql = `SELECT DISTINCT ${PACK} FROM documents d CROSS JOIN json_each(d.packs) named
      CROSS JOIN packs p ON p.id = named.value CROSS JOIN skus s ON s.id = p.sku_id
      WHERE d.document = ? ORDER BY s.sku, p.version`;
    return this.#read((statements) =>
      statements.arrays(sql, [document]).map((row) => this.#pack(row)),
    );
  }

  #byId(statements: Statements, id: number): StoredPack {
    const sql = `SELECT ${PACK} FROM packs p JOIN skus s ON s.id = p.sku_id WHERE p.id = ?`;
    return this.#pack(statements.arrays(sql, [id])[0]!);
  }

  #pack([, commit, sku, version, isBase, hash, body]: unknown[]): StoredPack {
    return {
      sku: sku as string,
      version: Number(version),
      isBase: isBase === 1n,
      hash: hash as string,
      body: body as string,
      documentOf: (number) => this.#document(Number(commit), number),
    };
  }

  /** They never change: those that were read are kept. */
  #document(commit: number, number: number): PostedDocument {
    const key = `${commit} ${number}`;
    const known = this.#documents.get(key);
    if (known) return known;
    const sql = 'SELECT * FROM documents WHERE commit_no = ? AND number = ?';
    const row = this.#read((statements) => statements.get(sql, [commit, number]));
    if (!row) throw new Error(`document ${number} of commit ${commit} is not there`);
    const posted: PostedDocument = {
      document: row.document as string,
      partner: row.partner as string,
      reference: row.reference as string,
      at: row.at as string,
      source: row.source as string,
      messageId: row.message_id as string,
      skus: [],
    };
    if (this.#documents.size >= limits.cachedEntries) this.#documents.clear();
    this.#documents.set(key, posted);
    return posted;
  }
}
